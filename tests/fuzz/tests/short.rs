//! Each target on its corpus and on changes of it, the same in every run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;

fn short(target: fn(&[u8]), name: &str, runs: u64) {
    let folder = format!("{}/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(&folder).expect("a corpus");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = paths.collect();
    paths.sort();
    let corpus = paths
        .iter()
        .map(|path| std::fs::read(path).expect("a file"));
    let corpus: Vec<_> = corpus.collect();
    for run in 0..runs {
        let mut rng = Rng::with_seed(run);
        let data = match corpus.get(usize::try_from(run).expect("few runs")) {
            Some(data) => data.clone(),
            None => changed(&corpus, &mut rng),
        };
        if catch_unwind(AssertUnwindSafe(|| target(&data))).is_err() {
            panic!("{name}: run {run} panics with the input {data:?}");
        }
    }
}

/// An input with a few pieces replaced: by random bytes, by nothing, or by a piece of another input.
fn changed(corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let pick = |rng: &mut Rng| corpus[rng.usize(..corpus.len())].clone();
    let mut data = pick(rng);
    for _ in 0..rng.usize(1..6) {
        let mut piece = pick(rng);
        let begin = rng.usize(..=piece.len());
        piece.drain(..begin);
        piece.truncate(rng.usize(..64));
        if rng.bool() {
            rng.fill(&mut piece);
        }
        let begin = rng.usize(..=data.len());
        let end = (begin + rng.usize(..64)).min(data.len());
        data.splice(begin..end, piece);
    }
    data
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
    short(ovh_web_fuzz::sandbox, "sandbox", 500);
}
