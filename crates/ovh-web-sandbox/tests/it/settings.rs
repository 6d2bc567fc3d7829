//! Settings of a hosting: boosts, contract, extra SQL, `.ovhconfig`, engine configuration, snapshots.

use std::time::Duration;

use crate::common::{Client, LOGIN, SERVICE, at, database, finish, manual, settle};
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[test]
fn a_boost_is_asked_for_ended_and_remembered() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let boost = at("/requestBoost");
    let offers = client.get(&at("")).ok()["availableBoostOffer"].clone();
    let offer = offers[0]["offer"].clone();
    client
        .post(&boost, json!({"offer": "hosting-perso"}))
        .refused(400);
    client.post(&boost, json!({"offer": offer})).task();
    client.post_nothing(&boost).refused(409);
    assert_eq!(client.get(&at("")).ok()["boostOffer"], Value::Null);
    settle(&sandbox);
    assert_eq!(client.get(&at("")).ok()["boostOffer"], offer);
    client.post(&boost, json!({"offer": offer})).refused(409);
    sandbox.clock().advance(DAY);
    // A body in which nothing is required may be missing.
    client.post_nothing(&boost).task();
    settle(&sandbox);
    assert_eq!(sandbox.state().boost(SERVICE), None);
    let history = client.objects(&at("/boostHistory"));
    let seen: Vec<_> = history.iter().map(|it| it["boostOffer"].clone()).collect();
    assert_eq!(seen, [offer, Value::Null]);
    let date = history[0]["date"].as_str().expect("a date");
    let encoded = date.replace('+', "%2B");
    assert_eq!(
        client.get(&at(&format!("/boostHistory/{encoded}"))).ok(),
        history[0]
    );
    assert_eq!(
        client
            .get(&at(&format!("/boostHistory?date={encoded}")))
            .ok(),
        json!([date])
    );
    client
        .get(&at("/boostHistory/2001-01-01T00:00:00%2B00:00"))
        .refused(404);
}

#[test]
fn the_contract_takes_another_renewal() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let path = at("/serviceInfos");
    let before = client.get(&path).ok();
    let renew = json!({"renew": {"deleteAtExpiration": true, "period": 1}});
    assert_eq!(client.put(&path, renew).ok(), Value::Null);
    let after = client.get(&path).ok();
    assert_eq!(after["renew"]["deleteAtExpiration"], true);
    assert_eq!(after["renew"]["automatic"], before["renew"]["automatic"]);
    client.put(&path, json!({"status": "expired"})).ok();
    client.put(&path, json!({})).ok();
    assert_eq!(client.get(&path).ok(), after);
    // The CDN has a separate contract.
    let renew = json!({"renew": {"period": 6}});
    client.post(&at("/cdn/serviceInfosUpdate"), renew).ok();
    let cdn = client.get(&at("/cdn/serviceInfos")).ok();
    assert_eq!(cdn["renew"]["period"], 6);
    assert_eq!(client.get(&path).ok(), after);
}

#[test]
fn extra_sql_makes_room_for_more_databases() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let offer = client.objects(&at("/extraSqlPerso")).remove(0);
    let path = at(&format!("/extraSqlPerso/{}", offer["id"]));
    assert_eq!(offer["usage"], json!([]));
    let create = |number: u32| {
        let user = format!("{LOGIN}x{number}");
        let body =
            json!({"capabilitie": "extraSqlPerso", "type": "mysql", "user": user, "quota": 400});
        client.post(&at("/database"), body)
    };
    for number in 1..=3 {
        create(number).task();
    }
    create(4).refused(400);
    settle(&sandbox);
    let names = client.get(&format!("{path}/databases")).ok();
    assert_eq!(names.as_array().map(Vec::len), Some(3));
    assert_eq!(client.get(&path).ok()["usage"], names);
    let name = names[0].as_str().expect("a name");
    let database = client.get(&at(&format!("/database/{name}"))).ok();
    assert_eq!(database["sqlpersoId"], offer["id"]);
    // The offer's own databases are counted apart.
    let room = client.get(&at("/databaseCreationCapabilities")).ok();
    let room: Vec<_> = room
        .as_array()
        .expect("capabilities")
        .iter()
        .map(|it| {
            (
                it["type"].as_str().expect("a type"),
                it["available"].as_u64(),
            )
        })
        .collect();
    assert_eq!(room, [("sqlPerso", Some(4)), ("extraSqlPerso", Some(0))]);
    client.delete(&at(&format!("/database/{name}"))).task();
    settle(&sandbox);
    create(4).task();

    let renew = json!({"renew": {"period": 3}});
    client
        .post(&format!("{path}/serviceInfosUpdate"), renew)
        .ok();
    let service = client.get(&format!("{path}/serviceInfos")).ok();
    assert_eq!(
        (&service["renew"]["period"], &service["renew"]["automatic"]),
        (&json!(3), &json!(true))
    );
    client
        .get(&at("/extraSqlPerso/1/serviceInfos"))
        .refused(404);
}

