//! Files of sites applied to an account that changes meanwhile, and plans that were applied in part.

use ovh_web::ErrorKind;
use ovh_web::domain::types::{NewRecord, RecordType};
use ovh_web::sites::{
    Applied, ApplyOptions, Event, LocalSecrets, Outcome, Plan, SavedPlan, Sites, SitesFile,
};
use ovh_web::types::NewUser;
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene};
use tempfile::TempDir;

/// A sandbox, and a folder for generated secrets.
struct Account {
    scene: Scene,
    folder: TempDir,
}

impl Account {
    async fn with_user() -> Self {
        let seed = HostingSeed::new(SERVICE).users(1);
        Self::of(Scene::of(Sandbox::builder().hosting_with(seed)).await)
    }

    fn of(scene: Scene) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { scene, folder }
    }

    fn sites(&self, text: &str) -> Sites {
        let text = format!("[hosting.\"{SERVICE}\"]\n{text}");
        let file = SitesFile::parse("sites.toml", &text, |_| None).expect("a file");
        let secrets = LocalSecrets::in_folder(self.folder.path());
        Sites::new(&self.scene.client, file).secrets(secrets)
    }

    async fn apply(&self, text: &str) -> Applied {
        apply(&self.sites(text), &ApplyOptions::new()).await
    }

    async fn plan(&self, text: &str) -> Plan {
        self.sites(text).plan().await.expect("a plan")
    }

    /// Begins to delete the user; the task ends without that.
    async fn begin_deletion(&self) {
        self.scene.sandbox.cancel_next_task("users::delete");
        let users = self.scene.hosting().users();
        drop(users.delete(USER).await.expect("a task"));
    }

    fn calls(&self, operation: &str) -> usize {
        let journal = self.scene.sandbox.journal();
        journal.operation(operation).entries().len()
    }
}

const USER: &str = "example-u1";

async fn apply(sites: &Sites, options: &ApplyOptions) -> Applied {
    let applied = sites.apply(options, &|_: Event<'_>| {}).await;
    applied.expect("an outcome")
}

/// The message of the only change, which failed because the account has changed.
#[track_caller]
fn changed_meanwhile(applied: &Applied) -> String {
    let [change] = &*applied.changes else {
        panic!("{:?}", applied.changes);
    };
    let Outcome::Failed(error) = &change.outcome else {
        panic!("{:?}", change.outcome);
    };
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.message().contains("since the plan"), "{error}");
    error.to_string()
}

#[tokio::test]
async fn canceled_deletion_is_not_repeated() {
    let account = Account::with_user().await;
    for text in ["prune = [\"users\"]", "absent.users = [\"example-u1\"]"] {
        account.begin_deletion().await;
        let calls = account.calls("users::delete");
        let message = changed_meanwhile(&account.apply(text).await);
        assert!(message.contains(USER), "{message}");
        assert_eq!(account.calls("users::delete"), calls, "{text}");
    }
}

#[tokio::test]
async fn canceled_creation_is_not_repeated() {
    let account = Account::of(Scene::start().await);
    account.scene.sandbox.cancel_next_task("users::create");
    let users = account.scene.hosting().users();
    let new = NewUser::new("www", "example-new", "Passw0rdOfIt");
    drop(users.create(&new).await.expect("a task"));
    let text = "users.example-new = { home = \"www\", password = { file = \"ftp\" } }";
    let plan = account.plan(text).await;
    assert!(plan.hostings[0].changes[0].in_progress);
    changed_meanwhile(&account.apply(text).await);
    assert_eq!(account.calls("users::create"), 1);
}

const GENERATED: &str = r#"password = { generate = true, store = "users" }"#;

#[tokio::test]
async fn object_that_stays_keeps_its_secret() {
    let account = Account::with_user().await;
    account.begin_deletion().await;
    // A new user with a generated password is planned.
    let text = format!("users.{USER} = {{ home = \"site1\", {GENERATED} }}");
    changed_meanwhile(&account.apply(&text).await);
    assert_eq!(account.calls("users::change_password"), 0);
}

