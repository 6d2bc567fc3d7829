//! Completion in shells, with live values from the account.
//!
//! The script of a shell calls the tool with the variable `COMPLETE` and the command line after
//! `--`. A failure gives no candidates and no message.

mod cache;
mod live;
mod sources;

use std::ffi::OsString;
use std::path::Path;

use clap_complete::env::{Bash, EnvCompleter, Fish, Powershell, Shells, Zsh};

use crate::exit::Exit;
use crate::session::Session;
use crate::tree;

use sources::Values;

/// The variable that holds the shell's name while a line is completed.
const VARIABLE: &str = "COMPLETE";
/// The variable that holds the place of the word at the cursor; without it, it is the last word.
const INDEX: &str = "_CLAP_COMPLETE_INDEX";

/// The shells with completion.
const SHELLS: Shells<'static> = Shells(&[&Bash, &Zsh, &Fish, &Powershell]);

/// The names of the shells.
pub(crate) fn shells() -> impl Iterator<Item = &'static str> {
    SHELLS.names()
}

/// Completes the line, if a shell asks for it.
pub(crate) async fn answer(session: &Session) -> Option<Exit> {
    let named = Path::new(session.variable(VARIABLE)?)
        .file_stem()?
        .to_str()?;
    let shell = SHELLS.completer(named)?;
    match session.arguments.split_first() {
        Some((first, words)) if first == "--" && !words.is_empty() => {
            let words = match shell.name() {
                "bash" => &without_signs(words),
                _ => words,
            };
            let text = complete(session, shell, words).await.unwrap_or_default();
            // The shell may have ended.
            let _ = session.console.print(&text);
            Some(Exit::Done)
        }
        // The variable is set for another reason.
        _ => None,
    }
}

/// The arguments of a line. Bash splits `--flag=value` into three, which are joined again.
///
/// The place of the cursor stays: a switch that changes nothing is put first for each sign.
fn without_signs(words: &[String]) -> Vec<String> {
    let is_sign = |at: usize| words[at] == "=" && at > 1 && words[at - 1].starts_with("--");
    let (signs, others): (Vec<usize>, Vec<usize>) = (0..words.len()).partition(|at| is_sign(*at));
    let mut result: Vec<String> = others.into_iter().map(|at| words[at].clone()).collect();
    for _ in signs {
        result.insert(1, "--wait".to_owned());
    }
    result
}

/// The script that registers the completion.
pub(crate) fn script(shell: &str) -> Option<String> {
    let mut script = Vec::new();
    // The name without a folder: the script finds the tool where it is when it completes.
    let name = "ovh-web";
    let written =
        SHELLS
            .completer(shell)?
            .write_registration(VARIABLE, name, name, name, &mut script);
    written.ok()?;
    String::from_utf8(script).ok()
}

/// The candidates, in the format of the shell.
async fn complete(session: &Session, shell: &dyn EnvCompleter, words: &[String]) -> Option<String> {
    let last = words.len() - 1;
    let index = session.variable(INDEX).and_then(|text| text.parse().ok());
    let index: usize = index.unwrap_or(last).min(words.len());
    let (command, row) = tree::branch(words.get(1..index).unwrap_or_default());
    let values = Values::default();
    let begins_flag = words.get(index).is_some_and(|word| word.starts_with('-'));
    let name = match command.get_subcommands().collect::<Vec<_>>()[..] {
        [only] => only.get_name().to_owned(),
        _ => String::new(),
    };
    let mut command = sources::attach(command, &name, row, &values, begins_flag);
    let folder = std::env::current_dir().ok();
    let mut write = || {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        let mut text = Vec::new();
        let written = shell.write_complete(&mut command, words, folder.as_deref(), &mut text);
        written.ok()?;
        String::from_utf8(text).ok()
    };
    // The first pass finds out which values to look up.
    let text = write()?;
    let wanted = values.wanted();
    if wanted.is_empty() {
        return Some(text);
    }
    let (other, row) = tree::branch(words.get(1..index).unwrap_or_default());
    live::find(session, other, row, words, index, &values, wanted).await?;
    write()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_bash_are_left_out() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, expected) in [
            ("ovh-web a --b = c", "ovh-web --wait a --b c"),
            ("ovh-web a = c", "ovh-web a = c"),
            ("ovh-web", "ovh-web"),
            ("= =", "= ="),
        ] {
            assert_eq!(without_signs(&words(line)), words(expected), "{line}");
        }
    }
}
