//! Imports of objects that a file cannot have, and of hostings that cannot be named.

use serde_json::{Value, json};

use super::objects::Reader;
use super::*;
use crate::types::{Cron, Domain, EnvVar, OvhConfig};

/// Imports with the reader of a hosting.
fn import(
    service: &str,
    shared: &mut Shared,
    work: impl FnOnce(&mut HostingImport, &mut Reader<'_>),
) -> HostingImport {
    let mut import = HostingImport::new(service);
    work(&mut import, &mut Reader { service, shared });
    import
}

fn observed<T: serde::de::DeserializeOwned>(value: Value) -> Observed<T> {
    Observed {
        object: serde_json::from_value(value).expect("an object"),
        corrected: Vec::new(),
    }
}

fn cron(corrected: &[&'static str]) -> Observed<Cron> {
    let mut cron = observed(json!({
        "command": "www/cron.php",
        "description": "[nightly]",
        "frequency": "0 3 * * *",
        "id": 42,
        "language": "php8.3",
        "state": "ok",
        "status": "enabled",
    }));
    cron.corrected = corrected.to_vec();
    cron
}

fn domains(names: &[&str]) -> Vec<Observed<Domain>> {
    let domain = |name: &&str| {
        observed(json!({
            "cdn": "none",
            "domain": name,
            "firewall": "none",
            "isFlushable": false,
            "path": "www",
            "ssl": false,
            "status": "created",
            "vcsStatus": "disabled",
        }))
    };
    names.iter().map(domain).collect()
}

#[test]
fn corrected_values_are_notes_not_text() {
    let import = |corrected: &[&'static str]| {
        let mut shared = Shared::default();
        let import = import("example.ovh", &mut shared, |import, reader| {
            import.crons(reader, &[cron(corrected)]);
        });
        let objects = import.objects.into_iter();
        let keys = objects.map(|block| block.values.into_iter().map(|(key, _)| key).collect());
        (keys.collect::<Vec<Vec<_>>>(), shared.notes)
    };
    let all = vec!["command", "frequency", "language", "status"];
    assert_eq!(import(&[]), (vec![all.clone()], Vec::new()));
    // Without a value that is needed, the object is left out.
    let note = |field: &str| format!("crons nightly of example.ovh: the API returned no {field}");
    assert_eq!(import(&["command"]), (Vec::new(), vec![note("command")]));
    let others = vec![all[..3].to_vec()];
    assert_eq!(import(&["status"]), (others, vec![note("status")]));
}

#[test]
fn bad_name_leaves_out_only_itself() {
    let mut shared = Shared::default();
    let one = import("one.ovh", &mut shared, |import, reader| {
        let names = ["a.example.com", "b_c.example.com", "d.example.com"];
        import.domains(reader, None, &domains(&names));
    });
    let two = import("two.ovh", &mut shared, |import, reader| {
        let names = ["A.example.com", "e.example.com"];
        import.domains(reader, None, &domains(&names));
    });
    let imported = written(vec![one, two], shared.notes).expect("a file");
    let text = &imported.text;
    assert!(
        text.contains("[hosting.\"one.ovh\".site.\"a.example.com\"]"),
        "{text}"
    );
    assert!(text.contains("aliases = [\"d.example.com\"]"), "{text}");
    assert!(
        text.contains("[hosting.\"two.ovh\".site.\"e.example.com\"]"),
        "{text}"
    );
    let notes = &imported.notes;
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].starts_with("domains b_c.example.com of one.ovh: expected a domain name"));
    let second = "domains a.example.com of two.ovh: one.ovh has the domain, too";
    assert_eq!(notes[1], second);
}

#[test]
fn sites_that_are_left_out_are_all_named() {
    let mut shared = Shared::default();
    let one = import("one.ovh", &mut shared, |import, reader| {
        let mut all = domains(&["a.example.com", "b.example.com"]);
        for domain in &mut all {
            domain.object.path = "../up".to_owned();
        }
        import.domains(reader, None, &all);
    });
    let imported = written(vec![one], shared.notes).expect("a file");
    let notes = &imported.notes;
    assert_eq!(notes.len(), 1, "{notes:?}");
    let named = "site a.example.com, b.example.com of one.ovh: ";
    assert!(notes[0].starts_with(named), "{notes:?}");
}

