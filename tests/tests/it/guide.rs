//! The guide's journey, call by call, through facade and sandbox.
//!
//! Here are the calls as the README's table writes them, in their order, and the first of them; the
//! others have a file for each resource, with every setting.

mod databases;
mod domains;
mod dumps;
mod modules;
mod users;
mod wire;

use std::time::Duration;

use ovh_runtime::TagFilters;
use ovh_web::handle::Task;
use ovh_web::types::{
    DatabaseCapacity, DumpDate, ListHosting, NewDatabase, NewDatabaseType, NewDomain, NewDump,
    NewModule, NewUser,
};
use ovh_web::{Client, Error, ErrorKind};
use ovh_web_sandbox::Sandbox;
use ovh_web_tests::{SERVICE, Scene, changes, fails};

/// The duration of a sandbox task.
pub(super) const TASK: Duration = Duration::from_secs(3);

/// Follows a task that has just been started: it walks as OVHcloud's do, `check` holds with `false`
/// while it is running and with `true` after that, and it is archived at last.
pub(super) async fn follow<T>(scene: &Scene, task: Task<T>, function: &str, check: impl Fn(bool)) {
    let task = task.plain();
    let seen = task.last_seen().expect("the response to the call");
    assert_eq!(
        (seen.function.as_str(), seen.status.as_str()),
        (function, "todo")
    );
    let mut statuses = Vec::new();
    for _ in 0..3 {
        check(false);
        statuses.push(task.status().await.expect("a task").status.to_string());
        scene.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(statuses, ["todo", "doing", "doing"]);
    check(true);
    let done = task.wait().await.expect("done");
    assert_eq!((done.status.as_str(), done.is_archived), ("done", false));
    assert!(done.done_date.is_some());
    scene.clock.advance(TASK);
    assert!(task.status().await.expect("archived").is_archived);
    check(true);
}

/// Each line of the README's table, as it is written there. The waits are plain ones, since a look
/// at the finished object is a call more.
async fn the_lines_of_the_readme(client: Client) -> Result<(), Error> {
    let hosting = client.hosting("example.cluster01.hosting.ovh.net");
    let database = hosting.database("exampleshop.mysql.db");

    let names = client.hostings().names().await?;
    assert_eq!(names, [SERVICE]);
    let task = hosting
        .domains()
        .attach(&NewDomain::new("shop.example.com", "shop").ssl(true))
        .await?;
    task.plain().wait().await?;
    let order = hosting.certificate().order_free().await?;
    order.wait().await?;
    let task = hosting
        .databases()
        .create(&NewDatabase::new(
            DatabaseCapacity::SqlPerso,
            NewDatabaseType::Mysql,
            "exampleshop",
        ))
        .await?;
    task.plain().wait().await?;
    let databases = hosting.databases().list().await?;
    assert_eq!(databases[0].name, database.name());
    let modules = client.modules().list().await?;
    let module = modules[0].id;
    let described = client.modules().get(module).await?;
    assert_eq!(described.id, module);
    let task = hosting.modules().install(&NewModule::new(module)).await?;
    task.plain().wait().await?;
    let task = hosting
        .users()
        .create(&NewUser::new("shop", "example-shop", "Passw0rdOfIt"))
        .await?;
    task.plain().wait().await?;
    let logins = hosting.users().logins().await?;
    assert_eq!(logins, ["example", "example-shop"]);
    let task = database
        .dumps()
        .create(&NewDump::new(DumpDate::Now))
        .await?;
    task.plain().wait().await?;
    let dumps = database.dumps().list().await?;
    let dump = dumps[0].id;
    let task = database.dump(dump).restore().await?;
    task.plain().wait().await?;
    Ok(())
}

/// The guide's 13 calls as the operation table names them, in the guide's order, and the list from
/// that identify a new dump.
const CALLS: [&str; 14] = [
    "hosting::list",
    "domains::attach",
    "certificates::create",
    "databases::create",
    "databases::list",
    "module_catalog::list",
    "module_catalog::get",
    "modules::install",
    "users::create",
    "users::list",
    "dumps::list",
    "dumps::create",
    "dumps::list",
    "dumps::restore",
];

/// The operations that were called, without polling.
fn calls(sandbox: &Sandbox) -> Vec<&'static str> {
    let entries = sandbox.journal().entries();
    entries
        .iter()
        .filter_map(|entry| entry.operation)
        .filter(|id| !matches!(*id, "auth::time" | "tasks::get" | "certificates::get"))
        .collect()
}

