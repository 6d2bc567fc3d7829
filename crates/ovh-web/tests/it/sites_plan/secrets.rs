//! Secrets in a plan: never read, unless a store decides.

use std::collections::BTreeMap;

use ovh_web::ChangeKind;
use ovh_web_sandbox::{HostingSeed, Sandbox};

use super::{Account, SERVICE, Store, lines, only};

async fn with_user() -> Account {
    let seed = HostingSeed::new(SERVICE).users(1);
    Account::of(Sandbox::builder().hosting_with(seed)).await
}

fn user(login: &str, password: &str) -> String {
    format!(
        "[hosting.\"{SERVICE}\".users]\n{login} = {{ home = \"site1\", password = {password} }}"
    )
}

const GENERATED: &str = r#"{ generate = true, store = "secrets/users" }"#;

#[tokio::test]
async fn new_user_needs_a_password() {
    let account = Account::new().await;
    let plan = account.plan_of("users.example-a = { home = \"a\" }").await;
    assert_eq!(
        lines(&plan),
        ["users example-a: in conflict (home: none -> a): a new user needs a password"]
    );
}

#[tokio::test]
async fn object_without_stored_secret_is_reported() {
    let account = with_user().await;
    let sites = account.sites(&user("example-u1", GENERATED));
    let plan = sites.clone().secrets(Store::default());
    let plan = plan.plan().await.expect("a plan");
    let change = only(&plan.hostings[0]);
    assert_eq!(change.change.kind, ChangeKind::Unchanged);
    assert_eq!(change.change.unverified, ["password"]);
    let reason = change.reason.as_deref().unwrap_or_default();
    assert!(reason.contains("secrets/users"), "{reason}");
    assert!(!plan.has_changes() && !plan.has_problems());

    let object = format!("{SERVICE} users example-u1");
    let stored = Store(BTreeMap::from([(object, "canary")]));
    let plan = sites.secrets(stored).plan().await.expect("a plan");
    let change = only(&plan.hostings[0]);
    assert_eq!(
        (change.change.kind, &change.reason),
        (ChangeKind::Unchanged, &None)
    );
}

#[tokio::test]
async fn created_object_reads_no_secret() {
    let account = with_user().await;
    for password in [GENERATED, r#"{ env = "FTP" }"#, r#"{ file = "ftp" }"#] {
        let sites = account.sites(&user("example-new", password));
        let plan = sites.secrets(Store::default()).plan().await;
        let plan = plan.expect("a plan");
        assert_eq!(only(&plan.hostings[0]).change.kind, ChangeKind::Created);
    }
}

#[tokio::test]
async fn unreadable_store_is_the_reason() {
    let account = with_user().await;
    let password = r#"{ generate = true, store = "broken" }"#;
    let sites = account.sites(&user("example-u1", password));
    let plan = sites.secrets(Store::default()).plan().await;
    let plan = plan.expect("a plan");
    let reason = only(&plan.hostings[0]).reason.as_deref();
    assert_eq!(reason, Some("the store cannot be read"));
}

#[tokio::test]
async fn named_secret_is_written_again() {
    let account = with_user().await;
    let sites = account.sites(&user("example-u1", GENERATED));
    let sites = sites.secrets(Store::default());
    let plan = sites.write_secrets(["users example-u1"]).plan().await;
    let plan = plan.expect("a plan");
    assert_eq!(
        lines(&plan.hostings[0]),
        ["users example-u1: updated (password: [redacted] -> [redacted])"]
    );
}

#[tokio::test]
async fn unknown_secret_is_refused() {
    let account = with_user().await;
    let sites = account.sites(&user("example-u1", GENERATED));
    for name in ["users example-u2", "example-u1", "databases example-u1"] {
        let sites = sites.clone().write_secrets([name]);
        let error = sites.plan().await.expect_err("no such secret");
        assert!(error.message().contains(name), "{error}");
    }
}

#[tokio::test]
async fn secret_variable_is_unverified() {
    let account = Account::new().await;
    let variables = account.client.hosting(SERVICE).env_vars();
    for (key, type_) in [("KEY", "password"), ("TOKEN", "string")] {
        let new = ovh_web::types::NewEnvVar::new(key, type_, "canary-value");
        drop(variables.create(&new).await.expect("a task"));
    }
    account.settle();
    let text = format!(
        r#"
        [hosting."{SERVICE}".env]
        KEY = {{ type = "password", value = {{ env = "KEY" }} }}
        TOKEN = {{ type = "string", value = {{ env = "TOKEN" }} }}
        "#
    );
    let sites = account.sites(&text).secrets(Store::default());
    let plan = sites.clone().plan().await.expect("a plan");
    assert_eq!(
        lines(&plan.hostings[0]),
        [
            "env KEY: unchanged (unverified: value)",
            "env TOKEN: unchanged (unverified: value)",
        ]
    );
    let plan = sites.write_secrets(["env KEY"]).plan().await;
    let plan = plan.expect("a plan");
    assert_eq!(
        lines(&plan.hostings[0])[0],
        "env KEY: updated (value: [redacted] -> [redacted])"
    );
    let shown = format!("{plan:?}{}", serde_json::to_string(&plan).expect("JSON"));
    assert!(!shown.contains("canary"));
}
