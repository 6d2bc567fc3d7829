//! Values of several forms: secrets, variables, and the enums of the API.

use ovh_domain_client::types::RecordType;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::{TypedEnvEntry, VariableEnvEntry};
use crate::sites::Kind;
use crate::sites::node::decode::{Decode, Mistakes, fields, unexpected};
use crate::sites::node::{Node, Text, Value};
use crate::sites::secrets::SecretRef;
use crate::types::{
    Country, CronStatus, DatabaseCapacity, DatabaseVersion, DomainCdn, DomainFirewall, EnvVarType,
    ExtraSqlQuota, Language, NewDatabaseType, OvhConfigAvailableEngineVersion, OvhConfigContainer,
    OvhConfigEngineName, OvhConfigEnvironment, OvhConfigHttpFirewall, SshState,
};

/// The value of a placeholder.
#[derive(Debug)]
pub(in crate::sites) enum VariableEntry {
    Constant(Text),
    Env(Text),
}

impl Decode for VariableEntry {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        match &node.value {
            Value::Text(text) => Some(Self::Constant(text.clone())),
            Value::Table(_) => {
                let before = to.count();
                let name = VariableEnvEntry::decode(node, to)?.env;
                if name.is_none() && to.count() == before {
                    to.add(&node.place, "missing field `env`");
                }
                let name = name?;
                check_env_name(&name, to).then_some(Self::Env(name))
            }
            _ => unexpected(node, "a text or `{ env = \"NAME\" }`", to),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [Text::schema(generator), VariableEnvEntry::schema(generator)] })
    }
}

/// The variables of this program's own credentials can be neither values nor secrets.
fn check_env_name(name: &Text, to: &mut Mistakes) -> bool {
    let text = &*name.value;
    let is_own = text
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("OVH_"));
    let is_name = !text.is_empty() && !text.chars().any(|c| c.is_control() || c == '=');
    if is_own {
        let message =
            format!("the environment variable `{name}` cannot be used: `OVH_` is reserved");
        to.add(&name.place, message);
    } else if !is_name {
        to.add(&name.place, "expected the name of an environment variable");
    }
    is_name && !is_own
}

/// The domains that the certificate has to cover.
#[derive(Debug)]
pub(in crate::sites) enum CertificateEntry {
    /// All sites with SSL, or the certificate is not named.
    Sites(bool),
    Domains(Vec<Text>),
}

impl Decode for CertificateEntry {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        match &node.value {
            Value::Bool(value) => Some(Self::Sites(*value)),
            Value::Array(_) => Vec::decode(node, to).map(Self::Domains),
            _ => unexpected(node, "`true`, `false` or a list of domains", to),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (all, list) = (bool::schema(generator), Vec::<Text>::schema(generator));
        json_schema!({ "anyOf": [all, list] })
    }
}

/// An environment variable: a text, or a table with its type.
#[derive(Debug)]
pub(in crate::sites) enum EnvEntry {
    Text(Text),
    Typed(TypedEnvEntry),
}

impl Decode for EnvEntry {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        match &node.value {
            Value::Text(text) => Some(Self::Text(text.clone())),
            Value::Table(_) => TypedEnvEntry::decode(node, to).map(Self::Typed),
            _ => unexpected(node, "a text or `{ type = \"..\", value = \"..\" }`", to),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [Text::schema(generator), TypedEnvEntry::schema(generator)] })
    }
}

/// The value of an environment variable with a type.
#[derive(Debug)]
pub(in crate::sites) enum EnvValueEntry {
    Text(Text),
    Secret(SecretRef),
}

impl Decode for EnvValueEntry {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        match &node.value {
            Value::Text(text) => Some(Self::Text(text.clone())),
            Value::Integer(number) => {
                let text = Text::new(node.place.clone(), number.to_string());
                Some(Self::Text(text))
            }
            Value::Table(_) => SecretRef::decode(node, to).map(Self::Secret),
            _ => unexpected(
                node,
                "a text, a whole number or a reference to a secret",
                to,
            ),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [Text::schema(generator), i64::schema(generator), SecretRef::schema(generator)]
        })
    }
}

