//! The sockets: a listener, connections with limits, and a thread of their own.
//!
//! The thread has its own runtime, so that a sandbox answers whatever its owner is doing: waiting
//! for a child process, standing still with a paused clock, or running no runtime at all.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming as BodyIn, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use crate::connections::{Connections, Visit};
use crate::control::{self, guard};
use crate::cors;
use crate::engine::Engine;
use crate::reply::Refusal;
use crate::routes::ExtraRoute;
use crate::tls::Tls;
use crate::wire::{Incoming, Outgoing, Slow};

/// The largest body that is read.
const BODY_LIMIT: usize = 1024 * 1024;
/// How much of a request's head is read, and how many headers.
const HEAD_LIMIT: usize = 64 * 1024;
const HEADERS: usize = 100;

/// How long a client may take for a handshake, for a head, and then for a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts(pub(crate) Duration);

impl Default for Timeouts {
    fn default() -> Self {
        Self(Duration::from_secs(60))
    }
}

/// What a connection needs to know.
#[derive(Clone)]
struct ConnState {
    engine: Arc<Engine>,
    tls: Option<Tls>,
    patience: Duration,
}

/// A running server. It stops when it is told to or dropped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    stopped: Option<oneshot::Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `engine` on `listener` from a thread of its own.
    pub(crate) fn start(
        listener: TcpListener,
        engine: Arc<Engine>,
        tls: Option<Tls>,
        patience: Timeouts,
    ) -> io::Result<Self> {
        let room = ConnState {
            engine,
            tls,
            patience: patience.0,
        };
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
                        () = accept(listener, room) => {}
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

async fn accept(listener: tokio::net::TcpListener, room: ConnState) {
    let connections = Arc::new(Connections::default());
    loop {
        match listener.accept().await {
            Ok((stream, _)) => connections.spawn(|visit| serve(stream, visit, room.clone())),
            // Too many open files: the place of an idle connection is free once its task ran.
            Err(_) if connections.close_idle() => tokio::task::yield_now().await,
            // All are at work, or a connection was gone before it was taken.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// The two ends of a connection.
#[derive(Clone, Copy)]
struct Ends {
    peer: IpAddr,
    local: IpAddr,
}

async fn serve(stream: tokio::net::TcpStream, visit: Arc<Visit>, room: ConnState) {
    // Small replies would otherwise wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let (Ok(peer), Ok(local)) = (stream.peer_addr(), stream.local_addr()) else {
        return;
    };
    let ends = Ends {
        peer: peer.ip().to_canonical(),
        local: local.ip().to_canonical(),
    };
    match &room.tls {
        None => speak(TokioIo::new(stream), ends, &visit, room).await,
        // A handshake that fails is between the client and its trust in the sandbox.
        Some(tls) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(room.patience, tls.accept(stream)).await {
                speak(TokioIo::new(stream), ends, &visit, room).await;
            }
        }
    }
}

/// Speaks HTTP on a connection until it ends.
async fn speak<S>(stream: TokioIo<S>, ends: Ends, visit: &Arc<Visit>, room: ConnState)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let patience = room.patience;
    let service = service_fn(move |request| {
        let (engine, visit) = (Arc::clone(&room.engine), Arc::clone(visit));
        async move { respond(&engine, ends, &visit, patience, request).await }
    });
    // What goes wrong on a connection is the client's business: hyper has answered it, or a
    // fault has cut it.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .max_buf_size(HEAD_LIMIT)
        .max_headers(HEADERS)
        .serve_connection(stream, service)
        .await;
}

async fn respond(
    engine: &Arc<Engine>,
    ends: Ends,
    visit: &Visit,
    patience: Duration,
    request: Request<BodyIn>,
) -> Result<Response<Written>, Cut> {
    let (head, body) = request.into_parts();
    let mut incoming = Incoming {
        method: head.method.as_str().to_owned(),
        target: head.uri.to_string(),
        headers: head.headers,
        body: Vec::new(),
        peer: ends.peer,
        local: ends.local,
    };
    let read = tokio::time::timeout(patience, Limited::new(body, BODY_LIMIT).collect()).await;
    visit.set_busy(true);
    let mut outgoing = match read {
        Ok(Ok(body)) => {
            incoming.body = body.to_bytes().into();
            dispatch(engine, &incoming)
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
    cors::allow(&incoming, &mut outgoing);
    if !outgoing.wire.delay.is_zero() {
        tokio::time::sleep(outgoing.wire.delay).await;
    }
    visit.set_busy(false);
    if outgoing.wire.reset {
        return Err(Cut);
    }
    Ok(write(outgoing))
}

/// Finds who answers: the sandbox's own routes, those beside the section, or the section.
fn dispatch(engine: &Arc<Engine>, incoming: &Incoming) -> Outgoing {
    if let Some(outgoing) = control::answer(engine, incoming) {
        return outgoing;
    }
    if let Err(refusal) = guard::admits_host(engine, incoming) {
        return engine.refuse(incoming, refusal);
    }
    if let Some(outgoing) = cors::preflight(incoming) {
        return outgoing;
    }
    match ExtraRoute::find(incoming.path()) {
        Some(route) => engine.answer_beside(route, incoming),
        None => engine.answer(incoming),
    }
}

fn write(outgoing: Outgoing) -> Response<Written> {
    let whole = Bytes::from(outgoing.body);
    let length = whole.len();
    let cut = outgoing.wire.truncate.filter(|cut| *cut < length);
    let body = Written {
        rest: whole.slice(..cut.unwrap_or(length)),
        announced: length,
        cut: cut.is_some(),
        waited: false,
        slow: outgoing.wire.slow,
        pause: None,
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(outgoing.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in outgoing.headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A connection that a fault cuts.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut by a fault")
    }
}

impl std::error::Error for Cut {}

/// A body that may come slowly, and end before it was announced to.
struct Written {
    rest: Bytes,
    announced: usize,
    cut: bool,
    waited: bool,
    slow: Option<Slow>,
    /// The pause before the next piece of a slow body.
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Written {
    /// What is sent at once: everything, or a piece.
    fn piece(&mut self) -> Bytes {
        let Some(slow) = self.slow else {
            return std::mem::take(&mut self.rest);
        };
        let piece = self.rest.split_to(slow.bytes.min(self.rest.len()));
        if !self.rest.is_empty() {
            self.pause = Some(Box::pin(tokio::time::sleep(slow.pause)));
        }
        piece
    }
}

impl Body for Written {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(pause) = &mut self.pause {
            std::task::ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if !self.rest.is_empty() {
            Poll::Ready(Some(Ok(Frame::data(self.piece()))))
        } else if !self.cut {
            Poll::Ready(None)
        } else if self.waited {
            Poll::Ready(Some(Err(Cut)))
        } else {
            // What is there goes onto the wire while one waits, and only then comes the end.
            self.waited = true;
            context.waker().wake_by_ref();
            Poll::Pending
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.cut && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.announced).unwrap_or(u64::MAX))
    }
}
