//! Problems of one hosting or zone, which leave the others alone.

use ovh_web::ErrorKind;
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};

use super::{Account, SERVICE, lines, only};

#[tokio::test]
async fn unknown_hosting_is_a_problem_of_its_own() {
    let account = Account::new().await;
    let text =
        format!("[hosting.\"other.ovh\"]\nenv.A = \"b\"\n[hosting.\"{SERVICE}\"]\nenv.A = \"b\"\n");
    let (plan, requests) = account.requests(&text).await;
    assert_eq!(plan.hostings[0].changes.len(), 1);
    let error = plan.hostings[1].error.as_ref().expect("an error");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains("sites.toml:1:"), "{error}");
    assert!(plan.has_problems() && plan.has_changes());
    assert_eq!(requests.len(), 3);
}

#[tokio::test]
async fn failing_hosting_ends_only_its_plan() {
    for status in [403, 500] {
        let builder = Sandbox::builder()
            .hosting("a.example.ovh")
            .hosting("b.example.ovh");
        let account = Account::of(builder).await;
        let route = "/hosting/web/a.example.ovh/envVar";
        account
            .sandbox
            .faults()
            .add(Fault::on_route("GET", route).status(status));
        let text = "[defaults.hosting]\nenv.A = \"b\"\nprune = [\"crons\"]\n\
                    [hosting.\"a.example.ovh\"]\n[hosting.\"b.example.ovh\"]\n";
        let plan = account.plan(text).await;
        let error = plan.hostings[0].error.as_ref().expect("an error");
        assert_eq!(error.status().map(|it| it.as_u16()), Some(status));
        assert!(plan.hostings[0].changes.is_empty());
        assert_eq!(lines(&plan.hostings[1]).len(), 1);
    }
}

#[tokio::test]
async fn failing_list_of_hostings_is_an_error() {
    let account = Account::new().await;
    let fault = Fault::on("hosting::list").status(500);
    account.sandbox.faults().add(fault);
    let text = format!("[hosting.\"{SERVICE}\"]\nenv.A = \"b\"\n");
    let error = account.sites(&text).plan().await.expect_err("no list");
    assert_eq!(error.kind(), ErrorKind::Server);
}

#[tokio::test]
async fn broken_hosting_is_named_if_one_is_missing() {
    let account = Account::new().await;
    let fault = Fault::on("hosting::list").wrong_type("/0/serviceName");
    account.sandbox.faults().add(fault);
    let plan = account.plan_of("env.A = \"b\"").await;
    let error = plan.error.expect("an error");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error
            .hint()
            .is_some_and(|it| it.contains("[0].serviceName"))
    );
}

