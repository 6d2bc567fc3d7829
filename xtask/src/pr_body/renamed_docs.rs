//! Finds the text that documented an item before it was renamed.
//!
//! The renames are those that the diff found; a person moves the text to its new key.

use crate::revisions::ClientChange;
use ovh_web_codegen::description::{ApiDescription, Type};
use ovh_web_codegen::diff::ItemKind;
use std::collections::BTreeMap;

/// The former names of items that were renamed, and the documentation that has them.
#[derive(Default)]
pub(super) struct RenamedDocs {
    /// New route or schema -> old one.
    owners: BTreeMap<String, String>,
    /// New schema and property -> old ones.
    fields: BTreeMap<(String, String), (String, String)>,
    docs: toml::Table,
}

impl RenamedDocs {
    pub(super) fn of(client: &ClientChange) -> Self {
        let docs = client.docs.as_deref().unwrap_or_default();
        let mut former = Self {
            docs: docs.parse().unwrap_or_default(),
            ..Self::default()
        };
        let (old, new) = (&client.before.api, &client.after.api);
        for change in &client.diff.changes {
            let guess = change.guess.as_ref();
            let Some(now) = guess.and_then(|guess| guess.names.first()) else {
                continue;
            };
            let item = change.item.as_str();
            let owners = match change.kind {
                ItemKind::Operation => route(old, item).zip(route(new, now)),
                ItemKind::Type => origin(old, item).zip(origin(new, now)),
                ItemKind::Field => {
                    former.field(old, new, item, now);
                    None
                }
                _ => None,
            };
            former.owners.extend(owners.map(|(old, new)| (new, old)));
        }
        former
    }

    fn field(&mut self, old: &ApiDescription, new: &ApiDescription, item: &str, now: &str) {
        let Some((of, was)) = item.split_once('.') else {
            return;
        };
        let find = |api: &ApiDescription, name: &str| {
            let item: &Type = api.types.get(of)?;
            let mut fields = item.kind.fields().iter();
            let field = fields.find(|field| field.name == name)?;
            Some((item.origin.clone(), field.wire.clone()))
        };
        let now = now.rsplit('.').next().unwrap_or(now);
        self.fields.extend(find(new, now).zip(find(old, was)));
    }

    /// The text that stands at `key` of the table `kind`, and below it, for the former item.
    pub(super) fn text(&self, kind: &str, owner: &str, below: &[&str]) -> Option<&str> {
        let renamed = match below {
            ["properties" | "body", name] => {
                let place = (owner.to_owned(), (*name).to_owned());
                self.fields.get(&place)
            }
            _ => None,
        };
        let (owner, name) = match renamed {
            Some((owner, name)) => (owner, Some(name.as_str())),
            None => (self.owners.get(owner)?, None),
        };
        let mut value = self.docs.get(kind)?.get(owner)?;
        for (index, key) in below.iter().enumerate() {
            let is_last = index + 1 == below.len();
            value = value.get(name.filter(|_| is_last).unwrap_or(key))?;
        }
        value.as_str()
    }
}

/// The route of an operation by its name: `crons::list`.
fn route(api: &ApiDescription, name: &str) -> Option<String> {
    let (module, verb) = name.split_once("::")?;
    let mut operations = api.operations.iter();
    let found = operations.find(|(_, operation)| {
        operation.module == module && operation.verb.trim_end_matches('_') == verb
    });
    found.map(|(route, _)| route.clone())
}

fn origin(api: &ApiDescription, name: &str) -> Option<String> {
    api.types.get(name).map(|item| item.origin.clone())
}
