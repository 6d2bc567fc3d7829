//! Changes of facts, a table for each kind.

use super::*;
use crate::description::Facts;
use crate::diff::operations::tests::{ROUTE, api, get, lines, told, told_from};

#[test]
fn facts_change() {
    let dated = |since: &str| {
        Some(Deprecation {
            since: Some(since.to_owned()),
            ..Deprecation::default()
        })
    };
    let own =
        |words: &[&str]| -> Vec<String> { words.iter().map(|word| (*word).to_owned()).collect() };
    for (old, new, line) in [
        (
            Facts::default(),
            Facts {
                starts_task: true,
                ..Facts::default()
            },
            "additive: `jobs::get` starts a task now",
        ),
        (
            Facts::default(),
            Facts {
                deprecation: dated("2026-01-02"),
                ..Facts::default()
            },
            "additive: `jobs::get` is deprecated since 2026-01-02; callers get a warning",
        ),
        (
            Facts {
                deprecation: dated("2026-01-02"),
                ..Facts::default()
            },
            Facts::default(),
            "additive: `jobs::get` is no longer deprecated",
        ),
        (
            Facts {
                deprecation: dated("2026-01-02"),
                ..Facts::default()
            },
            Facts {
                deprecation: dated("2026-01-03"),
                ..Facts::default()
            },
            "docs: `jobs::get` is deprecated since 2026-01-03; it was deprecated since 2026-01-02",
        ),
        (
            Facts {
                iam: own(&["a"]),
                ..Facts::default()
            },
            Facts {
                iam: own(&["b", "c"]),
                ..Facts::default()
            },
            "docs: `jobs::get` needs `b`, `c`, needed `a`",
        ),
        (
            Facts {
                iam: own(&["a"]),
                ..Facts::default()
            },
            Facts::default(),
            "docs: `jobs::get` needs no IAM action, needed `a`",
        ),
        (
            Facts::default(),
            Facts {
                anonymous: true,
                ..Facts::default()
            },
            "additive: `jobs::get` no longer needs credentials",
        ),
        (
            Facts {
                anonymous: true,
                ..Facts::default()
            },
            Facts::default(),
            "additive: `jobs::get` needs credentials now",
        ),
        (
            Facts::default(),
            Facts {
                idempotent: true,
                ..Facts::default()
            },
            "additive: `jobs::get` may be sent twice now: it is retried after a lost response",
        ),
        (
            Facts {
                idempotent: true,
                ..Facts::default()
            },
            Facts::default(),
            "additive: `jobs::get` is no longer sent twice after a lost response",
        ),
        (
            Facts::default(),
            Facts {
                stability: Some("Beta".to_owned()),
                ..Facts::default()
            },
            "docs: `jobs::get` stability is Beta, was unspecified",
        ),
        (
            Facts::default(),
            Facts {
                secrets: own(&["password"]),
                ..Facts::default()
            },
            "docs: `jobs::get` carries secrets now: `password`",
        ),
        (
            Facts {
                secrets: own(&["password"]),
                ..Facts::default()
            },
            Facts::default(),
            "docs: `jobs::get` carries no secrets any more",
        ),
    ] {
        let mut before = get();
        before.facts = old.clone();
        assert_eq!(told_from(before.clone(), |of| of.facts = new), [line]);
        assert_eq!(told_from(before, |of| of.facts = old), [""; 0]);
    }
    assert_eq!(
        told(|of| of.doc = "What it does.".to_owned()),
        ["docs: `jobs::get` `GET /job/{name}`"]
    );
}

#[test]
fn ignores_the_time_of_a_date() {
    let dated = |since: &str| Facts {
        deprecation: Some(Deprecation {
            since: Some(since.to_owned()),
            deletion: Some(since.to_owned()),
            replacement: None,
        }),
        ..Facts::default()
    };
    let mut old = get();
    old.facts = dated("2026-01-02T00:00:00Z");
    for same in [
        "2026-01-02",
        "2026-01-02 00:00",
        "2026-01-02T00:00:00+01:00",
    ] {
        assert_eq!(told_from(old.clone(), |of| of.facts = dated(same)), [""; 0]);
    }
    let other = told_from(old, |of| of.facts = dated("2026-01-03"));
    assert_eq!(other.len(), 1);
}

#[test]
fn names_the_replacing_method() {
    let named = |verb: &str| {
        let mut of = get();
        of.verb = verb.to_owned();
        of
    };
    let old = [
        (ROUTE, get()),
        ("GET /work/{id}", named("work")),
        ("PUT /work/{id}", named("update_work")),
        ("POST /visit/{id}", named("visit")),
        ("PUT /many/{id}", named("many")),
        ("POST /many/{id}", named("more")),
    ];
    for (replacement, told) in [
        ("/work/{name}", "`jobs::work`"),
        ("PUT /work/{id}", "`jobs::update_work`"),
        ("/visit/{id}", "`jobs::visit`"),
        ("/many/{id}", "`/many/{id}`"),
        ("/nowhere", "`/nowhere`"),
    ] {
        let mut new = old.clone();
        new[0].1.facts.deprecation = Some(Deprecation {
            replacement: Some(replacement.to_owned()),
            ..Deprecation::default()
        });
        let line = format!(
            "additive: `jobs::get` is deprecated, replaced by {told}; callers get a warning"
        );
        assert_eq!(lines(&api(&old), &api(&new)), [line]);
    }
}

#[test]
fn reports_a_reserved_value_once() {
    let with = |words: &[&str]| {
        let mut operation = get();
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        operation.facts.reserved_values = vec![("name".to_owned(), words)];
        operation
    };
    let other = "DELETE /job/{name}";
    let delete = |mut of: Operation| {
        of.verb = "delete".to_owned();
        of
    };
    let old = api(&[(ROUTE, with(&["all"])), (other, delete(get()))]);
    let one = api(&[(ROUTE, with(&["all", "log"])), (other, delete(get()))]);
    assert_eq!(
        lines(&old, &one),
        [
            "docs: `name` cannot be `log` in 1 operation: the client refuses the value before sending, since another route has that segment"
        ]
    );
    let two = api(&[
        (ROUTE, with(&["all", "log"])),
        (other, delete(with(&["log"]))),
    ]);
    assert_eq!(
        lines(&old, &two),
        [
            "docs: `name` cannot be `log` in 2 operations: the client refuses the value before sending, since another route has that segment"
        ]
    );
    assert_eq!(lines(&two, &old), [""; 0]);
    // Reserved values of another parameter do not count.
    let mut elsewhere = with(&[]);
    elsewhere.facts.reserved_values = vec![("other".to_owned(), vec!["log".to_owned()])];
    assert_eq!(
        lines(
            &api(&[(ROUTE, elsewhere)]),
            &api(&[(ROUTE, with(&["log"]))])
        ),
        [
            "docs: `name` cannot be `log` in 1 operation: the client refuses the value before sending, since another route has that segment"
        ]
    );
}
