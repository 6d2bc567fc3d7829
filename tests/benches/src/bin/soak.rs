//! Runs the soak for a number of seconds: `soak SECONDS [SEED]`. It stops at the first difference.

#![allow(clippy::print_stdout, reason = "a program")]

use std::time::{Duration, Instant};

use ovh_web_tests::soak::Soak;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let argument = |place: usize, default: u64| {
        let text = std::env::args().nth(place);
        text.map_or(default, |text| text.parse().expect("a number"))
    };
    let limit = Duration::from_secs(argument(1, 60));
    let mut soak = Soak::start(argument(2, 1)).await;
    let (begin, mut next) = (Instant::now(), Duration::ZERO);
    while begin.elapsed() < limit {
        for _ in 0..20 {
            soak.step().await;
        }
        if begin.elapsed() >= next {
            next += limit / 60;
            println!("{} steps, {} resident", soak.sum().steps, memory());
        }
    }
    println!("{:#?}", soak.finish().await);
}

/// Resident memory of client and sandbox together, on Linux.
fn memory() -> String {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap_or("unknown").trim().to_owned()
}
