//! The resources outside the guide: each operation once.

use std::time::Duration;

use ovh_web::ErrorKind;
use ovh_web::types::{
    CdnOptionConfigInput, CdnOptionEnabled, CdnOptionPatternType, CdnOptionUpdate,
    DatabaseCapacity, DatabaseCopyRestore, DatabaseRestore, DeploymentRequest, DomainCdn,
    DomainUpdate, DumpDate, EnvVarType, NewCdnOption, NewCdnOptionType, NewCron, NewDatabase,
    NewDatabaseType, NewDomain, NewEnvVar, NewRuntime, NewUser, NewWebsite, UserUpdate,
    WebsiteDeleteFiles,
};
use ovh_web_tests::{SERVICE, Scene, fails};

#[tokio::test]
async fn domain_update_waits_for_status() {
    let scene = Scene::start().await;
    let domains = scene.hosting().domains();
    let new = NewDomain::new("shop.example.com", "shop");
    let task = domains.attach(&new).await.expect("a task");
    task.wait().await.expect("attached");
    let update = DomainUpdate::new().path("store");
    let pending = domains.update("shop.example.com", &update).await;
    let domain = pending.expect("accepted").wait().await.expect("settled");
    assert_eq!(
        (&*domain.path, domain.status.as_str()),
        ("store", "created")
    );
    // It has its own certificate.
    let certificate = domains.certificate("shop.example.com");
    fails(certificate.get().await, ErrorKind::NotFound, &[]);
    let order = certificate.order_free().await.expect("an order");
    let made = order.wait().await.expect("a certificate");
    assert_eq!(made.status.as_str(), "created");
    let removal = certificate.delete().await.expect("a removal");
    removal.wait().await.expect("gone");
    fails(
        certificate.import("a", "b", "c").await,
        ErrorKind::InvalidArgument,
        &["single domain"],
    );
}

#[tokio::test]
async fn user_and_password_are_updated() {
    let scene = Scene::start().await;
    let users = scene.hosting().users();
    let new = NewUser::new("shop", "example-shop", "aLongPassword1");
    let task = users.create(&new).await.expect("a task");
    task.wait().await.expect("created");
    let update = UserUpdate::new().home("store");
    let pending = users.update("example-shop", &update).await;
    let user = pending.expect("accepted").wait().await.expect("settled");
    assert_eq!(user.home, "store");
    let task = users
        .change_password("example-shop", "canaryAnother1")
        .await;
    let user = task.expect("a task").wait().await.expect("done");
    assert_eq!(user.login, "example-shop");
}

#[tokio::test]
async fn invalid_names_are_refused_before_sending() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let login = hosting.get().await.expect("a hosting").primary_login;
    let known = hosting.clone().with_login(login);
    let calls = scene.sandbox.journal().total();
    let database =
        |user: &str| NewDatabase::new(DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql, user);
    let words = ["lower case", "nothing was sent"];
    let shouting = hosting.databases().create(&database("exampleShop")).await;
    fails(shouting, ErrorKind::InvalidArgument, &words);
    let words = ["expected the hosting's login", "`example`"];
    let strange = known.databases().create(&database("shop")).await;
    fails(strange, ErrorKind::InvalidArgument, &words);
    let user = NewUser::new("shop", "shop", "aLongPassword1");
    fails(
        known.users().create(&user).await,
        ErrorKind::InvalidArgument,
        &words,
    );
    assert_eq!(scene.sandbox.journal().total(), calls);
    // Without a known login, the API validates the name.
    let strange = hosting.databases().create(&database("shop")).await;
    fails(strange, ErrorKind::BadRequest, &[]);
}

#[tokio::test]
async fn copy_is_restored_into_database() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = hosting.databases().create(&new).await.expect("a task");
    let name = task.wait().await.expect("a database").name;
    let database = hosting.database(&*name);
    let copy = database.copies().create().await.expect("a copy");
    let copy = copy.wait().await.expect("done");
    assert_eq!(copy.status.as_str(), "done");
    assert_eq!(database.copies().ids().await.expect("ids"), [&*copy.id]);
    let body = DatabaseCopyRestore::new(&*copy.id);
    let task = database.copies().restore(&body).await.expect("a task");
    assert_eq!(task.wait().await.expect("done").name, name);
    database.copies().delete(&copy.id).await.expect("deleted");
    let task = database.change_password("anotherPassword1").await;
    assert_eq!(task.expect("a task").wait().await.expect("done").name, name);
    let restored = database
        .restore(&DatabaseRestore::new(DumpDate::Daily1))
        .await;
    // A database of today has no backup of last night.
    assert!(restored.is_err());
}

