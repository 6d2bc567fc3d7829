//! Values from the account: at most one second, no retries, reads only, silent.

use std::time::Duration;

use clap::ArgMatches;
use ovh_web::{Backoff, Client, Method, Operation};
use serde_json::Value;

use super::cache::Cache;
use super::sources::{Source, Values, is_name};
use crate::account;
use crate::command::Command;
use crate::global::Globals;
use crate::session::Session;
use crate::table;
use crate::tree::value_id;

/// The longest time that all requests of a completion may take.
const LIMIT: Duration = Duration::from_secs(1);

/// The list of the account's hostings.
const HOSTINGS: &str = "hosting::list";
/// The list of a hosting's tasks.
const TASKS: &str = "tasks::list";

/// Finds the values of the sources. `None` if the line or the settings cannot be read.
pub(super) async fn find(
    session: &Session,
    command: clap::Command,
    row: Option<&'static Command>,
    words: &[String],
    index: usize,
    values: &Values,
    wanted: Vec<Source>,
) -> Option<()> {
    let others = words.iter().enumerate().filter(|(at, _)| *at != index);
    let others = others.map(|(_, word)| word);
    let matches = command.ignore_errors(true).try_get_matches_from(others);
    let matches = matches.ok()?;
    let matches = crate::run::leaf(&matches);
    let globals = Globals::from_matches(matches).ok()?;
    let mut lookup = None;
    for source in wanted {
        let found = match source {
            Source::Profiles => Some(account::sources(session, &globals).ok()?.profiles()),
            // A new sandbox has no objects yet.
            _ if globals.sandbox => None,
            _ => {
                if lookup.is_none() {
                    lookup = Some(Lookup::new(session, &globals)?);
                }
                let lookup = lookup.as_mut()?;
                match source {
                    Source::Hostings => lookup.names(HOSTINGS, &[]).await,
                    Source::Tasks => {
                        let hosting = lookup.hosting().await?;
                        lookup.names(TASKS, &[&hosting]).await
                    }
                    Source::Parameter(_, place) => lookup.parameter(row?, place, matches).await,
                    _ => None,
                }
            }
        };
        values.set(source, found.unwrap_or_default());
    }
    Some(())
}

/// Lists of an account, from the cache or the server.
struct Lookup<'a> {
    session: &'a Session,
    globals: &'a Globals,
    cache: Cache,
    client: Option<Client>,
    ends: Duration,
}

impl<'a> Lookup<'a> {
    fn new(session: &'a Session, globals: &'a Globals) -> Option<Self> {
        let ends = session.clock.monotonic().saturating_add(LIMIT);
        let fingerprint = account::settings(session, globals).ok()?.fingerprint();
        Some(Self {
            session,
            globals,
            cache: Cache::new(session, fingerprint.ok()?),
            client: None,
            ends,
        })
    }

    /// The names of a list.
    async fn names(&mut self, operation: &'static str, values: &[&str]) -> Option<Vec<String>> {
        let operation = ovh_web::operations::by_id(operation)?;
        let cached = self.cache.read(operation.id(), values);
        if cached.as_ref().is_some_and(|cached| cached.is_fresh) {
            return cached.map(|cached| cached.names);
        }
        let left = self.ends.checked_sub(self.session.clock.monotonic())?;
        let clock = self.session.clock.clone();
        let found = tokio::select! {
            biased;
            found = self.request(operation, values) => found,
            () = clock.timeout(left) => None,
        };
        match found {
            Some(names) => {
                self.cache.write(operation.id(), values, &names);
                Some(names)
            }
            None => cached.map(|cached| cached.names),
        }
    }

    async fn request(
        &mut self,
        operation: &'static Operation,
        values: &[&str],
    ) -> Option<Vec<String>> {
        // A list whose items have secrets is not completed from.
        if !operation.secret_fields().is_empty() {
            return None;
        }
        if self.client.is_none() {
            let builder = account::settings(self.session, self.globals).ok()?;
            let builder = builder.clock(self.session.clock.clone());
            // With `retries(0)` the time would be asked first.
            let builder = builder.retry_policy(Backoff::default().retries(0));
            self.client = Some(builder.read_only().build().ok()?);
        }
        let request = self.client.as_ref()?.operation(operation, values).ok()?;
        let items = match operation.is_by_cursor() {
            true => request.list().ok()?.await.ok()?,
            false => request.json::<Vec<Value>>().await.ok()?,
        };
        let mut names: Vec<String> = items.iter().filter_map(name).collect();
        names.retain(|name| is_name(name));
        Some(names)
    }

    /// The hosting that the command concerns.
    async fn hosting(&mut self) -> Option<String> {
        if let Some(name) = self.globals.hosting.first() {
            return Some(name.clone());
        }
        if let Some(name) = self.session.variable("OVH_WEB_HOSTING") {
            return Some(name.to_owned());
        }
        let names = self.names(HOSTINGS, &[]).await?;
        match names.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// The values of a parameter of the route: the list at the route up to it.
    async fn parameter(
        &mut self,
        row: &'static Command,
        place: usize,
        matches: &ArgMatches,
    ) -> Option<Vec<String>> {
        let list = list_of(row, place)?;
        let mut values = Vec::new();
        for value in &row.values[..place] {
            values.push(match value.is_hosting {
                true => self.hosting().await?,
                false => matches
                    .try_get_one::<String>(&value_id(value.wire))
                    .ok()
                    .flatten()?
                    .clone(),
            });
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.names(list.id(), &values).await
    }
}

/// The list whose items are the values of a parameter.
fn list_of(row: &Command, place: usize) -> Option<&'static Operation> {
    let path = row.row().path();
    let wire = row.values.get(place)?.wire;
    let end = path.find(&format!("/{{{wire}}}"))?;
    let list = table::all().map(Command::row).find(|operation| {
        *operation.method() == Method::GET
            && operation.path() == &path[..end]
            && operation.path_parameters().count() == place
    })?;
    Some(list)
}

/// The name of an item: the item itself, or the property that identifies it.
fn name(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => match object.get("id").or_else(|| object.get("name"))? {
            Value::Object(_) => None,
            value => name(value),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_give_the_values_of_routes() {
        let list = |path: &str, place| {
            let row = table::by_path(path).expect("a command");
            list_of(row, place).map(Operation::id)
        };
        assert_eq!(list("databases get", 1), Some("databases::list"));
        assert_eq!(list("databases get", 0), Some("hosting::list"));
        assert_eq!(list("databases create", 0), Some("hosting::list"));
        let parameters = table::all()
            .flat_map(|row| (0..row.values.len()).map(move |place| (row, place)))
            .filter(|(row, place)| !row.values[*place].is_hosting);
        for (row, place) in parameters {
            let wire = row.values[place].wire;
            assert!(list_of(row, place).is_some(), "{}: {wire}", row.path);
        }
    }
}
