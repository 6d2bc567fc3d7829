//! Permission checks before a call.

use ovh_web::{Access, Client, ErrorKind, Permission};
use ovh_web_sandbox::{Builder, Fault, Sandbox};
use ovh_web_tests::{SERVICE, Scene, changes, fails};

#[tokio::test]
async fn check_names_missing_rule() {
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
    assert_eq!(here[2].access, Access::MissingRule { rule });
    assert!(changes(&scene.sandbox).is_empty());
    let words = ["unknown operation `databases::make`"];
    fails(
        scene.client.check(["databases::make"]).await,
        ErrorKind::InvalidArgument,
        &words,
    );
}

/// A client with a token, whose policies grant some of what can be asked about.
async fn bearer(builder: Builder) -> (Sandbox, Client) {
    let builder = builder.access_token("a-token");
    let sandbox = builder
        .hosting("one.ovh")
        .hosting("two.ovh")
        .start()
        .await
        .expect("a sandbox");
    let client = Client::builder()
        .base_url(sandbox.base_url())
        .access_token("a-token")
        .build()
        .expect("a client");
    (sandbox, client)
}

const ASKED: [&str; 4] = [
    "databases::create",
    "domains::attach",
    "hosting::available_offers",
    "module_catalog::list",
];

async fn told(client: &Client) -> Vec<String> {
    let told = client.check(ASKED).await.expect("answers");
    told.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn token_check_lists_missing_actions() {
    let builder = Sandbox::builder()
        .iam("webHosting:apiovh:get")
        .iam("webHosting:apiovh:database/*");
    let (sandbox, client) = bearer(builder).await;
    // A client for reads alone may ask too.
    assert_eq!(
        told(&client.read_only()).await,
        [
            "databases::create: may be called",
            "domains::attach: may not be called, needs the IAM action \
             webHosting:apiovh:attachedDomain/create on urn:v1:eu:resource:webHosting:one.ovh \
             and 1 more",
            "hosting::available_offers: may not be called, needs the IAM action \
             account:apiovh:webHosting/availableOffer/get on \
             urn:v1:eu:resource:account:sb0000-ovh",
            "module_catalog::list: may be called",
        ]
    );
    // One call for all hostings, one for the account.
    sandbox
        .journal()
        .operation("iam::check_authorization")
        .exactly(2);
    let here = client.hosting("two.ovh").check(ASKED).await;
    let Access::MissingActions { on, .. } = &here.expect("answers")[1].access else {
        panic!("nothing grants it");
    };
    assert_eq!(*on, ["urn:v1:eu:resource:webHosting:two.ovh"]);
    assert!(changes(&sandbox).is_empty());
}

#[tokio::test]
async fn check_reports_unknown_actions() {
    for status in [400, 403, 404] {
        let fault = Fault::on("iam::check_authorization").status(status);
        let (_sandbox, client) = bearer(Sandbox::builder().fault(fault)).await;
        let told = client.check(ASKED).await.expect("answers");
        let Access::DecidedByPolicies { actions } = told[0].access else {
            panic!("{}", told[0]);
        };
        assert!(!actions.is_empty());
        assert_eq!(actions, told[0].operation.iam_actions());
        assert!(!told[0].is_allowed() && told[3].is_allowed());
    }
    let fault = Fault::on("iam::check_authorization").status(500);
    let (_sandbox, client) = bearer(Sandbox::builder().fault(fault)).await;
    fails(client.check(ASKED).await, ErrorKind::Server, &["500"]);
}

#[tokio::test]
async fn unknown_action_keeps_other_results() {
    // As if the first of the three actions had been refused, and then the half with it.
    let fault = Fault::on("iam::check_authorization").status(400).times(1);
    let (sandbox, client) = bearer(Sandbox::builder().fault(fault)).await;
    let allowed = client
        .check(["databases::create", "domains::attach", "users::list"])
        .await
        .expect("answers");
    assert!(allowed.iter().all(Permission::is_allowed), "{allowed:?}");
    sandbox
        .journal()
        .operation("iam::check_authorization")
        .exactly(3);
}

const ZONE_OPERATIONS: [&str; 3] = [
    "domain/records::create",
    "domain/zones::refresh",
    "domain/domains::get",
];

#[tokio::test]
async fn check_knows_operations_of_zones() {
    let builder = Sandbox::builder()
        .zone("example.com")
        .grant("GET", "/auth/currentCredential")
        .grant("POST", "/domain/zone/example.com/*");
    let scene = Scene::of(builder).await;
    let everywhere = scene.client.check(ZONE_OPERATIONS).await.expect("answers");
    assert_eq!(
        everywhere[0].to_string(),
        "domain/records::create: may not be called, needs the access rule \
         POST /domain/zone/*/record"
    );
    let zone = scene.client.zone("example.com");
    let here = zone.check(ZONE_OPERATIONS).await.expect("answers");
    let allowed: Vec<bool> = here.iter().map(Permission::is_allowed).collect();
    assert_eq!(allowed, [true, true, false]);
    // The name of a hosting is no domain name.
    let hosting = scene.hosting().check(["domain/domains::get"]).await;
    let rule = "GET /domain/*".to_owned();
    assert_eq!(
        hosting.expect("an answer")[0].access,
        Access::MissingRule { rule }
    );
    // The refused call says the same.
    let refused = zone.get().await;
    let error = fails(refused, ErrorKind::Forbidden, &["domain/zones::get"]);
    let hint = error.hint().unwrap_or_default();
    assert!(hint.contains("GET /domain/zone/*"), "{hint}");
}

#[tokio::test]
async fn token_check_asks_about_zones() {
    let builder = Sandbox::builder()
        .zone("example.com")
        .zone("example.org")
        .iam("dnsZone:apiovh:*")
        .iam("domain:apiovh:get");
    let (sandbox, client) = bearer(builder).await;
    let granted = client.check(ZONE_OPERATIONS).await.expect("answers");
    assert!(granted.iter().all(Permission::is_allowed), "{granted:?}");
    let zone = client.zone("example.org");
    let one = zone.check(["domain/domains::update"]).await.expect("it");
    let Access::MissingActions { on, .. } = &one[0].access else {
        panic!("nothing grants it: {}", one[0]);
    };
    assert_eq!(on.len(), 2);
    assert!(changes(&sandbox).is_empty());
}
