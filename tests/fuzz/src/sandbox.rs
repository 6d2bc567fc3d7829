//! The sandbox, on the bytes of one connection. It never panics and never hangs.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ovh_web_sandbox::{Clock, Sandbox};

/// Set when a thread of a sandbox panics, which the sandbox answers with 500.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

/// The sandbox's HTTP server and all of its routes.
pub fn fuzz(data: &[u8]) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let is_sandbox = std::thread::current().name() == Some("ovh-web-sandbox");
            HAS_PANICKED.fetch_or(is_sandbox, Ordering::Relaxed);
            before(info);
        }));
    });
    let builder = Sandbox::builder().clock(Clock::manual());
    let sandbox = builder.access_token("token").start_now();
    let address = sandbox.as_ref().expect("a free port").address();
    let mut stream = TcpStream::connect(address).expect("a connection");
    let timeout = stream.set_read_timeout(Some(Duration::from_secs(10)));
    timeout.expect("a timeout");
    // The sandbox may close the connection before it has read everything.
    let _ = stream.write_all(data);
    let _ = stream.shutdown(Shutdown::Write);
    let mut response = Vec::new();
    if let Err(error) = stream.read_to_end(&mut response) {
        let is_late = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
        assert!(!is_late, "the sandbox does not answer");
    }
    assert!(response.is_empty() || response.starts_with(b"HTTP/1."));
    assert!(!HAS_PANICKED.load(Ordering::Relaxed), "it panicked");
}
