//! Whether the sandbox's memory stays flat: a million signed calls, most of which read, and some
//! of which create and delete, with the memory of the process printed at intervals.
//!
//! `cargo bench -p ovh-web-sandbox --bench soak`, or fewer calls: `-- 100000`. The clock of the
//! state moves on, as it does for a sandbox that runs for days, so that tasks are archived.

#![allow(missing_docs)]

mod client;

use std::time::{Duration, Instant};

use client::{Client, resident_mb, say, server_seconds};
use ovh_web_sandbox::{Clock, HostingSeed, Sandbox};
use serde_json::Value;

/// How often the memory is looked at.
const LOOKS: u64 = 20;

fn main() {
    let asked = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let calls: u64 = asked.unwrap_or(1_000_000);
    let seed = HostingSeed::new("example").domains(20).databases(3);
    let clock = Clock::manual();
    let builder = Sandbox::builder().hosting_with(seed).clock(clock.clone());
    let sandbox = builder.start_now().expect("a sandbox");
    let mut client = Client::new(&sandbox);
    let (start, step) = (Instant::now(), (calls / LOOKS).max(1));
    let mut done = 0_u64;
    let mut next = 0_u64;
    let mut round = 0_u64;
    while done < calls {
        done += turn(&mut client, &clock, round);
        round += 1;
        if done >= next {
            look(done, start);
            next += step;
        }
    }
    look(done, start);
    say(&format!(
        "the journal has counted {}",
        sandbox.journal().total()
    ));
}

/// A cron, a database dump and a domain come and go, and are read meanwhile; gives the number of
/// calls.
fn turn(client: &mut Client<'_>, clock: &Clock, round: u64) -> u64 {
    const READS: u64 = 26;
    let page = "X-Pagination-Mode: CachedObjectList-Pages\r\n";
    let root = "/hosting/web/example";
    let done = Duration::from_secs(10);
    let body = r#"{"command":"a.php","frequency":"0 1 * * *","language":"php8.4"}"#;
    client.call("POST", &format!("{root}/cron"), "", body);
    let domain = format!("site-{round}.example.org");
    let body = format!(r#"{{"domain":"{domain}","path":"www"}}"#);
    client.call("POST", &format!("{root}/attachedDomain"), "", &body);
    clock.advance(done);
    for read in 0..READS {
        match read % 4 {
            0 => client.get(root, ""),
            1 => client.get(&format!("{root}/attachedDomain/{domain}"), ""),
            2 => client.get(&format!("{root}/attachedDomain"), page),
            _ => client.get(&format!("{root}/tasks"), ""),
        };
    }
    let crons = client.call("GET", &format!("{root}/cron"), "", "");
    let crons: Value = serde_json::from_slice(&crons).expect("a list");
    let crons = crons.as_array().cloned().unwrap_or_default();
    for cron in &crons {
        client.call("DELETE", &format!("{root}/cron/{cron}"), "", "");
    }
    client.call("DELETE", &format!("{root}/attachedDomain/{domain}"), "", "");
    clock.advance(done);
    READS + 4 + u64::try_from(crons.len()).unwrap_or(0)
}

fn look(done: u64, start: Instant) {
    let rate = done as f64 / start.elapsed().as_secs_f64();
    let memory = resident_mb().map_or_else(|| "?".into(), |mb| format!("{mb:.1}"));
    let cost = server_seconds().map_or(0.0, |seconds| seconds * 1e6 / done as f64);
    say(&format!(
        "{done:>9} calls {memory:>7} MB {rate:>7.0} calls/s {cost:>6.1} us of the server's time each"
    ));
}
