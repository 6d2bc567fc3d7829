//! Fills a new hosting with the defaults and with a seed, and checks the result against the document.

use std::time::Duration;

use serde_json::json;

use super::databases::{NewDatabase, name_for};
use super::hosting::{EXTRA_DATABASES, Hosting, STABLE64};
use super::modules::{NewModule, dependency};
use super::resources::{Key, Kind, Resource};
use super::seed::{BadHosting, HostingSeed, SeedCertificate};
use super::tasks::Shared;
use super::{certificates, domains, dumps, modules};
use crate::clock::Moment;
use crate::document::document;
use crate::offers::{Offer, versions};
use crate::response::Refusal;

impl HostingSeed {
    /// A hosting with the content of the seed.
    pub(crate) fn hosting(&self, shared: &Shared, now: Moment) -> Hosting {
        let mut hosting = Hosting::new(&self.service, shared, now);
        self.apply(&mut hosting, now);
        hosting
    }

    fn apply(&self, hosting: &mut Hosting, now: Moment) {
        if let Some(offer) = &self.offer {
            hosting.offer.clone_from(offer);
        }
        hosting.tags.clone_from(&self.tags);
        hosting
            .private_databases
            .clone_from(&self.private_databases);
        let engines = ["mysql", "mariadb", "postgresql"];
        for number in 1..=self.databases {
            let user = format!("{}db{number}", hosting.login);
            let engine = engines[number % engines.len()];
            add_new_database(hosting, &user, engine, now);
        }
        for old in &self.engines {
            let user = free_user(hosting, &old.engine);
            add_database(hosting, &user, &old.engine, &old.version, now);
        }
        for number in 1..=self.orphan_dumps {
            let name = name_for(&format!("{}old{number}", hosting.login), "mysql");
            let id = hosting.ids.next();
            let dump = dumps::resource(id, &name, "now", "seed", now);
            hosting.insert(Kind::Dump, Key::Number(id), dump);
        }
        for number in 1..=self.domains {
            let name = format!("site{number}.{}.example.com", hosting.login);
            let mut domain = domains::resource(&name);
            domain.set("path", format!("site{number}"));
            domain.set("ssl", number % 2 == 0);
            hosting.insert(Kind::Domain, Key::Text(name), domain);
        }
        for number in 1..=self.users {
            let login = format!("{}-u{number}", hosting.login);
            let user = hosting.user(&login, &format!("site{number}"), "sftponly");
            hosting.insert(Kind::User, Key::Text(login), user);
        }
        for number in 1..=self.modules {
            add_module(hosting, number, now);
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
            hosting.insert(Kind::Cron, Key::Number(id), Resource::new(shown));
        }
        self.apply_settings(hosting, now);
        hosting.first_users = self.users;
        hosting.first_domains = self.domains;
        hosting.first_databases = hosting.resources.count(Kind::Database);
        hosting.measure();
    }

    fn apply_settings(&self, hosting: &mut Hosting, now: Moment) {
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
            let certificate = certificates::resource(kind == SeedCertificate::Imported, now);
            let key = Key::text(&hosting.service);
            hosting.insert(Kind::Certificate, key.clone(), certificate);
            hosting.issue_certificate(Kind::Certificate, &key, now);
        }
    }

    /// Returns an error if the document does not allow the hosting that was made from this.
    pub(crate) fn check(&self, made: &Hosting) -> Result<(), BadHosting> {
        // First, since the document's many offers are of no help here.
        Offer::check(&made.rules, "$.offer", &made.offer).map_err(|refusal| self.bad(&refusal))?;
        let databases = made.resources.values(Kind::Database);
        let databases = databases.map(|it| ("databases::get", made.database_json(it)));
        let settings = made.resources.current(Kind::OvhConfig);
        let settings = settings.map(|it| ("ovh_configs::get", it.json()));
        let all = std::iter::once(("hosting::get", made.json()))
            .chain(settings)
            .chain(databases);
        for (operation, value) in all {
            document()
                .answers(operation, &value)
                .map_err(|refusal| self.bad(&refusal))?;
        }
        Ok(())
    }

    fn bad(&self, refusal: &Refusal) -> BadHosting {
        BadHosting(format!("{}: {}", self.service, refusal.message))
    }
}

