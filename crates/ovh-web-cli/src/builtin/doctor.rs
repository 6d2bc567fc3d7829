//! `doctor`: what stands between the tool and a working account, and what to do about it.

use clap::ArgMatches;
use serde_json::json;

use crate::account::{self, Account};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::unless_interrupted;
use crate::output::Printer;
use crate::session::Session;
use crate::validate;

use super::login::shown;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command.after_help("Example:\n  ovh-web doctor")
}

/// The findings, in the order in which they were made.
struct Findings {
    printer: Printer,
    worst: Exit,
}

impl Findings {
    fn good(&self, check: &str, result: impl Into<String>) -> Outcome {
        self.add(check, "ok", result.into(), None)
    }

    fn bad(&mut self, check: &str, failure: &Failure) -> Outcome {
        if self.worst == Exit::Done {
            self.worst = failure.exit;
        }
        self.add(
            check,
            "problem",
            failure.message.clone(),
            failure.clone().with_login().hint.as_deref(),
        )
    }

    fn add(&self, check: &str, state: &str, result: String, hint: Option<&str>) -> Outcome {
        self.printer.add(json!({
            "check": check,
            "state": state,
            "result": result,
            "advice": hint,
        }))
    }
}

pub(super) async fn run(session: &Session, globals: &Globals, _: &ArgMatches) -> Outcome<Exit> {
    let columns = ["check", "state", "result", "advice"];
    validate::columns(globals, columns)?;
    let printer = Printer::new(session, globals, columns)?.list();
    let mut findings = Findings {
        printer: printer.allow_missing_columns(true),
        worst: Exit::Done,
    };
    unless_interrupted(session, check(session, globals, &mut findings)).await??;
    let worst = findings.worst;
    findings.printer.finish()?;
    Ok(worst)
}

async fn check(session: &Session, globals: &Globals, findings: &mut Findings) -> Outcome {
    if !globals.sandbox {
        let settings = account::settings(session, globals).and_then(|it| Ok(it.settings()?));
        match settings {
            Ok(settings) => {
                for setting in settings {
                    findings.good(setting.name, shown(&setting))?;
                }
            }
            Err(failure) => return findings.bad("configuration", &failure),
        }
    }
    let account = match Account::connect(session, globals).await {
        Ok(account) => account,
        Err(failure) => return findings.bad("configuration", &failure),
    };
    let client = &account.client;
    match client.raw().auth().time().await {
        Ok(time) => {
            let own = session.clock.unix_time().as_secs();
            let own = i64::try_from(own).unwrap_or(i64::MAX);
            let difference = own.saturating_sub(time);
            let text = format!("{difference} s from the server's");
            match difference.abs() <= 2 {
                true => findings.good("clock", text)?,
                false => findings.add(
                    "clock",
                    "warning",
                    text,
                    Some("calls work, since the difference is measured; set the clock of this machine"),
                )?,
            }
        }
        Err(error) => findings.bad("server", &error.into())?,
    }
    match client.identity().await {
        Ok(identity) => {
            let account = identity.account;
            findings.good(
                "credentials",
                format!(
                    "accepted{}",
                    match account.is_empty() {
                        true => String::new(),
                        false => format!(", account {account}"),
                    }
                ),
            )?;
        }
        Err(error) => findings.bad("credentials", &error.into())?,
    }
    let rights = [
        "hosting::list",
        "hosting::get",
        "databases::create",
        "domains::attach",
    ];
    match client.check(rights).await {
        Ok(permissions) => {
            for permission in permissions {
                let state = if permission.is_allowed() {
                    "ok"
                } else {
                    "warning"
                };
                let text = permission.to_string();
                findings.add("rights", state, text, None)?;
            }
        }
        Err(error) => findings.bad("rights", &error.into())?,
    }
    match client.hostings().names().await {
        Ok(names) => findings.good("signed read", format!("{} hostings", names.len())),
        Err(error) => findings.bad("signed read", &error.into()),
    }
}
