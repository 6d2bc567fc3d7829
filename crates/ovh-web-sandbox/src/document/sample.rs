//! Made-up values that match a schema: the same for the same seed, operation and property.
//!
//! They are not realistic. Some nullable properties are `null`.

use serde_json::{Map, Value, json};

use super::model::{Document, Format, Schema, SchemaId};
use crate::ids::{mix, mix_text};

/// The depth below which optional values are left out.
const MAX_DEPTH: usize = 5;

/// A source of random numbers for one value of a response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeededRng(u64);

impl SeededRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The source of an inner value.
    pub(crate) fn at(self, label: &str) -> Self {
        Self(mix_text(self.0, label))
    }

    pub(crate) fn nth(self, index: usize) -> Self {
        Self(mix(self.0 ^ mix(index as u64)))
    }

    pub(crate) fn below(self, limit: u32) -> u32 {
        u32::try_from(mix(self.0) % u64::from(limit.max(1))).unwrap_or(0)
    }

    fn hex(self) -> String {
        format!("{:08x}", self.below(u32::MAX))
    }
}

impl Document {
    /// A value of this schema, for a property called `name`.
    pub(crate) fn sample(&self, id: SchemaId, name: &str, rng: SeededRng) -> Value {
        self.sample_at(id, name, rng, 0)
    }

    fn sample_at(&self, id: SchemaId, name: &str, rng: SeededRng, depth: usize) -> Value {
        match self.schema(id) {
            Schema::Any => Value::Null,
            Schema::Text(format) => text(*format, name, rng).into(),
            Schema::Flag => (rng.below(2) == 0).into(),
            Schema::Integer => integer(name, rng).into(),
            Schema::Number => (f64::from(rng.below(10_000)) / 100.0).into(),
            Schema::Words(words) => word(words, name, rng).into(),
            Schema::Numbers(numbers) => pick(numbers, rng).copied().into(),
            Schema::List(_) if depth > MAX_DEPTH => json!([]),
            Schema::Map(_) if depth > MAX_DEPTH => json!({}),
            Schema::List(item) => self.sample_list(*item, name, rng, depth),
            Schema::Map(item) => {
                let inner = self.sample_at(*item, name, rng.at("value"), depth + 1);
                json!({ "www.example.com": inner })
            }
            Schema::Object(properties) => {
                let mut map = Map::new();
                for property in properties {
                    let rng = rng.at(&property.name);
                    let absent = property.nullable && (depth > MAX_DEPTH || rng.below(4) == 0);
                    let value = if absent {
                        Value::Null
                    } else {
                        self.sample_at(property.schema, &property.name, rng, depth + 1)
                    };
                    map.insert(property.name.clone(), value);
                }
                Value::Object(map)
            }
        }
    }

    fn sample_list(&self, item: SchemaId, name: &str, rng: SeededRng, depth: usize) -> Value {
        // A list of words has the possible values.
        if let Schema::Words(words) = self.schema(item) {
            return words.iter().take(4).map(|word| json!(word)).collect();
        }
        (0..2)
            .map(|index| self.sample_at(item, name, rng.nth(index), depth + 1))
            .collect()
    }

    /// A unique id of a list's item.
    pub(crate) fn sample_id(
        &self,
        id: SchemaId,
        name: &str,
        rng: SeededRng,
        index: usize,
    ) -> Value {
        match self.schema(id) {
            Schema::Integer => {
                let first = 100_000 + i64::from(rng.below(800_000));
                (first + i64::try_from(index).unwrap_or(0)).into()
            }
            Schema::Text(Format::Plain) => match name {
                "login" => format!("example-{}", rng.nth(index).hex()),
                "domain" | "domainName" => format!("www{}.example.com", index + 1),
                "key" => format!("SAMPLE_{}", index + 1),
                _ => format!("{name}-{}", rng.nth(index).hex()),
            }
            .into(),
            _ => self.sample(id, name, rng.nth(index)),
        }
    }
}

fn pick<T>(values: &[T], rng: SeededRng) -> Option<&T> {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    values.get(usize::try_from(rng.below(count)).unwrap_or(0))
}

/// A word of the list; for a status a normal one, if there is one.
fn word(words: &[String], name: &str, rng: SeededRng) -> String {
    const AT_REST: [&str; 7] = ["ok", "created", "active", "done", "enabled", "on", "normal"];
    if matches!(name, "state" | "status") {
        let settled = AT_REST
            .iter()
            .find(|word| words.iter().any(|it| it == *word));
        if let Some(settled) = settled {
            return (*settled).to_owned();
        }
    }
    pick(words, rng).cloned().unwrap_or_default()
}

fn integer(name: &str, rng: SeededRng) -> i64 {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "port" => 3306,
        "ttl" => 3600,
        _ if lower.ends_with("period") => 12,
        "timestamp" => 1_740_000_000 + i64::from(rng.below(20_000_000)),
        _ if lower.ends_with("id") => 100_000 + i64::from(rng.below(900_000)),
        _ => i64::from(rng.below(1000)),
    }
}

fn text(format: Format, name: &str, rng: SeededRng) -> String {
    match format {
        Format::Plain => plain(name, rng),
        Format::DateTime => {
            let (hour, minute) = (rng.nth(2).below(24), rng.nth(3).below(60));
            format!("{}T{hour:02}:{minute:02}:00+00:00", date(name, rng))
        }
        Format::Date => date(name, rng),
        Format::Uuid => format!(
            "{}-{:04x}-4{:03x}-8{:03x}-{}{:04x}",
            rng.hex(),
            rng.nth(1).below(0x1_0000),
            rng.nth(2).below(0x1000),
            rng.nth(3).below(0x1000),
            rng.nth(4).hex(),
            rng.nth(5).below(0x1_0000),
        ),
        Format::Password => format!("sandbox-{}", rng.hex()),
        Format::Ip => format!("192.0.2.{}", rng.below(256)),
        Format::Ipv6 => format!("2001:db8::{:x}", rng.below(0x1_0000)),
        Format::IpBlock => "192.0.2.0/24".into(),
        Format::Email => "contact@example.com".into(),
    }
}

/// A date that is plausible for the name: creations are in the past, ends in the future.
fn date(name: &str, rng: SeededRng) -> String {
    let lower = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let year = match () {
        () if has(&["creat", "start", "first"]) => 2024,
        () if has(&["expir", "end", "delet", "validity", "until", "upto"]) => 2035,
        () => 2025,
    };
    let (month, day) = (1 + rng.below(12), 1 + rng.nth(1).below(28));
    format!("{year}-{month:02}-{day:02}")
}

/// A text that is plausible for the name.
fn plain(name: &str, rng: SeededRng) -> String {
    const BY_NAME: [(&[&str], &str); 7] = [
        (&["url", "link", "webhook"], "https://www.example.com/"),
        (&["mail", "contact"], "contact@example.com"),
        (&["domain", "fqdn", "host", "website"], "www.example.com"),
        (&["path", "dir", "folder", "home"], "www"),
        (&["phone", "fax"], "+33.100000000"),
        (&["version"], "8.2"),
        (
            &["message", "description", "comment"],
            "A sample from the sandbox",
        ),
    ];
    let lower = name.to_ascii_lowercase();
    let mut known = BY_NAME.iter();
    let known = known.find(|(parts, _)| parts.iter().any(|part| lower.contains(part)));
    match (known, &*lower) {
        (_, "unit") => "MB".into(),
        (_, "") => "sample".into(),
        (Some((_, text)), _) => (*text).to_owned(),
        (None, _) => format!("{name}-{}", rng.hex()),
    }
}
