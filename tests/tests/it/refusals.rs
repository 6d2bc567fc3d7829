//! Refused calls: the error that the caller gets, and no effect on the server.

use std::time::Duration;

use ovh_web::types::{
    CredentialRequest, DatabaseCapacity, DatabaseType, DumpDate, EnvVarType, HttpMethod,
    NewAccessRule, NewDatabase, NewDatabaseType, NewDomain, NewDump, NewEnvVar, NewModule, NewUser,
};
use ovh_web::{Client, Error, ErrorKind};
use ovh_web_sandbox::{HostingSeed, RefusalShape, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

/// Both shapes in which the API refuses credentials.
const SHAPES: [RefusalShape; 2] = [RefusalShape::Class, RefusalShape::Old];

async fn scene(shape: RefusalShape) -> Scene {
    Scene::of(Sandbox::builder().refusals(shape)).await
}

/// The guide's thirteen calls, whatever comes of them. The catalogue's two need no credentials.
async fn thirteen(client: &Client) -> [(&'static str, Result<(), Error>); 13] {
    let hosting = client.hosting(SERVICE);
    let database = hosting.database("exampleshop.mysql.db");
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let domain = NewDomain::new("shop.example.com", "shop").ssl(true);
    let user = NewUser::new("shop", "example-shop", "aLongPassword1");
    [
        ("hosting::list", client.hostings().names().await.map(drop)),
        (
            "domains::attach",
            hosting.domains().attach(&domain).await.map(drop),
        ),
        (
            "certificates::create",
            hosting.certificate().order_free().await.map(drop),
        ),
        (
            "databases::create",
            hosting.databases().create(&new).await.map(drop),
        ),
        (
            "databases::list",
            hosting.databases().list().await.map(drop),
        ),
        (
            "module_catalog::list",
            client.modules().list().await.map(drop),
        ),
        (
            "module_catalog::get",
            client.modules().get(102).await.map(drop),
        ),
        (
            "modules::install",
            hosting
                .modules()
                .install(&NewModule::new(102))
                .await
                .map(drop),
        ),
        (
            "users::create",
            hosting.users().create(&user).await.map(drop),
        ),
        ("users::list", hosting.users().logins().await.map(drop)),
        (
            "dumps::create",
            database
                .dumps()
                .create(&NewDump::new(DumpDate::Now))
                .await
                .map(drop),
        ),
        ("dumps::list", database.dumps().list().await.map(drop)),
        ("dumps::restore", database.dump(1).restore().await.map(drop)),
    ]
}

/// Asserts that every signed one of the thirteen is refused in the same way, and did nothing.
async fn all_refused(scene: &Scene, client: &Client, code: &str, words: &[&str]) {
    let open = ["module_catalog::list", "module_catalog::get"];
    for (operation, result) in thirteen(client).await {
        if open.contains(&operation) {
            result.expect("the catalogue is open to everyone");
            continue;
        }
        let error = fails(result, ErrorKind::Authentication, words);
        assert_eq!(error.code(), Some(code), "{error:?}");
        assert_eq!(error.operation_name(), Some(operation), "{error}");
        assert!(error.query_id().is_some(), "{error:?}");
        // Before a dump is made, those that are there are read.
        let times = if operation == "dumps::list" { 2 } else { 1 };
        scene.sandbox.journal().operation(operation).exactly(times);
    }
    scene.sandbox.journal().changes().never();
}

#[tokio::test]
async fn wrong_application_secret_is_refused() {
    for shape in SHAPES {
        one_wrong_byte(&scene(shape).await).await;
    }
}

async fn one_wrong_byte(scene: &Scene) {
    let right = scene.sandbox.application_secret().to_owned();
    for at in [0, right.len() / 2, right.len() - 1] {
        let mut bytes = right.clone().into_bytes();
        // Another letter or digit: one bit is enough.
        bytes[at] ^= 1;
        let wrong = String::from_utf8(bytes).expect("still ASCII");
        assert_ne!(wrong, right);
        let client = scene.builder().application_secret(&*wrong).build();
        let client = client.expect("complete settings");
        scene.sandbox.journal().clear();
        let words = [
            "Invalid signature",
            "status 400",
            "likely causes",
            "application secret",
            "consumer key",
            "endpoint",
            "clock",
        ];
        all_refused(scene, &client, "INVALID_SIGNATURE", &words).await;
    }
    // With the right one, the same calls reach the hosting.
    let (_, result) = thirteen(&scene.client)
        .await
        .into_iter()
        .nth(3)
        .expect("it");
    result.expect("a database");
}

#[tokio::test]
async fn an_unknown_application_key_is_refused() {
    for shape in SHAPES {
        let scene = scene(shape).await;
        let client = scene.builder().application_key("nosuchkey0000000").build();
        let words = [
            "This application key is invalid",
            "belongs to another region",
        ];
        let client = client.expect("complete settings");
        all_refused(&scene, &client, "INVALID_KEY", &words).await;
    }
}

#[tokio::test]
async fn a_consumer_key_works_only_while_validated() {
    for shape in SHAPES {
        works_only_while_validated(&scene(shape).await).await;
    }
}

async fn works_only_while_validated(scene: &Scene) {
    let rule = NewAccessRule::new()
        .method(HttpMethod::Get)
        .path("/hosting/web*");
    let wanted = CredentialRequest::new().access_rules(vec![rule]);
    let asked = scene.client.raw().auth().request_credential(&wanted).await;
    let key = asked.expect("a key").consumer_key;
    let client = scene.builder().consumer_key(key.clone()).build();
    let client = client.expect("complete settings");
    let names = || client.hostings().names();
    let words = ["This credential is not valid", "not validated yet"];

    fails(names().await, ErrorKind::Authentication, &words);
    scene.sandbox.validate(key.expose()).expect("a key");
    assert_eq!(names().await.expect("names"), [SERVICE]);
    let denied = client.hosting(SERVICE).certificate().order_free().await;
    fails(
        denied.map(drop),
        ErrorKind::Forbidden,
        &["the access rule `POST /hosting/web/*/ssl`"],
    );
    scene.sandbox.expire(key.expose()).expect("a key");
    fails(names().await, ErrorKind::Authentication, &words);
    scene.sandbox.refuse(key.expose()).expect("a key");
    fails(names().await, ErrorKind::Authentication, &["request a new"]);
    assert!(!changes(&scene.sandbox).contains(&"certificates::create"));
}

#[tokio::test]
async fn an_expired_or_unknown_key_is_refused() {
    for shape in SHAPES {
        expired_or_unknown(&scene(shape).await).await;
    }
}

async fn expired_or_unknown(scene: &Scene) {
    scene
        .sandbox
        .expire(scene.sandbox.consumer_key())
        .expect("a key");
    let words = ["This credential is not valid", "request a new"];
    all_refused(scene, &scene.client, "INVALID_CREDENTIAL", &words).await;

    scene.sandbox.journal().clear();
    let client = scene.builder().consumer_key("nosuchconsumerkey").build();
    let client = client.expect("complete settings");
    let words = ["This credential does not exist", "request a new"];
    all_refused(scene, &client, "NOT_CREDENTIAL", &words).await;
}

#[tokio::test]
async fn error_names_missing_rule_and_action() {
    for shape in SHAPES {
        let builder = Sandbox::builder()
            .refusals(shape)
            .grant("GET", "/hosting/web")
            .grant("GET", "/hosting/web/*");
        missing_rule(&Scene::of(builder).await).await;
    }
}

async fn missing_rule(scene: &Scene) {
    for (operation, result) in thirteen(&scene.client).await {
        let entry = scene.sandbox.journal().operation(operation);
        let entry = entry.last().expect("a call").clone();
        if entry.method == "GET" {
            assert_ne!(entry.status, 403, "{entry}");
            continue;
        }
        let words = ["This call has not been granted", "the access rule `"];
        let error = fails(result, ErrorKind::Forbidden, &words);
        assert_eq!(error.code(), Some("NOT_GRANTED_CALL"));
        let actions = error.operation().expect("a row").iam_actions();
        assert!(!actions.is_empty(), "{operation}");
        assert!(error.to_string().contains(actions[0]), "{error}");
        let rule = error
            .hint()
            .and_then(|hint| hint.split('`').nth(1))
            .expect("a rule");
        let (method, path) = rule.split_once(' ').expect("method and path");
        assert_eq!(method, entry.method);
        // It covers the call, and is written for every hosting.
        assert!(path.starts_with("/hosting/web/*/"), "{rule}");
        assert_eq!(
            path.split('/').count(),
            error.path().expect("a path").split('/').count()
        );
        assert!(entry.help.expect("help").contains("GET /hosting/web"));
    }
    scene.sandbox.journal().changes().never();
}

#[tokio::test]
async fn corrects_client_clock_off_by_one_hour() {
    for skew in [3600, -3600, 0] {
        let scene = Scene::start().await;
        scene.clock.set_skew(skew);
        for (operation, result) in thirteen(&scene.client).await.into_iter().take(5) {
            result.unwrap_or_else(|error| panic!("{operation}, {skew} s off: {error}"));
        }
        let time = scene.sandbox.journal().operation("auth::time");
        time.exactly(usize::from(skew != 0));
    }
}

#[tokio::test]
async fn follows_server_clock_off_by_one_hour() {
    let scene = Scene::of(Sandbox::builder().time_offset(3600)).await;
    assert_eq!(
        scene.client.hostings().names().await.expect("names"),
        [SERVICE]
    );
}

#[tokio::test]
async fn clock_jump_costs_one_refused_call() {
    for shape in SHAPES {
        clock_that_jumps(&scene(shape).await).await;
    }
}

async fn clock_that_jumps(scene: &Scene) {
    scene.client.hostings().names().await.expect("names");
    for jump in 0..2 {
        match jump {
            0 => scene.sandbox.set_time_offset(3600),
            _ => scene.clock.set_skew(7200),
        }
        scene.sandbox.journal().clear();
        scene.client.hostings().names().await.expect("names");
        let calls = scene.sandbox.journal().operation("hosting::list");
        calls.exactly(2);
        let help = calls.entries()[0].help.clone().expect("help");
        assert!(help.contains("s off"), "{help}");
        // After one question, the `Date` of the refusal is trusted.
        let times = scene.sandbox.journal().operation("auth::time");
        times.exactly(usize::from(jump == 0));
    }
}

#[tokio::test]
async fn not_found_keeps_server_message() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let missing = fails(
        hosting.users().get("example-nobody").await,
        ErrorKind::NotFound,
        &[
            "The requested object (id = example-nobody) does not exist",
            "users::get",
            "status 404",
        ],
    );
    assert!(missing.is_not_found());
    assert_eq!(
        missing.message(),
        "The requested object (id = example-nobody) does not exist"
    );
    assert_eq!(missing.class(), Some("Client::NotFound"));
    assert_eq!(missing.query_id(), Some(&*scene.last_call().query_id));

    let database = hosting.database("nothere.mysql.db");
    let words = ["The requested object (id = nothere.mysql.db) does not exist"];
    fails(database.dumps().list().await, ErrorKind::NotFound, &words);
    fails(
        database.dump(1).restore().await,
        ErrorKind::NotFound,
        &words,
    );
    fails(database.delete().await, ErrorKind::NotFound, &words);
    let other = scene.client.hosting("nothere.ovh");
    let words = ["This service does not exist"];
    fails(other.get().await, ErrorKind::NotFound, &words);
    let new = NewUser::new("www", "example-a", "aLongPassword1");
    fails(
        other.users().create(&new).await,
        ErrorKind::NotFound,
        &words,
    );
    // A number that was never a task of this hosting is no success either.
    fails(
        hosting.task(1).wait().await,
        ErrorKind::Gone,
        &["tasks::get"],
    );
}

#[tokio::test]
async fn concurrent_actions_conflict() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let first = hosting.databases().create(&new).await.expect("a task");
    let database = hosting.database("exampleshop.mysql.db");
    let busy = fails(
        database.delete().await,
        ErrorKind::Conflict,
        &[
            "You already have an action in progress",
            "databases::delete",
            "status 409",
        ],
    );
    assert!(busy.is_conflict());
    assert_eq!(busy.message(), "You already have an action in progress");
    assert_eq!(changes(&scene.sandbox), ["databases::create"]);
    first.wait().await.expect("done");
    let task = database.delete().await.expect("a task");
    task.wait().await.expect("done");
    assert_eq!(scene.clock.elapsed(), Duration::from_secs(6));
    assert!(scene.sandbox.state().databases(SERVICE).is_empty());
}

