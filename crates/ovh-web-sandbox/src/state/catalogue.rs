//! The modules that can be installed. The names are real, ids and versions are the sandbox's own.

use serde_json::{Value, json};

/// One entry of the catalogue.
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
    size_mb: f64,
    php: &'static str,
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
            "languageRequirement": {"unit": "php", "value": self.php},
            "latest": self.latest,
            "name": self.name,
            "size": {"unit": "MB", "value": self.size_mb},
            "upgradeFrom": self.upgrade_from,
            "version": self.version,
        })
    }
}

/// The entry with this id.
pub(crate) fn find(id: u64) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.id == id)
}

const WIDE: &[&str] = &["de", "en", "es", "fr", "it", "nl", "pl", "pt"];

/// Every entry, by id.
pub(crate) static ALL: &[Entry] = &[
    Entry {
        id: 101,
        name: "wordpress",
        admin_folder: "wp-admin",
        admin_is_email: false,
        languages: WIDE,
        branch: "old",
        latest: false,
        active: true,
        upgrade_from: &[],
        version: "6.7.2",
        author: "WordPress",
        size_mb: 72.0,
        php: "7.4",
        keywords: &["blog", "cms"],
    },
    Entry {
        id: 102,
        name: "wordpress",
        admin_folder: "wp-admin",
        admin_is_email: false,
        languages: WIDE,
        branch: "stable",
        latest: true,
        active: true,
        upgrade_from: &[101],
        version: "6.8.1",
        author: "WordPress",
        size_mb: 75.0,
        php: "8.1",
        keywords: &["blog", "cms"],
    },
    Entry {
        id: 201,
        name: "prestashop",
        admin_folder: "admin-sandbox",
        admin_is_email: true,
        languages: WIDE,
        branch: "stable",
        latest: true,
        active: true,
        upgrade_from: &[],
        version: "8.2.1",
        author: "PrestaShop",
        size_mb: 310.0,
        php: "8.1",
        keywords: &["shop"],
    },
    Entry {
        id: 301,
        name: "drupal",
        admin_folder: "user",
        admin_is_email: false,
        languages: &["en"],
        branch: "stable",
        latest: true,
        active: true,
        upgrade_from: &[],
        version: "11.1.7",
        author: "Drupal",
        size_mb: 120.0,
        php: "8.3",
        keywords: &["cms"],
    },
    Entry {
        id: 401,
        name: "joomla",
        admin_folder: "administrator",
        admin_is_email: false,
        languages: &["de", "en", "es", "fr"],
        branch: "old",
        latest: false,
        active: false,
        upgrade_from: &[],
        version: "4.4.13",
        author: "Joomla",
        size_mb: 80.0,
        php: "7.4",
        keywords: &["cms"],
    },
    Entry {
        id: 402,
        name: "joomla",
        admin_folder: "administrator",
        admin_is_email: false,
        languages: &["de", "en", "es", "fr"],
        branch: "stable",
        latest: true,
        active: true,
        upgrade_from: &[],
        version: "5.3.0",
        author: "Joomla",
        size_mb: 88.0,
        php: "8.1",
        keywords: &["cms"],
    },
];
