//! Tests of `ensure` against an API that returns stale or other values.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::scripted::{
    SERVICE, Scripted, Step, gone, task, unknown_route, unknown_service, user,
};
use crate::support::{Answer, HandClock, Server, answer, json};
use ovh_web::types::{NewUser, OvhConfigAvailableEngineVersion, OvhConfigChange};
use ovh_web::{ChangeKind, ErrorKind};

fn user_in(home: &str) -> String {
    format!(
        r#"{{"home":"{home}","login":"example-shop","isPrimaryAccount":false,"sshState":"none","state":"rw",
            "status":"created","taskId":null,
            "serviceManagementCredentials":{{"ftp":{{"url":"","port":21,"user":"x"}},"ssh":{{"url":"","port":22,"user":"x"}}}}}}"#
    )
}

async fn ensure(shown: &'static str) -> (Server, Result<ChangeKind, ovh_web::Error>) {
    let server = Server::start(move |seen| match &*seen.method {
        "GET" => json(&user_in(shown)),
        _ => json("null"),
    })
    .await;
    let client = server
        .builder()
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    let new = NewUser::new("shop", "example-shop", "aLongPassword1");
    let done = client.hosting("example.ovh").users().ensure(&new).await;
    (server, done.map(|done| done.change.kind))
}

#[tokio::test]
async fn ignored_value_is_error_after_one_write() {
    let (server, done) = ensure("elsewhere").await;
    let error = done.expect_err("it shows another home for ever");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("home"), "{error}");
    let calls = server.calls();
    let writes = calls.iter().filter(|call| call.method != "GET").count();
    assert_eq!(writes, 1);
    assert!(calls.len() < 15, "{} calls", calls.len());
}

#[tokio::test]
async fn other_spelling_of_folder_is_no_difference() {
    for shown in ["./shop", "/homez.12/example/shop"] {
        let (server, done) = ensure(shown).await;
        assert_eq!(
            done.expect("nothing to do"),
            ChangeKind::Unchanged,
            "{shown}"
        );
        assert_eq!(server.calls().len(), 1);
    }
}

#[tokio::test]
async fn folder_of_that_name_below_another_stays() {
    let site = r#"{"fullRepositoryName":"a/b","id":7,"name":null,"path":"/home/example/www/shop",
        "status":"created","vcsBranch":"main","vcsUrl":"https://github.com/a/b"}"#;
    let server = Server::start(move |seen| match seen.target.contains("/website/7") {
        true => json(site),
        false => json(&format!("[{site}]")),
    })
    .await;
    let client = server.client();
    let websites = client.hosting("example.ovh").websites();
    let change = websites.ensure_absent("shop").await.expect("absent");
    assert_eq!(change.kind, ChangeKind::Unchanged);
    let plan = websites.plan_absent("www/shop").await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Removed);
}

