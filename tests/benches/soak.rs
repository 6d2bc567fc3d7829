//! The soak for as long as one likes: `soak --minutes 30 --seed 1`. It ends with the first step that
//! is not what it has to be, and says its seed and number.

#![allow(missing_docs, reason = "a program")]

#[path = "support/usage.rs"]
#[allow(dead_code, reason = "other programs use the rest")]
mod usage;

use std::io::Write;
use std::time::{Duration, Instant};

use ovh_web_tests::soak::Soak;
use serde_json::json;

fn option(name: &str, otherwise: u64) -> u64 {
    let mut words = std::env::args().skip_while(|word| word != &format!("--{name}"));
    words
        .nth(1)
        .map_or(otherwise, |text| text.parse().expect("a number"))
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    // As `cargo bench` calls it, in a few seconds.
    let (seconds, seed) = (
        option("seconds", 60 * option("minutes", 0)),
        option("seed", 1),
    );
    let limit = Duration::from_secs(seconds.max(2));
    let (begin, meter) = (Instant::now(), usage::Meter::start());
    let mut soak = Soak::start(seed).await;
    // What the process holds, client and sandbox together, at even distances.
    let mut memory = Vec::new();
    let mut next = Duration::ZERO;
    while begin.elapsed() < limit {
        for _ in 0..20 {
            soak.step().await;
        }
        if begin.elapsed() >= next {
            next += limit / 60;
            let step = soak.sum().steps;
            memory.push(json!([step, usage::memory().map(|(now, _)| now)]));
        }
    }
    let sum = soak.finish().await;
    let cost = meter.stop();
    let value = json!({
        "seed": seed,
        "wall": cost.wall,
        "cpu": cost.cpu,
        "memory": memory,
        "steps": sum.steps,
        "calls": sum.calls,
        "struck": sum.struck,
        "writes": sum.writes,
        "refused": sum.refused,
        "unsure_undone": sum.unsure_undone,
        "unsure_done": sum.unsure_done,
        "set_again": sum.set_again,
        "finished": sum.finished,
        "failed_as_ordered": sum.failed_as_ordered,
        "resumed_waits": sum.resumed_waits,
        "looks": sum.looks,
        "digest": format!("{:016x}", sum.digest),
    });
    writeln!(std::io::stdout(), "{value}").expect("a reader");
}
