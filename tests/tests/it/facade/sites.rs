//! Files of sites: an account is put in order, and a second run writes nothing.

use std::collections::BTreeMap;
use std::sync::Mutex;

use ovh_web::sites::{
    Applied, ApplyOptions, Event, LocalSecrets, Outcome, SavedPlan, Sites, SitesFile, Stop,
};
use ovh_web::{Error, ErrorKind};
use ovh_web_sandbox::{Fault, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

const FILE: &str = r#"
[defaults.site]
ssl = true
[template.shop]
folder = "www/{domain}"

[hosting."example.cluster01.hosting.ovh.net"]
php = "8.4"
ssh = "none"
certificate = true
env.APP_ENV = "production"
env.APP_KEY = { type = "password", value = { env = "APP_KEY" } }
[hosting."example.cluster01.hosting.ovh.net".crons.nightly]
command = "www/cron.php"
frequency = "0 3 * * *"
language = "php8.3"
[hosting."example.cluster01.hosting.ovh.net".users."{login}-shop"]
home = "shop"
password = { generate = true, store = "secrets/users" }
[hosting."example.cluster01.hosting.ovh.net".databases.exampleshop]
capacity = "sqlPerso"
type = "mysql"
password = { generate = true, store = "secrets/databases" }
[hosting."example.cluster01.hosting.ovh.net".site."shop.example.com"]
template = "shop"
aliases = ["www.{domain}"]
[hosting."example.cluster01.hosting.ovh.net".site."shop.example.com".dns]
zone = "example.com"
records = [{ type = "A", targets = ["{ip}"] }]
"#;

/// A sandbox with a zone, and a folder for secrets.
struct Place {
    scene: Scene,
    folder: tempfile::TempDir,
}

impl Place {
    async fn start() -> Self {
        let sandbox = Sandbox::builder().zone("example.com");
        Self {
            scene: Scene::of(sandbox).await,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn sites(&self, text: &str) -> Sites {
        let file = SitesFile::parse("sites.toml", text, |_| None).expect("a file");
        let environment = BTreeMap::from([("APP_KEY".to_owned(), "canary-app-key".to_owned())]);
        let secrets = LocalSecrets::in_folder(self.folder.path()).environment(environment);
        Sites::new(&self.scene.client, file).secrets(secrets)
    }

    async fn apply(&self, text: &str, options: ApplyOptions) -> Result<Applied, Error> {
        self.sites(text).apply(&options, &|_: Event<'_>| {}).await
    }
}

fn failed(applied: &Applied) -> Vec<String> {
    let left = applied.changes.iter().filter(|it| !it.outcome.is_done());
    left.map(|it| format!("{} {}: {}", it.of, it.planned, it.outcome))
        .collect()
}

#[tokio::test]
async fn second_apply_writes_nothing() {
    let place = Place::start().await;
    let applied = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&applied), [""; 0]);
    assert!(applied.is_complete());
    let made = changes(&place.scene.sandbox);
    for operation in [
        "databases::create",
        "users::create",
        "env_vars::create",
        "crons::create",
        "domains::attach",
        "domain/records::create",
        "certificates::create",
    ] {
        assert!(made.contains(&operation), "{operation}: {made:?}");
    }
    place.scene.sandbox.journal().clear();
    let again = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&again), [""; 0]);
    assert_eq!(changes(&place.scene.sandbox), [""; 0]);
    let plan = place.sites(FILE).plan().await.expect("a plan");
    assert!(!plan.has_changes() && !plan.has_problems(), "{plan:?}");
}
