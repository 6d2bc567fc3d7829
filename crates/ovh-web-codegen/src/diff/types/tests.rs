//! What is told of types, a table a sort of change.

use super::*;

fn field(name: &str, wire: &str, ty: &str, presence: Presence) -> Field {
    Field {
        name: name.to_owned(),
        wire: wire.to_owned(),
        ty: ty.to_owned(),
        presence,
        doc: String::new(),
    }
}

fn item(form: Form) -> Type {
    Type {
        origin: "x.Job".to_owned(),
        group: "jobs".to_owned(),
        form,
        doc: String::new(),
    }
}

/// What is told of `Job` when it becomes another, a line each.
fn told(old: Form, new: Form) -> Vec<String> {
    told_of(&item(old), &item(new))
}

fn told_of(old: &Type, new: &Type) -> Vec<String> {
    let api = |of: &Type| ApiDescription {
        types: [("Job".to_owned(), of.clone())].into(),
        ..ApiDescription::default()
    };
    compare(&api(old), &api(new))
        .iter()
        .map(|change| {
            let silent = if change.silent { ", unseen" } else { "" };
            format!("{}{silent}: {}", change.verdict, change.headline())
        })
        .collect()
}

fn read(ty: &str) -> Form {
    Form::Read(vec![field("state", "state", ty, Presence::Read)])
}

fn write(ty: &str, presence: Presence) -> Form {
    Form::Write(vec![field("state", "state", ty, presence)])
}

#[test]
fn a_field_differs_in_words() {
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
            Some("cannot be cleared any more: `Option<i64>`, was `Nullable<i64>`"),
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
            "breaking: `Job.state` is required now: `i64`, was `Option<i64>`",
            "breaking: `Job::new` takes `(state: i64)`, took `()`",
        ]
    );
    assert_eq!(
        told(required, optional),
        [
            "breaking: `Job.state` is optional now: `Option<i64>`, was `i64`",
            "breaking: `Job::new` takes `()`, took `(state: i64)`",
        ]
    );
}

#[test]
fn fields_come_and_go_and_travel_under_other_names() {
    use Presence::{Read, Required};
    let old = vec![
        field("a", "a", "i64", Read),
        field("b", "b", "String", Read),
    ];
    let mut new = vec![field("a", "A", "i64", Read), field("c", "c", "bool", Read)];
    let (before, after) = (Form::Read(old.clone()), Form::Read(new.clone()));
    assert_eq!(
        told(before.clone(), after),
        [
            "additive: `Job.a` travels as `A`, was `a`",
            "breaking: `Job.b` is gone",
            "additive: `Job.c` is new: `bool`",
        ]
    );
    new[0].wire = "a".to_owned();
    new[0].doc = "What it is.".to_owned();
    new[1] = old[1].clone();
    assert_eq!(told(before, Form::Read(new)), ["docs: `Job.a` "]);
    let body = Form::Write(vec![field("a", "a", "i64", Required)]);
    assert_eq!(
        told(Form::Write(Vec::new()), body),
        [
            "additive: `Job.a` is new: `i64`, required",
            "breaking: `Job::new` takes `(a: i64)`, took `()`",
        ]
    );
}

#[test]
fn a_constructor_that_still_compiles_may_send_something_else() {
    use Presence::Required;
    let of = |fields: &[(&str, &str)]| {
        let of = |(name, ty): &(&str, &str)| field(name, name, ty, Required);
        Form::Write(fields.iter().map(of).collect())
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
             String)`; a call still compiles, and sends something else"
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

fn words(values: &[(&str, &str)]) -> Form {
    let own = |text: &str| text.to_owned();
    Form::Words(
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
        (words(&[("a", "A")]), vec!["breaking: `Job::B` is gone"]),
        (
            words(&[("a", "A"), ("x", "B")]),
            vec!["additive: `Job::B` is `x` on the wire, was `b`"],
        ),
        (
            words(&[("a", "A"), ("b", "Bee")]),
            vec!["breaking: `Job::B` is gone"],
        ),
        // The names changed places: all of it compiles.
        (
            words(&[("a", "B"), ("b", "A")]),
            vec![
                "breaking, unseen: `Job::A` is gone",
                "breaking, unseen: `Job::B` is gone",
            ],
        ),
    ] {
        assert_eq!(told(old.clone(), new), lines);
    }
}

#[test]
fn what_was_there_before_is_not_what_a_value_became() {
    let old = item(words(&[("doing", "Doing"), ("doings", "Doings")]));
    let new = item(words(&[("doings", "Doings"), ("do_ing", "DoIng")]));
    let api = |of: Type| ApiDescription {
        types: [("Job".to_owned(), of)].into(),
        ..ApiDescription::default()
    };
    let changes = compare(&api(old), &api(new));
    assert_eq!(changes[0].item, "Job::Doing");
    assert_eq!(changes[0].guess.as_deref(), Some("`do_ing`"));
}

#[test]
fn a_type_becomes_another_sort_or_is_made_of_something_else() {
    let numbers = Form::Numbers([("1".to_owned(), "_1".to_owned())].into());
    for (old, new, line) in [
        (read("i64"), Form::Switch, "is a switch now, was a model"),
        (Form::Switch, words(&[]), "is an enum now, was a switch"),
        (
            words(&[]),
            numbers,
            "is an enum of numbers now, was an enum",
        ),
        (
            read("i64"),
            Form::Write(Vec::new()),
            "is a body now, was a model",
        ),
    ] {
        assert_eq!(told(old, new), [format!("breaking: `Job` {line}")]);
    }
    let (old, mut new) = (item(Form::Switch), item(Form::Switch));
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
fn what_is_in_a_new_type_is_told_in_short() {
    let of = |count: usize| {
        let names = (0..count).map(|number| format!("f{number:02}"));
        inside(&Form::Read(
            names
                .map(|name| field(&name, &name, "i64", Presence::Read))
                .collect(),
        ))
    };
    assert_eq!(of(0), "");
    assert_eq!(of(2), ": `f00`, `f01`");
    assert!(of(12).ends_with("`f11`"), "{}", of(12));
    assert!(of(13).ends_with("`f11`, and 1 more"), "{}", of(13));
    assert!(of(15).ends_with("`f11`, and 3 more"), "{}", of(15));
    assert_eq!(inside(&words(&[("a", "A")])), ": `a`");
    assert_eq!(inside(&Form::Switch), "");
}
