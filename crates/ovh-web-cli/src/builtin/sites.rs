//! `sites`: a file that says how hostings, sites and DNS records have to be.
//!
//! Mistakes in the file are found before credentials are read and before anything is sent.

mod apply;
mod drift;
mod facts;
mod files;
mod import;
mod markdown;
mod numbers;
mod plan;
mod progress;
mod summary;
mod text;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches};
use ovh_web::sites::{FileError, LocalSecrets, Sites, SitesFile};

use crate::account::Account;
use crate::body::nearest;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::output::Printer;
use crate::session::Session;

const EXAMPLES: &str = "\
Examples:
  ovh-web sites import --out sites.toml
  ovh-web sites plan
  ovh-web sites apply

The file is sites.toml unless another one is named; JSON works too. What it does not name is left alone.
-H limits plan, apply and drift to hostings of the file.";

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .after_help(EXAMPLES)
        .subcommands([
            plan::arguments(clap::Command::new("plan")),
            apply::arguments(clap::Command::new("apply")),
            drift::arguments(clap::Command::new("drift")),
            import::arguments(clap::Command::new("import")),
            clap::Command::new("schema")
                .about("Prints the JSON schema of the file, for editors")
                .after_help("Example:\n  ovh-web sites schema > sites.schema.json"),
        ])
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    match matches.subcommand() {
        Some(("plan", matches)) => plan::run(session, globals, matches).await,
        Some(("apply", matches)) => apply::run(session, globals, matches).await,
        Some(("drift", matches)) => drift::run(session, globals, matches).await,
        Some(("import", matches)) => import::run(session, globals, matches).await,
        Some(("schema", _)) => schema(session, globals),
        _ => Err(Failure::usage("a command is missing")),
    }
}

fn schema(session: &Session, globals: &Globals) -> Outcome<Exit> {
    // Nested schemas are not a table.
    let mut globals = globals.clone();
    globals.output = globals.output.or(Some(Format::Json));
    let printer = Printer::new(session, &globals, [""; 0])?;
    printer.add(SitesFile::schema())?;
    printer.finish()?;
    Ok(Exit::Done)
}

/// The arguments of the commands that read a file.
fn file_arguments() -> [Arg; 3] {
    [
        Arg::new("file")
            .value_name("FILE")
            .default_value("sites.toml")
            .help("The file of sites in TOML or JSON; - is standard input"),
        Arg::new("write-secrets")
            .long("write-secrets")
            .value_name("NAME")
            .action(ArgAction::Append)
            .help(
                "Write the secret of an existing object again, by kind and name, such as \
                 'users example-shop'; may be repeated",
            ),
        Arg::new("allow-files-outside")
            .long("allow-files-outside")
            .action(ArgAction::SetTrue)
            .help("Read secrets from files outside of the folder of the file of sites"),
    ]
}

/// A file of sites that has no mistakes, and where its secrets come from.
struct Loaded {
    name: String,
    file: SitesFile,
    secrets: LocalSecrets,
    write_secrets: Vec<String>,
    /// The hostings of `-H`. Empty for all.
    hostings: Vec<String>,
}

impl Loaded {
    /// Reads the file that the arguments name.
    fn read(session: &Session, globals: &Globals, matches: &ArgMatches) -> Outcome<Self> {
        refuse_selection(globals)?;
        let name = one(matches, "file").unwrap_or("sites.toml");
        let (shown, text) = match name {
            "-" => ("standard input", session.read_all()?),
            name => (name, fs::read_to_string(name)),
        };
        let text = text.map_err(|error| {
            Failure::input(shown, &error)
                .hint("`ovh-web sites import --out sites.toml` writes one from the account")
        })?;
        let variable = |name: &str| session.variable(name).map(str::to_owned);
        let file = SitesFile::parse(shown, &text, variable).map_err(|it| mistakes(shown, &it))?;
        check_hostings(&globals.hosting, shown, &file)?;
        let folder = Path::new(name).parent().filter(|_| name != "-");
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let secrets = LocalSecrets::in_folder(folder.map_or_else(|| ".".into(), PathBuf::from))
            .environment(session.environment.clone())
            .allow_files_outside(matches.get_flag("allow-files-outside"));
        let names = matches.get_many::<String>("write-secrets");
        Ok(Self {
            name: shown.to_owned(),
            file,
            secrets,
            write_secrets: names.map(|all| all.cloned().collect()).unwrap_or_default(),
            hostings: globals.hosting.clone(),
        })
    }

    /// The account, and what the file says about it.
    fn sites(self, account: &Account, globals: &Globals) -> Sites {
        let sites = Sites::new(&account.client, self.file)
            .secrets(self.secrets)
            .parallel(globals.parallel)
            .write_secrets(self.write_secrets);
        match self.hostings.is_empty() {
            true => sites,
            false => sites.only(self.hostings),
        }
    }
}

/// The file says which hostings there are. `--all` is the default.
fn refuse_selection(globals: &Globals) -> Outcome {
    match globals.from.is_some() || globals.filter.is_some() {
        true => Err(
            Failure::usage("the file names the hostings: leave --from and --where out")
                .hint("-H limits the command to hostings of the file"),
        ),
        false => Ok(()),
    }
}

/// Refuses a hosting that the file does not have.
fn check_hostings(names: &[String], shown: &str, file: &SitesFile) -> Outcome {
    let has = |name: &&String| file.hostings().any(|it| it.eq_ignore_ascii_case(name));
    let Some(name) = names.iter().find(|name| !has(name)) else {
        return Ok(());
    };
    let failure = Failure::usage(format!("{shown} has no hosting {name:?}"));
    Err(match nearest(name, file.hostings()) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure,
    })
}

/// The mistakes of a file: each on a line, with its place.
fn mistakes(name: &str, error: &FileError) -> Failure {
    let facts: Vec<serde_json::Value> = error
        .mistakes
        .iter()
        .map(|it| serde_json::json!({"place": it.place.to_string(), "message": it.message}))
        .collect();
    let message = match facts.len() {
        1 => error.to_string(),
        count => format!("{count} mistakes in {name}\n{error}"),
    };
    Failure::usage(message).fact("mistakes", facts)
}

/// An argument that is a text.
fn one<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}
