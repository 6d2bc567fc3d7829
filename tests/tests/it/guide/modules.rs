//! Calls 6, 7 and 8: the catalogue of modules, one of them, and its installation.

use ovh_web::ErrorKind;
use ovh_web::types::{
    DatabaseCapacity, ListModuleCatalog, ModuleBranch, ModuleDependencyInput, ModuleDependencyKind,
    ModuleLanguage, ModuleStatus, NewDatabase, NewDatabaseType, NewDomain, NewModule,
};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

use super::follow;

#[tokio::test]
async fn module_catalog_needs_no_signature() {
    let scene = Scene::start().await;
    let catalog = scene.client.modules();
    let all = catalog.list().await.expect("modules");
    assert_eq!(all.len(), 6);
    let filter = ListModuleCatalog::default;
    for (filter, query) in [
        (filter().active(false), "active=false"),
        (filter().branch(ModuleBranch::Old), "branch=old"),
        (filter().branch(ModuleBranch::Testing), "branch=testing"),
        (filter().latest(true), "latest=true"),
        (
            filter()
                .active(true)
                .branch(ModuleBranch::Stable)
                .latest(true),
            "active=true&branch=stable&latest=true",
        ),
    ] {
        let ids = catalog.ids_with(&filter).await.expect("ids");
        assert_eq!(scene.last_call().query.as_deref(), Some(query));
        let modules = catalog.list_with(&filter).await.expect("modules");
        assert_eq!(ids, modules.iter().map(|it| it.id).collect::<Vec<_>>());
        let expected: Vec<_> = all
            .iter()
            .filter(|it| !query.contains("active") || it.active == query.contains("active=true"))
            .filter(|it| !query.contains("branch") || query.contains(it.branch.as_str()))
            .filter(|it| !query.contains("latest") || it.latest)
            .map(|it| it.id)
            .collect();
        assert_eq!(ids, expected, "{query}");
    }

    let module = catalog.get(102).await.expect("one");
    assert_eq!((&*module.name, &*module.version), ("wordpress", "6.8.1"));
    assert_eq!(module.branch, ModuleBranch::Stable);
    assert!(module.active && module.latest);
    assert!(module.language.contains(&ModuleLanguage::De));
    assert_eq!((module.size.value, &*module.size.unit), (75.0, "MB"));
    assert_eq!(module.language_requirement.unit, "php");
    assert_eq!(module.upgrade_from, [101]);
    fails(
        catalog.get(9).await,
        ErrorKind::NotFound,
        &["module_catalog::get"],
    );

    let journal = scene.sandbox.journal();
    journal.operation("auth::time").never();
    for entry in journal.entries() {
        assert_eq!(entry.identity, None, "{entry}");
    }
}

#[tokio::test]
async fn installs_module_with_all_settings() {
    let scene = Scene::start().await;
    let hosting = scene.hosting();
    let database = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        "exampleshop",
    );
    let task = hosting.databases().create(&database).await.expect("a task");
    task.wait().await.expect("done");
    let task = hosting
        .domains()
        .attach(&NewDomain::new("shop.example.com", "shop"))
        .await;
    task.expect("a task").wait().await.expect("done");

    let name = "exampleshop.mysql.db";
    let dependency = ModuleDependencyInput::new()
        .name(name)
        .password("aLongPassword1")
        .port(3306)
        .prefix("wp_")
        .server(name)
        .type_(ModuleDependencyKind::Mysql)
        .user("exampleshop");
    let new = NewModule::new(102)
        .admin_name("anna")
        .admin_password("anotherPassword1")
        .domain("shop.example.com")
        .language(ModuleLanguage::De)
        .path("shop/blog")
        .dependencies(vec![dependency]);
    let seen = || scene.sandbox.state().modules(SERVICE);
    let locked = || {
        scene
            .sandbox
            .state()
            .database(SERVICE, name)
            .expect("it")
            .status
    };
    let task = hosting.modules().install(&new).await.expect("a task");
    follow(&scene, task, "module/install", |done| {
        let (module, database) = if done {
            ("created", "created")
        } else {
            ("creating", "locked")
        };
        assert_eq!(seen()[0].status, module);
        assert_eq!(locked(), database);
    })
    .await;

    let there = seen().remove(0);
    assert_eq!((there.module_id, &*there.domain), (102, "shop.example.com"));
    assert_eq!((&*there.path, &*there.admin_name), ("shop/blog", "anna"));
    assert_eq!(
        (&*there.language, &*there.databases),
        ("de", &[name.to_owned()][..])
    );
    let modules = hosting.modules().list().await.expect("modules");
    assert_eq!(modules.len(), 1);
    assert_eq!(modules[0].status, ModuleStatus::Created);
    assert_eq!(modules[0].dependencies[0].prefix.as_deref(), Some("wp_"));
    assert_eq!(
        modules[0].dependencies[0].user.as_deref(),
        Some("exampleshop")
    );
    assert_eq!(hosting.modules().ids().await.expect("ids"), [modules[0].id]);
    let one = hosting.modules().get(modules[0].id).await.expect("it");
    assert_eq!((one.module_id, one.language), (102, ModuleLanguage::De));

    let same = NewModule::new(301).path("shop/blog");
    let same = hosting.modules().install(&same).await.expect("a task");
    fails(same.wait().await, ErrorKind::Task, &["canceled"]);
    let task = hosting.modules().uninstall(one.id).await.expect("a task");
    follow(&scene, task, "module/delete", |done| {
        assert_eq!(seen().is_empty(), done);
    })
    .await;
    assert!(hosting.modules().list().await.expect("none").is_empty());
    assert_eq!(locked(), "created", "the database stays");
    assert_eq!(
        changes(&scene.sandbox),
        [
            "databases::create",
            "domains::attach",
            "modules::install",
            "modules::install",
            "modules::uninstall"
        ]
    );
}

#[tokio::test]
async fn refuses_wrong_values_of_a_module() {
    let scene = Scene::start().await;
    let modules = scene.hosting().modules();
    let missing = ModuleDependencyInput::new().name("nothere.mysql.db");
    let new = NewModule::new(102).dependencies(vec![missing]);
    let task = modules.install(&new).await.expect("a task");
    fails(task.wait().await, ErrorKind::Task, &["canceled"]);
    for (new, words) in [
        (NewModule::new(401), "moduleId"),
        (NewModule::new(102).domain("not.attached.example"), "domain"),
        (NewModule::new(301).language(ModuleLanguage::De), "language"),
    ] {
        fails(modules.install(&new).await, ErrorKind::BadRequest, &[words]);
    }
    let calls = scene.sandbox.journal().total();
    let short = NewModule::new(102).admin_password("short");
    let words = ["at least 8 characters", "nothing was sent"];
    fails(
        modules.install(&short).await,
        ErrorKind::InvalidArgument,
        &words,
    );
    assert_eq!(scene.sandbox.journal().total(), calls);
    assert!(scene.sandbox.state().modules(SERVICE).is_empty());
    assert_eq!(changes(&scene.sandbox), ["modules::install"]);
}
