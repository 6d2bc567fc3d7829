//! Lists with incomplete objects, on any page, from a server that leaves fields out.

use std::sync::Arc;

use ovh_web::sites::{HostingPlan, Sites};
use serde_json::{Value, json as value};

use super::{file, lines};
use crate::support::{Answer, Seen, Server, answer, json};

const LIST: &str = "/1.0/hosting/web";

fn hosting() -> Value {
    let access = value!({"port": 1, "url": "host.example"});
    value!({
        "serviceName": "a.ovh", "offer": "PRO", "primaryLogin": "example",
        "serviceManagementAccess": {"ftp": access, "http": access, "ssh": access},
    })
}

fn user(login: &str) -> Value {
    let access = value!({"port": 21, "url": "ftp.example", "user": login});
    value!({
        "home": "elsewhere", "isPrimaryAccount": false, "login": login, "sshState": "none",
        "state": "rw", "status": "created", "taskId": null,
        "serviceManagementCredentials": {"ftp": access, "ssh": access},
    })
}

fn without(mut object: Value, field: &str) -> Value {
    object.as_object_mut().expect("an object").remove(field);
    object
}

/// Plans a hosting, one of whose lists has these objects on two pages.
async fn plan(route: &'static str, pages: [Value; 2], text: &str) -> HostingPlan {
    plan_with(route, pages, text, None).await
}

/// Plans a hosting whose offer has these limits.
async fn plan_with(
    route: &'static str,
    pages: [Value; 2],
    text: &str,
    offer: Option<Value>,
) -> HostingPlan {
    let pages = Arc::new(pages);
    let server = Server::start(move |seen: &Seen| -> Answer {
        let path = seen.target.split('?').next().unwrap_or_default();
        match path {
            LIST => json(&value!([hosting()]).to_string()),
            _ if path.ends_with("/offerCapabilities") => match &offer {
                Some(offer) => json(&offer.to_string()),
                None => answer(400, "", "{}"),
            },
            _ if path == format!("{LIST}/a.ovh/{route}") => {
                let number = seen.header("x-pagination-number").unwrap_or("1");
                let page = &pages[number.parse::<usize>().expect("a number") - 1];
                answer(200, "X-Pagination-Total: 2\r\n", &page.to_string())
            }
            other => panic!("unexpected {other}"),
        }
    })
    .await;
    let text = format!("[hosting.\"a.ovh\"]\n{text}");
    let plan = Sites::new(&server.client(), file(&text)).plan().await;
    plan.expect("a plan").hostings.remove(0)
}

#[tokio::test]
async fn corrected_field_is_unverified_on_any_page() {
    let pages = [
        value!([without(user("example-a"), "home"), user("example-b")]),
        value!([user("example-c"), without(user("example-d"), "home")]),
    ];
    let mut text = String::new();
    for name in ["a", "b", "c", "d"] {
        text += &format!("users.example-{name} = {{ home = \"shop\" }}\n");
    }
    assert_eq!(
        lines(&plan("user", pages, &text).await),
        [
            "users example-a: unchanged (unverified: home)",
            "users example-b: updated (home: elsewhere -> shop)",
            "users example-c: updated (home: elsewhere -> shop)",
            "users example-d: unchanged (unverified: home)",
        ]
    );
}

#[tokio::test]
async fn broken_object_of_second_page_stops_the_kind() {
    let pages = [
        value!([user("example-a")]),
        value!([user("example-b"), without(user("example-c"), "login")]),
    ];
    let plan = plan("user", pages, "prune = [\"users\"]").await;
    assert_eq!(lines(&plan), [""; 0]);
    assert!(plan.unreadable[0].message.contains("[1].login"));
}

