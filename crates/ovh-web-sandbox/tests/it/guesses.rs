//! Every guess of the code is told to its users: `docs/guesses.md` lists the comments that begin
//! with `Guess:`, each as it stands in the code.
//!
//! `WRITE_GUESSES=1 cargo test -p ovh-web-sandbox --test it guesses` writes the list.

use std::fs;
use std::path::{Path, PathBuf};

const INTRODUCTION: &str = "\
# What is guessed

Nobody outside OVHcloud has written these things down, so the sandbox does what seems likely. Each
line is a comment of the code, under the name of its file; do not build on what they say. If you
know better, that is the most useful issue you can open.

What a program most likely meets comes first. Where the wording of a refusal is not known, it is
ours; those places are not listed.
";

/// The files whose guesses a program most likely meets, the likeliest first: every call, the calls of
/// the guide, lists, then everything else.
const LIKELIEST: [&str; 22] = [
    "auth/signature",
    "auth/credential",
    "auth",
    "auth/oauth2",
    "reply",
    "state/tasks",
    "handlers/names",
    "offers",
    "handlers/domains",
    "state/domains",
    "handlers/certificate",
    "state/certificate",
    "handlers/databases",
    "state/databases",
    "state/dumps",
    "handlers/users",
    "handlers/modules",
    "state/hosting",
    "handlers/crons",
    "handlers/env_vars",
    "paging",
    "document/validate",
];

/// `true` if only the wording is guessed.
fn is_wording(guess: &str) -> bool {
    guess.starts_with("the words") || guess.starts_with("with which words")
}

/// The guesses of one file: each is the rest of the comment that it begins.
fn guesses(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in source.lines() {
        let comment = line.trim_start().strip_prefix("//");
        let words = comment.map(|rest| rest.trim_start_matches(['/', '!']).trim());
        open = match (open, words) {
            (Some(guess), Some(words)) if !words.is_empty() => Some(format!("{guess} {words}")),
            (guess, words) => {
                found.extend(guess);
                words.and_then(|words| {
                    let (before, guess) = words.split_once("Guess: ")?;
                    before.is_empty().then(|| guess.to_owned())
                })
            }
        };
    }
    found.extend(open);
    found
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_guess_is_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    files.sort();
    let (mut count, mut mentions) = (0, 0);
    let mut chapters = Vec::new();
    for file in files {
        let source = fs::read_to_string(&file).expect("a source");
        mentions += source.matches("Guess: ").count();
        let guesses = guesses(&source);
        if guesses.is_empty() {
            continue;
        }
        let name = file.strip_prefix(root.join("src")).expect("below it");
        let name = name.with_extension("").display().to_string();
        let name = name.replace('\\', "/");
        let name = name.trim_end_matches("/mod").to_owned();
        count += guesses.len();
        let listed: Vec<_> = guesses
            .into_iter()
            .filter(|guess| !is_wording(guess))
            .collect();
        if !listed.is_empty() {
            let place = LIKELIEST.iter().position(|likely| *likely == name);
            chapters.push((place.unwrap_or(LIKELIEST.len()), name, listed));
        }
    }
    chapters.sort();
    let mut text = INTRODUCTION.to_owned();
    for (_, name, guesses) in chapters {
        text.push_str(&format!("\n## {name}\n\n- {}\n", guesses.join("\n- ")));
    }
    assert!(count > 50, "only {count} guesses were found");
    assert_eq!(count, mentions, "a guess does not begin its comment");
    let path = root.join("docs/guesses.md");
    if std::env::var_os("WRITE_GUESSES").is_some() {
        fs::write(&path, &text).expect("the list");
    }
    let told = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        told == text,
        "docs/guesses.md is not what the code says; WRITE_GUESSES=1 writes it anew"
    );
}
