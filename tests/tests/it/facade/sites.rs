//! Files of sites: an account is put in order, and a second run writes nothing.

use std::collections::BTreeMap;

use ovh_web::sites::{
    Applied, ApplyOptions, Event, LocalSecrets, Outcome, SavedPlan, Sites, SitesFile, Stop, import,
};
use ovh_web::types::{EnvVarType, Language, NewCron, NewEnvVar};
use ovh_web::{ChangeKind, Error, ErrorKind};
use ovh_web_sandbox::{Fault, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

const FILE: &str = r#"
[defaults.site]
ssl = true
[template.shop]
folder = "www/{domain}"

[hosting."example.cluster01.hosting.ovh.net"]
php = "8.4"
ssh = "none"
certificate = true
env.APP_ENV = "production"
env.APP_KEY = { type = "password", value = { env = "APP_KEY" } }
[hosting."example.cluster01.hosting.ovh.net".crons.nightly]
command = "www/cron.php"
frequency = "0 3 * * *"
language = "php8.3"
[hosting."example.cluster01.hosting.ovh.net".users."{login}-shop"]
home = "shop"
password = { generate = true, store = "secrets/users" }
[hosting."example.cluster01.hosting.ovh.net".databases.exampleshop]
capacity = "sqlPerso"
type = "mysql"
password = { generate = true, store = "secrets/databases" }
[hosting."example.cluster01.hosting.ovh.net".site."shop.example.com"]
template = "shop"
aliases = ["www.{domain}"]
[hosting."example.cluster01.hosting.ovh.net".site."shop.example.com".dns]
zone = "example.com"
records = [{ type = "A", targets = ["{ip}"] }]
"#;

/// A sandbox with a zone, and a folder for secrets.
struct Place {
    scene: Scene,
    folder: tempfile::TempDir,
}

impl Place {
    async fn start() -> Self {
        let sandbox = Sandbox::builder().zone("example.com");
        Self {
            scene: Scene::of(sandbox).await,
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn sites(&self, text: &str) -> Sites {
        let file = SitesFile::parse("sites.toml", text, |_| None).expect("a file");
        let environment = BTreeMap::from([("APP_KEY".to_owned(), "canary-app-key".to_owned())]);
        let secrets = LocalSecrets::in_folder(self.folder.path()).environment(environment);
        Sites::new(&self.scene.client, file).secrets(secrets)
    }

    async fn apply(&self, text: &str, options: ApplyOptions) -> Result<Applied, Error> {
        self.sites(text).apply(&options, &|_: Event<'_>| {}).await
    }
}

fn failed(applied: &Applied) -> Vec<String> {
    let left = applied.changes.iter().filter(|it| !it.outcome.is_done());
    left.map(|it| format!("{} {}: {}", it.of, it.planned, it.outcome))
        .collect()
}

#[tokio::test]
async fn second_apply_writes_nothing() {
    let place = Place::start().await;
    let applied = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&applied), [""; 0]);
    assert!(applied.is_complete());
    let made = changes(&place.scene.sandbox);
    for operation in [
        "databases::create",
        "users::create",
        "env_vars::create",
        "crons::create",
        "domains::attach",
        "domain/records::create",
        "certificates::create",
    ] {
        assert!(made.contains(&operation), "{operation}: {made:?}");
    }
    place.scene.sandbox.journal().clear();
    let again = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&again), [""; 0]);
    assert_eq!(changes(&place.scene.sandbox), [""; 0]);
    let plan = place.sites(FILE).plan().await.expect("a plan");
    assert!(!plan.has_changes() && !plan.has_problems(), "{plan:?}");
}

