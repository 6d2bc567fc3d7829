//! One change of a hosting or a zone, made with `ensure` or `ensure_absent`.

use ovh_runtime::{Error, ErrorKind, Secret};

use super::super::place::Placed;
use super::super::planner::Run;
use super::super::secrets::SecretRef;
use super::super::wanted::{EnvValue, WantedHosting, WantedUser};
use super::super::{Kind, PlannedChange};
use super::{Outcome, secret};
use crate::ensure::ensure_absent_as_planned;
use crate::hosting::handle::Hosting;
use crate::types::{NewEnvVar, NewUser};
use crate::{CoverageState, EnsureOptions, Ensured};

impl Run<'_> {
    /// Writes the record sets of a zone, and refreshes it.
    pub(super) async fn records(&self, zone: &str) -> Result<Outcome, Error> {
        let Some(sets) = self.zones.get(zone) else {
            return Ok(Outcome::Done);
        };
        let records = self.sites.client.zone(zone).records();
        let ensured = records.ensure_sets(&sets.sets()).await;
        drop(ensured.map_err(|failed| failed.error)?.or_conflict()?);
        Ok(Outcome::Done)
    }

    /// The name of a hosting as the account spells it.
    pub(super) fn service(&self, name: &str) -> Result<&str, Error> {
        let (found, _) = self.account.get(name, self.sites.file.place(name))?;
        Ok(&found.service)
    }

    /// Makes one change of a hosting.
    pub(super) async fn change(
        &self,
        name: &str,
        planned: &PlannedChange,
    ) -> Result<Outcome, Error> {
        let (wanted, facts) = self.wanted(name)?;
        let hosting = self.sites.client.hosting(self.service(name)?);
        // The deletion may be in progress already.
        let absent = wanted.absent.get(&planned.kind);
        let is_absent = absent.is_some_and(|names| names.contains_key(&planned.name));
        let is_pruned = planned.place.is_none();
        if is_absent || is_pruned {
            return removed(&hosting, planned).await;
        }
        let change = OneChange {
            run: self,
            hosting: &hosting,
            wanted: &wanted,
            login: &facts.login,
            planned,
        };
        change.make().await
    }
}

async fn removed(hosting: &Hosting, planned: &PlannedChange) -> Result<Outcome, Error> {
    let (name, to) = (&*planned.name, planned.change.kind);
    match planned.kind {
        Kind::Users => ensure_absent_as_planned(&hosting.users(), name, to).await,
        Kind::Databases => ensure_absent_as_planned(&hosting.databases(), name, to).await,
        Kind::Env => ensure_absent_as_planned(&hosting.env_vars(), name, to).await,
        Kind::Crons => ensure_absent_as_planned(&hosting.crons(), name, to).await,
        Kind::Domains => ensure_absent_as_planned(&hosting.domains(), name, to).await,
        Kind::Config | Kind::Dns | Kind::Certificate => Err(lost(planned)),
    }?;
    Ok(Outcome::Done)
}

/// A change that creates or updates an object.
struct OneChange<'a> {
    run: &'a Run<'a>,
    hosting: &'a Hosting,
    wanted: &'a WantedHosting,
    /// The primary login.
    login: &'a str,
    planned: &'a PlannedChange,
}

