//! Tests of the comparison: no request is needed.

use super::*;

/// `1 www A 192.0.2.1 60`: the TTL is last, and `@` is the zone itself.
fn present(lines: &[&str]) -> Vec<ZoneRecord> {
    lines.iter().map(|line| parse(line)).collect()
}

fn parse(line: &str) -> ZoneRecord {
    let fields: Vec<&str> = line.splitn(4, ' ').collect();
    let (target, ttl) = fields[3].rsplit_once(' ').expect("a TTL");
    ZoneRecord {
        id: fields[0].parse().ok(),
        name: fields[1].trim_matches('@').to_owned(),
        field_type: fields[2].into(),
        target: target.to_owned(),
        ttl: ttl.parse().expect("a number"),
    }
}

fn new(name: &str, field_type: &str, target: &str) -> NewRecord {
    NewRecord::new(field_type, target).sub_domain(name)
}

fn ensure(record: NewRecord) -> Wanted {
    Wanted::Present(record)
}

fn set(name: &str, field_type: &str, targets: &[&str]) -> Wanted {
    Wanted::Set(RecordSet::new(name, field_type, targets.iter().copied()))
}

fn absent(name: &str, field_type: &str, target: &str) -> Wanted {
    Wanted::Absent(name.to_owned(), field_type.into(), target.to_owned())
}

fn shown(record: Option<&ZoneRecord>) -> String {
    record.map_or_else(
        || "none".to_owned(),
        |it| {
            let id = it.id.map_or("new".to_owned(), |id| id.to_string());
            format!("{id} {it} {}", it.ttl)
        },
    )
}

fn writes(writes: &[RecordWrite]) -> Vec<String> {
    let both = |it: &RecordWrite| [shown(it.before.as_ref()), shown(it.after.as_ref())];
    writes.iter().map(|it| both(it).join(" -> ")).collect()
}

#[track_caller]
fn assert_plan(wanted: &[Wanted], is: &[&str], changes: &[&str], expected: &[&str]) {
    let plan = plan(wanted, &present(is)).expect("a plan");
    let shown: Vec<String> = plan.changes.iter().map(ToString::to_string).collect();
    assert_eq!(shown, changes);
    assert_eq!(writes(&plan.writes), expected);
}

#[test]
fn creates_missing_record_and_removes_none() {
    assert_plan(
        &[ensure(new("WWW", "A", "192.0.2.1").ttl(60))],
        &["1 www A 192.0.2.9 0", "2 @ A 192.0.2.1 0"],
        &["www A 192.0.2.1: created"],
        &["none -> new www A 192.0.2.1 60"],
    );
}

#[test]
fn changes_only_the_ttl() {
    let is = ["1 www A 192.0.2.1 0"];
    let wanted = new("www", "A", "192.0.2.1");
    let unchanged = ["www A 192.0.2.1: unchanged"];
    assert_plan(&[ensure(wanted.clone())], &is, &unchanged, &[]);
    assert_plan(&[ensure(wanted.clone().ttl(0))], &is, &unchanged, &[]);
    assert_plan(
        &[ensure(wanted.ttl(60))],
        &is,
        &["www A 192.0.2.1: updated (ttl: 0 -> 60)"],
        &["1 www A 192.0.2.1 0 -> 1 www A 192.0.2.1 60"],
    );
}

#[test]
fn finds_records_by_their_normal_form() {
    assert_plan(
        &[
            ensure(new("", "TXT", "v=spf1 -all")),
            ensure(new("Mail", "CNAME", "Mx.Example.Org.")),
        ],
        &[
            "1 @ TXT \"v=spf1 -all\" 0",
            "2 mail CNAME mx.example.org. 0",
        ],
        &[
            "@ TXT v=spf1 -all: unchanged",
            "mail CNAME Mx.Example.Org.: unchanged",
        ],
        &[],
    );
}

