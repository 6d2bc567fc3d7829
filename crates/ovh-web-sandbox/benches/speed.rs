//! How fast the sandbox is, seen by a client on a socket: signed calls a second on one connection,
//! with few and with many objects, what a call costs on a processor, and how long a start takes.
//!
//! `cargo bench -p ovh-web-sandbox --bench speed`; `taskset -c 0` before it gives client and
//! server one core together. Numbers, not verdicts: what is fast enough depends on the machine.

#![allow(missing_docs)]

mod client;

use std::hint::black_box;
use std::time::{Duration, Instant};

use client::{Client, say, server_seconds};
use ovh_web_sandbox::{Clock, HostingSeed, Sandbox};

/// How long each thing is measured.
const TIME: Duration = Duration::from_secs(3);

/// Calls a second by the wall clock, and what a call costs the server's thread.
fn rate<T>(what: &str, mut call: impl FnMut() -> T) {
    for _ in 0..50 {
        black_box(call());
    }
    let (start, mut calls) = (Instant::now(), 0_u32);
    let before = server_seconds();
    while start.elapsed() < TIME {
        black_box(call());
        calls += 1;
    }
    let rate = f64::from(calls) / start.elapsed().as_secs_f64();
    let cost = server_seconds()
        .zip(before)
        .map(|(after, before)| (after - before) * 1e6 / f64::from(calls));
    let cost = cost.map_or_else(String::new, |cost| {
        let alone = 1e6 / cost;
        format!("{cost:>9.1} us of the server's time each, {alone:>8.0} a core")
    });
    say(&format!("{what:<44} {rate:>9.0} calls/s {cost}"));
}

fn main() {
    const STARTS: u32 = 20;
    let mut times: Vec<f64> = (0..STARTS)
        .map(|_| {
            let start = Instant::now();
            let sandbox = Sandbox::builder().start_now().expect("a sandbox");
            Client::new(&sandbox).get("/hosting/web", "");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    // The documents are read once a process, at the first of them.
    let first = times[0];
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    say(&format!(
        "start and first answer: the first {first:.1} ms, median of {STARTS} {median:.1} ms"
    ));

    let sandbox = Sandbox::builder().start_now().expect("a sandbox");
    let mut client = Client::new(&sandbox);
    let path = "/hosting/web/example.cluster01.hosting.ovh.net";
    rate("one hosting", || client.get(path, ""));

    let seed = HostingSeed::new("big.example")
        .domains(10_000)
        .crons(10_000);
    let builder = Sandbox::builder().hosting_with(seed).clock(Clock::manual());
    let sandbox = builder.start_now().expect("a sandbox");
    let mut client = Client::new(&sandbox);
    let one = "/hosting/web/big.example";
    let list = "/hosting/web/big.example/attachedDomain";
    let item = "/hosting/web/big.example/attachedDomain/site77.big.example.com";
    rate("a hosting with 20,000 objects", || client.get(one, ""));
    rate("one of its domains", || client.get(item, ""));
    let page = "X-Pagination-Mode: CachedObjectList-Pages\r\nX-Pagination-Size: 100\r\n";
    rate("a page of 100 of 10,000", || client.get(list, page));
    rate("10,000 ids", || client.get(list, ""));
    // On a clock that stands still the tasks stay, and each is one more thing to look at.
    let body = r#"{"command":"a.php","frequency":"0 1 * * *","language":"php8.4"}"#;
    let crons = "/hosting/web/big.example/cron";
    rate("creations, whose tasks all stay", || {
        client.call("POST", crons, "", body)
    });
    rate("reads after that", || client.get(one, ""));
}
