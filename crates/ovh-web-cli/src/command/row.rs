//! Rows of the command table. The generator writes a [`Command`] for each operation.

use std::borrow::Cow;

/// A command for one operation.
#[derive(Debug)]
pub struct Command {
    /// The path of subcommands: `databases create`.
    pub path: &'static str,
    /// The ID of the operation: `databases::create`.
    pub operation: &'static str,
    /// One sentence.
    pub about: &'static str,
    /// One entry for each parameter of the route, in its order.
    pub values: &'static [Value],
    /// Query values, headers and body properties.
    pub flags: &'static [Flag],
    /// The body that `--body` sets.
    pub body: Body,
    /// The work that the operation starts, and where its end shows.
    pub wait: Wait,
    /// The operation that reads the object that this one creates, changes or deletes.
    pub object: Option<&'static str>,
    /// The type of the response, or of the items of a list: `Database`.
    pub response: &'static str,
    /// The wire names of the columns of a table, in order: identity, state, dates, sizes. A property of
    /// an object has a dot: `currentState.name`.
    pub columns: &'static [&'static str],
    /// The property of the response that shows work, which [`Wait::Status`] of other commands reads.
    pub status: Option<&'static str>,
}

impl Command {
    /// Creates a command without values, flags, body and work.
    #[must_use]
    pub const fn new(path: &'static str, operation: &'static str, about: &'static str) -> Self {
        Self {
            path,
            operation,
            about,
            values: &[],
            flags: &[],
            body: Body::None,
            wait: Wait::None,
            object: None,
            response: "",
            columns: &[],
            status: None,
        }
    }

    /// Sets the parameters of the route.
    #[must_use]
    pub const fn values(mut self, values: &'static [Value]) -> Self {
        self.values = values;
        self
    }

    /// Sets the flags. If one sets a property of the body, the body is an object.
    #[must_use]
    pub const fn flags(mut self, flags: &'static [Flag]) -> Self {
        self.flags = flags;
        let mut at = 0;
        while at < flags.len() {
            if matches!(flags[at].place, Place::Body) {
                self.body = Body::Object(&[]);
            }
            at += 1;
        }
        self
    }

    /// Sets the body.
    #[must_use]
    pub const fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// Sets the work that the operation starts.
    #[must_use]
    pub const fn wait(mut self, wait: Wait) -> Self {
        self.wait = wait;
        self
    }

    /// Sets the operation that reads the object, and whose response shows the work.
    #[must_use]
    pub const fn until_ready(self, operation: &'static str) -> Self {
        self.object(operation).wait(Wait::Status(operation))
    }

    /// Sets the operation that reads the object until it disappears.
    #[must_use]
    pub const fn until_gone(self, operation: &'static str) -> Self {
        self.object(operation).wait(Wait::Gone(operation))
    }

    /// Sets the operation that reads the object.
    #[must_use]
    pub const fn object(mut self, operation: &'static str) -> Self {
        self.object = Some(operation);
        self
    }

    /// Sets the type of the response and its columns.
    #[must_use]
    pub const fn returns(mut self, (response, columns): Response) -> Self {
        self.response = response;
        self.columns = columns;
        self
    }

    /// Sets the property of the response that shows work.
    #[must_use]
    pub const fn status(mut self, property: &'static str) -> Self {
        self.status = Some(property);
        self
    }
}

