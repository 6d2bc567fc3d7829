//! A program that logs in, loses its clock, is refused and waits: against each shape of refusal.

use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType};
use ovh_web::{AccessRules, Error, ErrorKind, Method};
use ovh_web_sandbox::{RefusalShape, RefusedKey, Sandbox};
use ovh_web_tests::{SERVICE, Scene, fails};

#[tokio::test]
async fn a_program_works_with_either_refusal_shape() {
    for shape in [RefusalShape::Class, RefusalShape::Old] {
        let scene = Scene::of(Sandbox::builder().refusals(shape)).await;
        whole_program(&scene)
            .await
            .unwrap_or_else(|error| panic!("{shape:?}: {error}"));
    }
}

async fn whole_program(scene: &Scene) -> Result<(), Error> {
    let sandbox = &scene.sandbox;
    let application = scene.builder().without_consumer_key().build()?;
    let rules = AccessRules::new()
        .read_hosting(SERVICE)
        .allow(Method::POST, format!("/hosting/web/{SERVICE}/database"));
    let pending = application.request_credential(rules).await?;

    // The owner agrees after a few polls have been refused.
    let owner = async {
        while sandbox
            .journal()
            .operation("auth::current_credential")
            .count()
            < 3
        {
            tokio::task::yield_now().await;
        }
        sandbox
            .validate(pending.consumer_key().expose())
            .expect("a key");
    };
    let (client, ()) = tokio::join!(pending.wait_validated(), owner);
    let hosting = client?.hosting(SERVICE);
    let polls = sandbox.journal().operation("auth::current_credential");
    assert!(polls.entries()[..3].iter().all(|entry| entry.status == 403));

    scene.clock.set_skew(-3600);
    sandbox.journal().clear();
    let (capacity, kind) = (DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql);
    let new = NewDatabase::new(capacity, kind, "exampleshop");
    let task = hosting.databases().create(&new).await?;
    let sent = sandbox.journal().operation("databases::create");
    let statuses: Vec<u16> = sent.entries().iter().map(|entry| entry.status).collect();
    assert_eq!(
        statuses,
        [400, 200],
        "refused for its timestamp, and sent once more"
    );
    assert_eq!(task.wait().await?.name, "exampleshop.mysql.db");

    let rule = [
        "This call has not been granted",
        "`DELETE /hosting/web/*/database/*`",
    ];
    let gone = hosting.database("exampleshop.mysql.db").delete().await;
    fails(gone, ErrorKind::Forbidden, &rule);
    Ok(())
}

#[tokio::test]
async fn a_refused_key_ends_the_wait() {
    for (answer, kind) in [
        (RefusedKey::default(), ErrorKind::Authentication),
        // It cannot be told from a key that waits for its owner.
        (RefusedKey::Invalid, ErrorKind::Timeout),
    ] {
        for shape in [RefusalShape::Class, RefusalShape::Old] {
            let builder = Sandbox::builder().refusals(shape).refused_key(answer);
            let scene = Scene::of(builder).await;
            let application = scene.builder().without_consumer_key().build();
            let application = application.expect("complete settings");
            let asked = application
                .request_credential(AccessRules::read_only())
                .await;
            let pending = asked.expect("a key");
            scene
                .sandbox
                .refuse(pending.consumer_key().expose())
                .expect("a key");
            let error = pending.wait_validated().await.expect_err("refused");
            assert_eq!(error.kind(), kind, "{error}");
            assert!(
                error.to_string().contains("request another") || error.is_auth(),
                "{error}"
            );
        }
    }
}
