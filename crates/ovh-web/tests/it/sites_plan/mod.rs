//! Tests of plans of files of sites, against a sandbox.

mod agreement;
mod errors;
mod imports;
mod limits;
mod lists;
mod objects;
mod removals;
mod requests;
mod secrets;

use std::collections::BTreeMap;
use std::time::Duration;

use ovh_web::sites::{
    HostingPlan, Plan, PlannedChange, SecretError, SecretStore, Sites, SitesFile,
};
use ovh_web::types::{Language, NewCron};
use ovh_web::{Change, ChangeKind, Client, Secret};
use ovh_web_sandbox::{Builder, Clock, Sandbox};

/// The default hosting of a sandbox, whose login is `example`.
const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// A sandbox whose work ends at once, and a client.
struct Account {
    sandbox: Sandbox,
    client: Client,
}

impl Account {
    async fn new() -> Self {
        Self::of(Sandbox::builder()).await
    }

    async fn of(builder: Builder) -> Self {
        let sandbox = builder.clock(Clock::manual()).start().await;
        let sandbox = sandbox.expect("a sandbox");
        let client = Client::builder().from_pairs(sandbox.env()).retries(0);
        let client = client.build().expect("a client");
        Self { sandbox, client }
    }

    /// Ends all work in progress.
    fn settle(&self) {
        self.sandbox.clock().advance(Duration::from_secs(3600));
    }

    async fn add_cron(&self, description: &str) -> u64 {
        let crons = self.client.hosting(SERVICE).crons();
        let cron = NewCron::new("www/cron.php", "0 3 * * *", Language::Php8_3);
        let task = crons.create(&cron.description(description)).await;
        drop(task.expect("a task"));
        self.settle();
        let all = self.sandbox.state().crons(SERVICE);
        all.last().expect("a cron").id
    }

    fn sites(&self, text: &str) -> Sites {
        Sites::new(&self.client, file(text))
    }

    async fn plan(&self, text: &str) -> Plan {
        self.sites(text).plan().await.expect("a plan")
    }

    /// Plans the default hosting.
    async fn plan_of(&self, text: &str) -> HostingPlan {
        let text = format!("[hosting.\"{SERVICE}\"]\n{text}");
        self.plan(&text).await.hostings.remove(0)
    }

    /// Returns the operations of a plan, and asserts that it sent no write.
    async fn requests(&self, text: &str) -> (Plan, Vec<&'static str>) {
        let journal = self.sandbox.journal();
        journal.clear();
        let plan = self.plan(text).await;
        let entries = journal.entries();
        assert!(entries.iter().all(|it| it.method == "GET"), "{entries:?}");
        let operations = entries.iter().filter_map(|it| it.operation);
        let mut operations: Vec<_> = operations.filter(|it| *it != "auth::time").collect();
        operations.sort_unstable();
        (plan, operations)
    }
}

fn file(text: &str) -> SitesFile {
    SitesFile::parse("sites.toml", text, |_| None).expect("a file")
}

/// The changes as lines, removals without their fields.
fn lines(plan: &HostingPlan) -> Vec<String> {
    assert!(plan.error.is_none(), "{:?}", plan.error);
    let line = |it: &PlannedChange| match it.change.kind {
        ChangeKind::Removed => format!("{} {}: removed", it.kind, it.name),
        _ => it.to_string(),
    };
    plan.changes.iter().map(line).collect()
}

fn only(plan: &HostingPlan) -> &PlannedChange {
    assert_eq!(plan.changes.len(), 1, "{:?}", lines(plan));
    &plan.changes[0]
}

/// A store with generated secrets. Nothing else may be read.
#[derive(Debug, Default)]
struct Store(BTreeMap<String, &'static str>);

impl SecretStore for Store {
    fn env(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        panic!("a plan reads {name}");
    }

    fn file(&self, path: &str) -> Result<Option<Secret>, SecretError> {
        panic!("a plan reads {path}");
    }

    fn stored(&self, store: &str, object: &str) -> Result<Option<Secret>, SecretError> {
        match store {
            "broken" => Err(SecretError::new("the store cannot be read")),
            _ => Ok(self.0.get(object).copied().map(Secret::new)),
        }
    }

    fn generate(&self, _: &str, object: &str) -> Result<Secret, SecretError> {
        panic!("a plan generates a secret of {object}");
    }
}

/// A change of `ensure` with the names that its fields have in a file.
fn in_the_file(change: &Change) -> Change {
    let name = |field: &'static str| match field {
        "engine_version" => "php",
        "ssh_state" => "ssh",
        "path" => "folder",
        "type_" => "type",
        other => other,
    };
    let mut change = change.clone();
    for field in &mut change.fields {
        field.name = name(field.name);
    }
    for field in &mut change.unverified {
        *field = name(field);
    }
    change
}
