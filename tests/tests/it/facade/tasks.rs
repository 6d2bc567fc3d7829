//! Waiting for one task and for many tasks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ovh_web::handle::Task;
use ovh_web::types::{
    DatabaseCapacity, DomainUpdate, DumpDate, NewDatabase, NewDatabaseType, NewDomain, NewDump,
    NewUser,
};
use ovh_web::{ErrorKind, TaskSet, WaitPolicy, wait_all};
use ovh_web_sandbox::{Fault, HostingSeed, Rule, Sandbox};
use ovh_web_tests::{SERVICE, Scene, fails};

fn domain(number: usize) -> NewDomain {
    NewDomain::new(format!("site{number}.example.com"), format!("site{number}"))
}

#[tokio::test]
async fn wait_returns_requested_output_or_task() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let attached = hosting.domains().attach(&domain(1)).await.expect("a task");
    let attached = attached.wait().await.expect("the domain");
    assert_eq!(attached.domain, "site1.example.com");
    assert_eq!(attached.status.as_str(), "created");

    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let database = hosting.databases().create(&new).await.expect("a task");
    let database = database.wait().await.expect("the database");
    assert_eq!(database.user, "exampleshop");
    assert_eq!(database.name, "exampleshop.mysql.db");

    let user = NewUser::new("shop", "example-shop", "aLongPassword1");
    let user = hosting.users().create(&user).await.expect("a task");
    assert_eq!(user.wait().await.expect("the user").login, "example-shop");

    let dumps = hosting.database(&*database.name).dumps();
    let dump = dumps.create(&NewDump::new(DumpDate::Now)).await;
    let dump = dump.expect("a task").wait().await.expect("the dump");
    let dump = hosting.database(&*database.name).dump(dump.id);
    let restored = dump.restore().await;
    let restored = restored.expect("a task").wait().await.expect("done");
    assert_eq!(restored.name, database.name);
}

#[tokio::test]
async fn task_resumes_by_id() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let started = hosting.domains().attach(&domain(1)).await.expect("a task");
    let resumed = scene.client.hosting(hosting.service_name());
    let info = resumed.task(started.id()).wait().await.expect("done");
    assert_eq!(info.object_id, started.last_seen().expect("seen").object_id);
    let error = fails(
        hosting.task(987_654).wait().await,
        ErrorKind::Gone,
        &["987654"],
    );
    assert!(error.is_not_found());
}

#[tokio::test]
async fn polls_twenty_tasks_with_one_list_call() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let mut tasks = Vec::new();
    for number in 0..20 {
        let task = hosting.domains().attach(&domain(number)).await;
        tasks.push(task.expect("a task"));
    }
    scene.sandbox.journal().clear();
    let domains = wait_all(&tasks).await;
    for (number, domain) in domains.into_iter().enumerate() {
        let domain = domain.expect("attached");
        assert_eq!(domain.domain, format!("site{number}.example.com"));
    }
    let journal = scene.sandbox.journal();
    let lists = journal.operation("tasks::list");
    assert!(lists.count() <= 4, "{} looks", lists.count());
    lists.at_least(1);
    journal.operation("tasks::get").never();
    journal.operation("domains::get").exactly(20);
}

#[tokio::test]
async fn unlisted_task_is_fetched_before_done() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let mut set = TaskSet::new();
    let mut started = Vec::new();
    for number in 0..3 {
        let task = hosting.domains().attach(&domain(number)).await;
        let task = task.expect("a task");
        set.add(&task);
        started.push(task);
    }
    set.add(&hosting.task(987_654));
    // All are archived before the first poll.
    scene.clock.advance(Duration::from_secs(3600));
    scene.sandbox.journal().clear();
    let ends = set.wait().await;
    for end in &ends[..3] {
        assert!(end.as_ref().expect("done").is_archived);
    }
    let gone = ends[3].as_ref().expect_err("nobody has seen it");
    assert_eq!(gone.kind(), ErrorKind::Gone);
    let journal = scene.sandbox.journal();
    journal.operation("tasks::list").exactly(1);
    journal.operation("tasks::get").exactly(4);
    // What the set has seen, the task itself knows.
    let seen = started[0].last_seen().expect("seen");
    assert!(seen.is_archived);
}

#[tokio::test]
async fn failed_task_does_not_stop_others() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    scene.sandbox.fail_next_task("attachedDomain/create");
    let mut tasks: Vec<Task<_>> = Vec::new();
    for number in 0..3 {
        let task = hosting.domains().attach(&domain(number)).await;
        tasks.push(task.expect("a task"));
    }
    let ends = wait_all(&tasks).await;
    let kinds: Vec<_> = ends
        .iter()
        .map(|end| end.as_ref().map(drop).map_err(ovh_web::Error::kind))
        .collect();
    assert_eq!(kinds, [Err(ErrorKind::Task), Ok(()), Ok(())]);
}

