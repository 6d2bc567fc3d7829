//! The generated API as plain values: what users compile against, and the facts that go with it.
//!
//! [`diff`](crate::diff) compares two of these; programs get them as JSON. They are made from the
//! same spellings as the client itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::emit::Context;
use crate::emit::spelling::{
    argument_type, base_type, field_type, is_task, owned_type, reply_type, result_type,
};
use crate::model::{self, Kind};

/// Everything that a generated client offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiDescription {
    /// The operations by route, such as `GET /hosting/web/{serviceName}/cron`.
    pub operations: BTreeMap<String, Operation>,
    /// The types by their Rust name.
    pub types: BTreeMap<String, Type>,
}

/// An operation: a method of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The module that it is in: `crons`.
    pub module: String,
    /// The method: `list`.
    pub verb: String,
    /// The positional arguments: values of the path, required values of the query, the body.
    pub arguments: Vec<Value>,
    /// The struct of the optional query values, which is the last argument.
    pub query: Option<Query>,
    /// The type of the response.
    pub reply: String,
    /// The method that gives pages of objects, if there is one.
    pub page: Option<Page>,
    /// Facts beyond the signature.
    pub facts: Facts,
    /// Its documentation.
    pub doc: String,
}

/// A value with a name in Rust, a name on the wire and a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// What it is called in Rust.
    pub name: String,
    /// What it is called on the wire; empty for a body.
    pub wire: String,
    /// Its type.
    pub ty: String,
    /// Whether it stands in the path.
    pub in_path: bool,
}

/// The struct of an operation's optional query values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Its name: `ListCrons`.
    pub name: String,
    /// The optional values.
    pub values: Vec<Value>,
}

/// A method that gives pages of objects.
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
    /// The IAM actions that it needs.
    pub iam: Vec<String>,
    /// Whether it needs no credentials.
    pub anonymous: bool,
    /// Whether it may be sent twice.
    pub idempotent: bool,
    /// Whether it starts a task.
    pub starts_task: bool,
    /// The names of what is secret in its query, body or reply.
    pub secrets: Vec<String>,
    /// The stability that OVHcloud states.
    pub stability: Option<String>,
    /// Whether it is deprecated, and since when, until when, and what replaces it.
    pub deprecation: Option<Deprecation>,
    /// What its path values cannot be, since routes of their own stand there.
    pub reserved_values: Vec<(String, Vec<String>)>,
}

/// OVHcloud's notice about a deprecated operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deprecation {
    /// Since when.
    pub since: Option<String>,
    /// From when it may be gone.
    pub deletion: Option<String>,
    /// The route that replaces it.
    pub replacement: Option<String>,
}

/// A type of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Type {
    /// The schema that it was made from.
    pub origin: String,
    /// The group of types that it is in: `crons`.
    pub group: String,
    /// The kind of type with its content.
    pub form: Form,
    /// Its documentation.
    pub doc: String,
}

/// The kind of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A model of a response.
    Read(Vec<Field>),
    /// The body of a request.
    Write(Vec<Field>),
    /// A boolean as an enum of two.
    Switch,
    /// An open enum of words: variant by value on the wire.
    Words(BTreeMap<String, String>),
    /// An open enum of numbers: variant by value on the wire.
    Numbers(BTreeMap<String, String>),
}

impl Form {
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

    /// The fields of a model or a body.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        match self {
            Self::Read(fields) | Self::Write(fields) => fields,
            Self::Switch | Self::Words(_) | Self::Numbers(_) => &[],
        }
    }
}

/// A field of a model or of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it is called in Rust.
    pub name: String,
    /// What it is called on the wire.
    pub wire: String,
    /// Its type: of a model as it stands there, of a body without what says that it may be absent.
    pub ty: String,
    /// Whether it is always there.
    pub presence: Presence,
    /// Its documentation.
    pub doc: String,
}

/// Whether a field is always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// A field of a model: its type says all.
    Read,
    /// A body's field that is an argument of `new`.
    Required,
    /// A body's field that is sent when it is set.
    Optional,
    /// A body's field that can also be cleared.
    Nullable,
}

