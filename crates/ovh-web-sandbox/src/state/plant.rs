//! Puts on a fresh hosting what its seed asks for, and checks the outcome against the document.

use std::time::Duration;

use serde_json::{Value, json};

use super::catalogue;
use super::certificate::Certificate;
use super::databases::{Content, Database, NewDatabase};
use super::domains::{Domain, DomainSettings};
use super::generic_resources::{Key, Kind, Record};
use super::hosting::Hosting;
use super::modules::{Dependency, Module};
use super::seed::{BadHosting, HostingSeed, SeedCertificate};
use super::users::User;
use crate::clock::Moment;
use crate::document::document;
use crate::offers::Offer;
use crate::reply::Refusal;

impl HostingSeed {
    /// Puts everything on a fresh hosting.
    pub(crate) fn plant(&self, hosting: &mut Hosting, now: Moment) {
        if let Some(offer) = &self.offer {
            hosting.offer.clone_from(offer);
        }
        hosting.tags.clone_from(&self.tags);
        hosting
            .private_databases
            .clone_from(&self.private_databases);
        let kinds = ["mysql", "mariadb", "postgresql"];
        for number in 1..=self.databases {
            let user = format!("{}db{number}", hosting.login);
            plant_database(hosting, &user, kinds[number % kinds.len()], now);
        }
        for old in &self.engines {
            plant_old_database(hosting, &old.engine, &old.version, now);
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
                .insert(Kind::Cron, Key::Number(id), Record::new(shown));
        }
        self.plant_settings(hosting, now);
        hosting.first_users = self.users;
        hosting.first_domains = self.domains;
        hosting.first_databases = hosting.databases.len();
    }

    /// The settings of the hosting itself.
    fn plant_settings(&self, hosting: &mut Hosting, now: Moment) {
        if let Some(state) = &self.state {
            hosting.state.clone_from(state);
        }
        hosting.expiration = self.expires_in_days.map(|days| {
            let away = Duration::from_secs(u64::from(days.unsigned_abs()) * 86_400);
            if days < 0 { now - away } else { now + away }
        });
        hosting.files_mb = self.quota_used_mb.unwrap_or_default();
        hosting.foreign_domains.clone_from(&self.foreign_domains);
        if let Some(version) = &self.php {
            hosting.set_php(version, now);
        }
        if let Some(kind) = self.certificate {
            hosting.certificate = Some(Certificate {
                imported: kind == SeedCertificate::Imported,
                status: "created",
                task: None,
                domains: hosting.names_to_certify(),
                reissues: Vec::new(),
            });
        }
    }

    /// Whether a hosting that was made from this is one that the document describes.
    pub(crate) fn check(&self, made: &Hosting) -> Result<(), BadHosting> {
        let databases = made.databases.values();
        let databases = databases.map(|it| ("databases::get", made.database_json(it)));
        let settings = made.records.present(Kind::OvhConfig);
        let settings = settings.map(|it| ("ovh_configs::get", Value::Object(it.shown.clone())));
        let all = std::iter::once(("hosting::get", made.json()))
            .chain(settings)
            .chain(databases);
        for (operation, value) in all {
            document()
                .answers(operation, &value)
                .map_err(|refusal| self.bad(&refusal))?;
        }
        Offer::check(&made.rules, "$.offer", &made.offer).map_err(|refusal| self.bad(&refusal))
    }

    fn bad(&self, refusal: &Refusal) -> BadHosting {
        BadHosting(format!("{}: {}", self.service, refusal.message))
    }
}

/// A database of an engine and a version that need not be for sale any more.
fn plant_old_database(hosting: &mut Hosting, engine: &str, version: &str, now: Moment) {
    let digits: String = version.chars().filter(char::is_ascii_digit).collect();
    let bare = format!("{}{engine}{digits}", hosting.login);
    let numbered = (2..).map(|number| format!("{bare}n{number}"));
    let user = std::iter::once(bare.clone()).chain(numbered).find(|user| {
        let name = Database::name_for(user, engine);
        !hosting.databases.contains_key(&name)
    });
    let name = plant_database(hosting, &user.unwrap_or(bare), "mysql", now);
    if let Some(mut database) = hosting.databases.remove(&name) {
        database.rebuild(engine, version);
        hosting.databases.insert(database.name.clone(), database);
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
