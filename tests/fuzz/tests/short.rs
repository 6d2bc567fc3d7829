//! Each target on its corpus, on changes of it and on random bytes, the same in every run.

use std::panic::{AssertUnwindSafe, catch_unwind};

fn short(target: fn(&[u8]), name: &str, runs: u64) {
    let folder = format!("{}/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let corpus: Vec<_> = paths
        .iter()
        .map(|path| std::fs::read(path).expect("a file"))
        .collect();
    for run in 0..runs {
        let mut random = fastrand::Rng::with_seed(run);
        let first = usize::try_from(run).expect("small");
        let mut data = corpus
            .get(first)
            .cloned()
            .unwrap_or_else(|| random.choice(&corpus).expect("a file").clone());
        if first >= corpus.len() {
            data.resize(random.usize(0..1024), 0);
            let begin = random.usize(0..=data.len());
            random.fill(&mut data[begin..]);
        }
        if catch_unwind(AssertUnwindSafe(|| target(&data))).is_err() {
            panic!("{name}: run {run} panics with the input {data:?}");
        }
    }
}

#[test]
fn generator() {
    short(ovh_web_fuzz::generator, "generator", 40);
}

#[test]
fn models() {
    short(ovh_web_fuzz::models, "models", 2000);
}

#[test]
fn responses() {
    short(ovh_web_fuzz::responses, "responses", 2000);
}

#[test]
fn settings() {
    short(ovh_web_fuzz::settings, "settings", 2000);
}

#[test]
fn sandbox() {
    short(ovh_web_fuzz::sandbox, "sandbox", 300);
}
