//! The migration of a site: a fault in the middle, a second run, and data that has to stay.

use ovh_web::types::{
    CronStatus, DatabaseCapacity, DomainUpdate, EnvVarType, NewCron, NewDatabase, NewDatabaseType,
    NewDomain, NewEnvVar, NewUser, OvhConfigChange,
};
use ovh_web::{Client, handle::Hosting};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes};

use super::examples::migrate_site;
use super::programs::{Folder, PASSWORD, created_once};

const TARGET: &str = "target.cluster02.hosting.ovh.net";

/// A shop with everything that is migrated.
async fn furnish(hosting: &Hosting) {
    let php = OvhConfigChange::new().engine_version("8.3");
    let _ = hosting.ovh_configs().ensure("", &php).await.expect("PHP");
    let domain = NewDomain::new("shop.example.com", "shop")
        .ssl(true)
        .firewall("active");
    let _ = hosting.domains().ensure(&domain).await.expect("a domain");
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let database = NewDatabase::new(capacity, kind, "exampleshop");
    let _ = hosting
        .databases()
        .ensure(&database)
        .await
        .expect("a database");
    let user = NewUser::new("shop", "example-shop", PASSWORD);
    let _ = hosting.users().ensure(&user).await.expect("a user");
    let cron = NewCron::new("shop/a.php", "0 3 * * *", "php8.3").status(CronStatus::Disabled);
    let _ = hosting
        .crons()
        .ensure("nightly", &cron)
        .await
        .expect("a cron");
    let variable = NewEnvVar::new("APP_ENV", EnvVarType::String, "production");
    let done = hosting.env_vars().ensure(&variable).await;
    let _ = done.expect("a variable");
    // It cannot be read, so it is not migrated.
    let secret = NewEnvVar::new("TOKEN", EnvVarType::Password, "canary");
    let done = hosting.env_vars().ensure(&secret).await;
    let _ = done.expect("a variable");
}

#[tokio::test]
async fn migration_continues_after_faults() {
    let builder = Sandbox::builder().hosting(SERVICE).hosting(TARGET);
    let scene = Scene::of(builder).await;
    let folder = Folder::new("migration");
    let file = folder.0.join("state.json");
    furnish(&scene.client.hosting(SERVICE)).await;
    let name = scene
        .client
        .hosting(SERVICE)
        .databases()
        .names()
        .await
        .expect("a name");
    let written = scene.sandbox.write_database(SERVICE, &name[0], "orders");
    written.expect("a database");
    scene.sandbox.journal().clear();

    let strict = scene
        .builder()
        .strict_decoding(true)
        .build()
        .expect("a client");
    let run = |client: &Client| {
        let (from, to, file) = (
            client.hosting(SERVICE),
            client.hosting(TARGET),
            file.clone(),
        );
        async move { migrate_site::migrate(&from, &to, "shop.example.com", PASSWORD, &file, true).await }
    };
    // The copy cannot be restored; then the domain is detached, and its new place refused.
    scene.sandbox.fail_next_task("database_copies::restore");
    run(&strict).await.expect_err("the restore failed");
    let refused = Fault::on("domains::attach").status(503).times(20);
    let fault = scene.sandbox.faults().add(refused);
    run(&strict).await.expect_err("the domain was refused");
    let state = scene.sandbox.state();
    assert!(
        state
            .attached_domains(SERVICE)
            .iter()
            .all(|it| it.domain != "shop.example.com")
    );
    scene.sandbox.faults().remove(fault);
    scene
        .sandbox
        .faults()
        .add(Fault::on("domains::attach").reset_after().times(1));
    run(&strict).await.expect_err("the response was lost");
    let done = run(&strict).await.expect("a migrated site");
    assert_eq!(done.len(), 7, "{done:?}");

    created_once(
        &scene,
        &[
            "ovh_configs::change",
            "env_vars::create",
            "users::create",
            "databases::create",
            "crons::create",
            "domains::detach",
            "certificates::create",
        ],
    );
    let to = strict.hosting(TARGET);
    let domain = to.domains().get("shop.example.com").await;
    let domain = domain.expect("a domain");
    assert_eq!(
        (&*domain.path, domain.firewall.as_str()),
        ("shop", "active")
    );
    let php = to.ovh_configs().current("").await.expect("a configuration");
    assert_eq!(php.engine_version.as_str(), "8.3");
    let cron = &to.crons().list().await.expect("a cron")[0];
    assert_eq!(cron.description.as_deref(), Some("[nightly]"));
    assert_eq!(cron.status, CronStatus::Disabled);
    let logins = to.users().logins().await.expect("logins");
    assert!(logins.contains(&"target-shop".to_owned()), "{logins:?}");
    let databases = to.databases().list().await.expect("a database");
    assert_eq!(databases[0].user, "targetshop");
    assert_eq!(scene.sandbox.state().databases(TARGET)[0].content, "orders");
    let again = run(&strict).await.expect("unchanged");
    assert!(again.iter().all(|it| !it.1.is_write()), "{again:?}");
}

#[tokio::test]
async fn migration_keeps_databases_of_the_target() {
    let builder = Sandbox::builder().hosting(SERVICE).hosting(TARGET);
    let scene = Scene::of(builder).await;
    let folder = Folder::new("kept");
    let (from, to) = (scene.client.hosting(SERVICE), scene.client.hosting(TARGET));
    furnish(&from).await;
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let database = NewDatabase::new(capacity, kind, "targetshop");
    let kept = to.databases().ensure(&database).await.expect("a database");
    let written = scene
        .sandbox
        .write_database(TARGET, &kept.object.name, "of the target");
    written.expect("a database");
    let file = folder.0.join("state.json");
    let done = migrate_site::migrate(&from, &to, "shop.example.com", PASSWORD, &file, true).await;
    done.expect("a migrated site");
    let content = &scene.sandbox.state().databases(TARGET)[0].content;
    assert_eq!(content, "of the target");
    scene
        .sandbox
        .journal()
        .operation("database_copies::create")
        .never();
}

