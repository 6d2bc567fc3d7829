//! The number of writes that are being sent, for programs that stop between them.

use tokio::sync::watch;

/// Counts the writes that are being sent.
#[derive(Debug, Default)]
pub(super) struct Writes(watch::Sender<u32>);

impl Writes {
    /// Counts a write until the guard is dropped.
    pub(super) fn begin(&self) -> Write<'_> {
        self.0.send_modify(|count| *count += 1);
        Write(self)
    }

    /// Ends once no write is being sent.
    pub(super) async fn none(&self) {
        // The sender is in `self`, so the channel is open.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

/// A write that is being sent, with its retries.
#[derive(Debug)]
pub(super) struct Write<'a>(&'a Writes);

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}
