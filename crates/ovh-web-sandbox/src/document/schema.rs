//! The types of OVHcloud's documents, compact: the few words of OpenAPI that the documents use.
//!
//! Schemas lie in one list and name each other by their place in it, so that a value is checked
//! without looking anything up by name.

/// The place of a schema in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SchemaId(pub(super) usize);

/// What a value may be.
#[derive(Debug)]
pub(crate) enum Schema {
    /// Anything.
    Any,
    /// A text.
    Text(Format),
    /// True or false.
    Flag,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One of these words.
    Words(Vec<String>),
    /// One of these whole numbers.
    Numbers(Vec<i64>),
    /// A list.
    List(SchemaId),
    /// An object whose keys are not known beforehand.
    Map(SchemaId),
    /// An object with these properties, in the order of their names.
    Object(Vec<Property>),
}

/// The forms of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Any text.
    Plain,
    /// A point in time with its offset.
    DateTime,
    /// A day.
    Date,
    /// A UUID.
    Uuid,
    /// A text that is secret.
    Password,
    /// An IP address; the document says IPv4 where it can be either.
    Ip,
    /// An IPv6 address.
    Ipv6,
    /// A range of addresses.
    IpBlock,
    /// An e-mail address.
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

    /// What the schema asks for, in words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Any => "a value".into(),
            Self::Text(Format::DateTime) => {
                "a date and time such as 2026-01-31T12:00:00+01:00".into()
            }
            Self::Text(Format::Date) => "a day such as 2026-01-31".into(),
            Self::Text(Format::Uuid) => {
                "a UUID such as 7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c".into()
            }
            Self::Text(_) => "a string".into(),
            Self::Flag => "true or false".into(),
            Self::Integer => "a whole number".into(),
            Self::Number => "a number".into(),
            Self::Words(words) => one_of(words.iter()),
            Self::Numbers(numbers) => one_of(numbers.iter()),
            Self::List(_) => "a list".into(),
            Self::Map(_) | Self::Object(_) => "an object".into(),
        }
    }
}

/// Names the values, but not two hundred of them.
fn one_of(values: impl ExactSizeIterator<Item = impl ToString>) -> String {
    const SHOWN: usize = 20;
    let more = values.len().saturating_sub(SHOWN);
    let shown: Vec<_> = values.take(SHOWN).map(|value| value.to_string()).collect();
    let mut text = format!("one of {}", shown.join(", "));
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