/// The expected form of a secret, for messages.
pub(in crate::sites) const SECRET: &str = "a reference to a secret: `{ env = \"NAME\" }`, `{ file = \"PATH\" }` or `{ generate = true, store = \"PATH\" }`";

impl Decode for SecretRef {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        if !matches!(node.value, Value::Table(_)) {
            return unexpected(node, SECRET, to);
        }
        let before = to.count();
        let table = fields(node, &["env", "file", "generate", "store"], to)?;
        let text = |name: &str, to: &mut Mistakes| -> Option<Text> {
            Text::decode(&table.get(name)?.node, to)
        };
        let (env, file, store) = (text("env", to), text("file", to), text("store", to));
        let generate = match table.get("generate") {
            Some(member) => bool::decode(&member.node, to),
            None => None,
        };
        if to.count() > before {
            return None;
        }
        let path = |path: Text, to: &mut Mistakes| {
            let is_path = !path.value.is_empty() && !path.value.chars().any(char::is_control);
            if !is_path {
                to.add(&path.place, "expected a path");
            }
            is_path.then_some(path.value)
        };
        match (env, file, generate, store) {
            (Some(name), None, None, None) => {
                check_env_name(&name, to).then_some(Self::Env(name.value))
            }
            (None, Some(file), None, None) => path(file, to).map(Self::File),
            (None, None, Some(true), Some(store)) => {
                path(store, to).map(|store| Self::Generate { store })
            }
            _ => {
                to.add(&node.place, format!("expected {SECRET}"));
                None
            }
        }
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "oneOf": [
            {
                "description": "The value of an environment variable.",
                "type": "object",
                "properties": { "env": { "type": "string" } },
                "required": ["env"],
                "additionalProperties": false,
            },
            {
                "description": "The content of a file, without the line end.",
                "type": "object",
                "properties": { "file": { "type": "string" } },
                "required": ["file"],
                "additionalProperties": false,
            },
            {
                "description": "A generated secret, kept in the file `store`.",
                "type": "object",
                "properties": { "generate": { "const": true }, "store": { "type": "string" } },
                "required": ["generate", "store"],
                "additionalProperties": false,
            },
        ]})
    }
}

/// A kind whose objects can be pruned.
impl Decode for Kind {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        let Value::Text(text) = &node.value else {
            return unexpected(node, "a kind of objects, such as `crons`", to);
        };
        let kinds = Self::ALL.into_iter().filter(|kind| kind.can_be_removed());
        let kind = kinds.clone().find(|kind| kind.name() == text.value);
        if kind.is_none() {
            to.unknown("kind", text, kinds.map(Self::name));
        }
        kind
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        let kinds = Self::ALL.into_iter().filter(|kind| kind.can_be_removed());
        let kinds: Vec<&str> = kinds.map(Self::name).collect();
        json_schema!({ "enum": kinds })
    }
}

/// Decodes enums of the API. Unknown values are kept: the API may know them.
macro_rules! open {
    ($($type:ty),* $(,)?) => {$(
        impl Decode for $type {
            fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
                match &node.value {
                    Value::Text(text) if is_word(&text.value) => Some(Self::from(&*text.value)),
                    Value::Text(text) => {
                        to.add(&text.place, format!("expected a value, found `{text}`"));
                        None
                    }
                    _ => unexpected(node, "a text", to),
                }
            }

            fn schema(_: &mut SchemaGenerator) -> Schema {
                let known: Vec<&str> = Self::KNOWN.iter().map(Self::as_str).collect();
                json_schema!({ "anyOf": [{ "enum": known }, { "type": "string" }] })
            }
        }
    )*};
}
open! {
    Country, CronStatus, DatabaseCapacity, DatabaseVersion, DomainCdn, DomainFirewall, EnvVarType,
    Language, NewDatabaseType, OvhConfigAvailableEngineVersion, OvhConfigContainer,
    OvhConfigEngineName, OvhConfigEnvironment, OvhConfigHttpFirewall, RecordType, SshState,
}

/// No value of the API has blanks.
fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

impl Decode for ExtraSqlQuota {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        i64::decode(node, to).map(Self::from)
    }

    fn schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<i64> = Self::KNOWN.iter().map(Self::value).collect();
        json_schema!({ "anyOf": [{ "enum": known }, { "type": "integer" }] })
    }
}
