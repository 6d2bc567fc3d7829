//! The offers of web hosting, as data. What an offer includes drives what the API says about it,
//! the limits and the refusals.

use serde_json::{Value, json};

use crate::reply::Refusal;
use crate::rules::{Rule, Rules};
use crate::state::databases::ENGINES;

/// An offer, and what it includes.
#[derive(Debug)]
pub(crate) struct Offer {
    /// Its names in the API; several offers differ in nothing else.
    names: &'static [&'static str],
    pub(crate) databases: usize,
    pub(crate) database_mb: i64,
    /// Attached domains.
    pub(crate) domains: usize,
    /// Users besides the primary one.
    pub(crate) users: usize,
    pub(crate) env_vars: usize,
    pub(crate) runtimes: usize,
    pub(crate) ssh: bool,
    /// Whether domains can be detached.
    pub(crate) detaches: bool,
    pub(crate) disk_gb: u32,
}

/// The offer of a hosting that does not name one.
pub(crate) const DEFAULT: &str = "cloudweb2";

/// A Cloud Web offer, in which everything can be tried.
const CLOUD: Offer = Offer {
    names: &["cloudweb1", "CLOUDWEB_1", "cloudwebbetax1"],
    databases: 4,
    database_mb: 1024,
    domains: 2_000,
    users: 1_000,
    env_vars: 50,
    runtimes: 10,
    ssh: true,
    detaches: true,
    disk_gb: 250,
};

const PERFORMANCE: Offer = Offer {
    names: &["hosting-performance-1", "PERFORMANCE_1", "perf2014x1"],
    env_vars: 0,
    runtimes: 0,
    disk_gb: 500,
    ..CLOUD
};

/// Every offer that is modelled, from the smallest on.
///
/// Guess: the numbers. Which offers include SSH, users, variables and runtimes is from guides.
static ALL: [Offer; 10] = [
    Offer {
        names: &[
            "hosting-starter",
            "hosting-starter-ovh",
            "hosting-free-100m",
            "starter",
            "START",
            "start10m",
            "start1m",
            "start1g",
            "start5g",
            "start10g",
        ],
        databases: 1,
        database_mb: 200,
        domains: 1,
        users: 0,
        ssh: false,
        detaches: false,
        disk_gb: 1,
        ..PERFORMANCE
    },
    Offer {
        names: &["perso2014", "hosting-perso", "PERSO", "perso2010"],
        databases: 1,
        database_mb: 512,
        domains: 100,
        users: 0,
        ssh: false,
        disk_gb: 100,
        ..PERFORMANCE
    },
    Offer {
        names: &["pro2014", "hosting-pro", "PRO", "pro2010"],
        disk_gb: 250,
        ..PERFORMANCE
    },
    PERFORMANCE,
    Offer {
        names: &["hosting-performance-2", "PERFORMANCE_2", "perf2014x2"],
        ..PERFORMANCE
    },
    Offer {
        names: &["hosting-performance-3", "PERFORMANCE_3", "perf2014x3"],
        ..PERFORMANCE
    },
    Offer {
        names: &["hosting-performance-4", "PERFORMANCE_4", "perf2014x4"],
        ..PERFORMANCE
    },
    CLOUD,
    Offer {
        names: &["cloudweb2", "CLOUDWEB_2"],
        ..CLOUD
    },
    Offer {
        names: &["cloudweb3", "CLOUDWEB_3"],
        databases: 5,
        ..CLOUD
    },
];

/// The place of `pro2014` in the table.
const PRO: usize = 2;

impl Offer {
    /// The offer of this name; another one has the limits of `pro2014`.
    pub(crate) fn of(name: &str) -> &'static Self {
        let found = ALL.iter().find(|offer| offer.names.contains(&name));
        found.unwrap_or(&ALL[PRO])
    }

    /// Checks that an offer is one of the table.
    pub(crate) fn check(rules: &Rules, place: &str, name: &str) -> Result<(), Refusal> {
        let mut names = ALL.iter().flat_map(|offer| offer.names);
        if !rules.enforces(Rule::ModeledOffer) || names.any(|known| *known == name) {
            return Ok(());
        }
        let names: Vec<_> = ALL.iter().flat_map(|offer| offer.names).copied().collect();
        let problem = format!(
            "the sandbox does not know the limits of this offer; expected one of {}",
            names.join(", ")
        );
        Err(Refusal::bad_value(place, problem))
    }

    /// A `hosting.web.Capabilities`.
    pub(crate) fn json(&self) -> Value {
        let engines: Vec<_> = ENGINES.iter().map(|(kind, _)| *kind).collect();
        let languages = |of_cloud: Value| match self.runtimes {
            0 => json!([]),
            _ => of_cloud,
        };
        json!({
            "attachedDomains": self.domains,
            "crontab": self.users > 0,
            "databaseEngines": engines.len(),
            "databases": [{
                "available": self.databases,
                "engines": engines,
                "isolation": "shared",
                "quota": {"unit": "MB", "value": self.database_mb},
                "type": "sqlPerso",
            }],
            "disk": {"type": "SSD", "unit": "GB", "value": self.disk_gb},
            "emails": {"available": 10, "quota": {"unit": "GB", "value": 5}},
            "envVars": self.env_vars,
            "extraUsers": self.users,
            "filesBrowser": true,
            "highlight": null,
            "languages": {
                "nodejs": languages(json!(["nodejs-12"])),
                "php": ["phpfpm-7.4", "phpfpm-8.0", "phpfpm-8.4"],
                "python": languages(json!(["python-3"])),
                "ruby": languages(json!(["ruby-2.6"])),
            },
            "moduleOneClick": true,
            "privateDatabases": [],
            "runtimes": self.runtimes,
            "sitesRecommended": null,
            "ssh": self.ssh,
            "traffic": null,
        })
    }
}
