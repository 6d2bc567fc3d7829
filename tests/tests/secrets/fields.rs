//! Every secret field of every type of the client, and the examples.

use std::collections::BTreeSet;

use ovh_web::types::{
    CdnLogs, CredentialRequest, DatabaseChangePassword, DatabaseMetricsToken, Dump, EnvVar,
    EnvVarUpdate, HostingDump, LocalSeoSearchData, LogUrl, LogUserChangePassword, MetricsToken,
    ModuleDependencyInput, NewCertificate, NewDatabase, NewDatabaseType, NewEnvVar, NewLogUser,
    NewModule, NewOwnLogUser, NewUser, OwnLogUserChangePassword, Secret, TerminationConfirmation,
    UserChangePassword,
};
use ovh_web::{Client, Error, ErrorKind, Request};
use ovh_web_sandbox::{Builder, HostingSeed, Sandbox};
use ovh_web_tests::{Answer, Log, RawServer, SERVICE, Scene, Seen, Shown};

use crate::{journey, report};

use crate::examples::{
    backup, consumer_key, deploy_site, from_python, health_check, migrate_site, move_deprecated,
    onboard_customer, put_online, report as hostings, rotate_certificates,
};

const PASSWORD: &str = "canaryPW0a";
/// A hosting with a deprecated database.
const OLD: &str = "old.example.com";
const APPLICATION_KEY: &str = "canaryAK0000000A";
const APPLICATION_SECRET: &str = "canaryAS0000000000000000000000000A";
const CONSUMER_KEY: &str = "canaryCK0000000000000000000000000A";

/// The surface, in which every secret field of every type stands.
const SURFACE: &str = include_str!("../../../schema/ovh-web-client/surface.txt");

/// `NewUser.password` and its like.
fn secret_fields() -> BTreeSet<&'static str> {
    SURFACE
        .lines()
        .filter_map(|line| line.strip_prefix("field "))
        .filter_map(|line| line.split_once(": "))
        .filter(|(_, type_)| type_.contains("Secret"))
        .map(|(field, _)| field)
        .collect()
}

/// Every write that carries a secret: its field, and the request.
#[expect(deprecated, reason = "what is on its way out carries secrets too")]
fn writes(client: &Client, shown: &mut Shown) -> Vec<(&'static str, Result<Request, Error>)> {
    let raw = client.raw();
    let mut all = Vec::new();
    macro_rules! write {
        ($field:literal, $body:expr, |$taken:ident| $call:expr) => {{
            let body = $body;
            shown.debug($field, &body);
            let $taken = &body;
            let call = $call;
            shown.debug($field, &call);
            let request = call.into_request();
            shown.debug($field, &request);
            all.push(($field, request));
        }};
    }
    write!(
        "CredentialRequest.redirection",
        CredentialRequest::new().redirection(PASSWORD),
        |it| raw.auth().request_credential(it)
    );
    write!(
        "NewUser.password",
        NewUser::new("www", "example-a", PASSWORD),
        |it| raw.users().create(SERVICE, it)
    );
    write!(
        "UserChangePassword.password",
        UserChangePassword::new(PASSWORD),
        |it| raw.users().change_password(SERVICE, "example-a", it)
    );
    write!(
        "NewDatabase.password",
        NewDatabase::new("sqlPerso", NewDatabaseType::Mysql, "exampleshop").password(PASSWORD),
        |it| raw.databases().create(SERVICE, it)
    );
    write!(
        "DatabaseChangePassword.password",
        DatabaseChangePassword::new(PASSWORD),
        |it| raw
            .databases()
            .change_password(SERVICE, "example.mysql.db", it)
    );
    write!(
        "NewModule.admin_password",
        NewModule::new(1).admin_password(PASSWORD),
        |it| raw.modules().install(SERVICE, it)
    );
    let dependency = ModuleDependencyInput::new().password(PASSWORD);
    write!(
        "ModuleDependencyInput.password",
        NewModule::new(1).dependencies(vec![dependency]),
        |it| raw.modules().install(SERVICE, it)
    );
    write!(
        "NewCertificate.key",
        NewCertificate::new().key(PASSWORD),
        |it| raw.certificates().create(SERVICE, it)
    );
    write!(
        "NewEnvVar.value",
        NewEnvVar::new("KEY", "string", PASSWORD),
        |it| raw.env_vars().create(SERVICE, it)
    );
    write!(
        "EnvVarUpdate.value",
        EnvVarUpdate::new().value(PASSWORD),
        |it| raw.env_vars().update(SERVICE, "KEY", it)
    );
    write!(
        "NewLogUser.password",
        NewLogUser::new("d", "l", PASSWORD),
        |it| raw.user_logs().create(SERVICE, it)
    );
    write!(
        "LogUserChangePassword.password",
        LogUserChangePassword::new(PASSWORD),
        |it| raw.user_logs().change_password(SERVICE, "l", it)
    );
    write!(
        "NewOwnLogUser.password",
        NewOwnLogUser::new("d", "l", PASSWORD),
        |it| raw.own_log_users().create(SERVICE, 1, it)
    );
    write!(
        "OwnLogUserChangePassword.password",
        OwnLogUserChangePassword::new(PASSWORD),
        |it| raw.own_log_users().change_password(SERVICE, 1, "l", it)
    );
    write!(
        "TerminationConfirmation.token",
        TerminationConfirmation::new(PASSWORD),
        |it| raw.services().confirm_termination(SERVICE, it)
    );
    all
}

