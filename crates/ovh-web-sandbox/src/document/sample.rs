//! Made-up values that fit a schema: the same for the same seed, operation and place.
//!
//! They look like what they stand for where a property's name tells, and are not meant to be
//! believed: what matters is that their shape is right and that some of what may be null is.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime};
use serde_json::{Map, Value, json};

use super::{Document, Format, Schema, SchemaId};
use crate::ids::mix;

/// How deep objects go before what may be left out is left out.
const DEEPEST: usize = 8;

/// A source of numbers that belongs to one place of one answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeededRng(u64);

impl SeededRng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The dice of a place further in.
    pub(crate) fn at(self, label: &str) -> Self {
        let state = label
            .bytes()
            .fold(mix(self.0), |state, byte| mix(state ^ u64::from(byte)));
        Self(state)
    }

    pub(crate) fn nth(self, index: usize) -> Self {
        Self(mix(self.0 ^ mix(index as u64)))
    }

    /// A number below `limit`.
    pub(crate) fn below(self, limit: u32) -> u32 {
        u32::try_from(mix(self.0) % u64::from(limit.max(1))).unwrap_or(0)
    }

    fn hex(self) -> String {
        format!("{:08x}", self.below(u32::MAX))
    }
}

impl Document {
    /// A value of this schema, for a property called `name`.
    pub(crate) fn sample(&self, id: SchemaId, name: &str, dice: SeededRng) -> Value {
        self.sample_at(id, name, dice, 0)
    }

    fn sample_at(&self, id: SchemaId, name: &str, dice: SeededRng, depth: usize) -> Value {
        match self.schema(id) {
            Schema::Any => Value::Null,
            Schema::Text(format) => text(*format, name, dice).into(),
            Schema::Flag => (dice.below(2) == 0).into(),
            Schema::Integer => integer(name, dice).into(),
            Schema::Number => (f64::from(dice.below(10_000)) / 100.0).into(),
            Schema::Words(words) => word(words, name, dice).into(),
            Schema::Numbers(numbers) => pick(numbers, dice).copied().into(),
            Schema::List(_) | Schema::Map(_) if depth > DEEPEST => match self.schema(id) {
                Schema::List(_) => json!([]),
                _ => json!({}),
            },
            Schema::List(item) => self.sample_list(*item, name, dice, depth),
            Schema::Map(item) => {
                let inner = self.sample_at(*item, name, dice.at("value"), depth + 1);
                json!({ "www.example.com": inner })
            }
            Schema::Object(properties) => {
                let mut map = Map::new();
                for property in properties {
                    let dice = dice.at(&property.name);
                    let absent = property.nullable && (depth > DEEPEST || dice.below(4) == 0);
                    let value = if absent {
                        Value::Null
                    } else {
                        self.sample_at(property.schema, &property.name, dice, depth + 1)
                    };
                    map.insert(property.name.clone(), value);
                }
                Value::Object(map)
            }
        }
    }

    fn sample_list(&self, item: SchemaId, name: &str, dice: SeededRng, depth: usize) -> Value {
        // A list of words is what can be chosen from.
        if let Schema::Words(words) = self.schema(item) {
            return words.iter().take(4).map(|word| json!(word)).collect();
        }
        (0..2)
            .map(|index| self.sample_at(item, name, dice.nth(index), depth + 1))
            .collect()
    }

    /// The id of the `index`th item of a list: all of them differ.
    pub(crate) fn sample_id(
        &self,
        id: SchemaId,
        name: &str,
        dice: SeededRng,
        index: usize,
    ) -> Value {
        match self.schema(id) {
            Schema::Integer => {
                let first = 100_000 + i64::from(dice.below(800_000));
                (first + i64::try_from(index).unwrap_or(0)).into()
            }
            Schema::Text(Format::Plain) => match name {
                "login" => format!("example-{}", dice.nth(index).hex()),
                "domain" | "domainName" => format!("www{}.example.com", index + 1),
                "key" => format!("SAMPLE_{}", index + 1),
                _ => format!("{name}-{}", dice.nth(index).hex()),
            }
            .into(),
            _ => self.sample(id, name, dice.nth(index)),
        }
    }
}

