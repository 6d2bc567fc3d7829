//! Crons, environment variables, runtimes, websites from a repository, and log users.

use crate::common::{Client, SERVICE, at, database, finish, manual, settle};
use serde_json::{Value, json};

const REPOSITORY: &str = "https://github.com/owner/site.git";

/// The life of one kind of object.
struct Life {
    list: &'static str,
    create: Value,
    /// The property with the status.
    status: &'static str,
    /// Properties after the creation.
    shows: Value,
    update: Value,
    /// Properties after the update.
    then: Value,
    /// Whether an update takes time.
    slow: bool,
    delete: &'static str,
}

#[track_caller]
fn shows(object: &Value, expected: &Value) {
    for (name, value) in expected.as_object().expect("properties") {
        assert_eq!(&object[name], value, "{name} of {object:#}");
    }
}

#[test]
fn objects_have_a_complete_lifecycle() {
    for life in [
        Life {
            list: "/cron",
            create: json!({"command": "www/job.php", "frequency": "0 4 * * *", "language": "php8.3"}),
            status: "state",
            shows: json!({"command": "www/job.php", "status": "enabled", "email": null}),
            update: json!({"status": "disabled", "description": "nightly"}),
            then: json!({"status": "disabled", "description": "nightly", "command": "www/job.php"}),
            slow: true,
            delete: "",
        },
        Life {
            list: "/envVar",
            create: json!({"key": "APP_MODE", "type": "string", "value": "test"}),
            status: "status",
            shows: json!({"key": "APP_MODE", "type": "string", "value": "test"}),
            update: json!({"value": "live"}),
            then: json!({"key": "APP_MODE", "value": "live"}),
            slow: true,
            delete: "",
        },
        Life {
            list: "/runtime",
            create: json!({"name": "node", "type": "nodejs-14"}),
            status: "status",
            shows: json!({"name": "node", "type": "nodejs-14", "appEnv": "production", "isDeletable": true}),
            update: json!({"name": null, "appEnv": "development"}),
            then: json!({"name": null, "appEnv": "development", "type": "nodejs-14"}),
            slow: true,
            delete: "",
        },
        Life {
            list: "/website",
            create: json!({"path": "site", "vcsBranch": "main", "vcsUrl": REPOSITORY}),
            status: "status",
            shows: json!({"path": "site", "vcsBranch": "main", "vcsUrl": REPOSITORY}),
            update: json!({"vcsBranch": "next"}),
            then: json!({"vcsBranch": "next"}),
            slow: false,
            delete: "?deleteFiles=false",
        },
        Life {
            list: "/userLogs",
            create: json!({"login": "reader", "description": "audit", "password": "canaryPass42x"}),
            status: "status",
            shows: json!({"login": "reader", "description": "audit"}),
            update: json!({"description": null}),
            then: json!({"description": null}),
            slow: true,
            delete: "",
        },
    ] {
        let sandbox = manual();
        let client = Client::new(&sandbox);
        let list = at(life.list);
        assert_eq!(client.get(&list).ok(), json!([]), "{list}");
        client.post(&list, life.create.clone()).ok();
        let ids = client.get(&list).ok();
        let id = match &ids[0] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let path = format!("{list}/{id}");
        assert_eq!(client.get(&path).ok()[life.status], "creating", "{path}");
        client
            .delete(&format!("{path}{}", life.delete))
            .refused(409);
        settle(&sandbox);
        let object = client.get(&path).ok();
        assert_eq!(object[life.status], "created");
        shows(&object, &life.shows);
        assert_eq!(client.objects(&list), [object], "{list}");

        client.put(&path, life.update.clone()).ok();
        if life.slow {
            let during = client.get(&path).ok();
            assert_eq!(during[life.status], "updating");
            shows(&during, &life.shows);
            client.put(&path, life.update.clone()).refused(409);
            settle(&sandbox);
        }
        shows(&client.get(&path).ok(), &life.then);
        assert_eq!(client.get(&list).ok(), ids, "ids are stable");

        client.delete(&format!("{path}{}", life.delete)).ok();
        assert_eq!(client.get(&path).ok()[life.status], "deleting");
        settle(&sandbox);
        let message = client.get(&path).refused(404);
        assert_eq!(
            message,
            format!("The requested object (id = {id}) does not exist")
        );
        assert_eq!(client.get(&list).ok(), json!([]));
        client
            .delete(&format!("{path}{}", life.delete))
            .refused(404);
        client.put(&path, life.update).refused(404);
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_place() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let cron = |frequency: &str, language: &str| json!({"command": "x", "frequency": frequency, "language": language});
    let variable =
        |key: &str, kind: &str, value: &str| json!({"key": key, "type": kind, "value": value});
    for (list, body, place) in [
        ("/cron", cron("every day", "php8.3"), "$.frequency"),
        ("/cron", cron("0 4 * * *", "php4"), "$.language"),
        (
            "/cron",
            json!({"frequency": "0 4 * * *", "language": "php8.3"}),
            "$.command",
        ),
        ("/envVar", variable("1X", "string", "x"), "$.key"),
        ("/envVar", variable("X", "integer", "x"), "$.value"),
        ("/envVar", variable("X", "list", "x"), "$.type"),
        (
            "/runtime",
            json!({"attachedDomains": ["nobody.example"]}),
            "$.attachedDomains[0]",
        ),
        ("/runtime", json!({"type": "phpfpm-5.6"}), "$.type"),
        ("/runtime", json!({"publicDir": "../x"}), "$.publicDir"),
        (
            "/website",
            json!({"path": "../x", "vcsBranch": "main", "vcsUrl": REPOSITORY}),
            "$.path",
        ),
        (
            "/website",
            json!({"path": "x", "vcsBranch": "main", "vcsUrl": "no"}),
            "$.vcsUrl",
        ),
        (
            "/website",
            json!({"path": "x", "vcsBranch": "", "vcsUrl": REPOSITORY}),
            "$.vcsBranch",
        ),
        (
            "/userLogs",
            json!({"login": "a b", "description": "", "password": "canaryPass42x"}),
            "$.login",
        ),
    ] {
        let message = client.post(&at(list), body).refused(400);
        assert!(message.contains(place), "{list}: {message}");
        assert_eq!(client.get(&at(list)).ok(), json!([]), "{list}");
    }
}

#[test]
fn password_variables_are_never_returned() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let list = at("/envVar");
    let body = json!({"key": "SECRET", "type": "password", "value": "hunter2"});
    client.post(&list, body.clone()).task();
    settle(&sandbox);
    let conflict = client.post(&list, body).refused(409);
    assert!(conflict.contains("SECRET"), "{conflict}");
    let path = at("/envVar/SECRET");
    client.put(&path, json!({"value": "hunter3"})).task();
    settle(&sandbox);
    let everything = client.get(&path).body + &client.page(&list, 1, 10).body;
    assert!(!everything.contains("hunter"), "{everything}");
    assert!(!format!("{:?}", sandbox.state().env_vars(SERVICE)).contains("hunter"));
    assert_eq!(client.get(&format!("{list}?type=string")).ok(), json!([]));
}

