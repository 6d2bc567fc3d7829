//! A short soak: the same for the same seed. `cargo run --release -p ovh-web-benches --bin soak --
//! 1800` runs a long one.

use ovh_web_tests::soak::{Soak, Sum};

async fn run(seed: u64, steps: u32) -> Sum {
    let mut soak = Soak::start(seed).await;
    for _ in 0..steps {
        soak.step().await;
    }
    soak.finish().await
}

#[tokio::test]
async fn a_run_is_replayed_by_its_seed() {
    let first = run(1, 40).await;
    assert_eq!(first, run(1, 40).await);
    assert_ne!(first.digest, run(2, 40).await.digest);
}

/// Long enough that everything that can happen does: run by `.ci/run`.
#[tokio::test]
#[ignore = "takes a while: cargo test -p ovh-web-tests --test it soak -- --ignored"]
async fn state_matches_model_without_double_writes() {
    for seed in [10, 11] {
        let sum = run(seed, 2_500).await;
        for (what, count) in [
            ("writes that were surely not done", sum.refused),
            ("unsure writes that were not done", sum.unsure_undone),
            ("unsure writes that were done", sum.unsure_done),
            ("tasks that failed", sum.failed_as_ordered),
            ("waits that were taken up again", sum.resumed_waits),
            ("looks", sum.looks),
        ] {
            assert!(count > 0, "seed {seed}: no {what}: {sum:?}");
        }
    }
}
