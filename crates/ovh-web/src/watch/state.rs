//! Reads the progress of any object from its JSON.

use serde_json::Value;

use crate::pending::{ProvisioningState, state_of};

/// The properties that show progress. An object may have several: a cron's `state` is its progress
/// and its `status` a setting, a database has both the other way round.
const PROPERTIES: [&str; 3] = ["resourceStatus", "status", "state"];

/// Returns the progress of an object. Without a status it is ready.
pub(super) fn state_of_object(object: &Value) -> ProvisioningState {
    deciding(object).map_or(ProvisioningState::Ready, |(_, state)| state)
}

/// Returns the status that decides, as the API spells it.
pub(super) fn status_of(object: &Value) -> &str {
    deciding(object).map_or("ok", |(status, _)| status)
}

/// Returns the reasons of failed tasks, as version 2 lists them.
pub(super) fn errors_of(object: &Value) -> Vec<&str> {
    let tasks = object["currentTasks"].as_array().into_iter().flatten();
    let errors = tasks.filter_map(|task| task["errors"].as_array()).flatten();
    errors
        .filter_map(|error| error["message"].as_str())
        .collect()
}

fn deciding(object: &Value) -> Option<(&str, ProvisioningState)> {
    let texts = PROPERTIES
        .iter()
        .filter_map(|name| object.get(*name)?.as_str());
    // Documented: version 2 lists the unfinished tasks of an object.
    let tasks = object.get("currentTasks").and_then(Value::as_array);
    let tasks = tasks.into_iter().flatten();
    let of_tasks = tasks.map(|task| task.get("status").and_then(Value::as_str));
    let of_tasks = of_tasks.map(|status| status.unwrap_or("PENDING"));
    let own = texts.map(|status| (status, of_status(status)));
    let all = own.chain(of_tasks.map(|status| (status, of_task(status))));
    // The first of the weightiest.
    all.reduce(|first, next| match weight(next.1) > weight(first.1) {
        true => next,
        false => first,
    })
}

/// A status of any object: only some of them are documented for work, the others may last.
fn of_status(status: &str) -> ProvisioningState {
    let lower = status.to_ascii_lowercase();
    let known = match state_of(status) {
        ProvisioningState::InProgress => state_of(&lower),
        known => known,
    };
    let starts = ["in_creation", "increation", "init", "out_of_sync", "todo"];
    let is_work = lower.ends_with("ing")
        || lower.starts_with("pending")
        || lower.starts_with("waiting")
        || starts.contains(&&*lower);
    match known {
        ProvisioningState::InProgress if !is_work => ProvisioningState::Ready,
        known => known,
    }
}

/// A task that is listed is not done.
fn of_task(status: &str) -> ProvisioningState {
    match of_status(status) {
        ProvisioningState::Failed => ProvisioningState::Failed,
        _ => ProvisioningState::InProgress,
    }
}

const fn weight(state: ProvisioningState) -> u8 {
    match state {
        ProvisioningState::Ready => 0,
        ProvisioningState::InProgress => 1,
        ProvisioningState::Deleting => 2,
        ProvisioningState::Failed => 3,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_progress_of_any_object() {
        use ProvisioningState::{Deleting, Failed, InProgress, Ready};
        for (object, state, status) in [
            (
                json!({"state": "rw", "status": "deleting"}),
                Deleting,
                "deleting",
            ),
            (
                json!({"state": "readonly", "status": "created"}),
                Ready,
                "created",
            ),
            (
                json!({"state": "ok", "status": "creating"}),
                InProgress,
                "creating",
            ),
            (
                json!({"state": "creating", "status": "enabled"}),
                InProgress,
                "creating",
            ),
            (json!({"state": "active"}), Ready, "active"),
            (json!({"status": "initialError"}), Failed, "initialError"),
            (json!({"status": "IN_CREATION"}), InProgress, "IN_CREATION"),
            (
                json!({"status": "todo", "function": "x"}),
                InProgress,
                "todo",
            ),
            (
                json!({"status": "cancelled", "function": "x"}),
                Failed,
                "cancelled",
            ),
            (
                json!({"resourceStatus": "READY", "currentTasks": []}),
                Ready,
                "READY",
            ),
            (
                json!({"resourceStatus": "READY", "currentTasks": [{"status": "SCHEDULED"}]}),
                InProgress,
                "SCHEDULED",
            ),
            (
                json!({"resourceStatus": "UPDATING", "currentTasks": [{"status": "ERROR"}]}),
                Failed,
                "ERROR",
            ),
            (json!({"resourceStatus": "SUSPENDED"}), Ready, "SUSPENDED"),
            (
                json!({"resourceStatus": "OUT_OF_SYNC"}),
                InProgress,
                "OUT_OF_SYNC",
            ),
            (json!({"status": 7, "currentTasks": 7}), Ready, "ok"),
            (json!([]), Ready, "ok"),
            (json!(null), Ready, "ok"),
        ] {
            assert_eq!(state_of_object(&object), state, "{object}");
            assert_eq!(status_of(&object), status, "{object}");
        }
    }

    #[test]
    fn reads_reasons_of_failed_tasks() {
        let errors = json!([{"message": "no database left"}, {"message": null}]);
        let task = json!({"status": "ERROR", "errors": errors});
        let object = json!({"currentTasks": [{"errors": null}, task]});
        assert_eq!(errors_of(&object), ["no database left"]);
        assert!(errors_of(&json!({"currentTasks": null})).is_empty());
    }
}
