//! Under which URL the server is known, and under which one it was called.

use std::borrow::Cow;

use super::Engine;
use crate::wire::Incoming;

impl Engine {
    /// The host and port of the public URL, if there is one.
    pub(crate) fn public_host(&self) -> Option<&str> {
        let public = self.public.as_deref()?;
        public.split_once("://").map(|(_, host)| host)
    }

    /// Scheme, host and port of the addresses in an answer: those that the caller used, if it may
    /// be another machine.
    pub(super) fn origin_for(&self, incoming: &Incoming) -> Cow<'_, str> {
        match incoming.header("host") {
            Some(host) if !incoming.local.is_loopback() => {
                let scheme = self.origin.split(':').next().unwrap_or("http");
                Cow::Owned(format!("{scheme}://{host}"))
            }
            _ => Cow::Borrowed(&self.origin),
        }
    }

    /// The absolute URL against which a signature is checked: what the `Host` header says, and the
    /// target letter for letter.
    pub(super) fn url_as_received(&self, incoming: &Incoming) -> String {
        if !incoming.target.starts_with('/') {
            return incoming.target.clone();
        }
        if let Some(public) = &self.public {
            return format!("{public}{}", incoming.target);
        }
        match incoming.header("host") {
            Some(host) => {
                let scheme = self.origin.split(':').next().unwrap_or("http");
                format!("{scheme}://{host}{}", incoming.target)
            }
            None => format!("{}{}", self.origin, incoming.target),
        }
    }
}
