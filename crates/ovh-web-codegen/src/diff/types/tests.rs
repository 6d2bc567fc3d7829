//! Changes of types, a table for each kind.

use super::*;
use crate::diff::between;

fn field(name: &str, wire: &str, ty: &str, presence: Presence) -> Field {
    Field {
        name: name.to_owned(),
        wire: wire.to_owned(),
        ty: ty.to_owned(),
        presence,
        doc: String::new(),
    }
}

fn item(kind: TypeKind) -> Type {
    Type {
        origin: "x.Job".to_owned(),
        group: "jobs".to_owned(),
        kind,
        traits: Vec::new(),
        constructors: Default::default(),
        doc: String::new(),
    }
}

/// The changes when `Job` differs, one line each.
fn told(old: TypeKind, new: TypeKind) -> Vec<String> {
    told_of(&item(old), &item(new))
}

fn told_of(old: &Type, new: &Type) -> Vec<String> {
    let api = |of: &Type| ApiDescription {
        types: [("Job".to_owned(), of.clone())].into(),
        ..ApiDescription::default()
    };
    between(&api(old), &api(new))
        .changes
        .iter()
        .map(|change| {
            let silent = if change.silent { ", unseen" } else { "" };
            format!("{}{silent}: {}", change.impact, change.headline())
        })
        .collect()
}

fn read(ty: &str) -> TypeKind {
    TypeKind::Read(vec![field("state", "state", ty, Presence::Read)])
}

fn write(ty: &str, presence: Presence) -> TypeKind {
    TypeKind::Write(vec![field("state", "state", ty, presence)])
}

#[test]
fn describes_changed_fields() {
    use Presence::{Nullable, Optional, Required};
    for (old, new, line) in [
        (read("i64"), read("i64"), None),
        (read("i64"), read("String"), Some("is `String`, was `i64`")),
        (
            read("Option<i64>"),
            read("i64"),
            Some("is never null now: `i64`, was `Option<i64>`"),
        ),
        (
            read("i64"),
            read("Option<i64>"),
            Some("can be null now: `Option<i64>`, was `i64`"),
        ),
        (
            write("i64", Optional),
            write("i64", Nullable),
            Some("can be cleared now: `Nullable<i64>`, was `Option<i64>`"),
        ),
        (
            write("i64", Nullable),
            write("i64", Optional),
            Some("can no longer be cleared: `Option<i64>`, was `Nullable<i64>`"),
        ),
        (
            write("i64", Optional),
            write("String", Optional),
            Some("is `Option<String>`, was `Option<i64>`"),
        ),
    ] {
        let lines: Vec<String> = line
            .map(|line| format!("breaking: `Job.state` {line}"))
            .into_iter()
            .collect();
        assert_eq!(told(old, new), lines);
    }
    let (optional, required) = (write("i64", Optional), write("i64", Required));
    assert_eq!(
        told(optional.clone(), required.clone()),
        [
            "breaking: `Job::new` takes `(state: i64)`, took `()`",
            "breaking: `Job.state` is required now: `i64`, was `Option<i64>`",
        ]
    );
    assert_eq!(
        told(required, optional),
        [
            "breaking: `Job::new` takes `()`, took `(state: i64)`",
            "breaking: `Job.state` is optional now: `Option<i64>`, was `i64`",
        ]
    );
}

#[test]
fn fields_are_new_removed_or_renamed() {
    use Presence::{Read, Required};
    let old = vec![
        field("a", "a", "i64", Read),
        field("b", "b", "String", Read),
    ];
    let mut new = vec![field("a", "A", "i64", Read), field("c", "c", "bool", Read)];
    let (before, after) = (TypeKind::Read(old.clone()), TypeKind::Read(new.clone()));
    assert_eq!(
        told(before.clone(), after),
        [
            "additive: `Job.c` is new: `bool`",
            "additive: `Job.a` is `A` in requests and responses, was `a`",
            "breaking: `Job.b` is gone",
        ]
    );
    new[0].wire = "a".to_owned();
    new[0].doc = "What it is.".to_owned();
    new[1] = old[1].clone();
    assert_eq!(told(before, TypeKind::Read(new)), ["docs: `Job.a` "]);
    let body = TypeKind::Write(vec![field("a", "a", "i64", Required)]);
    assert_eq!(
        told(TypeKind::Write(Vec::new()), body),
        [
            "additive: `Job.a` is new: `i64`, required",
            "breaking: `Job::new` takes `(a: i64)`, took `()`",
        ]
    );
}

