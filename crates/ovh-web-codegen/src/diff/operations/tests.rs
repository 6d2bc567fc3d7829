//! Changes of operations, a table for each kind.

use std::collections::BTreeMap;

use super::*;
use crate::description::{Deprecation, Facts, Query, Type};

pub(in crate::diff) fn value(name: &str, ty: &str, in_path: bool) -> Field {
    Field {
        name: name.to_owned(),
        wire: name.to_owned(),
        ty: ty.to_owned(),
        presence: match in_path {
            true => Presence::Path,
            false => Presence::Read,
        },
        ..Field::default()
    }
}

/// `jobs::get`, with two parameters and two optional values, returns a job.
pub(in crate::diff) fn get() -> Operation {
    Operation {
        module: "jobs".to_owned(),
        verb: "get".to_owned(),
        arguments: vec![value("name", "&str", true), value("reason", "&str", false)],
        query: Some(Query {
            name: "GetJob".to_owned(),
            values: vec![value("depth", "i64", false), value("word", "String", false)],
        }),
        response: "Job".to_owned(),
        ..Operation::default()
    }
}

pub(in crate::diff) const ROUTE: &str = "GET /job/{name}";

pub(in crate::diff) fn api(operations: &[(&str, Operation)]) -> ApiDescription {
    ApiDescription {
        operations: operations
            .iter()
            .map(|(route, operation)| ((*route).to_owned(), operation.clone()))
            .collect(),
        types: [(
            "Word".to_owned(),
            Type {
                origin: String::new(),
                group: String::new(),
                kind: crate::description::TypeKind::Words(BTreeMap::new()),
                traits: Vec::new(),
                constructors: BTreeMap::new(),
                doc: String::new(),
            },
        )]
        .into(),
    }
}

pub(in crate::diff) fn lines(old: &ApiDescription, new: &ApiDescription) -> Vec<String> {
    crate::diff::between(old, new)
        .changes
        .iter()
        .map(|change| {
            let silent = if change.silent { ", unseen" } else { "" };
            let guess = change.guess.as_ref();
            let guess = guess.map_or_else(String::new, |guess| format!(" => {}", guess.text));
            format!("{}{silent}: {}{guess}", change.impact, change.headline())
        })
        .collect()
}

/// The changes when `jobs::get` differs.
pub(in crate::diff) fn told(change: impl FnOnce(&mut Operation)) -> Vec<String> {
    told_from(get(), change)
}

pub(in crate::diff) fn told_from(
    old: Operation,
    change: impl FnOnce(&mut Operation),
) -> Vec<String> {
    let mut new = old.clone();
    change(&mut new);
    lines(&api(&[(ROUTE, old)]), &api(&[(ROUTE, new)]))
}

#[test]
fn a_new_operation_lists_its_facts() {
    let come = |operation: Operation| lines(&api(&[]), &api(&[(ROUTE, operation)]));
    assert_eq!(
        come(get()),
        ["additive: `jobs::get` is new: `GET /job/{name}`, `(name, reason, query) -> Job`"]
    );
    let mut full = get();
    full.query = None;
    full.page = Some(Page {
        verb: "page".to_owned(),
        item: "Job".to_owned(),
    });
    full.facts = Facts {
        iam: vec!["a:b".to_owned(), "a:c".to_owned()],
        starts_task: true,
        stability: Some("Beta version".to_owned()),
        deprecation: Some(Deprecation {
            since: Some("2026-01-02T03:04:05Z".to_owned()),
            deletion: None,
            replacement: Some("/work".to_owned()),
        }),
        ..Facts::default()
    };
    assert_eq!(
        come(full.clone()),
        [
            "additive: `jobs::get` is new: `GET /job/{name}`, `(name, reason) -> Job`, pages of `Job` \
             with `page`, \
             starts a task, IAM `a:b`, `a:c`, Beta version, deprecated since 2026-01-02, replaced by \
             `/work`"
        ]
    );
    // The usual stability is not mentioned.
    full.facts.stability = Some(crate::note::STABLE.to_owned());
    assert!(!come(full)[0].contains("version"));
}

#[test]
fn operations_are_removed_moved_or_renamed() {
    let get = || Operation {
        query: None,
        ..get()
    };
    let old = api(&[(ROUTE, get())]);
    assert_eq!(
        lines(&old, &api(&[])),
        ["breaking: `jobs::get` is gone: `GET /job/{name}`"]
    );
    let mut dated = get();
    dated.facts.deprecation = Some(Deprecation {
        deletion: Some("2027-01-01".to_owned()),
        ..Deprecation::default()
    });
    assert_eq!(
        lines(&api(&[(ROUTE, dated)]), &api(&[])),
        [
            "breaking: `jobs::get` is gone: `GET /job/{name}`, which was deprecated, may be removed from \
             2027-01-01"
        ]
    );
    // Under another name at the same route, whatever its parameters are called: certain.
    let mut read = get();
    read.verb = "read".to_owned();
    for route in [ROUTE, "GET /job/{id}"] {
        let new = api(&[(route, read.clone())]);
        let told = lines(&old, &new);
        assert!(told[0].starts_with("additive: `jobs::read` is new"));
        assert_eq!(
            told[1],
            "breaking: `jobs::get` is gone: `GET /job/{name}` => `jobs::read` (same route)"
        );
    }
    // The same name at another route: users see nothing of it while the form stays.
    assert_eq!(
        lines(&old, &api(&[("GET /job/{id}", get())])),
        ["additive: `jobs::get` is `GET /job/{id}`, was `GET /job/{name}`"]
    );
    assert_eq!(
        lines(&old, &api(&[("GET /work/{name}", get())])),
        [
            "breaking, unseen: `jobs::get`: calls another route; the same code still compiles, and sends \
             something else",
            "additive: `jobs::get` is `GET /work/{name}`, was `GET /job/{name}`",
        ]
    );
}

