//! Created, updated and unchanged objects in a plan.

use futures_util::StreamExt;
use ovh_web::ChangeKind;
use ovh_web::types::{EnvVarType, NewEnvVar, NewUser};
use ovh_web_sandbox::{HostingSeed, Sandbox};

use super::{Account, SERVICE, file, in_the_file, lines, only};

#[tokio::test]
async fn created_objects_show_their_fields() {
    let account = Account::new().await;
    let plan = account
        .plan_of(
            r#"
            env.APP_ENV = "production"
            env.APP_KEY = { type = "password", value = { env = "APP_KEY" } }
            users.example-shop = { home = "shop", ssh = "none", password = { file = "ftp" } }
            databases.exampleshop = { capacity = "sqlPerso", type = "mysql", password = { env = "DB" } }
            crons.nightly = { command = "a.php", frequency = "0 3 * * *", language = "php8.3" }
            site."shop.example.com" = { folder = "shop", ssl = true }
            "#,
        )
        .await;
    assert_eq!(
        lines(&plan),
        [
            "users example-shop: created (home: none -> shop, password: none -> [redacted], \
             ssh: none -> none)",
            "databases exampleshop: created (capacity: none -> sqlPerso, type: none -> mysql, \
             password: none -> [redacted])",
            "env APP_ENV: created (type: none -> string, value: none -> production)",
            "env APP_KEY: created (type: none -> password, value: none -> [redacted])",
            "crons nightly: created (command: none -> a.php, frequency: none -> \"0 3 * * *\", \
             language: none -> php8.3)",
            "domains shop.example.com: created (folder: none -> shop, ssl: none -> true)",
        ]
    );
    assert!(plan.changes.iter().all(|it| it.place.is_some()));
    let fields = plan.changes.iter().flat_map(|it| &it.change.fields);
    assert!(fields.into_iter().all(|field| field.from.is_none()));
}

#[tokio::test]
async fn updates_show_old_and_new_values() {
    let account = Account::of(
        Sandbox::builder().hosting_with(HostingSeed::new(SERVICE).users(1).domains(1).databases(1)),
    )
    .await;
    let id = account.add_cron("Sends the reports").await;
    let hosting = account.client.hosting(SERVICE);
    let new = NewEnvVar::new("APP_ENV", EnvVarType::String, "canary-old");
    drop(hosting.env_vars().create(&new).await.expect("a task"));
    account.settle();
    let database = account.sandbox.state().databases(SERVICE).remove(0);
    let plan = account
        .plan_of(&format!(
            r##"
            php = "8.3"
            ssh = "none"
            env.APP_ENV = "production"
            users.example-u1 = {{ home = "shop", password = {{ env = "FTP" }} }}
            databases.{} = {{ capacity = "sqlPerso", type = "redis" }}
            crons."#{id}" = {{ command = "a.php", frequency = "0 4 * * *", language = "php8.3",
                               description = "Sends the reports" }}
            site."SITE1.example.example.com" = {{ folder = "shop", ssl = true }}
            "##,
            database.user
        ))
        .await;
    assert_eq!(
        lines(&plan),
        [
            "config: updated (php: 8.4 -> 8.3)".to_owned(),
            "users example: updated (ssh: active -> none)".to_owned(),
            "users example-u1: updated (home: site1 -> shop; unverified: password)".to_owned(),
            format!(
                "databases {}: in conflict (type: {} -> redis; unverified: capacity)",
                database.user, database.engine
            ),
            "env APP_ENV: updated (value: [redacted] -> production)".to_owned(),
            format!(
                "crons #{id}: updated (command: www/cron.php -> a.php, frequency: \"0 3 * * *\" \
                 -> \"0 4 * * *\")"
            ),
            "domains site1.example.example.com: updated (folder: site1 -> shop, ssl: false -> true)"
                .to_owned(),
        ]
    );
}

#[tokio::test]
async fn unverified_fields_are_listed_without_change() {
    let seed = HostingSeed::new(SERVICE).users(2);
    let account = Account::of(Sandbox::builder().hosting_with(seed)).await;
    let text = r#"
        users.example-u1 = { home = "site1", password = { env = "FTP" } }
        users.example-u2 = { home = "site2" }
    "#;
    let plan = account.plan_of(text).await;
    let change = only(&plan);
    assert_eq!(
        change.to_string(),
        "users example-u1: unchanged (unverified: password)"
    );
    assert!(!change.change.is_write());
}

#[tokio::test]
async fn plan_agrees_with_ensure() {
    let seed = HostingSeed::new(SERVICE).users(1);
    let account = Account::of(Sandbox::builder().hosting_with(seed)).await;
    let text = r#"users.example-u1 = { home = "x", ssh = "none", password = { env = "FTP" } }"#;
    let plan = account.plan_of(text).await;
    let users = account.client.hosting(SERVICE).users();
    let new = NewUser::new("x", "example-u1", "aLongPassword1").ssh_state("none");
    let ensured = users.plan(&new).await.expect("a plan");
    assert_eq!(only(&plan).change, in_the_file(&ensured));
    assert_eq!(ensured.kind, ChangeKind::Updated);
}

#[tokio::test]
async fn same_file_and_account_give_the_same_plan() {
    let mut builder = Sandbox::builder();
    let mut text = String::new();
    for number in (0..20).rev() {
        let service = format!("h{number:02}.example.ovh");
        text +=
            &format!("[hosting.\"{service}\"]\nprune = [\"users\", \"crons\"]\nenv.A = \"b\"\n");
        builder = builder.hosting_with(HostingSeed::new(service).users(3).crons(3));
    }
    let account = Account::of(builder).await;
    let json = |plan| serde_json::to_string(&plan).expect("JSON");
    let first = account.plan(&text).await;
    let names: Vec<_> = first.hostings.iter().map(|it| it.name.clone()).collect();
    assert!(names.is_sorted() && names.len() == 20, "{names:?}");
    for hosting in &first.hostings {
        let changes = &hosting.changes;
        assert_eq!(changes.len(), 7);
        assert!(changes.is_sorted_by_key(|it| (it.kind, &it.name)));
    }
    let alone = account.sites(&text).parallel(1);
    let second = alone.plan().await.expect("a plan");
    assert_eq!(json(second), json(first));
    let streamed = ovh_web::sites::Sites::new(&account.client, file(&text));
    let mut streamed = streamed.plans();
    let mut again = Vec::new();
    while let Some(plan) = streamed.next().await {
        again.push(plan.expect("a plan").name);
    }
    assert_eq!(again, names);
}