#[tokio::test]
async fn interrupted_migration_keeps_new_content() {
    let builder = Sandbox::builder().hosting(SERVICE).hosting(TARGET);
    let scene = Scene::of(builder).await;
    let folder = Folder::new("overlap");
    let (from, to) = (scene.client.hosting(SERVICE), scene.client.hosting(TARGET));
    furnish(&from).await;
    let blog = NewDomain::new("blog.example.com", "blog");
    let _ = from.domains().ensure(&blog).await.expect("a domain");
    let file = folder.0.join("state.json");
    let run = |domain| migrate_site::migrate(&from, &to, domain, PASSWORD, &file, true);
    scene.sandbox.fail_next_task("databases::create");
    run("blog.example.com").await.expect_err("no database");
    run("shop.example.com").await.expect("a migrated site");
    let name = scene.sandbox.state().databases(TARGET)[0].name.clone();
    let written = scene.sandbox.write_database(TARGET, &name, "of visitors");
    written.expect("a database");
    let done = run("blog.example.com").await.expect("a migrated site");
    assert!(done.iter().any(|(step, _)| step.contains("content stays")));
    let content = &scene.sandbox.state().databases(TARGET)[0].content;
    assert_eq!(content, "of visitors");
}

#[tokio::test]
async fn migration_plan_shows_what_it_overwrites() {
    let builder = Sandbox::builder().hosting(SERVICE).hosting(TARGET);
    let scene = Scene::of(builder).await;
    let folder = Folder::new("plan");
    let (from, to) = (scene.client.hosting(SERVICE), scene.client.hosting(TARGET));
    furnish(&from).await;
    let variable = NewEnvVar::new("APP_ENV", EnvVarType::String, "test");
    let _ = to.env_vars().ensure(&variable).await.expect("a variable");
    let user = NewUser::new("blog", "target-shop", PASSWORD);
    let _ = to.users().ensure(&user).await.expect("a user");
    let cron = NewCron::new("blog/b.php", "0 3 * * *", "php8.3");
    let done = to.crons().ensure("nightly", &cron).await;
    let _ = done.expect("a cron");
    scene.sandbox.journal().clear();

    let file = folder.0.join("state.json");
    let run = |write| migrate_site::migrate(&from, &to, "shop.example.com", PASSWORD, &file, write);
    let plan = run(false).await.expect("a plan");
    assert!(changes(&scene.sandbox).is_empty() && !file.exists());
    let lines: Vec<_> = plan
        .iter()
        .map(|it| format!("{}: {}", it.0, it.1))
        .collect();
    for line in [
        "php: updated (engine_version: 8.4 -> 8.3)",
        "APP_ENV: updated (value: [redacted] -> [redacted])",
        "target-shop: updated (home: blog -> shop; unverified: password)",
        "targetshop: created",
        "nightly: updated (command: blog/b.php -> shop/a.php, status: enabled -> disabled)",
        "shop.example.com: created",
    ] {
        assert!(lines.contains(&line.to_owned()), "no {line} in {lines:?}");
    }
    let done = run(true).await.expect("a migrated site");
    for (step, change) in plan {
        assert!(done.contains(&(step, change)), "{done:?}");
    }
}

#[tokio::test]
async fn old_database_migrates_to_a_supported_version() {
    let old = HostingSeed::new(SERVICE)
        .database("mysql", "5.6")
        .domains(1);
    let scene = Scene::of(Sandbox::builder().hosting_with(old).hosting(TARGET)).await;
    let [from, to] = [SERVICE, TARGET].map(|name| scene.client.hosting(name));
    let (folder, domain) = (Folder::new("old-database"), "site1.example.example.com");
    let file = folder.0.join("state.json");
    for write in [false, true] {
        let steps = migrate_site::migrate(&from, &to, domain, PASSWORD, &file, write).await;
        let steps = steps.expect("a migration");
        assert!(
            steps.iter().any(|(_, change)| change.is_write()),
            "{steps:?}"
        );
    }
    let databases = to.databases().list().await.expect("databases");
    let support = databases[0].version_support.as_str();
    assert_ne!(support, "deprecated", "{databases:?}");
}

#[tokio::test]
async fn migration_keeps_ssl_when_it_is_repeated() {
    let builder = Sandbox::builder().hosting(SERVICE).hosting(TARGET);
    let scene = Scene::of(builder).await;
    let folder = Folder::new("ssl");
    let (from, to) = (scene.client.hosting(SERVICE), scene.client.hosting(TARGET));
    furnish(&from).await;
    let off = DomainUpdate::new().ssl(false);
    let pending = from.domains().update("shop.example.com", &off).await;
    let pending = pending.expect("an update");
    pending.wait().await.expect("the domain");
    let file = folder.0.join("state.json");
    for is_first in [true, false] {
        let done = migrate_site::migrate(&from, &to, "shop.example.com", PASSWORD, &file, true);
        let done = done.await.expect("a migrated site");
        assert!(
            is_first || done.iter().all(|it| !it.1.is_write()),
            "{done:?}"
        );
        let domain = to.domains().get("shop.example.com").await;
        assert_eq!(domain.expect("the domain").ssl, Some(true));
    }
}
