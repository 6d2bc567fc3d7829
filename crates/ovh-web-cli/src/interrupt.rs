//! Ctrl-C: it ends a read at once, and lets a write in flight end.

use std::future::{IntoFuture, pending};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::{Failure, Outcome};
use crate::session::Session;

/// The note at the first interrupt of a write.
pub(crate) const ENDS_FIRST: &str = "interrupted: what was sent ends first; again to stop at once";

/// Waits for a read. An interrupt ends it.
pub(crate) async fn unless_interrupted<T>(
    session: &Session,
    work: impl IntoFuture<Output = T>,
) -> Outcome<T> {
    tokio::select! {
        biased;
        result = work.into_future() => Ok(result),
        () = interrupts(session, 1) => Err(Failure::interrupted()),
    }
}

/// Waits for a write. A second interrupt ends it.
pub(crate) async fn unless_stopped<T>(
    session: &Session,
    work: impl IntoFuture<Output = T>,
) -> Outcome<T> {
    let mut work = pin!(work.into_future());
    tokio::select! {
        biased;
        result = &mut work => return Ok(result),
        () = interrupts(session, 1) => session.console.note(ENDS_FIRST),
    }
    tokio::select! {
        biased;
        result = work => Ok(result),
        () = interrupts(session, 2) => Err(Failure::stopped()),
    }
}

tokio::task_local! {
    /// `true` once a write is being sent.
    static IS_SENT: Arc<AtomicBool>;
}

/// Records that a write is being sent.
pub(crate) fn mark_sent() {
    // Other commands do not need to know.
    let _ = IS_SENT.try_with(|is_sent| is_sent.store(true, Ordering::Relaxed));
}

/// Does a write, and the reads around it. `None` if it is interrupted before anything is written,
/// such as while it waits for the limit of `--rate`.
pub(crate) async fn unless_interrupted_before_sending<T>(
    session: &Session,
    work: impl IntoFuture<Output = T>,
) -> Option<T> {
    let is_sent = Arc::new(AtomicBool::new(false));
    let interrupted = async {
        interrupts(session, 1).await;
        if is_sent.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        result = IS_SENT.scope(is_sent.clone(), work.into_future()) => Some(result),
        () = interrupted => None,
    }
}

/// Ends after so many interrupts.
pub(crate) async fn interrupts(session: &Session, count: u32) {
    let mut interrupts = session.interrupts.clone();
    if interrupts.wait_for(|it| *it >= count).await.is_err() {
        // Interrupts are not counted any more.
        pending::<()>().await;
    }
}
