//! Guesses what a thing that is gone is called now.
//!
//! Only where much speaks for it, and never more than a guess: nothing in a document says so.

use std::collections::BTreeSet;

use crate::description::{ApiDescription, Field, Form};

/// How alike two texts are without case and separators, from 0 to 1.
pub(super) fn alike(a: &str, b: &str) -> f64 {
    let plain = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (plain(a), plain(b));
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    1.0 - ratio(row[b.len()], longest)
}

fn ratio(part: usize, whole: usize) -> f64 {
    // Names are short: the numbers are small.
    f64::from(u32::try_from(part).unwrap_or(u32::MAX))
        / f64::from(u32::try_from(whole.max(1)).unwrap_or(u32::MAX))
}

/// The one candidate that is clearly the best, if it is good enough.
fn best<'a, T>(candidates: impl Iterator<Item = (&'a T, f64)>, enough: f64) -> Option<&'a T>
where
    T: ?Sized,
{
    let mut all: Vec<(&T, f64)> = candidates.filter(|(_, score)| *score >= enough).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    match all[..] {
        [(only, _)] => Some(only),
        [(first, high), (_, next), ..] if high - next > 0.1 => Some(first),
        _ => None,
    }
}

/// The route that an operation has now: the same but for the names of its path values, or the one
/// that does the same under a name that is nearly the same.
pub(super) fn operation<'a>(
    route: &str,
    old: &ApiDescription,
    new: &'a ApiDescription,
) -> Option<&'a str> {
    let before = old.operations.get(route)?;
    let came = || {
        let routes = new.operations.iter();
        routes.filter(|(route, _)| !old.operations.contains_key(*route))
    };
    if let Some((same, _)) = came().find(|(other, _)| shape(other) == shape(route)) {
        return Some(same);
    }
    let method = |route: &str| route.split(' ').next().unwrap_or_default().to_owned();
    let types = |values: &[crate::description::Value]| -> Vec<String> {
        values.iter().map(|value| value.ty.clone()).collect()
    };
    best(
        came()
            .filter(|(other, after)| {
                method(other) == method(route)
                    && after.reply == before.reply
                    && types(&after.arguments) == types(&before.arguments)
            })
            .map(|(other, _)| (other.as_str(), alike(other, route))),
        0.85,
    )
}

/// A route without the names of its path values.
pub(super) fn shape(route: &str) -> String {
    let segments = route.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The type that has become of one: from the same schema, or with nearly the same inside.
pub(super) fn of_type<'a>(
    name: &str,
    old: &ApiDescription,
    new: &'a ApiDescription,
) -> Option<(&'a str, bool)> {
    let before = old.types.get(name)?;
    let came = || {
        let types = new.types.iter();
        types.filter(|(name, after)| {
            !old.types.contains_key(*name)
                && std::mem::discriminant(&after.form) == std::mem::discriminant(&before.form)
        })
    };
    let same: Vec<&String> = came()
        .filter(|(_, after)| after.origin == before.origin)
        .map(|(name, _)| name)
        .collect();
    // What is made into two types now has not one that it became.
    if let [same] = same[..] {
        return Some((same, true));
    }
    let inside = parts(&before.form);
    if let Some(heir) = heir(name, old, new)
        && came().any(|(other, _)| other == heir)
    {
        let there = parts(&new.types.get(heir)?.form);
        let common = inside.intersection(&there).count();
        // In its place, and not something quite different.
        if ratio(common, inside.union(&there).count()) >= 0.5 {
            return Some((heir, false));
        }
    }
    let found = best(
        came().map(|(other, after)| {
            let there = parts(&after.form);
            let common = inside.intersection(&there).count();
            let all = inside.union(&there).count();
            let alike = alike(name, other);
            // Few parts say little: then the name has to speak for it too.
            let score = match inside.len() {
                0..=2 => ratio(common, all) * alike,
                _ => ratio(common, all) * 0.9 + alike * 0.1,
            };
            (other.as_str(), score)
        }),
        0.75,
    )?;
    Some((found, false))
}

/// The one type that is now wherever the old one was: in arguments, replies and fields.
fn heir<'a>(name: &str, old: &ApiDescription, new: &'a ApiDescription) -> Option<&'a str> {
    let mut places: Vec<(&str, &'a str)> = Vec::new();
    for (route, before) in &old.operations {
        // The same route, or the one that has taken its name.
        let mut named = new.operations.values();
        let after = new.operations.get(route);
        let after = after.or_else(|| named.find(|after| after.id() == before.id()));
        if let Some(after) = after {
            places.push((&before.reply, &after.reply));
            for value in &before.arguments {
                let values = after.arguments.iter();
                let now = values.filter(|other| other.wire == value.wire);
                places.extend(now.map(|other| (value.ty.as_str(), other.ty.as_str())));
            }
        }
    }
    for (of, before) in &old.types {
        let after = new.types.get(of).map(|after| &after.form);
        let (
            Form::Read(before) | Form::Write(before),
            Some(Form::Read(after) | Form::Write(after)),
        ) = (&before.form, after)
        else {
            continue;
        };
        for field in before {
            let now = after.iter().filter(|other| other.wire == field.wire);
            places.extend(now.map(|other| (field.ty.as_str(), other.ty.as_str())));
        }
    }
    let heirs: BTreeSet<&'a str> = places
        .into_iter()
        .filter(|(was, _)| inner(was) == name)
        .map(|(_, now)| inner(now))
        .collect();
    // Two heirs are none.
    heirs.first().copied().filter(|_| heirs.len() == 1)
}

/// The type that a spelling is about: `&Vec<Cron>` is about `Cron`.
fn inner(spelled: &str) -> &str {
    let from = spelled.rfind(['<', '&', ' ']).map_or(0, |at| at + 1);
    spelled[from..].trim_end_matches('>')
}

/// What is in a type, in a form that can be compared.
fn parts(form: &Form) -> BTreeSet<String> {
    match form {
        Form::Read(fields) | Form::Write(fields) => fields
            .iter()
            .map(|field| format!("{}: {}", field.wire, field.ty))
            .collect(),
        Form::Words(values) | Form::Numbers(values) => values.keys().cloned().collect(),
        Form::Switch => BTreeSet::new(),
    }
}

/// The field that has become of one: the same on the wire, or of the same type and nearly the same
/// name.
pub(super) fn field<'a>(gone: &Field, old: &[Field], new: &'a [Field]) -> Option<(&'a str, bool)> {
    let came = || {
        let fields = new.iter();
        fields.filter(|after| !old.iter().any(|field| field.name == after.name))
    };
    if let Some(same) = came().find(|after| after.wire == gone.wire) {
        return Some((&same.name, true));
    }
    let found = best(
        came()
            .filter(|after| base(&after.ty) == base(&gone.ty))
            .map(|after| (after.name.as_str(), alike(&after.wire, &gone.wire))),
        0.7,
    )?;
    Some((found, false))
}

fn base(ty: &str) -> &str {
    crate::shape::spelling::base_type(ty)
}

/// The value that has become of one: nearly the same word.
pub(super) fn value<'a>(gone: &str, came: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    best(came.map(|other| (other.as_str(), alike(gone, other))), 0.8)
}

#[cfg(test)]
mod tests {
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
        let to = |new: &[Field]| {
            field(&old[0], &old, new).map(|(name, certain)| (name.to_owned(), certain))
        };
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
}
