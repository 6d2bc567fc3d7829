//! Commands that read: over one hosting, or over several with the hosting in each row.

use serde_json::{Map, Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::fleet::{self, Pace};
use crate::global::Globals;
use crate::invocation::Invocation;
use crate::output::Printer;
use crate::requests;
use crate::select::Targets;
use crate::session::Session;

/// The column that names the hosting where there are several.
pub(crate) const HOSTING: &str = "hosting";

/// Reads and prints.
pub(crate) async fn run(
    session: &Session,
    globals: &Globals,
    account: &Account,
    invocation: &Invocation,
    targets: Option<&Targets>,
    knows_columns: bool,
) -> Outcome<Exit> {
    let columns = invocation.row.columns.iter().copied();
    match targets.filter(|targets| targets.is_fleet) {
        Some(targets) => {
            let columns = [HOSTING].into_iter().chain(columns);
            let printer = Printer::new(session, globals, columns)?.list();
            let printer = printer.allow_missing_columns(knows_columns);
            fleet(session, globals, account, invocation, targets, printer).await
        }
        None => {
            let printer = Printer::new(session, globals, columns)?;
            let printer = printer.allow_missing_columns(knows_columns);
            let target = targets.and_then(|targets| targets.names.first());
            let target = target.map_or("", String::as_str);
            let pace = Pace {
                parallel: 1,
                keeps_going: false,
                finishes: false,
            };
            let work = |target: String| {
                let printer = &printer;
                async move { read(globals, account, invocation, &target, printer).await }
            };
            let report = fleet::each(session, pace, &[target.to_owned()], work, |_, _| ()).await;
            if report.is_interrupted {
                return Err(Failure::new(Exit::Interrupted, "interrupted"));
            }
            if let Some((_, failure)) = report.failed.into_iter().next() {
                return Err(failure);
            }
            let is_list = report.done.iter().any(|(_, is_list)| *is_list);
            match is_list {
                true => printer.list().finish()?,
                false => printer.finish()?,
            }
            Ok(Exit::Done)
        }
    }
}

/// Reads one target into the printer. Returns whether the response is a list.
async fn read(
    globals: &Globals,
    account: &Account,
    invocation: &Invocation,
    target: &str,
    printer: &Printer,
) -> Outcome<bool> {
    let operation = invocation.row.row();
    let parts = invocation.parts_of(target)?;
    let request = requests::request(account, operation, &invocation.values_of(target), &parts)?;
    let show = |value| match globals.show_secrets {
        true => value,
        false => requests::without_secrets(value, Some(operation)),
    };
    if operation.expanded_type().is_some() || operation.is_by_cursor() {
        let mut items = request.list()?.stream();
        while let Some(item) = items.next().await {
            printer.add_item(show(item?))?;
        }
        return Ok(true);
    }
    match requests::send(request, operation).await? {
        None => Ok(false),
        Some(Value::Array(items)) => {
            for item in items {
                printer.add_item(show(item))?;
            }
            Ok(true)
        }
        Some(value) => {
            printer.add(show(value))?;
            Ok(false)
        }
    }
}

/// Reads several targets; each row names its hosting.
async fn fleet(
    session: &Session,
    globals: &Globals,
    account: &Account,
    invocation: &Invocation,
    targets: &Targets,
    printer: Printer,
) -> Outcome<Exit> {
    let pace = Pace {
        parallel: globals.parallel,
        keeps_going: globals.keep_going,
        finishes: false,
    };
    let work = |target: String| async move {
        // The rows of a hosting stay together, and nothing is printed of one that fails.
        let rows = Printer::buffer(session, globals)?;
        read(globals, account, invocation, &target, &rows).await?;
        Ok(rows.into_rows())
    };
    let ended = |target: &str, outcome: &Outcome<Vec<Value>>| {
        if let Err(failure) = outcome {
            fleet::note(session, globals, target, failure);
        }
    };
    let report = fleet::each(session, pace, &targets.names, work, ended).await;
    let mut report = report.with_failed(&targets.failed);
    // In the order of the selection, whichever came first.
    let order = |name: &str| targets.names.iter().position(|other| other == name);
    report.done.sort_by_key(|(name, _)| order(name));
    for (name, rows) in std::mem::take(&mut report.done) {
        for row in rows {
            printer.add(with_hosting(row, &name))?;
        }
    }
    printer.finish()?;
    let exit = report.exit();
    if exit != Exit::Done {
        let failed = report.failed.len();
        let left = report.left.len() + report.stopped.len();
        session.console.note(&format!(
            "{failed} of {} failed, {left} not read",
            targets.names.len() + targets.failed.len()
        ));
    }
    Ok(exit)
}

/// A row that names its hosting.
pub(crate) fn with_hosting(row: Value, hosting: &str) -> Value {
    match row {
        Value::Object(mut object) => {
            object.insert(HOSTING.to_owned(), hosting.into());
            Value::Object(object)
        }
        other => {
            let mut object = Map::new();
            object.insert(HOSTING.to_owned(), json!(hosting));
            object.insert("value".to_owned(), other);
            Value::Object(object)
        }
    }
}
