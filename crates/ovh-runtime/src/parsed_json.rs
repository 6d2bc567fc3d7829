//! The values of a JSON text as a flat list, from which `from_json` decodes models.
//!
//! With serde, a decoder is compiled for each model, which is most of a generated client's compile
//! time. Here serde_json fills one list, in code that is compiled once, and a model takes its
//! properties from the list. The list is reused for each item, so that a page needs no more memory
//! than its objects.

use std::fmt;

use serde_core::Deserializer;
use serde_core::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use crate::decode_options::{Limits, OVER_LIMIT};

/// The key of the object that serde_json passes for a number with `arbitrary_precision`. Any crate
/// of the program may enable that feature.
const PRECISE: &str = "$serde_json::private::Number";

/// Values in the order of the text; a container is followed by its contents.
pub(crate) struct ParsedJson<'a> {
    nodes: Vec<Node>,
    /// The strings, one after the other.
    texts: String,
    pub(crate) limits: Limits<'a>,
}

/// One value, or the name of a property.
#[derive(Clone, Copy)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number beyond the range of the others.
    Large(u64),
    Float(f64),
    /// A string: its byte range among all strings.
    Text {
        start: u32,
        end: u32,
    },
    /// A list: its number of items, and the index after its end.
    Array {
        len: u32,
        end: u32,
    },
    /// An object: names and values in turn, and the index after its end.
    Object {
        end: u32,
    },
}

impl<'a> ParsedJson<'a> {
    pub(crate) const fn new(limits: Limits<'a>) -> Self {
        Self {
            nodes: Vec::new(),
            texts: String::new(),
            limits,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.texts.clear();
    }

    pub(crate) fn node(&self, at: usize) -> Option<Node> {
        self.nodes.get(at).copied()
    }

    /// The index after the value.
    pub(crate) fn behind(&self, at: usize) -> usize {
        match self.nodes.get(at) {
            Some(Node::Array { end, .. } | Node::Object { end }) => *end as usize,
            _ => at + 1,
        }
    }

    /// The string at that index, if there is one.
    pub(crate) fn text(&self, at: usize) -> Option<&str> {
        match *self.nodes.get(at)? {
            Node::Text { start, end } => self.texts.get(start as usize..end as usize),
            _ => None,
        }
    }

    fn check_limits<E: serde_core::de::Error>(&mut self) -> Result<(), E> {
        let within = self.limits.check(self.nodes.len());
        within.map_err(|_| E::custom(OVER_LIMIT))
    }
}

/// A length as it is stored. A text of four gigabytes is refused.
fn place<E: serde_core::de::Error>(length: usize) -> Result<u32, E> {
    u32::try_from(length).map_err(|_| E::custom("the text is too long"))
}

/// Writes one value to the values.
pub(crate) struct ParseInto<'t, 'a>(pub(crate) &'t mut ParsedJson<'a>);

impl<'de> DeserializeSeed<'de> for ParseInto<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ParseInto<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.nodes.push(Node::Null);
        Ok(())
    }

    fn visit_none<E: serde_core::de::Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.nodes.push(Node::Bool(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.0.nodes.push(Node::Int(value));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        let node = i64::try_from(value).map_or(Node::Large(value), Node::Int);
        self.0.nodes.push(node);
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.0.nodes.push(Node::Float(value));
        Ok(())
    }

    fn visit_str<E: serde_core::de::Error>(self, text: &str) -> Result<(), E> {
        let values = self.0;
        let start = place(values.texts.len())?;
        values.texts.push_str(text);
        let end = place(values.texts.len())?;
        values.nodes.push(Node::Text { start, end });
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let values = self.0;
        let at = values.nodes.len();
        values.nodes.push(Node::Null);
        let mut len = 0;
        while items.next_element_seed(ParseInto(values))?.is_some() {
            values.check_limits()?;
            len += 1;
        }
        let end = place(values.nodes.len())?;
        values.nodes[at] = Node::Array { len, end };
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let values = self.0;
        let at = values.nodes.len();
        values.nodes.push(Node::Null);
        while entries.next_key_seed(ParseInto(values))?.is_some() {
            entries.next_value_seed(ParseInto(values))?;
            values.check_limits()?;
        }
        let end = place(values.nodes.len())?;
        values.nodes[at] = Node::Object { end };
        if values.text(at + 1) == Some(PRECISE) {
            let text = values.text(at + 2).unwrap_or_default();
            let number = text
                .parse()
                .map(Node::Int)
                .or_else(|_| text.parse().map(Node::Large))
                .or_else(|_| text.parse().map(Node::Float))
                .map_err(A::Error::custom)?;
            // Rust parses `NaN` and `inf` as numbers; JSON does not.
            if matches!(number, Node::Float(value) if !value.is_finite()) {
                return Err(A::Error::custom("number out of range"));
            }
            values.nodes.truncate(at);
            values.nodes.push(number);
        }
        Ok(())
    }
}
