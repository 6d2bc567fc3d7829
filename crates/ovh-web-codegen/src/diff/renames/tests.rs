//! What is guessed, and what is not, a table a sort of thing.

use super::*;
use crate::description::{Operation, Presence, Type, Value};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn likeness_is_the_part_of_the_letters_that_stay() {
    for (a, b, expected) in [
        ("email", "email", 1.0),
        ("email", "E-mail", 1.0),
        ("abcd", "abce", 0.75),
        ("abcd", "abcde", 0.8),
        ("abcde", "abcd", 0.8),
        ("abcd", "badc", 0.25),
        ("kitten", "sitting", 1.0 - 3.0 / 7.0),
        ("abc", "xyz", 0.0),
        ("", "abc", 0.0),
        ("", "", 0.0),
        ("--", "..", 0.0),
    ] {
        assert!(close(alike(a, b), expected), "{a} {b}: {}", alike(a, b));
    }
}

#[test]
fn the_best_one_is_good_enough_and_clearly_before_the_next() {
    let of = |scores: &[(&'static str, f64)]| best(scores.iter().copied(), 0.5);
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[("a", 0.49)]), None);
    assert_eq!(of(&[("a", 0.5)]), Some("a"));
    assert_eq!(of(&[("a", 0.6), ("b", 0.9)]), Some("b"));
    assert_eq!(of(&[("a", 0.9), ("b", 0.85)]), None);
    assert_eq!(of(&[("a", 0.75), ("b", 0.625)]), Some("a"));
    // Exactly so far ahead is not clear yet.
    assert_eq!(best([("a", 0.2), ("b", 0.1)].into_iter(), 0.05), None);
    // What is not good enough does not stand in the way.
    assert_eq!(of(&[("a", 0.52), ("b", 0.48)]), Some("a"));
}

#[test]
fn a_route_has_a_shape_and_a_spelling_a_type() {
    assert_eq!(shape("GET /a/{x}/b/{y}"), "GET /a/{}/b/{}");
    assert_eq!(shape("GET /a/b{x}"), "GET /a/b{x}");
    for (spelled, about) in [
        ("Cron", "Cron"),
        ("&Cron", "Cron"),
        ("Vec<Cron>", "Cron"),
        ("&Vec<Option<Cron>>", "Cron"),
        ("BTreeMap<String, Cron>", "Cron"),
    ] {
        assert_eq!(inner(spelled), about);
    }
}

fn method(verb: &str, reply: &str, argument: &str) -> Operation {
    Operation {
        family: "jobs".to_owned(),
        verb: verb.to_owned(),
        reply: reply.to_owned(),
        arguments: vec![Value {
            name: "id".to_owned(),
            wire: "id".to_owned(),
            ty: argument.to_owned(),
            in_path: true,
        }],
        ..Operation::default()
    }
}

fn api(operations: &[(&str, Operation)], types: &[(&str, Type)]) -> ApiDescription {
    let own = |name: &&str| (*name).to_owned();
    ApiDescription {
        operations: operations
            .iter()
            .map(|(route, of)| (own(route), of.clone()))
            .collect(),
        types: types
            .iter()
            .map(|(name, of)| (own(name), of.clone()))
            .collect(),
    }
}

#[test]
fn an_operation_went_to_the_route_of_its_shape_or_to_one_that_does_the_same() {
    let old = api(
        &[("GET /job/{id}/detail", method("get", "Job", "i64"))],
        &[],
    );
    let to = |route: &str, of: Operation| {
        let new = api(&[(route, of)], &[]);
        operation("GET /job/{id}/detail", &old, &new).map(str::to_owned)
    };
    let same = || method("get", "Job", "i64");
    // Whatever it gives: it is the same place.
    let other = method("get", "Other", "String");
    assert!(to("GET /job/{name}/detail", other).is_some());
    assert!(to("GET /job/{id}/details", same()).is_some());
    for (route, of) in [
        ("PUT /job/{id}/details", same()),
        ("GET /job/{id}/details", method("get", "Other", "i64")),
        ("GET /job/{id}/details", method("get", "Job", "String")),
        ("GET /job/{id}/history/of/all", same()),
    ] {
        assert_eq!(to(route, of), None, "{route}");
    }
    // A route that was there before has not come from elsewhere.
    let both = api(
        &[
            ("GET /job/{id}/detail", same()),
            ("GET /job/{id}/details", same()),
        ],
        &[],
    );
    let new = api(&[("GET /job/{id}/details", same())], &[]);
    assert_eq!(operation("GET /job/{id}/detail", &both, &new), None);
    assert_eq!(operation("GET /nowhere", &old, &new), None);
}

