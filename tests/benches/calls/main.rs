//! What a call costs: ours beside the same HTTP engine with everything done by hand, the pieces of
//! which ours consists, and single runs for comparisons with programs in other languages.
//!
//! ```text
//! calls serve [--tls true]                 the server; ends with its standard input
//! calls pair --url U --calls N --rounds R  ours and by hand, in turn, in this process
//! calls one --url U --calls N [--who W]    one client alone: ours, hand or hand-timeout
//! calls pieces --calls N --rounds R        the pieces of a call, without a network
//! ```

#![allow(missing_docs, reason = "a program")]

#[path = "../support/mod.rs"]
mod support;

mod pieces;

use std::time::Duration;

use ovh_web::Client;
use ovh_web_tests::SERVICE;
use serde_json::{Value, json};
use support::clients::{self, Bare};
use support::usage::{Cost, Meter};
use support::{command, option, runtime, tell};

/// What both give up after, where the one by hand gives up at all.
const TIMEOUT: Duration = Duration::from_secs(180);

fn main() {
    let runtime = runtime();
    match command().as_deref() {
        Some("serve") => runtime.block_on(support::server::serve(option("tls", false))),
        Some("pair") => runtime.block_on(pair()),
        Some("one") => runtime.block_on(one()),
        Some("pieces") => runtime.block_on(pieces::run()),
        // As `cargo bench` calls it: everything there is, with a server of its own, in short.
        _ => runtime.block_on(pieces::run()),
    }
}

/// The clients of a run.
struct Rivals {
    ours: Client,
    hand: Bare,
    hand_timeout: Bare,
}

const NAMES: [&str; 3] = ["ours", "hand", "hand-timeout"];

impl Rivals {
    async fn connect() -> Self {
        let url: String = option("url", String::new());
        let authority = match option("authority", String::new()) {
            path if path.is_empty() => None,
            path => Some(std::fs::read_to_string(path).expect("the authority")),
        };
        let authority = authority.as_deref();
        Self {
            ours: clients::typed(&url, authority),
            hand: Bare::new(&url, authority, None).await,
            hand_timeout: Bare::new(&url, authority, Some(TIMEOUT)).await,
        }
    }

    async fn run(&self, who: &str, calls: u32) -> Cost {
        let meter = Meter::start();
        for _ in 0..calls {
            let hosting = match who {
                "ours" => clients::call(&self.ours).await,
                "hand" => self.hand.get(SERVICE).await,
                "hand-timeout" => self.hand_timeout.get(SERVICE).await,
                other => panic!("there is no client {other}"),
            };
            std::hint::black_box(hosting);
        }
        meter.stop()
    }
}

async fn pair() {
    let rivals = Rivals::connect().await;
    let (calls, rounds) = (option("calls", 1000), option("rounds", 20_usize));
    for who in NAMES {
        rivals.run(who, calls.min(500)).await;
    }
    let mut found: Vec<(Vec<f64>, Vec<f64>)> = vec![Default::default(); NAMES.len()];
    for round in 0..rounds {
        // Another one begins each time, so that no place in the row is a better one.
        for step in 0..NAMES.len() {
            let place = (round + step) % NAMES.len();
            let cost = rivals.run(NAMES[place], calls).await;
            let each = f64::from(calls) * 1e-6;
            found[place].0.push(cost.wall / each);
            found[place].1.push(cost.cpu / each);
        }
    }
    let mut value = json!({ "calls": calls });
    for (who, (wall, cpu)) in NAMES.into_iter().zip(found) {
        value[who] = json!({ "wall": wall, "cpu": cpu });
    }
    tell(&value);
}

async fn one() {
    let rivals = Rivals::connect().await;
    let (calls, who) = (option("calls", 1000), option("who", "ours".to_owned()));
    rivals.run(&who, option("warmup", 200)).await;
    tell(&in_microseconds(rivals.run(&who, calls).await, calls));
}

fn in_microseconds(cost: Cost, calls: u32) -> Value {
    let each = f64::from(calls) * 1e-6;
    json!({ "calls": calls, "wall": cost.wall / each, "cpu": cost.cpu / each })
}
