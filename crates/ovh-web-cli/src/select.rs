//! The hostings that a command concerns.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::account::Account;
use crate::body::nearest;
use crate::documents;
use crate::exit::Exit;
use crate::expression::Expression;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::unless_interrupted;
use crate::session::Session;
use crate::{fleet, requests};

/// The hostings, and how they were chosen.
#[derive(Clone, Debug)]
pub(crate) struct Targets {
    pub(crate) names: Vec<String>,
    /// `true` if one hosting was named, or several were selected: not if it is merely the only one.
    pub(crate) is_explicit: bool,
    /// `true` if the selection may have several, even if it has one.
    pub(crate) is_fleet: bool,
    /// With `--keep-going`, those of which a field of `--where` could not be read.
    pub(crate) failed: Vec<(String, Failure)>,
}

/// Fields of `--where` that cost a request for each hosting.
pub(crate) const COSTLY: &[(&str, &str)] = &[
    (
        "php",
        "the PHP version of the current configuration (ovhConfig)",
    ),
    (
        "expiration",
        "the date on which the contract ends (serviceInfos)",
    ),
];

/// Finds the hostings. An interrupt ends it.
pub(crate) async fn targets(
    session: &Session,
    globals: &Globals,
    account: &Account,
) -> Outcome<Targets> {
    unless_interrupted(session, find(session, globals, account)).await?
}

async fn find(session: &Session, globals: &Globals, account: &Account) -> Outcome<Targets> {
    let mut named = globals.hosting.clone();
    named.extend(globals.listed.iter().cloned());
    let filter = globals
        .filter
        .as_deref()
        .map(Expression::parse)
        .transpose()?;
    let mut seen = BTreeSet::new();
    named.retain(|name| seen.insert(name.clone()));
    if globals.all || filter.is_some() {
        let (names, failed) = selected(session, globals, account, &named, filter.as_ref()).await?;
        return Ok(Targets {
            names,
            is_explicit: true,
            is_fleet: true,
            failed,
        });
    }
    if globals.from.is_some() || !named.is_empty() {
        let is_fleet = globals.from.is_some() || named.len() > 1;
        return Ok(Targets {
            names: named,
            is_explicit: true,
            is_fleet,
            failed: Vec::new(),
        });
    }
    let (name, is_explicit) = match session.variable("OVH_WEB_HOSTING") {
        Some(name) => (name.to_owned(), true),
        None => (only_hosting(session, account).await?, false),
    };
    Ok(Targets {
        names: vec![name],
        is_explicit,
        is_fleet: false,
        failed: Vec::new(),
    })
}

/// The account's only hosting, which is named on standard error.
async fn only_hosting(session: &Session, account: &Account) -> Outcome<String> {
    let list = requests::operation("hosting::list")?;
    let names: Vec<String> = account.client.operation(list, &[])?.json().await?;
    match names.as_slice() {
        [name] => {
            session.console.note(&format!("hosting {name}"));
            Ok(name.clone())
        }
        [] => Err(Failure::new(Exit::NotFound, "the account has no hosting")),
        names => Err(
            Failure::usage(format!("the account has {} hostings", names.len()))
                .hint("name one with -H, or select several with --all, --from or --where"),
        ),
    }
}

/// Checks the selection. Nothing is read or sent.
pub(crate) fn check(globals: &Globals) -> Outcome {
    if globals.all && (globals.from.is_some() || !globals.hosting.is_empty()) {
        return Err(Failure::usage("--all cannot be used with -H or --from"));
    }
    if let Some(filter) = &globals.filter {
        check_fields(&Expression::parse(filter)?)?;
    }
    Ok(())
}

/// Reads the file of `--from`.
pub(crate) fn with_listed(session: &Session, globals: &Globals) -> Outcome<Globals> {
    let mut globals = globals.clone();
    if let Some(path) = &globals.from {
        globals.listed = from_file(session, path)?;
    }
    Ok(globals)
}

/// Names from a file, one a line. Empty lines and lines that begin with `#` are skipped.
fn from_file(session: &Session, path: &str) -> Outcome<Vec<String>> {
    let text = session.read_input(path)?;
    let text = text.map_err(|error| Failure::input(format_args!("--from {path}"), &error))?;
    let lines = text.lines().map(str::trim);
    let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let names: Vec<String> = names.map(str::to_owned).collect();
    match names.is_empty() {
        true => Err(Failure::usage(format!("--from {path}: no hosting in it"))),
        false => Ok(names),
    }
}

