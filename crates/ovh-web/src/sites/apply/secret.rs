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
                let found = match reference(&wanted, planned) {
                    // It is generated when the object is created.
                    None | Some(SecretRef::Generate { .. }) => continue,
                    Some(secret) => resolve(secrets, &of.name, planned, secret),
                };
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

/// Reads a secret, or returns the reason why that failed. A generated one of a new object is stored
/// before it is returned.
pub(super) fn resolve(
    secrets: Option<&dyn SecretStore>,
    service: &str,
    planned: &PlannedChange,
    secret: &SecretRef,
) -> Result<Secret, String> {
    let refuse = |reason: &dyn Display| {
        let place = planned.place.as_ref();
        let at = place.map(|place| format!("{place}: ")).unwrap_or_default();
        let PlannedChange { kind, name, .. } = planned;
        format!("{at}the secret of {kind} {name}: {reason}")
    };
    let secrets = secrets.ok_or_else(|| refuse(&"no source of secrets is set"))?;
    let object = object_name(service, planned.kind, &planned.name);
    let found = match secret {
        SecretRef::Env(name) => secrets.env(name),
        SecretRef::File(path) => secrets.file(path),
        SecretRef::Generate { store } => match secrets.stored(store, &object) {
            Ok(None) if planned.change.kind == ChangeKind::Created => {
                secrets.generate(store, &object).map(Some)
            }
            other => other,
        },
    };
    let found = found.map_err(|error| refuse(&error))?;
    found.ok_or_else(|| refuse(&format_args!("{secret} is missing")))
}
