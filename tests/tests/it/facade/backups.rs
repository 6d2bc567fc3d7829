//! Backups: one dump a night, whatever happens, and nothing of others is deleted.

use std::time::Duration;

use ovh_web::types::{DateTime, DumpDate, NewDump};
use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene};

use super::examples::backup;
use super::programs::{Folder, created_once};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// A night of backups, in the sandbox's time: the number of dumps made, files downloaded, dumps
/// deleted, and failures.
async fn night(scene: &Scene, folder: &Folder, keep: usize) -> [usize; 4] {
    let now = u64::try_from(scene.sandbox.clock().unix_seconds()).expect("after 1970");
    let rules = backup::Rules {
        folder: folder.0.clone(),
        since: DateTime::default() + Duration::from_secs(now) - DAY / 2,
        keep,
    };
    let results = backup::back_up(&scene.client, &rules).await;
    let mut sum = [0; 4];
    for (_, result) in results.expect("results") {
        let (done, failed) = result.map_or((backup::Done::default(), 1), |done| (done, 0));
        let counts = [
            done.made.into(),
            done.downloaded.into(),
            done.deleted,
            failed,
        ];
        sum.iter_mut()
            .zip(counts)
            .for_each(|(sum, count)| *sum += count);
    }
    sum
}

#[tokio::test]
async fn backup_makes_one_dump_a_night() {
    let builder = Sandbox::builder().hosting_with(HostingSeed::new(SERVICE).databases(2));
    let scene = Scene::of(builder).await;
    let folder = Folder::new("backup");
    // The dump of one database is made, and its response is lost.
    let lost = Fault::on("dumps::create").reset_after().times(1);
    scene.sandbox.faults().add(lost);
    assert_eq!(night(&scene, &folder, 2).await, [1, 1, 0, 1]);
    assert_eq!(night(&scene, &folder, 2).await, [0, 1, 0, 0]);
    assert_eq!(night(&scene, &folder, 2).await, [0; 4]);
    scene
        .sandbox
        .journal()
        .operation("dumps::create")
        .exactly(2);
    assert_eq!(folder.files(), 2);

    for deleted in [0, 2, 2] {
        scene.clock.advance(DAY);
        assert_eq!(night(&scene, &folder, 2).await, [2, 2, deleted, 0]);
    }
    // Of a database whose dump fails, nothing is deleted.
    scene.clock.advance(DAY);
    scene.sandbox.fail_next_task("dumps::create");
    assert_eq!(night(&scene, &folder, 2).await, [1, 1, 1, 1]);
    assert_eq!(night(&scene, &folder, 2).await, [1, 1, 1, 0]);
    assert_eq!(scene.sandbox.state().dumps(SERVICE).len(), 4);
    assert_eq!(folder.files(), 4);
}

#[tokio::test]
async fn backup_deletes_only_its_own() {
    let builder = Sandbox::builder().hosting_with(HostingSeed::new(SERVICE).databases(1));
    let scene = Scene::of(builder).await;
    let folder = Folder::new("own");
    let name = &scene.sandbox.state().databases(SERVICE)[0].name;
    let database = scene.hosting().database(&**name);
    let new = NewDump::new(DumpDate::Now);
    let task = database.dumps().create(&new).await.expect("a task");
    let foreign = task.wait().await.expect("a dump").id;
    let files = folder.0.join(SERVICE).join(name);
    std::fs::create_dir_all(&files).expect("a folder");
    let release = files.join("before-release.sql.gz");
    std::fs::write(&release, "").expect("a file");
    for deleted in [0, 1, 1] {
        scene.clock.advance(DAY);
        assert_eq!(night(&scene, &folder, 1).await, [1, 1, deleted, 0]);
    }
    assert!(release.exists());
    assert_eq!(folder.files(), 2);
    let left = database.dumps().list().await.expect("dumps");
    assert!(left.iter().any(|dump| dump.id == foreign) && left.len() == 2);
}

#[tokio::test]
async fn backup_adopts_no_recent_dump_of_others() {
    let builder = Sandbox::builder().hosting_with(HostingSeed::new(SERVICE).databases(1));
    let scene = Scene::of(builder).await;
    let folder = Folder::new("adopted");
    let name = &scene.sandbox.state().databases(SERVICE)[0].name;
    let database = scene.hosting().database(&**name);
    let task = database.dumps().create(&NewDump::new(DumpDate::Now)).await;
    let foreign = task.expect("a task").wait().await.expect("a dump").id;
    // An hour later the nightly dump is made, and its response is lost.
    scene.clock.advance(DAY / 24);
    let lost = Fault::on("dumps::create").reset_after().times(1);
    scene.sandbox.faults().add(lost);
    assert_eq!(night(&scene, &folder, 1).await, [0, 0, 0, 1]);
    assert_eq!(night(&scene, &folder, 1).await, [0, 1, 0, 0]);
    for _ in 0..2 {
        scene.clock.advance(DAY);
        assert_eq!(night(&scene, &folder, 1).await, [1, 1, 1, 0]);
    }
    let left = database.dumps().list().await.expect("dumps");
    assert!(left.iter().any(|dump| dump.id == foreign) && left.len() == 2);
}

#[tokio::test]
async fn backup_goes_on_after_an_expired_hosting() {
    let expired = HostingSeed::new("a.example.com").databases(1);
    let builder = Sandbox::builder().hosting_with(expired.expires_in_days(-3));
    let builder = builder.hosting_with(HostingSeed::new("b.example.com").databases(1));
    let scene = Scene::of(builder).await;
    let folder = Folder::new("expired");
    assert_eq!(night(&scene, &folder, 2).await, [1, 1, 0, 1]);
    assert_eq!(folder.files(), 1);
}

#[tokio::test]
async fn backup_repeats_a_broken_download() {
    let builder = Sandbox::builder().hosting_with(HostingSeed::new(SERVICE).databases(1));
    let scene = Scene::of(builder).await;
    let folder = Folder::new("download");
    let broken = Fault::on("dumps::download").status(404);
    let fault = scene.sandbox.faults().add(broken);
    assert_eq!(night(&scene, &folder, 1).await, [0, 0, 0, 1]);
    assert_eq!(folder.files(), 0, "no half of a file");
    scene.sandbox.faults().remove(fault);
    assert_eq!(night(&scene, &folder, 1).await, [0, 1, 0, 0]);
    created_once(&scene, &["dumps::create"]);
}
