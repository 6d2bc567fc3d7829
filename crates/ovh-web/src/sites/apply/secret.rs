//! The secrets of planned changes: checked before the first write, and read when one is sent.

use std::fmt::Display;

use ovh_runtime::{Error, Secret};

use super::super::planner::Run;
use super::super::secrets::{SecretRef, SecretStore, object_name};
use super::super::wanted::{EnvValue, WantedHosting};
use super::super::{Kind, Plan, PlannedChange};
use crate::ChangeKind;

impl PlannedChange {
    /// `true` if a secret of an existing object is written again. An object that somebody created
    /// after the plan keeps its own.
    pub(super) fn writes_secret(&self) -> bool {
        let is_secret = |name: &str| matches!(name, "password" | "value");
        let fields = &self.change.fields;
        self.change.kind == ChangeKind::Updated && fields.iter().any(|it| is_secret(it.name))
    }

    /// `true` if a secret of the file is sent.
    pub(super) fn sends_secret(&self) -> bool {
        self.change.kind == ChangeKind::Created || self.writes_secret()
    }
}

impl Run<'_> {
    /// Checks that all secrets that will be sent can be read. Nothing is generated yet.
    pub(super) fn check_secrets(&self, plan: &Plan) -> Result<(), Error> {
        let mut missing = Vec::new();
        let secrets = self.sites.secrets.as_deref();
        for of in &plan.hostings {
            let Ok((wanted, _)) = self.wanted(&of.name) else {
                continue;
            };
            for planned in of.changes.iter().filter(|it| it.sends_secret()) {
                let Some(secret) = reference(&wanted, planned) else {
                    continue;
                };
                let service = self.service(&of.name)?;
                let found = find(secrets, service, planned, secret);
                missing.extend(found.err());
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!("{}; nothing was sent", missing.join("; "));
        Err(Error::invalid_argument(message).build())
    }
}

fn reference<'w>(wanted: &'w WantedHosting, planned: &PlannedChange) -> Option<&'w SecretRef> {
    let name = &*planned.name;
    match planned.kind {
        Kind::Users => wanted.users.get(name)?.value.password.as_ref(),
        Kind::Databases => wanted.databases.get(name)?.value.password.as_ref(),
        Kind::Env => match &wanted.env.get(name)?.value.value {
            EnvValue::Secret(secret) => Some(secret),
            EnvValue::Text(_) => None,
        },
        _ => None,
    }
}

/// Reads a secret that is sent, or returns the reason why that failed. A generated one is stored
/// before it is returned.
pub(super) fn resolve(
    secrets: Option<&dyn SecretStore>,
    service: &str,
    planned: &PlannedChange,
    secret: &SecretRef,
) -> Result<Secret, String> {
    let found = find(secrets, service, planned, secret)?;
    let secret = match (found, secrets, secret) {
        (None, Some(secrets), SecretRef::Generate { store }) => {
            let object = object_name(service, planned.kind, &planned.name);
            secrets.generate(store, &object).map(Some)
        }
        (found, ..) => Ok(found),
    };
    let secret = secret.map_err(|error| refused(planned, &error))?;
    secret.ok_or_else(|| refused(planned, &"is missing"))
}

/// Finds a secret, or returns the reason why that failed. One that is generated may be missing.
fn find(
    secrets: Option<&dyn SecretStore>,
    service: &str,
    planned: &PlannedChange,
    secret: &SecretRef,
) -> Result<Option<Secret>, String> {
    let secrets = secrets.ok_or_else(|| refused(planned, &"no source of secrets is set"))?;
    let found = match secret {
        SecretRef::Env(name) => secrets.env(name),
        SecretRef::File(path) => secrets.file(path),
        SecretRef::Generate { store } => {
            let object = object_name(service, planned.kind, &planned.name);
            return secrets
                .stored(store, &object)
                .map_err(|error| refused(planned, &error));
        }
    };
    match found {
        Ok(None) => Err(refused(planned, &format_args!("{secret} is missing"))),
        found => found.map_err(|error| refused(planned, &error)),
    }
}

fn refused(planned: &PlannedChange, reason: &dyn Display) -> String {
    let PlannedChange {
        kind, name, place, ..
    } = planned;
    let at = place.as_ref().map(|place| format!("{place}: "));
    let at = at.unwrap_or_default();
    format!("{at}the secret of {kind} {name}: {reason}")
}
