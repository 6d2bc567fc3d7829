//! The commands as pages of the manual, each without its subcommands.

use super::{as_it_is, branch, children, first_words, with_arguments, with_builtin, words_of};
use crate::table;

/// The manual pages: the path of each command, and the command without its subcommands.
///
/// The flags of every command are on the tool's page only.
pub(crate) fn pages() -> Vec<(Vec<String>, clap::Command)> {
    let tool = vec!["ovh-web".to_owned()];
    let mut pages = vec![(tool.clone(), branch(&[]).0)];
    for command in first_words() {
        add_pages(&mut pages, &tool, command);
    }
    pages
}

fn add_pages(
    pages: &mut Vec<(Vec<String>, clap::Command)>,
    above: &[String],
    command: clap::Command,
) {
    let mut words = above.to_owned();
    words.push(command.get_name().to_owned());
    let path = words_of(&command);
    let command = command.bin_name(words.join(" ")).defer(as_it_is);
    let inner: Vec<clap::Command> = match table::by_path(&path) {
        _ if path.is_empty() => {
            add_builtin_pages(pages, words, with_builtin(command));
            return;
        }
        Some(row) => {
            pages.push((words, with_arguments(command, row)));
            return;
        }
        None => children(&path).collect(),
    };
    let bare = children(&path).map(|command| command.defer(as_it_is));
    pages.push((words.clone(), command.subcommands(bare)));
    for command in inner {
        add_pages(pages, &words, command);
    }
}

/// The page of a command that is not in the table, and those of the commands below it.
fn add_builtin_pages(
    pages: &mut Vec<(Vec<String>, clap::Command)>,
    words: Vec<String>,
    command: clap::Command,
) {
    for inner in command.get_subcommands() {
        let mut words = words.clone();
        words.push(inner.get_name().to_owned());
        let inner = inner.clone().bin_name(words.join(" "));
        pages.push((words, inner));
    }
    pages.push((words, command));
}