/// Refuses fields that hostings do not have.
fn check_fields(filter: &Expression) -> Outcome {
    let mut known = documents::properties("hosting::get");
    known.extend(COSTLY.iter().map(|(name, _)| (*name).to_owned()));
    for field in filter.fields() {
        let first = field.split('.').next().unwrap_or_default();
        if !known.iter().any(|name| name == first) {
            let failure = Failure::usage(format!("--where: hostings have no field `{field}`"));
            let near = nearest(first, known.iter().map(String::as_str));
            return Err(failure.hint(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the fields are {}", known.join(", ")),
            }));
        }
    }
    Ok(())
}

/// The hostings that match, and those that could not be read.
type Selected = (Vec<String>, Vec<(String, Failure)>);

/// The hostings of the account, or of `named`, that match.
async fn selected(
    session: &Session,
    globals: &Globals,
    account: &Account,
    named: &[String],
    filter: Option<&Expression>,
) -> Outcome<Selected> {
    let mut failed = Vec::new();
    // Without `--keep-going`, the first failure ends the command.
    let mut left_out = |name: String, failure: Failure| {
        if !globals.keep_going {
            return Err(failure);
        }
        fleet::note(session, globals, &name, &failure);
        failed.push((name, failure));
        Ok(())
    };
    let objects = match named {
        [] => requests::list(account, "hosting::list", &[]).await?,
        names => {
            let get = requests::operation("hosting::get")?;
            let calls = stream::iter(names.iter().map(|name| async move {
                let request = account.client.operation(get, &[name.as_str()])?;
                Ok::<Value, Failure>(request.json().await?)
            }));
            let results: Vec<Outcome<Value>> = calls.buffered(globals.parallel).collect().await;
            let mut objects = Vec::new();
            for (name, result) in names.iter().zip(results) {
                match result {
                    Ok(object) => objects.push(object),
                    Err(failure) => left_out(name.clone(), failure)?,
                }
            }
            objects
        }
    };
    let name_of = |object: &Value| {
        let name = object.get("serviceName").and_then(Value::as_str);
        name.or_else(|| object.as_str()).map(str::to_owned)
    };
    let Some(filter) = filter else {
        return Ok((objects.iter().filter_map(name_of).collect(), failed));
    };
    let fields = filter.fields();
    let costly: Vec<&str> = COSTLY
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| fields.contains(name))
        .collect();
    if !costly.is_empty() {
        session.console.note(&format!(
            "--where: {} costs a request for each of {} hostings",
            costly.join(" and "),
            objects.len()
        ));
    }
    let calls = objects.into_iter().map(|mut object| {
        let costly = &costly;
        async move {
            let name = name_of(&object).unwrap_or_default();
            let read = async {
                for field in costly {
                    // What is known without the request may decide.
                    if filter.matches(&object).is_none()
                        && let Some(value) = costly_value(account, field, &name).await?
                        && let Some(object) = object.as_object_mut()
                    {
                        object.insert((*field).to_owned(), value);
                    }
                }
                Ok::<_, Failure>(filter.matches(&object))
            };
            let result = read.await;
            (name, result)
        }
    });
    let calls = stream::iter(calls).buffered(globals.parallel);
    let results: Vec<(String, Outcome<Option<bool>>)> = calls.collect().await;
    let (mut names, mut unknown) = (Vec::new(), Vec::new());
    for (name, result) in results {
        match result {
            Ok(Some(true)) => names.push(name),
            Ok(None) => unknown.push(name),
            Ok(Some(false)) => {}
            Err(failure) => left_out(name, failure)?,
        }
    }
    if !unknown.is_empty() {
        session.console.note(&format!(
            "--where: {} left out, since a value is missing or cannot be compared: {}",
            unknown.len(),
            unknown.join(", ")
        ));
    }
    Ok((names, failed))
}

/// The value of a field that costs a request.
async fn costly_value(account: &Account, field: &str, hosting: &str) -> Outcome<Option<Value>> {
    let value = match field {
        "php" => php(account, hosting).await?,
        _ => {
            let get = requests::operation("services::get")?;
            let infos: Value = account.client.operation(get, &[hosting])?.json().await?;
            infos.get("expiration").cloned()
        }
    };
    Ok(value.filter(|value| !value.is_null()))
}

/// The PHP version of the configuration in use.
pub(crate) async fn php(account: &Account, hosting: &str) -> Outcome<Option<Value>> {
    let configs = account.client.hosting(hosting).ovh_configs();
    let config = match configs.current("").await {
        Ok(config) => config,
        Err(error) if error.is_not_found() && error.status().is_none() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let is_php = config.engine_name.as_str().starts_with("php");
    Ok(is_php.then(|| config.engine_version.as_str().into()))
}
