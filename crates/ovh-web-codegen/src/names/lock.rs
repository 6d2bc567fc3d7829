//! The names lock, `names.toml`: published names never change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

use super::case::{self, is_identifier};
use super::commands::{Commands, Table};
use crate::Error;
use crate::error::Errors;
use crate::escape::{is_hidden, toml_string, unescape};

/// A name in its module: `databases::create`, `databases::Database`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    /// The module of operations, or the group of types.
    pub(crate) module: String,
    /// The name in the module.
    pub(crate) own: String,
}

impl Name {
    pub(crate) fn new(module: impl Into<String>, own: impl Into<String>) -> Self {
        Self {
            module: module.into(),
            own: own.into(),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}::{}", self.module, self.own)
    }
}

/// The content of `names.toml`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lock {
    /// `METHOD /route` -> `module::verb`.
    pub(crate) operations: BTreeMap<String, Name>,
    /// Schema, or `METHOD /route body` for a body declared in place -> `group::Type`.
    pub(crate) types: BTreeMap<String, Name>,
    /// Schema -> value -> variant, where two values would have the same variant.
    pub(crate) variants: BTreeMap<String, BTreeMap<String, String>>,
    /// Names of removed routes and schemas, which are not reused.
    pub(crate) retired: BTreeMap<String, Name>,
    /// The names of commands and their flags.
    pub(crate) commands: Commands,
    /// Type -> value -> variant in the last surface; not in the file.
    published: BTreeMap<String, BTreeMap<String, String>>,
    /// Type -> wire name -> field in the last surface; not in the file.
    fields: BTreeMap<String, BTreeMap<String, String>>,
    /// The conversions of enums in the last surface; not in the file.
    conversions: BTreeSet<(String, String)>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    operations: BTreeMap<String, String>,
    types: BTreeMap<String, String>,
    variants: BTreeMap<String, BTreeMap<String, String>>,
    retired: BTreeMap<String, String>,
    commands: Table,
    retired_commands: Table,
}

impl Raw {
    fn keys(&self) -> impl Iterator<Item = &String> {
        let of_variants = self.variants.iter();
        let tables = [&self.operations, &self.types, &self.retired];
        let commands = self.commands.keys().chain(self.retired_commands.keys());
        of_variants
            .flat_map(|(of, values)| values.keys().chain([of]))
            .chain(tables.into_iter().flat_map(BTreeMap::keys))
            .chain(commands)
    }
}