#[tokio::test]
async fn corrected_field_is_unverified() {
    let lacking = user_in("elsewhere").replace(r#""home":"elsewhere","#, "");
    let server = Server::start(move |seen| match &*seen.method {
        "GET" => json(&lacking),
        _ => json("null"),
    })
    .await;
    let client = server.client();
    let users = client.hosting("example.ovh").users();
    let new = NewUser::new("shop", "example-shop", "canary-password").ssh_state("none");
    let plan = users.plan(&new).await.expect("a plan");
    let change = users.ensure(&new).await.expect("nothing to do").change;
    assert_eq!(change, plan);
    assert_eq!(
        (change.kind, change.fields.len()),
        (ChangeKind::Unchanged, 0)
    );
    assert!(change.unverified.contains(&"home"), "{change}");
    assert!(server.calls().iter().all(|call| call.method == "GET"));
    // With strict decoding there is no object to compare.
    let strict = server
        .builder()
        .strict_decoding(true)
        .build()
        .expect("a client");
    let error = strict.hosting("example.ovh").users().ensure(&new).await;
    assert_eq!(error.expect_err("no home").kind(), ErrorKind::Decode);
}

const TASK: &str = "GET /tasks/42";
const GET_USER: &str = "GET /user/example-shop";
const DELETE_USER: &str = "DELETE /user/example-shop";

fn new_user() -> NewUser {
    NewUser::new("shop", "example-shop", "aLongPassword1")
}

fn created(status: &str) -> Answer {
    json(&task("user/create", ("User", "example-shop"), status))
}

fn deleted(status: &str) -> Answer {
    json(&task("user/delete", ("User", "example-shop"), status))
}

#[tokio::test]
async fn unknown_route_is_not_an_absent_object() {
    let steps: [Step; 2] = [unknown_route, unknown_service];
    for step in steps {
        // An unknown route is neither a reason to create the object nor proof that it is gone.
        let scripted = Scripted::start(&[(GET_USER, &[step])]).await;
        let users = scripted.hosting().users();
        let error = users.ensure(&new_user()).await.expect_err("no route");
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        users.plan(&new_user()).await.expect_err("no route");
        users.ensure_absent("example-shop").await.expect_err("no");
        users.plan_absent("example-shop").await.expect_err("no");
        assert_eq!(scripted.server.calls().len(), 4);
    }
}

#[tokio::test]
async fn ensure_waits_until_object_is_visible() {
    let scripted = Scripted::start(&[
        ("POST /user", &[|| created("todo")]),
        (TASK, &[|| created("done")]),
        (GET_USER, &[gone, gone, gone, || json(&user("created"))]),
    ])
    .await;
    let users = scripted.hosting().users();
    let done = users.ensure(&new_user()).await.expect("created");
    assert_eq!(done.object.login, "example-shop");
    assert_eq!(scripted.count("POST /user"), 1);
}

/// Deletes the user; the response to the first attempt is lost.
async fn removed(
    deletes: &[Step],
    gets: &[Step],
) -> (Scripted, Result<ChangeKind, ovh_web::Error>) {
    let scripted = Scripted::start(&[
        (DELETE_USER, deletes),
        (TASK, &[|| deleted("done")]),
        (GET_USER, gets),
    ])
    .await;
    let client = scripted.server.builder().clock(scripted.clock.clone());
    let client = client.retries(2).build().expect("a client");
    let users = client.hosting(SERVICE).users();
    let change = users.ensure_absent("example-shop").await;
    (scripted, change.map(|change| change.kind))
}

#[tokio::test]
async fn absent_after_lost_removal() {
    let lost: Step = || Answer::Reset(Vec::new());
    let there: Step = || json(&user("created"));
    let leaving: Step = || json(&user("deleting"));
    let busy: Step = || answer(409, "", r#"{"message":"An action is in progress"}"#);
    let cases: [(&[Step], &[Step]); 3] = [
        (&[lost, gone], &[there, gone]),
        (&[lost, busy], &[there, leaving, leaving, gone]),
        // The deletion is accepted, and becomes visible later.
        (&[lost, busy], &[there, there, leaving, gone]),
    ];
    for (deletes, gets) in cases {
        let (scripted, change) = removed(deletes, gets).await;
        assert_eq!(change.expect("removed"), ChangeKind::Removed);
        assert_eq!(scripted.count(DELETE_USER), 2);
    }
    // Another client deleted it.
    let (_, change) = removed(&[gone], &[there, gone]).await;
    assert_eq!(change.expect("absent"), ChangeKind::Unchanged);
}

#[tokio::test]
async fn ensure_takes_what_is_created_again() {
    let (there, leaving): (Step, Step) = (|| json(&user("created")), || json(&user("deleting")));
    let scripted = Scripted::start(&[(GET_USER, &[leaving, leaving, there])]).await;
    let new = NewUser::new("shop", "example-shop", "aLongPassword1");
    let done = scripted.hosting().users().ensure(&new).await;
    assert_eq!(done.expect("the user").change.kind, ChangeKind::Unchanged);
    assert_eq!(scripted.count(GET_USER), 3);
    // A deletion that another program undoes is an error, not a wait until the deadline.
    let (_, change) = removed(&[|| deleted("todo")], &[there, leaving, there]).await;
    let error = change.expect_err("back again");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn object_that_stays_is_error_of_removal() {
    let lost: Step = || Answer::Reset(Vec::new());
    let there: Step = || json(&user("created"));
    let busy: Step = || answer(409, "", r#"{"message":"An action is in progress"}"#);
    let (_, change) = removed(&[lost, busy], &[there]).await;
    let error = change.expect_err("it stays");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let (scripted, change) = removed(&[busy], &[there]).await;
    assert_eq!(change.expect_err("busy").kind(), ErrorKind::Conflict);
    assert_eq!(scripted.count(GET_USER), 1, "nothing was sent");
}

/// A configuration with this id, PHP version and age.
fn config(id: i64, version: &str, historical: bool) -> String {
    format!(
        r#"{{"container":"stable64","creationDate":"2026-01-01T00:00:00Z","engineName":"php",
            "engineVersion":"{version}","environment":"production","fileExist":true,
            "historical":{historical},"httpFirewall":"none","id":{id},"path":"/home/example",
            "status":"created","taskId":null}}"#
    )
}

/// Changes the version of the configuration 7, which becomes an old one: 8 is the current one.
///
/// After the change, the list returns these in order, and the last one from then on. Until then the
/// configuration 7 may be shown as it was.
async fn replaced(
    lists: &'static [&[(i64, &str)]],
    stale_gets: usize,
) -> Result<i64, ovh_web::Error> {
    let changed = AtomicBool::new(false);
    let (listed, got) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = Server::start(move |seen| {
        let is_changed = changed.load(Ordering::SeqCst);
        match (&*seen.method, is_changed) {
            ("POST", _) => {
                changed.store(true, Ordering::SeqCst);
                json(&task("ovhConfig/update", ("OvhConfig", "7"), "todo"))
            }
            _ if seen.target.contains("/tasks/") => gone(),
            _ if seen.target.contains("/ovhConfig/7") => {
                let is_old = is_changed && got.fetch_add(1, Ordering::SeqCst) >= stale_gets;
                json(&config(7, "8.1", is_old))
            }
            _ if seen.target.contains("/ovhConfig/8") => json(&config(8, "8.3", false)),
            (_, false) => json(&format!("[{}]", config(7, "8.1", false))),
            (_, true) => {
                let number = listed.fetch_add(1, Ordering::SeqCst).min(lists.len() - 1);
                let list = lists[number].iter();
                let list: Vec<_> = list
                    .map(|(id, version)| config(*id, version, false))
                    .collect();
                json(&format!("[{}]", list.join(",")))
            }
        }
    })
    .await;
    let client = server
        .builder()
        .clock(HandClock::jumping(Duration::from_secs(10)))
        .build()
        .expect("a client");
    let new = OvhConfigChange::new().engine_version(OvhConfigAvailableEngineVersion::V8_3);
    let configs = client.hosting("example.ovh").ovh_configs();
    let done = configs.ensure("", &new).await?;
    assert_eq!(done.object.engine_version.as_str(), "8.3");
    Ok(done.object.id)
}

#[tokio::test]
async fn changed_configuration_may_have_another_id() {
    assert_eq!(replaced(&[&[(8, "8.3")]], 0).await.expect("changed"), 8);
}

#[tokio::test]
async fn stale_list_of_configurations_is_read_again() {
    let stale: [&[&[(i64, &str)]]; 3] = [
        &[&[(7, "8.1")], &[(7, "8.1")], &[(8, "8.3")]],
        &[&[], &[], &[(8, "8.3")]],
        &[&[(7, "8.1"), (8, "8.3")], &[(8, "8.3")]],
    ];
    for lists in stale {
        for stale_gets in [0, 2] {
            let id = replaced(lists, stale_gets).await;
            assert_eq!(id.expect("changed"), 8, "{lists:?} {stale_gets}");
        }
    }
    let error = replaced(&[&[(7, "8.1")]], 100)
        .await
        .expect_err("never changed");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.to_string().contains("engine_version"), "{error}");
}

#[tokio::test]
async fn ensure_runs_in_a_task_of_its_own() {
    let scripted = Scripted::start(&[(GET_USER, &[|| json(&user("created"))])]).await;
    let users = scripted.hosting().users();
    let new = NewUser::new("shop", "example-shop", "aLongPassword1");
    let done = tokio::spawn(async move { users.ensure(&new).await.map(|done| done.change.kind) });
    let kind = done.await.expect("the task").expect("the user");
    assert_eq!(kind, ChangeKind::Unchanged);
}

/// Reissues the certificate, which covers the domain in the last of these responses.
async fn reissued(covered: &[Step]) -> (Scripted, Result<bool, ovh_web::Error>) {
    const CERTIFICATE: &str = r#"{"isReportable":false,"provider":"LETSENCRYPT","regenerable":true,
        "status":"created","taskId":null,"type":"DV"}"#;
    const DOMAIN: &str = r#"{"capabilities":[],"cdn":"none","domain":"a.ovh","firewall":"none",
        "ipLocation":null,"isFlushable":false,"ownLog":null,"path":"www","runtimeId":null,
        "ssl":true,"status":"created","taskId":null}"#;
    let scripted = Scripted::start(&[
        ("GET /ssl", &[|| json(CERTIFICATE)]),
        // The old status still shows.
        ("POST /ssl/regenerate", &[|| json(CERTIFICATE)]),
        ("GET /ssl/domains", covered),
        ("GET /attachedDomain", &[|| json(&format!("[{DOMAIN}]"))]),
        (
            "GET /attachedDomain/a.ovh/digStatus",
            &[|| {
                json(
                    r#"{"domain":"a.ovh","recommendedIps":{"recommendedIpV4":[],"recommendedIpV6":[]},
                        "records":{"1.2.3.4":{"dnsConfigured":true,"isOvhIp":true,"type":"A"}}}"#,
                )
            }],
        ),
    ])
    .await;
    let done = scripted.hosting().certificate().ensure(["a.ovh"]).await;
    (scripted, done.map(|done| done.object.is_complete()))
}