fn field_of(wire: &str, ty: &str) -> Field {
    Field {
        name: crate::names::case::field(wire),
        wire: wire.to_owned(),
        ty: ty.to_owned(),
        presence: Presence::Read,
        doc: String::new(),
    }
}

fn read(origin: &str, fields: &[(&str, &str)]) -> Type {
    Type {
        origin: origin.to_owned(),
        group: "jobs".to_owned(),
        form: Form::Read(fields.iter().map(|(wire, ty)| field_of(wire, ty)).collect()),
        doc: String::new(),
    }
}

fn words(origin: &str, values: &[&str]) -> Type {
    let values = values.iter().map(|value| {
        let value = (*value).to_owned();
        (value.clone(), value)
    });
    Type {
        form: Form::Words(values.collect()),
        ..read(origin, &[])
    }
}

const FOUR: [(&str, &str); 4] = [
    ("id", "i64"),
    ("name", "String"),
    ("state", "String"),
    ("size", "i64"),
];

/// What `Job` became, and whether that is certain.
fn became(job: Type, new: &[(&str, Type)]) -> Option<(String, bool)> {
    let old = api(&[], &[("Job", job)]);
    let new = api(&[], new);
    of_type("Job", &old, &new).map(|(name, certain)| (name.to_owned(), certain))
}

#[test]
fn a_type_became_what_is_made_of_its_schema_or_what_has_nearly_the_same_inside() {
    let job = || read("x.Job", &FOUR);
    let told = |name: &str, certain| Some((name.to_owned(), certain));
    // The same schema, whatever is in it now.
    assert_eq!(
        became(job(), &[("Work", read("x.Job", &[]))]),
        told("Work", true)
    );
    let two = [("A", read("x.Job", &[])), ("B", read("x.Job", &[]))];
    assert_eq!(became(job(), &two), None);
    // The same inside: all of it, or all but a little.
    assert_eq!(
        became(job(), &[("Work", read("x.Work", &FOUR))]),
        told("Work", false)
    );
    let three = || read("x.Work", &FOUR[..3]);
    assert_eq!(became(job(), &[("Jobs", three())]), told("Jobs", false));
    assert_eq!(became(job(), &[("Quite", three())]), None);
    let mut five = FOUR.to_vec();
    five.push(("more", "i64"));
    assert_eq!(
        became(job(), &[("JobMore", read("x.Work", &five))]),
        told("JobMore", false)
    );
    assert_eq!(became(job(), &[("Quite", read("x.Work", &five))]), None);
    // A type that was there before, or is of another sort, is none that it became.
    let old = api(&[], &[("Job", job()), ("Work", read("x.Work", &FOUR))]);
    let new = api(&[], &[("Work", read("x.Work", &FOUR))]);
    assert_eq!(of_type("Job", &old, &new), None);
    let mut body = read("x.Job", &FOUR);
    body.form = Form::Write(FOUR.map(|(wire, ty)| field_of(wire, ty)).to_vec());
    assert_eq!(became(job(), &[("Work", body)]), None);
    assert_eq!(of_type("Nothing", &old, &new), None);
}

#[test]
fn with_little_inside_the_name_has_to_speak_for_it_too() {
    let (one, other) = (words("x.Job", &["a", "b"]), words("x.Work", &["a", "b"]));
    assert_eq!(became(one.clone(), &[("Workshop", other.clone())]), None);
    assert!(became(one, &[("Jobs", other)]).is_some());
    let (empty, same) = (words("x.Job", &[]), words("x.Work", &[]));
    assert_eq!(became(empty, &[("Jobs", same)]), None);
}

