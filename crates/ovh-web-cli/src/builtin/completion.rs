//! `completion SHELL`: the script that registers the completion in a shell.

use clap::{Arg, ArgMatches};

use crate::completion;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    let shells: Vec<&str> = completion::shells().collect();
    command
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(shells)
                .help("The shell"),
        )
        .after_help(
            "Example, for the startup file of each shell:\n  \
             bash        source <(ovh-web completion bash)\n  \
             zsh         source <(ovh-web completion zsh)\n  \
             fish        ovh-web completion fish | source\n  \
             PowerShell  ovh-web completion powershell | Out-String | Invoke-Expression\n\n\
             Names of hostings, databases and the like are read from the account, and kept for a minute \
             in ~/.cache/ovh-web ($XDG_CACHE_HOME).",
        )
}

pub(super) async fn run(session: &Session, _: &Globals, matches: &ArgMatches) -> Outcome<Exit> {
    let shell = matches.get_one::<String>("shell").map(String::as_str);
    let script = shell.and_then(completion::script);
    let script = script.ok_or_else(|| Failure::usage("no completion for this shell"))?;
    session.console.output(&script)?;
    Ok(Exit::Done)
}