/// Query structs of two modules can have the same name.
#[test]
fn names_all_items_that_go_with_a_method() {
    let mut old = get();
    old.page = Some(Page {
        verb: "page".to_owned(),
        item: "Job".to_owned(),
    });
    let mut new = old.clone();
    new.module = "works".to_owned();
    let told = lines(&api(&[(ROUTE, old)]), &api(&[("GET /work/{name}", new)]));
    assert_eq!(
        told,
        [
            "breaking: `jobs::get` is gone: `GET /job/{name}` => `works::get` (moved route)",
            "breaking: `jobs::page` is gone: pages of `Job`, beside `get` => `works::page` (moved route)",
            "breaking: `GetJob` is gone: the optional values of `jobs::get`, with `depth`, `word` => \
             `GetJob` (moved route)",
            "additive: `works::get` is new: `GET /work/{name}`, `(name, reason, query) -> Job`, pages of \
             `Job` with `page`",
        ]
    );
}

#[test]
fn arguments_change() {
    for (change, line) in [
        (
            (|of: &mut Operation| of.arguments[1].ty = "i64".to_owned()) as fn(&mut Operation),
            "breaking: `jobs::get`: parameter `reason` is `i64`, was `&str`",
        ),
        (
            |of| of.arguments.truncate(1),
            "breaking: `jobs::get`: parameter `reason` removed",
        ),
        (
            |of| of.arguments.push(value("more", "bool", false)),
            "breaking: `jobs::get`: parameter `more: bool` added",
        ),
        (
            |of| of.arguments[1] = value("ticket", "&str", false),
            "breaking, unseen: `jobs::get`: parameter `reason` replaced by `ticket: &str`; the same code \
             still compiles, and sends something else",
        ),
        (
            |of| of.response = "Work".to_owned(),
            "breaking: `jobs::get`: returns `Work`, returned `Job`",
        ),
    ] {
        assert_eq!(told(change), [line]);
    }
    // The name of a path value does not matter.
    assert_eq!(
        told(|of| of.arguments[0] = value("id", "&str", true)),
        [""; 0]
    );
    let mut two = get();
    two.arguments.push(value("ticket", "&str", false));
    assert_eq!(
        told_from(two, |of| of.arguments.swap(1, 2)),
        [
            "breaking, unseen: `jobs::get`: takes its parameters in another order; the same code still \
             compiles, and sends something else"
        ]
    );
    let taken = told(|of| of.query = None);
    assert_eq!(
        taken[0],
        "breaking: `jobs::get`: last parameter `&GetJob` removed"
    );
    let mut without = get();
    without.query = None;
    assert_eq!(
        told_from(without, |of| of.query = get().query)[1],
        "breaking: `jobs::get`: optional values added, as a last parameter `&GetJob`"
    );
}

#[test]
fn optional_values_come_go_and_change() {
    fn of(operation: &mut Operation) -> &mut Vec<Field> {
        &mut operation.query.as_mut().expect("it has a query").values
    }
    for (change, line) in [
        (
            (|it: &mut Operation| of(it).push(value("more", "bool", false))) as fn(&mut Operation),
            "additive: `GetJob.more` is new: `bool`, for `jobs::get`",
        ),
        (
            |it| of(it).truncate(1),
            "breaking: `GetJob.word` is gone: optional value `word` of `jobs::get`",
        ),
        (
            |it| of(it)[0].ty = "String".to_owned(),
            "breaking: `GetJob.depth` is `String`, was `i64`",
        ),
        (
            |it| of(it)[1].ty = "Word".to_owned(),
            "additive: `GetJob.word` is `Word`, was `String`",
        ),
        (
            |it| of(it)[0].wire = "Depth".to_owned(),
            "additive: `GetJob.depth` is `Depth` in requests and responses, was `depth`",
        ),
    ] {
        assert_eq!(told(change), [line]);
    }
}

#[test]
fn pages_come_go_and_change() {
    fn page(item: &str) -> Option<Page> {
        Some(Page {
            verb: "page".to_owned(),
            item: item.to_owned(),
        })
    }
    assert_eq!(
        told(|of| of.page = page("Job")),
        ["additive: `jobs::page` is new: pages of `Job`, beside `get`"]
    );
    let mut paged = get();
    paged.page = page("Job");
    assert_eq!(
        told_from(paged.clone(), |of| of.page = None),
        ["breaking: `jobs::page` is gone: pages of `Job`, beside `get`"]
    );
    assert_eq!(
        told_from(paged.clone(), |of| of.page = page("Work")),
        ["breaking: `jobs::page` pages are of `Work`, were of `Job`"]
    );
    assert_eq!(
        told_from(paged.clone(), |of| of.arguments.truncate(1)),
        [
            "breaking: `jobs::get`: parameter `reason` removed",
            "breaking: `jobs::page` changes its parameters as `jobs::get` does",
        ]
    );
    assert_eq!(told_from(paged, |_| {}), [""; 0]);
}
