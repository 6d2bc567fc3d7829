//! The calls of the table "Everyday tasks" in the README, and their effects in detail.

use ovh_web::handle::Hosting;
use ovh_web::types::{
    DatabaseCapacity, DatabaseCopyRestore, DatabaseType, DeploymentRequest, DeploymentStatus,
    DumpDate, Language, NewCron, NewDatabase, NewDatabaseType, NewDomain, NewDump, NewWebsite,
    OvhConfigAvailableEngineVersion, OvhConfigChange, OvhConfigContainer, OvhConfigHttpFirewall,
    RenewalInput, StatisticsPeriod, StatisticsType, Vcs, WebsiteUpdate,
};
use ovh_web::{ChangeKind, Error, ErrorKind};
use ovh_web_sandbox::{HostingSeed, Rule, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

const REPOSITORY: &str = "https://github.com/example/site.git";

/// Attaches a domain without SSL.
pub(super) async fn attach(scene: &Scene, name: &str) {
    let new = NewDomain::new(name, "shop").ssl(false);
    let task = scene.hosting().domains().attach(&new).await;
    task.expect("a task").wait().await.expect("attached");
}

/// Creates a database, and returns its name.
async fn database(hosting: &Hosting, user: &str) -> Result<String, Error> {
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let new = NewDatabase::new(capacity, kind, format!("example{user}"));
    let task = hosting.databases().create(&new).await?;
    Ok(task.wait().await?.name)
}

/// Each line of the README's table, as it is written there.
async fn the_lines_of_the_readme(scene: &Scene) -> Result<(), Error> {
    let (client, hosting) = (&scene.client, scene.hosting());
    attach(scene, "shop.example.com").await;
    attach(scene, "blog.example.com").await;

    let config = hosting.ovh_configs().current("").await?;
    assert_eq!(config.engine_version.as_str(), "8.4");
    let done = hosting
        .ovh_configs()
        .ensure(
            "",
            &OvhConfigChange::new().engine_version(OvhConfigAvailableEngineVersion::V8_3),
        )
        .await?;
    let current = done.object.id;
    let previous = hosting.ovh_configs().history().await?[0].id;
    let task = hosting.ovh_configs().rollback(current, previous).await?;
    assert_eq!(task.wait().await?.engine_version.as_str(), "8.4");
    let contract = hosting.service_infos().get().await?;
    assert!(contract.renew.expect("a renewal").automatic);
    let done = hosting
        .service_infos()
        .ensure_renewal(&RenewalInput::new().automatic(false))
        .await?;
    assert_eq!(done.change.kind, ChangeKind::Updated);
    let done = hosting
        .certificate()
        .ensure(["shop.example.com", "blog.example.com"])
        .await?;
    assert!(done.object.is_complete());
    let key = hosting.ensure_ssh_key().await?;
    assert!(key.public_key.starts_with("ssh-"));
    let done = hosting
        .websites()
        .ensure(&NewWebsite::new(
            "site",
            "main",
            "https://github.com/example/site.git",
        ))
        .await?;
    let website = done.object.id;
    let task = hosting
        .websites()
        .deploy(website, &DeploymentRequest::new())
        .await?;
    let deployment = task.wait().await?.id;
    let log = hosting
        .websites()
        .deployments(website)
        .logs(deployment)
        .await?;
    assert!(!log.is_empty());
    let orphans = hosting.dumps().orphans().await?;
    assert_eq!(orphans[0].database_name, "exampleold1.mysql.db");
    let versions = hosting
        .databases()
        .available_versions(&DatabaseType::Mysql)
        .await?;
    assert!(versions.list.contains(&versions.default));
    let (old, new) = (
        &*database(&hosting, "old").await?,
        &*database(&hosting, "new").await?,
    );
    let pending = hosting.database(old).copies().create().await?;
    let copy = pending.wait().await?.id;
    let task = hosting
        .database(new)
        .copies()
        .restore(&DatabaseCopyRestore::new(copy).flush_database(true))
        .await?;
    assert_eq!(task.wait().await?.name, new);
    let written = scene.sandbox.write_files(SERVICE, "0123456789");
    written.expect("a hosting");
    let task = hosting.measure_quota().await?;
    task.wait().await?;
    let used = hosting.get().await?.quota_used.expect("measured");
    assert_eq!(used.bytes(), Some(10_000_000));
    let charts = hosting
        .statistics(&StatisticsPeriod::Weekly, &StatisticsType::InHttpHits)
        .await?;
    let charts = charts.all()?;
    assert!(charts[0].values.iter().all(|it| it.value > Some(0.0)));
    let incidents = client.incidents().await?;
    assert!(incidents.is_empty());
    let hooks = hosting.websites().webhooks("site", &Vcs::Github).await?;
    assert!(hooks.push.starts_with("https://"));
    Ok(())
}

#[tokio::test]
async fn everyday_lines_of_the_readme_work() {
    let seed = HostingSeed::new(SERVICE).orphan_dumps(1);
    let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
    the_lines_of_the_readme(&scene).await.expect("the tasks");
    assert_eq!(
        changes(&scene.sandbox)[2..],
        [
            "ovh_configs::change",
            "ovh_configs::rollback",
            "services::update",
            "domains::update",
            "domains::update",
            "certificates::create",
            "hosting::create_ssh_key",
            "websites::create",
            "websites::deploy",
            "databases::create",
            "databases::create",
            "database_copies::create",
            "database_copies::restore",
            "hosting::request",
        ]
    );
}

#[tokio::test]
async fn ensure_php_writes_once_and_waits() {
    let scene = Scene::start().await;
    let configs = scene.hosting().ovh_configs();
    let wanted = OvhConfigChange::new()
        .engine_version(OvhConfigAvailableEngineVersion::V7_3)
        .container(OvhConfigContainer::Legacy);
    let plan = configs.plan(".", &wanted).await.expect("a plan");
    assert_eq!(
        plan.to_string(),
        "updated (container: stable64 -> legacy, engine_version: 8.4 -> 7.3)"
    );
    assert!(changes(&scene.sandbox).is_empty(), "a plan only reads");
    let done = configs.ensure("", &wanted).await.expect("changed");
    assert_eq!(done.change, plan);
    assert_eq!(done.object.engine_version.as_str(), "7.3");
    let journal = scene.sandbox.journal();
    let again = configs.ensure("", &wanted).await.expect("unchanged");
    assert_eq!(again.change.kind, ChangeKind::Unchanged);
    journal.operation("ovh_configs::change").exactly(1);
    let missing = configs.ensure("shop", &wanted).await;
    fails(missing, ErrorKind::NotFound, &["shop", "refresh"]);
}

#[tokio::test]
async fn failed_php_change_is_an_error() {
    let scene = Scene::start().await;
    let configs = scene.hosting().ovh_configs();
    let wanted = OvhConfigChange::new().http_firewall(OvhConfigHttpFirewall::Security);
    scene.sandbox.fail_next_task("ovh_configs::change");
    fails(configs.ensure("", &wanted).await, ErrorKind::Task, &[]);
    let current = configs.current("").await.expect("a configuration");
    assert_eq!(current.http_firewall.as_str(), "none");
    let versions = configs.capabilities().await.expect("versions").all();
    assert!(versions.expect("all").len() > 5);
    let recommended = configs.recommended_values().await.expect("settings");
    assert_eq!(recommended.container.as_str(), "stable64");
    let task = configs.refresh().await.expect("a task");
    task.wait().await.expect("refreshed");
}

#[tokio::test]
async fn renewal_keeps_what_is_not_wanted() {
    let scene = Scene::start().await;
    let contract = scene.hosting().service_infos();
    let wanted = RenewalInput::new().delete_at_expiration(true).period(12);
    let plan = contract.plan_renewal(&wanted).await.expect("a plan");
    assert_eq!(
        plan.to_string(),
        "updated (delete_at_expiration: false -> true)"
    );
    let done = contract.ensure_renewal(&wanted).await.expect("changed");
    let renewal = done.object.renew.expect("a renewal");
    assert!(renewal.automatic && renewal.delete_at_expiration);
    assert_eq!(renewal.period, Some(12));
    let again = contract.ensure_renewal(&wanted).await.expect("unchanged");
    assert_eq!(again.change.kind, ChangeKind::Unchanged);
    let forced = RenewalInput::new().forced(true);
    let forced = contract.ensure_renewal(&forced);
    let conflict = forced.await.expect("a conflict").or_conflict();
    fails(conflict, ErrorKind::Conflict, &["forced: false -> true"]);
    assert_eq!(changes(&scene.sandbox), ["services::update"]);
}

#[tokio::test]
async fn parallel_ensures_write_once() {
    let scene = Scene::start().await;
    attach(&scene, "shop.example.com").await;
    let (one, other) = (scene.hosting(), scene.client.clone().hosting(SERVICE));
    let before = changes(&scene.sandbox).len();

    let (key, same) = tokio::join!(one.ensure_ssh_key(), other.ensure_ssh_key());
    assert_eq!(
        key.expect("a key").public_key,
        same.expect("a key").public_key
    );

    // Each is created by one call; the other one waits, and finds it.
    macro_rules! both {
        ($($handle:ident.$ensure:ident($($argument:expr),*);)*) => {
            $({
                let (one, other) = (one.$handle(), other.$handle());
                let (one, other) =
                    tokio::join!(one.$ensure($($argument),*), other.$ensure($($argument),*));
                let kinds = [one.expect("ensured").change.kind, other.expect("ensured").change.kind];
                assert!(kinds.contains(&ChangeKind::Unchanged), "{kinds:?}");
                assert_ne!(kinds[0], kinds[1]);
            })*
        };
    }
    let cron = NewCron::new("www/cron.php", "0 3 * * *", Language::Php8_4);
    let website = NewWebsite::new("site", "main", REPOSITORY);
    let config = OvhConfigChange::new().engine_version(OvhConfigAvailableEngineVersion::V8_3);
    let renewal = RenewalInput::new().automatic(false);
    both! {
        crons.ensure("nightly", &cron);
        websites.ensure(&website);
        ovh_configs.ensure("", &config);
        service_infos.ensure_renewal(&renewal);
        certificate.ensure(["shop.example.com"]);
    }
    let made = changes(&scene.sandbox).split_off(before);
    assert_eq!(
        made,
        [
            "hosting::create_ssh_key",
            "crons::create",
            "websites::create",
            "ovh_configs::change",
            "services::update",
            "domains::update",
            "certificates::create",
        ]
    );
}

#[tokio::test]
async fn ssh_key_is_created_once() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    fails(hosting.ssh_key().await, ErrorKind::NotFound, &[]);
    let first = hosting.ensure_ssh_key().await.expect("a key");
    let same = hosting.ensure_ssh_key().await.expect("a key");
    assert_eq!(first.public_key, same.public_key);
    let other = hosting.create_ssh_key().await.expect("a key");
    assert_ne!(first.public_key, other.public_key);
    assert_eq!(changes(&scene.sandbox).len(), 2);
}