#[tokio::test]
async fn creates_and_deletes_crons_and_variables() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let language = hosting.crons().languages().await.expect("languages");
    let new = NewCron::new("www/job.php", "0 3 * * *", language[0].clone());
    let task = hosting.crons().create(&new).await.expect("a task");
    task.wait().await.expect("done");
    let crons = hosting.crons().list().await.expect("crons");
    assert_eq!(crons[0].command, "www/job.php");
    let task = hosting.crons().delete(crons[0].id).await.expect("a task");
    task.wait().await.expect("done");
    assert!(hosting.crons().ids().await.expect("none").is_empty());

    let new = NewEnvVar::new("APP_ENV", EnvVarType::String, "test");
    let task = hosting.env_vars().create(&new).await.expect("a task");
    assert_eq!(task.wait().await.expect("a variable").key, "APP_ENV");
    let task = hosting
        .env_vars()
        .update("APP_ENV", "canary-production")
        .await;
    let variable = task.expect("a task").wait().await.expect("a variable");
    assert_eq!(variable.value.expose(), "canary-production");
    assert_eq!(hosting.env_vars().keys().await.expect("keys"), ["APP_ENV"]);
}

#[tokio::test]
async fn creates_and_deletes_runtimes_and_websites() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let types = hosting.runtimes().available_types().await.expect("types");
    let new = NewRuntime::new().name("mine").type_(types[0].clone());
    let task = hosting.runtimes().create(&new).await.expect("a task");
    task.wait().await.expect("done");
    let runtimes = hosting.runtimes().list().await.expect("runtimes");
    let mine = runtimes
        .iter()
        .find(|runtime| runtime.name.as_deref() == Some("mine"))
        .expect("the new one");
    let task = hosting.runtimes().delete(mine.id).await.expect("a task");
    task.wait().await.expect("done");

    let new = NewWebsite::new("site", "main", "https://github.com/example/site.git");
    let task = hosting.websites().create(&new).await.expect("a task");
    task.wait().await.expect("done");
    let sites = hosting.websites().list().await.expect("websites");
    let site = &sites[0];
    let task = hosting
        .websites()
        .deploy(site.id, &DeploymentRequest::new())
        .await;
    let deployment = task.expect("a task").wait().await.expect("deployed");
    let deployments = hosting.websites().deployments(site.id);
    assert_eq!(deployments.ids().await.expect("deployments").len(), 2);
    deployments.logs(deployment.id).await.expect("logs");
    let task = hosting
        .websites()
        .delete(site.id, WebsiteDeleteFiles::Yes)
        .await;
    task.expect("a task").wait().await.expect("done");
    assert!(hosting.websites().ids().await.expect("none").is_empty());
}

#[tokio::test]
async fn reads_logs_and_mail_and_terminates_option() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let logs = hosting.own_logs().list().await.expect("logs");
    assert_eq!(
        logs.len(),
        hosting.own_logs().ids().await.expect("ids").len()
    );
    assert_eq!(
        hosting.email().get().await.expect("mail").state.as_str(),
        "ok"
    );
    assert!(
        hosting
            .email()
            .bounces(5)
            .await
            .expect("bounces")
            .is_empty()
    );
    assert!(hosting.tasks().list().await.expect("tasks").is_empty());
    let options = hosting.email_options();
    let option = options.list().await.expect("options")[0].clone();
    assert_eq!(options.get(option.id).await.expect("it").id, option.id);
    assert!(
        options
            .service(option.id)
            .await
            .expect("a contract")
            .service_id
            > 0
    );
    options.terminate(option.id).await.expect("asked for");
    let call = scene.last_call();
    let path = format!(
        "/1.0/hosting/web/{SERVICE}/emailOption/{}/terminate",
        option.id
    );
    assert_eq!(
        (call.operation, &*call.path, call.status),
        (Some("email_options::terminate"), &*path, 200)
    );
    fails(
        options.terminate(0).await,
        ErrorKind::NotFound,
        &["email_options::terminate"],
    );
}

