//! The reader: it stands at one value of a text after the other, as the types ask for them, and
//! notes what was wrong.

use std::collections::BTreeMap;
use std::fmt;

use serde_core::de::DeserializeSeed;

use super::level::{Container, Leniency, Level, Place, Shape};
use crate::tape::{Fill, Node, Tape};
use crate::{Correction, FromJson};

/// What was wrong with a value, and where.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The JSON path from the value that was read on; empty for the value itself.
    pub(crate) path: String,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn step_out(&mut self, step: &str) {
        step_out(&mut self.path, step);
    }
}

/// Puts a step in front of a path.
fn step_out(path: &mut String, step: &str) {
    if !path.is_empty() && !path.starts_with('[') {
        path.insert(0, '.');
    }
    path.insert_str(0, step);
}

/// A name that the server chose, as a step of a path: one line, and not without end.
fn printable(name: &str) -> String {
    const LONGEST: usize = 100;
    let plain = |c: char| if c.is_control() { '?' } else { c };
    name.chars().take(LONGEST).map(plain).collect()
}

/// Without the path; it says nothing of what the value was, which may be a secret.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// No node has this place: the property is absent.
const ABSENT: usize = usize::MAX;

/// Stands at one value of a text after the other, as the types ask for them.
pub struct Reader<'a> {
    pub(crate) tape: Tape<'a>,
    pub(super) at: usize,
    /// Where the properties of all open objects are, in the order in which they are asked for.
    slots: Vec<usize>,
    pub(super) level: Level,
    pub(super) place: Place,
    pub(super) leniency: Leniency,
    /// Inside of a missing object: whether something is in it that has no zero value.
    pub(super) zero: Option<bool>,
    pub(crate) fault: Option<Box<Fault>>,
    /// What was corrected. Empty once there is a fault.
    pub(crate) corrections: Vec<Correction>,
    /// How many corrections and faults were noted in the value that is being read.
    pub(super) noted: usize,
}

/// What the generated readers use.
impl Reader<'_> {
    /// Goes into an object with these properties.
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

    /// Goes on to the next of the properties.
    pub fn property(&mut self) -> &mut Self {
        self.blame();
        let slot = self.level.next + self.level.count;
        self.level.count += 1;
        self.place = Place::Property;
        self.at = match self.fault {
            None => self.slots.get(slot).copied().unwrap_or(ABSENT),
            Some(_) => ABSENT,
        };
        self
    }

    /// The property that was gone to is never corrected.
    pub const fn required(&mut self) -> &mut Self {
        self.place = Place::Required;
        self
    }

    /// The property that was gone to may be absent, which its type says as well.
    pub const fn default(&mut self) -> &mut Self {
        self
    }

    /// The entries of the open object that are none of its properties.
    pub fn rest<T: FromJson>(&mut self) -> BTreeMap<String, T> {
        self.blame();
        let mut map = BTreeMap::new();
        let Container::Object(shape) = self.level.kind else {
            return map;
        };
        self.at = self.level.end;
        if self.fault.is_some() || !matches!(self.node(), Some(Node::Object { .. })) {
            return map;
        }
        let (outer, _) = self.go_in(Container::Map);
        while let Some(name) = self.next_entry() {
            if !shape.properties.contains(&name.as_str()) {
                map.insert(name, T::from_json(self));
            }
        }
        self.close(outer);
        // The path has the name of the entry, and no step more.
        self.level.noted = self.noted;
        map
    }

    /// Leaves the container, for the one around it.
    pub fn close(&mut self, outer: Level) {
        self.blame();
        if let Container::Object(_) = self.level.kind {
            self.slots.truncate(self.level.next);
        }
        let inner = std::mem::replace(&mut self.level, outer);
        if inner.missing != 0 {
            self.settle(&inner);
        }
    }
}