impl Hosting {
    /// Adds what every hosting has from the start.
    pub(super) fn seed_defaults(&mut self, now: Moment) {
        let (date, service) = (now.rfc3339(), Key::text(&self.service));
        let settings = json!({
            "container": STABLE64,
            "creationDate": date,
            "engineName": "php",
            "engineVersion": "8.4",
            "environment": "production",
            "fileExist": true,
            "historical": false,
            "httpFirewall": "none",
            "path": "",
            "status": "created",
            "taskId": null,
        });
        let configuration = json!({
            "appEnv": "production",
            "entryPoint": null,
            "language": "nodejs",
            "publicDir": null,
            "status": "created",
            "version": "nodejs-14",
        });
        // Guess: the offer includes one e-mail option and one extra SQL offer.
        let option = json!({"creationDate": date, "domain": self.service});
        let extra = json!({
            "database": EXTRA_DATABASES,
            "name": format!("{}-extra", self.login),
            "serviceName": self.service,
            "size": {"unit": "MB", "value": 1024.0},
            "status": "created",
            "taskId": null,
        });
        for (kind, mut shown) in [
            (Kind::OvhConfig, settings),
            (Kind::Configuration, configuration),
            (Kind::EmailOption, option),
            (Kind::ExtraSql, extra),
        ] {
            let id = self.ids.next();
            shown["id"] = id.into();
            let key = Key::Number(id);
            self.insert(kind, key, Resource::new(shown));
        }
        // No e-mail is sent, so all counters are 0.
        let mail = json!({
            "bounce": 0,
            "email": null,
            "maxPerDay": 2000,
            "sent": 0,
            "sentToday": 0,
            "state": "ok",
        });
        let domain = domains::resource(&self.service);
        let mut user = self.user(&self.login, ".", "active");
        user.set("isPrimaryAccount", true);
        for (kind, key, resource) in [
            (Kind::Mail, service.clone(), Resource::new(mail)),
            (Kind::Service, service.clone(), Resource::default()),
            (Kind::Domain, service, domain),
            (Kind::User, Key::text(&self.login), user),
        ] {
            self.insert(kind, key, resource);
        }
        let service = self.service.clone();
        self.add_own_log(&service);
        self.remember_files(None, now);
    }
}

/// A database user that is not taken: the first letters of its engine, and a number.
fn free_user(hosting: &Hosting, engine: &str) -> String {
    let engine_letters: String = engine.chars().take(2).collect();
    let users = (1..).map(|number| format!("{}{engine_letters}{number}", hosting.login));
    let mut free = users.filter(|user| hosting.database(&name_for(user, engine)).is_err());
    free.next().unwrap_or_default()
}

fn add_database(
    hosting: &mut Hosting,
    user: &str,
    engine: &str,
    version: &str,
    now: Moment,
) -> Key {
    let new = NewDatabase {
        user,
        engine,
        version,
        capability: "sqlPerso",
        quota_mb: None,
        mode: "classic",
        extra: None,
    };
    let (key, database) = hosting.new_database(&new, now);
    hosting.insert(Kind::Database, key.clone(), database);
    hosting.write_database(&key.to_string(), "seed".to_owned(), now);
    key
}

/// A new database with the default version of its engine.
fn add_new_database(hosting: &mut Hosting, user: &str, engine: &str, now: Moment) -> Key {
    let version = versions("", engine).map_or("", |versions| versions[0]);
    add_database(hosting, user, engine, version, now)
}

fn add_module(hosting: &mut Hosting, number: usize, now: Moment) {
    let active: Vec<_> = modules::ALL.iter().filter(|entry| entry.active).collect();
    let first = hosting.resources.all(Kind::Database).nth(number - 1);
    let first = first.map(|(key, _)| key.clone());
    let key = first.unwrap_or_else(|| {
        let user = format!("{}mod{number}", hosting.login);
        add_new_database(hosting, &user, "mysql", now)
    });
    let database = hosting.resources.find(Kind::Database, &key);
    let dependencies = database.map(|it| dependency(it.text("name"), it.text("user"), "mod_"));
    let id = hosting.ids.next();
    let module = NewModule {
        id,
        entry: active[number % active.len()],
        admin_name: "admin@example.com",
        language: "en",
        path: &format!("module{number}"),
        domain: &hosting.service,
        dependencies: dependencies.into_iter().collect(),
    };
    let module = module.resource(now);
    hosting.insert(Kind::Module, Key::Number(id), module);
}
