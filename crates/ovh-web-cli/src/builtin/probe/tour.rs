//! The tour: one request after the other, and what each response shows.

use std::collections::BTreeMap;

use ovh_web::{Client, Clock, Error, HeaderMap, Method, Operation, RawRequest, Request, Response};
use serde_json::Value;

use crate::command::{Command, Flag, Kind, Place};
use crate::failure::Outcome;
use crate::{requests, table};

use super::belief::{Documents, Shape};
use super::compare::{compare, kind_of};
use super::privacy::Word;
use super::record::Recorder;
use super::refusal::Refusal;
use super::report::{Finding, Report, Seen};

/// The objects of a list whose own routes are read.
const OBJECTS: usize = 2;

/// The size of a page that is asked for.
const PAGE: usize = 100;

/// The headers that every response is believed to have.
const HEADERS: &[&str] = &["content-type", "date", "x-ovh-queryid"];

/// The headers that a page is believed to have.
const PAGE_HEADERS: &[&str] = &[
    "x-pagination-elements",
    "x-pagination-number",
    "x-pagination-size",
    "x-pagination-total",
];

/// A request that is not signed.
static UNSIGNED: Operation = Operation::new("probe", Method::GET, "/hosting/web").anonymous();

/// The routes of the tour: those with few values first, since they list the values of others.
pub(super) fn routes() -> Vec<&'static Command> {
    let mut rows: Vec<&Command> = table::all()
        .filter(|row| row.is_read() && (row.has_hosting() || row.values.is_empty()))
        .collect();
    rows.sort_by_key(|row| (row.values.len(), row.row().path()));
    rows
}

/// A tour over the routes of one hosting.
#[derive(Debug)]
pub(super) struct Tour<'a> {
    pub(super) client: Client,
    pub(super) clock: &'a dyn Clock,
    pub(super) recorder: Recorder,
    pub(super) documents: &'a Documents,
    pub(super) hosting: &'a str,
    /// The first items of each list, by its route and the values in it.
    pub(super) items: BTreeMap<(String, Vec<String>), Vec<Value>>,
    pub(super) report: Report,
}

