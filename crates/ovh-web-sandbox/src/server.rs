//! The HTTP server: a listener, connections with limits, and a thread.
//!
//! The thread has its own runtime, so that a sandbox answers even if its owner blocks, pauses the
//! clock, or has no runtime.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use crate::connections::{ConnectionGuard, Connections};
use crate::control::{self, guard};
use crate::cors;
use crate::engine::Engine;
use crate::http::{HttpRequest, HttpResponse, Pieces};
use crate::response::Refusal;
use crate::tls::Tls;

const BODY_LIMIT: usize = 1024 * 1024;
/// The maximum size of a request's head, and the maximum number of headers.
const HEAD_LIMIT: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;

/// The default time for a handshake, for a head, and then for a body.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(60);

/// The shared state of all connections.
#[derive(Clone)]
struct ConnState {
    engine: Arc<Engine>,
    tls: Option<Tls>,
    timeout: Duration,
}

/// A running server. It stops when it is dropped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    stopped: oneshot::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a thread that serves `engine` on `listener`.
    pub(crate) fn start(
        listener: TcpListener,
        engine: Arc<Engine>,
        tls: Option<Tls>,
        timeout: Option<Duration>,
    ) -> io::Result<Self> {
        let state = ConnState {
            engine,
            tls,
            timeout: timeout.unwrap_or(CLIENT_TIMEOUT),
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
                        () = accept(listener, state) => {}
                        _ = stopping => {}
                    }
                });
                // Closes the open connections before the end is reported.
                drop(runtime);
                let _ = ended.send(());
            })?;
        Ok(Self {
            stop: Some(stop),
            stopped,
            thread: Some(thread),
        })
    }

    /// Stops, and waits for the end.
    pub(crate) async fn stop(mut self) {
        self.stop.take();
        let _ = (&mut self.stopped).await;
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

async fn accept(listener: tokio::net::TcpListener, state: ConnState) {
    let connections = Arc::new(Connections::default());
    loop {
        match listener.accept().await {
            Ok((stream, _)) => connections.spawn(|guard| serve(stream, guard, state.clone())),
            // Too many open files: an idle connection is closed once its task ran.
            Err(_) if connections.close_idle() => tokio::task::yield_now().await,
            // All are busy, or a connection was closed before it was accepted.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

struct Connection {
    state: ConnState,
    guard: Arc<ConnectionGuard>,
    peer: IpAddr,
    local: IpAddr,
}

async fn serve(stream: tokio::net::TcpStream, guard: Arc<ConnectionGuard>, state: ConnState) {
    // Otherwise small responses wait for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let (Ok(peer), Ok(local)) = (stream.peer_addr(), stream.local_addr()) else {
        return;
    };
    let (tls, timeout) = (state.tls.clone(), state.timeout);
    let connection = Arc::new(Connection {
        state,
        guard,
        peer: peer.ip().to_canonical(),
        local: local.ip().to_canonical(),
    });
    match tls {
        None => serve_http(stream, connection).await,
        // The client sees why a handshake fails.
        Some(tls) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(timeout, tls.accept(stream)).await {
                serve_http(stream, connection).await;
            }
        }
    }
}

async fn serve_http<S>(stream: S, connection: Arc<Connection>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let timeout = connection.state.timeout;
    let service = service_fn(move |request| respond(Arc::clone(&connection), request));
    // Hyper has answered an invalid request; a fault may have closed the connection.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(timeout)
        .max_buf_size(HEAD_LIMIT)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    connection: Arc<Connection>,
    request: Request<Incoming>,
) -> Result<Response<ResponseBody>, Cut> {
    let ConnState {
        engine, timeout, ..
    } = &connection.state;
    let (head, body) = request.into_parts();
    let mut request = HttpRequest {
        method: head.method.as_str().to_owned(),
        target: head.uri.to_string(),
        headers: head.headers,
        body: Vec::new(),
        peer: connection.peer,
        local: connection.local,
    };
    let read = tokio::time::timeout(*timeout, Limited::new(body, BODY_LIMIT).collect()).await;
    connection.guard.set_busy(true);
    let refuse = |status, message| Refusal::new(status, "Client::BadRequest", message);
    let mut response = match read {
        Ok(Ok(body)) => {
            request.body = body.to_bytes().into();
            dispatch(engine, &request)
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message = format!("The body is larger than {BODY_LIMIT} bytes");
            engine.refuse(&request, refuse(413, message))
        }
        Ok(Err(_)) => {
            let message = "The body could not be read to its end".to_owned();
            engine.refuse(&request, refuse(400, message))
        }
        Err(_) => engine.refuse(&request, refuse(408, "The body took too long".to_owned())),
    };
    cors::allow(&request, &mut response);
    if !response.delivery.delay.is_zero() {
        tokio::time::sleep(response.delivery.delay).await;
    }
    connection.guard.set_busy(false);
    if response.delivery.reset {
        return Err(Cut);
    }
    Ok(write(response))
}

/// Answers a request: control API, preflight, or the API.
fn dispatch(engine: &Arc<Engine>, request: &HttpRequest) -> HttpResponse {
    if let Some(response) = control::answer(engine, request) {
        return response;
    }
    if let Err(refusal) = guard::check_host(engine, request) {
        return engine.refuse(request, refusal);
    }
    cors::preflight(request).unwrap_or_else(|| engine.answer(request))
}

fn write(response: HttpResponse) -> Response<ResponseBody> {
    let whole = Bytes::from(response.body);
    let length = whole.len();
    let cut = response.delivery.truncate.filter(|cut| *cut < length);
    let mut written = Response::new(ResponseBody {
        rest: whole.slice(..cut.unwrap_or(length)),
        announced: length,
        cut: cut.is_some(),
        waited: false,
        slow: response.delivery.slow,
        pause: None,
    });
    *written.status_mut() =
        StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in response.headers {
        if let Ok(value) = value.parse() {
            written.headers_mut().insert(name, value);
        }
    }
    written
}

/// The error of a connection that a fault closes.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed by a fault")
    }
}

impl std::error::Error for Cut {}

/// A body that may be sent slowly, or be truncated.
struct ResponseBody {
    rest: Bytes,
    /// The value of `Content-Length`.
    announced: usize,
    cut: bool,
    waited: bool,
    slow: Option<Pieces>,
    /// The pause before the next piece of a slow body.
    pause: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl ResponseBody {
    /// The next piece, or all of the rest.
    fn piece(&mut self) -> Bytes {
        let Some(slow) = self.slow else {
            return std::mem::take(&mut self.rest);
        };
        let piece = self.rest.split_to(slow.bytes.min(self.rest.len()));
        if !self.rest.is_empty() {
            let pause = Duration::from_millis(slow.pause_ms);
            self.pause = Some(Box::pin(tokio::time::sleep(pause)));
        }
        piece
    }
}

impl Body for ResponseBody {
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
            // The rest is sent while this waits, before the connection is closed.
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
