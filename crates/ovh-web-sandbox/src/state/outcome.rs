//! What a task does to its hosting once it is done. Until then nothing of it can be seen but the
//! status of the object that it works on.

use serde_json::{Map, Value};

use super::certificate::Certificate;
use super::databases::Content;
use super::domains::DomainSettings;
use super::generic_resources::{Change, Key, Kind};
use super::hosting::Hosting;
use super::modules::Module;
use super::snapshots::Snapshot;
use super::users::UserSettings;
use crate::clock::Moment;

/// The effect of a task.
#[derive(Clone)]
pub(crate) enum Outcome {
    DomainAttached(String),
    DomainUpdated(String, DomainSettings),
    DomainDetached(String),
    CertificateReady,
    CertificateGone,
    DatabaseReady(String),
    DatabasePassword(String),
    DatabaseRestored(String, Content),
    /// The database, and whether its dumps go with it.
    DatabaseGone(String, bool),
    DumpReady(u64),
    DumpGone(u64),
    ModuleReady(u64),
    ModuleUpgraded(u64, u64),
    ModuleGone(u64),
    UserReady(String),
    UserUpdated(String, UserSettings),
    UserPassword(String),
    UserGone(String),
    /// A record is there, changes or goes.
    Record(Kind, Key, Change),
    /// A deployment of a website.
    Deployed(Key, Key),
    /// New settings, and the id under which the old ones are kept.
    ConfigChanged(Key, Map<String, Value>, u64),
    ConfigScanned,
    DomainCertificateReady(String),
    DomainCertificateGone(String),
    /// The domain is as it was.
    DomainSame(String),
    DatabaseChecked(String),
    /// What comes in, and whether it takes the place of what stands there.
    DatabaseFilled(String, Content, bool),
    SnapshotRestored(Box<Snapshot>),
    Boosted(Option<String>),
    MailState(&'static str),
    /// Nothing that can be seen.
    Nothing,
}

impl Outcome {
    /// Brings the effect about. What is no longer there is left alone.
    pub(crate) fn apply(self, hosting: &mut Hosting, at: Moment) {
        match self {
            Self::DomainAttached(domain) => {
                hosting.settle_domain(&domain, None);
                hosting.follow_domain(&domain, at);
            }
            Self::DomainUpdated(domain, settings) => {
                hosting.settle_domain(&domain, Some(settings));
                hosting.follow_domain(&domain, at);
            }
            Self::DomainDetached(domain) => {
                hosting.domains.remove(&domain);
                hosting.follow_domain(&domain, at);
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
            Self::DatabaseGone(name, dumps_go) => {
                hosting.databases.remove(&name);
                hosting
                    .dumps
                    .retain(|_, dump| !dumps_go || dump.database != name);
                let name = Key::Text(name);
                hosting.records.remove_parts(Kind::DatabaseCopy, &name);
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
            Self::Record(kind, key, change) => hosting.settle_record(kind, &key, change, at),
            Self::Deployed(website, deployment) => {
                hosting.settle_deployment(&website, &deployment, true, at);
            }
            Self::ConfigChanged(key, values, past) => {
                hosting.settle_config(&key, Some((values, past)), at);
            }
            Self::ConfigScanned => {
                hosting.task = None;
                hosting.last_scan = Some(at);
            }
            Self::DomainCertificateReady(domain) => hosting.settle_domain_certificate(&domain),
            Self::DomainCertificateGone(domain) => {
                if let Some(domain) = hosting.domains.get_mut(&domain) {
                    domain.certificate = None;
                }
            }
            Self::DomainSame(domain) => hosting.settle_domain(&domain, None),
            Self::DatabaseChecked(name) => {
                hosting.settle_database(&name);
                if let Some(database) = hosting.databases.get_mut(&name) {
                    database.last_check = Some(at);
                }
            }
            Self::DatabaseFilled(name, Content(text), flush) => {
                hosting.settle_database(&name);
                if let Some(database) = hosting.databases.get_mut(&name) {
                    let Content(old) = database.content();
                    let kept = if flush { String::new() } else { old };
                    database.write(Content(kept + &text), at);
                }
            }
            Self::SnapshotRestored(snapshot) => {
                hosting.task = None;
                hosting.restore_snapshot(*snapshot, at);
            }
            Self::Boosted(offer) => hosting.settle_boost(offer, at),
            Self::MailState(state) => hosting.settle_mail(state),
            Self::Nothing => {}
        }
    }

    /// Takes back what the task had begun: it failed.
    pub(crate) fn undo(self, hosting: &mut Hosting, at: Moment) {
        match self {
            Self::DomainAttached(domain) => {
                hosting.domains.remove(&domain);
            }
            Self::DomainUpdated(domain, _) | Self::DomainDetached(domain) => {
                hosting.settle_domain(&domain, None);
            }
            Self::CertificateReady => {
                // One that never covered anything was being made; another was being renewed.
                let certificate = hosting.certificate.take();
                hosting.certificate = certificate.filter(|it| !it.domains.is_empty());
                hosting.release_certificate();
            }
            Self::CertificateGone => hosting.release_certificate(),
            Self::DatabaseReady(name) => {
                hosting.databases.remove(&name);
            }
            Self::DatabasePassword(name)
            | Self::DatabaseRestored(name, _)
            | Self::DatabaseGone(name, _) => hosting.settle_database(&name),
            Self::DumpReady(id) => {
                hosting.settle_dump(id);
                hosting.dumps.remove(&id);
            }
            Self::DumpGone(id) => hosting.release_dump(id),
            Self::ModuleReady(id) => hosting.abandon_module(id),
            Self::ModuleUpgraded(id, _) | Self::ModuleGone(id) => hosting.release_module(id),
            Self::UserReady(login) => {
                hosting.users.remove(&login);
            }
            Self::UserUpdated(login, _) | Self::UserPassword(login) | Self::UserGone(login) => {
                hosting.settle_user(&login, None);
            }
            Self::Record(kind, key, change) => hosting.undo_record(kind, &key, &change),
            Self::Deployed(website, deployment) => {
                hosting.settle_deployment(&website, &deployment, false, at);
            }
            Self::ConfigChanged(key, ..) => hosting.settle_config(&key, None, at),
            Self::ConfigScanned | Self::SnapshotRestored(_) | Self::Boosted(_) => {
                hosting.task = None;
            }
            Self::DomainCertificateReady(domain) => {
                if let Some(domain) = hosting.domains.get_mut(&domain) {
                    domain.certificate.take_if(|it| it.domains.is_empty());
                    domain.certificate.iter_mut().for_each(Certificate::release);
                }
            }
            Self::DomainCertificateGone(domain) => {
                if let Some(domain) = hosting.domains.get_mut(&domain) {
                    domain.certificate.iter_mut().for_each(Certificate::release);
                }
            }
            Self::DomainSame(domain) => hosting.settle_domain(&domain, None),
            Self::DatabaseChecked(name) | Self::DatabaseFilled(name, ..) => {
                hosting.settle_database(&name);
            }
            Self::MailState(_) => hosting.settle_mail("ok"),
            Self::Nothing => {}
        }
    }
}