impl Tour<'_> {
    /// Reads the hosting itself, without which a tour makes no sense.
    pub(super) async fn begin(&mut self) -> Outcome {
        let name = Value::from(self.hosting);
        self.report.data.add_values(&name);
        for value in self.documents.enum_values() {
            self.report.data.know(value);
        }
        let get = requests::operation("hosting::get")?;
        let sent = self
            .client
            .operation(get, &[self.hosting])?
            .response()
            .await;
        // The tour reads it once more, and compares it.
        self.recorder.take();
        Ok(sent.map(drop)?)
    }

    /// Reads a route, with one or two values for each place. Failures are part of the report.
    pub(super) async fn read(&mut self, row: &'static Command) {
        let operation = row.row();
        let route = Word::of_document(operation.path());
        if operation.deprecation().is_some() {
            self.report.deprecated(&route);
        }
        let Some(flags) = required(row, self.hosting) else {
            return self
                .report
                .not_read(&route, "a query value that no list has");
        };
        let sets = match self.values(row) {
            Ok(sets) => sets,
            Err(reason) => return self.report.not_read(&route, reason),
        };
        for values in sets {
            self.read_one(operation, &route, &values, &flags).await;
        }
    }

    async fn read_one(
        &mut self,
        operation: &'static Operation,
        route: &Word,
        values: &[String],
        flags: &[(&'static str, String)],
    ) {
        let texts: Vec<&str> = values.iter().map(String::as_str).collect();
        let request = || -> Result<RawRequest, Error> {
            let request = self.client.operation(operation, &texts)?;
            let flags = flags.iter();
            Ok(flags.fold(request, |request, (name, value)| {
                request.query(name, value.as_str())
            }))
        };
        let (Ok(plain), Ok(paged)) = (request(), request()) else {
            return self
                .report
                .not_read(route, "a value that selects another route");
        };
        let mut seen = Seen::default();
        let has_pages = operation.expanded_type().is_some() && !operation.is_by_cursor();
        if let Some((value, _)) = self.send(plain, route, &mut seen).await {
            self.remember(operation, route, values, &value);
            match self.documents.plain(operation) {
                // Version 2 returns objects, where the document may promise names.
                Some(shape) if !operation.is_by_cursor() => {
                    compare(&shape, &value, &mut seen, &mut self.report.data);
                }
                _ => self.compare_items(operation, &value, &mut seen),
            }
        }
        if has_pages {
            let page = paged
                .header("X-Pagination-Mode", "CachedObjectList-Pages")
                .header("X-Pagination-Number", "1")
                .header("X-Pagination-Size", PAGE.to_string());
            if let Some((value, headers)) = self.send(page, route, &mut seen).await {
                self.compare_items(operation, &value, &mut seen);
                missing(PAGE_HEADERS, &headers, &mut seen);
            }
        }
        self.report.add(route, seen);
    }

    /// Keeps the first items of a list.
    fn remember(&mut self, operation: &Operation, route: &Word, values: &[String], value: &Value) {
        let Some(items) = value.as_array() else {
            return;
        };
        if items.is_empty() {
            self.report.empty(route);
        }
        let items = items.iter().take(OBJECTS).cloned().collect();
        let key = (operation.path().to_owned(), values.to_vec());
        self.items.insert(key, items);
    }

    /// Compares the objects of a list with their type.
    fn compare_items(&mut self, operation: &Operation, value: &Value, seen: &mut Seen) {
        let Some(shape) = self.documents.item(operation) else {
            return;
        };
        let Some(items) = value.as_array() else {
            let finding = Finding::new("another kind of JSON value", shape.type_name());
            seen.add(finding.found(kind_of(value)).expected(Some("array")));
            return;
        };
        if items.len() > PAGE {
            seen.add(Finding::new(
                "a page is longer than asked",
                shape.type_name(),
            ));
        }
        for item in items {
            self.compare_item(&shape, item, seen);
        }
    }

    fn compare_item(&mut self, shape: &Shape<'_>, item: &Value, seen: &mut Seen) {
        match item {
            Value::String(_) | Value::Number(_) => {
                let finding = Finding::new("ids on a page of objects", shape.type_name());
                seen.add(finding.found(kind_of(item)));
            }
            item => compare(shape, item, seen, &mut self.report.data),
        }
    }

    /// Sends a request. Returns the value and the headers of a success.
    async fn send(
        &mut self,
        request: RawRequest,
        route: &Word,
        seen: &mut Seen,
    ) -> Option<(Value, HeaderMap)> {
        let sent = request.response().await;
        let responses = self.take(seen);
        let Some(last) = responses.last() else {
            self.report.not_read(route, "no response");
            return None;
        };
        self.report.status(route, last.status().as_u16());
        if sent.is_err() {
            let refusal = Refusal::of(last);
            if refusal.is_of_route() {
                let place = Word::from("response");
                seen.add(Finding::new("the server does not know the route", &place));
            }
            self.report
                .refusal("a route of the tour", refusal, Some(route));
            return None;
        }
        match serde_json::from_slice::<Value>(last.body()) {
            Ok(value) => Some((value, last.headers().clone())),
            Err(_) => {
                seen.add(Finding::new("not JSON", &Word::from("response")));
                None
            }
        }
    }

    /// Takes the responses of a call, with what any response shows.
    pub(super) fn take(&mut self, seen: &mut Seen) -> Vec<Response> {
        let responses = self.recorder.take();
        for response in &responses {
            if let Ok(value) = serde_json::from_slice::<Value>(response.body()) {
                self.report.data.add_values(&value);
            }
            for (name, value) in response.headers() {
                self.report.header(name.as_str());
                // These have names of headers, which are no data.
                if !["access-control-expose-headers", "vary"].contains(&name.as_str()) {
                    let text = String::from_utf8_lossy(value.as_bytes());
                    self.report.data.add(&text);
                }
            }
            missing(HEADERS, response.headers(), seen);
            match response.date() {
                Some(date) => self.report.clock(difference(self.clock, date)),
                None if response.headers().contains_key("date") => {
                    seen.add(Finding::new("the date cannot be read", &Word::from("date")));
                }
                None => {}
            }
        }
        responses
    }

    /// Sends requests that are refused, for the shape of refusals.
    pub(super) async fn refusals(&mut self) {
        let unsigned = Request::to(Method::GET, UNSIGNED.path());
        if let Ok(request) = unsigned {
            let request = request.with_operation(&UNSIGNED);
            let sent = self.client.transport().send(request).await;
            self.refused("without credentials", sent.is_err());
        }
        let unknown = self
            .client
            .request(Method::GET, "/hosting/web/ovh-web/probe");
        let sent = unknown.response().await;
        self.refused("an unknown route", sent.is_err());
        // Only application keys have a consumer key.
        if let Ok(client) = self.client.with_consumer_key("0".repeat(32)) {
            let sent = client.read_only().request(Method::GET, UNSIGNED.path());
            let sent = sent.response().await;
            self.refused("a wrong consumer key", sent.is_err());
        }
    }

    fn refused(&mut self, request: &'static str, is_refused: bool) {
        let mut seen = Seen::default();
        let responses = self.take(&mut seen);
        match responses.last() {
            Some(last) if is_refused => self.report.refusal(request, Refusal::of(last), None),
            Some(_) => seen.add(Finding::new("not refused", &Word::from(request))),
            None => seen.add(Finding::new("no response", &Word::from(request))),
        }
        self.report.add(&Word::from(request), seen);
    }

    /// The values of a route, for one or two of its objects.
    fn values(&self, row: &Command) -> Result<Vec<Vec<String>>, &'static str> {
        let path = row.row().path();
        let mut sets = vec![Vec::new()];
        for value in row.values {
            if value.is_hosting {
                for set in &mut sets {
                    set.push(self.hosting.to_owned());
                }
                continue;
            }
            let place = format!("/{{{}}}", value.wire);
            let list = path.split(&place).next().unwrap_or_default();
            let mut longer = Vec::new();
            let mut has_list = false;
            for set in &sets {
                let items = self.items.get(&(list.to_owned(), set.clone()));
                has_list |= items.is_some();
                for item in items.into_iter().flatten() {
                    if let Some(id) = id_of(item, value.wire) {
                        longer.push([set.as_slice(), &[id]].concat());
                    }
                }
                if let (None, Kind::Choice([first, ..])) = (items, value.kind) {
                    longer.push([set.as_slice(), &[(*first).to_owned()]].concat());
                }
            }
            longer.truncate(OBJECTS);
            if longer.is_empty() {
                return Err(match has_list {
                    true => "its list is empty",
                    false => "its list was not read",
                });
            }
            sets = longer;
        }
        Ok(sets)
    }
}