#[test]
fn several_root_configurations_are_noted() {
    let config = || {
        observed::<OvhConfig>(json!({
            "container": "stable64",
            "creationDate": "2026-01-01T00:00:00+01:00",
            "engineName": "php",
            "engineVersion": "8.3",
            "environment": "production",
            "fileExist": true,
            "historical": false,
            "httpFirewall": "none",
            "id": 1,
            "path": "",
            "status": "created",
        }))
    };
    let mut shared = Shared::default();
    let one = import("one.ovh", &mut shared, |import, reader| {
        import.config(reader, &[config(), config()]);
    });
    assert!(one.settings.is_empty());
    let note = "config of one.ovh: expected one configuration of the root folder, found 2";
    assert_eq!(shared.notes, [note]);
}

#[test]
fn settings_never_move_to_another_hosting() {
    for bad in ["b b.ovh", "a.ovh"] {
        let hosting = |name: &str, php: &str| {
            let mut hosting = HostingImport::new(name);
            if !php.is_empty() {
                let mut block = Block::new(format!("php of {name}"), None);
                block.text("php", php);
                hosting.settings.push(block);
                let keys = ["hosting", name, "env", "APP"];
                let mut block = Block::new(format!("env of {name}"), Some(header(&keys)));
                block.text("type", "string");
                block.text("value", php);
                hosting.objects.push(block);
            }
            hosting
        };
        let hostings = vec![
            hosting("A.ovh", ""),
            hosting(bad, "8.1"),
            hosting("c.ovh", "8.3"),
        ];
        let imported = written(hostings, Vec::new()).expect("a file");
        assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
        assert!(imported.notes[0].starts_with(&format!("{bad}: ")));
        let (_, text) = imported.text.split_once("\n\n").expect("a start");
        let rest = "[hosting.\"A.ovh\"]\n\n[hosting.\"c.ovh\"]\nphp = \"8.3\"\n\n\
                    [hosting.\"c.ovh\".env.APP]\ntype = \"string\"\nvalue = \"8.3\"\n";
        assert_eq!(text, rest);
    }
}

#[test]
fn invisible_characters_are_escaped() {
    let hostile = "a\u{202e}b\u{200b}c\u{feff}\u{1b}";
    let mut shared = Shared::default();
    let one = import("one.ovh", &mut shared, |import, reader| {
        let mut cron = cron(&[]);
        cron.object.email = Some("a\u{200b}@example.com".to_owned());
        cron.object.description = Some("[a\u{202e}b\u{e0061}]".to_owned());
        import.crons(reader, &[cron]);
        import.domains(reader, None, &domains(&[hostile]));
    });
    let imported = written(vec![one], shared.notes).expect("a file");
    let text = &imported.text;
    let is_raw = |c: char| c != '\n' && (c.is_control() || crate::sites::is_invisible(c));
    assert!(!text.contains(is_raw), "{text:?}");
    assert!(text.contains("# Not written: domains a?b?c??"), "{text}");
    assert!(
        text.contains("email = \"a\\U0000200B@example.com\""),
        "{text}"
    );
    assert!(
        text.contains(".crons.\"a\\U0000202Eb\\U000E0061\"]"),
        "{text}"
    );
}

#[test]
fn each_secret_has_its_own_reference() {
    let variables: Vec<Observed<EnvVar>> = ["DB-KEY", "DB_KEY"]
        .map(|key| {
            observed(json!({"key": key, "status": "created", "type": "password", "value": "**"}))
        })
        .into();
    let mut shared = Shared::default();
    let mut values = Vec::new();
    for service in ["one.ovh", "two.ovh"] {
        let import = import(service, &mut shared, |import, reader| {
            import.env(reader, &variables);
        });
        let secrets = import
            .objects
            .into_iter()
            .filter_map(|mut block| block.values.pop());
        values.extend(secrets.map(|(_, value)| value));
    }
    let names = [
        "DB_KEY",
        "ONE_OVH_DB_KEY",
        "TWO_OVH_DB_KEY",
        "TWO_OVH_DB_KEY_2",
    ];
    let expected = names.map(|name| format!("{{ env = \"SITES_{name}\" }}"));
    assert_eq!(values, expected);
}
