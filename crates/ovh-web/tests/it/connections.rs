//! Tests of idle connections, several runtimes, and SOCKS proxies.

#![allow(
    clippy::disallowed_methods,
    reason = "a server that closes idle connections uses real time"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ovh_web::{Client, ClientBuilder, Clock, Error, Method, SystemClock};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// A server that keeps connections open, and closes them after an idle time.
struct KeepAlive {
    address: String,
    connections: Arc<AtomicUsize>,
}

impl KeepAlive {
    async fn start(idle: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, idle));
            }
        });
        Self {
            address,
            connections,
        }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url(format!("http://{}/1.0", self.address))
            .access_token("a-token")
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Answers each request of at most one packet with `null`.
async fn serve(mut stream: TcpStream, idle: Duration) {
    let mut buffer = [0; 4096];
    while let Ok(Ok(1..)) = tokio::time::timeout(idle, stream.read(&mut buffer)).await {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnull";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

async fn send(client: &Client, method: Method) -> Result<(), Error> {
    client.request(method, "/me").send().await
}

const LONG: Duration = Duration::from_secs(600);

#[tokio::test]
async fn writes_have_their_own_connections() {
    let server = KeepAlive::start(LONG).await;
    let client = server.builder().build().expect("a client");
    for (method, connections) in [(Method::GET, 1), (Method::GET, 1), (Method::POST, 2)] {
        send(&client, method).await.expect("an answer");
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn no_connection_is_used_after_the_idle_timeout() {
    let server = KeepAlive::start(LONG).await;
    let builder = server.builder().pool_idle_timeout(Duration::ZERO);
    let client = builder.build().expect("a client");
    for (count, method) in [Method::GET, Method::GET, Method::POST, Method::POST]
        .into_iter()
        .enumerate()
    {
        send(&client, method).await.expect("an answer");
        assert_eq!(server.connections(), count + 1);
    }
}

/// Writes around the moment when the server closes: none may be of unknown outcome.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "16 seconds of real time: cargo test -p ovh-web --test it -- --ignored"]
async fn no_write_is_lost_on_an_idle_connection() {
    const IDLE: Duration = Duration::from_secs(4);
    let server = KeepAlive::start(IDLE).await;
    let clients = (0..100).map(|number| {
        let client = server.builder().build().expect("a client");
        async move {
            // Spread over 100 ms around the moment when the server closes.
            let clock = SystemClock::new();
            let between = IDLE - Duration::from_millis(50) + Duration::from_millis(number);
            let mut lost = 0;
            for _ in 0..4 {
                lost += usize::from(send(&client, Method::POST).await.is_err());
                clock.sleep(between).await;
            }
            lost
        }
    });
    let clients: Vec<_> = clients.map(tokio::spawn).collect();
    let mut lost = 0;
    for client in clients {
        lost += client.await.expect("a count");
    }
    assert_eq!(lost, 0, "of 400 writes");
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

#[test]
fn client_outlives_its_runtime() {
    let servers = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    let servers = servers.expect("a runtime");
    let server = servers.block_on(KeepAlive::start(LONG));
    let client = server.builder().build().expect("a client");
    for count in 1..=20 {
        // Each run ends its runtime, and with it its connections.
        let written = runtime().block_on(send(&client, Method::POST));
        written.expect("written on a separate connection");
        assert_eq!(server.connections(), count);
    }
    let (first, second) = (runtime(), runtime());
    for _ in 0..3 {
        first
            .block_on(send(&client, Method::GET))
            .expect("an answer");
        second
            .block_on(send(&client, Method::GET))
            .expect("an answer");
    }
    assert_eq!(server.connections(), 22, "one for each runtime");
}

/// A SOCKS5 proxy that connects to one address, and reports the requested one.
async fn socks(target: String) -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.expect("a client");
        let mut head = [0; 2];
        client.read_exact(&mut head).await.expect("a greeting");
        let mut methods = vec![0; head[1].into()];
        client.read_exact(&mut methods).await.expect("the methods");
        client.write_all(&[5, 0]).await.expect("no password");
        let mut request = [0; 5];
        client.read_exact(&mut request).await.expect("a request");
        let asked = match request {
            [5, 1, 0, 3, length] => {
                let mut rest = vec![0; usize::from(length) + 2];
                client.read_exact(&mut rest).await.expect("a name");
                String::from_utf8_lossy(&rest[..length.into()]).into_owned()
            }
            [5, 1, 0, 1, first] => {
                let mut rest = [0; 5];
                client.read_exact(&mut rest).await.expect("an address");
                format!("{first}.{}.{}.{}", rest[0], rest[1], rest[2])
            }
            other => panic!("not a request to connect: {other:?}"),
        };
        tell.send(asked).expect("who listens");
        let granted = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        client.write_all(&granted).await.expect("granted");
        let mut server = TcpStream::connect(target).await.expect("the server");
        copy_bidirectional(&mut client, &mut server).await.ok();
    });
    (address, told)
}

#[tokio::test]
async fn calls_use_a_socks_proxy() {
    let server = KeepAlive::start(LONG).await;
    let (proxy, mut asked) = socks(server.address.clone()).await;
    let client = Client::builder()
        .base_url("http://localhost:1/1.0")
        .access_token("a-token")
        .proxy(format!("socks5h://{proxy}"))
        .build()
        .expect("a client");
    send(&client, Method::GET).await.expect("an answer");
    let asked = asked.recv().await.expect("what was asked for");
    assert_eq!(asked, "localhost", "the proxy resolves the name");
}
