//! `api`: a request to any route, with the same rules as the other commands.

use clap::{Arg, ArgAction, ArgMatches};
use ovh_web::{Method, Response};
use serde_json::{Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::{unless_interrupted, unless_stopped};
use crate::output::Printer;
use crate::session::Session;
use crate::{body, confirm, requests, risk, table, validate};

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .arg(
            Arg::new("method")
                .value_name("METHOD")
                .help("The method")
                .required(true)
                .ignore_case(true)
                .value_parser(["GET", "POST", "PUT", "DELETE", "PATCH"]),
        )
        .arg(
            Arg::new("path")
                .value_name("PATH")
                .required(true)
                .help("Path below the API's base URL; may begin with /v1/ or /v2/"),
        )
        .arg(
            Arg::new("body")
                .long("body")
                .value_name("FILE")
                .help("The body as JSON or TOML; - is standard input"),
        )
        .arg(
            Arg::new("paged")
                .long("paged")
                .action(ArgAction::SetTrue)
                .help("Read all pages of a list that is not in the documents"),
        )
        .after_help("Example:\n  ovh-web api GET /me")
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let method = text("method").unwrap_or("GET").to_uppercase();
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| Failure::usage("the method is not valid"))?;
    let path = text("path").unwrap_or_default();
    if !path.starts_with('/') {
        return Err(Failure::usage(
            "the path begins with /, such as /hosting/web",
        ));
    }
    let content = match text("body") {
        None => None,
        Some(file) => {
            let origin = match file {
                "-" => "standard input",
                file => file,
            };
            let content = session
                .read_input(file)?
                .map_err(|error| Failure::input(origin, &error))?;
            Some(body::parse(&content, origin)?)
        }
    };
    let operation = ovh_web::operations::of_route(&method, path);
    let is_read = method.is_safe();
    let known = operation.filter(|_| is_read);
    let known = known.and_then(|operation| table::by_operation(operation.id()));
    let knows_columns = known.map(|row| validate::columns_of(globals, row));
    let knows_columns = knows_columns.transpose()?.unwrap_or_default();
    let account = Account::connect(session, globals).await?;
    let mut request = account.client.request(method.clone(), path);
    if let Some(content) = &content {
        request = request.body(content);
    }
    if !is_read && globals.dry_run {
        let preview = request.preview()?;
        let printer = Printer::new(session, globals, [""; 0])?;
        printer.add(json!({
            "method": preview.method.as_str(),
            "path": preview.target,
            "body": preview.body,
            "operation": operation.map(|operation| operation.id()),
            "actions": operation.map(|operation| operation.iam_actions()),
        }))?;
        printer.finish()?;
        session.console.note("dry run: nothing was sent");
        return Ok(Exit::Done);
    }
    let loss = match operation.and_then(|operation| table::by_operation(operation.id())) {
        Some(row) => risk::loss(row, content.as_ref()),
        // Nobody knows what a write to an unknown route loses.
        None => (!is_read).then(|| "The documents do not describe this write.".to_owned()),
    };
    if let Some(loss) = loss {
        confirm::confirm(session, globals, &format!("{method} {path}"), &loss, None)?;
    }
    let show = |value: Value| match globals.show_secrets {
        true => value,
        false => requests::without_secrets(value, operation),
    };
    let printer = Printer::new(session, globals, [""; 0])?;
    // The result of a write is printed in any case.
    let printer = printer.allow_missing_columns(knows_columns || !is_read);
    let has_pages = operation
        .is_some_and(|operation| operation.expanded_type().is_some() || operation.is_by_cursor());
    if is_read && (has_pages || matches.get_flag("paged")) {
        let request = if matches.get_flag("paged") {
            request.paged()
        } else {
            request
        };
        let items: Vec<Value> = unless_interrupted(session, request.list()?).await??;
        let printer = printer.list();
        for item in items {
            printer.add_item(show(item))?;
        }
        printer.finish()?;
    } else {
        let response = request.response();
        let response = match is_read {
            true => unless_interrupted(session, response).await??,
            false => unless_stopped(session, response).await??,
        };
        let printed = print(&response, printer, show);
        match is_read {
            true => printed?,
            false => printed.map_err(Failure::after_write)?,
        }
    }
    account.print_timing(session, globals);
    Ok(Exit::Done)
}

/// Prints a response, unless it has no body.
fn print(response: &Response, printer: Printer, show: impl Fn(Value) -> Value) -> Outcome {
    if response.body().is_empty() {
        return Ok(());
    }
    let value = serde_json::from_slice::<Value>(response.body());
    match value.map_err(|_| Failure::new(Exit::Failed, "the response is not JSON"))? {
        Value::Null => Ok(()),
        Value::Array(items) => {
            let printer = printer.list();
            for item in items {
                printer.add_item(show(item))?;
            }
            printer.finish()
        }
        value => {
            printer.add(show(value))?;
            printer.finish()
        }
    }
}
