//! The mail that the applications of a hosting send.

use serde_json::{Value, json};

use super::hosting::Hosting;

/// Where bounces go, and whether mail leaves at all.
#[derive(Clone)]
pub(crate) struct Mail {
    pub(crate) address: Option<String>,
    pub(crate) state: &'static str,
    pub(crate) task: Option<u64>,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            address: None,
            state: "ok",
            task: None,
        }
    }
}

impl Mail {
    /// A `hosting.web.email`. No application runs here, so nothing was sent.
    pub(crate) fn json(&self) -> Value {
        json!({
            "bounce": 0,
            "email": self.address,
            "maxPerDay": 2000,
            "sent": 0,
            "sentToday": 0,
            "state": self.state,
        })
    }
}

impl Hosting {
    pub(super) fn settle_mail(&mut self, state: &'static str) {
        self.mail.state = state;
        self.mail.task = None;
    }
}
