//! How the client grows: an inventory of many hostings, and many waits at once.
//!
//! ```text
//! scale serve --hostings N [--delay MS] [--tasks T]   a sandbox; ends with its standard input
//! scale inventory --server LINE --concurrency C       a client in a process of its own
//! scale waits --server LINE --looks L                 waits for all tasks of that sandbox
//! ```
//!
//! The sandbox is in another process, so that what is measured is the client's own memory. LINE is
//! what the server has printed.

#![allow(missing_docs, reason = "a program")]

#[path = "support/mod.rs"]
mod support;

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ovh_web::types::{Language, NewCron};
use ovh_web::{AttemptInfo, Client, Credentials, Error, Observer, TaskSet, WaitPolicy};
use ovh_web_sandbox::{Clock, Fault, HostingSeed, Sandbox};
use serde_json::{Value, json};
use support::usage::{self, Meter};
use support::{command, option, runtime, tell};
use tokio::task::JoinSet;

fn main() {
    let runtime = runtime();
    match command().as_deref() {
        Some("serve") => runtime.block_on(serve()),
        Some("inventory") => runtime.block_on(inventory()),
        Some("waits") => runtime.block_on(waits()),
        // As `cargo bench` calls it: there is nobody to talk to.
        _ => {}
    }
}

/// So many hostings, none of them empty, and on request tasks that stand still until the clock is
/// moved.
async fn serve() {
    let (hostings, tasks) = (option("hostings", 100), option("tasks", 0));
    let mut builder = Sandbox::builder().clock(Clock::manual()).task_times(
        Duration::from_secs(1),
        Duration::from_secs(2),
        Duration::from_secs(3600),
    );
    for number in 0..hostings {
        let seed = HostingSeed::new(format!("host{number}.cluster01.hosting.ovh.net"));
        builder = builder.hosting_with(seed.domains(4).databases(2).users(2).modules(1).crons(2));
    }
    let sandbox = builder.start_now().expect("a port on the loopback");
    let server = json!({
        "root": format!("http://{}/_sandbox", sandbox.address()),
        "url": sandbox.base_url(),
        "key": sandbox.application_key(),
        "secret": sandbox.application_secret(),
        "consumer": sandbox.consumer_key(),
    });
    if tasks > 0 {
        start_tasks(&client(&server, Counter::default()), tasks).await;
    }
    let delay = option("delay", 0);
    if delay > 0 {
        let fault = Fault::everywhere().delay(Duration::from_millis(delay));
        sandbox.faults().add(fault);
    }
    tell(&server);
    let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = end.await;
}

async fn start_tasks(client: &Client, tasks: u32) {
    let names = client.hostings().names().await.expect("the hostings");
    for name in names {
        let crons = client.hosting(name).crons();
        for number in 0..tasks {
            let command = format!("www/job{number}.php");
            let cron = NewCron::new(command, "0 4 * * *", Language::from("php8.4"));
            let task = crons.create(&cron).await.expect("a task");
            // It stands still; another process waits for it.
            drop(task);
        }
    }
}

/// Counts the calls.
#[derive(Clone, Default)]
struct Counter(Arc<AtomicU64>);

impl Counter {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Counter({})", self.now())
    }
}

impl Observer for Counter {
    fn attempt_started(&self, _: &AttemptInfo<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn text<'a>(server: &'a Value, name: &str) -> &'a str {
    server[name].as_str().expect("the server's line")
}

fn client(server: &Value, counter: Counter) -> Client {
    Client::builder()
        .base_url(text(server, "url"))
        .credentials(Credentials::new(
            text(server, "key"),
            text(server, "secret"),
            text(server, "consumer"),
        ))
        .observer(counter)
        .build()
        .expect("complete settings")
}

fn server() -> Value {
    let line: String = option("server", String::new());
    serde_json::from_str(&line).expect("the server's line")
}