impl OneChange<'_> {
    async fn make(&self) -> Result<Outcome, Error> {
        let (hosting, wanted, name) = (self.hosting, self.wanted, &*self.planned.name);
        let options = EnsureOptions::new()
            .write_secrets(self.planned.writes_secret())
            .planned(self.planned.change.kind);
        match self.planned.kind {
            Kind::Config => {
                let new = &self.value(wanted.config.as_ref())?.value;
                done(hosting.ovh_configs().ensure_with("", new, options).await)
            }
            Kind::Users => {
                let new = self.user().await?;
                done(hosting.users().ensure_with(&new, options).await)
            }
            Kind::Databases => {
                let new = &self.value(wanted.databases.get(name))?.value;
                let mut body = new.body.clone();
                if let Some(secret) = &new.password {
                    body.password = Some(self.secret(secret)?);
                }
                done(hosting.databases().ensure_with(&body, options).await)
            }
            Kind::Env => {
                let new = &self.value(wanted.env.get(name))?.value;
                let value = match &new.value {
                    EnvValue::Text(text) => Secret::from(text.as_str()),
                    EnvValue::Secret(secret) if self.planned.sends_secret() => {
                        self.resolved(secret)?
                    }
                    // It is only waited for.
                    EnvValue::Secret(_) => hosting.env_vars().get(name).await?.value,
                };
                let body = NewEnvVar::new(name, new.type_.clone(), value);
                done(hosting.env_vars().ensure_with(&body, options).await)
            }
            Kind::Crons => {
                let new = &self.value(wanted.crons.get(name))?.value;
                done(hosting.crons().ensure_with(name, new, options).await)
            }
            Kind::Domains => {
                let new = &self.value(wanted.domains.get(name))?.value;
                done(hosting.domains().ensure_with(new, options).await)
            }
            Kind::Certificate => self.certificate().await,
            Kind::Dns => Err(lost(self.planned)),
        }
    }

    /// A user of the file, or the primary login with its SSH state.
    async fn user(&self) -> Result<NewUser, Error> {
        let login = &*self.planned.name;
        let ssh = self.wanted.ssh.as_ref().map(|ssh| &ssh.value);
        let ssh = ssh.filter(|_| login == self.login);
        let user: Option<&Placed<WantedUser>> = self.wanted.users.get(login);
        let (home, own, password) = match user {
            Some(Placed { value, .. }) => {
                let password = value.password.as_ref();
                let password = password.map(|secret| self.secret(secret)).transpose()?;
                (value.home.clone(), value.ssh_state.as_ref(), password)
            }
            None => (self.hosting.users().get(login).await?.home, None, None),
        };
        let mut new = NewUser::new(home, login, password.unwrap_or_else(|| Secret::from("")));
        new.ssh_state = own.or(ssh).cloned();
        Ok(new)
    }

    /// Pending as long as a domain cannot be covered yet, which public DNS decides.
    async fn certificate(&self) -> Result<Outcome, Error> {
        let names = &self.wanted.certificate;
        let ensured = match self.hosting.certificate().ensure(names).await {
            Ok(ensured) => ensured.or_conflict()?,
            // The deadline of the wait, and not of a request.
            Err(error) if error.kind() == ErrorKind::Timeout && error.attempts() == 0 => {
                return Ok(Outcome::Pending(error.message().to_owned()));
            }
            Err(error) => return Err(error),
        };
        let domains = ensured.object.domains.iter();
        let left = domains.filter(|it| it.state != CoverageState::Covered);
        let left: Vec<String> = left.map(ToString::to_string).collect();
        Ok(match left.is_empty() {
            true => Outcome::Done,
            false => Outcome::Pending(left.join(", ")),
        })
    }

    /// The secret, if it is sent: else an existing object keeps its own.
    fn secret(&self, secret: &SecretRef) -> Result<Secret, Error> {
        match self.planned.sends_secret() {
            true => self.resolved(secret),
            false => Ok(Secret::from("")),
        }
    }

    /// Reads a secret. A generated one is stored before it is returned.
    fn resolved(&self, secret: &SecretRef) -> Result<Secret, Error> {
        let (sites, service) = (self.run.sites, self.hosting.service_name());
        let found = secret::resolve(sites.secrets.as_deref(), service, self.planned, secret);
        found.map_err(|reason| {
            Error::invalid_argument(format!("{reason}; nothing was sent")).build()
        })
    }

    /// The plan is made from the same file, so the value is there.
    fn value<'v, T>(&self, value: Option<&'v T>) -> Result<&'v T, Error> {
        value.ok_or_else(|| lost(self.planned))
    }
}

fn done<T>(ensured: Result<Ensured<T>, Error>) -> Result<Outcome, Error> {
    drop(ensured?.or_conflict()?);
    Ok(Outcome::Done)
}

fn lost(planned: &PlannedChange) -> Error {
    let message = format!(
        "the file does not describe {} {}",
        planned.kind, planned.name
    );
    Error::invalid_argument(message).build()
}
