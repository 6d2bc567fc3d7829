//! The texts that a report may show: ours, those of OVHcloud's documents, and some names.
//!
//! Everything else that a server sends is data of the account, and is only counted.

use std::collections::BTreeSet;

use serde_json::Value;

/// A text that a report may show.
///
/// It is made of constants of this program and of names in OVHcloud's documents only. A name that
/// a server sent becomes one in [`Data::name`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word(String);

impl Word {
    /// A name in OVHcloud's documents: of a type, a property, a route.
    pub(super) fn of_document(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Appends a constant.
    pub(super) fn and(&self, text: &'static str) -> Self {
        Self(format!("{}{text}", self.0))
    }

    /// Appends the name of a property of the document.
    pub(super) fn property(&self, name: &Self) -> Self {
        Self(format!("{}.{}", self.0, name.0))
    }
}

impl From<&'static str> for Word {
    fn from(text: &'static str) -> Self {
        Self(text.to_owned())
    }
}

/// The longest name that is shown.
const LONGEST_NAME: usize = 40;

/// Shorter texts of the account may be part of a name by chance.
const SHORTEST_DATA: usize = 4;

/// The texts of the account: values, and keys of maps.
#[derive(Debug, Default)]
pub(super) struct Data {
    /// In lower case.
    texts: BTreeSet<String>,
    /// Enum values of the documents, in lower case. Names may contain these.
    known: BTreeSet<String>,
}

impl Data {
    /// Adds an enum value of a document.
    pub(super) fn know(&mut self, value: &str) {
        self.known.insert(value.to_lowercase());
    }

    /// Adds a text of the account.
    pub(super) fn add(&mut self, text: &str) {
        let text = text.trim().to_lowercase();
        if !text.is_empty() {
            self.texts.insert(text);
        }
    }

    /// Adds the values of a response.
    pub(super) fn add_values(&mut self, value: &Value) {
        match value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(number) => self.add(&number.to_string()),
            Value::String(text) => self.add(text),
            Value::Array(items) => items.iter().for_each(|item| self.add_values(item)),
            Value::Object(object) => object.values().for_each(|value| self.add_values(value)),
        }
    }

    /// The name of a property or a header that no document has, if it tells nothing of the account.
    ///
    /// It is a plain word, and neither equal to a text of the account nor a part of one, nor does it
    /// contain one.
    pub(super) fn name(&self, name: &str) -> Option<Word> {
        let is_plain = name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'));
        let has_number = name
            .split(|letter: char| !letter.is_ascii_digit())
            .any(|digits| digits.len() >= SHORTEST_DATA);
        if name.is_empty() || name.len() > LONGEST_NAME || !is_plain || has_number {
            return None;
        }
        let lower = name.to_lowercase();
        let bare = letters_of(&lower);
        let tells = |text: &String| {
            // A server may make a name of a text: `shop_example_com`.
            let is_made_of_it = bare.len() >= SHORTEST_DATA && letters_of(text).contains(&bare);
            if is_made_of_it && !self.known.contains(text) {
                return true;
            }
            *text == lower
                || (lower.len() >= SHORTEST_DATA && text.contains(&lower))
                || (text.len() >= SHORTEST_DATA
                    && !self.known.contains(text)
                    && lower.contains(text.as_str()))
        };
        match self.texts.iter().any(tells) {
            true => None,
            false => Some(Word(name.to_owned())),
        }
    }
}

/// The letters and digits of a text.
fn letters_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_of_the_account_are_not_shown() {
        let mut data = Data::default();
        data.know("mysql");
        data.add_values(&json!({"a": ["Canary", 4711], "b": "https://canary.example/path?mysql"}));
        data.add("mysql");
        for name in [
            "canary",
            "theCANARYis",
            "example",
            "mysql",
            "id4711",
            "canary_example",
            "canaryExample-path",
            "year2026",
            "a.b",
            "é",
            "",
            "a b",
            "a/b",
            &"x".repeat(41),
        ] {
            assert_eq!(data.name(name), None, "{name}");
        }
        for name in ["mysqlServer", "x-new-header", "flag", "is_new2"] {
            assert_eq!(data.name(name), Some(Word(name.to_owned())), "{name}");
        }
    }
}
