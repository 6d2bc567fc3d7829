//! `schema`: the JSON schema of an operation's body and response.

use clap::{Arg, ArgMatches};

use crate::body::nearest;
use crate::documents;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::output::Printer;
use crate::session::Session;
use crate::table;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("operation")
                .value_name("OPERATION")
                .required(true)
                .num_args(1..)
                .help(
                    "An operation such as databases::create, or a command such as databases create",
                ),
        )
        .after_help("Example:\n  ovh-web schema databases::create")
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let words: Vec<&str> = matches
        .get_many::<String>("operation")
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let wanted = words.join(" ");
    let operation = ovh_web::operations::by_id(&wanted)
        .or_else(|| table::by_path(&wanted).map(|row| row.row()));
    let Some(operation) = operation else {
        let failure = Failure::usage("no operation has this name");
        let ids = ovh_web::operations::all().map(|row| row.id());
        let names = ids.chain(table::all().map(|row| row.path));
        return Err(match nearest(&wanted, names) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure,
        });
    };
    let schema = documents::schema(operation)
        .ok_or_else(|| Failure::new(Exit::Failed, "the documents do not describe it"))?;
    // Nested schemas are not a table.
    let mut globals = globals.clone();
    globals.output = globals.output.or(Some(Format::Json));
    let printer = Printer::new(session, &globals, [""; 0])?;
    printer.add(schema)?;
    printer.finish()?;
    Ok(Exit::Done)
}