fn pick<T>(values: &[T], dice: SeededRng) -> Option<&T> {
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    values.get(usize::try_from(dice.below(count)).unwrap_or(0))
}

/// One of the words; a status is one in which nothing is wrong or under way, if there is such.
fn word(words: &[String], name: &str, dice: SeededRng) -> String {
    const AT_REST: [&str; 7] = ["ok", "created", "active", "done", "enabled", "on", "normal"];
    if matches!(name, "state" | "status") {
        let settled = AT_REST
            .iter()
            .find(|word| words.iter().any(|it| it == *word));
        if let Some(settled) = settled {
            return (*settled).to_owned();
        }
    }
    pick(words, dice).cloned().unwrap_or_default()
}

fn integer(name: &str, dice: SeededRng) -> i64 {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "port" => 3306,
        "ttl" => 3600,
        _ if lower.ends_with("period") => 12,
        "timestamp" => 1_740_000_000 + i64::from(dice.below(20_000_000)),
        _ if lower.ends_with("id") => 100_000 + i64::from(dice.below(900_000)),
        _ => i64::from(dice.below(1000)),
    }
}

fn text(format: Format, name: &str, dice: SeededRng) -> String {
    match format {
        Format::Plain => plain(name, dice),
        Format::DateTime => moment(name, dice)
            .format("%Y-%m-%dT%H:%M:%S+00:00")
            .to_string(),
        Format::Date => moment(name, dice).format("%Y-%m-%d").to_string(),
        Format::Uuid => format!(
            "{}-{:04x}-4{:03x}-8{:03x}-{}{:04x}",
            dice.hex(),
            dice.nth(1).below(0x1_0000),
            dice.nth(2).below(0x1000),
            dice.nth(3).below(0x1000),
            dice.nth(4).hex(),
            dice.nth(5).below(0x1_0000),
        ),
        Format::Password => format!("sandbox-{}", dice.hex()),
        Format::Ip => format!("192.0.2.{}", dice.below(256)),
        Format::Ipv6 => format!("2001:db8::{:x}", dice.below(0x1_0000)),
        Format::IpBlock => "192.0.2.0/24".into(),
        Format::Email => "contact@example.com".into(),
    }
}

/// A minute of a year that lies right for the name, whatever the clock shows: things are made
/// before they are changed, and end after that.
fn moment(name: &str, dice: SeededRng) -> DateTime<chrono::Utc> {
    let lower = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    let year = if has(&["creat", "start", "first"]) {
        2024
    } else if has(&["expir", "end", "delet", "validity", "until", "upto"]) {
        2035
    } else {
        2025
    };
    let first = NaiveDate::from_ymd_opt(year, 1, 1)
        .unwrap_or_default()
        .and_time(NaiveTime::MIN)
        .and_utc();
    first + Duration::minutes(i64::from(dice.below(365 * 24 * 60)))
}

/// What a text with this name might be.
fn plain(name: &str, dice: SeededRng) -> String {
    let lower = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if lower == "unit" {
        "MB".into()
    } else if lower == "publickey" {
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAISampleOfTheSandbox sample@example.com".into()
    } else if has(&["url", "link", "webhook"]) {
        format!("https://www.example.com/{}", dice.hex())
    } else if has(&["mail", "contact"]) {
        "contact@example.com".into()
    } else if has(&["domain", "fqdn", "host", "website"]) {
        "www.example.com".into()
    } else if has(&["path", "dir", "folder", "home"]) {
        "www".into()
    } else if has(&["phone", "fax"]) {
        "+33.100000000".into()
    } else if has(&["version"]) {
        "8.2".into()
    } else if has(&["login", "user", "account"]) {
        "example".into()
    } else if has(&["message", "description", "comment"]) {
        "A sample from the sandbox".into()
    } else if has(&["token", "secret", "hash"]) {
        dice.hex()
    } else if lower.is_empty() {
        "sample".into()
    } else {
        format!("{name}-{}", dice.hex())
    }
}
