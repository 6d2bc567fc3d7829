//! Makes the desired state of a hosting from the file and the facts of the hosting.
//!
//! Settings are merged, placeholders replaced, and names brought into their normal form.

mod objects;
mod records;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use records::{SetKey, set_key};

use super::Kind;
use super::budget::Budget;
use super::entries::{AbsentEntry, CertificateEntry, HostingSettings, TemplateEntry};
use super::merge::{merge, subtable};
use super::names;
use super::node::decode::{Decode, Mistakes};
use super::node::{Member, Node, Table, Text, Value};
use super::place::{Place, Placed};
use super::placeholders::{Values, Variables, check_name};
use super::wanted::{HostingFacts, WantedHosting};
use crate::ensure::same_folder;
use crate::types::{NewDomain, OvhConfigChange};

/// The bytes of a domain besides its texts.
const BODY: usize = 512;

/// The parts of a file, not yet merged.
#[derive(Clone, Default)]
pub(super) struct Parts {
    pub(super) variables: Variables,
    pub(super) hosting_defaults: Table,
    pub(super) site_defaults: Table,
    pub(super) templates: Table,
    pub(super) hostings: Table,
}

/// Returns the desired state of a hosting, as far as it has no mistakes.
pub(super) fn resolve(
    file: &Parts,
    hosting: &Member,
    facts: &HostingFacts,
    budget: &Budget,
    to: &mut Mistakes,
) -> WantedHosting {
    let wanted = WantedHosting::new(hosting.key.place.clone());
    let mut resolver = Resolver {
        file,
        facts,
        budget,
        to,
        wanted,
        absent: BTreeMap::new(),
        sets: BTreeMap::new(),
    };
    if let Value::Table(own) = &hosting.node.value {
        resolver.hosting(&hosting.key.place, own);
    }
    resolver.wanted
}

struct Resolver<'a> {
    file: &'a Parts,
    facts: &'a HostingFacts,
    budget: &'a Budget,
    to: &'a mut Mistakes,
    wanted: WantedHosting,
    absent: BTreeMap<Kind, BTreeMap<String, Place>>,
    /// The indices of the record sets, by zone.
    sets: BTreeMap<(String, SetKey), usize>,
}

