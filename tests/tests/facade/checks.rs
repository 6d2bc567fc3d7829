//! What the credentials may call, asked beforehand.

use ovh_web::{ErrorKind, Verdict};
use ovh_web_sandbox::Sandbox;
use ovh_web_tests::{SERVICE, Scene, changes, fails};

#[tokio::test]
async fn a_check_tells_the_rule_that_is_missing_and_calls_nothing() {
    let builder = Sandbox::builder()
        .grant("GET", "/auth/currentCredential")
        .grant("GET", "/hosting/web*")
        .grant("POST", &format!("/hosting/web/{SERVICE}/database"));
    let scene = Scene::of(builder).await;
    let asked = [
        "databases::list",
        "databases::create",
        "domains::attach",
        "module_catalog::list",
    ];
    let told: Vec<_> = scene
        .client
        .check(asked)
        .await
        .expect("answers")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "databases::list: may be called",
            "databases::create: may not be called, needs the access rule POST /hosting/web/*/database",
            "domains::attach: may not be called, needs the access rule POST /hosting/web/*/attachedDomain",
            "module_catalog::list: may be called",
        ]
    );
    // On this one hosting the key may do more.
    let here = scene.hosting().check(asked).await.expect("answers");
    let allowed: Vec<bool> = here.iter().map(|answer| answer.is_allowed()).collect();
    assert_eq!(allowed, [true, true, false, true]);
    let rule = format!("POST /hosting/web/{SERVICE}/attachedDomain");
    assert_eq!(here[2].verdict, Verdict::MissingRule { rule });
    assert!(changes(&scene.sandbox).is_empty());
    let words = ["no operation `databases::make`"];
    fails(
        scene.client.check(["databases::make"]).await,
        ErrorKind::InvalidArgument,
        &words,
    );
}

#[tokio::test]
async fn a_bearer_has_no_rules_and_is_told_the_actions_that_policies_decide_on() {
    let sandbox = Sandbox::builder().access_token("a-token").start().await;
    let sandbox = sandbox.expect("a sandbox");
    let client = ovh_web::Client::builder()
        .base_url(sandbox.base_url())
        .access_token("a-token")
        .build()
        .expect("a client");
    let told = client.check(["databases::create", "module_catalog::list"]);
    let told = told.await.expect("answers");
    let Verdict::UpToPolicies { actions } = told[0].verdict else {
        panic!("{}", told[0]);
    };
    assert!(!actions.is_empty());
    assert_eq!(actions, told[0].operation.iam_actions());
    assert!(!told[0].is_allowed() && told[1].is_allowed());
    assert!(changes(&sandbox).is_empty());
}
