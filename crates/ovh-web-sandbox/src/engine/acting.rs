//! Changes that are no calls of the API.

use super::Engine;
use crate::admin_action::AdminAction;
use crate::persist::RecordedEvent;
use crate::state::World;

impl Engine {
    /// Does what a test or a person asks for, so that a saved state has it too; says whether there
    /// was something to do it to.
    pub(crate) fn act(&self, deed: &AdminAction) -> bool {
        self.act_on(&mut self.world(), deed)
    }

    /// The same, for who looks at the state at the same time.
    pub(super) fn act_on(&self, world: &mut World, deed: &AdminAction) -> bool {
        self.remember(world);
        let now = self.clock.now();
        let done = deed.apply(world, now);
        if done {
            self.record
                .add(now, || RecordedEvent::AdminAction(deed.clone()));
            self.changed();
        }
        done
    }
}
