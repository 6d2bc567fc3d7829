//! The rules that turn OVHcloud's document into one that says what we mean.
//!
//! Each rule is a file, works on the document alone, and has a golden case with the JSON before
//! and after. They run in this order:
//!
//! | rule | what it does |
//! |---|---|
//! | [`references`] | a `$ref` with neighbours becomes `allOf`, since the neighbours would be lost |
//! | [`rest`] | properties without a name beside those with one become a map |
//! | [`name_inline_schemas`] | objects and enums declared in place become schemas with a name |
//! | [`parameters`] | a query value that is a map becomes the tag filter that travels as JSON |
//! | [`secrets`] | `format: password` becomes the secret type, and its names are noted |
//! | [`formats`] | dates, times and addresses become types; constraints that would refuse replies go |
//! | [`aliases`] | schemas that only rename a scalar, a list or a map are written out |
//! | [`expanded`] | `x-expanded-response` is resolved to the schema that it means, lists with a cursor are noted |
//! | [`prune`] | what no operation reaches goes |
//! | [`split`] | one schema becomes what is read, what creates, what updates |
//! | [`required`] | read models promise what is not nullable, write models what the API wants |
//! | [`essential`] | properties that no stand-in can replace are marked in what is read |
//! | [`switches`] | a boolean that is a required argument becomes an enum of two |
//! | [`naming`] | schemas and operations get their Rust names |
//! | [`responses`] | success is any 2xx, refusals have one type |

pub(crate) mod aliases;
pub(crate) mod essential;
pub(crate) mod expanded;
pub(crate) mod formats;
pub(crate) mod name_inline_schemas;
pub(crate) mod naming;
pub(crate) mod parameters;
pub(crate) mod prune;
pub(crate) mod references;
pub(crate) mod required;
pub(crate) mod responses;
pub(crate) mod rest;
pub(crate) mod secrets;
pub(crate) mod split;
pub(crate) mod switches;
pub(crate) mod walk;

use serde_json::Value;

use crate::document::repair::servers::split_version;
use crate::names::Lock;
use crate::{Clashes, Error, Repair};

/// The keys under which the rules leave notes for the generator.
pub(crate) mod note {
    /// Every key of a note begins so; a document that comes from outside has none.
    pub(crate) const PREFIX: &str = "x-ovh-web-";
    /// On an operation: the schema of the objects that a list gives page by page.
    pub(crate) const EXPANDED: &str = "x-ovh-web-expanded";
    /// On an operation: its pages are asked for by a cursor.
    pub(crate) const CURSOR: &str = "x-ovh-web-cursor";
    /// On an operation: wire names of secret values.
    pub(crate) const SECRETS: &str = "x-ovh-web-secrets";
    /// On an operation (from the overlay): what a creation needs beyond what the document says. On a
    /// property of what is read: a response without it is an error.
    pub(crate) const REQUIRED: &str = "x-ovh-web-required";
    /// On an operation (from the overlay): whether a repeat is harmless.
    pub(crate) const IDEMPOTENT: &str = "x-ovh-web-idempotent";
    /// On a property (from the overlay): its Rust name, where the wire's is a mistake.
    pub(crate) const NAME: &str = "x-ovh-web-name";
    /// The property that holds the properties without a name of their own.
    pub(crate) const REST: &str = "x-ovh-web-rest";
    /// On a schema: that it is a boolean which gets a type of its own.
    pub(crate) const SWITCH: &str = "x-ovh-web-switch";
    /// On a schema: `read`, `create`, `update` or `input`.
    pub(crate) const ROLE: &str = "x-ovh-web-role";
    /// On a schema: the schema of the document that it was made from.
    pub(crate) const ORIGIN: &str = "x-ovh-web-origin";
    /// On a schema: the group that it belongs to.
    pub(crate) const GROUP: &str = "x-ovh-web-group";
    /// On an operation: its module.
    pub(crate) const MODULE: &str = "x-ovh-web-module";
    /// On an operation: its name within the module.
    pub(crate) const VERB: &str = "x-ovh-web-verb";
}

/// Types that the runtime provides, by the schema name that stands for them.
pub(crate) const RUNTIME_TYPES: [&str; 6] = [
    "Date",
    "DateTime",
    "IpAddr",
    "Response",
    "Secret",
    "TagFilters",
];

/// A document on its way through the rules.
pub(crate) struct Draft {
    /// The documents of all sections in one.
    pub(crate) document: Value,
    /// The static beginning of each section's routes, and the file that it came from.
    pub(crate) sections: Vec<Section>,
    /// What becomes of two things that would get one name.
    pub(crate) clashes: Clashes,
    /// The repairs made by the rules.
    pub(crate) repairs: Vec<Repair>,
}

/// One document among those that make the client.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) file: String,
    /// `/hosting/web`, whatever the version.
    pub(crate) prefix: String,
}

impl Section {
    /// The namespace of the section's own schemas: `hosting.web.`
    pub(crate) fn namespace(&self) -> String {
        format!("{}.", self.prefix.trim_matches('/').replace('/', "."))
    }
}

impl Draft {
    /// The section that a route belongs to.
    pub(crate) fn section_of(&self, path: &str) -> &Section {
        self.sections
            .iter()
            .find(|section| {
                let (_, path) = split_version(path);
                path.strip_prefix(&section.prefix)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
            .unwrap_or(&self.sections[0])
    }

    /// Notes a repair at a route.
    pub(crate) fn repaired(&mut self, rule: &'static str, path: &str, below: &str, what: String) {
        let file = self.file_of(path).to_owned();
        let path = path.replace('~', "~0").replace('/', "~1");
        self.repairs.push(Repair {
            rule,
            file,
            pointer: format!("/paths/{path}{below}"),
            what,
        });
    }

    /// Notes a repair of a named schema.
    pub(crate) fn repaired_schema(&mut self, rule: &'static str, origin: &str, what: String) {
        self.repairs.push(Repair {
            rule,
            file: self.sections[0].file.clone(),
            pointer: format!(
                "/components/schemas/{}",
                origin.replace('~', "~0").replace('/', "~1")
            ),
            what,
        });
    }

    /// The file to name in an error about a route.
    pub(crate) fn file_of(&self, path: &str) -> &str {
        &self.section_of(path).file
    }
}

/// Runs all rules.
pub(crate) fn run(draft: &mut Draft, lock: &mut Lock) -> Result<(), Error> {
    references::apply(&mut draft.document);
    rest::apply(&mut draft.document);
    name_inline_schemas::apply(&mut draft.document);
    parameters::apply(&mut draft.document);
    secrets::apply(&mut draft.document);
    formats::apply(&mut draft.document);
    aliases::apply(&mut draft.document);
    expanded::apply(draft)?;
    prune::apply(&mut draft.document);
    split::apply(&mut draft.document);
    // A twin that only a dropped property pointed to goes as well.
    prune::apply(&mut draft.document);
    required::apply(&mut draft.document);
    essential::apply(&mut draft.document);
    switches::apply(&mut draft.document);
    naming::apply(draft, lock)?;
    responses::apply(&mut draft.document);
    Ok(())
}
