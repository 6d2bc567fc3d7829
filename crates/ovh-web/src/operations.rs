//! The operations of all generated clients that the features of this build include.
//!
//! IDs are unique: those of further clients have a prefix.

use ovh_runtime::Operation;

static TABLES: &[&[&Operation]] = &[
    ovh_web_client::operations::ALL,
    #[cfg(feature = "domain")]
    ovh_domain_client::operations::ALL,
    #[cfg(feature = "webhosting-v2")]
    ovh_webhosting_client::operations::ALL,
];

/// Returns all operations, client by client.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    TABLES.iter().copied().flatten().copied()
}

/// Returns the operation with an ID, such as `databases::create`.
///
/// With the feature `domain`, it finds `domain/records::create` too, and with the feature
/// `webhosting-v2`, `webhosting/sites::list`.
#[must_use]
pub fn by_id(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id() == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_of_all_clients_are_unique() {
        let ids: BTreeSet<_> = all().map(Operation::id).collect();
        assert_eq!(ids.len(), all().count());
        assert!(by_id("databases::create").is_some());
        let records = by_id("domain/records::create");
        assert_eq!(records.is_some(), cfg!(feature = "domain"));
        let sites = by_id("webhosting/sites::list");
        assert_eq!(sites.is_some(), cfg!(feature = "webhosting-v2"));
    }
}
