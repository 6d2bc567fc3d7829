//! A proxy in front of a sandbox that changes responses, and keeps them.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A response that can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) path: String,
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

type Edit = Arc<dyn Fn(&mut Reply) + Send + Sync>;

/// A running proxy.
pub(crate) struct Proxy {
    pub(crate) url: String,
    replies: Arc<Mutex<Vec<Reply>>>,
}

impl Proxy {
    /// Starts a proxy for the server at `upstream`, such as `http://127.0.0.1:8080/1.0`.
    pub(crate) async fn start(
        upstream: &str,
        edit: impl Fn(&mut Reply) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().to_string();
        let rest = upstream.strip_prefix("http://").unwrap();
        let server = rest.split('/').next().unwrap().to_owned();
        let url = upstream.replace(&server, &own);
        let replies = Arc::new(Mutex::new(Vec::new()));
        let (kept, edit): (_, Edit) = (replies.clone(), Arc::new(edit));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, kept, edit) = (server.clone(), kept.clone(), edit.clone());
                tokio::spawn(async move {
                    // A closed connection ends here.
                    let _ = serve(stream, &server, &kept, &edit).await;
                });
            }
        });
        Self { url, replies }
    }

    /// The responses so far, as they were changed.
    pub(crate) fn replies(&self) -> Vec<Reply> {
        self.replies.lock().unwrap().clone()
    }
}

/// Serves one request of a connection, and closes it.
async fn serve(
    mut client: TcpStream,
    server: &str,
    kept: &Mutex<Vec<Reply>>,
    edit: &Edit,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = client.read_u8().await?;
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let close = "\r\nConnection: close\r\n\r\n";
    let request = head.trim_end().to_owned() + close;
    let mut upstream = TcpStream::connect(server).await?;
    upstream.write_all(request.as_bytes()).await?;
    let mut response = Vec::new();
    upstream.read_to_end(&mut response).await?;
    let mut reply = parse(&response, path);
    edit(&mut reply);
    kept.lock().unwrap().push(reply.clone());
    let body = reply.body.to_string();
    let mut text = format!("HTTP/1.1 {} Status\r\n", reply.status);
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}{close}{body}", body.len()));
    client.write_all(text.as_bytes()).await?;
    client.shutdown().await
}

fn parse(response: &[u8], path: String) -> Reply {
    let text = String::from_utf8(response.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .filter(|(name, _)| name != "content-length" && name != "connection");
    Reply {
        path,
        status: status.parse().unwrap(),
        headers: headers.collect(),
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}
