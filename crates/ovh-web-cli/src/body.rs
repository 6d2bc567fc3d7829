//! The body of a request, from `--body`, flags and `--clear`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::command::{Body, Command, Flag, Kind, Place};
use crate::failure::{Failure, Outcome};

/// The values of a request as the flags give them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Value>,
    /// Enum values that the document does not know.
    pub(crate) warnings: Vec<String>,
}

/// Reads JSON, else TOML.
pub(crate) fn parse(text: &str, origin: &str) -> Outcome<Value> {
    let json = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // The text may hold secrets, so only positions are shown.
    let looks_like_json = text.trim_start().starts_with(['{', '[', '"']);
    let is_array_of_tables = text.trim_start().starts_with("[[");
    if looks_like_json && !is_array_of_tables && !text.contains('=') {
        let place = format!("line {} column {}", json.line(), json.column());
        return Err(Failure::usage(format!(
            "{origin} is not valid JSON: {place}"
        )));
    }
    match toml::from_str::<Value>(text) {
        Ok(value) => Ok(value),
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            let line = text[..start.min(text.len())].matches('\n').count() + 1;
            Err(Failure::usage(format!(
                "{origin} is neither JSON nor TOML: line {line}"
            )))
        }
    }
}

/// Refuses properties that the body does not have, with the nearest name.
pub(crate) fn check_names(body: &Value, row: &Command, origin: &str) -> Outcome {
    match (row.body, body) {
        (Body::Object(names), Value::Object(object)) => {
            check_level(object, "", &Names::of(row, names), origin)
        }
        (Body::Object(_), _) => Err(Failure::usage(format!("{origin} is not an object"))),
        (Body::None | Body::Json, _) => Ok(()),
    }
}

/// The properties of a body, nested ones joined by dots; `true` if one may be null.
struct Names(BTreeMap<String, bool>);

impl Names {
    /// Those of the flags, the objects around them, and `others` with their marks.
    fn of(row: &Command, others: &[&str]) -> Self {
        let of_flags = row.flags.iter().map(|flag| flag.body_path().join("."));
        let mut names = Self(BTreeMap::new());
        for path in of_flags.filter(|path| !path.is_empty()) {
            names.add(&path, false);
        }
        for name in others {
            let path = name.trim_end_matches(['?', '[', ']', '{', '}']);
            names.add(path, name.contains('?'));
        }
        names
    }

    /// Adds a property and the objects around it.
    fn add(&mut self, path: &str, is_nullable: bool) {
        for (end, _) in path.match_indices('.') {
            self.0.entry(path[..end].to_owned()).or_default();
        }
        *self.0.entry(path.to_owned()).or_default() |= is_nullable;
    }