#[tokio::test]
async fn snapshot_restores_files_and_databases() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    // What a hosting of today has no backup of is refused with the API's message.
    let refused = hosting.restore_snapshot("daily.1").await;
    fails(
        refused,
        ErrorKind::BadRequest,
        &["younger", "snapshots::restore"],
    );
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = hosting.databases().create(&new).await.expect("a task");
    let name = task.wait().await.expect("a database").name;
    let write = |text: &str| {
        let sandbox = &scene.sandbox;
        sandbox.write_files(SERVICE, text).expect("files");
        sandbox
            .write_database(SERVICE, &name, text)
            .expect("a database");
    };
    let content = || {
        let state = scene.sandbox.state();
        let database = state.database(SERVICE, &name).expect("it is there");
        (state.files(SERVICE), database.content)
    };
    let day = Duration::from_secs(24 * 3600);
    write("monday");
    scene.sandbox.clock().advance(day + day / 2);
    write("tuesday");
    let task = hosting.restore_snapshot("daily.1").await.expect("a task");
    assert_eq!(content(), ("tuesday".to_owned(), "tuesday".to_owned()));
    task.wait().await.expect("done");
    assert_eq!(content(), ("monday".to_owned(), "monday".to_owned()));
    scene
        .sandbox
        .journal()
        .operation("snapshots::restore")
        .exactly(2);
}

#[tokio::test]
async fn imports_file_and_requests_mail_action() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let new = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = hosting.databases().create(&new).await.expect("a task");
    let name = task.wait().await.expect("a database").name;
    let body = ovh_web::types::DatabaseImport::new("a-document");
    let task = hosting.database(&*name).import(&body).await;
    assert_eq!(task.expect("a task").wait().await.expect("done").name, name);
    let journal = scene.sandbox.journal();
    journal.operation("databases::import").exactly(1);
    let body = ovh_web::types::EmailRequest::new(ovh_web::types::EmailAction::Purge);
    hosting.email().request(&body).await.expect("accepted");
    journal.operation("email::request").exactly(1);
}

#[tokio::test]
async fn cdn_flush_and_options_return_operations() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let new = NewDomain::new("shop.example.com", "shop").cdn(DomainCdn::Active);
    let task = hosting.domains().attach(&new).await.expect("a task");
    task.wait().await.expect("attached");
    let domain = hosting.cdn().domain("shop.example.com");
    let query = ovh_web::types::CdnDomainPurgeQuery::default();
    let purge = domain.purge(&query).await.expect("an operation");
    purge.wait().await.expect("purged");
    let refresh = domain.refresh().await.expect("an operation");
    refresh.wait().await.expect("refreshed");
    assert!(hosting.cdn().operations().await.expect("operations").len() >= 2);
}

#[tokio::test]
async fn cdn_rule_is_created_updated_deleted() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let new = NewDomain::new("shop.example.com", "shop").cdn(DomainCdn::Active);
    let task = hosting.domains().attach(&new).await.expect("a task");
    task.wait().await.expect("attached");
    assert_eq!(hosting.cdn().get().await.expect("a CDN").domain, SERVICE);
    let domains = hosting.cdn().domains().await.expect("domains");
    assert_eq!(
        domains
            .iter()
            .map(|domain| &*domain.as_ref().expect("whole").name)
            .collect::<Vec<_>>(),
        ["shop.example.com"]
    );
    let domain = hosting.cdn().domain("shop.example.com");
    let count = domain.options().await.expect("options").len();
    let rule = NewCdnOption::new(CdnOptionEnabled::Yes, "styles", NewCdnOptionType::CacheRule)
        .pattern("css")
        .config(
            CdnOptionConfigInput::new()
                .pattern_type(CdnOptionPatternType::Extension)
                .priority(1)
                .ttl(60),
        );
    let made = domain.create_option(&rule).await.expect("a rule");
    assert_eq!((&*made.name, made.enabled), ("styles", true));
    assert_eq!(domain.options().await.expect("options").len(), count + 1);
    // A second one of that name is a conflict, and changes nothing.
    fails(
        domain.create_option(&rule).await,
        ErrorKind::Conflict,
        &["cdn_options::create"],
    );
    let off = CdnOptionUpdate::new().enabled(false);
    domain.update_option("styles", &off).await.expect("changed");
    assert!(!domain.option("styles").await.expect("it is there").enabled);
    domain.delete_option("styles").await.expect("removed");
    fails(
        domain.option("styles").await,
        ErrorKind::NotFound,
        &["cdn_options::get"],
    );
    assert_eq!(domain.options().await.expect("options").len(), count);
}