#[tokio::test]
async fn saved_plan_is_refused_after_a_change() {
    let place = Place::start().await;
    let saved = SavedPlan::of(&place.sites(FILE).plan().await.expect("a plan"));
    let saved = SavedPlan::from_json(&saved.to_json()).expect("a saved plan");
    assert!(!saved.to_json().contains("canary"), "{}", saved.to_json());
    // Another layout of the same file is the same plan.
    let moved = format!("\n\n{FILE}");
    let options = || ApplyOptions::new().saved_plan(saved.clone());
    let variable = NewEnvVar::new("APP_ENV", EnvVarType::String, "staging");
    let variables = place.scene.hosting().env_vars();
    let task = variables.create(&variable).await.expect("a task");
    task.wait().await.expect("done");
    place.scene.sandbox.journal().clear();
    let refused = place.apply(&moved, options()).await;
    fails(
        refused,
        ErrorKind::Conflict,
        &["changed since", "env APP_ENV"],
    );
    let other = FILE.replace("0 3 * * *", "0 4 * * *");
    let refused = place.apply(&other, options()).await;
    fails(refused, ErrorKind::Conflict, &["crons nightly"]);
    assert_eq!(changes(&place.scene.sandbox), [""; 0]);
    variables.ensure_absent("APP_ENV").await.expect("gone");
    let applied = place.apply(&moved, options()).await.expect("the plan");
    assert!(applied.is_complete(), "{:?}", failed(&applied));
    SavedPlan::from_json(r#"{"version":2,"changes":[]}"#).expect_err("another version");
}

#[tokio::test]
async fn data_loss_needs_permission() {
    let place = Place::start().await;
    let applied = place.apply(FILE, ApplyOptions::new()).await;
    assert!(applied.expect("applied").is_complete());
    place.scene.sandbox.journal().clear();
    let hosting = format!("[hosting.\"{SERVICE}\"]\n");
    for (text, object) in [
        (
            "absent.databases = [\"exampleshop\"]",
            "databases exampleshop",
        ),
        ("absent.users = [\"example-shop\"]", "users example-shop"),
        ("prune = [\"domains\"]", "domains shop.example.com"),
    ] {
        let text = format!("{hosting}{text}");
        let refused = place.apply(&text, ApplyOptions::new());
        fails(
            refused.await,
            ErrorKind::Conflict,
            &[object, "nothing was sent"],
        );
    }
    assert_eq!(changes(&place.scene.sandbox), [""; 0]);
    // A domain that is named is meant.
    let absent = format!("{hosting}absent.domains = [\"www.shop.example.com\"]");
    let applied = place.apply(&absent, ApplyOptions::new()).await;
    assert!(applied.expect("applied").is_complete());
    let allowed = ApplyOptions::new().allow_data_loss(true);
    let all = format!("{hosting}prune = [\"databases\", \"users\", \"domains\"]");
    let applied = place.apply(&all, allowed).await.expect("applied");
    assert_eq!(failed(&applied), [""; 0]);
    let state = place.scene.sandbox.state();
    assert!(state.databases(SERVICE).is_empty());
    assert!(state.users(SERVICE).iter().all(|user| user.primary));
}

#[tokio::test]
async fn failure_leaves_other_changes_alone() {
    let place = Place::start().await;
    place.scene.sandbox.fail_next_task("users::create");
    let refused = Fault::on("crons::create").status(400).times(1);
    place.scene.sandbox.faults().add(refused);
    let applied = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    let left = failed(&applied);
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].contains("users example-shop") && left[1].contains("crons nightly"));
    let stored = || std::fs::read_to_string(place.folder.path().join("secrets/users"));
    let before = stored().expect("a store");
    let again = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&again), [""; 0]);
    assert_eq!(
        stored().expect("a store"),
        before,
        "the secret is used again"
    );
}

#[tokio::test]
async fn certificate_waits_for_public_dns() {
    let place = Place::start().await;
    // Attached without records: the domain points elsewhere.
    let text = FILE.replace(
        "records = [{ type = \"A\", targets = [\"{ip}\"] }]",
        "records = [{ type = \"A\", targets = [\"192.0.2.1\"] }]",
    );
    let applied = place
        .apply(&text, ApplyOptions::new())
        .await
        .expect("applied");
    let left = failed(&applied);
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(
        left[0].contains("pending: shop.example.com: DNS points elsewhere"),
        "{left:?}"
    );
    let again = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&again), [""; 0]);
}

