//! Where the reader stands: the container that is open, and the place of a value in it.

/// The facts of a model that its reader needs, made by the macros.
#[derive(Debug)]
pub struct Shape {
    /// The name of the type.
    pub name: &'static str,
    /// The properties by their names on the wire.
    pub properties: &'static [&'static str],
    /// The fields of the properties, in the same order.
    pub fields: &'static [&'static str],
    /// The number of properties that the document promises.
    pub promised: usize,
}

/// A container that is being read.
#[derive(Debug)]
pub struct Level {
    pub(super) kind: Container,
    /// How many properties or items have been asked for; of a map, the node of the entry's name.
    pub(super) count: usize,
    /// Of an object: its first slot. Of others: the next node.
    pub(super) next: usize,
    /// Of lists and maps: the node behind the last one. Of an object: its node, or that of its null.
    pub(super) end: usize,
    /// How many promised properties of an object are missing; [`Level::ZERO`] if all of it is.
    pub(super) missing: usize,
    /// How many of the reader's notes have the step to the current value in their path.
    pub(super) noted: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Container {
    Object(&'static Shape),
    Array,
    Map,
}

/// Where a value stands, which decides whether it can be corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The whole text.
    Root,
    /// A property that may be corrected.
    Property,
    /// A property that may not.
    Required,
    /// A list item or a map value.
    Inside,
}

/// Which missing values are corrected, where their place and their type allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leniency {
    /// Lists and maps are empty, without a report: serde's own trait.
    Serde,
    /// Lists and maps are empty.
    Lists,
    /// All.
    All,
}

impl Level {
    /// An object that is missing, so that each of its properties is a zero value.
    pub(super) const ZERO: usize = usize::MAX;

    /// The root, which is in no container.
    pub(super) const fn root() -> Self {
        static NONE: Shape = Shape {
            name: "",
            properties: &[],
            fields: &[],
            promised: 0,
        };
        Self::new(Container::Object(&NONE), 0, 0)
    }

    pub(super) const fn new(kind: Container, next: usize, end: usize) -> Self {
        Self {
            kind,
            count: 0,
            next,
            end,
            missing: 0,
            noted: 0,
        }
    }
}
