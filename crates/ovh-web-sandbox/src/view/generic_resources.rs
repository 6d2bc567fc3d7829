//! Views of crons, environment variables, runtimes, websites, log users and the CDN.

use serde_json::Value;

use super::State;
use crate::state::generic_resources::{Key, Kind, Record};
use crate::state::hosting::Hosting;

/// A cron.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cron {
    /// The id.
    pub id: u64,
    /// What runs.
    pub command: String,
    /// When, as in a crontab.
    pub frequency: String,
    /// With what: `php8.4` and so on.
    pub language: String,
    /// `enabled`, `disabled` or `suspended`.
    pub status: String,
    /// `creating`, `created`, `updating` or `deleting`.
    pub state: String,
}

/// An environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnvVar {
    /// The name.
    pub key: String,
    /// `integer`, `password` or `string`.
    pub kind: String,
    /// The value as it is read back, which is not the password that it was set to.
    pub value: String,
    /// `creating`, `created`, `updating` or `deleting`.
    pub status: String,
}

/// A runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Runtime {
    /// The id.
    pub id: u64,
    /// The name.
    pub name: String,
    /// `phpfpm-8.0` and so on.
    pub kind: String,
    /// Whether domains without a runtime of their own are on it.
    pub is_default: bool,
    /// The domains that it serves.
    pub domains: Vec<String>,
    /// `creating`, `created`, `updating` or `deleting`.
    pub status: String,
}

/// A website from a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Website {
    /// The id.
    pub id: u64,
    /// The folder.
    pub path: String,
    /// The repository.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// `creating`, `created`, `deploying`, `deleting` or `initialError`.
    pub status: String,
    /// The deployments, oldest first.
    pub deployments: Vec<Deployment>,
}

/// A deployment of a website.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deployment {
    /// The id.
    pub id: u64,
    /// The branch.
    pub branch: String,
    /// Whether what had been changed by hand was to go.
    pub reset: bool,
    /// `doing`, `successful` or `failed`.
    pub status: String,
}

/// Who may read the logs of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogUser {
    /// The login.
    pub login: String,
    /// What it is for.
    pub description: String,
    /// `creating`, `created`, `updating` or `deleting`.
    pub status: String,
}

/// A domain on the CDN.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CdnDomain {
    /// The name.
    pub name: String,
    /// `ok` or `refreshing`.
    pub status: String,
    /// Whether an option was changed since it was refreshed.
    pub needs_refresh: bool,
    /// The options that are on.
    pub options: Vec<String>,
}

impl State {
    /// The crons.
    #[must_use]
    pub fn crons(&self, service: &str) -> Vec<Cron> {
        self.records(service, Kind::Cron, |_, id, cron| Cron {
            id,
            command: owned(cron, "command"),
            frequency: owned(cron, "frequency"),
            language: owned(cron, "language"),
            status: owned(cron, "status"),
            state: owned(cron, "state"),
        })
    }

    /// The environment variables.
    #[must_use]
    pub fn env_vars(&self, service: &str) -> Vec<EnvVar> {
        self.records(service, Kind::EnvVar, |_, _, variable| EnvVar {
            key: owned(variable, "key"),
            kind: owned(variable, "type"),
            value: owned(variable, "value"),
            status: owned(variable, "status"),
        })
    }

    /// The runtimes.
    #[must_use]
    pub fn runtimes(&self, service: &str) -> Vec<Runtime> {
        self.records(service, Kind::Runtime, |hosting, id, runtime| Runtime {
            id,
            name: owned(runtime, "name"),
            kind: owned(runtime, "type"),
            is_default: flag(runtime, "isDefault"),
            domains: hosting.runtime_domains(id),
            status: owned(runtime, "status"),
        })
    }

    /// The websites with their deployments.
    #[must_use]
    pub fn websites(&self, service: &str) -> Vec<Website> {
        self.records(service, Kind::Website, |hosting, id, website| Website {
            id,
            path: owned(website, "path"),
            repository: owned(website, "vcsUrl"),
            branch: owned(website, "vcsBranch"),
            status: owned(website, "status"),
            deployments: hosting
                .records
                .parts(Kind::Deployment, &Key::Number(id))
                .map(|(key, deployment)| Deployment {
                    id: key.json().as_u64().unwrap_or_default(),
                    branch: owned(deployment, "vcsBranch"),
                    reset: flag(deployment, "reset"),
                    status: owned(deployment, "status"),
                })
                .collect(),
        })
    }

    /// The users of all logs.
    #[must_use]
    pub fn log_users(&self, service: &str) -> Vec<LogUser> {
        self.records(service, Kind::OwnLogUser, |_, _, user| LogUser {
            login: owned(user, "login"),
            description: owned(user, "description"),
            status: owned(user, "status"),
        })
    }

    /// The domains on the CDN.
    #[must_use]
    pub fn cdn_domains(&self, service: &str) -> Vec<CdnDomain> {
        self.records(service, Kind::CdnDomain, |hosting, _, domain| {
            let name = owned(domain, "name");
            CdnDomain {
                options: hosting
                    .records
                    .parts(Kind::CdnOption, &Key::text(&name))
                    .filter(|(_, option)| flag(option, "enabled"))
                    .map(|(key, _)| key.to_string())
                    .collect(),
                status: owned(domain, "status"),
                needs_refresh: flag(domain, "needRefresh"),
                name,
            }
        })
    }

    fn records<T>(
        &self,
        service: &str,
        kind: Kind,
        view: impl Fn(&Hosting, u64, &Record) -> T,
    ) -> Vec<T> {
        self.look(service, |hosting, _| {
            let hosting: &Hosting = hosting;
            let records = hosting.records.all(kind);
            records
                .map(|(key, record)| view(hosting, key.json().as_u64().unwrap_or_default(), record))
                .collect()
        })
    }
}

fn owned(record: &Record, name: &str) -> String {
    record.text(name).to_owned()
}

fn flag(record: &Record, name: &str) -> bool {
    record.shown.get(name) == Some(&Value::Bool(true))
}
