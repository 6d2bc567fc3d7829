//! Calls 11, 12 and 13: back up a database, list the backups, bring one back.

use std::time::Duration;

use ovh_web::ErrorKind;
use ovh_web::handle::Database;
use ovh_web::types::{
    DatabaseCapacity, DumpDate, DumpStatus, ListDumps, NewDatabase, NewDatabaseType, NewDump,
};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

use super::follow;

const NAME: &str = "exampleshop.mysql.db";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A sandbox with a database that is ready.
async fn with_database() -> (Scene, Database) {
    let scene = Scene::start().await;
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = scene.hosting().databases().create(&new).await;
    task.expect("a task").wait().await.expect("done");
    let database = scene.hosting().database(NAME);
    (scene, database)
}

fn write(scene: &Scene, content: &str) {
    let written = scene.sandbox.write_database(SERVICE, NAME, content);
    written.expect("the database");
}

fn content(scene: &Scene) -> String {
    let database = scene.sandbox.state().database(SERVICE, NAME);
    database.expect("the database").content
}

async fn back_up(database: &Database, date: DumpDate) {
    let new = NewDump::new(date).send_email(false);
    let task = database.dumps().create(&new).await.expect("a task");
    task.wait().await.expect("done");
}

#[tokio::test]
async fn a_dump_brings_back_what_it_saw_and_is_deleted() {
    let (scene, database) = with_database().await;
    let dumps = database.dumps();
    write(&scene, "before");
    let status = || {
        let dump = scene.sandbox.state().dumps(SERVICE).pop();
        dump.map(|it| it.status)
    };
    let task = dumps.create(&NewDump::new(DumpDate::Now)).await;
    let task = task.expect("a task");
    let busy = dumps.create(&NewDump::new(DumpDate::Now)).await;
    fails(
        busy,
        ErrorKind::Conflict,
        &["You already have an action in progress"],
    );
    follow(&scene, task, "dump/create", |done| {
        let expected = if done { "created" } else { "creating" };
        assert_eq!(status().as_deref(), Some(expected));
    })
    .await;
    let listed = dumps.list().await.expect("dumps");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].type_.clone(), listed[0].status.clone()),
        (DumpDate::Now, DumpStatus::Created)
    );
    assert!(listed[0].url.is_some());
    assert_eq!(listed[0].deletion_date, listed[0].creation_date + 30 * DAY);
    assert_eq!(dumps.ids().await.expect("ids"), [listed[0].id]);
    let dump = database.dump(listed[0].id);
    assert_eq!(dump.get().await.expect("it").id, dump.id());
    assert_eq!(database.get().await.expect("it").dumps, 1);

    write(&scene, "after");
    let task = dump.restore().await.expect("a task");
    follow(&scene, task, "database/restore", |done| {
        assert_eq!(content(&scene), if done { "before" } else { "after" });
    })
    .await;

    let task = dump.delete().await.expect("a task");
    follow(&scene, task, "dump/delete", |done| {
        assert_eq!(
            status().as_deref(),
            if done { None } else { Some("deleting") }
        );
    })
    .await;
    assert!(dumps.list().await.expect("none").is_empty());
    fails(
        dump.restore().await,
        ErrorKind::NotFound,
        &["dumps::restore"],
    );
    assert_eq!(content(&scene), "before");
    assert_eq!(
        changes(&scene.sandbox),
        [
            "databases::create",
            "dumps::create",
            "dumps::restore",
            "dumps::delete"
        ]
    );
}

#[tokio::test]
async fn dumps_keep_the_data_of_their_date() {
    let (scene, database) = with_database().await;
    let young = database
        .dumps()
        .create(&NewDump::new(DumpDate::Daily1))
        .await;
    fails(
        young,
        ErrorKind::BadRequest,
        &["There is no backup daily.1"],
    );
    write(&scene, "last week");
    scene.clock.advance(6 * DAY);
    write(&scene, "yesterday");
    scene.clock.advance(DAY + DAY / 2);
    write(&scene, "today");
    for date in [DumpDate::Now, DumpDate::Daily1, DumpDate::Weekly1] {
        back_up(&database, date).await;
    }
    let state = scene.sandbox.state().dumps(SERVICE);
    let seen: Vec<_> = state.iter().map(|it| (&*it.date, &*it.content)).collect();
    let expected = [
        ("now", "today"),
        ("daily.1", "yesterday"),
        ("weekly.1", "last week"),
    ];
    assert_eq!(seen, expected);

    let listed = database.dumps().list().await.expect("dumps");
    assert_eq!(listed.len(), 3);
    for ((kind, then), dump) in expected.into_iter().zip(listed) {
        assert_eq!(dump.type_.as_str(), kind);
        let task = database.dump(dump.id).restore().await.expect("a task");
        task.wait().await.expect("done");
        assert_eq!(content(&scene), then);
        let filter = ListDumps::default().type_(dump.type_);
        let ids = database.dumps().ids_with(&filter).await.expect("ids");
        assert_eq!(ids, [dump.id]);
    }
}

#[tokio::test]
async fn dumps_are_filtered_by_both_dates() {
    let (scene, database) = with_database().await;
    let dumps = database.dumps();
    for _ in 0..3 {
        back_up(&database, DumpDate::Now).await;
        scene.clock.advance(DAY);
    }
    let all = dumps.list().await.expect("dumps");
    let ids: Vec<_> = all.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), 3);
    let second = Duration::from_secs(1);
    let (made, gone) = (all[1].creation_date, all[1].deletion_date);
    let filter = ListDumps::default;
    for (filter, expected) in [
        (filter().creation_date_from(made), &ids[1..]),
        (filter().creation_date_from(made + second), &ids[2..]),
        (filter().creation_date_to(made), &ids[..2]),
        (filter().creation_date_to(made - second), &ids[..1]),
        (filter().deletion_date_from(gone), &ids[1..]),
        (filter().deletion_date_to(gone), &ids[..2]),
        (
            filter()
                .deletion_date_from(gone + second)
                .creation_date_to(made),
            &[],
        ),
        (
            filter().creation_date_from(made).creation_date_to(made),
            &ids[1..2],
        ),
    ] {
        assert_eq!(
            dumps.ids_with(&filter).await.expect("ids"),
            expected,
            "{filter:?}"
        );
        let query = scene.last_call().query.expect("a query");
        assert!(!query.contains('+') && query.contains("Date."), "{query}");
        let objects = dumps.list_with(&filter).await.expect("dumps");
        let got: Vec<_> = objects.iter().map(|it| it.id).collect();
        assert_eq!(got, expected, "{filter:?}");
    }
    // What is kept for thirty days is gone after them.
    scene.clock.advance(27 * DAY);
    assert_eq!(dumps.ids().await.expect("ids"), ids[1..]);
}

#[tokio::test]
async fn a_database_takes_its_dumps_handles_with_it() {
    let (scene, database) = with_database().await;
    back_up(&database, DumpDate::Now).await;
    let task = database.delete().await.expect("a task");
    task.wait().await.expect("done");
    fails(database.dumps().list().await, ErrorKind::NotFound, &[NAME]);
    assert_eq!(scene.sandbox.state().database(SERVICE, NAME), None);
}