#[tokio::test]
async fn two_databases_of_one_user_conflict() {
    let database = |name: &str, user: &str| {
        let quota = value!({"unit": "MB", "value": 1.0});
        value!({
            "databaseServiceDeprecated": false, "dumps": 0, "mode": "classic", "name": name,
            "port": 3306, "quotaSize": quota, "quotaUsed": quota, "state": "ok",
            "status": "created", "type": "mysql", "user": user, "version": "8.0",
            "versionSupport": "supported",
        })
    };
    let pages = || {
        [
            value!([database("a.mysql.db", "exampleshop")]),
            value!([database("b.mysql.db", "exampleshop")]),
        ]
    };
    for text in [
        r#"databases.exampleshop = { capacity = "sqlPerso", type = "mysql" }"#,
        r#"absent.databases = ["exampleshop"]"#,
        r#"prune = ["databases"]"#,
    ] {
        let plan = plan("database", pages(), text).await;
        assert!(!plan.changes.is_empty(), "{text}");
        for change in &plan.changes {
            assert_eq!(change.name, "exampleshop");
            assert!(
                change.change.is_conflict() && change.reason.is_some(),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn object_without_other_fields_is_pruned() {
    let cron = |id: Value| {
        value!({
            "command": "a.php", "description": "[old]", "email": null, "frequency": "0 3 * * *",
            "id": id, "language": "php8.3", "state": "created", "status": "enabled",
        })
    };
    let prune = "prune = [\"crons\"]";
    let pages = [value!([without(cron(value!(7)), "command")]), value!([])];
    assert_eq!(
        lines(&plan("cron", pages, prune).await),
        ["crons old: removed"]
    );
    // Without its ID there is no object.
    let pages = [value!([cron(value!("old"))]), value!([])];
    let plan = plan("cron", pages, prune).await;
    assert_eq!((plan.changes.len(), plan.unreadable.len()), (0, 1));
}

#[tokio::test]
async fn domain_with_the_name_of_the_service_stays() {
    let domain = |name: &str| {
        value!({
            "capabilities": [], "cdn": "none", "domain": name, "firewall": "none",
            "ipLocation": null, "isFlushable": false, "ownLog": null, "path": "www",
            "runtimeId": null, "ssl": false, "status": "created", "taskId": null,
            "vcsStatus": "disabled",
        })
    };
    let pages = || [value!([domain("a.ovh")]), value!([domain("B.example.com")])];
    let absent = "absent.domains = [\"a.ovh\", \"b.example.com\"]";
    assert_eq!(
        lines(&plan("attachedDomain", pages(), absent).await),
        [
            "domains a.ovh: in conflict: the default domain cannot be removed",
            "domains b.example.com: removed",
        ]
    );
    let pruned = plan("attachedDomain", pages(), "prune = [\"domains\"]").await;
    assert_eq!(lines(&pruned), ["domains b.example.com: removed"]);
}

#[tokio::test]
async fn missing_limit_is_no_limit() {
    let text = "users.example-a = { home = \"a\", ssh = \"active\", password = { env = \"A\" } }";
    let planned = async |offer: Value| {
        let pages = [value!([user("example")]), value!([])];
        lines(&plan_with("user", pages, text, Some(offer)).await).remove(0)
    };
    let offer = value!({"ssh": false, "extraUsers": 0});
    let both = planned(offer.clone()).await;
    assert!(both.contains("in conflict"), "{both}");
    let users = planned(without(offer.clone(), "ssh")).await;
    assert!(users.contains("the offer has no users"), "{users}");
    let ssh = planned(without(offer, "extraUsers")).await;
    assert!(ssh.contains("the offer has no SSH"), "{ssh}");
    let none = planned(value!({"crontab": true})).await;
    assert!(none.contains("example-a: created"), "{none}");
}

#[tokio::test]
async fn unknown_primary_login_ends_the_plan() {
    let server = Server::start(move |seen: &Seen| match &*seen.target {
        LIST => json(&value!([without(hosting(), "primaryLogin")]).to_string()),
        other => panic!("unexpected {other}"),
    })
    .await;
    let sites = Sites::new(
        &server.client(),
        file("[hosting.\"a.ovh\"]\nprune = [\"users\"]"),
    );
    let plan = sites.plan().await.expect("a plan");
    let error = plan.hostings[0].error.as_ref().expect("an error");
    assert!(error.message().contains("primary login"), "{error}");
}
