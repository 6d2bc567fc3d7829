//! Checks of the flags that every command takes, before configuration, credentials or network.
//!
//! Columns are checked where the documents, or the command itself, name all of them.

use crate::command::Command;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::jq::Query;
use crate::output::{sort_key, unknown_column};
use crate::{documents, dry_run};

/// The columns of a write to several targets.
const FLEET: [&str; 6] = ["hosting", "outcome", "id", "task", "message", "exit"];

/// Refuses an invalid `--query`.
pub(crate) fn query(globals: &Globals) -> Outcome {
    globals
        .query
        .as_deref()
        .map_or(Ok(()), |code| Query::compile(code).map(drop))
}

/// Refuses flags that would have no effect on a command, where their effect is a safeguard.
pub(crate) fn builtin(globals: &Globals, name: &str) -> Outcome {
    if name != "php" {
        resume(globals)?;
    }
    let ends_or_gets_credentials = matches!(name, "login" | "logout");
    if globals.dry_run && ends_or_gets_credentials {
        let message = format!("{name} has no dry run");
        return Err(Failure::usage(message));
    }
    if globals.no_wait && name == "php" {
        let message = "php waits, since a change is compared again when it is done";
        return Err(Failure::usage(message).hint("leave --no-wait out"));
    }
    let selects = globals.is_fleet() || !globals.hosting.is_empty();
    if selects && name == "api" {
        return Err(Failure::usage(
            "the path names the hosting: leave -H, --all, --from and --where out",
        ));
    }
    Ok(())
}

/// Refuses a record of a command that keeps none.
pub(crate) fn resume(globals: &Globals) -> Outcome {
    match globals.resume {
        None => Ok(()),
        Some(_) => Err(Failure::usage(
            "--resume is for `php` and for commands that write",
        )),
    }
}

/// Refuses columns that are not among `known`. A filter may return others.
pub(crate) fn columns<'n>(globals: &Globals, known: impl IntoIterator<Item = &'n str>) -> Outcome {
    let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
    let printed = globals.columns.iter().map(String::as_str);
    let printed = printed.filter(|_| globals.query.is_none());
    let sorted = globals.sort.as_deref().map(|column| sort_key(column).0);
    for name in printed.chain(sorted) {
        // A property of an object has a dot.
        let first = name.split('.').next().unwrap_or_default();
        if !known.iter().any(|known| known == name || known == first) {
            return Err(unknown_column(name, &known));
        }
    }
    Ok(())
}

/// Refuses columns that a command of the table does not print. Returns `false` if it may print any.
pub(crate) fn columns_of(globals: &Globals, row: &Command) -> Outcome<bool> {
    // Parsing documents takes its time.
    if globals.columns.is_empty() && globals.sort.is_none() {
        return Ok(true);
    }
    let Some(known) = known(globals, row) else {
        return Ok(false);
    };
    columns(globals, known.iter().map(String::as_str))?;
    Ok(globals.query.is_none())
}

/// The columns of a command; `None` if the documents do not name all of them.
fn known(globals: &Globals, row: &Command) -> Option<Vec<String>> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let is_fleet = row.has_hosting() && globals.is_fleet();
    if !row.is_read() {
        if globals.dry_run {
            return Some(owned(&dry_run::COLUMNS));
        }
        if is_fleet {
            return Some(owned(&FLEET));
        }
    }
    // A write prints the object, or its response.
    let object = row.object.filter(|_| !row.is_read());
    let response = Some(row.operation).filter(|_| !row.row().is_void());
    let mut names = Vec::new();
    for operation in response.into_iter().chain(object) {
        names.extend(documents::columns(operation)?);
    }
    if is_fleet {
        names.push("hosting".to_owned());
    }
    (!names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    #[test]
    fn columns_of_tables_are_known() {
        for row in table::all() {
            let mut globals = Globals {
                columns: row.columns.iter().map(|name| (*name).to_owned()).collect(),
                ..Globals::default()
            };
            columns_of(&globals, row).unwrap_or_else(|failure| panic!("{}: {failure:?}", row.path));
            globals.columns = vec!["nothing".to_owned()];
            let is_known = known(&globals, row).is_some();
            assert_eq!(columns_of(&globals, row).is_err(), is_known, "{}", row.path);
        }
    }
}
