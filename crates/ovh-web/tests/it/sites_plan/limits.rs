//! Limits of the offer and of the hosting, found in the plan.

use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};

use super::{Account, SERVICE, lines};

async fn of_offer(seed: HostingSeed, offer: &str) -> Account {
    Account::of(Sandbox::builder().hosting_with(seed.offer(offer))).await
}

fn hosting() -> HostingSeed {
    HostingSeed::new(SERVICE)
}

#[tokio::test]
async fn small_offer_has_no_ssh_crons_or_users() {
    let account = of_offer(hosting(), "hosting-starter").await;
    let text = r#"
        ssh = "sftponly"
        env.A = "b"
        crons.a = { command = "a.php", frequency = "0 3 * * *", language = "php8.3" }
        users.example-a = { home = "a", password = { env = "A" } }
        site."a.example.com" = { folder = "a" }
        site."b.example.com" = { folder = "b" }
    "#;
    let plan = account.plan_of(text).await;
    assert_eq!(
        lines(&plan),
        [
            "users example: in conflict (ssh: active -> sftponly): the offer has no SSH",
            "users example-a: in conflict (home: none -> a, password: none -> [redacted]): \
             the offer has no users besides the primary login",
            "env A: in conflict (type: none -> string, value: none -> b): \
             the offer has no environment variables",
            "crons a: in conflict (command: none -> a.php, frequency: none -> \"0 3 * * *\", \
             language: none -> php8.3): the offer has no cron jobs",
            "domains a.example.com: created (folder: none -> a)",
            "domains b.example.com: in conflict (folder: none -> b): \
             the offer has at most 1 attached domains",
        ]
    );
}

#[tokio::test]
async fn removal_makes_room_for_another() {
    let account = of_offer(hosting().domains(1), "hosting-starter").await;
    let text = r#"
        prune = ["domains"]
        site."a.example.com" = { folder = "a" }
    "#;
    let plan = account.plan_of(text).await;
    assert_eq!(
        lines(&plan),
        [
            "domains a.example.com: created (folder: none -> a)",
            "domains site1.example.example.com: removed",
        ]
    );
}

#[tokio::test]
async fn exceeded_limit_is_not_the_limit() {
    // It has more than the offer has: an option, or an old contract.
    let account = of_offer(hosting().domains(2), "hosting-starter").await;
    let plan = account
        .plan_of(r#"site."a.example.com" = { folder = "a" }"#)
        .await;
    assert_eq!(
        lines(&plan),
        ["domains a.example.com: created (folder: none -> a)"]
    );
}

#[tokio::test]
async fn databases_beyond_the_free_ones_conflict() {
    let account = of_offer(hosting(), "hosting-perso").await;
    let text = r#"
        databases.examplea = { capacity = "sqlPerso", type = "oracle" }
        databases.exampleb = { capacity = "sqlPerso", type = "mysql" }
        databases.examplec = { capacity = "sqlPerso", type = "mysql" }
        databases.exampled = { capacity = "sqlPro", type = "mysql" }
    "#;
    let plan = account.plan_of(text).await;
    let reasons: Vec<_> = plan.changes.iter().map(|it| it.reason.as_deref()).collect();
    assert_eq!(
        reasons,
        [
            Some("oracle is not available; expected one of mysql, mariadb, postgresql, redis"),
            None,
            Some("no further database of the kind sqlPerso is available"),
            Some("databases of the kind sqlPro are not available"),
        ]
    );
}

#[tokio::test]
async fn unavailable_versions_and_languages_conflict() {
    let account = Account::new().await;
    let text = r#"
        php = "8.5"
        crons.a = { command = "a.php", frequency = "0 3 * * *", language = "php5.6" }
    "#;
    let plan = account.plan_of(text).await;
    let reasons: Vec<_> = plan.changes.iter().map(|it| it.reason.as_deref()).collect();
    assert!(
        reasons[0].is_some_and(|it| it.starts_with("PHP 8.5 is not available; expected one of")),
        "{reasons:?}"
    );
    assert!(
        reasons[1].is_some_and(|it| it.starts_with("php5.6 is not available; expected one of")),
        "{reasons:?}"
    );
    let plan = account.plan_of(r#"container = "legacy""#).await;
    assert_eq!(
        plan.changes[0].reason.as_deref(),
        Some("PHP 8.4 does not run in the container legacy; it needs stable64")
    );
}

#[tokio::test]
async fn unknown_limits_allow_everything() {
    let account = of_offer(hosting(), "hosting-starter").await;
    for operation in [
        "hosting::offer_capabilities",
        "crons::available_languages",
        "databases::creation_capabilities",
        "ovh_configs::capabilities",
    ] {
        let refused = Fault::on(operation).status(403);
        account.sandbox.faults().add(refused);
    }
    let text = r#"
        php = "8.5"
        ssh = "none"
        env.A = "b"
        databases.examplea = { capacity = "sqlPro", type = "mysql" }
        crons.a = { command = "a.php", frequency = "0 3 * * *", language = "php5.6" }
    "#;
    let plan = account.plan_of(text).await;
    assert_eq!(plan.changes.len(), 5);
    assert!(plan.changes.iter().all(|it| it.change.is_write()));
}

#[tokio::test]
async fn capability_without_value_is_no_limit() {
    let account = of_offer(hosting(), "hosting-starter").await;
    for value in ["/ssh", "/crontab"] {
        let fault = Fault::on("hosting::offer_capabilities").wrong_type(value);
        account.sandbox.faults().add(fault);
    }
    let text = r#"
        crons.a = { command = "a.php", frequency = "0 3 * * *", language = "php8.3" }
    "#;
    let plan = account.plan_of(text).await;
    assert!(plan.changes[0].change.is_write(), "{:?}", lines(&plan));
}
