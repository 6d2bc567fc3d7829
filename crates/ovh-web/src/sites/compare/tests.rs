//! Comparisons that no server of the tests can show.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::types::{Certificate, Cron};

fn cron(id: i64, description: &str, corrected: &[&'static str]) -> Observed<Cron> {
    let cron = serde_json::json!({
        "command": "a.php", "description": description, "email": null, "frequency": "0 3 * * *",
        "id": id, "language": "php8.3", "state": "created", "status": "enabled",
    });
    Observed {
        object: serde_json::from_value(cron).expect("a cron"),
        corrected: corrected.to_vec(),
    }
}

fn pruning() -> WantedHosting {
    let place = Place::new(&Arc::from("sites.toml"), 1, 1);
    let mut wanted = WantedHosting::new(place.clone());
    wanted.prune.insert(Kind::Crons, place);
    wanted
}

fn lines(planned: &[PlannedChange]) -> Vec<String> {
    planned.iter().map(ToString::to_string).collect()
}

#[test]
fn corrected_identity_is_never_pruned() {
    let list = [
        cron(1, "[a]", &["command"]),
        cron(2, "", &["description"]),
        cron(3, "[c]", &["id"]),
    ];
    assert_eq!(
        lines(&crons(&pruning(), &list)),
        [
            "crons #2: in conflict: not pruned: the response lacks its field description",
            "crons a: removed (frequency: \"0 3 * * *\", description: [a])",
            "crons c: in conflict: not pruned: the response lacks its field id",
        ]
    );
}

#[test]
fn key_that_looks_like_an_id_is_not_one() {
    // Removing `#9` would remove another cron.
    let list = [cron(8, "[#9]", &[]), cron(9, "[a]", &[])];
    let planned = crons(&pruning(), &list);
    assert_eq!(
        lines(&planned),
        [
            "crons #8: removed (command: a.php, frequency: \"0 3 * * *\", description: \"[#9]\")",
            "crons a: removed (command: a.php, frequency: \"0 3 * * *\", description: [a])"
        ]
    );
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn certificate(status: &str, regenerable: bool) -> Certificate {
    let certificate = serde_json::json!({
        "isReportable": false, "provider": "LETSENCRYPT", "regenerable": regenerable,
        "status": status, "taskId": null, "type": "DV",
    });
    serde_json::from_value(certificate).expect("a certificate")
}

#[test]
fn certificate_is_ordered_reissued_or_refused() {
    let planned = |certificate: Option<Certificate>, attached: &[&str]| {
        let wanted = names(&["a.example", "b.example"]);
        let domains = coverage(&wanted, &names(attached), &names(&["a.example"]));
        assert!(!is_covered(&domains));
        let decision = planned_certificate(domains, certificate);
        decision.planned(Kind::Certificate, "", None).to_string()
    };
    let both = ["a.example", "b.example"];
    let (all, one) = ("\"a.example, b.example\"", "a.example");
    assert_eq!(
        planned(None, &both),
        format!("certificate: created (domains: none -> {all})")
    );
    assert_eq!(
        planned(Some(certificate("deleting", true)), &both),
        format!("certificate: created (domains: none -> {all})")
    );
    let reissued = format!("certificate: updated (domains: {one} -> {all})");
    assert_eq!(planned(Some(certificate("created", true)), &both), reissued);
    // It cannot be regenerated while it is created.
    assert_eq!(
        planned(Some(certificate("creating", false)), &both),
        reissued
    );
    let imported = planned(Some(certificate("created", false)), &both);
    assert!(
        imported.starts_with("certificate: in conflict"),
        "{imported}"
    );
    let missing = planned(Some(certificate("created", true)), &["a.example"]);
    assert!(missing.ends_with("not attached: b.example"), "{missing}");
    assert!(missing.starts_with("certificate: in conflict"), "{missing}");
}
