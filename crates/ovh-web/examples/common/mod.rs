//! Builds the client for the examples.

#![allow(dead_code, reason = "each example uses a part")]

use ovh_web::Client;
use ovh_web_sandbox::Sandbox;

/// The default hosting of a sandbox.
pub(crate) const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// Returns a client and, without `--live`, its sandbox.
///
/// With `--live` the settings are those of OVHcloud's own clients: `OVH_*` variables or `ovh.conf`.
pub(crate) async fn client() -> Result<(Client, Option<Sandbox>), Box<dyn std::error::Error>> {
    if std::env::args().any(|argument| argument == "--live") {
        return Ok((Client::from_env()?, None));
    }
    let sandbox = Sandbox::builder().speed(20.0).start().await?;
    let client = Client::from_pairs(sandbox.env())?;
    Ok((client, Some(sandbox)))
}

/// Returns the hosting: `--service NAME`, or the sandbox's.
pub(crate) fn service() -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--service");
    arguments.nth(1).unwrap_or_else(|| SERVICE.to_owned())
}