#[tokio::test]
async fn missing_stored_secret_is_written_again() {
    let account = Account::with_user().await;
    let text = format!("users.{USER} = {{ home = \"site1\", {GENERATED} }}");
    let sites = account
        .sites(&text)
        .write_secrets([format!("users {USER}")]);
    let applied = apply(&sites, &ApplyOptions::new()).await;
    assert!(applied.is_complete(), "{:?}", applied.changes);
    assert_eq!(account.calls("users::change_password"), 1);
    let plan = account.plan(&text).await;
    assert!(
        plan.hostings[0]
            .changes
            .iter()
            .all(|it| it.reason.is_none())
    );
}

#[tokio::test]
async fn unreadable_store_is_found_before_a_write() {
    let account = Account::with_user().await;
    std::fs::write(account.folder.path().join("users"), "notes\n").expect("a file");
    let text = format!("env.A = \"b\"\nusers.example-new = {{ home = \"www\", {GENERATED} }}");
    let sites = account.sites(&text);
    let failed = sites.apply(&ApplyOptions::new(), &|_: Event<'_>| {}).await;
    let error = failed.expect_err("not a store");
    assert!(error.message().contains("nothing was sent"), "{error}");
    account.scene.sandbox.journal().changes().never();
}

#[tokio::test]
async fn saved_plan_goes_on_with_a_refresh() {
    let account = Account::of(Scene::of(Sandbox::builder().zone("example.com")).await);
    let text = "site.\"example.com\" = { folder = \"www\", dns.records = [{ type = \"TXT\", \
                targets = [\"a\"] }] }";
    let saved = SavedPlan::of(&account.plan(text).await);
    let fault = Fault::on("domain/zones::refresh").status(500);
    account.scene.sandbox.faults().add(fault);
    let options = ApplyOptions::new().saved_plan(saved);
    let applied = apply(&account.sites(text), &options).await;
    assert!(!applied.is_complete());
    account.scene.sandbox.faults().clear();
    let applied = apply(&account.sites(text), &options).await;
    assert!(applied.is_complete(), "{:?}", applied.changes);
    // Records of another plan are refused.
    let other = text.replace("\"a\"", "\"b\"");
    let failed = account
        .sites(&other)
        .apply(&options, &|_: Event<'_>| {})
        .await;
    assert_eq!(
        failed.expect_err("another record").kind(),
        ErrorKind::Conflict
    );
}

#[tokio::test]
async fn saved_plan_goes_on_with_a_certificate() {
    let account = Account::of(Scene::of(Sandbox::builder().zone("example.com")).await);
    let site = |name: &str, record: &str| {
        format!(
            "site.\"{name}\" = {{ folder = \"{name}\", ssl = true, dns = {{ zone = \"example.com\", \
             records = [{{ {record} }}] }} }}\n"
        )
    };
    let text = "certificate = [\"example.com\", \"shop.example.com\"]\n".to_owned()
        + &site("example.com", "type = \"A\", targets = [\"{ip}\"]")
        + &site("shop.example.com", "type = \"TXT\", targets = [\"x\"]");
    let options = ApplyOptions::new().saved_plan(SavedPlan::of(&account.plan(&text).await));
    // One domain is covered, then nothing changes.
    for _ in 0..2 {
        let applied = apply(&account.sites(&text), &options).await;
        assert!(!applied.is_complete());
        let [.., change] = &*applied.changes else {
            panic!("no change");
        };
        let pending = "shop.example.com: DNS points elsewhere";
        assert!(matches!(&change.outcome, Outcome::Pending(text) if text == pending));
    }
    let records = account.scene.client.zone("example.com").records();
    let address = NewRecord::new(RecordType::A, "192.0.2.10").sub_domain("shop");
    drop(records.ensure(&address).await.expect("a record"));
    let applied = apply(&account.sites(&text), &options).await;
    assert!(applied.is_complete(), "{:?}", applied.changes);
}
