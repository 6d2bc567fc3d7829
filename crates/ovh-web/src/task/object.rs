//! The object of a task: its state shows the outcome if no poll has seen the task.
//!
//! A task from a method that knows the object has its own check; otherwise the task names it.

use std::future::Future;

use ovh_runtime::{Call, Error};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::TaskInfo;
use crate::handle::Hosting;
use crate::pending::{HasStatus, ProvisioningState, phase_of};
use crate::types::TaskObjectType;
use crate::wait::{Found, found};

/// The state of an object, compared with the task's goal.
pub(crate) enum Standing {
    /// It is in the expected state, or the API cannot show it.
    Reached,
    /// Work is in progress.
    Going,
    /// It is not in the expected state, for this reason.
    Not(String),
}

/// The state of an object that is created or changed.
pub(super) async fn present<T: HasStatus>(
    find: impl Future<Output = Result<Found<T>, Error>>,
) -> Result<Standing, Error> {
    Ok(match find.await? {
        Found::There(object) => of_phase(object.phase(), object.status()),
        Found::Missing(error) => Standing::Not(error.message().to_owned()),
    })
}

fn of_phase(phase: ProvisioningState, status: &str) -> Standing {
    match phase {
        ProvisioningState::Settled => Standing::Reached,
        ProvisioningState::Going | ProvisioningState::Leaving => Standing::Going,
        ProvisioningState::Failed => {
            Standing::Not(format!("the status of its object is `{status}`"))
        }
    }
}

/// The state of an object that is removed.
pub(super) async fn absent<T: DeserializeOwned + Send + 'static>(
    what: &str,
    look: Call<T>,
) -> Result<Standing, Error> {
    Ok(match found(look.json::<Shown>().fresh().await)? {
        Found::Missing(_) => Standing::Reached,
        Found::There(shown) if shown.phase() == ProvisioningState::Leaving => Standing::Going,
        Found::There(_) => Standing::Not(format!("{what} is still there")),
    })
}

/// The common part of all objects: the property that shows work in progress.
#[derive(Deserialize)]
struct Shown {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    state: Option<String>,
}

impl Shown {
    fn status(&self) -> &str {
        // Some objects have both. A cron's `state` is its progress; a user's or a database's is
        // not.
        let state = self.state.as_deref();
        state
            .filter(|state| matches!(*state, "created" | "creating" | "deleting" | "updating"))
            .or(self.status.as_deref())
            .unwrap_or("ok")
    }

    fn phase(&self) -> ProvisioningState {
        phase_of(self.status())
    }
}

/// The state of the object that a task names, if the API can show it.
pub(super) async fn named(hosting: Hosting, task: TaskInfo) -> Result<Standing, Error> {
    let Some((what, look)) = look(&hosting, &task) else {
        return Ok(Standing::Reached);
    };
    let answer = found(look.fresh().await)?;
    // Documented: functions are named `database/create`, `attachedDomain/delete` and the like.
    let is_removal = task
        .function
        .split('/')
        .any(|word| word.starts_with("delete") || word.starts_with("remove"));
    Ok(match answer {
        Found::Missing(_) if is_removal => Standing::Reached,
        Found::Missing(error) => Standing::Not(error.message().to_owned()),
        Found::There(shown) if !is_removal => of_phase(shown.phase(), shown.status()),
        Found::There(shown) if shown.phase() == ProvisioningState::Leaving => Standing::Going,
        Found::There(_) => Standing::Not(format!("{what} is still there")),
    })
}

/// Returns the call that reads the object of a task.
///
/// Inferred from the panel: the id may be the name, or an internal number as text. An internal
/// number cannot be used to read a named object.
fn look(hosting: &Hosting, task: &TaskInfo) -> Option<(String, Call<Shown>)> {
    let id = task.object_id.as_deref().filter(|id| !id.is_empty())?;
    let number: Option<i64> = id.parse().ok();
    let name = number.is_none().then_some(id);
    let (raw, service) = (hosting.raw(), hosting.service_name());
    macro_rules! shown {
        ($what:literal, $call:expr) => {
            Some((format!(concat!("the ", $what, " {}"), id), $call.json()))
        };
    }
    match task.object_type.as_ref()? {
        TaskObjectType::AttachedDomain => shown!("domain", hosting.domains().get(name?)),
        TaskObjectType::Cron => shown!("cron", hosting.crons().get(number?)),
        TaskObjectType::Database => shown!("database", hosting.databases().get(name?)),
        TaskObjectType::Dump => shown!("dump", raw.dumps().get_any(service, number?)),
        TaskObjectType::EnvVar => shown!("variable", hosting.env_vars().get(name?)),
        TaskObjectType::Module => shown!("module", hosting.modules().get(number?)),
        TaskObjectType::Runtime => shown!("runtime", hosting.runtimes().get(number?)),
        TaskObjectType::User => shown!("user", hosting.users().get(name?)),
        TaskObjectType::Website => shown!("website", hosting.websites().get(number?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_progress_of_any_object() {
        for (object, phase) in [
            (
                r#"{"state": "rw", "status": "deleting"}"#,
                ProvisioningState::Leaving,
            ),
            (
                r#"{"state": "readonly", "status": "created"}"#,
                ProvisioningState::Settled,
            ),
            (
                r#"{"state": "ok", "status": "creating"}"#,
                ProvisioningState::Going,
            ),
            (
                r#"{"state": "creating", "status": "enabled"}"#,
                ProvisioningState::Going,
            ),
            (
                r#"{"state": "created", "status": "enabled"}"#,
                ProvisioningState::Settled,
            ),
            (r#"{"status": "error"}"#, ProvisioningState::Failed),
            ("{}", ProvisioningState::Settled),
        ] {
            let shown: Shown = serde_json::from_str(object).expect(object);
            assert_eq!(shown.phase(), phase, "{object}");
        }
    }
}
