//! The tables of a file of sites. The documentation is also that of the JSON schema.
//!
//! Every field is optional here: defaults and templates may give it.

use ovh_domain_client::types::RecordType;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::Kind;
use super::node::decode::{Decode, Mistakes, Named, entry, fields, unexpected, unknown};
use super::node::{Node, Text, Value};
use super::place::Placed;
use super::secrets::SecretRef;
use crate::types::{
    Country, CronStatus, DatabaseCapacity, DatabaseVersion, DomainCdn, DomainFirewall, EnvVarType,
    ExtraSqlQuota, Language, NewDatabaseType, OvhConfigAvailableEngineVersion, OvhConfigContainer,
    OvhConfigEngineName, OvhConfigEnvironment, OvhConfigHttpFirewall, SshState,
};

/// Declares the fields of a hosting, with further ones.
macro_rules! hosting_entry {
    ($(#[doc = $doc:literal])* $name:ident { $($more:tt)* }) => {
        entry! {
            $(#[doc = $doc])*
            $name {
                /// The PHP version, such as `8.3`.
                php: Placed<OvhConfigAvailableEngineVersion>,
                /// The engine of PHP: `php` for PHP-FPM, or `phpcgi`.
                engine: Placed<OvhConfigEngineName>,
                /// The container image, which decides about the available PHP versions.
                container: Placed<OvhConfigContainer>,
                /// `production`, or `development`, which shows errors to every visitor.
                environment: Placed<OvhConfigEnvironment>,
                /// The application firewall of the hosting: `security` or `none`.
                http_firewall: Placed<OvhConfigHttpFirewall>,
                /// The SSH access of the primary login: `active`, `sftponly` or `none`.
                ssh: Placed<SshState>,
                /// The certificate: `true` covers all sites of the file with `ssl = true`, a list
                /// covers these domains.
                certificate: CertificateEntry,
                /// Environment variables, by name.
                env: Named<EnvEntry>,
                /// Cron jobs, by a key that starts their description. `#42` is the cron job with
                /// the ID 42, which must exist.
                crons: Named<CronEntry>,
                /// Users of FTP and SSH, by login.
                users: Named<UserEntry>,
                /// Databases, by user.
                databases: Named<DatabaseEntry>,
                /// Objects that are removed, by kind and name.
                absent: AbsentEntry,
                /// Kinds of which all objects are removed that the file does not name: `users`,
                /// `databases`, `env`, `crons`, `domains`.
                prune: Vec<Placed<Kind>>,
                $($more)*
            }
        }
    };
}

/// Declares the fields of a site, with further ones.
macro_rules! site_entry {
    ($(#[doc = $doc:literal])* $name:ident { $($more:tt)* }) => {
        entry! {
            $(#[doc = $doc])*
            $name {
                /// The folder that the site is served from, such as `www/{domain}`.
                folder: Text,
                /// Further domains with the same settings, such as `www.{domain}`.
                aliases: Vec<Text>,
                /// `true` if the certificate has to cover the site.
                ssl: bool,
                /// The firewall of the site: `active` or `none`.
                firewall: DomainFirewall,
                /// The CDN of the site: `active` or `none`.
                cdn: DomainCdn,
                /// A domain name for separate logs.
                own_log: Text,
                /// The country of the site's IP address.
                ip_location: Country,
                /// The ID of the runtime.
                runtime: i64,
                /// Values of further placeholders for this site.
                variables: Named<Text>,
                /// Environment variables of the hosting, by name.
                env: Named<EnvEntry>,
                /// Cron jobs of the hosting, by a key that starts their description.
                crons: Named<CronEntry>,
                /// Users of FTP and SSH of the hosting, by login.
                users: Named<UserEntry>,
                /// Databases of the hosting, by user.
                databases: Named<DatabaseEntry>,
                /// DNS records. With this table, attaching the site leaves its zone alone
                /// otherwise.
                dns: DnsEntry,
                $($more)*
            }
        }
    };
}

entry! {
    /// The desired state of hostings, their sites and DNS records.
    FileEntry {
        /// The address of this schema, for editors.
        schema = "$schema": Text,
        /// Values of placeholders, such as `{brand}`: a text, or an environment variable.
        variables: Named<VariableEntry>,
        /// Settings of all hostings and of all sites.
        defaults: DefaultsEntry,
        /// Settings of the sites that name the template.
        template: Named<TemplateEntry>,
        /// The hostings, by service name.
        hosting: Named<HostingEntry>,
    }
}

entry! {
    /// Settings that a hosting or a site may replace.
    DefaultsEntry {
        /// Settings of all hostings.
        hosting: HostingSettings,
        /// Settings of all sites.
        site: SiteEntry,
    }
}

hosting_entry! {
    /// The settings of a hosting.
    HostingSettings {}
}

hosting_entry! {
    /// A hosting. What is not named is left alone.
    HostingEntry {
        /// The sites, by domain.
        site: Named<SiteEntry>,
    }
}

site_entry! {
    /// The settings of sites.
    TemplateEntry {}
}

site_entry! {
    /// A site: a domain that is attached to a folder.
    SiteEntry {
        /// The name of the template with the site's settings.
        template: Text,
    }
}

entry! {
    /// A cron job. A new one needs `command`, `frequency` and `language`.
    CronEntry {
        /// The path of the script, such as `www/cron.php`.
        command: Text,
        /// The schedule in crontab notation. The minute is ignored.
        frequency: Text,
        /// The interpreter, such as `php8.3`.
        language: Language,
        /// The description. Its key is added in front.
        description: Text,
        /// The address for error reports.
        email: Text,
        /// `enabled` or `disabled`.
        status: CronStatus,
    }
}

entry! {
    /// A user of FTP and SSH.
    UserEntry {
        /// The root folder of the user.
        home: Text,
        /// The SSH access: `active`, `sftponly` or `none`.
        ssh: SshState,
        /// The password, which a new user needs.
        password: SecretRef,
    }
}

entry! {
    /// A database.
    DatabaseEntry {
        /// The kind of database, such as `sqlPerso`.
        capacity: DatabaseCapacity,
        /// The engine, such as `mysql`.
        type_ = "type": NewDatabaseType,
        /// The version of the engine.
        version: DatabaseVersion,
        /// The disk space in MB, of a database that was bought in addition.
        quota: ExtraSqlQuota,
        /// The password. Without it, the API chooses one.
        password: SecretRef,
    }
}

entry! {
    /// An environment variable with its type.
    TypedEnvEntry {
        /// The type: `string`, `integer` or `password`.
        type_ = "type": EnvVarType,
        /// The value: a text, a whole number, or a reference to a secret.
        value: Placed<EnvValueEntry>,
    }
}

entry! {
    /// Names of objects that are removed.
    AbsentEntry {
        /// Logins of users.
        users: Vec<Text>,
        /// Users of databases.
        databases: Vec<Text>,
        /// Names of environment variables.
        env: Vec<Text>,
        /// Keys of cron jobs.
        crons: Vec<Text>,
        /// Domains that are detached.
        domains: Vec<Text>,
    }
}

entry! {
    /// DNS records of a site.
    DnsEntry {
        /// The zone. The default is the name of the site.
        zone: Text,
        /// The records.
        records: Vec<Placed<RecordEntry>>,
    }
}

entry! {
    /// The only records of a name and type.
    RecordEntry {
        /// The full domain name. The default is the site and each of its aliases.
        name: Text,
        /// The type, such as `A`.
        type_ = "type": RecordType,
        /// The values of the records, such as `{ip}`.
        targets: Vec<Text>,
    }
}

/// The value of a placeholder.
#[derive(Debug)]
pub(super) enum VariableEntry {
    Constant(Text),
    Env(Text),
}

entry! {
    /// A value from an environment variable.
    VariableEnvEntry {
        /// The name of the environment variable, which must not start with `OVH_`.
        env: Text,
    }
}

impl Decode for VariableEntry {
    fn decode(node: &Node, to: &mut Mistakes) -> Option<Self> {
        match &node.value {
            Value::Text(text) => Some(Self::Constant(text.clone())),
            Value::Table(_) => {
                let VariableEnvEntry { env } = VariableEnvEntry::decode(node, to)?;
                let Some(name) = env else {
                    to.add(&node.place, "missing field `env`");
                    return None;
                };
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
pub(super) enum CertificateEntry {
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
pub(super) enum EnvEntry {
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
pub(super) enum EnvValueEntry {
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
pub(super) const SECRET: &str = "a reference to a secret: `{ env = \"NAME\" }`, `{ file = \"PATH\" }` or `{ generate = true, store = \"PATH\" }`";

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
            let message = unknown("kind", &text.value, text, kinds.map(Self::name));
            to.add(&text.place, message);
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