/// Reads a name; `case` writes its last part in the right case. Fails with the fault and the advice.
fn name(text: &str, case: Option<fn(&str) -> String>) -> Result<Name, (String, String)> {
    let fault = |fault: &str, advice: String| Err((fault.to_owned(), advice));
    let (module, own) = match text.split_once("::") {
        Some((module, own)) if is_identifier(module) && is_identifier(own) => (module, own),
        _ => {
            let advice = "write two Rust identifiers with `::` between them";
            return fault("is not `module::name`", advice.to_owned());
        }
    };
    // A retired name may have any case.
    if let Some(case) = case {
        let right = format!("{}::{}", case::snake(module), case(own));
        if let Some(keyword) = [module, own].into_iter().find(|it| case::is_keyword(it)) {
            let advice = format!("write another name, such as `{keyword}_`");
            return fault(&format!("is the Rust keyword `{keyword}`"), advice);
        }
        if right != text {
            return fault("is not in Rust's case for it", format!("write `{right}`"));
        }
    }
    Ok(Name::new(module, own))
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
        let mut names = |table: &str, entries: BTreeMap<String, String>, case| {
            let entries = entries.into_iter().filter_map(|(key, text)| {
                let read = name(&text, case).map_err(|(fault, advice)| {
                    let message = format!("`{text}`, the name of `{key}` under [{table}], {fault}");
                    Error::new(file, "", message, advice)
                });
                Some((key, errors.keep(read)?))
            });
            entries.collect::<BTreeMap<_, _>>()
        };
        let operations = names("operations", raw.operations, Some(case::snake));
        let types = names("types", raw.types, Some(case::pascal));
        let retired = names("retired", raw.retired, None);
        for (of, values) in &raw.variants {
            let mut taken = BTreeSet::from(["Unknown"]);
            for (value, variant) in values {
                let (fault, advice) = if !is_identifier(variant) {
                    ("is not a Rust identifier", "write one in Pascal case")
                } else if !taken.insert(variant) {
                    ("is taken", "write another name; `Unknown` is reserved")
                } else {
                    continue;
                };
                let name = format!("`{variant}`, the name of the value `{value}` of `{of}`");
                errors.add(Error::new(file, "", format!("{name}, {fault}"), advice));
            }
        }
        let commands = errors.keep(Commands::parse(file, raw.commands, raw.retired_commands));
        errors.end()?;
        Ok(Self {
            commands: commands.unwrap_or_default(),
            operations,
            types,
            variants: raw.variants,
            retired,
            ..Self::default()
        })
    }

    /// Remembers the variants and fields of the last surface, which keep their names.
    pub(crate) fn remember(&mut self, surface: &str) {
        for line in surface.lines() {
            let conversion = line.strip_prefix("trait ").and_then(|rest| {
                let (to, from) = rest.strip_suffix('>')?.split_once(": From<")?;
                Some((from.to_owned(), to.to_owned()))
            });
            self.conversions.extend(conversion);
            let entry = line.split_once(' ').and_then(|(kind, rest)| {
                let (item, wire) = rest.split_once(" = ")?;
                Some((kind, item, unescape(wire)?))
            });
            // An edited surface may hold anything: only identifiers are names.
            let known = match entry {
                Some(("value", item, wire)) => item
                    .split_once("::")
                    .map(|(of, variant)| (&mut self.published, of, variant, wire)),
                Some(("field", item, wire)) => item
                    .split_once(": ")
                    .and_then(|(item, _)| item.split_once('.'))
                    .map(|(of, field)| (&mut self.fields, of, field, wire)),
                _ => None,
            };
            if let Some((table, of, name, wire)) = known.filter(|known| is_identifier(known.2)) {
                let names = table.entry(of.to_owned()).or_default();
                if !names.values().any(|taken| taken == name) {
                    names.insert(wire, name.to_owned());
                }
            }
        }
    }

    /// The variants of a type, as locked or published.
    pub(crate) fn variants_before(&self, of: &str, origin: &str) -> BTreeMap<String, String> {
        let mut before = self.published.get(of).cloned().unwrap_or_default();
        let locked = self.variants.get(origin).cloned().unwrap_or_default();
        // A locked name belongs to the value that it is locked for.
        before.retain(|_, published| !locked.values().any(|variant| variant == published));
        before.extend(locked);
        before
    }

    /// The published conversions: of the first type into the second one.
    pub(crate) const fn conversions_before(&self) -> &BTreeSet<(String, String)> {
        &self.conversions
    }

    /// The published fields of a type, by wire name.
    pub(crate) fn fields_before(&self, of: &str) -> BTreeMap<String, String> {
        self.fields.get(of).cloned().unwrap_or_default()
    }

    /// Writes the lock, sorted, so that a new name is one added line.
    pub(crate) fn to_text(&self) -> String {
        let texts = |names: &BTreeMap<String, Name>| -> BTreeMap<String, String> {
            let names = names.iter();
            names
                .map(|(key, name)| (key.clone(), name.to_string()))
                .collect()
        };
        let mut tables = vec![
            ("operations".to_owned(), texts(&self.operations)),
            ("types".to_owned(), texts(&self.types)),
        ];
        let variants = self.variants.iter();
        tables.extend(variants.map(|(schema, values)| {
            let title = format!("variants.{}", toml_string(schema));
            (title, values.clone())
        }));
        tables.push(("retired".to_owned(), texts(&self.retired)));
        let mut text = String::from(HEADER);
        for (title, entries) in tables.iter().filter(|(_, entries)| !entries.is_empty()) {
            let _ = writeln!(text, "\n[{title}]");
            for (key, name) in entries {
                let _ = writeln!(text, "{} = {}", toml_string(key), toml_string(name));
            }
        }
        text + &self.commands.to_text()
    }

    /// Moves the names of removed routes and schemas to `retired`.
    pub(crate) fn retire(
        &mut self,
        has_operation: impl Fn(&str) -> bool,
        has_type: impl Fn(&str) -> bool,
    ) {
        let mut retire = |names: &mut BTreeMap<String, Name>, has: &dyn Fn(&str) -> bool| {
            names.retain(|key, name| {
                let has = has(key);
                if !has {
                    self.retired.insert(key.clone(), name.clone());
                }
                has
            });
        };
        retire(&mut self.operations, &has_operation);
        retire(&mut self.types, &has_type);
        self.variants.retain(|schema, _| has_type(schema));
    }
}

/// The first lines of the file.
const HEADER: &str = "\
# Names that were given once and stay. `cargo xtask regen` adds what is new and moves what is
# gone to [retired]; a name may be changed here by hand, which renames it in the client.
# [commands] has the command of each route and its flags. A flag `send-email` sets the property
# `sendEmail` of the body, and `mail=eMail` another one; `?` is a query value, `:` a header, and `!`
# a flag that is gone.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
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
    fn errors_name_the_broken_entries() {
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
    fn remembers_only_identifiers_of_a_surface() {
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
