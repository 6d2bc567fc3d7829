//! Limits of a hosting: planned changes that its offer does not allow become conflicts.
//!
//! A limit that is unknown, or missing from a response, allows everything: the server decides then.

use ovh_runtime::{Call, Correction, Error, ErrorKind, FromResponse};

use super::compare::Decision;
use super::{Kind, PlannedChange};
use crate::ChangeKind;
use crate::pending::Observed;
use crate::types::{
    DatabaseCreationCapabilities, Language, OfferCapabilities, OvhConfig, OvhConfigCapabilities,
    SshState,
};

/// Calls a route about capabilities. `None` if it is refused, or does not decode.
///
/// A value with corrections is `None` too, if `is_needed` returns `true` for one of them.
pub(super) async fn capability<T: FromResponse>(
    call: Call<T>,
    is_needed: impl Fn(&Correction) -> bool,
) -> Result<Option<T>, Error> {
    match call.with_corrections().await {
        Ok((_, corrections)) if corrections.iter().any(is_needed) => Ok(None),
        Ok((value, _)) => Ok(Some(value)),
        Err(error) if is_unknown(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_unknown(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::BadRequest | ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Decode
    )
}

/// The limits of an offer. `None` is unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct OfferLimits {
    ssh: Option<bool>,
    crontab: Option<bool>,
    domains: Option<i64>,
    env: Option<i64>,
    users: Option<i64>,
}

impl OfferLimits {
    pub(super) fn new(offer: &OfferCapabilities, corrections: &[Correction]) -> Self {
        let is_known = |field: &str| !corrections.iter().any(|it| it.outer_field() == field);
        let flag = |field, value| is_known(field).then_some(value);
        // Inferred: a negative number is no limit.
        let number = |field, value| (is_known(field) && value >= 0).then_some(value);
        Self {
            ssh: flag("ssh", offer.ssh),
            crontab: flag("crontab", offer.crontab),
            domains: number("attached_domains", offer.attached_domains),
            env: number("env_vars", offer.env_vars),
            users: number("extra_users", offer.extra_users),
        }
    }

    /// Checks the changes of one kind. `present` is the number of its objects that count.
    pub(super) fn check(&self, kind: Kind, changes: &mut [PlannedChange], present: usize) {
        match kind {
            Kind::Users => {
                if self.ssh == Some(false) {
                    for change in writes(changes) {
                        let ssh = wanted(change, "ssh_state");
                        if ssh.is_some_and(|ssh| ssh != SshState::None.as_str()) {
                            refuse(change, "the offer has no SSH");
                        }
                    }
                }
                count(
                    changes,
                    present,
                    self.users,
                    "users besides the primary login",
                );
            }
            Kind::Env => count(changes, present, self.env, "environment variables"),
            Kind::Crons if self.crontab == Some(false) => {
                for change in created(changes) {
                    refuse(change, "the offer has no cron jobs");
                }
            }
            Kind::Domains => count(changes, present, self.domains, "attached domains"),
            _ => {}
        }
    }
}

fn writes(changes: &mut [PlannedChange]) -> impl Iterator<Item = &mut PlannedChange> {
    changes.iter_mut().filter(|it| it.change.is_write())
}

fn created(changes: &mut [PlannedChange]) -> impl Iterator<Item = &mut PlannedChange> {
    changes
        .iter_mut()
        .filter(|it| it.change.kind == ChangeKind::Created)
}

/// The new value of a field that is written.
fn wanted<'a>(change: &'a PlannedChange, field: &str) -> Option<&'a str> {
    let mut fields = change.change.fields.iter();
    fields.find(|it| it.name == field)?.to.as_deref()
}

fn refuse(planned: &mut PlannedChange, reason: impl Into<String>) {
    let Decision { change, reason, .. } = Decision::conflict(planned.change.clone(), reason);
    (planned.change, planned.reason) = (change, reason);
}