impl Resolver<'_> {
    fn hosting(&mut self, place: &Place, own: &Table) {
        let mut merged = merge(&[&self.file.hosting_defaults, own]);
        let sites = merged.remove("site");
        let none = BTreeMap::new();
        let values = Values {
            facts: self.facts,
            domain: None,
            variables: &self.file.variables,
            own: &none,
            budget: self.budget,
        };
        let merged = values.expand(&merged, self.to);
        let settings = HostingSettings::decode(&table_node(place, merged), self.to);
        let (mut certificate, mut absent, mut prune) = (None, None, None);
        if let Some(settings) = settings {
            self.config(&settings);
            self.wanted.ssh = settings.ssh;
            self.env(settings.env);
            self.crons(settings.crons);
            self.users(settings.users);
            self.databases(settings.databases);
            (certificate, absent) = (settings.certificate, settings.absent);
            prune = settings.prune;
        }
        if let Some(Node {
            value: Value::Table(sites),
            ..
        }) = sites.map(|sites| sites.node)
        {
            let mut names = BTreeMap::new();
            for Member { key, node } in sites.values() {
                if self.budget.is_spent() {
                    return;
                }
                if let Value::Table(own) = &node.value {
                    self.site(key, own, &mut names);
                }
            }
        }
        self.primary_login();
        if let Some(certificate) = certificate {
            self.certificate(certificate);
        }
        for kind in prune.into_iter().flatten() {
            self.wanted.prune.entry(kind.value).or_insert(kind.place);
        }
        if let Some(absent) = absent {
            self.absent(absent);
        }
    }

    fn config(&mut self, settings: &HostingSettings) {
        let mut change = OvhConfigChange::new();
        let mut place = None;
        macro_rules! set {
            ($($field:ident = $name:ident),*) => {$(
                if let Some(setting) = &settings.$name {
                    change.$field = Some(setting.value.clone());
                    place.get_or_insert(&setting.place);
                }
            )*};
        }
        set!(
            engine_version = php,
            engine_name = engine,
            container = container,
            environment = environment,
            http_firewall = http_firewall
        );
        self.wanted.config = place.map(|place| Placed {
            place: place.clone(),
            value: change,
        });
    }

    fn site(&mut self, key: &Text, own: &Table, names: &mut BTreeMap<String, Place>) -> Option<()> {
        let domain = names::site(key, self.to)?;
        if let Some(first) = names.insert(domain.clone(), key.place.clone()) {
            let message = format!("`{key}` is the same domain as at {first}");
            self.to.add(&key.place, message);
            return None;
        }
        let before = self.to.count();
        let template = self.template(own).unwrap_or_default();
        let mut merged = merge(&[&self.file.site_defaults, &template, own]);
        merged.remove("template");
        let variables = self.own_variables(&merged);
        let values = Values {
            facts: self.facts,
            domain: Some(&domain),
            variables: &self.file.variables,
            own: &variables,
            budget: self.budget,
        };
        let merged = values.expand(&merged, self.to);
        let entry = TemplateEntry::decode(&table_node(&key.place, merged), self.to)?;
        // A folder with a mistake is not missing.
        let is_complete = entry.folder.is_some() || self.to.count() == before;
        let mut body = is_complete
            .then(|| self.body(&domain, key, &entry))
            .flatten();
        self.env(entry.env);
        self.crons(entry.crons);
        self.users(entry.users);
        self.databases(entry.databases);
        let mut domains = BTreeMap::from([(domain, key)]);
        for alias in entry.aliases.iter().flatten() {
            let Some(name) = names::domain(alias, self.to) else {
                continue;
            };
            if let Some(first) = domains.get(&name) {
                let message = format!("`{alias}` is the same domain as at {}", first.place);
                self.to.add(&alias.place, message);
                continue;
            }
            domains.insert(name, alias);
        }
        if let Some(dns) = &entry.dns {
            if let Some(body) = &mut body {
                body.bypass_dns_configuration = Some(true);
            }
            self.dns(dns, key, &domains);
        }
        let texts = entry.folder.iter().chain(&entry.own_log);
        let size = BODY + texts.map(|text| text.value.len()).sum::<usize>();
        for (name, text) in domains {
            if !self.budget.take(size, &text.place, self.to) {
                return None;
            }
            if let Some(mut body) = body.clone() {
                body.domain.clone_from(&name);
                put(
                    &mut self.wanted.domains,
                    "domain",
                    name,
                    text,
                    body,
                    is_same_domain,
                    self.to,
                );
            }
        }
        Some(())
    }

    /// Returns the settings of the template that a site or its defaults name.
    fn template(&mut self, own: &Table) -> Option<Table> {
        let defaults = &self.file.site_defaults;
        let member = own.get("template").or_else(|| defaults.get("template"));
        let name = match member.map(|member| &member.node.value) {
            None => return Some(Table::new()),
            Some(Value::Text(name)) => name,
            Some(_) => {
                self.to.repeat();
                return None;
            }
        };
        if self.file.templates.contains_key(&name.value) {
            return Some(subtable(&self.file.templates, &name.value));
        }
        let known = self.file.templates.keys().map(|name| &**name);
        self.to.unknown("template", name, known);
        None
    }

    fn own_variables(&mut self, site: &Table) -> Variables {
        let mut variables = Variables::new();
        for Member { key, node } in subtable(site, "variables").values() {
            check_name(key, self.to);
            let value = match &node.value {
                Value::Text(text) => Some(text.value.clone()),
                _ => None,
            };
            variables.insert(key.value.clone(), value);
        }
        variables
    }

    fn body(&mut self, domain: &str, key: &Text, entry: &TemplateEntry) -> Option<NewDomain> {
        let folder = required(entry.folder.as_ref(), "folder", key, self.to)?;
        let mut body = NewDomain::new(domain, names::folder(folder, self.to)?);
        body.ssl = entry.ssl;
        body.firewall.clone_from(&entry.firewall);
        body.cdn.clone_from(&entry.cdn);
        body.ip_location.clone_from(&entry.ip_location);
        body.runtime_id = entry.runtime;
        if let Some(own_log) = &entry.own_log {
            body.own_log = Some(names::domain(own_log, self.to)?);
        }
        Some(body)
    }

    fn certificate(&mut self, certificate: CertificateEntry) {
        match certificate {
            CertificateEntry::Sites(false) => {}
            CertificateEntry::Sites(true) => {
                let domains = self.wanted.domains.iter();
                let with_ssl = domains.filter(|(_, domain)| domain.value.ssl == Some(true));
                self.wanted.certificate = with_ssl.map(|(name, _)| name.clone()).collect();
            }
            CertificateEntry::Domains(list) => {
                let domains = self.distinct_domains(&list);
                for (name, place) in &domains {
                    let wanted = self.wanted.domains.get(name);
                    if let Some(site) = wanted.filter(|it| it.value.ssl == Some(false)) {
                        let message = format!("the site has `ssl = false` at {}", site.place);
                        self.to.add(place, message);
                    }
                }
                self.wanted.certificate = domains.into_keys().collect::<BTreeSet<_>>();
            }
        }
    }

    fn distinct_domains(&mut self, list: &[Text]) -> BTreeMap<String, Place> {
        let mut domains = BTreeMap::new();
        for text in list {
            let Some(name) = names::domain(text, self.to) else {
                continue;
            };
            if let Some(first) = domains.get(&name) {
                let message = format!("`{text}` is the same domain as at {first}");
                self.to.add(&text.place, message);
                continue;
            }
            domains.insert(name, text.place.clone());
        }
        domains
    }

    fn absent(&mut self, absent: AbsentEntry) {
        let domains = self.distinct_domains(&absent.domains.unwrap_or_default());
        for (name, place) in domains {
            let named = self.wanted.domains.get(&name).map(|it| it.place.clone());
            self.remove(Kind::Domains, name, place, named);
        }
        macro_rules! remove {
            ($($kind:ident $list:ident: $name:expr;)*) => {$(
                for text in absent.$list.unwrap_or_default() {
                    let Some(name) = $name(&text, self.to) else {
                        continue;
                    };
                    let named = self.wanted.$list.get(&name).map(|it| it.place.clone());
                    self.remove(Kind::$kind, name, text.place, named);
                }
            )*};
        }
        remove! {
            Users users: names::login;
            Databases databases: names::database_user;
            Env env: names::env;
            Crons crons: names::cron_key;
        }
        self.wanted.absent = std::mem::take(&mut self.absent);
    }

    fn remove(&mut self, kind: Kind, name: String, place: Place, named: Option<Place>) {
        if let Some(named) = named {
            let message = format!("the name is absent here, but {kind} name it at {named}");
            self.to.add(&place, message);
            return;
        }
        let names = self.absent.entry(kind).or_default();
        names.entry(name).or_insert(place);
    }
}

