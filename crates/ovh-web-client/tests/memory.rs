//! Decoding takes no more memory than handwritten structs, both retained and at its peak. A single
//! test, since the allocator counts the whole process.

#![allow(
    clippy::print_stdout,
    reason = "the numbers themselves, for who asks with --nocapture"
)]

#[path = "support/pages.rs"]
mod pages;

use pages::now;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Allowed overhead: the call's future, and the parsed values of one item.
const SLACK: usize = 8 * 1024;

/// Returns the retained and the peak bytes of running `make`.
fn measured<T>(make: impl FnOnce() -> T) -> (usize, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let value = make();
    let kept = MEMORY.current_usage() - before;
    let peak = MEMORY.peak_usage() - before;
    drop(value);
    (kept, peak)
}

/// The client may take the memory of handwritten structs, plus a tenth and the overhead.
fn compare(title: &str, ours: (usize, usize), by_hand: (usize, usize)) {
    println!("{title}: ours {ours:?}, by hand {by_hand:?}");
    for (what, ours, by_hand) in [("kept", ours.0, by_hand.0), ("peak", ours.1, by_hand.1)] {
        assert!(
            ours <= by_hand + by_hand / 10 + SLACK,
            "{title}, {what}: {ours} bytes against {by_hand}"
        );
    }
}

#[test]
fn decodes_in_memory_of_handwritten_structs() {
    let client = pages::answering(&pages::databases(1000));
    compare(
        "databases",
        measured(|| now(client.databases().page("x", &Default::default()))),
        measured(|| {
            let reply = now(client.databases().list("x", &Default::default()).response());
            serde_json::from_slice::<Vec<pages::Database>>(reply.body()).expect("a page")
        }),
    );
    let client = pages::answering(&pages::tasks(1000));
    compare(
        "tasks",
        measured(|| now(client.tasks().page("x", &Default::default()))),
        measured(|| {
            let reply = now(client.tasks().list("x", &Default::default()).response());
            serde_json::from_slice::<Vec<pages::Task>>(reply.body()).expect("a page")
        }),
    );
    let client = pages::answering(&pages::hosting());
    compare(
        "hosting",
        measured(|| now(client.hosting().get("x"))),
        measured(|| {
            let reply = now(client.hosting().get("x").response());
            serde_json::from_slice::<pages::Hosting>(reply.body()).expect("a hosting")
        }),
    );
}
