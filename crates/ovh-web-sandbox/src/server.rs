//! The sockets: a loopback listener, connections with limits, and a thread of their own.
//!
//! The thread has its own runtime, so that a sandbox answers whatever its owner is doing: waiting
//! for a child process, standing still with a paused clock, or running no runtime at all.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming as BodyIn};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use crate::engine::{Engine, Incoming, Outgoing};
use crate::reply::Refusal;

/// The largest body that is read.
const BODY_LIMIT: usize = 1024 * 1024;
/// How much of a request's head is read, and how many headers.
const HEAD_LIMIT: usize = 64 * 1024;
const HEADERS: usize = 100;
/// How long a client may take for a head, and then for a body.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. It stops when it is told to or dropped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    stopped: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `engine` on `listener` from a thread of its own.
    pub(crate) fn start(listener: TcpListener, engine: Arc<Engine>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopping) = oneshot::channel();
        let (ended, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("ovh-web-sandbox".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = accept(listener, engine) => {}
                        _ = stopping => {}
                    }
                });
                // Open connections go with the runtime, before anyone is told that it is over.
                drop(runtime);
                let _ = ended.send(());
            })?;
        Ok(Self {
            stop: Some(stop),
            stopped: Some(stopped),
            thread: Some(thread),
        })
    }

    /// Stops and waits for the end.
    pub(crate) async fn stop(mut self) {
        self.stop.take();
        if let Some(stopped) = self.stopped.take() {
            let _ = stopped.await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A dropped sender is the signal.
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, engine: Arc<Engine>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&engine)));
            }
            // Too many open files, or a connection that was gone before it was taken: neither
            // may end the server, nor keep it spinning.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: tokio::net::TcpStream, engine: Arc<Engine>) {
    // Small replies would otherwise wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let engine = Arc::clone(&engine);
        async move { Ok::<_, Infallible>(respond(&engine, request).await) }
    });
    // What goes wrong on a connection is the client's business: hyper has answered it.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(HEAD_LIMIT)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(engine: &Engine, request: Request<BodyIn>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let mut incoming = Incoming {
        method: head.method.as_str().to_owned(),
        target: head.uri.to_string(),
        headers: head.headers,
        body: Vec::new(),
    };
    let read = tokio::time::timeout(PATIENCE, Limited::new(body, BODY_LIMIT).collect()).await;
    let outgoing = match read {
        Ok(Ok(body)) => {
            incoming.body = body.to_bytes().into();
            engine.answer(&incoming)
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => engine.refuse(
            &incoming,
            Refusal::new(
                413,
                "Client::BadRequest",
                format!("The body is larger than {BODY_LIMIT} bytes"),
            ),
        ),
        Ok(Err(_)) => engine.refuse(
            &incoming,
            Refusal::bad_request("The body could not be read to its end"),
        ),
        Err(_) => engine.refuse(
            &incoming,
            Refusal::new(408, "Client::BadRequest", "The body took too long"),
        ),
    };
    write(outgoing)
}

fn write(outgoing: Outgoing) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(outgoing.body)));
    *response.status_mut() =
        StatusCode::from_u16(outgoing.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in outgoing.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