/// Compares domains of one name: a folder has several spellings.
fn is_same_domain(a: &NewDomain, b: &NewDomain) -> bool {
    let mut a = a.clone();
    if same_folder(&a.path, &b.path) {
        a.path.clone_from(&b.path);
    }
    a == *b
}

fn table_node(place: &Place, table: Table) -> Node {
    let place = place.clone();
    let value = Value::Table(table);
    Node { place, value }
}

/// Returns the value of a field, or adds a mistake at the name of its object.
fn required<T>(value: Option<T>, field: &str, key: &Text, to: &mut Mistakes) -> Option<T> {
    if value.is_none() {
        to.add(&key.place, format!("missing field `{field}` of `{key}`"));
    }
    value
}

/// Adds an object, or a mistake if the file gives it differently elsewhere.
fn put<T>(
    objects: &mut BTreeMap<String, Placed<T>>,
    what: &str,
    name: String,
    text: &Text,
    value: T,
    is_same: impl Fn(&T, &T) -> bool,
    to: &mut Mistakes,
) {
    match objects.get(&name) {
        Some(first) if !is_same(&first.value, &value) => {
            let message = format!(
                "the {what} `{text}` is given differently at {}",
                first.place
            );
            to.add(&text.place, message);
        }
        Some(_) => {}
        None => {
            let place = text.place.clone();
            objects.insert(name, Placed { place, value });
        }
    }
}
