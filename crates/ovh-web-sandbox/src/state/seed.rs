//! Hostings that are not empty at the start: so many domains, databases and so on, the same for
//! the same seed.

use std::collections::BTreeMap;

use serde_json::json;

use super::catalogue;
use super::databases::{Content, NewDatabase};
use super::domains::{Domain, DomainSettings};
use super::hosting::Hosting;
use super::modules::{Dependency, Module};
use super::records::{Family, Key, Record};
use super::users::User;
use crate::clock::Moment;

/// A hosting that a sandbox shall have from the start.
///
/// ```
/// use ovh_web_sandbox::{HostingSeed, Sandbox};
///
/// let sandbox = Sandbox::builder()
///     .hosting_with(HostingSeed::new("shop.example.com").domains(20).databases(5).tag("env", "prod"))
///     .start_now()?;
/// assert_eq!(sandbox.state().databases("shop.example.com").len(), 5);
/// # Ok::<(), ovh_web_sandbox::StartError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HostingSeed {
    pub(crate) service: String,
    domains: usize,
    databases: usize,
    users: usize,
    modules: usize,
    crons: usize,
    tags: BTreeMap<String, String>,
    private_databases: Vec<String>,
}

impl HostingSeed {
    /// A hosting with nothing on it but its own domain and its primary user.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            domains: 0,
            databases: 0,
            users: 0,
            modules: 0,
            crons: 0,
            tags: BTreeMap::new(),
            private_databases: Vec::new(),
        }
    }

    /// So many attached domains besides its own.
    #[must_use]
    pub fn domains(mut self, count: usize) -> Self {
        self.domains = count;
        self
    }

    /// So many databases. The offer has room for at least these.
    #[must_use]
    pub fn databases(mut self, count: usize) -> Self {
        self.databases = count;
        self
    }

    /// So many FTP and SSH users besides the primary one.
    #[must_use]
    pub fn users(mut self, count: usize) -> Self {
        self.users = count;
        self
    }

    /// So many installed modules. They use the first databases; where there are too few, each has
    /// one of its own.
    #[must_use]
    pub fn modules(mut self, count: usize) -> Self {
        self.modules = count;
        self
    }

    /// So many crons.
    #[must_use]
    pub fn crons(mut self, count: usize) -> Self {
        self.crons = count;
        self
    }

    /// A tag, as IAM shows it and `iamTags` filters by it.
    #[must_use]
    pub fn tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key.into(), value.into());
        self
    }

    /// A private database server that is linked to the hosting.
    #[must_use]
    pub fn private_database(mut self, service: impl Into<String>) -> Self {
        self.private_databases.push(service.into());
        self
    }

    /// Puts everything on a fresh hosting.
    pub(crate) fn plant(self, hosting: &mut Hosting, now: Moment) {
        hosting.tags = self.tags;
        hosting.private_databases = self.private_databases;
        let kinds = ["mysql", "mariadb", "postgresql"];
        for number in 1..=self.databases {
            let user = format!("{}db{number}", hosting.login);
            plant_database(hosting, &user, kinds[number % kinds.len()], now);
        }
        for number in 1..=self.domains {
            let name = format!("site{number}.{}.example.com", hosting.login);
            let settings = DomainSettings {
                path: Some(format!("site{number}")),
                ssl: Some(number % 2 == 0),
                ..DomainSettings::default()
            };
            let mut domain = Domain::creating(&name, settings);
            domain.status = "created";
            hosting.domains.insert(name, domain);
        }
        for number in 1..=self.users {
            let mut user = User::creating(&format!("site{number}"), "sftponly", 0);
            (user.status, user.task) = ("created", None);
            let login = format!("{}-u{number}", hosting.login);
            hosting.users.insert(login, user);
        }
        for number in 1..=self.modules {
            plant_module(hosting, number, now);
        }
        for number in 1..=self.crons {
            let id = hosting.ids.next();
            let shown = json!({
                "command": format!("www/job{number}.php"),
                "description": format!("job {number}"),
                "email": null,
                "frequency": format!("0 {} * * *", number % 24),
                "id": id,
                "language": "php8.4",
                "state": "created",
                "status": "enabled",
            });
            hosting
                .records
                .insert(Family::Cron, Key::Number(id), Record::new(shown));
        }
        hosting.user_limit = hosting.user_limit.max(self.users);
        hosting.database_limit = hosting.database_limit.max(hosting.databases.len());
    }
}

fn plant_database(hosting: &mut Hosting, user: &str, kind: &str, now: Moment) -> String {
    let new = NewDatabase {
        user,
        kind,
        version: None,
        capability: "sqlPerso",
        quota_mb: None,
        mode: "classic",
        extra: None,
    };
    // The users are numbered, so no name is taken twice.
    let name = hosting.add_database(&new, 0, now).unwrap_or_default();
    if let Some(database) = hosting.databases.get_mut(&name) {
        (database.status, database.task) = ("created", None);
        database.write(Content("seed".to_owned()), now);
    }
    name
}

fn plant_module(hosting: &mut Hosting, number: usize, now: Moment) {
    let active: Vec<_> = catalogue::ALL.iter().filter(|entry| entry.active).collect();
    let entry = active[number % active.len()];
    let first = hosting.databases.values().nth(number - 1);
    let (name, user, own) = match first {
        Some(database) => (database.name.clone(), database.user.clone(), false),
        None => {
            let user = format!("{}mod{number}", hosting.login);
            let name = plant_database(hosting, &user, "mysql", now);
            (name, user, true)
        }
    };
    let id = hosting.ids.next();
    let module = Module {
        id,
        catalogue_id: entry.id,
        admin_name: "admin@example.com".to_owned(),
        admin_folder: entry.admin_folder,
        language: "en".to_owned(),
        path: format!("module{number}"),
        domain: hosting.service.clone(),
        databases: vec![Dependency {
            name,
            user,
            prefix: "mod_".to_owned(),
            own,
        }],
        creation: now,
        last_update: now,
        status: "created",
        task: None,
    };
    hosting.modules.insert(id, module);
}
