//! Promises of a test bed: instant pauses, real timeouts, and a shared clock.

use std::process::Command;
use std::time::Duration;

use ovh_web::types::{DatabaseCapacity, NewDatabase, NewDatabaseType, NewDomain, NewUser};
use ovh_web::{Client, Clock, ErrorKind, WaitPolicy};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};
use ovh_web_testing::{LinkedClock, TestBed};

fn database(user: &str) -> NewDatabase {
    NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        format!("example{user}"),
    )
}

#[tokio::test]
async fn waits_take_only_linked_time() {
    let hour = Duration::from_secs(3600);
    let builder = Sandbox::builder().task_times(hour, hour, hour);
    let bed = TestBed::start_with(builder).await;
    let task = bed.hosting().databases().create(&database("shop")).await;
    // Longer than any timeout of a single call.
    let policy = WaitPolicy::default()
        .interval(Duration::from_secs(1800))
        .longest_interval(Duration::from_secs(1800))
        .deadline(5 * hour);
    let created = task.expect("a task").wait_with(policy).await;
    assert_eq!(created.expect("a database").name, "exampleshop.mysql.db");
    assert_eq!(bed.clock.elapsed(), 2 * hour);
}

#[tokio::test]
async fn waits_a_day_for_domains_an_hour_for_users() {
    let hour = Duration::from_secs(3600);
    let bed = TestBed::start_with(Sandbox::builder().task_times(hour, hour, hour)).await;
    let domain = NewDomain::new("shop.example.com", "shop");
    let task = bed.hosting().domains().attach(&domain).await;
    let attached = task.expect("a task").wait().await.expect("after two hours");
    assert_eq!(attached.domain, "shop.example.com");
    let user = NewUser::new("shop", "example-shop", "Passw0rdOfIt");
    let task = bed.hosting().users().create(&user).await.expect("a task");
    let error = task.wait().await.expect_err("it takes two hours");
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn wait_ends_at_its_deadline() {
    let day = Duration::from_secs(86_400);
    let bed = TestBed::start_with(Sandbox::builder().task_times(day, day, day)).await;
    let task = bed.hosting().databases().create(&database("shop")).await;
    let task = task.expect("a task");
    let error = task.wait().await.expect_err("the deadline");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let elapsed = bed.clock.elapsed().as_secs();
    assert!((3600..3620).contains(&elapsed), "{elapsed}");
}

#[tokio::test]
async fn retries_pause_in_linked_time() {
    let builder = Sandbox::builder().fault(
        Fault::on("hosting::list")
            .status(503)
            .retry_after(20)
            .times(2),
    );
    let bed = TestBed::start_with(builder).await;
    bed.client.hostings().names().await.expect("names");
    assert!(bed.clock.elapsed() >= Duration::from_secs(40));
    bed.sandbox.journal().operation("hosting::list").exactly(3);
}

#[tokio::test]
async fn concurrent_pauses_overlap() {
    let clock = LinkedClock::new(ovh_web_sandbox::Clock::manual_at(0));
    let pause = |seconds| clock.sleep(Duration::from_secs(seconds));
    tokio::join!(pause(5), pause(3), pause(5));
    assert_eq!(clock.elapsed(), Duration::from_secs(5));
    pause(2).await;
    assert_eq!(clock.elapsed(), Duration::from_secs(7));
}

#[tokio::test]
async fn slow_response_survives_other_pauses() {
    let builder =
        Sandbox::builder().fault(Fault::on("users::list").delay(Duration::from_millis(300)));
    let bed = TestBed::start_with(builder).await;
    let hosting = bed.hosting();
    let slow = tokio::spawn(async move { hosting.users().logins().await });
    // Hours pass before the response arrives.
    while !slow.is_finished() {
        bed.clock.sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(slow.await.expect("no panic").expect("logins"), ["example"]);
}

#[tokio::test]
async fn advancing_times_out_a_hanging_call() {
    let builder =
        Sandbox::builder().fault(Fault::on("users::list").delay(Duration::from_secs(3600)));
    let bed = TestBed::start_with(builder).await;
    let hosting = bed.hosting();
    let hanging = tokio::spawn(async move { hosting.users().logins().retries(0).await });
    while bed.sandbox.journal().operation("users::list").count() == 0 {
        tokio::task::yield_now().await;
    }
    bed.clock.advance(Duration::from_secs(600));
    let error = hanging.await.expect("no panic").expect_err("a time-out");
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn builds_client_from_env_pairs() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = Client::from_pairs(sandbox.env()).expect("a client");
    assert_eq!(client.hostings().names().await.expect("names").len(), 1);
    let mut pairs = sandbox.env();
    pairs.retain(|(name, _)| *name != "OVH_APPLICATION_SECRET");
    let error = Client::from_pairs(pairs).expect_err("no secret");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn second_client_overrides_one_setting() {
    let bed = TestBed::start().await;
    let reader = bed.client_builder().read_only().build().expect("a client");
    let refused = reader.hosting("a.example").users().delete("b").await;
    assert_eq!(
        refused.map(drop).expect_err("read only").kind(),
        ErrorKind::InvalidArgument
    );
    assert_eq!(bed.sandbox.journal().total(), 0);
}

/// Panics in a child process: a hook that records the place would be the whole process's.
#[tokio::test]
async fn panics_name_the_line_of_the_test() {
    const MISTAKE: &str = "OVH_WEB_TESTING_MISTAKE";
    if let Ok(mistake) = std::env::var(MISTAKE) {
        let bed = TestBed::start().await;
        match &*mistake {
            "task" => bed.sandbox.fail_next_task("database/creat"),
            "operation" => bed.sandbox.journal().operation("databases::creat").never(),
            "order" => bed.sandbox.journal().in_order(&["databases::creat"]),
            "fault" => drop(bed.sandbox.faults().add(Fault::on("databases::creat"))),
            _ => {
                let seed = HostingSeed::new("example.ovh").offer("perso");
                TestBed::start_with(Sandbox::builder().hosting_with(seed)).await;
            }
        }
        return;
    }
    for mistake in ["task", "operation", "order", "fault", "offer"] {
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.args(["--exact", "panics_name_the_line_of_the_test"]);
        child.env("RUST_BACKTRACE", "0");
        let output = child.env(MISTAKE, mistake).output().expect("a result");
        let text = String::from_utf8(output.stdout).expect("UTF-8")
            + &String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!output.status.success(), "{mistake}: {text}");
        assert!(text.contains("tests/bed.rs:"), "{mistake}: {text}");
        let suggestion = match mistake {
            "offer" => "did you mean hosting-perso?",
            _ => "create",
        };
        assert!(text.contains(suggestion), "{mistake}: {text}");
    }
}
