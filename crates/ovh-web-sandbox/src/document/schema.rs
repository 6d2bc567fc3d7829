//! The types of OVHcloud's documents.
//!
//! Schemas are in one list and refer to each other by index.

/// The index of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SchemaId(pub(super) usize);

/// The type of a value.
#[derive(Debug)]
pub(crate) enum Schema {
    Any,
    Text(Format),
    Flag,
    Integer,
    Number,
    /// A text of a list.
    Words(Vec<String>),
    /// An integer of a list.
    Numbers(Vec<i64>),
    List(SchemaId),
    /// An object with any keys.
    Map(SchemaId),
    /// An object with these properties, sorted by name.
    Object(Vec<Property>),
}

/// The format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Plain,
    /// A date and time with its offset.
    DateTime,
    Date,
    Uuid,
    Password,
    /// An IP address; the document says IPv4 for addresses of either version.
    Ip,
    Ipv6,
    IpBlock,
    Email,
}

/// A property of an object.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) schema: SchemaId,
    pub(crate) nullable: bool,
    pub(crate) read_only: bool,
    pub(crate) required: bool,
}

impl Schema {
    /// The property `name` of an object.
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        let Self::Object(properties) = self else {
            return None;
        };
        properties
            .binary_search_by(|property| property.name.as_str().cmp(name))
            .ok()
            .map(|at| &properties[at])
    }

    /// The expected value, for error messages.
    pub(crate) fn describe(&self) -> String {
        let text = match self {
            Self::Words(words) => return one_of(words),
            Self::Numbers(numbers) => return one_of(numbers),
            Self::Any => "a value",
            Self::Text(Format::DateTime) => "a date and time such as 2026-01-31T12:00:00+01:00",
            Self::Text(Format::Date) => "a day such as 2026-01-31",
            Self::Text(Format::Uuid) => "a UUID such as 7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c",
            Self::Text(_) => "a string",
            Self::Flag => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Object(_) => "an object",
        };
        text.to_owned()
    }
}

/// The first values of a list.
fn one_of(values: &[impl ToString]) -> String {
    const MAX: usize = 20;
    let shown: Vec<_> = values.iter().take(MAX).map(ToString::to_string).collect();
    let shown = shown.join(", ");
    match values.len().saturating_sub(MAX) {
        0 => format!("one of {shown}"),
        more => format!("one of {shown} and {more} more"),
    }
}
