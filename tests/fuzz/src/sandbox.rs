//! The sandbox, on the bytes of one connection. It never panics and never hangs.

use std::cell::RefCell;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ovh_web_sandbox::{Clock, Sandbox};

thread_local! {
    /// The sandbox and the number of runs that it served.
    static SANDBOX: RefCell<Option<(Sandbox, u32)>> = const { RefCell::new(None) };
}

/// Set when a thread of a sandbox panics, which the sandbox answers with 500.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

pub(crate) fn fuzz(data: &[u8]) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let is_sandbox = std::thread::current().name() == Some("ovh-web-sandbox");
            HAS_PANICKED.fetch_or(is_sandbox, Ordering::Relaxed);
            before(info);
        }));
    });
    SANDBOX.with_borrow_mut(|slot| {
        // A reset keeps the clock, so a new sandbox is needed now and then.
        let known = slot.take().filter(|(_, runs)| *runs < 256);
        let (sandbox, runs) = known.unwrap_or_else(|| {
            let builder = Sandbox::builder().clock(Clock::manual());
            let sandbox = builder.access_token("token").start_now();
            (sandbox.expect("a free port"), 0)
        });
        sandbox.reset();
        send(&sandbox, data).expect("the sandbox answers in time");
        *slot = Some((sandbox, runs + 1));
    });
    let has_panicked = HAS_PANICKED.load(Ordering::Relaxed);
    assert!(!has_panicked, "the sandbox panicked");
}

fn send(sandbox: &Sandbox, data: &[u8]) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(sandbox.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    // The sandbox may close the connection before it has read everything.
    let _ = stream.write_all(data);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
            Err(error)
        }
        _ => {
            assert!(answer.is_empty() || answer.starts_with(b"HTTP/1."));
            Ok(())
        }
    }
}
