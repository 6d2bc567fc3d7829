//! Tests of `ensure` of crons that are named by their IDs.

use std::time::Duration;

use ovh_web::hosting::Crons;
use ovh_web::types::{CronStatus, Language, NewCron};
use ovh_web::{ChangeKind, Client, ErrorKind};
use ovh_web_sandbox::{Clock, Sandbox};

use crate::support::HandClock;

const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// A hosting whose work ends at once.
async fn crons() -> (Sandbox, Crons) {
    let times = [Duration::ZERO, Duration::ZERO, Duration::from_secs(3600)];
    let sandbox = Sandbox::builder()
        .clock(Clock::manual())
        .task_times(times[0], times[1], times[2]);
    let sandbox = sandbox.start().await.expect("a sandbox");
    let client = Client::builder()
        .from_pairs(sandbox.env())
        .clock(HandClock::jumping(Duration::from_secs(60)));
    let client = client.build().expect("a client");
    let crons = client.hosting(SERVICE).crons();
    (sandbox, crons)
}

fn cron(command: &str) -> NewCron {
    NewCron::new(command, "0 3 * * *", Language::Php8_3)
}

#[tokio::test]
async fn id_names_a_cron_without_key() {
    let (sandbox, crons) = crons().await;
    let by_hand = cron("a.php").description("by hand");
    let task = crons.create(&by_hand).await.expect("a task");
    let id = task.wait().await.expect("a cron").id;
    let key = format!("#{id}");
    let writes = || sandbox.journal().changes().count();
    let before = writes();
    let same = crons.ensure(&key, &by_hand).await.expect("a cron");
    assert_eq!(same.change.kind, ChangeKind::Unchanged);
    assert_eq!(writes(), before);

    let wanted = cron("b.php")
        .description("still by hand")
        .status(CronStatus::Disabled);
    let plan = crons.plan(&key, &wanted).await.expect("a plan");
    let done = crons.ensure(&key, &wanted).await.expect("a cron");
    assert_eq!(done.change, plan);
    assert_eq!(
        plan.to_string(),
        "updated (command: a.php -> b.php, description: \"by hand\" -> \"still by hand\", \
         status: enabled -> disabled)"
    );
    // No key was written.
    assert_eq!(done.object.description.as_deref(), Some("still by hand"));
    assert_eq!(done.object.id, id);
    assert_eq!(writes(), before + 1);

    let plan = crons.plan_absent(&key).await.expect("a plan");
    assert_eq!(plan.kind, ChangeKind::Removed);
    let gone = crons.ensure_absent(&key).await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Removed);
    let gone = crons.ensure_absent(&key).await.expect("gone");
    assert_eq!(gone.kind, ChangeKind::Unchanged);
}

#[tokio::test]
async fn cron_of_an_id_is_never_created() {
    let (sandbox, crons) = crons().await;
    for error in [
        crons.ensure("#42", &cron("a.php")).await.map(drop),
        crons.plan("#42", &cron("a.php")).await.map(drop),
    ] {
        let error = error.expect_err("there is none");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.message().contains("ID 42"), "{error}");
        assert!(error.hint().is_some_and(|it| it.contains("remove the `#`")));
    }
    sandbox.journal().changes().never();
    // A key may start with the same character.
    let plan = crons.plan("#nightly", &cron("a.php")).await;
    assert_eq!(plan.expect("a plan").kind, ChangeKind::Created);
}
