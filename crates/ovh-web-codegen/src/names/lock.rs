//! The lock: names that were given once and stay.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::case::{self, is_identifier};
use crate::Error;
use crate::error::Errors;
use crate::escape::{is_hidden, toml_string, unescape};

/// A name within its room: `databases::create`, `databases::Database`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// The module: a module of operations, or a group of types.
    pub(crate) room: String,
    /// The name inside it.
    pub(crate) own: String,
}

impl Name {
    pub(crate) fn new(room: impl Into<String>, own: impl Into<String>) -> Self {
        Self {
            room: room.into(),
            own: own.into(),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", self.room, self.own)
    }
}

/// The content of `schema/names.toml`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lock {
    /// `METHOD /route` -> `module::verb`.
    pub(crate) operations: BTreeMap<String, Name>,
    /// Schema name, or `METHOD /route body` for the body that an operation declares in place ->
    /// `group::Type`.
    pub(crate) types: BTreeMap<String, Name>,
    /// Schema name -> value -> variant, for values whose plain name was taken.
    pub(crate) variants: BTreeMap<String, BTreeMap<String, String>>,
    /// Names whose route or schema is gone; they are not given again.
    pub(crate) retired: BTreeMap<String, Name>,
    /// Type -> value -> variant, as they were published last; not part of the file.
    published: BTreeMap<String, BTreeMap<String, String>>,
    /// Type -> wire name -> field, as they were published last; not part of the file.
    fields: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    operations: BTreeMap<String, String>,
    types: BTreeMap<String, String>,
    variants: BTreeMap<String, BTreeMap<String, String>>,
    retired: BTreeMap<String, String>,
}

impl Raw {
    fn keys(&self) -> impl Iterator<Item = &String> {
        let of_variants = self.variants.iter();
        let tables = [&self.operations, &self.types, &self.retired];
        of_variants
            .flat_map(|(of, values)| values.keys().chain([of]))
            .chain(tables.into_iter().flat_map(BTreeMap::keys))
    }
}

