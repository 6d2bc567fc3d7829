//! Objects that are removed: by name, or because the file does not name them.

use ovh_web::ChangeKind;
use ovh_web::types::{EnvVarType, NewEnvVar};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};

use super::{Account, SERVICE, lines, only};

async fn full() -> Account {
    let seed = HostingSeed::new(SERVICE).users(2).domains(2).databases(1);
    let account = Account::of(Sandbox::builder().hosting_with(seed)).await;
    account.add_cron("[old] Sends the reports").await;
    let variables = account.client.hosting(SERVICE).env_vars();
    let new = NewEnvVar::new("OLD", EnvVarType::String, "x");
    drop(variables.create(&new).await.expect("a task"));
    account.settle();
    account
}

#[tokio::test]
async fn absent_objects_are_removed_by_name() {
    let account = full().await;
    let user = account.sandbox.state().databases(SERVICE).remove(0).user;
    let plan = account
        .plan_of(&format!(
            r##"
            [hosting."{SERVICE}".absent]
            users = ["example-u1", "example-u9"]
            databases = ["{user}", "examplenone"]
            env = ["OLD", "NONE"]
            crons = ["old", "none", "#7"]
            domains = ["site1.example.example.com", "none.example.com"]
            "##
        ))
        .await;
    assert_eq!(
        lines(&plan),
        [
            "users example-u1: removed".to_owned(),
            format!("databases {user}: removed"),
            "env OLD: removed".to_owned(),
            "crons old: removed".to_owned(),
            "domains site1.example.example.com: removed".to_owned(),
        ]
    );
    // A removal shows the object.
    let cron = plan.changes.iter().find(|it| it.name == "old");
    assert_eq!(
        cron.expect("a removal").to_string(),
        "crons old: removed (command: www/cron.php, frequency: \"0 3 * * *\", \
         description: \"[old] Sends the reports\")"
    );
    assert!(plan.changes.iter().all(|it| it.place.is_some()));
}

#[tokio::test]
async fn pruned_objects_are_those_not_named() {
    let account = full().await;
    let id = account.add_cron("by hand").await;
    let user = account.sandbox.state().databases(SERVICE).remove(0).user;
    let plan = account
        .plan_of(
            r#"
            prune = ["users", "databases", "env", "crons", "domains"]
            users.example-u2 = { home = "site2" }
            site."site2.example.example.com" = { folder = "site2" }
            "#,
        )
        .await;
    // Neither the primary login nor the default domain.
    assert_eq!(
        lines(&plan),
        [
            "users example-u1: removed".to_owned(),
            format!("databases {user}: removed"),
            "env OLD: removed".to_owned(),
            format!("crons #{id}: removed"),
            "crons old: removed".to_owned(),
            "domains site1.example.example.com: removed".to_owned(),
        ]
    );
    assert!(plan.changes.iter().all(|it| it.place.is_none()));
}

#[tokio::test]
async fn named_cron_is_never_pruned() {
    let account = Account::new().await;
    let id = account.add_cron("[old]").await;
    let plan = account
        .plan_of(&format!(
            r##"
            prune = ["crons"]
            crons."#{id}" = {{ command = "www/cron.php", frequency = "0 3 * * *", language = "php8.3" }}
            "##
        ))
        .await;
    assert_eq!(lines(&plan), [""; 0]);
    // The same cron by its key, which would be removed.
    let plan = account
        .plan_of(&format!(
            r##"
            absent.crons = ["old"]
            crons."#{id}" = {{ command = "www/cron.php", frequency = "0 3 * * *", language = "php8.3" }}
            "##
        ))
        .await;
    let change = only(&plan);
    assert!(change.change.is_conflict());
    let reason = change.reason.as_deref().unwrap_or_default();
    assert!(reason.contains(&format!("#{id}")), "{reason}");
}

#[tokio::test]
async fn primary_login_and_default_domain_stay() {
    let account = Account::new().await;
    let plan = account
        .plan_of(&format!(
            "absent.users = [\"example\"]\nabsent.domains = [\"{SERVICE}\"]"
        ))
        .await;
    assert_eq!(
        lines(&plan),
        [
            "users example: in conflict: the primary login cannot be removed".to_owned(),
            format!("domains {SERVICE}: in conflict: the default domain cannot be removed"),
        ]
    );
}

