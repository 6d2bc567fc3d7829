//! Calls 4 and 5: create a database, list databases.

use ovh_web::ErrorKind;
use ovh_web::types::{
    DatabaseCapacity, DatabaseMode, DatabaseStatus, DatabaseType, DatabaseVersion, ExtraSqlQuota,
    ListDatabases, NewDatabase, NewDatabaseType, NewModule,
};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

use super::follow;

const NAME: &str = "exampleshop.mysql.db";

fn mysql(user: &str) -> NewDatabase {
    NewDatabase::new(DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql, user)
}

#[tokio::test]
async fn creates_lists_and_deletes_database() {
    let scene = Scene::start().await;
    let databases = scene.hosting().databases();
    let status = || {
        let database = scene.sandbox.state().database(SERVICE, NAME);
        database.map(|it| it.status)
    };
    let new = mysql("exampleshop")
        .password("aLongPassword1")
        .version(DatabaseVersion::V8_0);
    let task = databases.create(&new).await.expect("a task");
    follow(&scene, task, "database/create", |done| {
        let expected = if done { "created" } else { "creating" };
        assert_eq!(status().as_deref(), Some(expected));
    })
    .await;
    let there = scene.sandbox.state().database(SERVICE, NAME).expect("it");
    assert_eq!((&*there.user, &*there.engine), ("exampleshop", "mysql"));
    assert_eq!((&*there.version, &*there.capability), ("8.0", "sqlPerso"));

    assert_eq!(databases.names().await.expect("names"), [NAME]);
    let listed = databases.list().await.expect("objects");
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].status, DatabaseStatus::Created);
    assert_eq!(listed[0].version, DatabaseVersion::V8_0);
    assert_eq!(
        (listed[0].type_.clone(), listed[0].port),
        (DatabaseType::Mysql, 3306)
    );
    scene.sandbox.journal().operation("databases::get").never();

    let twice = databases.create(&mysql("exampleshop")).await;
    fails(twice, ErrorKind::Conflict, &["already exists"]);
    let foreign = databases.create(&mysql("someoneelse")).await;
    fails(foreign, ErrorKind::BadRequest, &["must begin with example"]);

    let task = databases.delete(NAME).await.expect("a task");
    follow(&scene, task, "database/delete", |done| {
        let expected = if done { None } else { Some("deleting") };
        assert_eq!(status().as_deref(), expected);
    })
    .await;
    assert!(databases.list().await.expect("none").is_empty());
    fails(databases.get(NAME).await, ErrorKind::NotFound, &[NAME]);
    assert_eq!(
        changes(&scene.sandbox),
        ["databases::create", "databases::delete"]
    );
}

#[tokio::test]
async fn sends_every_engine_and_capacity() {
    let scene = Scene::start().await;
    let databases = scene.hosting().databases();
    let extra = NewDatabase::new(
        DatabaseCapacity::ExtraSqlPerso,
        NewDatabaseType::Mariadb,
        "examplebig",
    );
    for new in [
        extra.quota(ExtraSqlQuota::from(400)),
        NewDatabase::new(
            DatabaseCapacity::SqlPro,
            NewDatabaseType::Postgresql,
            "examplepg",
        ),
        NewDatabase::new(
            DatabaseCapacity::SqlLocal,
            NewDatabaseType::Redis,
            "examplecache",
        ),
    ] {
        let task = databases.create(&new).await.expect("a task");
        task.wait().await.expect("done");
    }
    let state = scene.sandbox.state().databases(SERVICE);
    let seen: Vec<_> = state
        .iter()
        .map(|it| (&*it.user, &*it.engine, &*it.capability))
        .collect();
    assert_eq!(
        seen,
        [
            ("examplebig", "mariadb", "extraSqlPerso"),
            ("examplecache", "redis", "sqlLocal"),
            ("examplepg", "postgresql", "sqlPro"),
        ]
    );
    let big = databases.get(&state[0].name).await.expect("it");
    assert_eq!((big.quota_size.value, &*big.quota_size.unit), (400.0, "MB"));

    let sized = mysql("examplesmall").quota(ExtraSqlQuota::from(100));
    let refused = databases.create(&sized).await;
    fails(refused, ErrorKind::BadRequest, &["extraSqlPerso"]);
    assert_eq!(scene.sandbox.state().databases(SERVICE).len(), 3);
}

#[tokio::test]
async fn filters_databases_by_every_documented_filter() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let databases = hosting.databases();
    let postgres = NewDatabase::new(
        DatabaseCapacity::SqlPro,
        NewDatabaseType::Postgresql,
        "examplepg",
    );
    for new in [mysql("exampleshop"), postgres] {
        let task = databases.create(&new).await.expect("a task");
        task.wait().await.expect("done");
    }
    // A module without a database gets a new one.
    let task = hosting.modules().install(&NewModule::new(102)).await;
    task.expect("a task").wait().await.expect("done");

    let all = ListDatabases::default;
    let (shop, pg, module) = (NAME, "examplepg.pgsql.db", "examplemod1.mysql.db");
    for (filter, expected, query) in [
        (all(), vec![module, pg, shop], None),
        (
            all().mode(DatabaseMode::Classic),
            vec![pg, shop],
            Some("mode=classic"),
        ),
        (
            all().mode(DatabaseMode::Module),
            vec![module],
            Some("mode=module"),
        ),
        (
            all().mode(DatabaseMode::Besteffort),
            vec![],
            Some("mode=besteffort"),
        ),
        (
            all().type_(DatabaseType::Postgresql),
            vec![pg],
            Some("type=postgresql"),
        ),
        (
            all().name(NAME),
            vec![shop],
            Some("name=exampleshop.mysql.db"),
        ),
        (
            all().server(pg),
            vec![pg],
            Some("server=examplepg.pgsql.db"),
        ),
        (
            all().user("exampleshop"),
            vec![shop],
            Some("user=exampleshop"),
        ),
        (
            all()
                .user("example")
                .mode(DatabaseMode::Classic)
                .type_(DatabaseType::Mysql),
            vec![shop],
            Some("mode=classic&type=mysql&user=example"),
        ),
    ] {
        let names = databases.names_with(&filter).await.expect("names");
        assert_eq!(names, expected, "{filter:?}");
        assert_eq!(scene.last_call().query.as_deref(), query);
        let objects = databases.list_with(&filter).await.expect("objects");
        let names: Vec<_> = objects.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, expected, "{filter:?}");
        assert_eq!(scene.last_call().query.as_deref(), query);
    }
}
