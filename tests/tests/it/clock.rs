//! The clock of the client against the sandbox's: how many requests a wrong clock costs.

use ovh_web::types::{NewCron, NewUser};
use ovh_web::{Client, ClockSync};
use ovh_web_tests::{SERVICE, Scene, changes};

const HOUR: i64 = 3600;

async fn read(client: &Client) {
    let hosting = client.hosting(SERVICE).get().await;
    hosting.expect("the hosting");
}

/// A sandbox, and a client whose clock is off by that many seconds.
async fn off_by(seconds: i64) -> Scene {
    let scene = Scene::start().await;
    scene.clock.set_skew(seconds);
    scene
}

/// The operations that the sandbox saw.
fn seen(scene: &Scene) -> Vec<&'static str> {
    let entries = scene.sandbox.journal().entries();
    entries.iter().filter_map(|entry| entry.operation).collect()
}

#[tokio::test]
async fn right_clock_needs_one_request() {
    const GET: &str = "hosting::get";
    const TIME: &str = "auth::time";
    for sign in [1, -1] {
        for (seconds, first, second) in [
            (0, &[GET][..], &[GET][..]),
            (1, &[GET], &[GET]),
            (10, &[GET], &[TIME, GET]),
            (60, &[GET, TIME, GET], &[GET]),
            (HOUR, &[GET, TIME, GET], &[GET]),
        ] {
            let scene = off_by(sign * seconds).await;
            for expected in [first, second, &[GET]] {
                read(&scene.client).await;
                assert_eq!(seen(&scene), expected, "off by {seconds} s");
                scene.sandbox.journal().clear();
            }
        }
    }
}

#[tokio::test]
async fn eager_client_asks_first() {
    let scene = Scene::start().await;
    let client = scene.builder().clock_sync(ClockSync::Eager).build();
    let client = client.expect("a client");
    read(&client).await;
    read(&client).await;
    assert_eq!(seen(&scene), ["auth::time", "hosting::get", "hosting::get"]);
}

#[tokio::test]
async fn hundred_first_calls_measure_once() {
    let scene = off_by(HOUR).await;
    let calls = (0..100).map(|_| {
        let client = scene.client.clone();
        tokio::spawn(async move { read(&client).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("an answer");
    }
    let journal = scene.sandbox.journal();
    journal.operation("auth::time").exactly(1);
    assert!(seen(&scene).len() <= 201, "{}", seen(&scene).len());
}

#[tokio::test]
async fn hundred_first_writes_measure_once() {
    let scene = off_by(HOUR).await;
    let calls = (0..100).map(|number| {
        let users = scene.client.hosting(SERVICE).users();
        let new = NewUser::new("www", format!("example-{number}"), "aLongPassword1");
        tokio::spawn(async move { users.create(&new).await.map(drop) })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("an answer").expect("a task");
    }
    scene.sandbox.journal().operation("auth::time").exactly(1);
    assert!(seen(&scene).len() <= 201, "{}", seen(&scene).len());
    assert_eq!(changes(&scene.sandbox), ["users::create"; 100]);
    assert_eq!(scene.sandbox.state().users(SERVICE).len(), 101);
}

#[tokio::test]
async fn write_with_a_wrong_clock_is_applied_once() {
    let scene = off_by(HOUR).await;
    let users = scene.client.hosting(SERVICE).users();
    let new = NewUser::new("www", "example-a", "aLongPassword1");
    let task = users.create(&new).await.expect("a task");
    task.wait().await.expect("the user");
    assert_eq!(changes(&scene.sandbox), ["users::create"]);
    assert_eq!(scene.sandbox.state().users(SERVICE).len(), 2);
}

#[tokio::test]
async fn creation_reads_the_ids_with_a_right_time() {
    let all = ["crons::list", "crons::create"];
    let corrected = ["crons::list", "auth::time", "crons::list", "crons::create"];
    for (seconds, expected) in [(0, &all[..]), (HOUR, &corrected)] {
        let scene = off_by(seconds).await;
        let crons = scene.client.hosting(SERVICE).crons();
        let new = NewCron::new("www/a.php", "0 3 * * *", "php8.3");
        let _ = crons.create(&new).await.expect("a task");
        assert_eq!(seen(&scene), expected, "off by {seconds} s");
    }
}

#[tokio::test]
async fn clock_may_jump_while_a_program_runs() {
    let scene = Scene::start().await;
    // Once the time was asked for, the refusal's own `Date` is enough.
    for (seconds, requests) in [(0, 1), (HOUR, 3), (2 * HOUR, 2), (2 * HOUR, 1), (0, 2)] {
        scene.clock.set_skew(seconds);
        scene.sandbox.journal().clear();
        read(&scene.client).await;
        assert_eq!(seen(&scene).len(), requests, "{seconds}");
    }
}
