//! The reader: it stands at one value of a text after the other, as the types ask for them, and
//! notes what was wrong.

use std::fmt;

use serde_core::de::DeserializeSeed;

use crate::tape::{Fill, Node, Tape};

/// What was wrong with a value, and where.
#[derive(Debug)]
pub(crate) struct Fault {
    /// The JSON path from the value that was read on; empty for the value itself.
    pub(crate) path: String,
    message: String,
}

impl Fault {
    pub(super) fn step_out(&mut self, step: &str) {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path.insert_str(0, dot);
        self.path.insert_str(0, step);
    }
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
    at: usize,
    /// Where the properties of all open objects are, in the order in which they are asked for.
    slots: Vec<usize>,
    level: Level,
    pub(crate) fault: Option<Box<Fault>>,
}

/// A container that is being read.
#[derive(Debug)]
pub struct Level {
    kind: Container,
    /// How many properties or items have been asked for; of a map, the node of the entry's name.
    count: usize,
    /// Of an object: its first slot. Of others: the next node.
    next: usize,
    end: usize,
    /// Whether nothing was wrong before.
    is_clean: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Container {
    Object(&'static [&'static str]),
    Array,
    Map,
}

/// What the generated readers use.
impl Reader<'_> {
    /// Goes into an object with these properties.
    pub fn open(&mut self, names: &'static [&'static str]) -> Level {
        let first = self.slots.len();
        self.slots.resize(first + names.len(), ABSENT);
        if self.fault.is_none() {
            match self.node() {
                Some(Node::Object { end }) => self.find(names, first, end as usize),
                _ => self.fail("an object"),
            }
        }
        self.enter(Container::Object(names), first, 0)
    }

    /// Goes on to the next of the properties.
    pub fn property(&mut self) -> &mut Self {
        self.blame();
        let slot = self.level.next + self.level.count;
        self.level.count += 1;
        self.at = match self.fault {
            None => self.slots.get(slot).copied().unwrap_or(ABSENT),
            Some(_) => ABSENT,
        };
        self
    }

    /// Leaves the container, for the one around it.
    pub fn close(&mut self, outer: Level) {
        self.blame();
        if let Container::Object(_) = self.level.kind {
            self.slots.truncate(self.level.next);
        }
        self.level = outer;
    }
}

/// What the readers below use.
impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self {
            tape: Tape::new(source),
            at: 0,
            slots: Vec::new(),
            level: Level {
                kind: Container::Object(&[]),
                count: 0,
                next: 0,
                end: 0,
                is_clean: true,
            },
            fault: None,
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

    /// Makes the reader ready for the next value.
    pub(crate) fn clear(&mut self) {
        self.tape.clear();
        self.at = 0;
    }

    fn enter(&mut self, kind: Container, next: usize, end: usize) -> Level {
        let level = Level {
            kind,
            count: 0,
            next,
            end,
            is_clean: self.fault.is_none(),
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
        if self.fault.is_some() && self.level.is_clean {
            self.step_out();
        }
    }

    #[cold]
    fn step_out(&mut self) {
        self.level.is_clean = false;
        let index = self.level.count.saturating_sub(1);
        let step = match self.level.kind {
            Container::Object(names) => names.get(index).copied().unwrap_or_default().to_owned(),
            Container::Array => format!("[{index}]"),
            Container::Map => {
                let name = self.tape.text(self.level.count);
                name.unwrap_or_default().to_owned()
            }
        };
        if let Some(fault) = &mut self.fault {
            fault.step_out(&step);
        }
    }

    /// Notes that something else belongs here.
    #[cold]
    pub(super) fn fail(&mut self, wanted: &str) {
        if self.fault.is_some() {
            return;
        }
        let found = match self.node() {
            None => return self.note(format!("{wanted} is missing")),
            Some(Node::Null) => "null",
            Some(Node::Bool(_)) => "a boolean",
            Some(Node::Int(_) | Node::Large(_)) => "a whole number",
            Some(Node::Float(_)) => "a number with a fraction",
            Some(Node::Text { .. } | Node::Copied { .. }) => "a text",
            Some(Node::Array { .. }) => "a list",
            Some(Node::Object { .. }) => "an object",
        };
        self.note(format!("it is {found}, but {wanted} belongs there"));
    }

    #[cold]
    pub(super) fn note(&mut self, message: String) {
        self.fault.get_or_insert_with(|| {
            Box::new(Fault {
                path: String::new(),
                message,
            })
        });
    }

    /// The value here; nothing for a property that is absent.
    pub(super) fn node(&self) -> Option<Node> {
        self.tape.node(self.at)
    }

    /// Whether there is nothing here, or null.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.node(), None | Some(Node::Null))
    }

    /// The text here.
    pub fn text(&mut self) -> &str {
        if self.tape.text(self.at).is_none() {
            self.fail("a text");
        }
        self.tape.text(self.at).unwrap_or_default()
    }

    /// The whole number here.
    pub fn integer(&mut self) -> i64 {
        if let Some(Node::Int(value)) = self.node() {
            return value;
        }
        self.fail("a whole number");
        0
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
            _ if self.is_nothing() => (0, 0),
            (Container::Array, Some(Node::Array { len, end })) => (len as usize, end as usize),
            (Container::Map, Some(Node::Object { end })) => (0, end as usize),
            (Container::Array, _) => {
                self.fail("a list");
                (0, 0)
            }
            _ => {
                self.fail("an object");
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
