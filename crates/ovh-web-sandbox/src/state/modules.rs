//! Modules: ready-made applications, and the catalog of them. The names in the catalog are real; ids,
//! versions and sizes are made up.

use serde_json::{Value, json};

use super::databases::port;
use super::resources::Resource;
use crate::clock::Moment;

/// The disk space that an installed module uses.
pub(super) const SIZE_MB: f64 = 75.0;

/// One entry of the catalog.
pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    pub(crate) admin_folder: &'static str,
    pub(crate) admin_is_email: bool,
    pub(crate) languages: &'static [&'static str],
    pub(crate) branch: &'static str,
    pub(crate) latest: bool,
    pub(crate) active: bool,
    pub(crate) upgrade_from: &'static [u64],
    version: &'static str,
    author: &'static str,
    keywords: &'static [&'static str],
}

impl Entry {
    /// A `hosting.web.ModuleList`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "active": self.active,
            "adminNameType": if self.admin_is_email { "email" } else { "string" },
            "author": self.author,
            "branch": self.branch,
            "id": self.id,
            "keywords": self.keywords,
            "language": self.languages,
            "languageRequirement": {"unit": "php", "value": "8.1"},
            "latest": self.latest,
            "name": self.name,
            "size": {"unit": "MB", "value": SIZE_MB},
            "upgradeFrom": self.upgrade_from,
            "version": self.version,
        })
    }
}

pub(crate) fn find(id: u64) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.id == id)
}

const WORDPRESS: Entry = Entry {
    id: 102,
    name: "wordpress",
    admin_folder: "wp-admin",
    admin_is_email: false,
    languages: &["de", "en", "es", "fr", "it", "nl", "pl", "pt"],
    branch: "stable",
    latest: true,
    active: true,
    upgrade_from: &[101],
    version: "6.8.1",
    author: "WordPress",
    keywords: &["blog", "cms"],
};

const JOOMLA: Entry = Entry {
    id: 402,
    name: "joomla",
    admin_folder: "administrator",
    languages: &["de", "en", "es", "fr"],
    upgrade_from: &[],
    version: "5.3.0",
    author: "Joomla",
    keywords: &["cms"],
    ..WORDPRESS
};

pub(crate) static ALL: &[Entry] = &[
    Entry {
        id: 101,
        branch: "old",
        latest: false,
        upgrade_from: &[],
        version: "6.7.2",
        ..WORDPRESS
    },
    WORDPRESS,
    Entry {
        id: 201,
        name: "prestashop",
        admin_folder: "admin-sandbox",
        admin_is_email: true,
        upgrade_from: &[],
        version: "8.2.1",
        author: "PrestaShop",
        keywords: &["shop"],
        ..WORDPRESS
    },
    Entry {
        id: 301,
        name: "drupal",
        admin_folder: "user",
        languages: &["en"],
        upgrade_from: &[],
        version: "11.1.7",
        author: "Drupal",
        keywords: &["cms"],
        ..WORDPRESS
    },
    Entry {
        id: 401,
        branch: "old",
        latest: false,
        active: false,
        version: "4.4.13",
        ..JOOMLA
    },
    JOOMLA,
];

/// The properties of a new module. The administrator's password is not stored.
pub(crate) struct NewModule<'a> {
    pub(crate) id: u64,
    pub(crate) entry: &'a Entry,
    pub(crate) admin_name: &'a str,
    pub(crate) language: &'a str,
    pub(crate) path: &'a str,
    pub(crate) domain: &'a str,
    pub(crate) dependencies: Vec<Value>,
}

/// A database that a module uses.
pub(crate) fn dependency(name: &str, user: &str, prefix: &str) -> Value {
    json!({
        "name": name,
        "password": null,
        "port": port("mysql"),
        "prefix": prefix,
        "server": name,
        "type": "mysql",
        "user": user,
    })
}

impl NewModule<'_> {
    /// A `hosting.web.module`, which hides its domain.
    pub(crate) fn resource(&self, now: Moment) -> Resource {
        let shown = json!({
            "adminFolder": self.entry.admin_folder,
            "adminName": self.admin_name,
            "creationDate": now.rfc3339(),
            "dependencies": self.dependencies,
            "id": self.id,
            "language": self.language,
            "lastUpdate": now.rfc3339(),
            "moduleId": self.entry.id,
            "path": self.path,
            "targetUrl": format!("http://{}", self.domain),
        });
        Resource::created(shown).with_hidden(self.domain)
    }
}
