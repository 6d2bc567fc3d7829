//! Saving a state, and bringing a saved one back.

use super::Engine;
use crate::clock::Moment;
use crate::persist::{RecordedEvent, Resumed, Saved};

impl Engine {
    /// The state as text, if it is recorded.
    pub(crate) fn saved(&self) -> Option<String> {
        let saved = {
            // No write may come between the last one and the end.
            let _world = self.world();
            let end = self.clock.now();
            self.record.saved(end, self.clock.unhurried())
        };
        saved.map(|saved| saved.text())
    }

    /// Brings a saved state back. Time does not stand still meanwhile: the clock goes on where it
    /// is by now, or where it was, whichever is later.
    pub(crate) fn resume(&self, saved: Saved) -> Resumed {
        self.clock.hold(saved.start());
        self.start_over(saved.start());
        let mut resumed = Resumed::default();
        let (end, unhurried) = saved.ends();
        for write in saved.into_writes() {
            let at = Moment::from_unix_millis(write.at);
            self.clock.hold(at);
            resumed.writes += 1;
            let same = match write.done {
                RecordedEvent::Call(call) => {
                    let status = self.again(&call.incoming(), call.caller.as_ref(), at);
                    status == call.status
                }
                RecordedEvent::AdminAction(deed) => self.act(&deed),
            };
            resumed.different += usize::from(!same);
        }
        self.clock.hold(end);
        self.clock.release(unhurried);
        resumed
    }
}
