//! The reader: moves through the values of a text, and records errors.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde_core::de::DeserializeSeed;

use super::level::{Container, Leniency, Level, Place, Shape};
use crate::decode_options::{Limits, MAX_CORRECTIONS};
use crate::parsed_json::{Node, ParseInto, ParsedJson};
use crate::{Correction, FromJson};

/// An error of a value, with its path.
#[derive(Debug)]
pub struct DecodeError {
    /// The JSON path below the decoded value; empty for the value itself.
    pub(crate) path: String,
    pub(super) message: String,
}

/// Prepends a step to a path.
pub(crate) fn step_out(path: &mut String, step: &str) {
    if !path.is_empty() && !path.starts_with('[') {
        path.insert(0, '.');
    }
    path.insert_str(0, step);
}

/// A name from the server as a step of a path: on one line, and limited in length.
fn printable(name: &str) -> String {
    const LONGEST: usize = 100;
    let plain = |c: char| if c.is_control() { '?' } else { c };
    name.chars().take(LONGEST).map(plain).collect()
}

/// Omits the path and the value, which may be a secret.
impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DecodeError {}

/// The index of an absent property.
const ABSENT: usize = usize::MAX;

/// Moves through the values of a text as the types request them.
pub struct Reader<'a> {
    pub(crate) values: ParsedJson<'a>,
    pub(super) at: usize,
    /// The nodes of the properties of all open objects, in the order of their requests.
    slots: Vec<usize>,
    pub(super) level: Level,
    pub(super) place: Place,
    pub(super) leniency: Leniency,
    /// Inside a missing object: `true` if it has a property without a zero value.
    pub(super) zero: Option<bool>,
    pub(crate) fault: Option<Box<DecodeError>>,
    /// The corrections. Empty after an error.
    pub(crate) corrections: Vec<Correction>,
    /// The number of corrections and errors recorded for the current value.
    pub(super) noted: usize,
}

/// The interface of the generated decoders.
impl Reader<'_> {
    /// Enters an object with these properties.
    pub fn open(&mut self, shape: &'static Shape) -> Level {
        let first = self.slots.len();
        self.slots.resize(first + shape.properties.len(), ABSENT);
        let mut is_null = false;
        if self.fault.is_none() {
            match self.node() {
                Some(Node::Object { end }) => self.find(shape.properties, first, end as usize),
                _ => is_null = self.open_missing(),
            }
        }
        let outer = self.enter(Container::Object(shape), first, self.at);
        if is_null {
            self.level.missing = Level::ZERO;
        }
        outer
    }

    /// Moves to the next property.
    pub fn property(&mut self) -> &mut Self {
        self.add_step();
        let slot = self.level.next + self.level.count;
        self.level.count += 1;
        self.place = Place::Property;
        self.at = match self.fault {
            None => self.slots.get(slot).copied().unwrap_or(ABSENT),
            Some(_) => ABSENT,
        };
        self
    }

    /// Marks the current property as never corrected.
    pub const fn required(&mut self) -> &mut Self {
        self.place = Place::Required;
        self
    }

    /// Marks the current property as optional, like its type.
    pub const fn default(&mut self) -> &mut Self {
        self
    }

    /// The entries of the open object that are not among its properties.
    pub fn rest<T: FromJson>(&mut self) -> BTreeMap<String, T> {
        self.add_step();
        let mut map = BTreeMap::new();
        let Container::Object(shape) = self.level.kind else {
            return map;
        };
        self.at = self.level.end;
        if self.fault.is_some() || !matches!(self.node(), Some(Node::Object { .. })) {
            return map;
        }
        let (outer, _) = self.enter_items(Container::Map);
        while let Some(name) = self.next_entry() {
            if !shape.properties.contains(&name.as_str()) {
                map.insert(name, T::from_json(self));
            }
        }
        self.close(outer);
        // The path has the name of the entry, and no further step.
        self.level.noted = self.noted;
        map
    }

    /// Leaves the container and returns to its parent.
    pub fn close(&mut self, outer: Level) {
        self.add_step();
        if let Container::Object(_) = self.level.kind {
            self.slots.truncate(self.level.next);
        }
        let inner = std::mem::replace(&mut self.level, outer);
        if inner.missing != 0 {
            self.end_incomplete(&inner);
        }
    }
}

/// The interface of the decoders below.
impl<'a> Reader<'a> {
    pub(crate) fn new(leniency: Leniency, limits: Limits<'a>) -> Self {
        Self {
            values: ParsedJson::new(limits),
            at: 0,
            slots: Vec::new(),
            // The root is in no container.
            level: Level::new(Container::Array, 0, 0, 0),
            place: Place::Root,
            leniency,
            zero: None,
            fault: None,
            corrections: Vec::new(),
            noted: 0,
        }
    }

    /// Parses a text, and moves to its value.
    pub(super) fn load(&mut self, text: &str, place: Place) -> Result<(), serde_json::Error> {
        self.values.clear();
        self.at = 0;
        self.place = place;
        let mut source = serde_json::Deserializer::from_str(text);
        ParseInto(&mut self.values).deserialize(&mut source)?;
        source.end()
    }

    /// Records that the text holds no value.
    #[cold]
    pub(crate) fn give_up(&mut self, path: String, error: &serde_json::Error) {
        let message = error.to_string();
        self.fault = Some(Box::new(DecodeError { path, message }));
    }