/// The type of a response, or of the items of a list, and the columns of a table.
pub type Response = (&'static str, &'static [&'static str]);

/// A parameter of the route.
#[derive(Debug)]
pub struct Value {
    /// The name in braces in the route: `serviceName`.
    pub wire: &'static str,
    /// The name in help: `NAME`.
    pub name: &'static str,
    /// The kind of text that it takes.
    pub kind: Kind,
    /// One sentence.
    pub help: &'static str,
    /// `true` for the hosting, which the flag `-H` gives.
    pub is_hosting: bool,
}

impl Value {
    /// The hosting, as version 1 of the API calls it.
    pub const HOSTING: Self = Self::hosting("serviceName");

    /// Creates the value for the hosting, by its name in the route.
    #[must_use]
    pub const fn hosting(wire: &'static str) -> Self {
        Self {
            wire,
            name: "HOSTING",
            kind: Kind::Text,
            help: "The hosting.",
            is_hosting: true,
        }
    }

    /// Creates a positional value.
    #[must_use]
    pub const fn new(
        wire: &'static str,
        name: &'static str,
        kind: Kind,
        help: &'static str,
    ) -> Self {
        Self {
            wire,
            name,
            kind,
            help,
            is_hosting: false,
        }
    }
}

/// A flag for a query value, a header or a property of the body.
#[derive(Debug)]
pub struct Flag {
    /// The name without dashes: `send-email`, `access.type`.
    pub name: &'static str,
    /// The place of its value in the request.
    pub place: Place,
    /// The kind of text that it takes.
    pub kind: Kind,
    /// One sentence.
    pub help: &'static str,
    /// `true` if the operation cannot be sent without it.
    pub is_required: bool,
    /// `true` if the value is a list: the flag may be repeated.
    pub is_list: bool,
    /// `true` if the value never appears in arguments, output or errors.
    pub is_secret: bool,
    /// The wire names that lead to the property of the body. Empty if they follow from the name.
    path: &'static [&'static str],
}

impl Flag {
    const fn new(name: &'static str, place: Place, kind: Kind, help: &'static str) -> Self {
        Self {
            name,
            place,
            kind,
            help,
            is_required: false,
            is_list: false,
            is_secret: false,
            path: &[],
        }
    }

    /// Creates a flag for a property of the body, whose wire names are those in the flag's name, in camel case:
    /// `access.log-type` sets `access.logType`.
    #[must_use]
    pub const fn body(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self::new(name, Place::Body, kind, help)
    }

    /// Creates a flag for a property of the body, by the wire names that lead to it.
    #[must_use]
    pub const fn body_at(
        name: &'static str,
        path: &'static [&'static str],
        kind: Kind,
        help: &'static str,
    ) -> Self {
        let mut flag = Self::body(name, kind, help);
        flag.path = path;
        flag
    }

    /// The wire names that lead to the property of the body. Empty for a query value or a header.
    #[must_use]
    pub fn body_path(&self) -> Vec<Cow<'static, str>> {
        match (self.place, self.path) {
            (Place::Body, []) => self.name.split('.').map(camel).collect(),
            (_, path) => path.iter().map(|name| Cow::Borrowed(*name)).collect(),
        }
    }

    /// Creates a flag for a query value, by its wire name.
    #[must_use]
    pub const fn query(
        name: &'static str,
        wire: &'static str,
        kind: Kind,
        help: &'static str,
    ) -> Self {
        Self::new(name, Place::Query(wire), kind, help)
    }

    /// Creates a flag for a query value whose items are joined by commas.
    #[must_use]
    pub const fn joined(
        name: &'static str,
        wire: &'static str,
        kind: Kind,
        help: &'static str,
    ) -> Self {
        Self::new(name, Place::JoinedQuery(wire), kind, help)
    }

    /// Creates a flag for a header.
    #[must_use]
    pub const fn header(
        name: &'static str,
        wire: &'static str,
        kind: Kind,
        help: &'static str,
    ) -> Self {
        Self::new(name, Place::Header(wire), kind, help)
    }

    /// Marks the flag as required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Marks the value as a list.
    #[must_use]
    pub const fn list(mut self) -> Self {
        self.is_list = true;
        self
    }

    /// Marks the value as secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }
}

/// Returns the camel case of words joined by dashes.
fn camel(words: &'static str) -> Cow<'static, str> {
    if !words.contains('-') {
        return Cow::Borrowed(words);
    }
    let mut words = words.split('-');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    Cow::Owned(name)
}

/// The place of a flag's value in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A query value: one pair, or one for each item of a list.
    Query(&'static str),
    /// A query value whose items are joined by commas.
    JoinedQuery(&'static str),
    /// A header.
    Header(&'static str),
    /// A property of the body: [`Flag::body_path`].
    Body,
}

/// The kind of text that a value takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A date: `2026-11-29`.
    Date,
    /// A date and time with its offset: `2026-11-29T08:00:00+01:00`.
    DateTime,
    /// An IP address.
    Ip,
    /// One of these values; others are sent with a warning.
    Choice(&'static [&'static str]),
    /// One of these whole numbers, sent as a number; others are sent with a warning.
    IntegerChoice(&'static [&'static str]),
}

/// The body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// The operation takes no body.
    None,
    /// An object. The wire names are those of the properties that no flag sets or that may be null,
    /// nested ones joined by dots; a name that ends with `?` may be null, one that ends with `[]` is a
    /// list of objects, one that ends with `{}` is a map, and `[]?` is both. `{}` alone means that any
    /// property may follow.
    Object(&'static [&'static str]),
    /// A value that is not an object: only `--body` sets it.
    Json,
}

/// The work that an operation starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The operation is complete when it returns.
    None,
    /// The response is a task.
    Task,
    /// The object of this operation shows the work in its status.
    Status(&'static str),
    /// The object of this operation disappears.
    Gone(&'static str),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_from_names() {
        let flag = Flag::body("access.log-type.line1", Kind::Text, "");
        assert_eq!(flag.body_path(), ["access", "logType", "line1"]);
        let flag = Flag::body_at("dns", &["DNS"], Kind::Text, "");
        assert_eq!(flag.body_path(), ["DNS"]);
        assert!(Flag::query("a", "b", Kind::Text, "").body_path().is_empty());
    }

    #[test]
    fn flags_of_the_body_make_it_an_object() {
        static QUERY: &[Flag] = &[Flag::query("a", "a", Kind::Text, "")];
        static BODY: &[Flag] = &[
            Flag::query("a", "a", Kind::Text, ""),
            Flag::body("b", Kind::Text, ""),
        ];
        let row = || Command::new("things make", "x::y", "");
        assert_eq!(row().flags(QUERY).body, Body::None);
        assert_eq!(row().flags(BODY).body, Body::Object(&[]));
    }

    #[test]
    fn work_shows_in_the_object() {
        let row = Command::new("things make", "x::y", "").until_ready("x::get");
        assert_eq!(
            (row.object, row.wait),
            (Some("x::get"), Wait::Status("x::get"))
        );
        let row = row.until_gone("x::get");
        assert_eq!(
            (row.object, row.wait),
            (Some("x::get"), Wait::Gone("x::get"))
        );
    }
}
