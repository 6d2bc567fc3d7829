//! Requests a key, waits for approval, reads its rules, uses it, and revokes it.

use std::error::Error as StdError;

use ovh_web::{AccessRules, Client, PendingCredential};

/// Requests a read-only key for one hosting and uses it.
///
/// `approve` receives the approval URL.
pub(crate) async fn run(
    client: &Client,
    service: &str,
    approve: impl FnOnce(&PendingCredential) -> Result<(), Box<dyn StdError>>,
) -> Result<String, Box<dyn StdError>> {
    let rules = AccessRules::new().read_hosting(service).own_key();
    let pending = client.request_credential(rules).await?;
    approve(&pending)?;
    let client = pending.wait_validated().await?;

    let hosting = client.hosting(service);
    let mut report = String::new();
    for permission in hosting.check(["hosting::get", "databases::create"]).await? {
        report.push_str(&format!("{permission}\n"));
    }
    let offer = hosting.get().await?.offer;
    report.push_str(&format!("{service} has the offer {offer}"));
    client.logout().await?;
    Ok(report)
}
