//! Whole journeys with secrets, wrong settings and broken servers.

use std::time::Duration;

use ovh_web::config::Sources;
use ovh_web::types::{
    DatabaseCapacity, ModuleDependencyInput, NewCertificate, NewDatabase, NewDatabaseType,
    NewModule, NewUser, UserChangePassword,
};
use ovh_web::{Client, Credentials, Error, ErrorKind, Method};
use ovh_web_sandbox::Sandbox;
use ovh_web_tests::{Answer, Log, RawServer, SERVICE, Scene, Shown};
use serde_json::json;

/// Values that begin with `canary` and occur nowhere else, so that each place where one shows is a
/// leak.
const APPLICATION_KEY: &str = "canaryAK0000000A";
const APPLICATION_SECRET: &str = "canaryAS0000000000000000000000000A";
const CONSUMER_KEY: &str = "canaryCK0000000000000000000000000A";
const PASSWORD: &str = "canaryPW-database-0";
const ADMIN: &str = "canaryPW-admin-0";
const DEPENDENCY: &str = "canaryPW-dependency-0";
const LOGIN: &str = "canaryPW-user-0";
const PEM: &str = "canaryPEM-0";
const QUERY: &str = "canaryQuery-0";
const PROXY: &str = "canaryProxy-0";

async fn scene() -> Scene {
    let builder = Sandbox::builder()
        .application_key(APPLICATION_KEY)
        .application_secret(APPLICATION_SECRET)
        .consumer_key(CONSUMER_KEY)
        // A canary is no plausible password, and no key.
        .lenient();
    Scene::of(builder).await
}

fn database() -> NewDatabase {
    let capacity = DatabaseCapacity::SqlPerso;
    NewDatabase::new(capacity, NewDatabaseType::Mysql, "exampleshop").password(PASSWORD)
}

fn user() -> NewUser {
    NewUser::new("www", "example-a", LOGIN)
}

fn module() -> NewModule {
    let dependency = ModuleDependencyInput::new()
        .name("exampleshop.mysql.db")
        .password(DEPENDENCY);
    NewModule::new(102)
        .admin_password(ADMIN)
        .dependencies(vec![dependency])
}

/// The writes that carry secrets, and a free request with one in its query and its body.
async fn writes(client: &Client) -> Vec<Result<(), Error>> {
    let hosting = client.hosting(SERVICE);
    let change = UserChangePassword::new(LOGIN);
    let raw = client.raw().users();
    vec![
        wait(hosting.databases().create(&database()).await).await,
        wait(hosting.users().create(&user()).await).await,
        wait(hosting.modules().install(&module()).await).await,
        raw.change_password(SERVICE, "example-a", &change)
            .await
            .map(drop),
        match hosting.certificate().import("own", PEM, "chain").await {
            Ok(order) => order.wait().await.map(drop),
            Err(error) => Err(error),
        },
        client
            .request(
                Method::POST,
                format!("/hosting/web/{SERVICE}/user?token={QUERY}"),
            )
            .query("secret", QUERY)
            .body(&json!({"password": LOGIN}))
            .send()
            .await,
    ]
}

async fn wait<T>(task: Result<ovh_web::handle::Task<T>, Error>) -> Result<(), Error> {
    task?.wait().await.map(drop)
}

#[tokio::test]
async fn whole_run_hides_secrets() {
    let log = Log::keep();
    let scene = scene().await;
    let mut shown = Shown::default();
    for (index, result) in writes(&scene.client).await.into_iter().enumerate() {
        match result {
            Ok(()) => assert!(index < 5),
            Err(error) => {
                assert_eq!(index, 5, "only the free request is refused: {error}");
                shown.error(&error);
            }
        }
    }
    // The second time around everything is there already.
    for result in writes(&scene.client).await {
        if let Err(error) = result {
            shown.error(&error);
        }
    }
    let wrong = scene.builder().application_secret("canaryAS-wrong").build();
    for result in writes(&wrong.expect("complete settings")).await {
        shown.error(&result.expect_err("refused"));
    }
    shown.debug("client", &scene.client);
    shown.debug("raw", scene.client.raw());
    shown.debug("hosting", &scene.hosting());
    shown.debug("builder", &scene.builder());
    shown.debug("sandbox", &scene.sandbox);
    shown.debug("state", &scene.sandbox.state());
    let state = scene.sandbox.state();
    shown.debug("users", &state.users(SERVICE));
    shown.debug("databases", &state.databases(SERVICE));
    shown.debug("modules", &state.modules(SERVICE));
    shown.debug("certificate", &state.certificate(SERVICE));
    shown.display("log", &log.text());
    shown.holds_no_canary();

    // The capture works, and the log is of use without the secrets.
    for words in [
        "ovh_call",
        "users::create",
        "databases::create",
        "response received",
        "EU.",
    ] {
        assert!(log.text().contains(words), "no {words} in the log");
    }

    // The journal shows the application key, which OVHcloud counts as public, and no other.
    let mut journal = Shown::default();
    for entry in scene.sandbox.journal().entries() {
        journal.display("entry", &entry);
        journal.debug("entry", &entry);
    }
    journal.0 = journal
        .0
        .replace(APPLICATION_KEY, "")
        // The server's own help quotes signatures, which open nothing once they are used.
        .replace("$1$", "");
    // A free request is the caller's own text: an unknown query value is nothing the sandbox can
    // know to be secret, so only its path is looked at.
    journal.0 = journal.0.replace(QUERY, "");
    journal.holds_no_canary();
}