#[test]
fn finds_texts_of_every_type() {
    let is = ["1 @ SPF \"v=spf1 -all\" 0", "2 @ TXT old 0"];
    assert_plan(
        &[ensure(new("", "TXT", "v=spf1 -all"))],
        &is,
        &["@ TXT v=spf1 -all: unchanged"],
        &[],
    );
    // A set removes only records of the type it names.
    assert_plan(
        &[set("", "TXT", &["v=spf1 -all"])],
        &is,
        &["@ TXT v=spf1 -all: unchanged", "@ TXT old: removed"],
        &["2 @ TXT old 0 -> none"],
    );
    assert_plan(
        &[absent("", "TXT", "v=spf1 -all")],
        &is,
        &["@ SPF \"v=spf1 -all\": removed"],
        &["1 @ SPF \"v=spf1 -all\" 0 -> none"],
    );
    // The server may answer with another of these types.
    let batch = [write("", "1 @ TXT v=spf1 -all 0")];
    assert_undo(&batch, &is, &["1 @ SPF \"v=spf1 -all\" 0 -> none"], &[]);
}

#[test]
fn panel_types_are_text_records() {
    let is = [
        "1 @ SPF \"v=spf1 -all\" 0",
        "2 _dmarc DMARC v=DMARC1;p=none 0",
        "3 @ TXT a 0",
    ];
    assert_plan(
        &[
            ensure(new("", "TXT", "v=spf1 -all")),
            set("_dmarc", "TXT", &["v=DMARC1;p=none"]),
        ],
        &is,
        &[
            "@ TXT v=spf1 -all: unchanged",
            "_dmarc TXT v=DMARC1;p=none: unchanged",
        ],
        &[],
    );
    // A set leaves those of other types with other targets alone.
    assert_plan(
        &[set("", "TXT", &["b"])],
        &is,
        &["@ TXT b: updated (target: a -> b)"],
        &["3 @ TXT a 0 -> 3 @ TXT b 0"],
    );
}

#[test]
fn creates_a_repeated_record_once() {
    let wanted = ensure(new("www", "A", "192.0.2.1"));
    assert_plan(
        &[wanted.clone(), wanted],
        &[],
        &["www A 192.0.2.1: created", "www A 192.0.2.1: unchanged"],
        &["none -> new www A 192.0.2.1 0"],
    );
}

#[test]
fn refuses_one_record_with_two_ttls() {
    let wanted = |ttl: i64| ensure(new("www", "A", "192.0.2.1").ttl(ttl));
    for is in [vec![], present(&["1 www A 192.0.2.1 0"])] {
        let error = plan(&[wanted(60), wanted(90)], &is).expect_err("two TTLs");
        assert!(error.message().contains("different TTLs"), "{error}");
    }
}

#[test]
fn cname_in_the_way_is_a_conflict() {
    // Nothing of the batch is written.
    assert_plan(
        &[
            ensure(new("shop", "A", "192.0.2.1")),
            ensure(new("www", "A", "192.0.2.1")),
        ],
        &["1 www CNAME example.org. 0"],
        &[
            "shop A 192.0.2.1: created",
            "www A 192.0.2.1: in conflict (record: \"CNAME example.org.\" -> \"A 192.0.2.1\")",
        ],
        &[],
    );
    let conflict = |wanted: &[Wanted], is: &[&str]| {
        let plan = plan(wanted, &present(is)).expect("a plan");
        assert!(plan.writes.is_empty());
        plan.changes.iter().any(|it| it.change.is_conflict())
    };
    let cname = || new("www", "CNAME", "example.org.");
    assert!(conflict(&[ensure(cname())], &["1 www A 192.0.2.1 0"]));
    assert!(conflict(&[ensure(cname())], &["1 www CNAME other. 0"]));
    assert!(conflict(
        &[set("www", "CNAME", &["example.org."])],
        &["1 www TXT a 0"]
    ));
    // Both are new.
    let both = [ensure(cname()), ensure(new("www", "TXT", "a"))];
    assert!(conflict(&both, &[]));
}

