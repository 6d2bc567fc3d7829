//! The tables of a file of sites. The documentation is also that of the JSON schema.
//!
//! Every field is optional here: defaults and templates may give it.

mod values;

use ovh_domain_client::types::RecordType;
pub(super) use values::{CertificateEntry, EnvEntry, EnvValueEntry, SECRET, VariableEntry};

use super::Kind;
use super::node::Text;
use super::node::decode::{Named, entry};
use super::place::Placed;
use super::secrets::SecretRef;
use crate::types::{
    Country, CronStatus, DatabaseCapacity, DatabaseVersion, DomainCdn, DomainFirewall, EnvVarType,
    ExtraSqlQuota, Language, NewDatabaseType, OvhConfigAvailableEngineVersion, OvhConfigContainer,
    OvhConfigEngineName, OvhConfigEnvironment, OvhConfigHttpFirewall, SshState,
};

/// Declares the fields of a hosting, with further ones.
macro_rules! hosting_entry {
    ($(#[doc = $doc:literal])* $name:ident { $($more:tt)* }) => {
        entry! {
            $(#[doc = $doc])*
            $name {
                /// The PHP version, such as `8.3`.
                php: Placed<OvhConfigAvailableEngineVersion>,
                /// The engine of PHP: `php` for PHP-FPM, or `phpcgi`.
                engine: Placed<OvhConfigEngineName>,
                /// The container image, which decides about the available PHP versions.
                container: Placed<OvhConfigContainer>,
                /// `production`, or `development`, which shows errors to every visitor.
                environment: Placed<OvhConfigEnvironment>,
                /// The application firewall of the hosting: `security` or `none`.
                http_firewall: Placed<OvhConfigHttpFirewall>,
                /// The SSH access of the primary login: `active`, `sftponly` or `none`.
                ssh: Placed<SshState>,
                /// The certificate: `true` covers all sites of the file with `ssl = true`, a list
                /// covers these domains.
                certificate: CertificateEntry,
                /// Environment variables, by name.
                env: Named<EnvEntry>,
                /// Cron jobs, by a key that starts their description. `#42` is the cron job with
                /// the ID 42, which must exist.
                crons: Named<CronEntry>,
                /// Users of FTP and SSH, by login.
                users: Named<UserEntry>,
                /// Databases, by user.
                databases: Named<DatabaseEntry>,
                /// Objects that are removed, by kind and name.
                absent: AbsentEntry,
                /// Kinds of which all objects are removed that the file does not name: `users`,
                /// `databases`, `env`, `crons`, `domains`.
                prune: Vec<Placed<Kind>>,
                $($more)*
            }
        }
    };
}

/// Declares the fields of a site, with further ones.
macro_rules! site_entry {
    ($(#[doc = $doc:literal])* $name:ident { $($more:tt)* }) => {
        entry! {
            $(#[doc = $doc])*
            $name {
                /// The folder that the site is served from, such as `www/{domain}`.
                folder: Text,
                /// Further domains with the same settings, such as `www.{domain}`.
                aliases: Vec<Text>,
                /// `true` if the certificate has to cover the site.
                ssl: bool,
                /// The firewall of the site: `active` or `none`.
                firewall: DomainFirewall,
                /// The CDN of the site: `active` or `none`.
                cdn: DomainCdn,
                /// A domain name for separate logs.
                own_log: Text,
                /// The country of the site's IP address.
                ip_location: Country,
                /// The ID of the runtime.
                runtime: i64,
                /// Values of further placeholders for this site.
                variables: Named<Text>,
                /// Environment variables of the hosting, by name.
                env: Named<EnvEntry>,
                /// Cron jobs of the hosting, by a key that starts their description.
                crons: Named<CronEntry>,
                /// Users of FTP and SSH of the hosting, by login.
                users: Named<UserEntry>,
                /// Databases of the hosting, by user.
                databases: Named<DatabaseEntry>,
                /// DNS records. With this table, attaching the site leaves its zone alone
                /// otherwise.
                dns: DnsEntry,
                $($more)*
            }
        }
    };
}

entry! {
    /// The desired state of hostings, their sites and DNS records.
    FileEntry {
        /// The address of this schema, for editors.
        schema = "$schema": Text,
        /// Values of placeholders, such as `{brand}`: a text, or an environment variable.
        variables: Named<VariableEntry>,
        /// Settings of all hostings and of all sites.
        defaults: DefaultsEntry,
        /// Settings of the sites that name the template.
        template: Named<TemplateEntry>,
        /// The hostings, by service name.
        hosting: Named<HostingEntry>,
    }
}

entry! {
    /// Settings that a hosting or a site may replace.
    DefaultsEntry {
        /// Settings of all hostings.
        hosting: HostingSettings,
        /// Settings of all sites.
        site: SiteEntry,
    }
}

hosting_entry! {
    /// The settings of a hosting.
    HostingSettings {}
}

hosting_entry! {
    /// A hosting. What is not named is left alone.
    HostingEntry {
        /// The sites, by domain.
        site: Named<SiteEntry>,
    }
}

site_entry! {
    /// The settings of sites.
    TemplateEntry {}
}

site_entry! {
    /// A site: a domain that is attached to a folder.
    SiteEntry {
        /// The name of the template with the site's settings.
        template: Text,
    }
}

entry! {
    /// A cron job. A new one needs `command`, `frequency` and `language`.
    CronEntry {
        /// The path of the script, such as `www/cron.php`.
        command: Text,
        /// The schedule in crontab notation. The minute is ignored.
        frequency: Text,
        /// The interpreter, such as `php8.3`.
        language: Language,
        /// The description. Its key is added in front.
        description: Text,
        /// The address for error reports.
        email: Text,
        /// `enabled` or `disabled`.
        status: CronStatus,
    }
}

entry! {
    /// A user of FTP and SSH.
    UserEntry {
        /// The root folder of the user.
        home: Text,
        /// The SSH access: `active`, `sftponly` or `none`.
        ssh: SshState,
        /// The password, which a new user needs.
        password: SecretRef,
    }
}

entry! {
    /// A database.
    DatabaseEntry {
        /// The kind of database, such as `sqlPerso`.
        capacity: DatabaseCapacity,
        /// The engine, such as `mysql`.
        type_ = "type": NewDatabaseType,
        /// The version of the engine.
        version: DatabaseVersion,
        /// The disk space in MB, of a database that was bought in addition.
        quota: ExtraSqlQuota,
        /// The password. Without it, the API chooses one.
        password: SecretRef,
    }
}

entry! {
    /// An environment variable with its type.
    TypedEnvEntry {
        /// The type: `string`, `integer` or `password`.
        type_ = "type": EnvVarType,
        /// The value: a text, a whole number, or a reference to a secret.
        value: Placed<EnvValueEntry>,
    }
}

entry! {
    /// Names of objects that are removed.
    AbsentEntry {
        /// Logins of users.
        users: Vec<Text>,
        /// Users of databases.
        databases: Vec<Text>,
        /// Names of environment variables.
        env: Vec<Text>,
        /// Keys of cron jobs.
        crons: Vec<Text>,
        /// Domains that are detached.
        domains: Vec<Text>,
    }
}

entry! {
    /// DNS records of a site.
    DnsEntry {
        /// The zone. The default is the name of the site.
        zone: Text,
        /// The records.
        records: Vec<Placed<RecordEntry>>,
    }
}

entry! {
    /// The only records of a name and type.
    RecordEntry {
        /// The full domain name. The default is the site and each of its aliases.
        name: Text,
        /// The type, such as `A`.
        type_ = "type": RecordType,
        /// The values of the records, such as `{ip}`.
        targets: Vec<Text>,
    }
}

entry! {
    /// A value from an environment variable.
    VariableEnvEntry {
        /// The name of the environment variable, which must not start with `OVH_`.
        env: Text,
    }
}