#[tokio::test]
async fn refuses_values_that_reach_another_route() {
    let scene = Scene::start().await;
    for name in ["", ".", "..", "moduleList"] {
        let hosting = scene.client.hosting(name);
        let words = ["serviceName", "nothing was sent"];
        fails(hosting.get().await, ErrorKind::InvalidArgument, &words);
        let removed = hosting.users().delete("example-a").await;
        fails(removed, ErrorKind::InvalidArgument, &words);
    }
    for name in ["", ".", ".."] {
        let gone = scene.hosting().database(name).delete().await;
        fails(
            gone,
            ErrorKind::InvalidArgument,
            &["`name`", "nothing was sent"],
        );
    }
    assert_eq!(scene.sandbox.journal().total(), 0);
    // Values that only look like a path traversal are encoded.
    let odd = scene.hosting().database("../user/example").delete().await;
    fails(odd, ErrorKind::NotFound, &["databases::delete"]);
    assert!(
        scene
            .last_call()
            .path
            .ends_with("/database/..%2Fuser%2Fexample")
    );
    assert_eq!(scene.sandbox.state().users(SERVICE).len(), 1);
}

#[tokio::test]
async fn full_offer_is_explained() {
    let starter = HostingSeed::new(SERVICE).offer("hosting-starter");
    let builder = Sandbox::builder().hosting_with(starter.domains(1).databases(1));
    let scene = Scene::of(builder).await;
    let hosting = scene.hosting();
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let database = NewDatabase::new(capacity, kind, "exampleshop");
    let refused = hosting.databases().create(&database).await;
    let words = ["maximum", "databases::creation_capabilities"];
    fails(refused, ErrorKind::BadRequest, &words);
    let offer = "hosting::offer_capabilities";
    let domain = NewDomain::new("shop.example.com", "shop");
    let refused = hosting.domains().attach(&domain).await;
    fails(refused, ErrorKind::BadRequest, &["maximum", offer]);
    let user = NewUser::new("shop", "example-shop", "aLongPassword1");
    let refused = hosting.users().create(&user).await;
    fails(refused, ErrorKind::BadRequest, &["maximum", offer]);
    let variable = NewEnvVar::new("APP_ENV", EnvVarType::String, "production");
    let refused = hosting.env_vars().create(&variable).await;
    fails(refused, ErrorKind::BadRequest, &["not allowed", offer]);
    let versions = hosting
        .databases()
        .available_versions(&DatabaseType::Mongodb);
    let words = ["not offered", "databases::available_types"];
    fails(versions.await, ErrorKind::BadRequest, &words);
}