#[test]
fn set_replaces_targets_in_place() {
    assert_plan(
        &[set("www", "CNAME", &["new.example.org."])],
        &["1 www CNAME old.example.org. 60"],
        &["www CNAME new.example.org.: updated (target: old.example.org. -> new.example.org.)"],
        &["1 www CNAME old.example.org. 60 -> 1 www CNAME new.example.org. 60"],
    );
}

#[test]
fn set_removes_only_its_name_and_type() {
    assert_plan(
        &[set("www", "A", &["192.0.2.1"])],
        &[
            "4 www A 192.0.2.1 0",
            "3 www A 192.0.2.3 0",
            "2 www A 192.0.2.1 0",
            "5 www AAAA 2001:db8::1 0",
            "6 @ A 192.0.2.3 0",
        ],
        &[
            "www A 192.0.2.1: unchanged",
            "www A 192.0.2.1: removed",
            "www A 192.0.2.3: removed",
        ],
        &["4 www A 192.0.2.1 0 -> none", "3 www A 192.0.2.3 0 -> none"],
    );
}

#[test]
fn set_creates_what_is_missing() {
    assert_plan(
        &[set(
            "",
            "AAAA",
            &["2001:db8::1", "2001:DB8:0::1", "2001:db8::2"],
        )],
        &["1 @ AAAA 2001:db8::3 0"],
        &[
            "@ AAAA 2001:db8::1: updated (target: \"2001:db8::3\" -> \"2001:db8::1\")",
            "@ AAAA 2001:db8::2: created",
        ],
        &[
            "1 @ AAAA 2001:db8::3 0 -> 1 @ AAAA 2001:db8::1 0",
            "none -> new @ AAAA 2001:db8::2 0",
        ],
    );
}

#[test]
fn set_refuses_no_target_and_two_cnames() {
    for refused in [set("www", "A", &[]), set("www", "CNAME", &["a.", "b."])] {
        let error = refused.check().expect_err("a refusal");
        assert!(error.message().contains("nothing was sent"), "{error}");
    }
    set("www", "A", &["192.0.2.1"]).check().expect("a set");
}

#[test]
fn refuses_two_sets_of_one_name_and_type() {
    let one = set("www", "A", &["192.0.2.1", "192.0.2.2"]);
    for is in [vec![], present(&["1 www A 192.0.2.1 0"])] {
        for other in [
            set("WWW", "A", &["192.0.2.3"]),
            set("www", "A", &["192.0.2.1"]),
        ] {
            let error = plan(&[one.clone(), other], &is).expect_err("two sets");
            assert!(error.message().contains("www A"), "{error}");
        }
    }
    let same = set("WWW", "A", &["192.0.2.2", "192.0.2.1"]);
    let plan = plan(&[one, same], &[]).expect("a plan");
    assert_eq!(plan.writes.len(), 2);
}

#[test]
fn refuses_types_in_lower_case() {
    for refused in [
        ensure(new("www", "a", "192.0.2.1")),
        set("www", "cname", &["a.", "b."]),
        absent("www", "Txt", "a"),
    ] {
        let error = refused.check().expect_err("a refusal");
        assert!(error.message().contains("nothing was sent"), "{error}");
    }
    ensure(new("www", "SVCB2", "1 ."))
        .check()
        .expect("an unknown type");
}

#[test]
fn absent_removes_one_target() {
    let is = ["1 www A 192.0.2.1 0", "2 www A 192.0.2.2 0"];
    assert_plan(
        &[absent("www", "A", "192.0.2.2")],
        &is,
        &["www A 192.0.2.2: removed"],
        &["2 www A 192.0.2.2 0 -> none"],
    );
    assert_plan(
        &[absent("www", "AAAA", "2001:db8::1")],
        &is,
        &["www AAAA 2001:db8::1: unchanged"],
        &[],
    );
}

fn write(before: &str, after: &str) -> RecordWrite {
    let record = |line: &str| (!line.is_empty()).then(|| parse(line));
    RecordWrite::new(record(before), record(after))
}