impl Lock {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        let raw: Raw = toml::from_str(text).map_err(|error| {
            Error::of_toml(
                file,
                text,
                &error,
                "take the file back from version control; only `regen` and a reviewer's rename write it",
            )
        })?;
        if let Some(key) = raw.keys().find(|key| key.contains(is_hidden)) {
            return Err(Error::new(
                file,
                "",
                format!("the key `{key}` holds a hidden character"),
                "remove the line: no document has such a name or value",
            ));
        }
        let mut errors = Errors::default();
        let mut names = |table: &str,
                         entries: BTreeMap<String, String>,
                         case: fn(&str) -> String| {
            let entries = entries.into_iter().filter_map(|(key, name)| {
                let refuse = |found: String, advice: String| {
                    let message = format!("`{name}`, the name of `{key}` under [{table}], {found}");
                    Err(Error::new(file, "", message, advice))
                };
                let read = match name.split_once("::") {
                    Some((room, own)) if is_identifier(room) && is_identifier(own) => {
                        // What was released in another form stays as it was.
                        let right = format!("{}::{}", case::snake(room), case(own));
                        let keyword = [room, own].into_iter().find(|word| case::is_keyword(word));
                        if table == "retired" {
                            Ok(Name::new(room, own))
                        } else if let Some(keyword) = keyword {
                            let advice = format!("write another name, such as `{keyword}_`");
                            refuse(format!("is the Rust keyword `{keyword}`"), advice)
                        } else if right == name {
                            Ok(Name::new(room, own))
                        } else {
                            let found = "is not in the case that Rust has for it".to_owned();
                            refuse(found, format!("write `{right}`"))
                        }
                    }
                    _ => refuse(
                        "is not `module::name`".to_owned(),
                        "write two Rust identifiers with `::` between them".to_owned(),
                    ),
                };
                Some((key.clone(), errors.keep(read)?))
            });
            entries.collect::<BTreeMap<_, _>>()
        };
        let operations = names("operations", raw.operations, case::snake);
        let types = names("types", raw.types, case::pascal);
        let retired = names("retired", raw.retired, str::to_owned);
        for (of, values) in &raw.variants {
            let mut taken = BTreeSet::from(["Unknown"]);
            for (value, variant) in values {
                let (what, todo) = if !is_identifier(variant) {
                    ("is no Rust identifier", "write one in Pascal case")
                } else if !taken.insert(variant) {
                    (
                        "is taken",
                        "write a name that no other value has; `Unknown` is the runtime's",
                    )
                } else {
                    continue;
                };
                errors.add(Error::new(
                    file,
                    "",
                    format!("`{variant}`, the name of the value `{value}` of `{of}`, {what}"),
                    todo,
                ));
            }
        }
        errors.end()?;
        Ok(Self {
            operations,
            types,
            variants: raw.variants,
            retired,
            published: BTreeMap::new(),
            fields: BTreeMap::new(),
        })
    }

    /// Remembers the variants and fields of the last surface: what meets a new one keeps its name.
    pub(crate) fn remember(&mut self, surface: &str) {
        let fields = surface
            .lines()
            .filter_map(|line| line.strip_prefix("field "));
        for (field, wire) in fields.filter_map(|line| line.split_once(" = ")) {
            let name = field
                .split_once(": ")
                .and_then(|(name, _)| name.split_once('.'));
            if let Some((of, field)) = name
                && is_identifier(field)
                && let Some(wire) = unescape(wire)
            {
                let fields = self.fields.entry(of.to_owned()).or_default();
                fields.insert(wire, field.to_owned());
            }
        }
        for line in surface
            .lines()
            .filter_map(|line| line.strip_prefix("value "))
        {
            let Some((variant, value)) = line.split_once(" = ") else {
                continue;
            };
            // A surface that somebody has written by hand names nothing.
            if let Some((of, variant)) = variant.split_once("::")
                && is_identifier(variant)
                && let Some(value) = unescape(value)
            {
                let values = self.published.entry(of.to_owned()).or_default();
                if !values.values().any(|taken| taken == variant) {
                    values.insert(value, variant.to_owned());
                }
            }
        }
    }

    /// The names that the values of a type had before: as published, or as locked.
    pub(crate) fn variants_before(&self, of: &str, origin: &str) -> BTreeMap<String, String> {
        let mut before = self.published.get(of).cloned().unwrap_or_default();
        let locked = self.variants.get(origin).cloned().unwrap_or_default();
        // A name that was locked since belongs to the value that it was locked for.
        before.retain(|_, published| !locked.values().any(|variant| variant == published));
        before.extend(locked);
        before
    }

    /// The fields that a type had, by the name of the property.
    pub(crate) fn fields_before(&self, of: &str) -> BTreeMap<String, String> {
        self.fields.get(of).cloned().unwrap_or_default()
    }

    /// The lock as text, sorted, so that a new name is one added line.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::from(
            "# Names that were given once and stay. `cargo xtask regen` adds what is new and moves what is\n\
             # gone to [retired]; a name may be changed here by hand, which renames it in the client.\n",
        );
        let mut table = |title: &str, entries: &mut dyn Iterator<Item = (&String, String)>| {
            let mut entries = entries.peekable();
            if entries.peek().is_some() {
                let _ = writeln!(text, "\n[{title}]");
                for (key, name) in entries {
                    let _ = writeln!(text, "{} = {}", toml_string(key), toml_string(&name));
                }
            }
        };
        table(
            "operations",
            &mut self
                .operations
                .iter()
                .map(|(key, name)| (key, name.to_string())),
        );
        table(
            "types",
            &mut self.types.iter().map(|(key, name)| (key, name.to_string())),
        );
        for (schema, values) in &self.variants {
            table(
                &format!("variants.{}", toml_string(schema)),
                &mut values
                    .iter()
                    .map(|(value, variant)| (value, variant.clone())),
            );
        }
        table(
            "retired",
            &mut self
                .retired
                .iter()
                .map(|(key, name)| (key, name.to_string())),
        );
        text
    }

    /// Moves names whose key is gone to `retired`.
    pub(crate) fn retire(
        &mut self,
        has_operation: impl Fn(&str) -> bool,
        has_type: impl Fn(&str) -> bool,
    ) {
        for (names, has) in [
            (
                &mut self.operations,
                &has_operation as &dyn Fn(&str) -> bool,
            ),
            (&mut self.types, &has_type),
        ] {
            let gone: Vec<String> = names.keys().filter(|key| !has(key)).cloned().collect();
            for key in gone {
                if let Some(name) = names.remove(&key) {
                    self.retired.insert(key, name);
                }
            }
        }
        self.variants.retain(|schema, _| has_type(schema));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_survives_the_road_through_text() {
        let mut lock = Lock::default();
        lock.operations
            .insert("GET /a".into(), Name::new("a", "list"));
        lock.types.insert("x.Y".into(), Name::new("x", "Y"));
        lock.variants
            .entry("x.E".into())
            .or_default()
            .insert("A_1".into(), "A1Upper".into());
        let text = lock.to_text();
        assert_eq!(
            Lock::parse("names.toml", &text)
                .expect("its own text")
                .to_text(),
            text
        );
        lock.retire(|_| false, |_| true);
        assert!(
            lock.to_text()
                .contains("[retired]\n\"GET /a\" = \"a::list\""),
            "{}",
            lock.to_text()
        );
    }

    #[test]
    fn a_broken_lock_says_which_name() {
        for text in [
            "[operations]\n\"GET /a\" = \"list\"",
            "[types]\nx = \"a::1\"",
            "[types]\nx = \"a::cron\"",
            "[operations]\n\"GET /a\" = \"crons::getCron\"",
            "[operations]\n\"GET /a\" = \"crons::type\"",
            "[nonsense]\n",
            "[",
            "[variants.E]\na = \"C😀\"",
            "[variants.E]\na = \"\"",
            "[variants.E]\na = \"Unknown\"",
            "[variants.E]\na = \"A\"\nb = \"A\"",
        ] {
            assert!(Lock::parse("names.toml", text).is_err(), "{text}");
        }
        let text = "[operations]\na = \"a::getCron\"\nb = \"c\"\n[variants.E]\na = \"\"";
        let error = Lock::parse("names.toml", text).expect_err("three errors");
        assert_eq!(error.each().count(), 3, "{error}");
        assert!(error.to_string().contains("write `a::get_cron`"), "{error}");
        let text = "[variants.E]\na = \"A\"\n[variants.F]\na = \"A\"";
        assert!(Lock::parse("names.toml", text).is_ok());
    }

    #[test]
    fn what_a_surface_says_is_taken_over_where_it_can_be_a_name() {
        let mut lock = Lock::parse("names.toml", "[variants.x]\nb = \"B\"").expect("a lock");
        lock.remember("value E::C😀 = c\nvalue E::D = d\nvalue E::D = e\nvalue E::B = f\n");
        let before = lock.variants_before("E", "x");
        let before: Vec<(&str, &str)> = before
            .iter()
            .map(|(value, variant)| (value.as_str(), variant.as_str()))
            .collect();
        assert_eq!(before, [("b", "B"), ("d", "D")]);
    }
}
