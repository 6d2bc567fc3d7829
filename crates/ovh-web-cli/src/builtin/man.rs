//! `man`: pages of the manual, one for each command.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Arg, ArgMatches};
use clap_mangen::Man;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::generated::API_DATE;
use crate::global::Globals;
use crate::session::Session;
use crate::tree;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(Arg::new("folder").value_name("FOLDER").help(
            "Where to write a page for each command; without it, the tool's own page is printed",
        ))
        .after_help("Example:\n  ovh-web man ~/.local/share/man/man1")
}

pub(super) async fn run(session: &Session, _: &Globals, matches: &ArgMatches) -> Outcome<Exit> {
    match matches.get_one::<String>("folder") {
        Some(folder) => {
            let count = write_all(Path::new(folder))
                .map_err(|error| Failure::io(format_args!("the pages in {folder}"), &error))?;
            session.console.note(&format!("{count} pages in {folder}"));
        }
        None => {
            let page = page(tree::branch(&[]).0, "ovh-web");
            let page = page.map_err(|error| Failure::io("the page", &error))?;
            session.console.output(&page)?;
        }
    }
    Ok(Exit::Done)
}

/// Writes the pages of all commands into a folder, which is created.
fn write_all(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    let mut count = 0;
    for (words, command) in tree::pages() {
        let name = words.join("-");
        fs::write(folder.join(format!("{name}.1")), page(command, &name)?)?;
        count += 1;
    }
    Ok(count)
}

/// The page of a command in the language of `man`.
fn page(command: clap::Command, name: &str) -> io::Result<String> {
    // The writer leaves out the help of what the short help hides.
    let mut command = command
        .display_name(name.to_owned())
        .mut_args(|argument| argument.hide_short_help(false));
    if name != "ovh-web" {
        let own = command.get_after_help().map(ToString::to_string);
        let own = own.unwrap_or_default();
        command = command.after_help(format!("{own}\n\nFlags of every command: ovh-web(1)."));
    }
    let man = Man::new(command)
        .title(name.to_uppercase())
        .source(format!("ovh-web {}", env!("CARGO_PKG_VERSION")))
        .date(API_DATE)
        .manual("ovh-web");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = String::from_utf8(page).map_err(io::Error::other)?;
    Ok(page.replace(".SH EXTRA\n", ".SH NOTES\n"))
}
