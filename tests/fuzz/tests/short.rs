//! Each target on its corpus and on changes of it, the same in every run.

use std::panic::catch_unwind;

use fastrand::Rng;

#[test]
fn targets_hold_their_guarantees() {
    let generator: fn(&[u8]) = ovh_web_fuzz::generator;
    for (name, target, runs) in [
        ("generator", generator, 40),
        ("models", ovh_web_fuzz::models, 4000),
        ("responses", ovh_web_fuzz::responses, 2000),
        ("settings", ovh_web_fuzz::settings, 2000),
        ("sandbox", ovh_web_fuzz::sandbox, 500),
    ] {
        let folder = format!("{}/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(&folder).expect("a corpus");
        let files = files.map(|file| std::fs::read(file.expect("an entry").path()));
        let mut corpus: Vec<Vec<u8>> = files.map(|data| data.expect("a file")).collect();
        corpus.sort();
        let changed = (0..runs).map(|run| changed(&corpus, &mut Rng::with_seed(run)));
        for data in corpus.iter().cloned().chain(changed) {
            if catch_unwind(|| target(&data)).is_err() {
                panic!("{name} panics with the input {data:?}");
            }
        }
    }
}

/// An input with a few pieces replaced: by random bytes, by nothing, or by a piece of another input.
fn changed(corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut data = corpus[rng.usize(..corpus.len())].clone();
    for _ in 0..rng.usize(1..6) {
        let other = &corpus[rng.usize(..corpus.len())];
        let piece = other.iter().skip(rng.usize(..=other.len()));
        let mut piece: Vec<u8> = piece.take(rng.usize(..64)).copied().collect();
        if rng.bool() {
            rng.fill(&mut piece);
        }
        let begin = rng.usize(..=data.len());
        let end = (begin + rng.usize(..64)).min(data.len());
        data.splice(begin..end, piece);
    }
    data
}