/// The value that an item of a list has for a place in a route.
fn id_of(item: &Value, name: &str) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => {
            let names = [name, "id", "name"];
            let inner = names.iter().find_map(|name| object.get(*name))?;
            match inner {
                Value::Object(_) => None,
                inner => id_of(inner, name),
            }
        }
        _ => None,
    }
}

/// The query values that a route needs. `None` if there is no value for one of them.
fn required(row: &Command, hosting: &str) -> Option<Vec<(&'static str, String)>> {
    let value = |flag: &Flag| match flag.kind {
        Kind::Choice([first, ..]) | Kind::IntegerChoice([first, ..]) => Some((*first).to_owned()),
        Kind::Boolean => Some("true".to_owned()),
        Kind::Integer => Some("1".to_owned()),
        Kind::Text if flag.name == "domain" => Some(hosting.to_owned()),
        _ => None,
    };
    let needed = row.flags.iter().filter(|flag| flag.is_required);
    needed
        .map(|flag| match flag.place {
            Place::Query(name) | Place::JoinedQuery(name) => Some((name, value(flag)?)),
            _ => None,
        })
        .collect()
}

/// Adds the headers that are missing.
fn missing(expected: &[&'static str], headers: &HeaderMap, seen: &mut Seen) {
    for name in expected.iter().copied() {
        if !headers.contains_key(name) {
            seen.add(Finding::new("header is missing", &Word::from(name)));
        }
    }
}

/// The difference between this machine's clock and the server's, as a class.
fn difference(clock: &dyn Clock, server: i64) -> &'static str {
    let own = i64::try_from(clock.unix_time().as_secs()).unwrap_or(i64::MAX);
    match own.saturating_sub(server) {
        -2..=2 => "at most 2 s from the server's",
        3..=60 => "at most 1 min ahead",
        61..=3_600 => "at most 1 h ahead",
        3_601.. => "more than 1 h ahead",
        -60..=-3 => "at most 1 min behind",
        -3_600..=-61 => "at most 1 h behind",
        _ => "more than 1 h behind",
    }
}
