//! `ensure` writes what differs and nothing the second time.

use ovh_web::types::{
    CronStatus, DatabaseCapacity, DatabaseVersion, EnvVarType, ExtraSqlQuota, Language, NewCron,
    NewDatabase, NewDatabaseType, NewDomain, NewEnvVar, NewUser, SshState,
};
use ovh_web::{Change, ChangeKind, EnsureOptions, ErrorKind};
use ovh_web_sandbox::{Fault, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

/// The names of the fields that differ.
fn names(change: &Change) -> Vec<&'static str> {
    change.fields.iter().map(|field| field.name).collect()
}

/// The same steps for every resource: plan, create, nothing, change, nothing, remove, nothing.
macro_rules! walks {
    ($scene:ident, $handle:expr, [$($key:expr)?], $name:expr, $first:expr, $second:expr, $fields:expr, [$($operation:literal),*]) => {{
        let handle = $handle;
        let (first, second) = ($first, $second);
        let writes = || changes(&$scene.sandbox).len();
        let is_updated = |change: &Change| {
            assert_eq!(change.kind, ChangeKind::Updated);
            assert_eq!(names(change), $fields);
        };

        assert_eq!(handle.plan($($key,)? &first).await.expect("a plan").kind, ChangeKind::Created);
        assert_eq!(writes(), 0, "a plan only reads");
        let made = handle.ensure($($key,)? &first).await.expect("created");
        assert_eq!(made.change.kind, ChangeKind::Created);
        assert_eq!(writes(), 1);
        let same = handle.ensure($($key,)? &first).await.expect("unchanged");
        assert_eq!(same.change.kind, ChangeKind::Unchanged);
        assert!(same.change.fields.is_empty());
        assert_eq!(writes(), 1, "the second time nothing is written");

        is_updated(&handle.plan($($key,)? &second).await.expect("a plan"));
        assert_eq!(writes(), 1, "a plan only reads");
        let changed = handle.ensure($($key,)? &second).await.expect("changed");
        is_updated(&changed.change);
        assert_eq!(writes(), 2);
        let same = handle.ensure($($key,)? &second).await.expect("unchanged");
        assert_eq!(same.change.kind, ChangeKind::Unchanged);
        assert_eq!(writes(), 2);

        assert_eq!(handle.plan_absent($name).await.expect("a plan").kind, ChangeKind::Removed);
        assert_eq!(handle.ensure_absent($name).await.expect("gone").kind, ChangeKind::Removed);
        assert_eq!(handle.ensure_absent($name).await.expect("gone").kind, ChangeKind::Unchanged);
        assert_eq!(handle.plan_absent($name).await.expect("a plan").kind, ChangeKind::Unchanged);
        assert_eq!(changes(&$scene.sandbox), [$($operation),*]);
        changed.object
    }};
}

#[tokio::test]
async fn a_domain() {
    let scene = Scene::start().await;
    let domain = walks!(
        scene,
        scene.hosting().domains(),
        [],
        "shop.example.com",
        NewDomain::new("shop.example.com", "shop").ssl(false),
        NewDomain::new("shop.example.com", "./store/").ssl(true),
        ["path", "ssl"],
        ["domains::attach", "domains::update", "domains::detach"]
    );
    assert_eq!(domain.status.as_str(), "created");
    assert_eq!(domain.ssl, Some(true));
}

#[tokio::test]
async fn ensure_user_sets_password_on_create_only() {
    let scene = Scene::start().await;
    let user = walks!(
        scene,
        scene.hosting().users(),
        [],
        "example-shop",
        NewUser::new("shop", "example-shop", "aLongPassword1"),
        NewUser::new("store", "example-shop", "anotherPassword1").ssh_state(SshState::Active),
        ["home", "ssh_state"],
        ["users::create", "users::update", "users::delete"]
    );
    assert_eq!(user.ssh_state, SshState::Active);
}

#[tokio::test]
async fn a_variable() {
    let scene = Scene::start().await;
    let new = |value: &str| NewEnvVar::new("APP_ENV", EnvVarType::String, value);
    let variable = walks!(
        scene,
        scene.hosting().env_vars(),
        [],
        "APP_ENV",
        new("test"),
        new("canary-production"),
        ["value"],
        ["env_vars::create", "env_vars::update", "env_vars::delete"]
    );
    assert_eq!(variable.value.expose(), "canary-production");
}

