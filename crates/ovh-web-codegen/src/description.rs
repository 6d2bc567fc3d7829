//! The public API of a generated client as values, with the facts of each operation.
//!
//! [`diff`](crate::diff) compares two of these. They use the names and types of the client itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The public API of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDescription {
    /// The operations by route, such as `GET /hosting/web/{serviceName}/cron`.
    pub operations: BTreeMap<String, Operation>,
    /// The types by Rust name.
    pub types: BTreeMap<String, Type>,
}

/// A method of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The module: `crons`.
    pub module: String,
    /// The method: `list`.
    pub verb: String,
    /// The arguments: path values, required query values, the body.
    pub arguments: Vec<Field>,
    /// The struct of optional query values, which is the last argument.
    pub query: Option<Query>,
    /// The type of the response.
    pub response: String,
    /// The method that returns pages of objects, if there is one.
    pub page: Option<Page>,
    /// Facts beyond the signature.
    pub facts: Facts,
    /// The documentation.
    pub doc: String,
    /// The command of the command line tool.
    #[serde(default)]
    pub command: Option<Command>,
}

/// The command of an operation in the command line tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The path of subcommands: `databases create`.
    pub path: String,
    /// The names of the positional values.
    pub values: Vec<String>,
    /// The flags that set a value of the request.
    pub flags: Vec<Flag>,
}

/// A flag of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The name without dashes at its start: `send-email`.
    pub name: String,
    /// The place of the value in the request: `/sendEmail` in the body, `?status` in the query.
    pub place: String,
    /// The type of the value in the client.
    pub ty: String,
    /// `true` if the operation cannot be sent without it.
    pub is_required: bool,
}

/// The struct of an operation's optional query values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The name: `ListCrons`.
    pub name: String,
    /// The optional values.
    pub values: Vec<Field>,
}

/// A method that returns pages of objects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// The method: `page`.
    pub verb: String,
    /// The type of the objects.
    pub item: String,
}

/// Facts about an operation beyond its signature.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The required IAM actions.
    pub iam: Vec<String>,
    /// `true` if no credentials are needed.
    pub anonymous: bool,
    /// `true` if a repeated request is harmless.
    pub idempotent: bool,
    /// `true` if the operation starts a task.
    pub starts_task: bool,
    /// The names of secret values in the query, body or response.
    pub secrets: Vec<String>,
    /// The stability that OVHcloud states.
    pub stability: Option<String>,
    /// The deprecation, if there is one.
    pub deprecation: Option<Deprecation>,
    /// The values that path parameters reject: segments of other routes.
    pub reserved_values: Vec<(String, Vec<String>)>,
}

/// OVHcloud's notice about a deprecated operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deprecation {
    /// The date of the deprecation.
    pub since: Option<String>,
    /// The earliest date of the removal.
    pub deletion: Option<String>,
    /// The route that replaces the operation.
    pub replacement: Option<String>,
}

/// A type of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// The schema.
    pub origin: String,
    /// The group of types: `crons`.
    pub group: String,
    /// The kind of type with its content.
    pub kind: TypeKind,
    /// `Eq`, `Hash` and the conversions into the type: `From<&Cron>`.
    pub traits: Vec<String>,
    /// The arguments of constructors other than `new`: `from_user`.
    pub constructors: BTreeMap<String, Vec<Field>>,
    /// The documentation.
    pub doc: String,
}

/// The kind of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// A model of a response.
    Read(Vec<Field>),
    /// The body of a request.
    Write(Vec<Field>),
    /// A boolean as an enum of two.
    Switch,
    /// An open enum of texts: variant by value on the wire.
    Words(BTreeMap<String, String>),
    /// An open enum of numbers: variant by value on the wire.
    Numbers(BTreeMap<String, String>),
}

impl TypeKind {
    /// Returns the name of the kind.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Read(_) => "model",
            Self::Write(_) => "body",
            Self::Switch => "switch",
            Self::Words(_) => "enum",
            Self::Numbers(_) => "enum of numbers",
        }
    }

    /// The variants of an open enum by value on the wire.
    #[must_use]
    pub const fn values(&self) -> Option<&BTreeMap<String, String>> {
        match self {
            Self::Words(values) | Self::Numbers(values) => Some(values),
            Self::Read(_) | Self::Write(_) | Self::Switch => None,
        }
    }

    /// The fields of a model or a body.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Read(fields) | Self::Write(fields) => fields,
            Self::Switch | Self::Words(_) | Self::Numbers(_) => &[],
        }
    }
}

/// A field of a model or a body, or a parameter of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The name in Rust.
    pub name: String,
    /// The name on the wire; empty for the body of an operation.
    pub wire: String,
    /// The type; in a body without `Option` or `Nullable`.
    pub ty: String,
    /// The presence of the value.
    pub presence: Presence,
    /// The documentation; empty for a parameter.
    pub doc: String,
}

/// The presence of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// A field of a model or a parameter, as its type says.
    #[default]
    Read,
    /// A value of the path.
    Path,
    /// A field that is an argument of the body's `new`.
    Required,
    /// A field that is sent if it is set.
    Optional,
    /// A field that can also be cleared.
    Nullable,
}

impl Field {
    /// The type of the field in the struct.
    #[must_use]
    pub fn spelled(&self) -> String {
        match self.presence {
            Presence::Read | Presence::Path | Presence::Required => self.ty.clone(),
            Presence::Optional => format!("Option<{}>", self.ty),
            Presence::Nullable => format!("Nullable<{}>", self.ty),
        }
    }

    /// Returns `true` if a body has a method that sets the field.
    pub(crate) const fn has_setter(&self) -> bool {
        matches!(self.presence, Presence::Optional | Presence::Nullable)
    }
}

impl Operation {
    /// `crons::list`
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}::{}", self.module, self.verb)
    }
}