impl Field {
    /// The type of the field as it stands in the struct.
    #[must_use]
    pub fn spelled(&self) -> String {
        match self.presence {
            Presence::Read | Presence::Required => self.ty.clone(),
            Presence::Optional => format!("Option<{}>", self.ty),
            Presence::Nullable => format!("Nullable<{}>", self.ty),
        }
    }
}

impl Field {
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

/// Describes what is generated.
pub(crate) fn describe(context: &Context<'_>) -> ApiDescription {
    let operations = context.api.operations.iter();
    let types = context.api.types.iter();
    ApiDescription {
        operations: operations
            .map(|item| (item.route(), operation(context, item)))
            .collect(),
        types: types
            .map(|(name, item)| (name.clone(), of_type(context, item)))
            .collect(),
    }
}

fn operation(context: &Context<'_>, item: &model::Operation) -> Operation {
    let of_path = item.path_values.iter().map(|value| (value, true));
    let of_query = item.required_query.iter().map(|value| (value, false));
    let mut arguments: Vec<Value> = of_path
        .chain(of_query)
        .map(|(value, in_path)| Value {
            name: value.field.clone(),
            wire: value.wire.clone(),
            ty: argument_type(context, item, value),
            in_path,
        })
        .collect();
    arguments.extend(item.body.as_ref().map(|body| Value {
        name: "body".to_owned(),
        wire: String::new(),
        ty: format!("&{body}"),
        in_path: false,
    }));
    let values: Vec<Value> = item
        .optional_query
        .iter()
        .map(|value| Value {
            name: value.field.clone(),
            wire: value.wire.clone(),
            ty: owned_type(context, item, value),
            in_path: false,
        })
        .collect();
    Operation {
        module: item.module.clone(),
        verb: item.verb.clone(),
        arguments,
        query: (!values.is_empty()).then(|| Query {
            name: item.query_name(),
            values,
        }),
        reply: result_type(context, item),
        page: item.expanded.as_ref().map(|expanded| Page {
            verb: item.page_verb(),
            item: expanded.clone(),
        }),
        facts: Facts {
            iam: item.iam.clone(),
            anonymous: item.is_anonymous,
            idempotent: item.is_idempotent,
            starts_task: item.method != "GET" && is_task(&reply_type(context, item)),
            secrets: item.secrets.clone(),
            stability: item.stability.clone(),
            deprecation: item.deprecation.as_ref().map(|of| Deprecation {
                since: of.since.clone(),
                deletion: of.deletion.clone(),
                replacement: of.replacement.clone(),
            }),
            reserved_values: item.reserved_values.clone(),
        },
        doc: context.docs.operation(&item.route()).text,
    }
}

fn of_type(context: &Context<'_>, item: &model::Type) -> Type {
    let is_update = matches!(
        item.kind,
        Kind::Write {
            is_update: true,
            ..
        }
    );
    let fields = |properties: &[model::Property], is_write: bool| -> Vec<Field> {
        let of = |property: &model::Property| {
            let spelled = field_type(context, item, property);
            let presence = match (
                is_write && !property.is_rest(),
                property.is_required,
                property.is_nullable,
            ) {
                (false, ..) => Presence::Read,
                (true, true, _) => Presence::Required,
                (true, false, true) if is_update => Presence::Nullable,
                (true, false, _) => Presence::Optional,
            };
            Field {
                name: property.field.clone(),
                wire: property.wire.clone(),
                ty: if is_write {
                    base_type(&spelled).to_owned()
                } else {
                    spelled
                },
                presence,
                doc: context.docs.property(&item.origin, &property.wire).text,
            }
        };
        properties.iter().map(of).collect()
    };
    Type {
        origin: item.origin.clone(),
        group: item.group.clone(),
        form: match &item.kind {
            Kind::Read(properties) => Form::Read(fields(properties, false)),
            Kind::Write { properties, .. } => Form::Write(fields(properties, true)),
            Kind::Switch => Form::Switch,
            Kind::Enum { is_integer, values } => {
                let values = values.iter().cloned().collect();
                if *is_integer {
                    Form::Numbers(values)
                } else {
                    Form::Words(values)
                }
            }
        },
        doc: match item.kind {
            // A switch is documented where it stands.
            Kind::Switch => String::new(),
            _ => context.docs.of_type(&item.origin, "The schema").text,
        },
    }
}
