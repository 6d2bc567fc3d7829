//! The requests of a plan, counted by the journal.

use futures_util::StreamExt;
use ovh_web::ChangeKind;
use ovh_web_sandbox::{HostingSeed, Sandbox, SeedCertificate, ZoneSeed};

use super::{Account, SERVICE, lines};

#[tokio::test]
async fn one_list_per_kind_if_nothing_differs() {
    let seed = HostingSeed::new(SERVICE)
        .domains(2)
        .certificate(SeedCertificate::Free);
    let account = Account::of(Sandbox::builder().hosting_with(seed)).await;
    account.add_cron("[nightly]").await;
    let (plan, requests) = account
        .requests(&format!(
            r#"
            [hosting."{SERVICE}"]
            php = "8.4"
            ssh = "active"
            certificate = ["site2.example.example.com"]
            prune = ["env", "databases"]
            [hosting."{SERVICE}".crons.nightly]
            command = "./www/cron.php"
            frequency = "30 3 * * *"
            language = "php8.3"
            "#
        ))
        .await;
    assert_eq!(lines(&plan.hostings[0]), [""; 0]);
    assert!(!plan.has_changes() && !plan.has_problems());
    assert_eq!(
        requests,
        [
            "certificates::domains",
            "crons::list",
            "databases::list",
            "domains::list",
            "env_vars::list",
            "hosting::list",
            "hosting::offer_capabilities",
            "ovh_configs::list",
            "users::list",
        ]
    );
}

const CREATES: &str = r#"
    php = "8.3"
    env.APP_ENV = "production"
    certificate = true
    [hosting."example.cluster01.hosting.ovh.net".users.example-shop]
    home = "shop"
    password = { env = "FTP_PASSWORD" }
    [hosting."example.cluster01.hosting.ovh.net".databases.exampleshop]
    capacity = "sqlPerso"
    type = "mysql"
    [hosting."example.cluster01.hosting.ovh.net".crons.nightly]
    command = "www/cron.php"
    frequency = "0 3 * * *"
    language = "php8.3"
    [hosting."example.cluster01.hosting.ovh.net".site."shop.example.com"]
    folder = "shop"
    ssl = true
"#;

#[tokio::test]
async fn creates_need_capabilities_once_each() {
    let account = Account::new().await;
    let text = format!("[hosting.\"{SERVICE}\"]\n{CREATES}");
    let (plan, requests) = account.requests(&text).await;
    let kinds = plan
        .changes()
        .map(|(_, it)| (it.kind.name(), it.change.kind));
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(
        kinds,
        [
            ("config", ChangeKind::Updated),
            ("users", ChangeKind::Created),
            ("databases", ChangeKind::Created),
            ("env", ChangeKind::Created),
            ("crons", ChangeKind::Created),
            ("domains", ChangeKind::Created),
            ("certificate", ChangeKind::Created),
        ]
    );
    assert_eq!(
        requests,
        [
            "certificates::domains",
            "certificates::get",
            "crons::available_languages",
            "crons::list",
            "databases::creation_capabilities",
            "databases::list",
            "domains::list",
            "env_vars::list",
            "hosting::list",
            "hosting::offer_capabilities",
            "ovh_configs::capabilities",
            "ovh_configs::list",
            "users::list",
        ]
    );
}

#[tokio::test]
async fn each_offer_is_read_once() {
    let mut builder = Sandbox::builder();
    let mut text = String::new();
    for (number, offer) in ["cloudweb2", "hosting-pro", "cloudweb2"].iter().enumerate() {
        let service = format!("h{number}.example.ovh");
        text += &format!("[hosting.\"{service}\"]\nenv.A = \"b\"\n");
        builder = builder.hosting_with(HostingSeed::new(service).offer(*offer));
    }
    let account = Account::of(builder).await;
    let (_, requests) = account.requests(&text).await;
    assert_eq!(
        requests,
        [
            "env_vars::list",
            "env_vars::list",
            "env_vars::list",
            "hosting::list",
            "hosting::offer_capabilities",
            "hosting::offer_capabilities",
        ]
    );
}

#[tokio::test]
async fn a_zone_needs_two_requests() {
    let zones = Sandbox::builder()
        .zone("example.com")
        .zone_with(ZoneSeed::new("example.org").record("", "A", "192.0.2.10"));
    let account = Account::of(zones).await;
    let mut text = String::new();
    for domain in ["example.com", "example.org"] {
        text += &format!(
            r#"
            [hosting."{SERVICE}".site."{domain}"]
            folder = "www"
            aliases = ["www.{domain}"]
            dns.records = [{{ type = "A", targets = ["{{ip}}"] }}]
            "#
        );
    }
    let (plan, requests) = account.requests(&text).await;
    let zones: Vec<_> = plan.zones.iter().map(|it| (&*it.name, lines(it))).collect();
    assert_eq!(
        zones,
        [
            (
                "example.com",
                vec![
                    "dns @ A 192.0.2.10: created".to_owned(),
                    "dns www A 192.0.2.10: created".to_owned(),
                ]
            ),
            (
                "example.org",
                vec!["dns www A 192.0.2.10: created".to_owned()]
            ),
        ]
    );
    assert_eq!(
        requests,
        [
            "domain/records::list",
            "domain/records::list",
            "domain/zones::status",
            "domain/zones::status",
            "domains::list",
            "hosting::list",
            "hosting::offer_capabilities",
        ]
    );
}

#[tokio::test]
async fn long_list_needs_more_pages() {
    let seed = HostingSeed::new(SERVICE).crons(501);
    let account = Account::of(Sandbox::builder().hosting_with(seed)).await;
    let text = format!("[hosting.\"{SERVICE}\"]\nprune = [\"crons\"]");
    let (plan, requests) = account.requests(&text).await;
    assert_eq!(plan.hostings[0].changes.len(), 501);
    assert_eq!(
        requests,
        [
            "crons::list",
            "crons::list",
            "hosting::list",
            "hosting::offer_capabilities",
        ]
    );
}

#[tokio::test]
async fn stream_holds_one_hosting_at_a_time() {
    let builder = Sandbox::builder()
        .hosting("a.example.ovh")
        .hosting("b.example.ovh");
    let account = Account::of(builder).await;
    let text = "[defaults.hosting]\nenv.A = \"b\"\n\
                [hosting.\"a.example.ovh\"]\n[hosting.\"b.example.ovh\"]\n";
    let sites = account.sites(text).parallel(1);
    let mut plans = sites.plans();
    let journal = account.sandbox.journal();
    journal.calls().never();
    for number in 1..=2 {
        let plan = plans.next().await.expect("a hosting").expect("a plan");
        assert_eq!(plan.changes.len(), 1);
        journal.operation("env_vars::list").exactly(number);
    }
    assert!(plans.next().await.is_none());
}

#[tokio::test]
async fn lists_of_ids_need_a_call_per_object() {
    let seed = HostingSeed::new(SERVICE).crons(3);
    let builder = Sandbox::builder().hosting_with(seed).ignore_paging(true);
    let account = Account::of(builder).await;
    let text = format!("[hosting.\"{SERVICE}\"]\nprune = [\"crons\"]");
    let (plan, requests) = account.requests(&text).await;
    assert_eq!(plan.hostings[0].changes.len(), 3);
    assert_eq!(
        requests,
        [
            "crons::get",
            "crons::get",
            "crons::get",
            "crons::list",
            "crons::list",
            "hosting::get",
            "hosting::list",
            "hosting::list",
            "hosting::offer_capabilities",
        ]
    );
}