#[tokio::test]
async fn two_crons_with_one_key_conflict() {
    let account = Account::new().await;
    let ids = [
        account.add_cron("[nightly] one").await,
        account.add_cron("[nightly] two").await,
    ];
    let cron = r#"{ command = "a.php", frequency = "0 3 * * *", language = "php8.3" }"#;
    let plan = account.plan_of(&format!("crons.nightly = {cron}")).await;
    let change = only(&plan);
    assert!(change.change.is_conflict() && !plan.changes[0].change.is_write());
    let reason = change.reason.as_deref().unwrap_or_default();
    for id in ids {
        assert!(reason.contains(&format!("#{id}")), "{reason}");
    }
    let absent = account.plan_of(r#"absent.crons = ["nightly"]"#).await;
    assert!(only(&absent).change.is_conflict());
    // By their IDs, both can be pruned.
    let pruned = account.plan_of(r#"prune = ["crons"]"#).await;
    let names: Vec<_> = pruned.changes.iter().map(|it| it.name.clone()).collect();
    let mut expected = ids.map(|id| format!("#{id}"));
    expected.sort();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn missing_cron_of_an_id_conflicts() {
    let account = Account::new().await;
    let cron = r#"{ command = "a.php", frequency = "0 3 * * *", language = "php8.3" }"#;
    let plan = account.plan_of(&format!("crons.\"#7\" = {cron}")).await;
    let reason = only(&plan).reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("ID 7") && reason.contains("remove the `#`"),
        "{reason}"
    );
}

#[tokio::test]
async fn unknown_zone_is_a_problem_of_its_own() {
    let account = Account::of(Sandbox::builder().zone("example.com")).await;
    let text = format!(
        r#"
        [defaults.site]
        folder = "www"
        dns.records = [{{ type = "A", targets = ["{{ip}}"] }}]
        [hosting."{SERVICE}".site."example.com"]
        [hosting."{SERVICE}".site."example.org"]
        "#
    );
    let plan = account.plan(&text).await;
    assert_eq!(lines(&plan.zones[0]), ["dns @ A 192.0.2.10: created"]);
    assert!(plan.zones[1].error.is_some());
    assert_eq!(plan.hostings[0].changes.len(), 2);
}

#[tokio::test]
async fn record_in_the_way_is_a_conflict() {
    let zone = ovh_web_sandbox::ZoneSeed::new("example.com");
    let zone = zone.record("www", "CNAME", "elsewhere.example.net.");
    let account = Account::of(Sandbox::builder().zone_with(zone)).await;
    let text = format!(
        r#"
        [hosting."{SERVICE}".site."www.example.com"]
        folder = "www"
        dns = {{ zone = "example.com", records = [{{ type = "A", targets = ["{{ip}}"] }}] }}
        "#
    );
    let plan = account.plan(&text).await;
    let change = only(&plan.zones[0]);
    assert!(change.change.is_conflict() && change.reason.is_some());
    assert_eq!(change.name, "www A 192.0.2.10");
}

#[tokio::test]
async fn staged_records_are_planned_to_be_deployed() {
    let zone = ovh_web_sandbox::ZoneSeed::new("example.com");
    let account = Account::of(Sandbox::builder().zone_with(zone)).await;
    let new = ovh_web::domain::NewRecord::new("A", "192.0.2.10");
    let raw = account.client.raw_domain();
    raw.records()
        .create("example.com", &new)
        .await
        .expect("a record");
    let text = format!(
        r#"
        [hosting."{SERVICE}".site."example.com"]
        folder = "www"
        dns.records = [{{ type = "A", targets = ["{{ip}}"] }}]
        "#
    );
    let plan = account.plan(&text).await;
    assert_eq!(
        lines(&plan.zones[0]),
        ["dns: updated (is_deployed: false -> true)"]
    );
    account
        .client
        .zone("example.com")
        .refresh()
        .await
        .expect("a refresh");
    let plan = account.plan(&text).await;
    assert_eq!(lines(&plan.zones[0]), [""; 0]);
}

#[tokio::test]
async fn contradicting_records_of_a_name_conflict() {
    let builder = Sandbox::builder()
        .hosting_with(HostingSeed::new("a.example.ovh"))
        .hosting_with(HostingSeed::new("b.example.ovh"))
        .zone("example.com");
    let account = Account::of(builder).await;
    let mut text = String::new();
    for name in ["a", "b"] {
        text += &format!(
            r#"
            [hosting."{name}.example.ovh".site."{name}.example.com"]
            folder = "www"
            [hosting."{name}.example.ovh".site."{name}.example.com".dns]
            zone = "example.com"
            records = [{{ type = "TXT", name = "login.example.com", targets = ["{{login}}"] }}]
            "#
        );
    }
    let plan = account.plan(&text).await;
    let error = plan.zones[0].error.as_ref().expect("an error");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.message().contains("login TXT"), "{error}");
    assert!(
        error.message().matches("sites.toml:").count() == 2,
        "{error}"
    );
    assert_eq!(plan.hostings[0].changes.len(), 1);
}

#[tokio::test]
async fn other_hosting_may_be_unreadable() {
    let builder = Sandbox::builder().ignore_paging(true);
    let builder = builder.hosting("a.example.ovh").hosting("b.example.ovh");
    let account = Account::of(builder).await;
    for status in [403, 460] {
        account.sandbox.faults().clear();
        let route = "/hosting/web/a.example.ovh";
        let fault = Fault::on_route("GET", route).status(status);
        account.sandbox.faults().add(fault);
        let text = "[defaults.hosting]\nenv.A = \"b\"\n[hosting.\"b.example.ovh\"]\n";
        let plan = account.plan(text).await;
        assert_eq!(lines(&plan.hostings[0]).len(), 1);
        let both = format!("{text}[hosting.\"a.example.ovh\"]\n");
        let plan = account.plan(&both).await;
        let error = plan.hostings[0].error.as_ref().expect("an error");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.contains("could not be read"), "{error}");
        assert_eq!(lines(&plan.hostings[1]).len(), 1);
    }
}

#[tokio::test]
async fn records_of_an_unread_hosting_are_kept() {
    let account = Account::of(Sandbox::builder().zone("example.com")).await;
    let site = |hosting: &str, domain: &str| {
        let record = "{ name = \"example.com\", type = \"A\", targets = [\"{ip}\"] }";
        format!(
            "[hosting.\"{hosting}\".site.\"{domain}\"]\nfolder = \"www\"\n\
             dns = {{ zone = \"example.com\", records = [{record}] }}\n"
        )
    };
    let text = site(SERVICE, "example.com") + &site("gone.ovh", "shop.example.com");
    let plan = account.plan(&text).await;
    let error = plan.zones[0].error.as_ref().expect("an error");
    assert!(error.message().contains("gone.ovh could not"), "{error}");
}
