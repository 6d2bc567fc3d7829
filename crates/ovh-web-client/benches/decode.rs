//! Decoding speed, compared with handwritten structs in the same pipeline.
//!
//! `cargo bench -p ovh-web-client` prints a line for each kind of reply. Both sides are measured
//! in turn in short rounds, and the best round of each counts, so that a busy machine meets both.
//! With `--json ROUNDS` all rounds are printed, in one line, for `cargo xtask prove`.
//! The aims: at most 1.10 of what is written by hand, 1.30 where a page has one bad item (which
//! costs the structs by hand the whole page).

#![allow(
    missing_docs,
    clippy::print_stdout,
    reason = "a program that prints what it measured"
)]

#[path = "../tests/support/pages.rs"]
mod pages;

use ovh_web_client::Client;
use pages::now;
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 60;

/// The maximum ratio to handwritten structs.
const LIMIT: f64 = 1.10;
/// The same for a page with a bad item.
const LIMIT_BAD: f64 = 1.30;

fn main() {
    let mut args = std::env::args().skip_while(|arg| arg != "--json");
    let as_json = args.next().is_some();
    let rounds = args
        .next()
        .and_then(|arg| arg.parse().ok())
        .unwrap_or(ROUNDS);
    let measured = measured(rounds);
    if as_json {
        println!("{}", Value::from_iter(measured.iter().map(Kind::json)));
        return;
    }
    println!(
        "{:<34}{:>10}{:>10}{:>8}",
        "", "ours, us", "by hand", "ratio"
    );
    for kind in measured {
        let best = |rounds: &[f64]| rounds.iter().copied().fold(f64::INFINITY, f64::min);
        let (a, b) = (best(&kind.ours), best(&kind.hand));
        println!("{:<34}{a:>10.0}{b:>10.0}{:>8.2}", kind.title, a / b);
    }
}

/// Microseconds of each round.
struct Kind {
    title: &'static str,
    limit: f64,
    ours: Vec<f64>,
    hand: Vec<f64>,
}

impl Kind {
    fn json(&self) -> Value {
        json!({"title": self.title, "limit": self.limit, "ours": self.ours, "hand": self.hand})
    }
}

fn measured(rounds: usize) -> Vec<Kind> {
    let databases = pages::databases(1000);
    let tasks = pages::tasks(1000);
    let hosting = pages::hosting();
    let by_hand = |client: &Client| {
        let reply = now(client.databases().list("x", &Default::default()).reply());
        let items: Vec<pages::Database> = serde_json::from_slice(reply.body()).expect("a page");
        black_box(items);
    };
    let ours = |client: &Client| {
        black_box(now(client.databases().page("x", &Default::default())));
    };
    let mut kinds = vec![compare(
        "page of 1,000 databases",
        LIMIT,
        rounds,
        [&databases, &databases],
        ours,
        by_hand,
    )];
    let bad = pages::with_a_bad_item(&databases, "dumps");
    kinds.push(compare(
        "databases, one of them bad",
        LIMIT_BAD,
        rounds,
        [&bad, &databases],
        ours,
        by_hand,
    ));

    let by_hand = |client: &Client| {
        let reply = now(client.tasks().list("x", &Default::default()).reply());
        let items: Vec<pages::Task> = serde_json::from_slice(reply.body()).expect("a page");
        black_box(items);
    };
    let ours = |client: &Client| {
        black_box(now(client.tasks().page("x", &Default::default())));
    };
    kinds.push(compare(
        "page of 1,000 tasks",
        LIMIT,
        rounds,
        [&tasks, &tasks],
        ours,
        by_hand,
    ));
    let bad = pages::with_a_bad_item(&tasks, "id");
    kinds.push(compare(
        "tasks, one of them bad",
        LIMIT_BAD,
        rounds,
        [&bad, &tasks],
        ours,
        by_hand,
    ));

    kinds.push(compare(
        "one hosting, 100 times",
        LIMIT,
        rounds,
        [&hosting, &hosting],
        |client| {
            for _ in 0..100 {
                black_box(now(client.hosting().get("x")));
            }
        },
        |client| {
            for _ in 0..100 {
                let reply = now(client.hosting().get("x").reply());
                let hosting: pages::Hosting =
                    serde_json::from_slice(reply.body()).expect("a hosting");
                black_box(hosting);
            }
        },
    ));
    kinds
}

/// Measures both in turn, each with its own reply.
fn compare(
    title: &'static str,
    limit: f64,
    rounds: usize,
    replies: [&str; 2],
    ours: impl Fn(&Client),
    by_hand: impl Fn(&Client),
) -> Kind {
    let clients = replies.map(pages::answering);
    let timed = |work: &dyn Fn(&Client), client: &Client| {
        let start = Instant::now();
        work(client);
        start.elapsed().as_secs_f64() * 1e6
    };
    let mut kind = Kind {
        title,
        limit,
        ours: Vec::new(),
        hand: Vec::new(),
    };
    for _ in 0..rounds {
        kind.ours.push(timed(&ours, &clients[0]));
        kind.hand.push(timed(&by_hand, &clients[1]));
    }
    kind
}
