//! Files of sites under faults, for many seeds. `cargo test -p ovh-web-tests --test it sites_seeds --
//! --ignored` runs 1,000.

use ovh_web_tests::soak::{SitesSum, converge};

/// Each seed on its own. Returns the sums.
async fn seeds(seeds: std::ops::Range<u64>) -> SitesSum {
    let mut all = SitesSum::default();
    for seed in seeds {
        let sum = converge(seed).await;
        all.rounds += sum.rounds;
        all.killed += sum.killed;
        all.failed += sum.failed;
        all.left += sum.left;
    }
    all
}

#[tokio::test]
async fn faults_and_kills_end_in_the_desired_state() {
    let sum = seeds(0..50).await;
    assert!(sum.killed > 0 && sum.left > 0, "{sum:?}");
}

#[tokio::test]
#[ignore = "takes minutes: cargo test -p ovh-web-tests --test it sites_seeds -- --ignored"]
async fn thousand_seeds_end_in_the_desired_state() {
    let sum = seeds(1_000..2_000).await;
    assert!(sum.killed > 0 && sum.failed > 0 && sum.left > 0, "{sum:?}");
}