#[tokio::test]
async fn same_hosting_name_on_two_servers_differs() {
    let (one, other) = (Scene::start().await, Scene::start().await);
    other.sandbox.cancel_next_task("attachedDomain/create");
    let mut set = TaskSet::new();
    let mut numbers = Vec::new();
    for scene in [&one, &other] {
        for number in 0..2 {
            let task = scene.hosting().domains().attach(&domain(number)).await;
            let task = task.expect("a task");
            numbers.push(task.id());
            set.add(&task);
        }
    }
    assert_eq!(
        numbers[..2],
        numbers[2..],
        "the same numbers, or this shows nothing"
    );
    let ends = set.wait().await;
    let is_done: Vec<bool> = ends.iter().map(Result::is_ok).collect();
    assert_eq!(is_done, [true, true, false, true]);
}

#[tokio::test]
async fn waits_for_many_hostings_at_once() {
    let mut builder = Sandbox::builder().without_rule(Rule::TaskObjectIds);
    for number in 0..5 {
        builder = builder.hosting(format!("agency{number}.example.com"));
    }
    // Each hosting's wait advances the clock of all, so finished tasks have to stay listed.
    let second = Duration::from_secs(1);
    let scene = Scene::of(builder.task_times(second, second, 3600 * second)).await;
    let mut set = TaskSet::new();
    for number in 0..5 {
        let domains = scene
            .client
            .hosting(format!("agency{number}.example.com"))
            .domains();
        for site in 0..3 {
            let name = format!("site{site}.agency{number}.example.com");
            let task = domains.attach(&NewDomain::new(name, "www")).await;
            set.add(&task.expect("a task"));
        }
    }
    scene.sandbox.journal().clear();
    let ends = set.wait().await;
    assert_eq!(ends.len(), 15);
    for (index, end) in ends.into_iter().enumerate() {
        let (number, site) = (index / 3, index % 3);
        let name = format!("site{site}.agency{number}.example.com");
        let info = end.expect("done");
        assert_eq!(info.object_id, Some(name), "they keep their order");
    }
    scene.sandbox.journal().operation("tasks::get").never();
}

#[tokio::test]
async fn tasks_are_fetched_singly_without_paging() {
    let scene = Scene::of(Sandbox::builder().ignore_paging(true)).await;
    let hosting = scene.hosting();
    let mut tasks = Vec::new();
    for number in 0..3 {
        let task = hosting.domains().attach(&domain(number)).await;
        tasks.push(task.expect("a task"));
    }
    for end in wait_all(&tasks).await {
        end.expect("attached");
    }
}

#[tokio::test]
async fn deadline_reports_each_running_task() {
    let builder = Sandbox::builder().task_times(
        Duration::from_secs(5),
        Duration::from_secs(500),
        Duration::from_secs(5),
    );
    let scene = Scene::of(builder).await;
    let hosting = scene.hosting();
    let mut set = TaskSet::new();
    for number in 0..2 {
        let task = hosting.domains().attach(&domain(number)).await;
        set.add(&task.expect("a task"));
    }
    let policy = WaitPolicy::default().deadline(Duration::from_secs(60));
    for end in set.wait_with(policy).await {
        let words = ["continues", "is doing", "60s"];
        fails(end, ErrorKind::Timeout, &words);
    }
}

#[tokio::test]
async fn progress_without_task_uses_status() {
    let scene = Scene::start().await;
    let domains = scene.hosting().domains();
    let task = domains.attach(&domain(1)).await.expect("a task");
    task.wait().await.expect("attached");
    let update = DomainUpdate::new().path("elsewhere");
    let words = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&words);
    let pending = domains.update("site1.example.com", &update).await;
    let changed = pending
        .expect("accepted")
        .on_progress(move |domain| {
            let mut log = log.lock().expect("the log");
            log.push(domain.status.to_string());
        })
        .wait()
        .await
        .expect("changed");
    assert_eq!(changed.path, "elsewhere");
    let words = words.lock().expect("the log");
    assert_eq!(words.first().map(String::as_str), Some("updating"));
    assert_eq!(words.last().map(String::as_str), Some("created"));
}

#[tokio::test]
async fn change_with_a_lost_response_is_awaited() {
    let seed = HostingSeed::new(SERVICE).databases(1);
    let scene = Scene::of(Sandbox::builder().hosting_with(seed)).await;
    let databases = scene.hosting().databases();
    let name = databases.names().await.expect("a name").remove(0);
    let database = scene.hosting().database(&*name);
    let lost = Fault::on("databases::change_password").reset_after();
    scene.sandbox.faults().add(lost.times(1));
    let journal = scene.sandbox.journal();
    let changes = || journal.operation("databases::change_password");
    database
        .change_password("aLongPassword1")
        .await
        .map(drop)
        .expect_err("lost");
    changes().succeeded().never();
    changes().changed().exactly(1);
    let busy = database.change_password("aLongPassword2").await.map(drop);
    fails(busy, ErrorKind::Conflict, &[]);
    let ready = databases.pending(&name).wait().await.expect("a database");
    assert_eq!(ready.task_id, None);
    let task = database.change_password("aLongPassword2").await;
    task.expect("a task").wait().await.expect("the database");

    journal.clear();
    let unknown = databases.pending("other.mysql.db").wait().await;
    fails(unknown, ErrorKind::NotFound, &[]);
    journal.operation("databases::get").exactly(1);
}