#[test]
fn what_stands_wherever_a_type_stood_is_its_heir_if_half_of_it_is_the_same() {
    let place = |of: &str| method("get", of, "i64");
    let run = |fields: &[(&str, &str)], others: &[(&str, Operation)]| {
        let mut before = vec![("GET /job/{id}", place("Job"))];
        before.extend(others.iter().map(|(route, _)| (*route, place("Vec<Job>"))));
        let mut after = vec![("GET /job/{id}", place("Thing"))];
        after.extend(others.iter().cloned());
        let old = api(&before, &[("Job", read("x.Job", &FOUR))]);
        let types = [
            ("Thing", read("x.Thing", fields)),
            ("Other", read("x.Other", &[])),
        ];
        let new = api(&after, &types);
        of_type("Job", &old, &new).map(|(name, certain)| (name.to_owned(), certain))
    };
    assert_eq!(run(&FOUR[..2], &[]), Some(("Thing".to_owned(), false)));
    assert_eq!(run(&FOUR[..1], &[]), None);
    // Two heirs are none.
    let more = [("GET /jobs/{id}", place("Vec<Thing>"))];
    assert!(run(&FOUR[..2], &more).is_some());
    let more = [("GET /jobs/{id}", place("Vec<Other>"))];
    assert_eq!(run(&FOUR[..2], &more), None);
}

#[test]
fn the_heir_is_seen_in_arguments_and_fields_too() {
    let types = |inside: &str, name: &str| {
        api(
            &[("PUT /job/{id}", method("update", "()", inside))],
            &[
                (name, read(name, &FOUR)),
                ("List", read("x.List", &[("jobs", inside), ("id", "i64")])),
            ],
        )
    };
    let (old, new) = (types("&Job", "Job"), types("&Thing", "Thing"));
    assert_eq!(heir("Job", &old, &new), Some("Thing"));
    // Renamed where it is an argument alone, or where it is a field alone.
    for part in [true, false] {
        let (mut one, mut other) = (old.clone(), new.clone());
        for api in [&mut one, &mut other] {
            match part {
                true => api.operations.clear(),
                false => drop(api.types.remove("List")),
            }
        }
        assert_eq!(heir("Job", &one, &other), Some("Thing"));
    }
    // The operation may be another route under the same name.
    let mut moved = new.clone();
    let operation = moved
        .operations
        .remove("PUT /job/{id}")
        .expect("it is there");
    moved
        .operations
        .insert("PUT /work/{id}".to_owned(), operation);
    moved.types.remove("List");
    assert_eq!(heir("Job", &old, &moved), Some("Thing"));
    assert_eq!(heir("Nothing", &old, &new), None);
}

#[test]
fn a_field_is_the_same_on_the_wire_or_nearly_so_with_the_same_type() {
    let old = [field_of("email", "String"), field_of("id", "i64")];
    let to =
        |new: &[Field]| field(&old[0], &old, new).map(|(name, certain)| (name.to_owned(), certain));
    let renamed = Field {
        name: "mail".to_owned(),
        ..field_of("email", "i64")
    };
    assert_eq!(to(&[renamed]), Some(("mail".to_owned(), true)));
    let nearly = field_of("emails", "Option<String>");
    assert_eq!(to(&[nearly]), Some(("emails".to_owned(), false)));
    assert_eq!(to(&[field_of("emails", "i64")]), None);
    assert_eq!(to(&[field_of("recipient", "String")]), None);
    // One that was there before is not what another became.
    assert_eq!(to(&[field_of("id", "String")]), None);
}

#[test]
fn a_value_is_nearly_the_same_word() {
    let came = ["done".to_owned(), "doing".to_owned(), "gone_by".to_owned()];
    assert_eq!(value("DONE", came.iter()), Some("done"));
    assert_eq!(value("do-ing", came.iter()), Some("doing"));
    assert_eq!(value("dine", came.iter()), None);
    assert_eq!(value("away", came.iter()), None);
}