#[tokio::test]
async fn ensure_identifies_cron_by_key() {
    let scene = Scene::start().await;
    let crons = scene.hosting().crons();
    let language = crons.languages().await.expect("languages").remove(0);
    let new = |frequency: &str| NewCron::new("www/job.php", frequency, language.clone());
    let cron = walks!(
        scene,
        crons,
        ["nightly"],
        "nightly",
        new("0 3 * * *"),
        new("0 4 * * *")
            .description("Sends the reports")
            .status(CronStatus::Disabled),
        ["description", "frequency", "status"],
        ["crons::create", "crons::update", "crons::delete"]
    );
    assert_eq!(
        cron.description.as_deref(),
        Some("[nightly] Sends the reports")
    );
}

#[tokio::test]
async fn duplicate_cron_key_is_a_conflict() {
    let scene = Scene::start().await;
    let crons = scene.hosting().crons();
    let language: Language = crons.languages().await.expect("languages").remove(0);
    let new = NewCron::new("www/job.php", "0 3 * * *", language);
    for _ in 0..2 {
        let twin = new.clone().description("[nightly] a twin");
        let task = crons.create(&twin).await.expect("a task");
        task.wait().await.expect("done");
    }
    fails(
        crons.ensure("nightly", &new).await,
        ErrorKind::Conflict,
        &["one cron of", "found 2", "nightly"],
    );
    // One key is not the beginning of another.
    let plan = crons.plan("night", &new).await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Created);
    let error = fails(
        crons.ensure("a]", &new).await,
        ErrorKind::InvalidArgument,
        &[],
    );
    assert!(error.to_string().contains("nothing was sent"));
    assert_eq!(changes(&scene.sandbox).len(), 2);
}

#[tokio::test]
async fn database_conflict_names_differing_fields() {
    let scene = Scene::start().await;
    let databases = scene.hosting().databases();
    // One that was bought in addition.
    let new = |capacity| NewDatabase::new(capacity, NewDatabaseType::Mysql, "examplebig");
    let bought = new(DatabaseCapacity::ExtraSqlPerso)
        .quota(ExtraSqlQuota::V400)
        .version(DatabaseVersion::V8_0);
    let made = databases.ensure(&bought).await.expect("created");
    assert_eq!(made.change.kind, ChangeKind::Created);
    for (wanted, fields) in [
        (bought.clone(), vec![]),
        (new(DatabaseCapacity::ExtraSqlPerso), vec![]),
        (bought.clone().quota(ExtraSqlQuota::V800), vec!["quota"]),
        (
            bought.clone().version(DatabaseVersion::V5_7),
            vec!["version"],
        ),
        (new(DatabaseCapacity::SqlPerso), vec!["capacity"]),
        (
            new(DatabaseCapacity::SqlPro).quota(ExtraSqlQuota::V800),
            vec!["capacity", "quota"],
        ),
        // A sort that this crate does not know may well be the one that is there.
        (new("sqlNew".into()), vec![]),
    ] {
        let kind = match fields.is_empty() {
            true => ChangeKind::Unchanged,
            false => ChangeKind::Conflict,
        };
        let plan = databases.plan(&wanted).await.expect("a plan");
        assert_eq!((plan.kind, names(&plan)), (kind, fields), "{wanted:?}");
        let done = databases.ensure(&wanted).await.expect("an answer");
        assert_eq!(done.change, plan, "{wanted:?}");
    }
    // One that came with the offer.
    let new = |capacity| NewDatabase::new(capacity, NewDatabaseType::Mysql, "exampleshop");
    let made = databases.ensure(&new(DatabaseCapacity::SqlPerso)).await;
    assert_eq!(made.expect("created").change.kind, ChangeKind::Created);
    let plan = databases.plan(&new(DatabaseCapacity::ExtraSqlPerso)).await;
    assert_eq!(
        plan.expect("a plan").to_string(),
        "in conflict (capacity: \"sqlPerso or another of the offer\" -> extraSqlPerso)"
    );
    assert_eq!(changes(&scene.sandbox), ["databases::create"; 2]);
}

#[tokio::test]
async fn fixed_database_type_is_a_conflict() {
    let scene = Scene::start().await;
    let databases = scene.hosting().databases();
    let new = |kind| NewDatabase::new(DatabaseCapacity::SqlPerso, kind, "exampleshop");
    let mysql = new(NewDatabaseType::Mysql);
    let plan = databases.plan(&mysql).await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Created);
    let made = databases.ensure(&mysql).await.expect("created");
    assert_eq!(made.change.kind, ChangeKind::Created);
    assert_eq!(made.object.status.as_str(), "created");
    let with_password = new(NewDatabaseType::Mysql).password("anotherPassword1");
    let same = databases.ensure(&with_password).await.expect("unchanged");
    assert_eq!(same.change.kind, ChangeKind::Unchanged);
    let other = new(NewDatabaseType::Postgresql);
    let conflict = databases.ensure(&other).await.expect("an answer");
    assert_eq!(conflict.change.kind, ChangeKind::Conflict);
    assert_eq!(conflict.object.name, made.object.name);
    let words = ["exampleshop", SERVICE, "type_: mysql -> postgresql"];
    fails(conflict.or_conflict(), ErrorKind::Conflict, &words);
    assert_eq!(changes(&scene.sandbox), ["databases::create"]);
    let gone = databases.ensure_absent("exampleshop").await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Removed);
    let gone = databases.ensure_absent("exampleshop").await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Unchanged);
    let wrote = ["databases::create", "databases::delete"];
    assert_eq!(changes(&scene.sandbox), wrote);
}

