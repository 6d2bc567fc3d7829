//! Certificates: the client trusts the platform's authorities and those that it was given; and what
//! it does when somebody else answers: nothing leaves, and the error says why.

use std::path::Path;
use std::process::Command;

use ovh_web::{Client, ErrorKind};
use ovh_web_tests::{Answer, Certificate, RawServer, fails};

const DUMP: &str = r#"{"id":5,"creationDate":"2026-01-02T03:04:05+01:00","status":"created","type":"now",
    "deletionDate":"2026-02-02T03:04:05+01:00","taskId":null,"url":"#;

async fn server(certificate: Certificate) -> RawServer {
    RawServer::start_tls(certificate, |_| Answer::json(r#"["example.ovh"]"#)).await
}

fn trusting(server: &RawServer) -> Client {
    let authority = server.authority().expect("TLS");
    let builder = server.builder().extra_ca_pem(authority);
    builder.build().expect("a client")
}

#[tokio::test]
async fn trusts_configured_authority() {
    let server = server(Certificate::InOrder).await;
    let names = trusting(&server).hostings().names().await;
    assert_eq!(names.expect("an answer"), ["example.ovh"]);
    assert_eq!(server.seen().len(), 1);
}

/// The certificates of a program's reqwest settings are used, and ours are added.
#[tokio::test]
async fn trusts_authority_of_reqwest_settings() {
    let server = server(Certificate::InOrder).await;
    let authority = server.authority().expect("TLS").to_owned();
    let added = server
        .builder()
        .extra_ca_pem(authority.clone())
        .reqwest(reqwest::Client::builder);
    let own = server.builder().reqwest(move || {
        let own = reqwest::Certificate::from_pem(authority.as_bytes());
        reqwest::Client::builder().tls_certs_only(own)
    });
    for builder in [added, own] {
        let names = builder.build().expect("a client").hostings().names().await;
        assert_eq!(names.expect("an answer"), ["example.ovh"]);
    }
}

/// A program can switch certificate checks off in reqwest, as the guide says.
#[tokio::test]
async fn unchecked_certificates_of_reqwest_settings() {
    for certificate in [Certificate::Expired, Certificate::OfAnotherHost] {
        let server = server(certificate).await;
        let client = server.builder().reqwest(|| {
            let own = reqwest::Client::builder();
            own.tls_danger_accept_invalid_certs(true)
        });
        let names = client.build().expect("a client").hostings().names().await;
        assert_eq!(names.expect("an answer"), ["example.ovh"]);
        // TLS stays, and it is that of the program.
        let client = server.builder().reqwest(|| {
            let own = reqwest::Client::builder().tls_danger_accept_invalid_certs(true);
            own.tls_version_max(reqwest::tls::Version::TLS_1_1)
        });
        let error = client.build().expect_err("rustls has no such version");
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }
}

/// A client certificate of a program's reqwest settings is shown to the server.
#[tokio::test]
async fn client_certificate_of_reqwest_settings() {
    let server = server(Certificate::ForKnownClients).await;
    let result = trusting(&server).hostings().names().await.map(drop);
    fails(result, ErrorKind::Connection, &["CertificateRequired"]);
    assert!(server.seen().is_empty());
    let files = server.files().clone();
    let builder = server.builder().extra_ca_pem(files.authority);
    let builder = builder.reqwest(move || {
        let identity = reqwest::Identity::from_pem(files.identity.as_bytes());
        reqwest::Client::builder().identity(identity.expect("an identity"))
    });
    let names = builder.build().expect("a client").hostings().names().await;
    assert_eq!(names.expect("an answer"), ["example.ovh"]);
}

/// A list of revoked certificates in a program's reqwest settings is used.
#[tokio::test]
async fn revoked_certificates_of_reqwest_settings() {
    for certificate in [Certificate::InOrder, Certificate::Revoked] {
        let server = server(certificate).await;
        let files = server.files().clone();
        let builder = server.builder().reqwest(move || {
            let authority = reqwest::Certificate::from_pem(files.authority.as_bytes());
            let revoked = files.revoked.as_bytes();
            let revoked = reqwest::tls::CertificateRevocationList::from_pem(revoked);
            let own = reqwest::Client::builder().tls_certs_only(authority);
            own.tls_crls_only(revoked)
        });
        let client = builder.build().expect("a client");
        let result = client.hostings().names().await.map(drop);
        if certificate == Certificate::Revoked {
            let error = fails(result, ErrorKind::Connection, &["certificate"]);
            assert!(error.to_string().contains("evoked"), "{error}");
        } else {
            result.expect("an answer");
        }
        assert_eq!(
            server.seen().is_empty(),
            certificate == Certificate::Revoked
        );
    }
}

/// Keys of connections are written only if a program's reqwest settings say so.
#[test]
fn key_log_of_reqwest_settings() {
    const FILE: &str = "SSLKEYLOGFILE";
    const TEST: &str = "tls::key_log_of_reqwest_settings";
    // rustls reads the variable: the second part runs in another process.
    let Some(file) = std::env::var_os(FILE) else {
        let folder = tempfile::tempdir().expect("a folder");
        let output = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", TEST])
            .env(FILE, folder.path().join("keys"))
            .output();
        let output = output.expect("the test");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let server = server(Certificate::InOrder).await;
        let names = trusting(&server).hostings().names().await;
        names.expect("an answer");
        assert!(!Path::new(&file).exists());
        let authority = server.files().authority.clone();
        let builder = server.builder().extra_ca_pem(authority);
        let builder = builder.reqwest(|| reqwest::Client::builder().tls_sslkeylogfile(true));
        let names = builder.build().expect("a client").hostings().names().await;
        names.expect("an answer");
        let keys = std::fs::read_to_string(&file).expect("keys");
        assert!(keys.contains("CLIENT_TRAFFIC_SECRET_0 "), "{}", keys.len());
    });
}

#[tokio::test]
async fn refuses_invalid_certificate() {
    for (certificate, word) in [
        (Certificate::Expired, "expired"),
        (Certificate::OfAnotherHost, "not valid for name"),
    ] {
        let server = server(certificate).await;
        let result = trusting(&server).hostings().names().await.map(drop);
        let error = fails(
            result,
            ErrorKind::Connection,
            &["certificate", "hosting::list"],
        );
        assert!(error.to_string().contains(word), "{error}");
        assert!(!error.maybe_applied());
        assert!(server.seen().is_empty(), "{certificate:?}");
    }
}

#[tokio::test]
async fn refuses_unknown_authority() {
    let server = server(Certificate::InOrder).await;
    let client = server.builder().build().expect("a client");
    // The first call, and one whose signature needs the server's time before.
    for _ in 0..2 {
        let result = client.hostings().names().await.map(drop);
        let error = fails(result, ErrorKind::Connection, &["certificate"]);
        assert!(
            error.hint().expect("a hint").contains("extra_ca_pem"),
            "{error}"
        );
        assert_eq!(error.attempts(), 1, "no repeat can help");
        assert!(!error.is_transient());
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn does_not_follow_redirect_to_http() {
    let plain = RawServer::start(|_| Answer::json(r#"["elsewhere"]"#)).await;
    let elsewhere = format!("Location: http://{}/1.0/hosting/web\r\n", plain.address());
    let server = RawServer::start_tls(Certificate::InOrder, move |_| {
        Answer::response(302, &elsewhere, "")
    })
    .await;
    let result = trusting(&server).hostings().names().await.map(drop);
    let error = result.expect_err("no answer");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(302));
    assert_eq!(server.seen().len(), 1);
    assert!(plain.seen().is_empty(), "credentials stay home");
}

#[tokio::test]
async fn download_trusts_configured_authority() {
    for (certificate, is_fine) in [(Certificate::InOrder, true), (Certificate::Expired, false)] {
        let place =
            RawServer::start_tls(certificate, |_| Answer::response(200, "", "content")).await;
        let url = format!("https://{}/5.sql.gz", place.address());
        let api = RawServer::start(move |_| Answer::json(&format!("{DUMP}\"{url}\"}}"))).await;
        let builder = api.builder().extra_ca_pem(place.authority().expect("TLS"));
        let client = builder.build().expect("a client");
        let mut content = Vec::new();
        let dump = client.hosting("example.ovh").database("x").dump(5);
        let result = dump.download_to(&mut content).await;
        if is_fine {
            assert_eq!(result.expect("a dump"), 7);
            assert_eq!(content, b"content");
            let head = format!("{:?}", place.seen()[0].headers).to_ascii_lowercase();
            assert!(
                !head.contains("x-ovh") && !head.contains("authorization"),
                "{head}"
            );
        } else {
            fails(result.map(drop), ErrorKind::Connection, &["127.0.0.1"]);
            assert!(place.seen().is_empty());
        }
    }
}