/// What the readers below use.
impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a str, leniency: Leniency) -> Self {
        Self {
            tape: Tape::new(source),
            at: 0,
            slots: Vec::new(),
            level: Level::root(),
            place: Place::Root,
            leniency,
            zero: None,
            fault: None,
            corrections: Vec::new(),
            noted: 0,
        }
    }

    /// Writes the source into the tape.
    pub(crate) fn fill(&mut self) -> Result<(), serde_json::Error> {
        let mut source = serde_json::Deserializer::from_str(self.tape.source());
        Fill(&mut self.tape).deserialize(&mut source)?;
        source.end()
    }

    /// Notes that the source holds no value at all.
    #[cold]
    pub(crate) fn give_up(&mut self, path: String, error: &serde_json::Error) {
        let path = if path == "." { String::new() } else { path };
        let message = error.to_string();
        self.fault = Some(Box::new(Fault { path, message }));
    }

    /// Makes the reader ready for the next item of a list.
    pub(crate) fn clear(&mut self) {
        self.tape.clear();
        self.at = 0;
        self.place = Place::Inside;
    }

    /// Ends an item of a list: its fault, or what was corrected in it, and in no other.
    pub(crate) fn end_item(
        &mut self,
        index: usize,
        corrections: &mut Vec<Correction>,
    ) -> Option<Box<Fault>> {
        corrections.clear();
        self.noted = 0;
        if !self.corrections.is_empty() {
            std::mem::swap(corrections, &mut self.corrections);
            let step = format!("[{index}]");
            for correction in corrections {
                step_out(&mut correction.path, &step);
            }
        }
        self.fault.take()
    }

    fn enter(&mut self, kind: Container, next: usize, end: usize) -> Level {
        let level = Level {
            noted: self.noted,
            ..Level::new(kind, next, end)
        };
        std::mem::replace(&mut self.level, level)
    }

    /// Finds the properties of an object. They mostly come in one and the same order, so the
    /// search begins behind the one that was found before.
    fn find(&mut self, names: &[&str], first: usize, end: usize) {
        let slots = &mut self.slots[first..];
        let mut at = self.at + 1;
        let mut likely = 0;
        while at < end {
            let name = self.tape.text(at).unwrap_or_default();
            let (before, behind) = names.split_at(likely);
            let found = behind
                .iter()
                .position(|candidate| *candidate == name)
                .map(|index| index + likely)
                .or_else(|| before.iter().position(|candidate| *candidate == name));
            if let Some(index) = found {
                slots[index] = at + 1;
                likely = index + 1;
            }
            at = self.tape.behind(at + 1);
        }
    }

    /// Notes in which property, item or entry of this container something was wrong.
    fn blame(&mut self) {
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
            Container::Map => printable(self.tape.text(self.level.count).unwrap_or_default()),
        };
        if let Some(fault) = &mut self.fault {
            fault.step_out(&step);
        }
        // Without a fault, the corrections are all that was noted.
        for correction in self.corrections.iter_mut().skip(self.level.noted) {
            step_out(&mut correction.path, &step);
            correction.outer_field = field.unwrap_or(correction.outer_field);
        }
        self.level.noted = self.noted;
    }

    /// The value here; nothing for a property that is absent.
    pub(super) fn node(&self) -> Option<Node> {
        self.tape.node(self.at)
    }

    /// Whether there is nothing here, or null.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.node(), None | Some(Node::Null))
    }

    /// The text here; nothing where it is missing or no text, which is noted.
    pub fn text(&mut self) -> Option<&str> {
        if !matches!(self.node(), Some(Node::Text { .. } | Node::Copied { .. })) {
            self.lack("a text");
        }
        self.tape.text(self.at)
    }

    /// The whole number here; nothing where it is missing or none, which is noted.
    pub fn integer(&mut self) -> Option<i64> {
        match self.node() {
            Some(Node::Int(value)) => Some(value),
            _ => self.odd_number(),
        }
    }

    /// A text that is parsed.
    pub(super) fn parsed<T: std::str::FromStr>(&mut self, wanted: &str, stand_in: T) -> T {
        match self.tape.text(self.at) {
            Some(text) => match text.parse() {
                Ok(value) => return value,
                Err(_) => self.note(format!("the text is not {wanted}")),
            },
            None => self.fail(wanted),
        }
        stand_in
    }

    /// Goes into a list or a map; the number of its items, where the text tells.
    pub(super) fn go_in(&mut self, kind: Container) -> (Level, usize) {
        let (len, end) = match (kind, self.node()) {
            (Container::Array, Some(Node::Array { len, end })) => (len as usize, end as usize),
            (Container::Map, Some(Node::Object { end })) => (0, end as usize),
            _ => {
                self.lack_items(kind);
                (0, 0)
            }
        };
        let next = self.at.wrapping_add(1);
        (self.enter(kind, next, end), len)
    }

    /// Goes on to the next item of a list.
    pub(super) fn next_item(&mut self) -> bool {
        self.blame();
        if self.fault.is_some() || self.level.next >= self.level.end {
            return false;
        }
        self.at = self.level.next;
        self.place = Place::Inside;
        self.level.next = self.tape.behind(self.at);
        self.level.count += 1;
        true
    }

    /// Goes on to the next entry of a map, and gives its name.
    pub(super) fn next_entry(&mut self) -> Option<String> {
        self.blame();
        if self.fault.is_some() || self.level.next >= self.level.end {
            return None;
        }
        self.level.count = self.level.next;
        self.at = self.level.next + 1;
        self.place = Place::Inside;
        self.level.next = self.tape.behind(self.at);
        let name = self.tape.text(self.level.count).unwrap_or_default();
        Some(name.to_owned())
    }
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}