/// Every type that brings a secret back: its field, and how it looks.
fn reads(shown: &mut Shown) -> Vec<&'static str> {
    let mut all = Vec::new();
    macro_rules! read {
        ($field:literal, $type:ty, $json:expr, |$it:ident| $secret:expr) => {{
            let $it: $type = serde_json::from_value($json).expect($field);
            let secret: Option<&Secret> = $secret;
            assert_eq!(
                secret.map(Secret::expose),
                Some(PASSWORD),
                "the caller gets it"
            );
            shown.debug($field, &$it);
            all.push($field);
        }};
    }
    let json = |text: &str| -> serde_json::Value {
        serde_json::from_str(&text.replace("PW", PASSWORD)).expect("JSON")
    };
    read!(
        "MetricsToken.token",
        MetricsToken,
        json(r#"{"endpoint":"e","expiry":"2026-01-01T00:00:00Z","token":"PW"}"#),
        |it| Some(&it.token)
    );
    read!(
        "DatabaseMetricsToken.token",
        DatabaseMetricsToken,
        json(r#"{"endpoint":"e","token":"PW"}"#),
        |it| Some(&it.token)
    );
    read!(
        "EnvVar.value",
        EnvVar,
        json(r#"{"key":"K","status":"created","taskId":null,"type":"string","value":"PW"}"#),
        |it| Some(&it.value)
    );
    read!(
        "ModuleDependency.password",
        ovh_web::types::ModuleDependency,
        json(
            r#"{"name":"n","password":"PW","port":1,"prefix":"p","server":"s","type":"mysql","user":"u"}"#
        ),
        |it| it.password.as_ref()
    );
    read!(
        "CredentialRequested.consumer_key",
        ovh_web::types::CredentialRequested,
        json(r#"{"consumerKey":"PW","state":"pendingValidation","validationUrl":"u"}"#),
        |it| Some(&it.consumer_key)
    );
    read!(
        "CredentialRequested.validation_url",
        ovh_web::types::CredentialRequested,
        json(r#"{"consumerKey":"k","state":"pendingValidation","validationUrl":"PW"}"#),
        |it| Some(&it.validation_url)
    );
    let dump = r#"{"creationDate":"2026-01-01T00:00:00Z","databaseName":"n","orphan":false,"id":1,
        "deletionDate":"2026-01-01T00:00:00Z","status":"created","taskId":null,"type":"now","url":"PW"}"#;
    read!("Dump.url", Dump, json(dump), |it| it.url.as_ref());
    read!("HostingDump.url", HostingDump, json(dump), |it| it
        .url
        .as_ref());
    read!(
        "CdnLogs.url",
        CdnLogs,
        json(r#"{"url":"PW","validity":"2026-01-01T00:00:00Z"}"#),
        |it| Some(&it.url)
    );
    read!(
        "LogUrl.url",
        LogUrl,
        json(r#"{"expirationDate":"2026-01-01T00:00:00Z","url":"PW"}"#),
        |it| Some(&it.url)
    );
    read!(
        "LocalSeoSearchData.token",
        LocalSeoSearchData,
        json(
            r#"{"city":"c","country":"FR","id":1,"name":"n","province":null,"street":"s","streetNo":"1","token":"PW","zip":"z"}"#
        ),
        |it| Some(&it.token)
    );
    all
}

/// An error that quotes the body of the request.
fn quoting(status: u16, seen: &Seen) -> Answer {
    let body = String::from_utf8_lossy(&seen.body);
    let quoted = body.replace('\\', "\\\\").replace('"', "\\\"");
    let body = format!(
        r#"{{"message":"no: {quoted}","details":{{"sent":"{quoted}"}},"class":"Client::BadRequest"}}"#
    );
    Answer::response(status, "Content-Type: application/json\r\n", &body)
}

#[tokio::test]
async fn errors_of_all_statuses_hide_secrets() {
    let log = Log::keep();
    let mut shown = Shown::default();
    let mut kinds = Vec::new();
    for status in [403, 404, 408, 409, 429, 460, 500] {
        let server = RawServer::start(move |seen| quoting(status, seen)).await;
        let client = server.client();
        let transport = client.transport();
        for (field, request) in writes(&client, &mut shown) {
            let sent = transport.send(request.expect("a request")).await;
            let error = sent.expect_err(field);
            shown.error(&error);
            kinds.push(error.kind());
        }
    }
    kinds.dedup();
    let expected = [
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::Server,
        ErrorKind::Conflict,
        ErrorKind::RateLimited,
        ErrorKind::Expired,
        ErrorKind::Server,
    ];
    assert_eq!(kinds, expected);
    shown.display("log", &log.text());
    shown.holds_no_canary();
}

#[tokio::test]
async fn secret_fields_hide_their_values() {
    let log = Log::keep();
    let mut shown = Shown::default();
    // The server quotes what it was sent, which is the worst that it can do with it.
    let server = RawServer::start(|seen| quoting(400, seen)).await;
    let client = server.client();
    let transport = client.transport();
    let mut covered = BTreeSet::new();
    for (field, request) in writes(&client, &mut shown) {
        let request = request.expect("a request");
        assert!(
            String::from_utf8_lossy(request.body().expect("a body").as_bytes()).contains(PASSWORD),
            "{field} travels"
        );
        let error = transport.send(request).await.expect_err("a refusal");
        assert_eq!(error.kind(), ErrorKind::BadRequest);
        assert!(error.message().starts_with("no: {"), "{error}");
        shown.error(&error);
        shown.display("raw", &String::from_utf8_lossy(error.raw_body()));
        covered.insert(field);
    }
    covered.extend(reads(&mut shown));
    shown.display("log", &log.text());
    shown.holds_no_canary();
    assert_eq!(server.seen().len(), 15, "each was sent once");
    assert_eq!(covered, secret_fields(), "each secret field has its line");
}

async fn scene_with(builder: Builder) -> Scene {
    let builder = builder
        .hosting(SERVICE)
        .application_key(APPLICATION_KEY)
        .application_secret(APPLICATION_SECRET)
        .consumer_key(CONSUMER_KEY);
    Scene::of(builder).await
}

/// Runs `move_deprecated`, and returns what its state file holds.
async fn moved(client: &Client) -> Result<String, Box<dyn std::error::Error>> {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("moved-{}.json", std::process::id()));
    let mut state = move_deprecated::State {
        file: file.clone(),
        password: Some(PASSWORD.into()),
        ..Default::default()
    };
    let failed = move_deprecated::move_all(&client.hosting(OLD), Some(&mut state)).await?;
    assert_eq!(failed, 0, "a database was moved");
    let text = std::fs::read_to_string(&file)?;
    std::fs::remove_file(&file)?;
    Ok(text)
}

#[tokio::test]
async fn examples_hide_secrets() {
    let log = Log::keep();
    let mut shown = Shown::default();
    for is_broken in [false, true] {
        let old = HostingSeed::new(OLD).database("mysql", "5.6");
        let scene = scene_with(Sandbox::builder().hosting_with(old)).await;
        let client_of = |scene: &Scene| match is_broken {
            false => scene.client.clone(),
            // Every call is refused, and each example comes to its errors.
            true => scene
                .builder()
                .application_secret("canaryAS-wrong")
                .build()
                .expect("complete settings"),
        };
        let client = client_of(&scene);
        let hosting = client.hosting(SERVICE).with_login("example");
        let password = PASSWORD.to_owned();
        let customer = onboard_customer::Customer::new("example", "shop.example.com", password);
        let tell = |shown: &mut Shown, result: Result<String, Error>| match result {
            Ok(text) => {
                assert!(!is_broken, "{text}");
                shown.display("told", &text);
            }
            Err(error) => {
                assert!(is_broken, "{error}");
                shown.error(&error);
            }
        };
        let plan = journey::Plan::sandbox(ovh_web::WaitPolicy::default());
        shown.debug("plan", &plan);
        let travelled = journey::run(&client, &plan, &report::Report::default()).await;
        tell(&mut shown, travelled.map(|()| String::new()));
        let deployed = onboard_customer::onboard(&hosting, &customer).await;
        tell(&mut shown, deployed.map(|changes| format!("{changes:?}")));
        let rows = hostings::report(&client).await;
        shown.debug("report", &rows);
        shown.display("report", &hostings::csv(&rows));
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("secrets-{is_broken}-{}", std::process::id()));
        let rules = backup::Rules {
            folder: folder.clone(),
            since: ovh_web::types::DateTime::default(),
            keep: 1,
        };
        let backup = backup::back_up(&client, &rules).await;
        let migrated = match is_broken {
            // The database stands in the folder.
            false => std::fs::remove_dir_all(&folder)
                .map_err(Into::into)
                .map(|()| Vec::new()),
            true => {
                let (from, to) = (
                    client.hosting(SERVICE),
                    client.hosting("target.example.com"),
                );
                let file = folder.join("state.json");
                migrate_site::migrate(&from, &to, "shop.example.com", PASSWORD, &file, true).await
            }
        };
        match migrated {
            Ok(steps) => shown.debug("migrated", &steps),
            Err(error) => shown.display("migrated", &error),
        }
        match backup {
            Ok(all) => shown.debug("backup", &all),
            Err(error) => shown.display("backup", &error),
        }
        let outcomes = rotate_certificates::rotate(&client, true).await;
        tell(
            &mut shown,
            outcomes.map(|all| {
                all.iter()
                    .map(|(name, it)| format!("{name} {it}"))
                    .collect()
            }),
        );
        match moved(&client).await {
            Ok(file) => {
                assert!(!is_broken && file.contains("mysql"), "{file}");
                shown.display("state file", &file);
            }
            Err(error) => {
                assert!(is_broken, "{error}");
                shown.display("moved", &error);
            }
        }
        // With a zone, the account does not own the domains of the other examples.
        let zoned = scene_with(Sandbox::builder().zone("example.com")).await;
        let online = client_of(&zoned).hosting(SERVICE);
        let online = put_online::put_online(&online, "example.com", true).await;
        tell(&mut shown, online.map(|steps| steps.join("\n")));
        let site = deploy_site::Site {
            folder: "blog".to_owned(),
            branch: "main".to_owned(),
            repository: "https://github.com/example/site.git".to_owned(),
            php: "8.3".to_owned(),
        };
        let mut lines = Vec::new();
        let deployed = deploy_site::deploy(&hosting, &site, &mut lines).await;
        tell(&mut shown, deployed.map(|()| lines.join("\n")));
        let rules = health_check::Rules {
            soon: ovh_web::types::Date::default(),
            renew: true,
        };
        let report = health_check::check_all(&client, &rules).await;
        tell(&mut shown, report.map(|report| format!("{report:?}")));
        let script = from_python::script(&client, SERVICE, true).await;
        tell(&mut shown, script);

        let asking = ovh_web::Client::builder()
            .base_url(scene.sandbox.base_url())
            .application_key(APPLICATION_KEY)
            .application_secret(APPLICATION_SECRET)
            .without_consumer_key()
            .clock(scene.clock.clone())
            .build()
            .expect("a client");
        let mut key = String::new();
        let walked = consumer_key::run(&asking, SERVICE, |pending| {
            key = pending.consumer_key().expose().to_owned();
            shown.debug("pending", pending);
            scene.sandbox.validate(&key)?;
            Ok(())
        })
        .await;
        shown.display("report", &walked.expect("a report"));

        let mut journal = Shown::default();
        for entry in scene.sandbox.journal().entries() {
            journal.display("entry", &entry);
            journal.debug("entry", &entry);
            journal.display("entry", &entry.json());
        }
        // The application key is public; a signature in the sandbox's help opens nothing any more.
        journal.0 = journal.0.replace(APPLICATION_KEY, "").replace("$1$", "");
        journal.holds_no_canary();
        shown.debug("sandbox", &scene.sandbox);
        shown.debug("state", &scene.sandbox.state());
        assert!(!format!("{}{}{}", shown.0, journal.0, log.text()).contains(&key));
    }
    shown.display("log", &log.text());
    shown.holds_no_canary();
    assert!(
        log.text().contains("databases::create"),
        "the log has it all"
    );
}
