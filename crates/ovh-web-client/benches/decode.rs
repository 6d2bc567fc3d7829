//! How fast replies are decoded, beside structs that are written by hand, over the same road.
//!
//! `cargo bench -p ovh-web-client` prints a line for each kind of reply. Both sides are measured
//! in turn in short rounds, and the best round of each counts, so that a busy machine meets both.
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
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 60;

fn main() {
    let databases = pages::databases(1000);
    let tasks = pages::tasks(1000);
    let hosting = pages::hosting();
    println!(
        "{:<34}{:>10}{:>10}{:>8}",
        "", "ours, us", "by hand", "ratio"
    );
    let by_hand = |client: &Client| {
        let reply = now(client.databases().list("x", &Default::default()).reply());
        let items: Vec<pages::Database> = serde_json::from_slice(reply.body()).expect("a page");
        black_box(items);
    };
    let ours = |client: &Client| {
        black_box(now(client.databases().page("x", &Default::default())));
    };
    compare(
        "page of 1,000 databases",
        &databases,
        &databases,
        ours,
        by_hand,
    );
    let bad = pages::with_a_bad_item(&databases, "dumps");
    compare("the same, one of them bad", &bad, &databases, ours, by_hand);

    let by_hand = |client: &Client| {
        let reply = now(client.tasks().list("x", &Default::default()).reply());
        let items: Vec<pages::Task> = serde_json::from_slice(reply.body()).expect("a page");
        black_box(items);
    };
    let ours = |client: &Client| {
        black_box(now(client.tasks().page("x", &Default::default())));
    };
    compare("page of 1,000 tasks", &tasks, &tasks, ours, by_hand);
    let bad = pages::with_a_bad_item(&tasks, "id");
    compare("the same, one of them bad", &bad, &tasks, ours, by_hand);

    compare(
        "one hosting, 100 times",
        &hosting,
        &hosting,
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
    );
}

/// Measures both in turn and prints the best round of each.
fn compare(
    title: &str,
    our_text: &str,
    text: &str,
    ours: impl Fn(&Client),
    by_hand: impl Fn(&Client),
) {
    let clients = [pages::answering(our_text), pages::answering(text)];
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        let start = Instant::now();
        ours(&clients[0]);
        best[0] = best[0].min(start.elapsed());
        let start = Instant::now();
        by_hand(&clients[1]);
        best[1] = best[1].min(start.elapsed());
    }
    let [a, b] = best.map(|time| time.as_secs_f64() * 1e6);
    println!("{title:<34}{a:>10.0}{b:>10.0}{:>8.2}", a / b);
}
