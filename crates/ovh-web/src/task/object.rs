//! The object of a task: its state shows the outcome if no poll has seen the task.
//!
//! A task from a method that knows the object has its own check; otherwise the task names it.

use std::future::Future;

use ovh_runtime::{Call, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::TaskInfo;
use crate::hosting::handle::Hosting;
use crate::pending::{HasStatus, ProvisioningState, state_of};
use crate::types::TaskObjectType;
use crate::wait::{Lookup, lookup};

/// The state of an object, compared with the task's goal.
pub(crate) enum ObjectState {
    /// It is as the task should leave it, or the API cannot show it.
    AsExpected,
    InProgress,
    /// It is in another state, for this reason.
    Unexpected(String),
}

/// The state of an object that is created or changed.
pub(super) async fn present<T: HasStatus>(
    find: impl Future<Output = Result<Lookup<T>, Error>>,
) -> Result<ObjectState, Error> {
    Ok(match find.await? {
        Lookup::Found(object) => after_change(object.status()),
        Lookup::Missing(error) => ObjectState::Unexpected(error.message().to_owned()),
    })
}

fn after_change(status: &str) -> ObjectState {
    match state_of(status) {
        ProvisioningState::Ready => ObjectState::AsExpected,
        ProvisioningState::InProgress | ProvisioningState::Deleting => ObjectState::InProgress,
        ProvisioningState::Failed => {
            ObjectState::Unexpected(format!("the status of its object is `{status}`"))
        }
    }
}

/// The state of an object that is removed.
pub(super) async fn absent<T: DeserializeOwned + Send + 'static>(
    what: &str,
    look: Call<T>,
) -> Result<ObjectState, Error> {
    Ok(after_removal(what, &lookup(look.json().fresh().await)?))
}

fn after_removal(what: &str, object: &Lookup<AnyObject>) -> ObjectState {
    match object {
        Lookup::Missing(_) => ObjectState::AsExpected,
        Lookup::Found(object) if state_of(object.status()) == ProvisioningState::Deleting => {
            ObjectState::InProgress
        }
        Lookup::Found(_) => ObjectState::Unexpected(format!("{what} still exists")),
    }
}

/// The common part of all objects: the property that shows work in progress.
#[derive(Deserialize)]
struct AnyObject {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    state: Option<String>,
}

impl AnyObject {
    fn status(&self) -> &str {
        // Some objects have both. A cron's `state` is its progress; a user's or a database's is
        // not.
        let state = self.state.as_deref();
        state
            .filter(|state| matches!(*state, "created" | "creating" | "deleting" | "updating"))
            .or(self.status.as_deref())
            .unwrap_or("ok")
    }
}

/// The state of the object that a task names, if the API can show it.
pub(super) async fn named(hosting: Hosting, task: TaskInfo) -> Result<ObjectState, Error> {
    let Some((what, look)) = look(&hosting, &task) else {
        return Ok(ObjectState::AsExpected);
    };
    let object = lookup(look.fresh().await)?;
    // Documented: functions are named `database/create`, `attachedDomain/delete` and the like.
    let is_removal = task
        .function
        .split('/')
        .any(|word| word.starts_with("delete") || word.starts_with("remove"));
    Ok(match object {
        object if is_removal => after_removal(&what, &object),
        Lookup::Missing(error) => ObjectState::Unexpected(error.message().to_owned()),
        Lookup::Found(object) => after_change(object.status()),
    })
}

/// Returns the call that reads the object of a task.
///
/// Inferred from the panel: the id may be the name, or an internal number as text. An internal
/// number cannot be used to read a named object.
fn look(hosting: &Hosting, task: &TaskInfo) -> Option<(String, Call<AnyObject>)> {
    let id = task.object_id.as_deref().filter(|id| !id.is_empty())?;
    let number: Option<i64> = id.parse().ok();
    let name = number.is_none().then_some(id);
    let (raw, service) = (hosting.raw(), hosting.service_name());
    macro_rules! object {
        ($what:literal, $call:expr) => {
            Some((format!(concat!("the ", $what, " {}"), id), $call.json()))
        };
    }
    match task.object_type.as_ref()? {
        TaskObjectType::AttachedDomain => object!("domain", hosting.domains().get(name?)),
        TaskObjectType::Cron => object!("cron", hosting.crons().get(number?)),
        TaskObjectType::Database => object!("database", hosting.databases().get(name?)),
        TaskObjectType::Dump => object!("dump", raw.dumps().get_any(service, number?)),
        TaskObjectType::EnvVar => object!("variable", hosting.env_vars().get(name?)),
        TaskObjectType::Module => object!("module", hosting.modules().get(number?)),
        TaskObjectType::Runtime => object!("runtime", hosting.runtimes().get(number?)),
        TaskObjectType::User => object!("user", hosting.users().get(name?)),
        TaskObjectType::Website => object!("website", hosting.websites().get(number?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_progress_of_any_object() {
        for (object, state) in [
            (
                r#"{"state": "rw", "status": "deleting"}"#,
                ProvisioningState::Deleting,
            ),
            (
                r#"{"state": "readonly", "status": "created"}"#,
                ProvisioningState::Ready,
            ),
            (
                r#"{"state": "ok", "status": "creating"}"#,
                ProvisioningState::InProgress,
            ),
            (
                r#"{"state": "creating", "status": "enabled"}"#,
                ProvisioningState::InProgress,
            ),
            (
                r#"{"state": "created", "status": "enabled"}"#,
                ProvisioningState::Ready,
            ),
            (r#"{"status": "error"}"#, ProvisioningState::Failed),
            ("{}", ProvisioningState::Ready),
        ] {
            let shown: AnyObject = serde_json::from_str(object).expect(object);
            assert_eq!(state_of(shown.status()), state, "{object}");
        }
    }
}
