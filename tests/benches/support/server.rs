//! A server that is only fast: it answers every call with the same hosting, checks nothing and
//! keeps nothing, so that what is measured is the client.
//!
//! What it answers with was answered by a sandbox a moment before, headers and all.

use std::convert::Infallible;
use std::io::Read;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use ovh_web_tests::{SERVICE, Scene};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

/// What every call is answered with.
#[derive(Clone, Debug)]
struct Canned {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// Body and headers with which a sandbox answers for its hosting.
pub(crate) async fn hosting() -> (Vec<u8>, Vec<(String, String)>) {
    let scene = Scene::start().await;
    let reply = scene.client.hosting(SERVICE).get().reply().await;
    let reply = reply.expect("the sandbox has it");
    (reply.body().to_vec(), reply.headers().to_vec())
}

impl Canned {
    async fn cook() -> Self {
        let (body, headers) = hosting().await;
        // What hyper writes by itself.
        let own = ["content-length", "date", "connection"];
        Self {
            headers: headers
                .iter()
                .filter(|(name, _)| !own.contains(&name.as_str()))
                .map(|(name, value)| {
                    (
                        name.parse().expect("a header's name"),
                        value.parse().expect("a header's value"),
                    )
                })
                .collect(),
            body: body.into(),
        }
    }

    fn answer(&self, path: &str) -> Response<Full<Bytes>> {
        if path.ends_with("/auth/time") {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let now = now.unwrap_or_default().as_secs().to_string();
            return Response::new(Full::from(now));
        }
        let mut response = Response::new(Full::new(self.body.clone()));
        let headers = response.headers_mut();
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        response
    }
}

/// Serves until standard input ends, so that it never outlives who started it. Prints one line:
/// the base URL, and the certificate authority as PEM if it speaks HTTPS.
pub(crate) async fn serve(encrypted: bool) {
    let canned = Arc::new(Canned::cook().await);
    let (acceptor, authority) = encrypted.then(tls).unzip();
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = listener.await.expect("a port on the loopback");
    let address = listener.local_addr().expect("an address");
    let scheme = if encrypted { "https" } else { "http" };
    super::tell(&serde_json::json!({
        "url": format!("{scheme}://{address}/1.0"),
        "port": address.port(),
        "authority": authority,
    }));
    let (closed, gone) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = closed.send(());
    });
    tokio::select! {
        _ = gone => {}
        () = accept(listener, acceptor, canned) => {}
    }
}

async fn accept(
    listener: tokio::net::TcpListener,
    acceptor: Option<TlsAcceptor>,
    canned: Arc<Canned>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let (canned, acceptor) = (Arc::clone(&canned), acceptor.clone());
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            match acceptor {
                None => speak(stream, canned).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        speak(stream, canned).await;
                    }
                }
            }
        });
    }
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin>(stream: S, canned: Arc<Canned>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let canned = Arc::clone(&canned);
        async move {
            let (head, body) = request.into_parts();
            // A body that is not read would cost the connection.
            let _ = body.collect().await;
            Ok::<_, Infallible>(canned.answer(head.uri.path()))
        }
    });
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// A certificate for this machine, and the authority that made it.
fn tls() -> (TlsAcceptor, String) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    // Without a name of its own it looks like the certificate that it signs.
    let name = "an authority for measurements";
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let params = CertificateParams::new(names).expect("two names");
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the usual versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .expect("a certificate and its key");
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}