#[test]
fn ovhconfig_changes_are_kept_and_rolled_back() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let list = at("/ovhConfig");
    let id = client.get(&list).ok()[0].clone();
    let path = format!("{list}/{id}");
    let change = json!({"engineVersion": "8.1", "environment": "development"});
    client
        .post(&format!("{path}/changeConfiguration"), change.clone())
        .task();
    let during = client.get(&path).ok();
    assert_eq!(
        (&during["status"], &during["engineVersion"]),
        (&json!("updating"), &json!("8.4"))
    );
    client
        .post(&format!("{path}/changeConfiguration"), change)
        .refused(409);
    settle(&sandbox);
    let after = client.get(&path).ok();
    assert_eq!(
        (&after["status"], &after["engineVersion"]),
        (&json!("created"), &json!("8.1"))
    );
    let past = client.get(&format!("{list}?historical=true")).ok();
    let past = past[0].clone();
    assert_eq!(
        client.get(&format!("{list}/{past}")).ok()["engineVersion"],
        "8.4"
    );
    assert_eq!(
        client.get(&format!("{list}?historical=false")).ok(),
        json!([id])
    );
    client
        .post(&format!("{list}/{past}/changeConfiguration"), json!({}))
        .refused(400);
    let rollback = format!("{path}/rollback");
    client
        .post(&rollback, json!({"rollbackId": 1}))
        .refused(404);
    client
        .post(&rollback, json!({"rollbackId": id}))
        .refused(400);
    client.post(&rollback, json!({"rollbackId": past})).task();
    assert_eq!(client.get(&path).ok()["status"], "rollbacking");
    settle(&sandbox);
    let back = client.get(&path).ok();
    assert_eq!(
        (&back["engineVersion"], &back["environment"]),
        (&json!("8.4"), &json!("production"))
    );

    client.post_nothing(&at("/ovhConfigRefresh")).task();
    assert_eq!(client.get(&at("")).ok()["lastOvhConfigScan"], Value::Null);
    settle(&sandbox);
    assert!(client.get(&at("")).ok()["lastOvhConfigScan"].is_string());
}

#[test]
fn engine_configuration_checks_the_version() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let path = at("/configuration");
    for wrong in [
        json!({"language": "python"}),
        json!({"version": "ruby-2.7"}),
        json!({"version": "nodejs-8"}),
    ] {
        let message = client.put(&path, wrong).refused(400);
        assert!(message.contains("$.version"), "{message}");
    }
    let python = client
        .get(&at("/availableConfigurations?language=python"))
        .ok();
    let change = json!({"language": "python", "version": python[0], "entryPoint": "app.py"});
    assert_eq!(client.put(&path, change).ok(), Value::Null);
    let during = client.get(&path).ok();
    assert_eq!(
        (&during["status"], &during["language"]),
        (&json!("updating"), &json!("nodejs"))
    );
    client.put(&path, json!({})).refused(409);
    settle(&sandbox);
    let after = client.get(&path).ok();
    assert_eq!(
        (&after["status"], &after["entryPoint"]),
        (&json!("created"), &json!("app.py"))
    );
}

#[test]
fn a_snapshot_brings_back_what_it_saw() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let restore = |backup: &str| client.post(&at("/restoreSnapshot"), json!({"backup": backup}));
    let young = restore("daily.1").refused(400);
    assert!(young.contains("younger"), "{young}");
    restore("hourly.1").refused(400);
    let name = database(&sandbox, &client, "exampleshop");
    let config = at(&format!(
        "/ovhConfig/{}",
        client.get(&at("/ovhConfig")).ok()[0]
    ));
    let write = |text: &str, version: &str| {
        sandbox.write_database(SERVICE, &name, text).expect("it");
        sandbox.write_files(SERVICE, text).expect("it");
        let body = json!({"engineVersion": version});
        client
            .post(&format!("{config}/changeConfiguration"), body)
            .task();
        settle(&sandbox);
    };
    write("monday", "8.2");
    sandbox.clock().advance(DAY);
    write("tuesday", "8.3");
    database(&sandbox, &client, "examplenew");
    sandbox.clock().advance(DAY / 2);
    let now = || {
        let state = sandbox.state();
        let database = state.database(SERVICE, &name).expect("it");
        let version = client.get(&config).ok()["engineVersion"].clone();
        (database.content, state.files(SERVICE), version)
    };
    restore("daily.1").task();
    restore("daily.1").refused(409);
    let tuesday = ("tuesday".to_owned(), "tuesday".to_owned(), json!("8.3"));
    assert_eq!(now(), tuesday, "nothing happens before the task is done");
    finish(&sandbox);
    assert_eq!(
        now(),
        ("monday".to_owned(), "monday".to_owned(), json!("8.2"))
    );
    assert_eq!(
        sandbox.state().databases(SERVICE).len(),
        2,
        "what came later stays"
    );
    // A restore is a change like any other.
    sandbox.clock().advance(DAY - Duration::from_secs(10));
    restore("weekly.1").refused(400);
    restore("daily.1").task();
    settle(&sandbox);
    assert_eq!(now(), tuesday);
    let unknown = sandbox.write_files("nobody.example", "x");
    assert!(unknown.is_err());
}