#[tokio::test]
async fn work_in_progress_is_not_pruned() {
    let account = full().await;
    let hosting = account.client.hosting(SERVICE);
    let update = ovh_web::types::UserUpdate::new().home("elsewhere");
    let changing = hosting.users().update("example-u1", &update).await;
    drop(changing.expect("work"));
    let gone = hosting.users().delete("example-u2").await;
    drop(gone.expect("a task"));
    let plan = account.plan_of(r#"prune = ["users"]"#).await;
    let [change, leaving] = &*plan.changes else {
        panic!("{:?}", lines(&plan));
    };
    // Applying waits for the one that is being deleted.
    assert_eq!(leaving.name, "example-u2");
    assert!(leaving.in_progress && !leaving.change.is_write());
    assert_eq!(change.name, "example-u1");
    assert_eq!(change.change.kind, ChangeKind::Conflict);
    let reason = change.reason.as_deref().unwrap_or_default();
    assert!(reason.contains("updating"), "{reason}");
    let absent = account.plan_of(r#"absent.users = ["example-u1"]"#).await;
    // `ensure_absent` waits for the work.
    assert_eq!(only(&absent).change.kind, ChangeKind::Removed);
}

#[tokio::test]
async fn kind_with_broken_object_is_left_alone() {
    let account = full().await;
    let fault = Fault::on("crons::list").wrong_type("/0/id");
    account.sandbox.faults().add(fault);
    let text = r#"
        prune = ["crons", "env"]
        crons.new = { command = "a.php", frequency = "0 3 * * *", language = "php8.3" }
    "#;
    let plan = account.plan_of(text).await;
    assert_eq!(lines(&plan), ["env OLD: removed"]);
    assert_eq!(plan.unreadable.len(), 1);
    assert_eq!(plan.unreadable[0].kind.name(), "crons");
    assert!(plan.unreadable[0].message.contains("[0].id"));
}

#[tokio::test]
async fn broken_object_counts_in_lists_of_ids_too() {
    let seed = HostingSeed::new(SERVICE).crons(2);
    let builder = Sandbox::builder().hosting_with(seed).ignore_paging(true);
    let account = Account::of(builder).await;
    let fault = Fault::on("crons::get").call(2).wrong_type("/state");
    account.sandbox.faults().add(fault);
    let plan = account.plan_of(r#"prune = ["crons"]"#).await;
    assert_eq!(lines(&plan), [""; 0]);
    assert_eq!(plan.unreadable.len(), 1);
    // A call that fails is no broken object.
    let fault = Fault::on("crons::get").status(403);
    account.sandbox.faults().add(fault);
    let plan = account.plan_of(r#"prune = ["crons"]"#).await;
    assert!(plan.error.is_some() && plan.unreadable.is_empty());
}

#[tokio::test]
async fn certificate_needs_readable_domains() {
    let account = full().await;
    let fault = Fault::on("domains::list").wrong_type("/1/domain");
    account.sandbox.faults().add(fault);
    let plan = account
        .plan_of(r#"certificate = ["site1.example.example.com"]"#)
        .await;
    assert_eq!(lines(&plan), [""; 0]);
    let kinds: Vec<_> = plan.unreadable.iter().map(|it| it.kind.name()).collect();
    assert_eq!(kinds, ["domains", "certificate"]);
}

#[tokio::test]
async fn duplicates_go_by_their_id() {
    let account = Account::of(Sandbox::builder().hosting(SERVICE)).await;
    account.add_cron("[nightly]").await;
    account.add_cron("[nightly]").await;
    account.settle();
    let ids = account.client.hosting(SERVICE).crons().ids().await;
    let ids = ids.expect("two IDs");
    let nightly = r#"
        prune = ["crons"]
        crons.nightly = { command = "www/cron.php", frequency = "0 3 * * *", language = "php8.3" }
    "#;
    let plan = account.plan_of(nightly).await;
    let reason = only(&plan).reason.as_deref().unwrap_or_default();
    assert!(
        reason.contains("remove all but one by ID, with `absent`"),
        "{reason}"
    );
    let plan = account
        .plan_of(&format!("{nightly}absent.crons = [\"#{}\"]", ids[1]))
        .await;
    assert_eq!(lines(&plan), [format!("crons #{}: removed", ids[1])]);
}

#[tokio::test]
async fn conflict_keeps_what_it_may_replace() {
    let account = full().await;
    let text = r#"
        prune = ["crons"]
        crons.nightly = { command = "www/cron.php", frequency = "0 3 * * *", language = "php4.0" }
    "#;
    let plan = account.plan_of(text).await;
    assert!(
        plan.changes.iter().all(|it| it.change.is_conflict()),
        "{:?}",
        lines(&plan)
    );
    let reasons: Vec<_> = plan
        .changes
        .iter()
        .filter_map(|it| it.reason.as_deref())
        .collect();
    assert!(
        reasons.contains(&"not pruned: other crons are in conflict"),
        "{reasons:?}"
    );
}