#[tokio::test]
async fn readme_calls_are_sent_once() {
    let scene = Scene::start().await;
    the_lines_of_the_readme(scene.client.clone())
        .await
        .expect("the journey");
    assert_eq!(calls(&scene.sandbox), CALLS);
    assert_eq!(
        changes(&scene.sandbox),
        [
            "domains::attach",
            "certificates::create",
            "databases::create",
            "modules::install",
            "users::create",
            "dumps::create",
            "dumps::restore",
        ]
    );
    let journal = scene.sandbox.journal();
    for entry in journal.entries() {
        // A task may be archived between two looks; nothing else is refused.
        assert!(
            !entry.failed() || entry.operation == Some("tasks::get"),
            "{entry}"
        );
        assert_eq!(entry.attempt, 1, "{entry}");
    }
    journal.operation("auth::time").never();
    // Seven pieces of work of three seconds each, waited for one after the other.
    assert_eq!(scene.clock.elapsed(), 7 * TASK);
    let state = scene.sandbox.state();
    assert_eq!(state.attached_domains(SERVICE).len(), 2);
    assert_eq!(
        state.databases(SERVICE).len(),
        2,
        "one of them the module's own"
    );
    assert_eq!(state.modules(SERVICE).len(), 1);
    assert_eq!(state.users(SERVICE).len(), 2);
    assert_eq!(state.dumps(SERVICE).len(), 1);
    assert_eq!(state.certificate(SERVICE).expect("one").status, "created");
}

#[tokio::test]
async fn finds_and_filters_hostings_by_tag() {
    let builder = Sandbox::builder()
        .hosting("one.cluster01.hosting.ovh.net")
        .hosting("two.cluster02.hosting.ovh.net");
    let scene = Scene::of(builder).await;
    let both = scene.sandbox.state().hostings();
    let hostings = scene.client.hostings();
    assert_eq!(hostings.names().await.expect("names"), both);
    let objects = hostings.list().await.expect("objects");
    let names: Vec<_> = objects.iter().map(|it| it.service_name.clone()).collect();
    assert_eq!(names, both);
    assert_eq!(objects[1].primary_login, "two");
    assert_eq!(objects[1].cluster, "cluster02");
    // The objects came with the list, not one by one.
    scene.sandbox.journal().operation("hosting::get").never();

    let tagged = ListHosting::default().iam_tags(TagFilters::new().equals("env", "live"));
    let untagged = ListHosting::default().iam_tags(TagFilters::new().is_missing("env"));
    assert!(hostings.list_with(&tagged).await.expect("none").is_empty());
    let query = scene.last_call().query.expect("a query");
    assert_eq!(
        query,
        "iamTags=%7B%22env%22%3A%5B%7B%22operator%22%3A%22EQ%22%2C%22value%22%3A%22live%22%7D%5D%7D"
    );
    assert_eq!(hostings.list_with(&untagged).await.expect("all").len(), 2);
    let raw = scene.client.raw().hosting();
    assert!(raw.list(&tagged).await.expect("none").is_empty());
    assert_eq!(raw.list(&untagged).await.expect("all"), both);
    scene.sandbox.journal().changes().never();
}

#[tokio::test]
async fn unknown_hosting_returns_not_found() {
    let scene = Scene::start().await;
    let hosting = scene.client.hosting("other.cluster01.hosting.ovh.net");
    let words = ["This service does not exist", "databases::list"];
    fails(
        hosting.databases().list().await,
        ErrorKind::NotFound,
        &words,
    );
    fails(hosting.get().await, ErrorKind::NotFound, &words[..1]);
}