/// What is resident before the work begins; the peak begins anew.
fn idle() -> Option<u64> {
    usage::forget_peak();
    Some(usage::memory()?.0)
}

/// Everything that every hosting has, a few hostings at a time: what the example does, made for
/// many. Rows are counted, as a program would print them.
async fn inventory() {
    let concurrency = option("concurrency", 16_usize);
    let counter = Counter::default();
    let client = client(&server(), counter.clone()).read_only();
    // One call, so that connection, time and buffers are there before.
    let mut first = client.hostings().list().page_size(1).stream();
    first.next().await.expect("a hosting").expect("an answer");
    drop(first);
    let (before, idle, meter) = (counter.now(), idle(), Meter::start());
    let mut rows = 0_u64;
    let mut things = 0;
    let mut going = JoinSet::new();
    let mut hostings = client.hostings().list().stream();
    while let Some(hosting) = hostings.next().await {
        let name = hosting.expect("a hosting").service_name;
        if going.len() >= concurrency {
            things += finished(going.join_next().await);
            rows += 1;
        }
        going.spawn(row(client.clone(), name));
    }
    while let Some(done) = going.join_next().await {
        things += finished(Some(done));
        rows += 1;
    }
    let cost = meter.stop();
    tell(&json!({
        "hostings": rows,
        "things": things,
        "calls": counter.now() - before,
        "idle": idle,
        "peak": usage::memory().map(|(_, peak)| peak),
        "wall": cost.wall,
        "cpu": cost.cpu,
    }));
}

fn finished(done: Option<Result<Result<usize, Error>, tokio::task::JoinError>>) -> usize {
    let row = done.expect("one that goes on").expect("no panic");
    row.expect("an answer")
}

/// The five lists of a hosting; how many things are on them.
async fn row(client: Client, name: String) -> Result<usize, Error> {
    let hosting = client.hosting(name);
    Ok(hosting.domains().list().await?.len()
        + hosting.databases().list().await?.len()
        + hosting.users().list().await?.len()
        + hosting.modules().list().await?.len()
        + hosting.crons().list().await?.len())
}

/// Waits for every task of every hosting at once, and lets them be done after so many looks.
async fn waits() {
    let looks = option("looks", 5_u64);
    let server = server();
    let counter = Counter::default();
    let client = client(&server, counter.clone());
    let names = client.hostings().names().await.expect("the hostings");
    let hostings = names.len() as u64;
    let mut ids = Vec::new();
    for name in &names {
        let hosting = client.hosting(name);
        let of = hosting.tasks().list().ids().await.expect("the tasks");
        ids.push((hosting, of));
    }
    let (before, idle, meter) = (counter.now(), idle(), Meter::start());
    let mut set = TaskSet::new();
    for (hosting, ids) in &ids {
        for id in ids {
            set.add(&hosting.task(*id));
        }
    }
    let second = Duration::from_secs(1);
    let policy = WaitPolicy::default()
        .interval(second)
        .longest_interval(second);
    let control = format!("{}/clock", text(&server, "root"));
    let watched = counter.clone();
    let mover = tokio::spawn(async move {
        // A look is a call for each hosting.
        while watched.now() - before < looks * hostings {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(support::clients::no_tls())
            .no_proxy()
            .build()
            .expect("an engine");
        let moved = http.post(control).body(r#"{"advance": 60}"#).send().await;
        assert!(moved.expect("an answer").status().is_success());
    });
    let ends = set.wait_with(policy).await;
    mover.await.expect("the clock was moved");
    let cost = meter.stop();
    let done = ends.iter().filter(|end| end.is_ok()).count();
    tell(&json!({
        "tasks": ends.len(),
        "done": done,
        "hostings": hostings,
        "calls": counter.now() - before,
        "idle": idle,
        "peak": usage::memory().map(|(_, peak)| peak),
        "wall": cost.wall,
        "cpu": cost.cpu,
    }));
}