#[test]
fn reports_silent_changes_of_constructors() {
    use Presence::Required;
    let of = |fields: &[(&str, &str)]| {
        let of = |(name, ty): &(&str, &str)| field(name, name, ty, Required);
        TypeKind::Write(fields.iter().map(of).collect())
    };
    let new_of = |lines: Vec<String>| -> Vec<String> {
        let lines = lines.into_iter();
        lines.filter(|line| line.contains("`Job::new`")).collect()
    };
    let two = of(&[("a", "String"), ("b", "String")]);
    assert_eq!(
        new_of(told(two.clone(), of(&[("b", "String"), ("a", "String")]))),
        [
            "breaking, unseen: `Job::new` takes `(b: String, a: String)`, took `(a: String, b: \
             String)`; the same code still compiles, and sends something else"
        ]
    );
    assert_eq!(
        new_of(told(two.clone(), of(&[("a", "String"), ("b", "Secret")]))),
        ["additive: `Job::new` takes `(a: String, b: Secret)`, took `(a: String, b: String)`"]
    );
    assert_eq!(
        new_of(told(two.clone(), of(&[("a", "String"), ("b", "i64")]))),
        ["breaking: `Job::new` takes `(a: String, b: i64)`, took `(a: String, b: String)`"]
    );
    assert_eq!(new_of(told(two.clone(), two)), [""; 0]);
}

fn words(values: &[(&str, &str)]) -> TypeKind {
    let own = |text: &str| text.to_owned();
    TypeKind::Words(
        values
            .iter()
            .map(|(wire, name)| (own(wire), own(name)))
            .collect(),
    )
}

#[test]
fn values_come_go_and_change_their_names() {
    let old = words(&[("a", "A"), ("b", "B")]);
    for (new, lines) in [
        (words(&[("a", "A"), ("b", "B")]), vec![]),
        (
            words(&[("a", "A"), ("b", "B"), ("c", "C")]),
            vec!["additive: `Job::C` is new: `c`"],
        ),
        (
            words(&[("a", "A")]),
            vec!["breaking: `Job::B` is gone: write `Job::from(\"b\")` if it is still needed"],
        ),
        (
            words(&[("a", "A"), ("x", "B")]),
            vec!["additive: `Job::B` is `x` in requests and responses, was `b`"],
        ),
        (
            words(&[("a", "A"), ("b", "Bee")]),
            vec![
                "additive: `Job::Bee` is new: `b`",
                "breaking: `Job::B` is gone: `b`",
            ],
        ),
        // The names changed places: all of it compiles.
        (
            words(&[("a", "B"), ("b", "A")]),
            vec![
                "breaking, unseen: `Job::A` is `b` in requests and responses, was `a`, which is `Job::B` now",
                "breaking, unseen: `Job::B` is `a` in requests and responses, was `b`, which is `Job::A` now",
            ],
        ),
    ] {
        assert_eq!(told(old.clone(), new), lines);
    }
}

#[test]
fn types_change_their_kind_or_schema() {
    let numbers = TypeKind::Numbers([("1".to_owned(), "_1".to_owned())].into());
    for (old, new, line) in [
        (
            read("i64"),
            TypeKind::Switch,
            "is a switch now, was a model, without `state`",
        ),
        (TypeKind::Switch, words(&[]), "is an enum now, was a switch"),
        (
            words(&[]),
            numbers,
            "is an enum of numbers now, was an enum",
        ),
        (
            read("i64"),
            TypeKind::Write(Vec::new()),
            "is a body now, was a model, without `state`",
        ),
    ] {
        let told = told(old, new);
        assert!(
            told.contains(&format!("breaking: `Job` {line}")),
            "{told:?}"
        );
    }
    let (old, mut new) = (item(TypeKind::Switch), item(TypeKind::Switch));
    assert_eq!(told_of(&old, &new), [""; 0]);
    new.origin = "x.Work".to_owned();
    assert_eq!(
        told_of(&old, &new),
        ["docs: `Job` is made of `x.Work`, was of `x.Job`"]
    );
    new.origin.clone_from(&old.origin);
    new.doc = "A job.".to_owned();
    assert_eq!(told_of(&old, &new), ["docs: `Job` "]);
}

#[test]
fn a_new_type_tells_what_is_in_it() {
    let fields = ["a", "b"].map(|name| field(name, name, "i64", Presence::Read));
    assert_eq!(came(&TypeKind::Read(fields.to_vec())), "model: `a`, `b`");
    assert_eq!(came(&words(&[("a", "A")])), "enum: `a`");
    assert_eq!(came(&TypeKind::Switch), "switch");
}

#[test]
fn a_type_that_went_names_its_parts() {
    let api = |types: &[(&str, Type)]| ApiDescription {
        types: types
            .iter()
            .map(|(name, of)| ((*name).to_owned(), of.clone()))
            .collect(),
        ..ApiDescription::default()
    };
    let body = item(write("i64", Presence::Optional));
    let changes = between(&api(&[("Job", body)]), &api(&[])).changes;
    let [change] = &changes[..] else {
        panic!("{changes:?}");
    };
    assert_eq!(change.parts, ["Job.state", "Job::new"]);
    assert_eq!(
        change.headline(),
        "`Job` is gone: body of `x.Job`, with `state`"
    );
}