#[tokio::test]
async fn secret_values_are_redacted() {
    let log = Log::keep();
    let mut shown = Shown::default();
    let credentials = Credentials::new(APPLICATION_KEY, APPLICATION_SECRET, CONSUMER_KEY);
    shown.debug("credentials", &credentials);
    shown.debug("database", &database());
    shown.debug("user", &user());
    shown.debug("module", &module());
    shown.debug("change", &UserChangePassword::new(LOGIN));
    let certificate = NewCertificate::new().certificate("own").key(PEM);
    shown.debug("certificate", &certificate);
    let sources = Sources::new()
        .variable("OVH_APPLICATION_SECRET", APPLICATION_SECRET)
        .file(
            "ovh.conf",
            format!("[ovh-eu]\nconsumer_key = {CONSUMER_KEY}\n"),
        );
    shown.debug("sources", &sources);
    let builder = Client::builder()
        .base_url("http://127.0.0.1:9/1.0")
        .credentials(credentials)
        .proxy(format!("http://user:{PROXY}@127.0.0.1:9"));
    shown.debug("builder", &builder);
    let client = builder.build().expect("complete settings");
    shown.debug("client", &client);
    let call = client.raw().users().create(SERVICE, &user());
    shown.debug("call", &call);
    let request = call.into_request().expect("a request");
    shown.display("name", &request.name());
    shown.debug("request", &request);
    let free = client
        .request(Method::GET, format!("/me?token={QUERY}"))
        .query("secret", QUERY);
    shown.debug("free request", &free);
    let call = free.json::<serde_json::Value>();
    shown.debug("free call", &call);
    let request = call.into_request().expect("a request");
    shown.display("name", &request.name());
    shown.debug("request", &request);
    shown.debug(
        "sandbox builder",
        &Sandbox::builder()
            .application_secret(APPLICATION_SECRET)
            .consumer_key(CONSUMER_KEY),
    );
    // The clients connect to nobody: the error of the proxy's connection is one more place.
    shown.error(
        &client
            .hostings()
            .names()
            .await
            .expect_err("nobody is there"),
    );
    shown.display("log", &log.text());
    shown.holds_no_canary();
    assert!(shown.0.contains("[redacted]") && shown.0.contains("/me"));
}

#[tokio::test]
async fn invalid_settings_are_not_quoted() {
    let log = Log::keep();
    let mut shown = Shown::default();
    for sources in [
        Sources::new().file("ovh.conf", format!("[ovh-eu\nconsumer_key={CONSUMER_KEY}")),
        Sources::new().file("ovh.conf", format!("{CONSUMER_KEY}\n")),
        Sources::new()
            .variable("OVH_ENDPOINT", "ovh-eu")
            .variable("OVH_APPLICATION_KEY", APPLICATION_KEY)
            .variable(
                "OVH_APPLICATION_SECRET",
                format!("{APPLICATION_SECRET}\u{7f}é"),
            )
            .variable("OVH_CONSUMER_KEY", CONSUMER_KEY),
        Sources::new()
            .variable("OVH_ENDPOINT", "ovh-eu")
            .variable("OVH_CONSUMER_KEY", CONSUMER_KEY),
    ] {
        if let Err(error) = Client::builder().sources(sources).build() {
            assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
            shown.error(&error);
        }
    }
    for proxy in [
        PROXY.to_owned(),
        format!("ftp://u:{PROXY}@127.0.0.1:1"),
        format!("http://u:{PROXY}@example.com:1"),
    ] {
        let builder = Client::builder()
            .base_url("http://127.0.0.1:9/1.0")
            .credentials(Credentials::new(
                APPLICATION_KEY,
                APPLICATION_SECRET,
                CONSUMER_KEY,
            ))
            .proxy(proxy);
        shown.debug("builder", &builder);
        let error = builder.build().expect_err("no proxy for this");
        shown.error(&error);
    }
    let odd = Client::builder()
        .base_url(format!("http://user:{PROXY}@127.0.0.1:9/1.0"))
        .credentials(Credentials::new(
            APPLICATION_KEY,
            APPLICATION_SECRET,
            CONSUMER_KEY,
        ));
    shown.debug("builder", &odd);
    match odd.build() {
        Ok(client) => {
            shown.debug("client", &client);
            shown.debug("endpoint", client.endpoint());
        }
        Err(error) => shown.error(&error),
    }
    shown.display("log", &log.text());
    shown.holds_no_canary();
}

