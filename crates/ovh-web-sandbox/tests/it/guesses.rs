//! `docs/guesses.md` lists all comments that begin with `Guess:`.
//!
//! `WRITE_GUESSES=1 cargo test -p ovh-web-sandbox --test it guesses` writes the list.

use std::fs;
use std::path::{Path, PathBuf};

const INTRODUCTION: &str = "\
# Guesses

This behavior is not documented, so the sandbox does what seems likely. Each line is a comment of the
code, under the name of its file; do not rely on it. If you know better, that is the most useful issue
you can open.

The list begins with the guesses that a program meets most likely. Guesses about the wording of errors
are not listed.
";

/// The files whose guesses a program meets most likely, in this order.
const LIKELIEST: [&str; 22] = [
    "auth/signature",
    "auth/credential",
    "auth",
    "auth/oauth2",
    "response",
    "state/tasks",
    "names",
    "offers",
    "handlers/domains",
    "state/domains",
    "handlers/certificates",
    "state/certificates",
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
    ["the wor", "with which wor"]
        .iter()
        .any(|start| guess.starts_with(start))
}

/// The guesses of one file, up to the end of their comments.
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
fn docs_list_every_guess() {
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
        "docs/guesses.md is not up to date; WRITE_GUESSES=1 updates it"
    );
}