#[test]
fn crons_are_filtered_and_shown_in_the_state() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for (command, language) in [("a.php", "php8.3"), ("b.py", "python3")] {
        let body = json!({"command": command, "frequency": "0 4 * * *", "language": language, "email": "x@example.com"});
        client.post(&at("/cron"), body).task();
    }
    finish(&sandbox);
    let crons = sandbox.state().crons(SERVICE);
    for (filter, hits) in [
        ("language=python3", 1),
        ("command=php", 1),
        ("command=php%25", 0),
        ("command=%25php", 1),
        ("email=x@example.com", 2),
        ("description=x", 0),
    ] {
        let found = client.get(&at(&format!("/cron?{filter}"))).ok();
        assert_eq!(found.as_array().map(Vec::len), Some(hits), "{filter}");
    }
    assert_eq!(crons[0].command, "a.php");
    let languages = client.get(&at("/cronAvailableLanguage")).ok();
    let known = languages.as_array().expect("languages");
    assert!(known.contains(&json!("php8.3")), "{languages}");
}

#[test]
fn domains_run_on_a_runtime_until_it_goes() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let attach = |domain: &str, runtime: Value| {
        let body = json!({"domain": domain, "path": "app", "runtimeId": runtime});
        client.post(&at("/attachedDomain"), body)
    };
    attach("one.example.com", Value::Null).task();
    settle(&sandbox);
    let body = json!({"name": "py", "type": "python-3", "isDefault": true, "attachedDomains": ["one.example.com"]});
    client.post(&at("/runtime"), body).task();
    let one = at("/attachedDomain/one.example.com");
    assert_eq!(client.get(&one).ok()["runtimeId"], Value::Null);
    settle(&sandbox);
    let runtime = sandbox.state().runtimes(SERVICE).remove(0);
    assert_eq!(client.get(&one).ok()["runtimeId"], runtime.id);
    attach("two.example.com", json!(runtime.id)).task();
    settle(&sandbox);
    let path = at(&format!("/runtime/{}", runtime.id));
    assert_eq!(
        client.get(&format!("{path}/attachedDomains")).ok(),
        json!(["one.example.com", "two.example.com"])
    );
    client.delete(&path).refused(400);
    let other = json!({"name": "js", "type": "nodejs-14", "isDefault": true});
    client.post(&at("/runtime"), other).task();
    settle(&sandbox);
    let defaults: Vec<_> = sandbox.state().runtimes(SERVICE);
    assert_eq!(
        defaults.iter().map(|it| it.is_default).collect::<Vec<_>>(),
        [false, true],
        "there is one default"
    );
    client.delete(&path).task();
    settle(&sandbox);
    assert_eq!(client.get(&one).ok()["runtimeId"], Value::Null);
    let node = client
        .get(&at("/runtimeAvailableTypes?language=nodejs"))
        .ok();
    assert_eq!(node, json!(["nodejs-14", "nodejs-12"]));
}

