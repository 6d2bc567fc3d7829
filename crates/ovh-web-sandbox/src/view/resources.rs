//! The views of resources: a public type each, with the source of every field.

use serde_json::Value;

use crate::state::domains::BYPASS_DNS;
use crate::state::hosting::Hosting;
use crate::state::resources::{Key, Kind, Resource};

/// Defines a view of a resource. Each field has the expression that reads it.
macro_rules! views {
    ($(
        $(#[doc = $doc:literal])+
        $view:ident($hosting:pat, $key:pat, $resource:ident) {
            $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty = $value:expr,)+
        }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $view {
            $($(#[doc = $field_doc])+ pub $field: $type,)+
        }

        impl $view {
            pub(super) fn new($hosting: &Hosting, $key: &Key, $resource: &Resource) -> Self {
                Self { $($field: $value,)+ }
            }
        }
    )+};
}

views! {
    /// An attached domain.
    AttachedDomain(hosting, key, domain) {
        /// The name.
        domain: String = domain.owned("domain"),
        /// The folder.
        path: String = domain.owned("path"),
        /// `creating`, `created`, `updating` or `deleting`.
        status: String = domain.owned("status"),
        /// `true` if a certificate is to cover it.
        ssl: bool = domain.flag("ssl"),
        /// `active` or `none`.
        firewall: String = domain.owned("firewall"),
        /// `active` or `none`.
        cdn: String = domain.owned("cdn"),
        /// `true` if the DNS zone was not changed.
        bypass_dns: bool = domain.flag(BYPASS_DNS),
        /// The status of the certificate of this domain alone.
        certificate: Option<String> = {
            let certificate = hosting.resources.find(Kind::DomainCertificate, key);
            certificate.map(|it| it.owned("status"))
        },
    }

    /// The certificate of a hosting.
    Certificate(_, _, certificate) {
        /// `LETSENCRYPT` or `CUSTOM`.
        provider: String = certificate.owned("provider"),
        /// `creating`, `importing`, `created`, `regenerating` or `deleting`.
        status: String = certificate.owned("status"),
        /// The names that it covers.
        domains: Vec<String> = texts(&certificate.hidden["domains"]),
    }

    /// A database.
    Database(hosting, _, database) {
        /// The name.
        name: String = database.owned("name"),
        /// The user of the database.
        user: String = database.owned("user"),
        /// The engine: `mysql` and so on.
        engine: String = database.owned("type"),
        /// The engine's version.
        version: String = database.owned("version"),
        /// The offer that it belongs to: `sqlPerso` and so on.
        capability: String = text(&database.hidden["capability"]),
        /// `creating`, `created`, `dumping`, `restoring`, `updating`, `locked` or `deleting`.
        status: String = database.owned("status"),
        /// The content: see [`Sandbox::write_database`](crate::Sandbox::write_database).
        content: String = hosting.content(database.text("name")),
        /// The number of dumps.
        dumps: usize = hosting.count_dumps(database.text("name")),
        /// The number of password changes.
        password_changes: u32 = count(&database.hidden["passwordChanges"]),
    }

    /// A dump.
    Dump(_, _, dump) {
        /// The id.
        id: u64 = dump.number("id"),
        /// The database that was dumped.
        database: String = dump.owned("databaseName"),
        /// `now`, `daily.1` or `weekly.1`.
        date: String = dump.owned("type"),
        /// `creating`, `created` or `deleting`.
        status: String = dump.owned("status"),
        /// The content of the database at that date.
        content: String = text(&dump.hidden),
    }

    /// An installed module.
    Module(_, _, module) {
        /// The id of the installation.
        id: u64 = module.number("id"),
        /// The id in the catalog.
        module_id: u64 = module.number("moduleId"),
        /// The domain that serves it.
        domain: String = text(&module.hidden),
        /// The folder.
        path: String = module.owned("path"),
        /// The administrator's name.
        admin_name: String = module.owned("adminName"),
        /// The language.
        language: String = module.owned("language"),
        /// The databases that it uses.
        databases: Vec<String> = {
            let dependencies = module.shown["dependencies"].as_array();
            let names = dependencies.into_iter().flatten().map(|it| text(&it["name"]));
            names.collect()
        },
        /// `creating`, `created`, `updating` or `deleting`.
        status: String = module.owned("status"),
    }

    /// An FTP or SSH user.
    User(_, _, user) {
        /// The login.
        login: String = user.owned("login"),
        /// The home folder.
        home: String = user.owned("home"),
        /// `active`, `none` or `sftponly`.
        ssh: String = user.owned("sshState"),
        /// `rw` or `off`.
        state: String = user.owned("state"),
        /// `creating`, `created`, `updating` or `deleting`.
        status: String = user.owned("status"),
        /// `true` for the user that every hosting has.
        primary: bool = user.flag("isPrimaryAccount"),
        /// The number of password changes.
        password_changes: u32 = count(&user.hidden),
    }

    /// A cron.
    Cron(_, _, cron) {
        /// The id.
        id: u64 = cron.number("id"),
        /// The command.
        command: String = cron.owned("command"),
        /// The frequency, as in a crontab.
        frequency: String = cron.owned("frequency"),
        /// The language: `php8.4` and so on.
        language: String = cron.owned("language"),
        /// `enabled`, `disabled` or `suspended`.
        status: String = cron.owned("status"),
        /// `creating`, `created`, `updating` or `deleting`.
        state: String = cron.owned("state"),
    }

    /// An environment variable.
    EnvVar(_, _, variable) {
        /// The name.
        key: String = variable.owned("key"),
        /// `integer`, `password` or `string`.
        kind: String = variable.owned("type"),
        /// The value in responses. A password is hidden.
        value: String = variable.owned("value"),
        /// `creating`, `created`, `updating` or `deleting`.
        status: String = variable.owned("status"),
    }

    /// A runtime.
    Runtime(hosting, key, runtime) {
        /// The id.
        id: u64 = runtime.number("id"),
        /// The name.
        name: String = runtime.owned("name"),
        /// `phpfpm-8.0` and so on.
        kind: String = runtime.owned("type"),
        /// `true` if it serves the domains that have no runtime.
        is_default: bool = runtime.flag("isDefault"),
        /// The domains that it serves.
        domains: Vec<String> = hosting.runtime_domains(key),
        /// `creating`, `created`, `updating` or `deleting`.
        status: String = runtime.owned("status"),
    }

    /// A website from a repository.
    Website(hosting, key, website) {
        /// The id.
        id: u64 = website.number("id"),
        /// The folder.
        path: String = website.owned("path"),
        /// The repository.
        repository: String = website.owned("vcsUrl"),
        /// The branch.
        branch: String = website.owned("vcsBranch"),
        /// `creating`, `created`, `deploying`, `deleting` or `initialError`.
        status: String = website.owned("status"),
        /// The deployments, oldest first.
        deployments: Vec<Deployment> = {
            let deployments = hosting.resources.parts(Kind::Deployment, key);
            deployments.map(|(key, it)| Deployment::new(hosting, key, it)).collect()
        },
    }

    /// A deployment of a website.
    Deployment(_, _, deployment) {
        /// The id.
        id: u64 = deployment.number("id"),
        /// The branch.
        branch: String = deployment.owned("vcsBranch"),
        /// `true` if it discards manual changes.
        reset: bool = deployment.flag("reset"),
        /// `doing`, `successful` or `failed`.
        status: String = deployment.owned("status"),
    }

    /// A user that may read the logs of a domain.
    LogUser(_, _, user) {
        /// The login.
        login: String = user.owned("login"),
        /// The description.
        description: String = user.owned("description"),
        /// `creating`, `created`, `updating` or `deleting`.
        status: String = user.owned("status"),
    }

    /// A domain on the CDN.
    CdnDomain(hosting, key, domain) {
        /// The name.
        name: String = domain.owned("name"),
        /// `ok` or `refreshing`.
        status: String = domain.owned("status"),
        /// `true` if an option has changed since the last refresh.
        needs_refresh: bool = domain.flag("needRefresh"),
        /// The options that are on.
        options: Vec<String> = {
            let options = hosting.resources.parts(Kind::CdnOption, key);
            let on = options.filter(|(_, option)| option.flag("enabled"));
            on.map(|(key, _)| key.to_string()).collect()
        },
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn count(value: &Value) -> u32 {
    let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
    count.unwrap_or_default()
}