#[test]
fn database_copies_are_made_and_restored() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let (one, two) = (
        database(&sandbox, &client, "exampleone"),
        database(&sandbox, &client, "exampletwo"),
    );
    let content = |name: &str| sandbox.state().database(SERVICE, name).expect("it").content;
    sandbox.write_database(SERVICE, &one, "one").expect("it");
    sandbox.write_database(SERVICE, &two, "two").expect("it");
    let copies = at(&format!("/database/{one}/copy"));
    let copy = client.post_nothing(&copies).ok();
    assert_eq!(copy["status"], "todo");
    let id = copy["id"].as_str().expect("an id").to_owned();
    let restore = at(&format!("/database/{two}/copyRestore"));
    let body = |flush: bool| json!({"copyId": id, "flushDatabase": flush});
    client.post(&restore, body(true)).refused(409);
    sandbox.write_database(SERVICE, &one, "later").expect("it");
    sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(
        client.get(&format!("{copies}/{id}")).ok()["status"],
        "doing"
    );
    finish(&sandbox);
    assert_eq!(client.get(&copies).ok(), json!([id]));
    assert_eq!(client.objects(&copies)[0]["status"], "done");

    for (flush, expected) in [(false, "twoone"), (true, "one")] {
        client.post(&restore, body(flush)).task();
        assert_eq!(
            client.get(&at(&format!("/database/{two}"))).ok()["status"],
            "restoring"
        );
        settle(&sandbox);
        assert_eq!(content(&two), expected);
    }
    let unknown = json!({"copyId": "7f3c1b2a-0d4e-4f5a-8b6c-9d0e1f2a3b4c"});
    client.post(&restore, unknown).refused(404);
    client.post(&restore, json!({"copyId": "x"})).refused(400);

    sandbox.fail_next_task("database_copies::create");
    let failed = client.post_nothing(&copies).ok()["id"].clone();
    settle(&sandbox);
    let failed = failed.as_str().expect("an id");
    let path = format!("{copies}/{failed}");
    assert_eq!(client.get(&path).ok()["status"], "error");
    client
        .post(&restore, json!({"copyId": failed}))
        .refused(400);
    assert_eq!(client.delete(&path).ok(), Value::Null);
    client.get(&path).refused(404);
    client.delete(&at(&format!("/database/{one}"))).task();
    settle(&sandbox);
    client.get(&format!("{copies}/{id}")).refused(404);
    client.post(&restore, body(true)).refused(404);
}

#[test]
fn a_database_is_filled_checked_and_described() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let name = database(&sandbox, &client, "exampleapp");
    let path = at(&format!("/database/{name}"));
    for (call, body, status) in [
        (
            "import",
            json!({"documentId": "d-1", "flushDatabase": true}),
            "importing",
        ),
        ("request", json!({"action": "CHECK_QUOTA"}), "checking"),
    ] {
        client.post(&format!("{path}/{call}"), body).task();
        assert_eq!(client.get(&path).ok()["status"], status);
        settle(&sandbox);
    }
    let view = sandbox.state().database(SERVICE, &name).expect("it");
    assert_eq!(view.content, "document d-1");
    let object = client.get(&path).ok();
    assert!(object["lastCheck"].is_string(), "{object}");
    assert_eq!(
        client.get(&format!("{path}/capabilities")).ok()["dump"],
        true
    );
    assert!(client.get(&format!("{path}/metricsToken")).ok()["token"].is_string());
    let chart = client
        .get(&format!("{path}/statistics?period=daily&type=statement"))
        .ok();
    assert_eq!(chart[0]["serieName"], "statement");
    let types = client.get(&at("/databaseAvailableType")).ok();
    for kind in types.as_array().expect("types") {
        let kind = kind.as_str().expect("a type");
        let versions = client
            .get(&at(&format!("/databaseAvailableVersion?type={kind}")))
            .ok();
        assert_eq!(versions["default"], versions["list"][0], "{kind}");
    }
    client
        .get(&at("/databaseAvailableVersion?type=mongodb"))
        .refused(400);
}
