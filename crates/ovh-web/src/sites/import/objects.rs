//! The objects of one hosting, as blocks of the file.

use std::collections::BTreeMap;

use ovh_runtime::{Error, FromJson};

use super::text::{Block, header, quoted};
use crate::Listing;
use crate::hosting::Crons;
use crate::hosting::cron_text::{id_of, with_key};
use crate::hosting::resource::Collection;
use crate::pending::{HasStatus, Observed, ProvisioningState};
use crate::sites::Kind;
use crate::sites::read::read;
use crate::types::{
    Cron, Database, DatabaseCapacity, DatabaseService, Domain, EnvVar, EnvVarType, Hosting,
    ListOvhConfigs, OvhConfig, User,
};
use crate::wait::{Lookup, lookup};

/// The comment of a password.
const PASSWORD: &str = "set this variable, or name a file or a store";

/// The blocks of a hosting.
pub(super) struct HostingImport {
    pub(super) name: String,
    pub(super) settings: Vec<Block>,
    pub(super) sites: Vec<Block>,
    pub(super) objects: Vec<Block>,
}

impl HostingImport {
    /// Reads the objects of a hosting.
    pub(super) async fn read(
        hosting: &crate::Hosting,
        is: &Observed<Hosting>,
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let mut import = Self {
            name: hosting.service_name().to_owned(),
            settings: Vec::new(),
            sites: Vec::new(),
            objects: Vec::new(),
        };
        let mut reader = Reader {
            service: hosting.service_name(),
            notes,
        };
        let configs = hosting.ovh_configs();
        let current = configs.list_with(&ListOvhConfigs::default().historical(false));
        let list = reader.list(Kind::Config, &configs, current).await?;
        import.config(&mut reader, &list);
        let users = hosting.users();
        let list = reader.list(Kind::Users, &users, users.list()).await?;
        import.users(&mut reader, &is.object.primary_login, &list);
        let databases = hosting.databases();
        let list = reader.list(Kind::Databases, &databases, databases.list());
        let list = list.await?;
        import.databases(&mut reader, &list);
        let variables = hosting.env_vars();
        let list = reader.list(Kind::Env, &variables, variables.list());
        let list = list.await?;
        import.env(&mut reader, &list);
        let crons = hosting.crons();
        let list = reader.list(Kind::Crons, &crons, crons.list()).await?;
        import.crons(&mut reader, &list);
        let domains = hosting.domains();
        let list = reader.list(Kind::Domains, &domains, domains.list()).await?;
        let default = is.object.default_attached_domain.as_deref();
        let with_ssl = import.domains(&mut reader, default, &list);
        let covered = hosting.raw().certificates().domains(reader.service);
        if let Lookup::Found(covered) = lookup(covered.fresh().await)? {
            import.certificate(&with_ssl, &covered);
        }
        Ok(import)
    }

    fn setting(&mut self, what: String, key: &'static str, text: &str) {
        let mut block = Block::new(what, None);
        block.text(key, text);
        self.settings.push(block);
    }

    fn config(&mut self, reader: &mut Reader<'_>, list: &[Observed<OvhConfig>]) {
        let Ok(is) = super::super::compare::current_config(list) else {
            return;
        };
        let config = &is.object;
        for (key, field, text) in [
            ("php", "engine_version", config.engine_version.as_str()),
            ("engine", "engine_name", config.engine_name.as_str()),
            ("container", "container", config.container.as_str()),
            ("environment", "environment", config.environment.as_str()),
            (
                "http_firewall",
                "http_firewall",
                config.http_firewall.as_str(),
            ),
        ] {
            let what = reader.what(key, "");
            // `AUTO` cannot be written.
            if text != "AUTO" && reader.has(is, field, &what) {
                self.setting(what, key, text);
            }
        }
    }

    fn users(&mut self, reader: &mut Reader<'_>, primary: &str, list: &[Observed<User>]) {
        for is in reader.stay(Kind::Users, list) {
            let user = &is.object;
            let what = reader.what("users", &user.login);
            if user.is_primary_account || user.login == primary {
                if reader.has(is, "ssh_state", &what) {
                    self.setting(what, "ssh", user.ssh_state.as_str());
                }
                continue;
            }
            if !reader.has(is, "home", &what) {
                continue;
            }
            let mut block = reader.block("users", &user.login);
            block.text("home", &user.home);
            if reader.has(is, "ssh_state", &what) {
                block.text("ssh", user.ssh_state.as_str());
            }
            password(&mut block, &[&user.login, "password"]);
            self.objects.push(block);
        }
    }