#[tokio::test]
async fn website_repository_cannot_be_changed() {
    let scene = Scene::start().await;
    let websites = scene.hosting().websites();
    let new = |branch: &str, url: &str| NewWebsite::new("./site/", branch, url);
    let made = websites.ensure(&new("main", REPOSITORY)).await;
    let site = made.expect("created").object;
    let next = new("next", "https://github.com/example/site");
    let changed = websites.ensure(&next).await.expect("changed");
    assert_eq!(
        changed.change.to_string(),
        "updated (vcs_branch: main -> next)"
    );
    let other = new("next", "https://github.com/example/other.git");
    let conflict = websites.ensure(&other).await.expect("a conflict");
    fails(conflict.or_conflict(), ErrorKind::Conflict, &["vcs_url"]);
    let platforms = websites.platforms().await.expect("platforms");
    let hooks = websites.webhooks("site", &platforms[0]).await;
    assert!(hooks.expect("a webhook").push.starts_with("https://"));
    let gone = websites.ensure_absent("site").await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Removed);
    let update = websites.update(site.id, &WebsiteUpdate::new());
    fails(update.await, ErrorKind::NotFound, &[]);
}

#[tokio::test]
async fn failed_deployment_has_its_log() {
    let scene = Scene::start().await;
    let websites = scene.hosting().websites();
    let new = NewWebsite::new("site", "main", REPOSITORY);
    let made = websites.ensure(&new);
    let site = made.await.expect("created").object;
    scene.sandbox.fail_next_task("websites::deploy");
    let request = DeploymentRequest::new().reset(true);
    let task = websites.deploy(site.id, &request).await.expect("a task");
    fails(task.wait().await, ErrorKind::Task, &[]);
    let deployments = websites.deployments(site.id);
    let latest = deployments.latest().await.expect("read").expect("one");
    assert_eq!(latest.status, DeploymentStatus::Failed);
    assert!(latest.reset);
    let log = deployments.logs(latest.id).await.expect("a log");
    let log = log.all().expect("all lines");
    let last = log.last().expect("a line");
    assert!(last.message.contains("failed"), "{}", last.message);
}