#[track_caller]
fn assert_undo(batch: &[RecordWrite], is: &[&str], expected: &[&str], changed: &[&str]) {
    let batch = Batch {
        zone: "example.com".to_owned(),
        writes: batch.to_vec(),
        known: Vec::new(),
    };
    let plan = undo(&batch, &present(is));
    assert_eq!(writes(&plan.writes), expected);
    let found = plan.changed.iter();
    let found: Vec<String> = found.map(|it| shown(it.found.as_ref())).collect();
    assert_eq!(found, changed);
}

#[test]
fn undo_restores_in_reverse_order() {
    let batch = [
        write("", "1 www A 192.0.2.1 0"),
        write("2 @ A 192.0.2.2 0", "2 @ A 192.0.2.1 0"),
        write("3 @ TXT a 60", ""),
    ];
    let after = ["1 www A 192.0.2.1 0", "2 @ A 192.0.2.1 0", "9 @ TXT b 0"];
    let expected = [
        "none -> new @ TXT a 60",
        "2 @ A 192.0.2.1 0 -> 2 @ A 192.0.2.2 0",
        "1 www A 192.0.2.1 0 -> none",
    ];
    assert_undo(&batch, &after, &expected, &[]);
    // Nothing is left to do.
    let before = ["2 @ A 192.0.2.2 0", "4 @ TXT a 60", "9 @ TXT b 0"];
    assert_undo(&batch, &before, &[], &[]);
}

#[test]
fn undo_leaves_changed_records_alone() {
    let batch = [
        write("", "1 www A 192.0.2.1 0"),
        write("2 @ A 192.0.2.2 0", "2 @ A 192.0.2.1 0"),
        write("3 @ TXT a 60", ""),
        write("4 old CNAME a. 0", ""),
        write("5 x A 192.0.2.5 0", "5 x A 192.0.2.5 60"),
    ];
    let is = [
        "1 www A 192.0.2.7 0",
        "2 @ A 192.0.2.8 0",
        "7 @ TXT a 0",
        "8 old A 192.0.2.9 0",
    ];
    let found = ["none", is[3], is[2], is[1], is[0]];
    assert_undo(&batch, &is, &[], &found);
}

#[test]
fn undo_only_reports_record_without_id() {
    let batch = Batch {
        zone: "example.com".to_owned(),
        writes: vec![write("", "? www A 192.0.2.1 0")],
        known: vec![3],
    };
    let uncertain = |is: &[&str]| -> Vec<String> {
        let plan = undo(&batch, &present(is));
        assert!(
            plan.writes.is_empty() && plan.changed.is_empty(),
            "{plan:?}"
        );
        plan.uncertain.iter().map(|it| shown(Some(it))).collect()
    };
    // The batch has not created a record that was there before.
    let old = "3 www A 192.0.2.1 0";
    assert!(uncertain(&[old, "5 www A 192.0.2.2 0"]).is_empty());
    // The server may fill in the TTL.
    for new in ["4 www A 192.0.2.1 0", "4 www A 192.0.2.1 60"] {
        assert_eq!(uncertain(&[old, new]), [new]);
    }
}

#[test]
fn undo_reports_a_record_with_another_id() {
    let batch = Batch {
        zone: "example.com".to_owned(),
        writes: vec![write("", "1 www A 192.0.2.1 0")],
        known: vec![3],
    };
    for (is, uncertain) in [("3 www A 192.0.2.1 0", 0), ("4 www A 192.0.2.1 0", 1)] {
        let plan = undo(&batch, &present(&[is]));
        assert!(plan.writes.is_empty() && plan.changed.is_empty());
        assert_eq!(plan.uncertain.len(), uncertain, "{is}");
    }
}

#[test]
fn write_is_stored_as_json() {
    let write = write("1 www A 192.0.2.1 0", "1 www A 192.0.2.1 60");
    let json = serde_json::to_string(&write).expect("JSON");
    assert!(json.contains(r#""field_type":"A""#), "{json}");
    assert_eq!(serde_json::from_str::<RecordWrite>(&json).ok(), Some(write));
}
