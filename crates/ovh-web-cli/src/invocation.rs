//! A generated command with the values that its arguments give.

use std::collections::BTreeSet;

use clap::ArgMatches;

use crate::body::{self, Parts};
use crate::command::{Command, Flag};
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::secrets::{self, SecretRules, SecretSource, SecretValue};
use crate::session::Session;
use crate::tree::{source_flag, value_id};

/// A command, ready to be sent to each of its targets.
#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) row: &'static Command,
    /// One for each parameter of the route; the hosting's is empty.
    pub(crate) values: Vec<String>,
    pub(crate) parts: Parts,
    pub(crate) secrets: Vec<SecretValue>,
}

impl Invocation {
    /// Reads the arguments of a generated command.
    pub(crate) fn read(
        session: &Session,
        globals: &Globals,
        row: &'static Command,
        matches: &ArgMatches,
    ) -> Outcome<Self> {
        refuse_secret_arguments(row, matches)?;
        check_stdin(globals, row, matches)?;
        check_secret_files(row, matches)?;
        check_targets(globals, row)?;
        let values = row.values.iter().map(|value| match value.is_hosting {
            true => String::new(),
            false => text(matches, &value_id(value.wire)).unwrap_or_default(),
        });
        let mut parts = Parts::default();
        if let Some(path) = text(matches, "body") {
            let origin = match path.as_str() {
                "-" => "standard input",
                path => path,
            };
            let content = session
                .read_input(&path)?
                .map_err(|error| Failure::input(origin, &error))?;
            let value = body::parse(&content, origin)?;
            body::check_names(&value, row, origin)?;
            parts.body = Some(value);
        }
        let plain = |flag: &&Flag| !flag.is_secret || secrets::may_be_argument(row, flag, matches);
        for flag in row.flags.iter().filter(plain) {
            let given = matches.get_many::<String>(flag.name);
            let given: Vec<String> = given.map(|all| all.cloned().collect()).unwrap_or_default();
            if !given.is_empty() {
                parts.set(flag, &given)?;
            }
        }
        let cleared = matches.try_get_many::<String>("clear").ok().flatten();
        for field in cleared.into_iter().flatten() {
            parts.clear(row, field)?;
        }
        let missing: Vec<String> = row
            .flags
            .iter()
            .filter(|flag| flag.is_required && !flag.is_secret && !parts.has(flag))
            .map(|flag| format!("--{}", flag.name))
            .collect();
        if !missing.is_empty() {
            return Err(Failure::usage(format!("missing {}", missing.join(", ")))
                .hint(format!("for example: {}", crate::tree::example(row))));
        }
        let rules = SecretRules {
            is_fleet: globals.is_fleet(),
            resumes: globals.resume.is_some(),
            is_dry_run: globals.dry_run,
        };
        let mut secrets = Vec::new();
        for flag in row.flags.iter().filter(|flag| flag.is_secret) {
            secrets.extend(secrets::read(
                session,
                matches,
                flag,
                rules,
                parts.has(flag),
            )?);
        }
        secrets::check_masked(row, &parts, &secrets)?;
        Ok(Self {
            row,
            values: values.collect(),
            parts,
            secrets,
        })
    }

    /// The values of the route for a target.
    pub(crate) fn values_of<'v>(&'v self, target: &'v str) -> Vec<&'v str> {
        let values = self.row.values.iter().zip(&self.values);
        values
            .map(|(value, text)| match value.is_hosting {
                true => target,
                false => text.as_str(),
            })
            .collect()
    }

    /// `true` if a secret is made by the tool.
    pub(crate) fn has_new_secret(&self) -> bool {
        let mut sources = self.secrets.iter().map(|secret| &secret.source);
        sources.any(|source| matches!(source, SecretSource::Generated(_)))
    }

    /// Adds where a new secret is stored, to a failure after which it may be wanted.
    pub(crate) fn with_stored_secret(&self, failure: Failure) -> Failure {
        let stored = self.secrets.iter().find_map(SecretValue::stored_in);
        match stored {
            Some(stored) => match &failure.hint {
                Some(hint) => {
                    let hint = format!("{hint}; {stored}");
                    failure.hint(hint)
                }
                None => failure.hint(stored),
            },
            None => failure,
        }
    }

    /// The parts of the request for a target, secrets included; they are stored first.
    pub(crate) fn parts_of(&self, target: &str) -> Outcome<Parts> {
        let mut parts = self.parts.clone();
        for secret in &self.secrets {
            if let Some(value) = secret.of(target)? {
                parts.set(secret.flag, &[value.expose().to_owned()])?;
            }
        }
        Ok(parts)
    }
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.try_get_one::<String>(name).ok().flatten().cloned()
}

/// Refuses secrets among the arguments, before anything is read or sent.
fn refuse_secret_arguments(row: &Command, matches: &ArgMatches) -> Outcome {
    let secrets = row.flags.iter().filter(|flag| flag.is_secret);
    for flag in secrets {
        let is_given = matches.value_source(flag.name).is_some();
        if is_given && !secrets::may_be_argument(row, flag, matches) {
            return Err(secrets::refuse_argument(flag));
        }
    }
    Ok(())
}

/// Refuses two readers of standard input.
fn check_stdin(globals: &Globals, row: &Command, matches: &ArgMatches) -> Outcome {
    let mut readers = Vec::new();
    if text(matches, "body").as_deref() == Some("-") {
        readers.push("--body -".to_owned());
    }
    if globals.from.as_deref() == Some("-") {
        readers.push("--from -".to_owned());
    }
    for flag in row.flags.iter().filter(|flag| flag.is_secret) {
        let name = source_flag(flag.name, "stdin");
        if matches.get_flag(&name) {
            readers.push(format!("--{name}"));
        }
    }
    match readers.len() {
        0 | 1 => Ok(()),
        _ => Err(Failure::usage(format!(
            "only one flag can read standard input: {}",
            readers.join(", ")
        ))),
    }
}

/// Refuses one file for two generated secrets.
fn check_secret_files(row: &Command, matches: &ArgMatches) -> Outcome {
    let secrets = row.flags.iter().filter(|flag| flag.is_secret);
    let files = secrets.filter_map(|flag| text(matches, &source_flag(flag.name, "generate")));
    let mut seen = BTreeSet::new();
    match files.into_iter().all(|file| seen.insert(file)) {
        true => Ok(()),
        false => Err(Failure::usage("two secrets need two files")),
    }
}

/// Refuses a selection of hostings where the route names none.
fn check_targets(globals: &Globals, row: &Command) -> Outcome {
    let selects = globals.is_fleet() || !globals.hosting.is_empty();
    match selects && !row.has_hosting() {
        true => Err(Failure::usage(
            "this command concerns no hosting: leave -H, --all, --from and --where out",
        )),
        false => Ok(()),
    }
}