    /// Ends an item of a list: returns its error, or adds its corrections, up to the limit.
    pub(crate) fn end_item(
        &mut self,
        index: usize,
        corrections: &mut Vec<Correction>,
    ) -> Option<Box<DecodeError>> {
        if std::mem::take(&mut self.noted) == 0 && self.fault.is_none() {
            return None;
        }
        let step = format!("[{index}]");
        let free = MAX_CORRECTIONS.saturating_sub(corrections.len());
        let own = self.corrections.drain(..).take(free);
        corrections.extend(own.map(|mut correction| {
            step_out(&mut correction.path, &step);
            correction
        }));
        let mut fault = self.fault.take();
        if let Some(fault) = &mut fault {
            step_out(&mut fault.path, &step);
        }
        fault
    }

    fn enter(&mut self, kind: Container, next: usize, end: usize) -> Level {
        std::mem::replace(&mut self.level, Level::new(kind, next, end, self.noted))
    }

    /// Finds the properties of an object. They mostly come in the same order, so the search starts
    /// after the previous match.
    fn find(&mut self, names: &[&str], first: usize, end: usize) {
        let mut at = self.at + 1;
        let mut likely = 0;
        while at < end {
            let name = self.values.text(at).unwrap_or_default();
            let mut candidates = (likely..names.len()).chain(0..likely);
            if let Some(index) = candidates.find(|index| names[*index] == name) {
                self.slots[first + index] = at + 1;
                likely = index + 1;
            }
            at = self.values.behind(at + 1);
        }
    }

    /// Adds the property, item or entry of this container to the path of an error.
    fn add_step(&mut self) {
        if self.noted != self.level.noted {
            self.step_out();
        }
    }

    #[cold]
    fn step_out(&mut self) {
        let index = self.level.count.saturating_sub(1);
        let mut field = None;
        let step = match self.level.kind {
            Container::Object(shape) => {
                field = shape.fields.get(index).copied();
                shape
                    .properties
                    .get(index)
                    .copied()
                    .unwrap_or_default()
                    .to_owned()
            }
            Container::Array => format!("[{index}]"),
            Container::Map => printable(self.values.text(self.level.count).unwrap_or_default()),
        };
        if let Some(fault) = &mut self.fault {
            step_out(&mut fault.path, &step);
        }
        // Without an error, all notes are corrections.
        for correction in self.corrections.iter_mut().skip(self.level.noted) {
            step_out(&mut correction.path, &step);
            correction.outer_field = field.unwrap_or(correction.outer_field);
        }
        self.level.noted = self.noted;
    }

    /// The current value, unless the property is absent.
    pub(super) fn node(&self) -> Option<Node> {
        self.values.node(self.at)
    }

    /// Returns `true` if the value is absent or null.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self.node(), None | Some(Node::Null))
    }

    /// The current string; `None` if it is missing or another type, which is recorded.
    pub fn text(&mut self) -> Option<&str> {
        if !matches!(self.node(), Some(Node::Text { .. })) {
            self.correct_or_fail("a string", ());
        }
        self.values.text(self.at)
    }

    /// The current whole number; `None` if it is missing or another type, which is recorded.
    pub fn integer(&mut self) -> Option<i64> {
        self.number()
    }

    /// Like [`integer`](Self::integer), for any type of whole numbers.
    pub(super) fn number<T>(&mut self) -> Option<T>
    where
        T: TryFrom<i64> + TryFrom<u64> + FromStr + ToString,
    {
        let number = match self.node() {
            Some(Node::Int(value)) => T::try_from(value).ok(),
            Some(Node::Large(value)) => T::try_from(value).ok(),
            _ => None,
        };
        number.or_else(|| self.number_from_string())
    }

    /// Parses the current string.
    pub(super) fn parsed<T: FromStr>(&mut self, wanted: &str, stand_in: T) -> T {
        match self.values.text(self.at) {
            Some(text) => match text.parse() {
                Ok(value) => return value,
                Err(_) => self.record_error(format!("expected {wanted}, found another string")),
            },
            None => self.fail(wanted),
        }
        stand_in
    }

    /// Enters a list or a map; returns the number of its items, if known.
    pub(super) fn enter_items(&mut self, kind: Container) -> (Level, usize) {
        let (len, end) = match (kind, self.node()) {
            (Container::Array, Some(Node::Array { len, end })) => (len as usize, end as usize),
            (Container::Map, Some(Node::Object { end })) => (0, end as usize),
            _ => {
                self.correct_items_or_fail(kind);
                (0, 0)
            }
        };
        let next = self.at.wrapping_add(1);
        (self.enter(kind, next, end), len)
    }

    /// Moves to the next item of a list.
    pub(super) fn next_item(&mut self) -> bool {
        self.add_step();
        if self.fault.is_some() || self.level.next >= self.level.end {
            return false;
        }
        self.at = self.level.next;
        self.place = Place::Inside;
        self.level.next = self.values.behind(self.at);
        self.level.count += 1;
        true
    }

    /// Moves to the next entry of a map, and returns its name.
    pub(super) fn next_entry(&mut self) -> Option<String> {
        self.add_step();
        if self.fault.is_some() || self.level.next >= self.level.end {
            return None;
        }
        self.level.count = self.level.next;
        self.at = self.level.next + 1;
        self.place = Place::Inside;
        self.level.next = self.values.behind(self.at);
        let name = self.values.text(self.level.count).unwrap_or_default();
        Some(name.to_owned())
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}