/// Refuses the created objects that exceed a number, after the removals.
///
/// A hosting that has more already has another limit: options are not part of the offer.
fn count(changes: &mut [PlannedChange], present: usize, limit: Option<i64>, what: &str) {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    let Some(limit) = limit.filter(|limit| present <= *limit) else {
        return;
    };
    let removed = removed(changes);
    let free = (limit + removed).saturating_sub(present);
    for change in created(changes).skip(free) {
        let reason = match limit {
            0 => format!("the offer has no {what}"),
            _ => format!("the offer has at most {limit} {what}"),
        };
        refuse(change, reason);
    }
}

fn removed(changes: &[PlannedChange]) -> usize {
    let is_removed = |it: &&PlannedChange| it.change.kind == ChangeKind::Removed;
    changes.iter().filter(is_removed).count()
}

/// Returns `true` if a cron's language is written.
pub(super) fn needs_languages(changes: &[PlannedChange]) -> bool {
    let mut writes = changes.iter().filter(|it| it.change.is_write());
    writes.any(|it| wanted(it, "language").is_some())
}

pub(super) fn check_languages(changes: &mut [PlannedChange], available: &[Language]) {
    for change in writes(changes) {
        let language = wanted(change, "language").map(str::to_owned);
        let Some(language) = language else { continue };
        if !available.iter().any(|it| it.as_str() == language) {
            let available: Vec<&str> = available.iter().map(Language::as_str).collect();
            let available = available.join(", ");
            let reason = format!("{language} is not available; expected one of {available}");
            refuse(change, reason);
        }
    }
}

/// Returns `true` if a database is created.
pub(super) fn needs_creation(changes: &[PlannedChange]) -> bool {
    changes
        .iter()
        .any(|it| it.change.kind == ChangeKind::Created)
}

pub(super) fn check_databases(
    changes: &mut [PlannedChange],
    available: &[DatabaseCreationCapabilities],
) {
    let removed = removed(changes);
    let mut used = vec![0; available.len()];
    for change in created(changes) {
        let capacity = wanted(change, "capacity").unwrap_or_default().to_owned();
        let engine = wanted(change, "type_").unwrap_or_default().to_owned();
        let of_kind = |it: &DatabaseCreationCapabilities| it.type_.as_str() == capacity;
        let Some(at) = available.iter().position(of_kind) else {
            refuse(
                change,
                format!("databases of the kind {capacity} are not available"),
            );
            continue;
        };
        let engines: Vec<&str> = available[at].engines.iter().map(|it| it.as_str()).collect();
        if !engines.contains(&&*engine) {
            let engines = engines.join(", ");
            let reason = format!("{engine} is not available; expected one of {engines}");
            refuse(change, reason);
            continue;
        }
        // Any database that is removed may leave room for one.
        let free = usize::try_from(available[at].available).unwrap_or_default() + removed;
        if used[at] >= free {
            let reason = format!("no further database of the kind {capacity} is available");
            refuse(change, reason);
        } else {
            used[at] += 1;
        }
    }
}

/// Returns `true` if the PHP version or the container is written.
pub(super) fn needs_versions(change: &PlannedChange) -> bool {
    let fields = ["engine_version", "container"];
    change.change.is_write() && fields.iter().any(|field| wanted(change, field).is_some())
}

/// Checks the PHP version and its container: those of the file, or else the current ones.
pub(super) fn check_versions(
    change: &mut PlannedChange,
    is: &Observed<OvhConfig>,
    available: &[OvhConfigCapabilities],
) {
    let config = &is.object;
    let version = wanted(change, "engine_version").unwrap_or(config.engine_version.as_str());
    let container = wanted(change, "container").unwrap_or(&config.container);
    let of_version = available.iter().find(|it| it.version.as_str() == version);
    let reason = match of_version {
        None if wanted(change, "engine_version").is_some() => {
            let versions: Vec<&str> = available.iter().map(|it| it.version.as_str()).collect();
            let versions = versions.join(", ");
            format!("PHP {version} is not available; expected one of {versions}")
        }
        Some(it)
            if !it.container_image.is_empty()
                && !is.corrected.contains(&"container")
                && !it.container_image.iter().any(|it| it == container) =>
        {
            let images = it.container_image.join(", ");
            format!("PHP {version} does not run in the container {container}; it needs {images}")
        }
        _ => return,
    };
    refuse(change, reason);
}
