//! Dumps are downloaded from the sandbox: whole, in spite of a break, slowly, and not at all.

use std::time::Duration;

use ovh_web::handle::Dump;
use ovh_web::types::{DatabaseCapacity, DumpDate, NewDatabase, NewDatabaseType, NewDump};
use ovh_web::{DownloadProgress, ErrorKind};
use ovh_web_sandbox::{Fault, Sandbox};
use ovh_web_tests::{SERVICE, Scene};

const CONTENT: &str = "CREATE TABLE posts; INSERT INTO posts VALUES ('hello')";

async fn dump(scene: &Scene) -> Dump {
    let hosting = scene.hosting();
    let user = "exampleshop";
    let new = NewDatabase::new(DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql, user);
    let task = hosting.databases().create(&new).await.expect("a task");
    let name = task.wait().await.expect("a database").name;
    let sandbox = &scene.sandbox;
    sandbox
        .write_database(SERVICE, &name, CONTENT)
        .expect("a database");
    let dumps = hosting.database(&name).dumps();
    let new = NewDump::new(DumpDate::Now).send_email(false);
    let task = dumps.create(&new).await.expect("a task");
    task.wait().await.expect("done");
    let ids = dumps.ids().await.expect("ids");
    hosting.database(&name).dump(ids[0])
}

#[tokio::test]
async fn a_dump_comes_from_the_sandbox() {
    let scene = Scene::start().await;
    let dump = dump(&scene).await;
    let mut bytes = Vec::new();
    let done = dump.download().to(&mut bytes).await.expect("a dump");
    assert_eq!(String::from_utf8(bytes).expect("text"), CONTENT);
    let name = done.suggested_name.expect("a name");
    assert!(name.starts_with("exampleshop.mysql.db-"), "{name}");
    scene
        .sandbox
        .journal()
        .operation("dumps::download")
        .exactly(1);
}

#[tokio::test]
async fn a_dump_survives_breaks() {
    let scene = Scene::start().await;
    let dump = dump(&scene).await;
    let faults = scene.sandbox.faults();
    faults.add(Fault::on("dumps::download").truncate(9).times(3));
    faults.add(Fault::on("dumps::download").call(2).status(503));
    let mut bytes = Vec::new();
    let mut at = Vec::new();
    dump.download()
        .on_progress(|progress: DownloadProgress| at.push(progress))
        .to(&mut bytes)
        .await
        .expect("a dump");
    assert_eq!(String::from_utf8(bytes).expect("text"), CONTENT);
    assert!(at.iter().all(|it| it.total == Some(CONTENT.len() as u64)));
    assert!(at.is_sorted_by_key(|it| it.received));
    let calls = scene.sandbox.journal().operation("dumps::download");
    let statuses: Vec<_> = calls.entries().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [200, 503, 206, 206]);
}

#[tokio::test]
async fn slow_download_reports_progress() {
    let scene = Scene::start().await;
    let dump = dump(&scene).await;
    let pieces = Fault::on("dumps::download").slow(20, Duration::from_millis(5));
    scene.sandbox.faults().add(pieces);
    let mut seen = Vec::new();
    dump.download()
        .on_progress(|progress| seen.push(progress.received))
        .to(&mut Vec::new())
        .await
        .expect("a dump");
    assert!(seen.len() > 1, "{seen:?}");
    assert_eq!(seen.last(), Some(&(CONTENT.len() as u64)));
}

#[tokio::test]
async fn refused_download_is_an_error() {
    let builder = Sandbox::builder().fault(Fault::on("dumps::download").status(403));
    let scene = Scene::of(builder).await;
    let dump = dump(&scene).await;
    let error = dump.download_to(&mut Vec::new()).await;
    let error = error.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let url = dump.get().await.expect("a dump").url.expect("an address");
    let (_, token) = url.expose().split_once("token=").expect("a token");
    assert!(!error.to_string().contains(token), "{error}");
}