#[test]
fn a_website_is_deployed_and_tells_how_it_went() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let body = json!({"domain": "site.example.com", "path": "site", "ssl": true});
    client.post(&at("/attachedDomain"), body).task();
    let domain = at("/attachedDomain/site.example.com");
    assert_eq!(client.get(&domain).ok()["vcsStatus"], "disabled");
    let body = json!({"path": "./site", "vcsBranch": "main", "vcsUrl": REPOSITORY});
    client.post(&at("/website"), body.clone()).task();
    let conflict = client.post(&at("/website"), body).refused(409);
    assert!(conflict.contains("site"), "{conflict}");
    assert_eq!(client.get(&domain).ok()["vcsStatus"], "creating");
    settle(&sandbox);
    let id = sandbox.state().websites(SERVICE)[0].id;
    let path = at(&format!("/website/{id}"));
    assert_eq!(
        client.get(&path).ok()["domains"],
        json!([{"cdn": false, "fqdn": "site.example.com", "ssl": true}])
    );

    client.put(&path, json!({"vcsBranch": "next"})).ok();
    client
        .post(&format!("{path}/deploy"), json!({"reset": true}))
        .task();
    assert_eq!(client.get(&path).ok()["status"], "deploying");
    assert_eq!(client.get(&domain).ok()["vcsStatus"], "deploying");
    client.post_nothing(&format!("{path}/deploy")).refused(409);
    finish(&sandbox);
    sandbox.fail_next_task("website/deploy");
    client.post_nothing(&format!("{path}/deploy")).task();
    finish(&sandbox);
    let website = sandbox.state().websites(SERVICE).remove(0);
    let seen: Vec<_> = website
        .deployments
        .iter()
        .map(|it| (it.branch.as_str(), it.reset, it.status.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("main", false, "successful"),
            ("next", true, "successful"),
            ("next", false, "failed")
        ]
    );
    assert_eq!(
        website.status, "created",
        "an older deployment still stands"
    );
    let last = website.deployments[2].id;
    let logs = client.get(&format!("{path}/deployment/{last}/logs")).ok();
    assert_eq!(logs[1]["message"], "The deployment failed");

    assert_eq!(
        client.get(&at("/websiteCreationCapabilities")).ok()["existingWebsites"],
        1
    );
    let hooks = at("/vcs/webhooks?vcs=github&path=");
    let push = client.get(&format!("{hooks}site")).ok()["push"].clone();
    assert!(push.as_str().is_some_and(|it| it.starts_with("https://")));
    client.get(&format!("{hooks}nothing")).refused(404);

    client.delete(&path).refused(400);
    client.delete(&format!("{path}?deleteFiles=true")).task();
    settle(&sandbox);
    client.get(&format!("{path}/deployment")).refused(404);
    client
        .get(&format!("{path}/deployment/{last}"))
        .refused(404);
}

