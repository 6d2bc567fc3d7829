//! The commands of the command line tool: one for each operation, made from the model.
//!
//! Names of commands and flags come from the lock, or from the rules in `names::commands`.

mod body;
mod columns;
mod flags;
mod help;
mod kind;
mod progress;
mod values;

use std::collections::BTreeMap;

use crate::Error;
use crate::docs::Docs;
use crate::model::spelling::{inner, spell, word};
use crate::model::{Api, Operation};
use crate::names::Lock;
use crate::names::commands::{self as names, Place};

pub(crate) use self::body::Body;
pub(crate) use self::flags::Flag;
pub(crate) use self::kind::Kind;
pub(crate) use self::progress::Wait;
pub(crate) use self::values::Value;

/// A command for one operation.
#[derive(Debug)]
pub(crate) struct Command {
    /// `POST /hosting/web/{serviceName}/database`
    pub(crate) route: String,
    /// The module of the operation.
    pub(crate) module: String,
    /// `databases create`
    pub(crate) path: String,
    /// The ID of the operation, in the whole workspace.
    pub(crate) operation: String,
    pub(crate) about: String,
    pub(crate) values: Vec<Value>,
    pub(crate) flags: Vec<Flag>,
    pub(crate) body: Body,
    pub(crate) wait: Wait,
    /// The operation that reads the object.
    pub(crate) object: Option<String>,
    /// The type of the response, or of the items of a list.
    pub(crate) response: String,
    pub(crate) columns: Vec<String>,
    /// The property of the response that shows work.
    pub(crate) status: Option<String>,
}

/// Makes the commands of a client, and adds their names to the lock. `prefix` is the beginning of
/// operation IDs.
pub(crate) fn all(
    api: &Api,
    docs: &Docs,
    prefix: &str,
    lock: &mut Lock,
) -> Result<Vec<Command>, Error> {
    let keys = columns::keys(api);
    let gets = progress::Gets::of(api);
    let id = |operation: &Operation| match prefix {
        "" => operation.id(),
        prefix => format!("{prefix}/{}", operation.id()),
    };
    let mut commands: Vec<Command> = Vec::new();
    for operation in &api.operations {
        let route = operation.route();
        let (mut flags, body) = flags::of(api, docs, operation);
        flags.sort_by_key(|flag| !flag.is_required);
        let object = gets.object(operation);
        let item = item(api, operation);
        let columns = word(&item).map(|name| columns::of(api, &name, keys.get(&name)));
        commands.push(Command {
            module: operation.module.clone(),
            path: names::propose(prefix, &operation.module, &operation.verb),
            operation: id(operation),
            about: help::about(&docs.operation(&route), operation.expanded.is_some()),
            values: values::of(api, docs, operation),
            flags,
            body,
            wait: gets.wait(operation, &id),
            object: object.map(id),
            response: match operation.is_void {
                true => String::new(),
                false => spell(&item),
            },
            columns: columns.unwrap_or_default(),
            status: progress::shown(api, operation),
            route,
        });
    }
    let mut proposals: BTreeMap<String, names::Proposal<'_>> = BTreeMap::new();
    for command in &mut commands {
        let flags = command.flags.iter_mut();
        let flags = flags.map(|flag| (&flag.place, flag.is_secret, &mut flag.name));
        let proposal = names::Proposal {
            path: &mut command.path,
            flags: flags.collect(),
        };
        proposals.insert(command.route.clone(), proposal);
    }
    lock.commands.settle(proposals)?;
    Ok(commands)
}

/// The type of the response, or of the items of a list.
fn item(api: &Api, operation: &Operation) -> syn::Type {
    if let Some(expanded) = &operation.expanded {
        return crate::model::spelling::named(expanded);
    }
    let returned = operation.returned(api);
    let item = inner(&returned, "Vec").or_else(|| inner(&returned, "List"));
    item.unwrap_or(&returned).clone()
}

/// The path of each group of commands, with the first sentence about its module.
pub(crate) fn groups(commands: &[Command], docs: &Docs) -> BTreeMap<String, String> {
    let groups = commands.iter().filter_map(|command| {
        let (words, _) = command.path.rsplit_once(' ')?;
        Some((
            words.to_owned(),
            help::sentence(&docs.module(&command.module)),
        ))
    });
    groups.collect()
}
