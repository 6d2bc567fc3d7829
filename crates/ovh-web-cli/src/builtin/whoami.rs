//! `whoami`: the account and the rights of the credentials.

use clap::ArgMatches;
use serde_json::{Value, json};

use crate::account::Account;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::global::Globals;
use crate::interrupt::unless_interrupted;
use crate::output::Printer;
use crate::requests;
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command.after_help("Example:\n  ovh-web whoami\n\nReturns an object: endpoint, identity, credential with its rules.")
}

pub(super) async fn run(session: &Session, globals: &Globals, _: &ArgMatches) -> Outcome<Exit> {
    let account = Account::connect(session, globals).await?;
    let read = async |id: &str| -> Outcome<Value> {
        let operation = requests::operation(id)?;
        let request = account.client.operation(operation, &[])?;
        let value = unless_interrupted(session, request.json()).await??;
        Ok(requests::without_secrets(value, Some(operation)))
    };
    let details = read("auth::details").await?;
    // A token has no consumer key, whose rules this would be.
    let credential = match read("auth::current_credential").await {
        Ok(credential) => credential,
        Err(failure) if !matches!(failure.exit, Exit::Temporary | Exit::Interrupted) => Value::Null,
        Err(failure) => return Err(failure),
    };
    let printer = Printer::new(session, globals, [""; 0])?;
    printer.add(json!({
        "endpoint": account.client.endpoint().to_string(),
        "identity": details,
        "credential": credential,
    }))?;
    printer.finish()?;
    account.print_timing(session, globals);
    Ok(Exit::Done)
}
