//! `ovh.conf`, environment variables and URLs: there is a client, or an error that shows no secret.

use ovh_web::config::Sources;
use ovh_web::{Client, ErrorKind};

use crate::responses::Canned;

/// Part of every secret value.
const CANARY: &str = "c4n4ry";

/// `ovh.conf`, environment variables and URLs.
///
/// The input is a configuration file, then a second one, variables and settings of the builder, the
/// latter as lines of `name=value`. Each part ends with a NUL.
pub fn fuzz(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split('\0');
    let mut sources = Sources::new();
    for (name, text) in ["ovh.conf", "more.conf"].iter().zip(parts.by_ref().take(2)) {
        sources = sources.file(*name, text);
    }
    let mut pairs = || {
        let lines = parts.next().unwrap_or_default().lines();
        lines.filter_map(|line| line.split_once('='))
    };
    for (name, value) in pairs() {
        // Only keys, secrets and tokens are hidden.
        let mut hidden = ["_KEY", "_ID", "_SECRET", "_TOKEN"].iter();
        if hidden.any(|end| name.ends_with(end)) || !value.contains(CANARY) {
            sources = sources.variable(name.replace(CANARY, "x"), value);
        }
    }
    assert!(!format!("{sources:?}").contains(CANARY));
    let mut builder = Client::builder().sources(sources).http(Canned::default());
    for (name, value) in pairs() {
        builder = match name {
            "profile" => builder.profile(value),
            "access_token" => builder.access_token(value),
            "without_consumer_key" => builder.without_consumer_key(),
            "base_url" => builder.base_url(value),
            "token_url" => builder.token_url(value),
            _ => builder.user_agent_suffix(value),
        };
    }
    let shown = match builder.build() {
        Ok(client) => format!("{client:?}"),
        Err(error) => {
            let kinds = [ErrorKind::Configuration, ErrorKind::InvalidArgument];
            assert!(kinds.contains(&error.kind()), "{error:?}");
            assert!(!error.message().is_empty());
            format!("{error} {error:?}")
        }
    };
    // The name of a profile, a section or an endpoint is shown.
    let names = ["no profile", "profile:", "endpoint", "base URL", "under ["];
    let is_name = names.iter().any(|name| shown.contains(name));
    assert!(!shown.contains(CANARY) || is_name, "{shown}");
}
