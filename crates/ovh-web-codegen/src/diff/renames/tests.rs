//! Guesses of replacements, a table for each kind of item.

use super::*;
use crate::description::{Presence, Type, TypeKind};

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

fn method(verb: &str, response: &str, argument: &str) -> Operation {
    Operation {
        module: "jobs".to_owned(),
        verb: verb.to_owned(),
        response: response.to_owned(),
        arguments: vec![Field {
            name: "id".to_owned(),
            wire: "id".to_owned(),
            ty: argument.to_owned(),
            presence: Presence::Path,
            ..Field::default()
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

/// The replacement of `jobs::old`, which returns a `Job`.
fn moved(route: &str, new: &[(&str, Operation)]) -> Option<String> {
    let old = api(&[(route, method("old", "Job", "i64"))], &[]);
    let new = api(new, &[]);
    let renames = Renames::of(&old, &new);
    let found = renames.operation(route)?;
    Some(found.guess(&found.of.id()).text)
}

#[test]
fn guesses_operations_by_route() {
    let new = || method("new", "Job", "i64");
    let told = |why: &str| Some(format!("`jobs::new` ({why})"));
    let old = "GET /web/{s}/job/{id}";
    for (route, of, why) in [
        // The response does not matter.
        (
            "GET /web/{s}/job/{id}",
            method("new", "Other", "String"),
            "same route",
        ),
        (
            "GET /web/{s}/job/{name}",
            method("new", "Other", "i64"),
            "same route",
        ),
        (
            "PUT /web/{s}/job/{id}",
            method("new", "()", "i64"),
            "same path",
        ),
        ("GET /web/{s}/work/{id}", new(), "moved route"),
        ("GET /web/{s}/more/job/{id}", new(), "moved route"),
        ("GET /web/{s}/of/work/{id}", new(), "moved route"),
    ] {
        assert_eq!(moved(old, &[(route, of)]), told(why), "{route}");
    }
    for (route, of) in [
        // Another type, another method, too far away, another parameter.
        ("GET /web/{s}/work/{id}", method("new", "Other", "i64")),
        ("GET /web/{s}/work/{id}", method("new", "()", "i64")),
        ("PUT /web/{s}/work/{id}", new()),
        ("GET /web/{s}/a/b/c/job/{id}", new()),
        ("GET /web/{s}/job/{id}/of/{other}", new()),
        ("GET /work/{id}", new()),
    ] {
        assert_eq!(moved(old, &[(route, of)]), None, "{route}");
    }
    // Two places are none.
    let other = method("other", "Job", "i64");
    let two = [
        ("GET /web/{s}/work/{id}", new()),
        ("GET /web/{s}/task/{id}", other),
    ];
    assert_eq!(moved(old, &two), None);
}

#[test]
fn what_moved_leaves_nothing_and_finds_nothing() {
    let (from, to) = ("GET /web/{s}/job/{id}", "GET /web/{s}/work/{id}");
    let one = |of: &str| method(of, "Job", "i64");
    for (old, new, is_moved) in [
        (vec![], vec![], true),
        // The old place is still there, or the new one was there before.
        (
            vec![("POST /web/{s}/job", one("create"))],
            vec![("POST /web/{s}/job", one("create"))],
            false,
        ),
        (
            vec![("POST /web/{s}/work", one("create"))],
            vec![("POST /web/{s}/work", one("create"))],
            false,
        ),
    ] {
        let (mut old, mut new) = (old, new);
        old.push((from, one("old")));
        new.push((to, one("new")));
        let (old, new) = (api(&old, &[]), api(&new, &[]));
        let found = Renames::of(&old, &new).operation(from).is_some();
        assert_eq!(found, is_moved);
    }
    // An operation without its own types moves with the others.
    let delete = |of: &str| method(of, "Task", "i64");
    let (gone, came) = ("DELETE /web/{s}/job/{id}", "DELETE /web/{s}/work/{id}");
    let alone = (
        api(&[(gone, delete("a"))], &[]),
        api(&[(came, delete("b"))], &[]),
    );
    assert!(Renames::of(&alone.0, &alone.1).operation(gone).is_none());
    let old = api(&[(gone, delete("a")), (from, one("old"))], &[]);
    let new = api(&[(came, delete("b")), (to, one("new"))], &[]);
    assert!(Renames::of(&old, &new).operation(gone).is_some());
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
        kind: TypeKind::Read(fields.iter().map(|(wire, ty)| field_of(wire, ty)).collect()),
        traits: Vec::new(),
        constructors: Default::default(),
        doc: String::new(),
    }
}

const FOUR: [(&str, &str); 4] = [
    ("id", "i64"),
    ("name", "String"),
    ("state", "String"),
    ("size", "i64"),
];

fn of_type(name: &str, old: &ApiDescription, new: &ApiDescription) -> Option<(String, bool)> {
    let found = Renames::of(old, new).of_type(name)?;
    Some((found.text, found.certain))
}

#[test]
fn a_type_became_what_is_made_of_its_schema() {
    let job = || read("x.Job", &FOUR);
    let became =
        |new: &[(&str, Type)]| of_type("Job", &api(&[], &[("Job", job())]), &api(&[], new));
    let certain = Some(("`Work` (same schema)".to_owned(), true));
    assert_eq!(became(&[("Work", read("x.Job", &[]))]), certain);
    let two = [("A", read("x.Job", &[])), ("B", read("x.Job", &[]))];
    assert_eq!(became(&two), None);
    // The same contents elsewhere say nothing.
    assert_eq!(became(&[("Jobs", read("x.Jobs", &FOUR))]), None);
}

#[test]
fn a_type_in_the_same_places_replaces_another() {
    let place = |of: &str| method("get", of, "i64");
    let heir = |others: &[(&str, Operation)]| {
        let mut before = vec![("GET /job/{id}", place("Job"))];
        before.extend(others.iter().map(|(route, of)| {
            let mut of = of.clone();
            of.response = "Vec<Job>".to_owned();
            (*route, of)
        }));
        let mut after = vec![("GET /job/{id}", place("Thing"))];
        after.extend(others.iter().cloned());
        let old = api(&before, &[("Job", read("x.Job", &FOUR))]);
        let types = [
            ("Thing", read("x.Thing", &[])),
            ("Other", read("x.Other", &[])),
        ];
        of_type("Job", &old, &api(&after, &types))
    };
    let thing = Some(("`Thing` (same place)".to_owned(), false));
    assert_eq!(heir(&[]), thing);
    let more = |response: &str| [("GET /jobs/{id}", method("list", response, "i64"))];
    assert_eq!(heir(&more("Vec<Thing>")), thing);
    // Two heirs are none.
    assert_eq!(heir(&more("Vec<Other>")), None);
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
    let thing = Some(("`Thing` (same place)".to_owned(), false));
    assert_eq!(of_type("Job", &old, &new), thing);
    // Renamed where it is an argument alone, or where it is a field alone.
    for part in [true, false] {
        let (mut one, mut other) = (old.clone(), new.clone());
        for api in [&mut one, &mut other] {
            match part {
                true => api.operations.clear(),
                false => drop(api.types.remove("List")),
            }
        }
        assert_eq!(of_type("Job", &one, &other), thing);
    }
    assert_eq!(of_type("Nothing", &old, &new), None);
}

#[test]
fn guesses_properties_with_similar_names() {
    let old = [field_of("creationDate", "Date"), field_of("id", "i64")];
    let to = |new: &[Field]| part(&old[0], &old, new).map(|of| (of.text, of.certain));
    let told = |text: &str, certain| Some((text.to_owned(), certain));
    let renamed = Field {
        name: "created".to_owned(),
        ..field_of("creationDate", "i64")
    };
    assert_eq!(to(&[renamed]), told("`created` (same property)", true));
    let alike = "(similar name, same type)";
    let two = ["creationDate.from", "creationDate.to"].map(|wire| field_of(wire, "Option<Date>"));
    assert_eq!(
        to(&two),
        told(
            &format!("`creation_date_from`, `creation_date_to` {alike}"),
            false
        )
    );
    for (wire, ty, fits) in [
        ("creation", "Date", true),
        ("creationdate", "Date", true),
        ("creationDates", "Date", false),
        ("creationDateFrom", "String", false),
        ("recreationDate", "Date", false),
        // One that was there before is not what another became.
        ("id", "Date", false),
    ] {
        assert_eq!(to(&[field_of(wire, ty)]).is_some(), fits, "{wire}");
    }
}