#[tokio::test]
async fn transport_errors_do_not_quote_the_request() {
    let log = Log::keep();
    let mut shown = Shown::default();
    let answers: [fn() -> Answer; 7] = [
        || Answer::Bytes(b"".to_vec()),
        || Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"a".to_vec()),
        || Answer::Bytes(b"no HTTP at all\r\n\r\n".to_vec()),
        || Answer::response(502, "Content-Type: text/html\r\n", "<h1>Bad Gateway</h1>"),
        || Answer::response(200, "", ""),
        || Answer::json(r#"{"id": "seven"}"#),
        || Answer::response(302, "Location: http://127.0.0.1:9/login\r\n", ""),
    ];
    for answer in answers {
        let server = RawServer::start(move |_| answer()).await;
        let client = server
            .builder()
            .credentials(Credentials::new(
                APPLICATION_KEY,
                APPLICATION_SECRET,
                CONSUMER_KEY,
            ))
            .build()
            .expect("complete settings");
        for (index, result) in writes(&client).await.into_iter().enumerate() {
            match result {
                Err(error) => shown.error(&error),
                // A free request takes any success for one.
                Ok(()) => assert_eq!(index, 5),
            }
        }
        for seen in server.seen() {
            let path = seen.target.split('?').next().unwrap_or_default().to_owned();
            shown.display("path", &path);
            if !path.ends_with("/user") {
                shown.display("target", &seen.target);
            }
        }
        let late = client
            .hosting(SERVICE)
            .users()
            .get("example-a")
            .timeout(Duration::ZERO);
        shown.error(&late.await.expect_err("no time at all"));
    }
    shown.display("log", &log.text());
    shown.holds_no_canary();
}

#[tokio::test]
async fn verbose_connections_of_reqwest_are_off() {
    let log = Log::keep();
    let server = RawServer::start(|_| Answer::json("7")).await;
    let settings = || {
        let settings = reqwest::Client::builder().tls_certs_only([]);
        settings.connection_verbose(true)
    };
    // reqwest alone would log what it sends.
    let client = server.builder().reqwest(settings);
    let client = client
        .application_secret(APPLICATION_SECRET)
        .consumer_key(CONSUMER_KEY);
    let client = client.build().expect("complete settings");
    let own = settings().build().expect("a client of reqwest");
    let url = format!("http://{}/1.0/me", server.address());
    let sent = own.get(url).header("x-own", "loggedByReqwest").send().await;
    sent.expect("an answer");
    assert!(log.text().contains("loggedByReqwest"), "the log has it all");

    let call = client.request(Method::POST, "/me").header("X-Own", PEM);
    call.body(PASSWORD).send().await.expect("an answer");
    assert_eq!(server.seen().len(), 2);
    let mut shown = Shown::default();
    shown.display("log", &log.text());
    shown.holds_no_canary();
}

#[tokio::test]
async fn decode_error_hides_response_secrets() {
    let log = Log::keep();
    // A response may hold a secret for the caller: it is in the raw body only.
    let server = RawServer::start(|_| {
        Answer::json(r#"{"consumerKey": "canaryCK-given", "state": 7, "validationUrl": "x"}"#)
    })
    .await;
    let client = server.client();
    let wanted = ovh_web::types::CredentialRequest::new();
    let asked = client.raw().auth().request_credential(&wanted).await;
    let error = asked.expect_err("a number for a word");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let mut shown = Shown::default();
    shown.error(&error);
    shown.display("log", &log.text());
    shown.holds_no_canary();
    assert!(String::from_utf8_lossy(error.raw_body()).contains("canaryCK-given"));
}