    fn bare(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// `true` if the property is a scalar, a list or a map.
    fn is_leaf(&self, path: &str) -> bool {
        let prefix = format!("{path}.");
        !self.bare().any(|name| name.starts_with(&prefix))
    }

    fn is_nullable(&self, path: &str) -> bool {
        self.0.get(path).is_some_and(|is_nullable| *is_nullable)
    }
}

fn check_level(object: &Map<String, Value>, above: &str, names: &Names, origin: &str) -> Outcome {
    for (key, value) in object {
        let path = match above.is_empty() {
            true => key.clone(),
            false => format!("{above}.{key}"),
        };
        let known = names.0.contains_key(&path);
        if !known && names.is_leaf(&path) {
            let failure = Failure::usage(format!("{origin} has an unknown property `{path}`"));
            return Err(match nearest(&path, names.bare()) {
                Some(name) => failure.hint(format!("did you mean `{name}`?")),
                None => failure,
            });
        }
        if let (Value::Object(inner), false) = (value, names.is_leaf(&path)) {
            check_level(inner, &path, names, origin)?;
        }
    }
    Ok(())
}

/// The most similar of `names`, if one is similar.
pub(crate) fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = wanted.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&wanted, &name.to_lowercase()), name))
        .filter(|(similarity, _)| *similarity > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

impl Parts {
    /// Adds the values of a flag.
    pub(crate) fn set(&mut self, flag: &'static Flag, texts: &[String]) -> Outcome {
        let mut values = Vec::new();
        for text in texts {
            values.push(value(flag, text)?);
            if let Kind::Choice(known) | Kind::IntegerChoice(known) = flag.kind
                && !known.contains(&text.as_str())
            {
                let near = nearest(text, known.iter().copied());
                let near = near.map_or_else(String::new, |name| format!(", did you mean {name}?"));
                self.warnings.push(format!(
                    "--{}: the value is not among the documented ones{near}",
                    flag.name
                ));
            }
        }
        match flag.place {
            Place::Query(wire) => {
                self.query
                    .extend(texts.iter().map(|text| (wire, text.clone())));
            }
            Place::JoinedQuery(wire) => self.query.push((wire, texts.join(","))),
            Place::Header(wire) => self.headers.push((wire, texts.join(","))),
            Place::Body => {
                let value = match flag.is_list {
                    true => Value::Array(values),
                    false => values.pop().unwrap_or(Value::Null),
                };
                self.put(&flag.body_path(), value)?;
            }
        }
        Ok(())
    }

    /// Sets a property of the body.
    pub(crate) fn put(&mut self, path: &[Cow<'_, str>], value: Value) -> Outcome {
        let not_an_object = || Failure::usage("the body is not an object, so no flag can set it");
        let mut object = self
            .body
            .get_or_insert_with(|| Value::Object(Map::new()))
            .as_object_mut()
            .ok_or_else(not_an_object)?;
        let Some((last, above)) = path.split_last() else {
            return Ok(());
        };
        for name in above {
            let inner = object.entry(name.as_ref()).or_insert(Value::Null);
            if inner.is_null() {
                *inner = Value::Object(Map::new());
            }
            object = inner.as_object_mut().ok_or_else(not_an_object)?;
        }
        object.insert(last.to_string(), value);
        Ok(())
    }

    /// Sets a nullable property to null. `field` is the name of a flag or a wire name.
    pub(crate) fn clear(&mut self, row: &Command, field: &str) -> Outcome {
        let Body::Object(names) = row.body else {
            return Err(Failure::usage("this command has no field to clear"));
        };
        let names = Names::of(row, names);
        let mut flags = row.flags.iter();
        let by_flag = flags.find(|flag| flag.name == field && flag.place == Place::Body);
        let path = by_flag.map_or_else(|| field.to_owned(), |flag| flag.body_path().join("."));
        if !names.0.contains_key(&path) {
            let failure = Failure::usage("--clear names an unknown field");
            let flags = row.flags.iter().map(|flag| flag.name);
            return Err(match nearest(field, flags) {
                Some(name) => failure.hint(format!("did you mean `{name}`?")),
                None => failure,
            });
        }
        if !names.is_nullable(&path) {
            return Err(Failure::usage(format!("{field} cannot be null")));
        }
        let path: Vec<_> = path.split('.').map(Cow::Borrowed).collect();
        if self.value(&path).is_some_and(|value| !value.is_null()) {
            return Err(Failure::usage(format!("{field} is both set and cleared")));
        }
        self.put(&path, Value::Null)
    }

    /// A property of the body.
    pub(crate) fn value(&self, path: &[Cow<'_, str>]) -> Option<&Value> {
        let mut value = self.body.as_ref()?;
        for name in path {
            value = value.get(name.as_ref())?;
        }
        Some(value)
    }

    /// `true` if the flag's value is set, by the flag or by `--body`.
    pub(crate) fn has(&self, flag: &Flag) -> bool {
        match flag.place {
            Place::Query(wire) | Place::JoinedQuery(wire) => {
                self.query.iter().any(|(name, _)| *name == wire)
            }
            Place::Header(wire) => self.headers.iter().any(|(name, _)| *name == wire),
            Place::Body => {
                let path = flag.body_path();
                let above = path.split_last().map_or(&[][..], |(_, above)| above);
                // A nested property is required only inside an object that is there.
                self.value(&path).is_some()
                    || (!above.is_empty() && self.value(above).is_none_or(Value::is_null))
            }
        }
    }
}

/// The JSON value of a flag's text.
fn value(flag: &Flag, text: &str) -> Outcome<Value> {
    let expected = |what: &str| Failure::usage(format!("--{} expects {what}", flag.name));
    match flag.kind {
        Kind::Text | Kind::Choice(_) => Ok(Value::from(text)),
        Kind::Integer | Kind::IntegerChoice(_) => {
            let number = text.parse::<i64>();
            number
                .map(Value::from)
                .map_err(|_| expected("a whole number"))
        }
        Kind::Number => text
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| expected("a number")),
        Kind::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(expected("true or false")),
        },
        Kind::Date => match text.parse::<chrono::NaiveDate>() {
            Ok(_) => Ok(Value::from(text)),
            Err(_) => Err(expected("a date such as 2026-11-29")),
        },
        Kind::DateTime => match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(_) => Ok(Value::from(text)),
            Err(_) => Err(expected("a time such as 2026-11-29T08:00:00Z")),
        },
        Kind::Ip => match text.parse::<std::net::IpAddr>() {
            Ok(_) => Ok(Value::from(text)),
            Err(_) => Err(expected("an IP address")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static FLAGS: &[Flag] = &[
        Flag::body("user", Kind::Text, "The user.").required(),
        Flag::body("quota", Kind::Integer, "The quota."),
        Flag::body("access.type", Kind::Choice(&["a", "b"]), "").required(),
        Flag::body("tags", Kind::Text, "The tags.").list(),
        Flag::query("from", "date.from", Kind::Date, "The first day."),
    ];
    static ROW: Command = Command::new("things make", "x::y", "")
        .flags(FLAGS)
        .body(Body::Object(&["quota?", "parts[]"]));

    fn flag(name: &str) -> &'static Flag {
        FLAGS.iter().find(|flag| flag.name == name).unwrap()
    }

    fn refused(body: &Value) -> String {
        let failure = check_names(body, &ROW, "--body").unwrap_err();
        format!("{} {:?}", failure.message, failure.hint)
    }

    #[test]
    fn flags_win_over_the_body() {
        let mut parts = Parts {
            body: Some(parse("user = 'a'\n[access]\ntype = 'a'\n", "--body").unwrap()),
            ..Parts::default()
        };
        parts.set(flag("user"), &["b".into()]).unwrap();
        parts.set(flag("access.type"), &["z".into()]).unwrap();
        parts.set(flag("tags"), &["x".into(), "y".into()]).unwrap();
        parts.set(flag("from"), &["2026-01-02".into()]).unwrap();
        let body = json!({"user": "b", "access": {"type": "z"}, "tags": ["x", "y"]});
        assert_eq!(parts.body, Some(body));
        assert_eq!(parts.query, [("date.from", "2026-01-02".to_owned())]);
        assert_eq!(parts.warnings.len(), 1);
    }

    #[test]
    fn unknown_properties_name_the_nearest() {
        let text = refused(&json!({"usr": 1}));
        assert!(text.contains("`usr`") && text.contains("`user`"), "{text}");
        let text = refused(&json!({"access": {"tpe": 1}}));
        assert!(
            text.contains("`access.tpe`") && text.contains("`access.type`"),
            "{text}"
        );
        check_names(
            &json!({"parts": [{"free": 1}], "user": "a"}),
            &ROW,
            "--body",
        )
        .unwrap();
    }

    #[test]
    fn clears_only_nullable_fields() {
        let mut parts = Parts::default();
        parts.clear(&ROW, "quota").unwrap();
        assert_eq!(parts.body, Some(json!({"quota": null})));
        assert!(parts.clear(&ROW, "user").is_err());
        assert!(
            parts
                .clear(&ROW, "quot")
                .unwrap_err()
                .hint
                .unwrap()
                .contains("quota")
        );
    }

    #[test]
    fn values_are_checked_and_not_repeated() {
        for (name, text) in [("quota", "s3cret"), ("from", "s3cret")] {
            let error = Parts::default()
                .set(flag(name), &[text.into()])
                .unwrap_err();
            assert!(error.message.contains(name) && !error.message.contains("s3cret"));
        }
        let error = parse("{\"a\": s3cret}", "--body").unwrap_err();
        assert!(!error.message.contains("s3cret"), "{}", error.message);
    }

    #[test]
    fn nested_required_needs_its_object() {
        let mut parts = Parts::default();
        assert!(parts.has(flag("access.type")) && !parts.has(flag("user")));
        parts
            .put(&["access".into(), "other".into()], json!(1))
            .unwrap();
        assert!(!parts.has(flag("access.type")));
    }
}
