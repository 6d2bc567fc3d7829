//! The offers of web hosting: a table of what each includes. It decides the responses about an
//! offer, the limits and the refusals.

use serde_json::{Value, json};

use crate::nearest::check_name;
use crate::response::Refusal;
use crate::rules::{Rule, Rules};

#[derive(Debug)]
pub(crate) struct Offer {
    /// Its names in the API. Offers that only differ in the name share a row.
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
    /// `true` if domains can be detached.
    pub(crate) detaches: bool,
    pub(crate) disk_gb: u32,
}

/// The offer of a hosting whose seed has none.
pub(crate) const DEFAULT: &str = "cloudweb2";

/// The Cloud Web offers, which include everything.
const CLOUD: Offer = Offer {
    names: &[
        "cloudweb1",
        "CLOUDWEB_1",
        "cloudwebbetax1",
        "cloudweb2",
        "CLOUDWEB_2",
    ],
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

/// Also the limits of an offer that is not in the table.
const PRO: Offer = Offer {
    names: &["pro2014", "hosting-pro", "PRO", "pro2010"],
    env_vars: 0,
    runtimes: 0,
    ..CLOUD
};

/// The modelled offers, from the smallest to the largest.
///
/// Guess: the numbers. The guides say which offers include SSH, users, variables and runtimes.
static ALL: [Offer; 6] = [
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
        ..PRO
    },
    Offer {
        names: &["perso2014", "hosting-perso", "PERSO", "perso2010"],
        databases: 1,
        database_mb: 512,
        domains: 100,
        users: 0,
        ssh: false,
        disk_gb: 100,
        ..PRO
    },
    PRO,
    Offer {
        names: &[
            "hosting-performance-1",
            "PERFORMANCE_1",
            "perf2014x1",
            "hosting-performance-2",
            "PERFORMANCE_2",
            "perf2014x2",
            "hosting-performance-3",
            "PERFORMANCE_3",
            "perf2014x3",
            "hosting-performance-4",
            "PERFORMANCE_4",
            "perf2014x4",
        ],
        disk_gb: 500,
        ..PRO
    },
    CLOUD,
    Offer {
        names: &["cloudweb3", "CLOUDWEB_3"],
        databases: 5,
        ..CLOUD
    },
];

impl Offer {
    /// The offer with this name. An unknown one has the limits of `pro2014`.
    pub(crate) fn of(name: &str) -> &'static Self {
        let found = ALL.iter().find(|offer| offer.names.contains(&name));
        found.unwrap_or(&PRO)
    }

    /// Refuses an offer that is not in the table.
    pub(crate) fn check(rules: &Rules, place: &str, name: &str) -> Result<(), Refusal> {
        let names: Vec<_> = ALL.iter().flat_map(|offer| offer.names).copied().collect();
        let problem = "the sandbox does not know the limits of the offer";
        let help = format!("expected one of {}", names.join(", "));
        let known = check_name(name, names.iter().copied(), problem, &help);
        match known {
            Err(problem) if rules.enforces(Rule::ModeledOffer) => {
                Err(Refusal::bad_value(place, problem))
            }
            _ => Ok(()),
        }
    }

    /// A `hosting.web.Capabilities`.
    pub(crate) fn json(&self) -> Value {
        let engines = engines();
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

/// The engines, with the versions of new databases; the first one is the default.
const ENGINES: &[(&str, &[&str])] = &[
    ("mysql", &["8.4", "8.0", "5.7"]),
    ("mariadb", &["11", "10.11"]),
    ("postgresql", &["15", "13", "12"]),
    ("redis", &["7.0", "6.0"]),
];

pub(crate) fn engines() -> Vec<&'static str> {
    ENGINES.iter().map(|(engine, _)| *engine).collect()
}

pub(crate) fn versions(place: &str, engine: &str) -> Result<&'static [&'static str], Refusal> {
    let found = ENGINES.iter().find(|(name, _)| *name == engine);
    found
        .map(|(_, versions)| *versions)
        .ok_or_else(|| Refusal::bad_value(place, "this engine is not offered"))
}
