//! Writes that lose data: they ask first.

use serde_json::Value;

use crate::command::Command;

/// Writes other than deletions that replace or end what exists.
const LOSING: &[(&str, &str)] = &[
    (
        "boosts::request",
        "The offer of the hosting changes, or goes back.",
    ),
    (
        "database_copies::restore",
        "The database is replaced by the copy.",
    ),
    (
        "databases::import",
        "The import may replace tables of the database.",
    ),
    (
        "databases::request",
        "The request may change what the database holds.",
    ),
    (
        "databases::restore",
        "The database goes back to an older state.",
    ),
    ("dumps::restore", "The database goes back to the dump."),
    (
        "email::request",
        "A purge deletes mail that was not sent yet.",
    ),
    (
        "hosting::request",
        "The request may flush the hosting or change its configuration.",
    ),
    ("snapshots::restore", "The files go back to an older state."),
    (
        "ovh_configs::rollback",
        "The configuration goes back to an older one.",
    ),
    ("services::terminate", "The contract ends."),
    (
        "services::confirm_termination",
        "The contract ends, with all its data.",
    ),
    ("websites::deploy", "The files in the folder are replaced."),
    (
        "domain/zones::import",
        "All records of the zone are replaced.",
    ),
    (
        "domain/zones::reset",
        "All records of the zone are replaced.",
    ),
    (
        "domain/zone_history::restore",
        "All records go back to an older state.",
    ),
];

/// Returns the loss that a write with this body causes, if any.
pub(crate) fn loss(row: &Command, body: Option<&Value>) -> Option<String> {
    let ends = body.and_then(|body| body.pointer("/renew/deleteAtExpiration"));
    if ends == Some(&Value::Bool(true)) {
        return Some("The contract ends when it expires, with all its data.".to_owned());
    }
    let known = LOSING.iter().find(|(id, _)| *id == row.operation);
    if let Some((_, loss)) = known {
        return Some((*loss).to_owned());
    }
    let method = row.row().method();
    let ends = [
        "terminate",
        "reset",
        "restore",
        "confirm-termination",
        "unsubscribe",
    ];
    let verb = row.path.rsplit(' ').next().unwrap_or_default();
    match method.as_str() {
        "DELETE" => Some("What is deleted cannot be brought back.".to_owned()),
        "GET" => None,
        _ if ends.contains(&verb) => Some("Data or contracts may be lost.".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::table;

    #[test]
    fn deletions_lose_and_creations_do_not() {
        let loses = |id| loss(table::by_operation(id).unwrap(), None).is_some();
        assert!(loses("databases::delete") && loses("dumps::restore"));
        assert!(loses("email::request"));
        assert!(loses("services::terminate") && !loses("databases::create"));
        assert!(!loses("databases::list"));
    }

    #[test]
    fn renewal_that_deletes_loses() {
        let row = table::by_operation("services::update").unwrap();
        for (deletes, loses) in [(true, true), (false, false)] {
            let body = json!({"renew": {"automatic": true, "deleteAtExpiration": deletes}});
            assert_eq!(loss(row, Some(&body)).is_some(), loses);
        }
    }

    #[test]
    fn every_listed_operation_exists() {
        for (id, _) in LOSING {
            assert!(table::by_operation(id).is_some(), "{id}");
        }
    }
}