#[tokio::test]
async fn ensure_waits_for_running_tasks() {
    let scene = Scene::start().await;
    let domains = scene.hosting().domains();
    let new = NewDomain::new("shop.example.com", "shop");
    let _ = domains.attach(&new).await.expect("a task");
    let same = domains.ensure(&new).await.expect("unchanged");
    assert_eq!(same.change.kind, ChangeKind::Unchanged);
    assert_eq!(same.object.status.as_str(), "created");
    let _ = domains.detach("shop.example.com").await.expect("a task");
    let again = domains.ensure(&new).await.expect("created");
    assert_eq!(again.change.kind, ChangeKind::Created);
    let wrote = ["domains::attach", "domains::detach", "domains::attach"];
    assert_eq!(changes(&scene.sandbox), wrote);
}

#[tokio::test]
async fn rerun_after_lost_create_creates_nothing() {
    let lost = Fault::on("users::create").after_effect().reset_after();
    let scene = Scene::of(Sandbox::builder().fault(lost.times(1))).await;
    let users = scene.hosting().users();
    let new = NewUser::new("shop", "example-shop", "aLongPassword1");
    let error = fails(users.ensure(&new).await, ErrorKind::Connection, &[]);
    assert!(error.maybe_applied());
    let same = users.ensure(&new).await.expect("it is there");
    assert_eq!(same.change.kind, ChangeKind::Unchanged);
    assert_eq!(same.object.status.as_str(), "created");
    scene
        .sandbox
        .journal()
        .operation("users::create")
        .exactly(1);
}

#[tokio::test]
async fn read_only_client_plans_but_cannot_ensure() {
    let scene = Scene::start().await;
    let domains = scene.client.read_only().hosting(SERVICE).domains();
    let new = NewDomain::new("shop.example.com", "shop");
    let plan = domains.plan(&new).await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Created);
    domains.ensure(&new).await.expect_err("it may only read");
    scene.sandbox.journal().changes().never();
    scene.sandbox.journal().operation("domains::attach").never();
}

#[tokio::test]
async fn change_shows_old_and_new_value() {
    let scene = Scene::start().await;
    let domains = scene.hosting().domains();
    let new = NewDomain::new("shop.example.com", "shop").ssl(false);
    let made = domains.ensure(&new).await.expect("created");
    made.or_conflict().map(drop).expect("no conflict");
    let other = NewDomain::new("shop.example.com", "store").ssl(true);
    let change = domains.plan(&other).await.expect("a plan");
    assert_eq!(
        change.to_string(),
        "updated (path: shop -> store, ssl: false -> true)"
    );
    let json = serde_json::to_value(&change).expect("JSON");
    assert_eq!(
        json,
        serde_json::json!({
            "kind": "updated",
            "fields": [
                { "name": "path", "from": "shop", "to": "store" },
                { "name": "ssl", "from": "false", "to": "true" },
            ],
            "unverified": [],
        })
    );
    assert_eq!(
        domains.ensure(&other).await.expect("changed").change,
        change
    );
}

#[tokio::test]
async fn secret_is_unverified_and_written_on_request() {
    let scene = Scene::start().await;
    let users = scene.hosting().users();
    let new = NewUser::new("shop", "example-shop", "canaryFirst1");
    let made = users.ensure(&new).await.expect("created");
    assert!(
        made.change.unverified.is_empty(),
        "it has just been written"
    );
    let other = NewUser::new("shop", "example-shop", "canaryOther2");
    let same = users.ensure(&other).await.expect("unchanged").change;
    assert_eq!(same.to_string(), "unchanged (unverified: password)");
    let write = EnsureOptions::new().write_secrets(true);
    let plan = users.plan_with(&other, write).await.expect("a plan");
    assert_eq!(
        plan.to_string(),
        "updated (password: [redacted] -> [redacted])"
    );
    let done = users.ensure_with(&other, write).await.expect("written");
    assert_eq!(done.change, plan);
    assert!(!format!("{done:?}").contains("canary"), "{done:?}");
    // With something else to be changed, both are written.
    let moved = NewUser::new("store", "example-shop", "canaryOther2");
    let done = users.ensure_with(&moved, write).await.expect("written");
    assert_eq!(names(&done.change), ["home", "password"]);
    assert_eq!(done.object.home, "store");
    assert_eq!(
        changes(&scene.sandbox),
        [
            "users::create",
            "users::change_password",
            "users::change_password",
            "users::update"
        ]
    );
}

