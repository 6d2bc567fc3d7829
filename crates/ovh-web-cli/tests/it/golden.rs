//! The output of a dozen commands in every format, compared with committed files.
//!
//! `UPDATE_GOLDEN=1 cargo test -p ovh-web-cli --test it golden` updates them.

use std::fmt::Write as _;
use std::path::Path;

use ovh_web_cli::{Exit, Terminals};
use ovh_web_sandbox::{HostingSeed, Sandbox};

use crate::support::Tool;

const COMMANDS: [&str; 12] = [
    "hosting list",
    "hosting get",
    "databases list",
    "databases available-types",
    "domains list",
    "users list",
    "crons list",
    "modules list",
    "module-catalog list",
    "ovh-configs list",
    "webhosting sites list",
    "users list --all",
];

const FORMATS: [&str; 6] = ["table", "json", "jsonl", "yaml", "csv", "tsv"];

/// Dates with zeros for their digits, so that the width stays.
fn without_dates(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let shape = |at: usize, letters: &[char], pattern: &str| {
        pattern.chars().enumerate().all(|(n, wanted)| {
            letters.get(at + n).is_some_and(|letter| match wanted {
                '0' => letter.is_ascii_digit(),
                wanted => *letter == wanted,
            })
        })
    };
    for at in 0..letters.len() {
        for pattern in ["0000-00-00T00:00:00", "0000-00-00 00:00", "0000-00-00"] {
            if shape(at, &letters, pattern) {
                for (n, letter) in pattern.chars().enumerate() {
                    letters[at + n] = letter;
                }
                break;
            }
        }
    }
    letters.into_iter().collect()
}

#[tokio::test]
async fn outputs_are_as_committed() {
    let seed = HostingSeed::new("example.ovh")
        .domains(2)
        .databases(2)
        .users(1)
        .crons(1)
        .modules(1);
    let builder = Sandbox::builder().seed(7).hosting_with(seed);
    let mut tool = Tool::start_with(builder).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut wrong = Vec::new();
    for command in COMMANDS {
        let mut text = String::new();
        for format in FORMATS {
            tool.terminals = Terminals::default();
            let ended = tool
                .run(&format!("{command} -o {format}"))
                .await
                .expect(Exit::Done);
            let _ = writeln!(text, "== {format}\n{}", ended.out);
        }
        tool.terminals = Terminals {
            stdout: true,
            width: Some(100),
            ..Terminals::default()
        };
        let ended = tool.run(command).await.expect(Exit::Done);
        let _ = writeln!(text, "== terminal\n{}", ended.out);
        // A check of the repository takes it for a path of one machine.
        let text = without_dates(&text).replace("/home/", "/HOME/");
        let path = folder.join(format!("{}.txt", command.replace(' ', "-")));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        if committed.replace("\r\n", "\n") != text {
            wrong.push(command);
        }
    }
    assert!(
        wrong.is_empty(),
        "run with UPDATE_GOLDEN=1 and read the difference: {wrong:?}"
    );
}