#[test]
fn the_first_deployment_of_a_website_can_fail() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    sandbox.fail_next_task("websites::create");
    let body = json!({"path": "site", "vcsBranch": "main", "vcsUrl": REPOSITORY});
    client.post(&at("/website"), body).task();
    finish(&sandbox);
    let website = sandbox.state().websites(SERVICE).remove(0);
    assert_eq!(
        (
            website.status.as_str(),
            website.deployments[0].status.as_str()
        ),
        ("initialError", "failed")
    );
}

#[test]
fn log_users_belong_to_their_logs() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let logs = at("/ownLogs");
    let own = client.get(&logs).ok()[0].clone();
    assert_eq!(client.get(&format!("{logs}/{own}")).ok()["fqdn"], SERVICE);
    let body = json!({"domain": "a.example.com", "path": "a", "ownLog": "a.example.com"});
    client.post(&at("/attachedDomain"), body).task();
    settle(&sandbox);
    let found = client.get(&format!("{logs}?fqdn=a.example.com")).ok();
    let log = format!("{logs}/{}", found[0]);
    let body = json!({"login": "reader", "description": "x", "password": "canaryPass42x"});
    let users = format!("{log}/userLogs");
    client.post(&users, body.clone()).ok();
    client.post(&users, body).refused(409);
    settle(&sandbox);
    assert_eq!(client.get(&users).ok(), json!(["reader"]));
    assert_eq!(
        client.get(&at("/userLogs?login=reader")).ok(),
        json!(["reader"])
    );
    client
        .get(&format!("{logs}/{own}/userLogs/reader"))
        .refused(404);
    let user = client.get(&format!("{users}/reader")).ok();
    assert_eq!(user["ownLogsId"], found[0]);
    let change = json!({"password": "canaryOther42x"});
    client
        .post(&format!("{users}/reader/changePassword"), change)
        .ok();
    assert_eq!(sandbox.state().log_users(SERVICE)[0].status, "updating");
    settle(&sandbox);
    assert!(!client.get(&format!("{users}/reader")).body.contains("42x"));
    let token = client
        .get(&at("/userLogsToken?attachedDomain=a.example.com"))
        .ok();
    assert!(token.is_string());
    client
        .get(&at("/userLogsToken?attachedDomain=b.example.com"))
        .refused(404);
    // The logs go with the domain, and their users with the logs.
    client.delete(&at("/attachedDomain/a.example.com")).task();
    settle(&sandbox);
    assert_eq!(client.get(&logs).ok(), json!([own]));
    assert!(sandbox.state().log_users(SERVICE).is_empty());
    client.get(&users).refused(404);
}

#[test]
fn a_full_offer_refuses() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for (list, body, room) in [
        ("/runtime", json!({}), 10),
        ("/envVar", Value::Null, 50),
        ("/website", Value::Null, 10),
    ] {
        let body = |number: u32| match list {
            "/envVar" => json!({"key": format!("K{number}"), "type": "string", "value": "x"}),
            "/website" => {
                json!({"path": format!("p{number}"), "vcsBranch": "main", "vcsUrl": REPOSITORY})
            }
            _ => body.clone(),
        };
        for number in 0..room {
            client.post(&at(list), body(number)).task();
        }
        let message = client.post(&at(list), body(room)).refused(400);
        assert!(message.contains("maximum number"), "{message}");
    }
    database(&sandbox, &client, "exampleapp");
    let count = client.get(&at("/envVar")).ok();
    assert_eq!(count.as_array().map(Vec::len), Some(50));
}