    fn databases(&mut self, reader: &mut Reader<'_>, list: &[Observed<Database>]) {
        let mut users: BTreeMap<&str, usize> = BTreeMap::new();
        for is in list {
            *users.entry(&is.object.user).or_default() += 1;
        }
        for is in reader.stay(Kind::Databases, list) {
            let database = &is.object;
            let what = reader.what("databases", &database.user);
            if users[&*database.user] > 1 {
                reader.note(format!("{what}: {} has this user too", database.name));
                continue;
            }
            if !reader.has(is, "type_", &what) {
                continue;
            }
            let is_bought = database.sqlperso_id.is_some()
                || database
                    .database_type
                    .as_ref()
                    .is_some_and(|it| *it != DatabaseService::Included);
            let capacity = match is_bought && database.sqlperso_id.is_some() {
                true => DatabaseCapacity::ExtraSqlPerso,
                false => DatabaseCapacity::SqlPerso,
            };
            let mut block = reader.block("databases", &database.user);
            block.text("capacity", capacity.as_str());
            block.text("type", database.type_.as_str());
            if reader.has(is, "version", &what) {
                block.text("version", database.version.as_str());
            }
            password(&mut block, &[&database.user, "password"]);
            self.objects.push(block);
        }
    }

    fn env(&mut self, reader: &mut Reader<'_>, list: &[Observed<EnvVar>]) {
        for is in reader.stay(Kind::Env, list) {
            let variable = &is.object;
            let what = reader.what("env", &variable.key);
            if !reader.has(is, "type_", &what) {
                continue;
            }
            let mut block = reader.block("env", &variable.key);
            block.text("type", variable.type_.as_str());
            match variable.type_ {
                EnvVarType::String | EnvVarType::Integer => {
                    block.text("value", variable.value.expose());
                }
                _ => {
                    reference(&mut block, "value", &[&variable.key]);
                    block.comment = Some(PASSWORD);
                }
            }
            self.objects.push(block);
        }
    }

    fn crons(&mut self, reader: &mut Reader<'_>, list: &[Observed<Cron>]) {
        let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
        for key in list.iter().filter_map(|is| Crons::key_of(&is.object)) {
            *keys.entry(key).or_default() += 1;
        }
        for is in reader.stay(Kind::Crons, list) {
            let cron = &is.object;
            let text = cron.description.as_deref().unwrap_or_default();
            let key = Crons::key_of(cron).filter(|key| {
                keys[key] == 1 && id_of(key).is_none() && with_key(key, Some(text)) == text
            });
            let name = key.map_or_else(|| format!("#{}", cron.id), str::to_owned);
            let what = reader.what("crons", &name);
            let mut is_complete = true;
            for field in ["command", "frequency", "language"] {
                is_complete &= reader.has(is, field, &what);
            }
            if !is_complete {
                continue;
            }
            let mut block = reader.block("crons", &name);
            block.text("command", &cron.command);
            block.text("frequency", &cron.frequency);
            block.text("language", cron.language.as_str());
            let rest = key.map(|key| {
                let start = format!("[{key}]");
                text.strip_prefix(&*start).unwrap_or(text).trim()
            });
            match (key, rest) {
                (Some(key), Some(rest)) if with_key(key, Some(rest)) == text => {
                    block.maybe("description", Some(rest).filter(|rest| !rest.is_empty()));
                }
                _ => block.maybe("description", cron.description.as_deref()),
            }
            block.maybe("email", cron.email.as_deref());
            if reader.has(is, "status", &what) {
                block.text("status", cron.status.as_str());
            }
            self.objects.push(block);
        }
    }

    /// Returns the names of the sites and aliases with SSL.
    fn domains(
        &mut self,
        reader: &mut Reader<'_>,
        default: Option<&str>,
        list: &[Observed<Domain>],
    ) -> Vec<String> {
        let mut with_ssl = Vec::new();
        let mut sites: BTreeMap<Vec<(&'static str, String)>, Vec<String>> = BTreeMap::new();
        for is in reader.stay(Kind::Domains, list) {
            let domain = &is.object;
            let name = domain.domain.to_ascii_lowercase();
            let is_own = |own: &str| own.eq_ignore_ascii_case(&name);
            if is_own(reader.service) || default.is_some_and(is_own) {
                continue;
            }
            let what = reader.what("domains", &name);
            if !reader.has(is, "path", &what) {
                continue;
            }
            let mut block = Block::new(what.clone(), None);
            block.text("folder", &domain.path);
            block.value("ssl", domain.ssl.unwrap_or(false).to_string());
            if reader.has(is, "firewall", &what) {
                block.text("firewall", domain.firewall.as_str());
            }
            if reader.has(is, "cdn", &what) {
                block.text("cdn", domain.cdn.as_str());
            }
            block.maybe("own_log", domain.own_log.as_deref());
            block.maybe(
                "ip_location",
                domain.ip_location.as_ref().map(|it| it.as_str()),
            );
            if let Some(runtime) = domain.runtime_id {
                block.value("runtime", runtime.to_string());
            }
            if domain.ssl == Some(true) {
                with_ssl.push(name.clone());
            }
            sites.entry(block.values).or_default().push(name);
        }
        for (values, mut names) in sites {
            // The shortest name is the site, and the others are its aliases.
            names.sort_by_key(|name| (name.len(), name.clone()));
            let name = names.remove(0);
            let mut block = reader.block("site", &name);
            block.values = values;
            if !names.is_empty() {
                let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
                block.value("aliases", format!("[{}]", names.join(", ")));
            }
            self.sites.push(block);
        }
        self.sites.sort_by(|a, b| a.header.cmp(&b.header));
        with_ssl
    }

    /// The certificate is named if it covers all sites with SSL, or some of them.
    fn certificate(&mut self, with_ssl: &[String], covered: &[String]) {
        let is_covered = |name: &&String| covered.iter().any(|it| it.eq_ignore_ascii_case(name));
        let names: Vec<String> = with_ssl
            .iter()
            .filter(is_covered)
            .map(|it| quoted(it))
            .collect();
        if names.is_empty() {
            return;
        }
        let mut block = Block::new(format!("the certificate of {}", self.name), None);
        match names.len() == with_ssl.len() {
            true => block.value("certificate", "true"),
            false => block.value("certificate", format!("[{}]", names.join(", "))),
        }
        self.settings.push(block);
    }
}

/// Reads the lists of a hosting, and notes what is left out.
struct Reader<'a> {
    service: &'a str,
    notes: &'a mut Vec<String>,
}

