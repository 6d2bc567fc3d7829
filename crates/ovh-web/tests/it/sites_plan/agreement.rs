//! A plan and `ensure` agree: the same changes before, and nothing to do afterwards.

use std::time::Duration;

use ovh_web::domain::RecordSet;
use ovh_web::types::{
    EnvVarType, Language, NewCron, NewDatabase, NewDomain, NewEnvVar, NewUser, OvhConfigChange,
};
use ovh_web::{Change, ChangeKind, Client};
use ovh_web_sandbox::{Clock, Sandbox};

use super::{Account, SERVICE, in_the_file, lines};
use crate::support::HandClock;

/// An account whose work ends at once, and a client that waits for it.
async fn account() -> Account {
    let times = [Duration::ZERO, Duration::ZERO, Duration::from_secs(3600)];
    let sandbox = Sandbox::builder()
        .zone("example.com")
        .clock(Clock::manual())
        .task_times(times[0], times[1], times[2]);
    let sandbox = sandbox.start().await.expect("a sandbox");
    let client = Client::builder()
        .from_pairs(sandbox.env())
        .clock(HandClock::jumping(Duration::from_secs(60)));
    let client = client.build().expect("a client");
    Account { sandbox, client }
}

fn text(php: &str, home: &str, folder: &str, hour: u8) -> String {
    format!(
        r#"
        [hosting."{SERVICE}"]
        php = "{php}"
        certificate = true
        env.APP_ENV = "{home}"
        [hosting."{SERVICE}".users.example-shop]
        home = "{home}"
        ssh = "none"
        password = {{ env = "FTP" }}
        [hosting."{SERVICE}".databases.exampleshop]
        capacity = "sqlPerso"
        type = "mysql"
        [hosting."{SERVICE}".crons.nightly]
        command = "./www/cron.php"
        frequency = "0 {hour} * * *"
        language = "php8.3"
        description = "Sends the reports"
        [hosting."{SERVICE}".site."shop.example.com"]
        folder = "{folder}"
        ssl = true
        dns = {{ zone = "example.com", records = [{{ type = "A", targets = ["{{ip}}"] }}] }}
        "#
    )
}

/// Makes what the text says, and returns the changes.
async fn ensure(
    client: &Client,
    php: &str,
    home: &str,
    folder: &str,
    hour: u8,
) -> Vec<(&'static str, Change)> {
    let hosting = client.hosting(SERVICE);
    let config = OvhConfigChange::new().engine_version(php);
    let config = hosting.ovh_configs().ensure("", &config).await;
    let user = NewUser::new(home, "example-shop", "aLongPassword1").ssh_state("none");
    let user = hosting.users().ensure(&user).await;
    let database = NewDatabase::new("sqlPerso", "mysql", "exampleshop");
    let database = hosting.databases().ensure(&database).await;
    let variable = NewEnvVar::new("APP_ENV", EnvVarType::String, home);
    let variable = hosting.env_vars().ensure(&variable).await;
    let cron = NewCron::new(
        "./www/cron.php",
        format!("0 {hour} * * *"),
        Language::Php8_3,
    );
    let cron = cron.description("Sends the reports");
    let cron = hosting.crons().ensure("nightly", &cron).await;
    let records = client.zone("example.com").records();
    let set = RecordSet::new("shop", "A", ["192.0.2.10"]);
    drop(records.ensure_sets(&[set]).await.expect("records"));
    let domain = NewDomain::new("shop.example.com", folder).ssl(true);
    let domain = domain.bypass_dns_configuration(true);
    let domain = hosting.domains().ensure(&domain).await;
    let certificate = hosting.certificate().ensure(["shop.example.com"]).await;
    vec![
        ("config", config.expect("a configuration").change),
        ("users", user.expect("a user").change),
        ("databases", database.expect("a database").change),
        ("env", variable.expect("a variable").change),
        ("crons", cron.expect("a cron").change),
        ("domains", domain.expect("a domain").change),
        ("certificate", certificate.expect("a certificate").change),
    ]
}

#[tokio::test]
async fn nothing_is_left_after_ensure() {
    let account = account().await;
    let first = text("8.3", "shop", "www/shop", 3);
    let plan = account.plan(&first).await;
    let made = ensure(&account.client, "8.3", "shop", "www/shop", 3).await;
    let planned = plan.hostings[0].changes.iter();
    let planned: Vec<_> = planned.map(|it| (it.kind.name(), it.change.kind)).collect();
    let kinds = |made: &[(&'static str, Change)]| -> Vec<_> {
        made.iter().map(|(kind, it)| (*kind, it.kind)).collect()
    };
    assert_eq!(planned, kinds(&made));
    assert_eq!(lines(&plan.zones[0]), ["dns shop A 192.0.2.10: created"]);

    let left = [
        "users example-shop: unchanged (unverified: password)",
        "databases exampleshop: unchanged (unverified: capacity)",
    ];
    let again = account.plan(&first).await;
    assert_eq!(lines(&again.hostings[0]), left);
    assert_eq!(lines(&again.zones[0]), [""; 0]);
    assert!(!again.has_changes() && !again.has_problems());

    let second = text("8.4", "store", "www/store", 4);
    let plan = account.plan(&second).await;
    let made = ensure(&account.client, "8.4", "store", "www/store", 4).await;
    let made = made
        .into_iter()
        .filter(|(_, it)| it.kind != ChangeKind::Unchanged || !it.unverified.is_empty());
    let made: Vec<_> = made.collect();
    assert_eq!(plan.hostings[0].changes.len(), made.len());
    for (planned, (kind, change)) in plan.hostings[0].changes.iter().zip(&made) {
        assert_eq!(planned.kind.name(), *kind);
        // The text of a variable is shown, since it stands in the file.
        if *kind != "env" {
            assert_eq!(planned.change, in_the_file(change));
        }
    }
    let again = account.plan(&second).await;
    assert_eq!(lines(&again.hostings[0]), left);
}