#[tokio::test]
async fn stop_leaves_the_rest_for_the_next_run() {
    let place = Place::start().await;
    let stop = Stop::new();
    let signal = stop.clone();
    let progress = move |event: Event<'_>| {
        if let Event::Started { planned, .. } = event
            && planned.name == "exampleshop"
        {
            signal.stop();
        }
    };
    let options = ApplyOptions::new().stop(stop);
    let applied = place.sites(FILE).apply(&options, &progress).await;
    let applied = applied.expect("stopped");
    let count =
        |is: fn(&Outcome) -> bool| applied.changes.iter().filter(|it| is(&it.outcome)).count();
    assert!(count(|it| matches!(it, Outcome::Done)) > 0);
    assert_eq!(
        count(|it| matches!(it, Outcome::Interrupted)),
        1,
        "{applied:?}"
    );
    assert!(count(|it| matches!(it, Outcome::NotStarted)) > 0);
    let again = place
        .apply(FILE, ApplyOptions::new())
        .await
        .expect("applied");
    assert_eq!(failed(&again), [""; 0]);
    let created = place.scene.sandbox.journal().operation("databases::create");
    created.succeeded().at_most(1);
}

#[tokio::test]
async fn imported_file_has_an_empty_plan() {
    let place = Place::start().await;
    let applied = place.apply(FILE, ApplyOptions::new()).await;
    assert!(applied.expect("applied").is_complete());
    let hosting = place.scene.hosting();
    for description in [
        "by hand, with {braces}",
        "[twice] a",
        "[twice] b",
        "[key]   blanks",
        "[nightly-2] Sends the reports",
        "\"quotes\" and \\ and ünïcode",
    ] {
        let cron = NewCron::new("./www/x.php", "30 4 * * *", Language::Php8_3);
        let cron = cron.description(description).email("a@example.com");
        let task = hosting.crons().create(&cron).await.expect("a task");
        task.wait().await.expect("done");
    }
    let variable = NewEnvVar::new("A_TEXT", EnvVarType::String, "{not} a \"placeholder\"");
    let task = hosting.env_vars().create(&variable).await.expect("a task");
    task.wait().await.expect("done");
    place.scene.sandbox.journal().clear();
    let names = [SERVICE.to_owned()];
    let imported = import(&place.scene.client, &names).await.expect("a file");
    assert_eq!(imported.notes, [""; 0]);
    assert!(
        imported
            .text
            .contains("[hosting.\"example.cluster01.hosting.ovh.net\".crons.nightly]")
    );
    let plan = place.sites(&imported.text).plan().await.expect("a plan");
    let changed: Vec<String> = plan
        .changes()
        .filter(|(_, it)| it.change.kind != ChangeKind::Unchanged)
        .map(|(of, it)| format!("{of} {it}"))
        .collect();
    assert_eq!(changed, [""; 0], "{}", imported.text);
    assert!(!plan.has_problems(), "{plan:?}");
    assert_eq!(changes(&place.scene.sandbox), [""; 0]);
    assert!(!imported.text.contains("canary"), "{}", imported.text);
}

#[tokio::test]
async fn import_notes_what_it_leaves_out() {
    let place = Place::start().await;
    let applied = place.apply(FILE, ApplyOptions::new()).await;
    assert!(applied.expect("applied").is_complete());
    let cron = Fault::on("crons::list").wrong_type("/0/command");
    place.scene.sandbox.faults().add(cron);
    let names = [SERVICE.to_owned()];
    let imported = import(&place.scene.client, &names).await.expect("a file");
    assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
    assert!(
        imported.text.contains("# Not written: crons of example"),
        "{}",
        imported.text
    );
    assert!(!imported.text.contains(".crons."), "{}", imported.text);
}

#[tokio::test]
async fn names_without_the_login_are_conflicts() {
    let place = Place::start().await;
    let text = FILE
        .replace("{login}-shop", "other-shop")
        .replace("exampleshop", "Exampleshop");
    let plan = place.sites(&text).plan().await.expect("a plan");
    let conflicts = plan.changes().filter(|(_, it)| it.change.is_conflict());
    let reasons: Vec<_> = conflicts.filter_map(|(_, it)| it.reason.clone()).collect();
    let login = "expected the hosting's login `example` at the start";
    assert_eq!(reasons, [login, "expected lower case"]);
}
