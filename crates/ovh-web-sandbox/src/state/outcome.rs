//! What a task does to its hosting once it is done. Until then nothing of it can be seen but the
//! status of the object that it works on.

use super::databases::Content;
use super::domains::DomainSettings;
use super::hosting::Hosting;
use super::modules::Module;
use super::users::UserSettings;
use crate::clock::Moment;

/// The effect of a task.
pub(crate) enum Outcome {
    DomainAttached(String),
    DomainUpdated(String, DomainSettings),
    DomainDetached(String),
    CertificateReady,
    CertificateGone,
    DatabaseReady(String),
    DatabasePassword(String),
    DatabaseRestored(String, Content),
    DatabaseGone(String),
    DumpReady(u64),
    DumpGone(u64),
    ModuleReady(u64),
    ModuleUpgraded(u64, u64),
    ModuleGone(u64),
    UserReady(String),
    UserUpdated(String, UserSettings),
    UserPassword(String),
    UserGone(String),
}

impl Outcome {
    /// Brings the effect about. What is no longer there is left alone.
    pub(crate) fn apply(self, hosting: &mut Hosting, at: Moment) {
        match self {
            Self::DomainAttached(domain) => hosting.settle_domain(&domain, None),
            Self::DomainUpdated(domain, settings) => {
                hosting.settle_domain(&domain, Some(settings));
            }
            Self::DomainDetached(domain) => {
                hosting.domains.remove(&domain);
            }
            Self::CertificateReady => hosting.settle_certificate(),
            Self::CertificateGone => hosting.certificate = None,
            Self::DatabaseReady(name) => hosting.settle_database(&name),
            Self::DatabasePassword(name) => {
                hosting.settle_database(&name);
                if let Some(database) = hosting.databases.get_mut(&name) {
                    database.password_changes += 1;
                }
            }
            Self::DatabaseRestored(name, content) => {
                hosting.settle_database(&name);
                if let Some(database) = hosting.databases.get_mut(&name) {
                    database.write(content, at);
                }
            }
            Self::DatabaseGone(name) => {
                hosting.databases.remove(&name);
            }
            Self::DumpReady(id) => hosting.settle_dump(id),
            Self::DumpGone(id) => {
                hosting.dumps.remove(&id);
            }
            Self::ModuleReady(id) => hosting.settle_module(id, at),
            Self::ModuleUpgraded(id, catalogue_id) => {
                hosting.settle_module(id, at);
                if let Some(module) = hosting.modules.get_mut(&id) {
                    Module::upgrade(module, catalogue_id);
                }
            }
            Self::ModuleGone(id) => {
                hosting.modules.remove(&id);
            }
            Self::UserReady(login) => hosting.settle_user(&login, None),
            Self::UserUpdated(login, settings) => hosting.settle_user(&login, Some(settings)),
            Self::UserPassword(login) => {
                hosting.settle_user(&login, None);
                if let Some(user) = hosting.users.get_mut(&login) {
                    user.password_changes += 1;
                }
            }
            Self::UserGone(login) => {
                hosting.users.remove(&login);
            }
        }
    }
}
