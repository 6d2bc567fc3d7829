//! The objects of one hosting, as blocks of the file.

use std::collections::{BTreeMap, BTreeSet};

use ovh_runtime::{Error, ErrorKind, FromJson};

use super::text::{Block, header, quoted};
use crate::Listing;
use crate::hosting::Crons;
use crate::hosting::cron_text::{id_of, with_key};
use crate::pending::{HasStatus, Observed, ProvisioningState};
use crate::sites::node::Text;
use crate::sites::node::decode::Mistakes;
use crate::sites::read::read;
use crate::sites::{Kind, Place, names};
use crate::types::{
    Cron, Database, DatabaseCapacity, DatabaseService, Domain, EnvVar, EnvVarType, Hosting,
    ListOvhConfigs, OvhConfig, User,
};
use crate::wait::{Lookup, lookup};

/// The comment of a password.
const PASSWORD: &str = "set this variable, or name a file or a store";

/// The state that the imports of all hostings share.
#[derive(Default)]
pub(super) struct Shared {
    /// Objects and values that are left out.
    pub(super) notes: Vec<String>,
    /// The domains so far in their normal form, with the hosting of each.
    domains: BTreeMap<String, String>,
    /// The environment variables so far. Two secrets have two.
    references: BTreeSet<String>,
}

/// The blocks of a hosting.
pub(super) struct HostingImport {
    pub(super) name: String,
    pub(super) settings: Vec<Block>,
    pub(super) sites: Vec<Block>,
    pub(super) objects: Vec<Block>,
}

impl HostingImport {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            settings: Vec::new(),
            sites: Vec::new(),
            objects: Vec::new(),
        }
    }

    /// Reads the objects of a hosting.
    pub(super) async fn read(
        hosting: &crate::hosting::handle::Hosting,
        is: &Observed<Hosting>,
        shared: &mut Shared,
    ) -> Result<Self, Error> {
        let service = hosting.service_name();
        let mut import = Self::new(service);
        let mut reader = Reader { service, shared };
        let configs = hosting.ovh_configs();
        let current = configs.list_with(&ListOvhConfigs::default().historical(false));
        let list = reader.list(Kind::Config, current).await?;
        import.config(&mut reader, &list);
        let users = hosting.users();
        let list = reader.list(Kind::Users, users.list()).await?;
        import.users(&mut reader, &is.object.primary_login, &list);
        let databases = hosting.databases();
        let list = reader.list(Kind::Databases, databases.list());
        let list = list.await?;
        import.databases(&mut reader, &list);
        let variables = hosting.env_vars();
        let list = reader.list(Kind::Env, variables.list());
        let list = list.await?;
        import.env(&mut reader, &list);
        let crons = hosting.crons();
        let list = reader.list(Kind::Crons, crons.list()).await?;
        import.crons(&mut reader, &list);
        let domains = hosting.domains();
        let list = reader.list(Kind::Domains, domains.list()).await?;
        let default = is.object.default_attached_domain.as_deref();
        let with_ssl = import.domains(&mut reader, default, &list);
        let covered = hosting.raw().certificates().domains(reader.service);
        match lookup(covered.fresh().await) {
            Ok(Lookup::Found(covered)) => import.certificate(&with_ssl, &covered),
            Ok(Lookup::Missing(_)) => {}
            Err(error) if error.kind() == ErrorKind::Decode => {
                reader.note(format!("{} of {service}: {error}", Kind::Certificate));
            }
            Err(error) => return Err(error),
        }
        Ok(import)
    }

    fn setting(&mut self, what: String, key: &'static str, text: &str) {
        let mut block = Block::new(what, None);
        block.text(key, text);
        self.settings.push(block);
    }

    pub(super) fn config(&mut self, reader: &mut Reader<'_>, list: &[Observed<OvhConfig>]) {
        let is = match super::super::compare::current_config(list) {
            Ok(is) => is,
            Err(_) if list.is_empty() => return,
            Err(reason) => {
                return reader.note(format!("{} of {}: {reason}", Kind::Config, reader.service));
            }
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
            reader.secret(&mut block, "password", &[&user.login, "password"]);
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
            reader.secret(&mut block, "password", &[&database.user, "password"]);
            self.objects.push(block);
        }
    }

    pub(super) fn env(&mut self, reader: &mut Reader<'_>, list: &[Observed<EnvVar>]) {
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
                    reader.secret(&mut block, "value", &[&variable.key]);
                }
            }
            self.objects.push(block);
        }
    }

    pub(super) fn crons(&mut self, reader: &mut Reader<'_>, list: &[Observed<Cron>]) {
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
    pub(super) fn domains(
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
            if !reader.has(is, "path", &what) || !reader.may_have(&name, &what) {
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
                block.what = reader.what("site", &format!("{name}, {}", names.join(", ")));
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
pub(super) struct Reader<'a> {
    pub(super) service: &'a str,
    pub(super) shared: &'a mut Shared,
}

impl Reader<'_> {
    async fn list<T: FromJson + Send + 'static, I: Send + 'static>(
        &mut self,
        kind: Kind,
        list: Listing<T, I>,
    ) -> Result<Vec<Observed<T>>, Error> {
        let list = read(list).await?;
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

    /// Returns `true` if a file can have the domain; else it is noted.
    fn may_have(&mut self, name: &str, what: &str) -> bool {
        let mut mistakes = Mistakes::default();
        let text = Text::new(Place::new(&"".into(), 1, 1), name);
        let normal = names::domain(&text, &mut mistakes);
        if let Err(error) = mistakes.finish() {
            let reason = error.mistakes.into_iter().map(|it| it.message);
            self.note(format!("{what}: {}", reason.collect::<String>()));
        }
        let Some(normal) = normal else {
            return false;
        };
        if let Some(first) = self.shared.domains.get(&normal) {
            self.note(format!("{what}: {first} has the domain, too"));
            return false;
        }
        let service = self.service.to_owned();
        self.shared.domains.insert(normal, service);
        true
    }

    fn note(&mut self, note: String) {
        let notes = &mut self.shared.notes;
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    /// Adds a secret: a reference to an environment variable that is named after the object.
    ///
    /// If another secret has the name, it begins with the hosting.
    fn secret(&mut self, block: &mut Block, key: &'static str, words: &[&str]) {
        let letter = |c: char| match c.is_ascii_alphanumeric() {
            true => c.to_ascii_uppercase(),
            false => '_',
        };
        // `OVH_` is reserved.
        let name = |words: &[&str]| {
            format!(
                "SITES_{}",
                words.join("_").chars().map(letter).collect::<String>()
            )
        };
        let of_hosting = name(&[&[self.service], words].concat());
        let further = (2..).map(|number| format!("{of_hosting}_{number}"));
        let mut names = [name(words), of_hosting.clone()].into_iter().chain(further);
        let free = names.find(|name| self.shared.references.insert(name.clone()));
        let name = quoted(&free.unwrap_or_default());
        block.value(key, format!("{{ env = {name} }}"));
        block.comment = Some(PASSWORD);
    }
}