#[tokio::test]
async fn dump_outlives_its_database() {
    let builder = Sandbox::builder().without_rule(Rule::DumpsGoWithDatabase);
    let scene = Scene::of(builder).await;
    let hosting = scene.hosting();
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = hosting.databases().create(&new).await.expect("a task");
    let database = hosting.database(task.wait().await.expect("created").name);
    let dump = database.dumps().create(&NewDump::new(DumpDate::Now)).await;
    let dump = dump.expect("a task").wait().await.expect("a dump");
    let dumps = hosting.dumps();
    assert!(dumps.orphans().await.expect("none").is_empty());
    assert_eq!(dumps.ids().await.expect("ids"), [dump.id]);
    let task = database.delete().await.expect("a task");
    task.wait().await.expect("deleted");
    let orphans = dumps.orphans().await.expect("one");
    assert_eq!((orphans[0].id, orphans[0].orphan), (dump.id, true));
    assert_eq!(orphans[0].database_name, database.name());
    let mut file = Vec::new();
    let done = dumps.download(dump.id).to(&mut file).await.expect("a file");
    assert_eq!(done.size, file.len() as u64);
    let task = dumps.delete(dump.id).await.expect("a task");
    task.wait().await.expect("deleted");
    fails(dumps.get(dump.id).await, ErrorKind::NotFound, &[]);
}

#[tokio::test]
async fn incidents_and_abuse_state_are_read() {
    let scene = Scene::start().await;
    scene.sandbox.set_incidents(["FS#1", "FS#2"]);
    let incidents = scene.client.incidents().await.expect("incidents");
    assert_eq!(incidents, ["FS#1", "FS#2"]);
    let hosting = scene.hosting();
    let state = hosting.abuse_state().await.expect("a state");
    assert_eq!(state.web_state.as_str(), "active");
    for task in [hosting.flush_cache().await, hosting.scan().await] {
        task.expect("a task").wait().await.expect("done");
    }
}
