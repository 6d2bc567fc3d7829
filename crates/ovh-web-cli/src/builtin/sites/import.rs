//! `sites import`: writes a file of sites from what is in the account. Only reads.

use std::io;
use std::path::Path;

use clap::{Arg, ArgAction, ArgMatches};

use super::{files, one};
use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::unless_interrupted;
use crate::select;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .about("Writes a file of sites from what is in the account")
        .arg(
            Arg::new("out")
                .long("out")
                .value_name("FILE")
                .help("A new file; without it, standard output"),
        )
        .arg(
            Arg::new("force")
                .long("force")
                .action(ArgAction::SetTrue)
                .requires("out")
                .help("Replace an existing file"),
        )
        .after_help(
            "Examples:\n  ovh-web sites import --out sites.toml\n  \
             ovh-web sites import -H example.ovh\n\n\
             Without -H, --all, --from or --where, all hostings are imported. The plan of the file \
             has no changes. What is not imported is named on standard error and in comments; \
             passwords become references to fill in.",
        )
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let (out, force) = (one(matches, "out"), matches.get_flag("force"));
    if let Some(out) = out
        && !force
        && Path::new(out).symlink_metadata().is_ok()
    {
        return Err(exists(out));
    }
    let mut globals = globals.clone();
    // A file without some of the hostings would look complete.
    globals.keep_going = false;
    if !globals.is_fleet() && globals.hosting.is_empty() {
        globals.all = true;
    }
    let account = Account::connect(session, &globals).await?;
    let work = async {
        let targets = select::targets(session, &globals, &account).await?;
        let imported = ovh_web::sites::import(&account.client, &targets.names).await?;
        Ok::<_, Failure>((targets.names.len(), imported))
    };
    let (hostings, imported) = unless_interrupted(session, work).await??;
    match out {
        None => session.console.output(&imported.text)?,
        Some(out) => {
            let path = Path::new(out);
            let written = match force {
                true => files::replace(path, imported.text.as_bytes()),
                false => files::write_new(path, imported.text.as_bytes()),
            };
            written.map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => exists(out),
                _ => Failure::io(format_args!("--out {out}"), &error),
            })?;
        }
    }
    for note in &imported.notes {
        session.console.note(&format!("not imported: {note}"));
    }
    let what = match hostings {
        1 => "1 hosting".to_owned(),
        count => format!("{count} hostings"),
    };
    session.console.note(&match out {
        Some(out) => format!("{what} in {out}; `ovh-web sites plan {out}` compares it"),
        None => what,
    });
    account.print_timing(session, &globals);
    Ok(Exit::Done)
}

fn exists(out: &str) -> Failure {
    Failure::usage(format!("--out {out}: the file exists"))
        .hint("name a new file, or add --force to replace it")
}
