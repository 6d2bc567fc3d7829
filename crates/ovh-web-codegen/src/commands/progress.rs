//! The work that an operation starts: a task, or a status of the object that another operation reads.

use std::collections::BTreeMap;

use super::Kind;
use crate::model::spelling::{base, inner, word};
use crate::model::{Api, Operation, Type};

/// The work that an operation starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wait {
    None,
    Task,
    /// The operation whose object shows the work.
    Status(String),
    /// The operation whose object disappears.
    Gone(String),
}

/// Names of properties that can show work.
const STATUS: [&str; 3] = ["status", "state", "resourceStatus"];
/// Values of a status during work.
const WORKING: [&str; 4] = ["creating", "updating", "deleting", "doing"];
/// Values of a status without work.
const READY: [&str; 5] = ["created", "done", "ok", "ready", "successful"];

/// Last segments of routes that change the contract behind an object, and not the object.
const CONTRACT: [&str; 5] = [
    "changeContact",
    "confirmTermination",
    "serviceInfos",
    "serviceInfosUpdate",
    "terminate",
];

/// The property of a type that shows work: an enum with values for both work and its end.
///
/// The values tell it from other states: `active`, `closed`.
pub(super) fn status<'a>(api: &Api, of: &'a Type) -> Option<&'a str> {
    let shows_work = |ty: &syn::Type| match Kind::of(api, ty) {
        Some(Kind::Choice { values, .. }) => [&WORKING[..], &READY].iter().all(|known| {
            let mut values = values.iter().map(|value| value.to_lowercase());
            values.any(|value| known.contains(&value.as_str()))
        }),
        _ => false,
    };
    let named = |wire: &&str| {
        let mut properties = of.properties().iter();
        properties.find(|property| property.wire == **wire && shows_work(base(&property.ty)))
    };
    let found = STATUS.iter().find_map(named);
    found.map(|property| property.wire.as_str())
}

/// The object that an operation returns, unless it is a list.
fn returned<'a>(api: &'a Api, operation: &Operation) -> Option<&'a Type> {
    let name = word(&operation.response)?;
    let is_list = operation.expanded.is_some();
    let found = api.types.get(&name).filter(|item| item.is_object());
    found.filter(|_| !is_list)
}

/// The property of the response that shows work, of an operation that reads an object.
pub(super) fn shown(api: &Api, operation: &Operation) -> Option<String> {
    let of = returned(api, operation).filter(|_| operation.is_read())?;
    status(api, of).map(str::to_owned)
}

/// The operations that read an object.
pub(super) struct Gets<'a> {
    api: &'a Api,
    by_path: BTreeMap<&'a str, &'a Operation>,
    by_type: BTreeMap<&'a str, Vec<&'a Operation>>,
}

impl<'a> Gets<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let mut gets = Self {
            api,
            by_path: BTreeMap::new(),
            by_type: BTreeMap::new(),
        };
        for get in api.operations.iter().filter(|it| it.method == "GET") {
            let is_list = get.expanded.is_some() || inner(&get.response, "Vec").is_some();
            if !is_list && !get.is_void {
                gets.by_path.insert(&get.path, get);
            }
            if let Some(of) = returned(api, get) {
                gets.by_type.entry(&of.name).or_default().push(get);
            }
        }
        gets
    }

    /// The operation that reads an item of the collection at `path`.
    fn item(&self, path: &str) -> Option<&'a Operation> {
        let start = format!("{path}/{{");
        let below = self.by_path.range(start.as_str()..);
        let mut below = below.take_while(|(candidate, _)| candidate.starts_with(&start));
        let found = below.find(|(candidate, _)| !candidate[start.len()..].contains('/'));
        found.map(|(_, get)| *get)
    }

    /// The operation that reads the object that this one creates, changes or deletes.
    pub(super) fn object(&self, operation: &Operation) -> Option<&'a Operation> {
        if operation.is_read() {
            return None;
        }
        let path = operation.path.as_str();
        if let Some(get) = self.by_path.get(path) {
            return Some(get);
        }
        let (parent, last) = path.rsplit_once('/')?;
        if operation.method != "POST" || last.starts_with('{') {
            return None;
        }
        let of_action = || self.by_path.get(parent).copied();
        let is_of_object = !CONTRACT.contains(&last);
        self.item(path)
            .or_else(|| of_action().filter(|_| is_of_object))
    }

    /// The work that an operation starts; `id` gives the ID of an operation.
    pub(super) fn wait(&self, operation: &Operation, id: &dyn Fn(&Operation) -> String) -> Wait {
        if operation.facts.starts_task {
            return Wait::Task;
        }
        if operation.is_read() {
            return Wait::None;
        }
        let of_path = self.object(operation);
        let of_path = of_path.and_then(|get| Some((get, returned(self.api, get)?)));
        // Canceling or repeating a task creates no object.
        let of_path = of_path.filter(|(_, of)| !of.name.ends_with("Task"));
        let response = returned(self.api, operation);
        // The response itself shows the work, such as an operation of the CDN.
        let is_other = |of: &&Type| of_path.is_none_or(|(_, own)| own.name != of.name);
        let own = response.filter(is_other);
        let own = own.and_then(|of| match self.by_type.get(of.name.as_str())?.as_slice() {
            [get] => Some((*get, of)),
            _ => None,
        });
        // Text and nothing are no result: the object shows it.
        let is_plain = operation.is_void || word(&operation.response).as_deref() == Some("String");
        let of_path = of_path.filter(|_| response.is_some() || is_plain);
        let found = own.into_iter().chain(of_path);
        let mut found = found.filter(|(_, of)| status(self.api, of).is_some());
        match found.next() {
            None => Wait::None,
            Some((get, _)) if operation.method == "DELETE" => Wait::Gone(id(get)),
            Some((get, _)) => Wait::Status(id(get)),
        }
    }
}