#[tokio::test]
async fn reissue_is_done_when_it_covers() {
    let (none, all): (Step, Step) = (|| json("[]"), || json(r#"["a.ovh"]"#));
    let (scripted, done) = reissued(&[none, none, none, all]).await;
    assert!(done.expect("reissued"));
    assert_eq!(scripted.count("POST /ssl/regenerate"), 1);
    let (scripted, done) = reissued(&[none]).await;
    let error = done.expect_err("it never covers the domain");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(error.to_string().contains("a.ovh"), "{error}");
    assert_eq!(scripted.count("POST /ssl/regenerate"), 1);
}

#[tokio::test]
async fn ssh_key_is_planned_without_a_write() {
    let key = || json(r#"{"publicKey":"ssh-ed25519 AAAA"}"#);
    let none = || json(r#"{"publicKey":""}"#);
    for (step, kind) in [
        (gone as Step, ChangeKind::Created),
        (none, ChangeKind::Created),
        (key, ChangeKind::Unchanged),
    ] {
        let hosting = Scripted::start(&[("GET /key/ssh", &[step])]).await;
        let plan = hosting.hosting().plan_ssh_key().await.expect("a plan");
        assert_eq!(
            (plan.kind, plan.is_write()),
            (kind, kind == ChangeKind::Created)
        );
        assert_eq!(hosting.server.calls().len(), 1);
    }
}

#[tokio::test]
async fn ssh_key_of_unknown_service_is_an_error() {
    for step in [unknown_service as Step, unknown_route] {
        let hosting = Scripted::start(&[("GET /key/ssh", &[step])]).await;
        let error = hosting.hosting().plan_ssh_key().await;
        assert_eq!(error.expect_err("no plan").kind(), ErrorKind::NotFound);
    }
}