impl Reader<'_> {
    async fn list<C: Collection<Object: FromJson>>(
        &mut self,
        kind: Kind,
        handle: &C,
        list: Listing<C::Object, C::Key>,
    ) -> Result<Vec<Observed<C::Object>>, Error> {
        let list = read(handle, list).await?;
        if let Some(error) = list.unreadable {
            self.note(format!("{kind} of {}: {error}", self.service));
        }
        Ok(list.objects)
    }

    /// The objects that are not being deleted. Others in progress are noted.
    fn stay<'o, O: HasStatus>(
        &mut self,
        kind: Kind,
        list: &'o [Observed<O>],
    ) -> Vec<&'o Observed<O>> {
        let leaving = |is: &&Observed<O>| is.object.state() == ProvisioningState::Deleting;
        let left = list.iter().filter(leaving).count();
        if left > 0 {
            self.note(format!("{kind} of {}: {left} being deleted", self.service));
        }
        list.iter().filter(|is| !leaving(is)).collect()
    }

    fn what(&self, kind: &str, name: &str) -> String {
        format!("{kind} {name} of {}", self.service)
    }

    fn block(&self, kind: &str, name: &str) -> Block {
        let keys = ["hosting", self.service, kind, name];
        Block::new(self.what(kind, name), Some(header(&keys)))
    }

    /// Returns `true` if the response had the field; else it is noted.
    fn has<T>(&mut self, is: &Observed<T>, field: &str, what: &str) -> bool {
        let has = !is.corrected.contains(&field);
        if !has {
            self.note(format!("{what}: the API returned no {field}"));
        }
        has
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

fn password(block: &mut Block, words: &[&str]) {
    reference(block, "password", words);
    block.comment = Some(PASSWORD);
}

/// A reference to an environment variable that is named after the object.
fn reference(block: &mut Block, key: &'static str, words: &[&str]) {
    let words = words.join("_");
    let letter = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    // `OVH_` is reserved.
    let name = format!("SITES_{}", words.chars().map(letter).collect::<String>());
    block.value(key, format!("{{ env = {} }}", quoted(&name)));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cron(corrected: &[&'static str]) -> Observed<Cron> {
        Observed {
            object: serde_json::from_value(json!({
                "command": "www/cron.php",
                "description": "[nightly]",
                "frequency": "0 3 * * *",
                "id": 42,
                "language": "php8.3",
                "state": "ok",
                "status": "enabled",
            }))
            .expect("a cron"),
            corrected: corrected.to_vec(),
        }
    }

    #[test]
    fn corrected_values_are_notes_not_text() {
        let import = |corrected: &[&'static str]| {
            let mut notes = Vec::new();
            let mut import = HostingImport {
                name: "example.ovh".to_owned(),
                settings: Vec::new(),
                sites: Vec::new(),
                objects: Vec::new(),
            };
            let mut reader = Reader {
                service: "example.ovh",
                notes: &mut notes,
            };
            import.crons(&mut reader, &[cron(corrected)]);
            let objects = import.objects.into_iter();
            let keys = objects.map(|block| block.values.into_iter().map(|(key, _)| key).collect());
            (keys.collect::<Vec<Vec<_>>>(), notes)
        };
        let all = vec!["command", "frequency", "language", "status"];
        assert_eq!(import(&[]), (vec![all.clone()], Vec::new()));
        // Without a value that is needed, the object is left out.
        let note =
            |field: &str| format!("crons nightly of example.ovh: the API returned no {field}");
        assert_eq!(import(&["command"]), (Vec::new(), vec![note("command")]));
        let others = vec![all[..3].to_vec()];
        assert_eq!(import(&["status"]), (others, vec![note("status")]));
    }
}