#[tokio::test]
async fn database_password_is_written_on_request() {
    let scene = Scene::start().await;
    let databases = scene.hosting().databases();
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let _ = databases.ensure(&new).await.expect("created");
    let same = databases.ensure(&new).await.expect("unchanged").change;
    // Which kind of the offer it is, a database does not show.
    assert_eq!(same.to_string(), "unchanged (unverified: capacity)");
    let new = new.password("canaryPassw0rd");
    let same = databases.ensure(&new).await.expect("unchanged").change;
    assert_eq!(
        same.to_string(),
        "unchanged (unverified: capacity, password)"
    );
    let write = EnsureOptions::new().write_secrets(true);
    let done = databases.ensure_with(&new, write).await.expect("written");
    assert_eq!(names(&done.change), ["password"]);
    assert_eq!(
        changes(&scene.sandbox),
        ["databases::create", "databases::change_password"]
    );
}

#[tokio::test]
async fn remove_succeeds_after_lost_response() {
    let lost = Fault::on("users::delete").after_effect().reset_after();
    let scene = Scene::of(Sandbox::builder().fault(lost.times(1))).await;
    let users = scene.hosting().users();
    let new = NewUser::new("shop", "example-shop", "aLongPassword1");
    let _ = users.ensure(&new).await.expect("created");
    let gone = users.ensure_absent("example-shop").await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Removed);
    let gone = users.ensure_absent("example-shop").await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Unchanged);
}

#[tokio::test]
async fn secret_variable_is_written_on_request() {
    let scene = Scene::start().await;
    let env_vars = scene.hosting().env_vars();
    let new = |value: &str| NewEnvVar::new("DB_PASSWORD", EnvVarType::Password, value);
    let _ = env_vars
        .ensure(&new("canary-first"))
        .await
        .expect("created");
    let other = new("canary-other");
    let same = env_vars.ensure(&other).await.expect("unchanged").change;
    assert_eq!(same.to_string(), "unchanged (unverified: value)");
    let write = EnsureOptions::new().write_secrets(true);
    let done = env_vars.ensure_with(&other, write).await.expect("written");
    assert_eq!(
        done.change.to_string(),
        "updated (value: [redacted] -> [redacted])"
    );
    assert_eq!(
        changes(&scene.sandbox),
        ["env_vars::create", "env_vars::update"]
    );
}

#[tokio::test]
async fn masked_password_of_a_copy_is_refused() {
    let scene = Scene::start().await;
    let env_vars = scene.hosting().env_vars();
    let new = NewEnvVar::new("DB_PASSWORD", EnvVarType::Password, "canary-first");
    let _ = env_vars.ensure(&new).await.expect("created");
    let shown = env_vars.get("DB_PASSWORD").await.expect("a variable");
    let mut copy = NewEnvVar::from_env_var(&shown, shown.value.clone());
    copy.key = "COPY".to_owned();
    let words = ["`COPY` is masked", "nothing was sent", "set the value"];
    let kind = ErrorKind::InvalidArgument;
    fails(env_vars.ensure(&copy).await, kind, &words);
    fails(env_vars.plan(&copy).await, kind, &words);
    fails(env_vars.create(&copy).await, kind, &words);
    let masked = shown.value.expose();
    let words = [
        "`DB_PASSWORD` is masked",
        "nothing was sent",
        "set the value",
    ];
    fails(env_vars.update("DB_PASSWORD", masked).await, kind, &words);
    assert_eq!(changes(&scene.sandbox), ["env_vars::create"]);
    // Only a password is masked.
    let stars = NewEnvVar::new("STARS", EnvVarType::String, "***");
    let _ = env_vars.ensure(&stars).await.expect("created");
    let _ = env_vars.update("STARS", "*").await.expect("changed");
}

#[tokio::test]
async fn plan_refuses_names_that_ensure_refuses() {
    let scene = Scene::start().await;
    let hosting = scene.hosting().with_login("example");
    let words = ["expected the hosting's login", "`example`"];
    let user = NewUser::new("shop", "shop", "aLongPassword1");
    let kind = ErrorKind::InvalidArgument;
    fails(hosting.users().plan(&user).await, kind, &words);
    fails(hosting.users().ensure(&user).await, kind, &words);
    let (capacity, engine) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let database = NewDatabase::new(capacity, engine, "shop");
    fails(hosting.databases().plan(&database).await, kind, &words);
    assert!(changes(&scene.sandbox).is_empty());
}
