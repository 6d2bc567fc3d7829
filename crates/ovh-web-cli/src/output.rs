//! The output of a command in each of its formats.

mod cells;
mod delimited;
mod table;

use std::sync::Mutex;
use std::sync::PoisonError;

use serde_json::Value;

use crate::body::nearest;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::jq::Query;
use crate::printable::{printable, printable_json};
use crate::session::{Console, Session};

pub(crate) use cells::field;
pub(crate) use table::cut;

/// Prints the values of a command.
#[derive(Debug)]
pub(crate) struct Printer {
    console: Console,
    format: Format,
    query: Option<Query>,
    columns: Vec<String>,
    /// The columns of a table without `--columns`.
    defaults: Vec<String>,
    sort: Option<String>,
    raw_csv: bool,
    /// `true` if a column that no row has is empty, and no error.
    allows_missing: bool,
    is_colored: bool,
    /// `true` if items are printed as they come.
    streams: bool,
    /// `true` for a list: it is printed as one, whatever its length.
    is_list: bool,
    rows: Mutex<Vec<Value>>,
}

impl Printer {
    /// Creates a printer. `defaults` are the columns of a table without `--columns`.
    pub(crate) fn new(
        session: &Session,
        globals: &Globals,
        defaults: impl IntoIterator<Item = impl Into<String>>,
    ) -> Outcome<Self> {
        let terminals = session.console.terminals();
        let format = globals.output.unwrap_or(match terminals.stdout {
            true => Format::Table,
            false => Format::Json,
        });
        let color_is_off = session.variable("NO_COLOR").is_some();
        let query = globals.query.as_deref().map(Query::compile).transpose()?;
        Ok(Self {
            console: session.console.clone(),
            streams: format == Format::JsonLines && query.is_none() && globals.sort.is_none(),
            format,
            query,
            columns: globals.columns.clone(),
            defaults: defaults.into_iter().map(Into::into).collect(),
            sort: globals.sort.clone(),
            raw_csv: globals.raw_csv,
            allows_missing: false,
            is_colored: terminals.stdout && !color_is_off,
            is_list: false,
            rows: Mutex::default(),
        })
    }

    /// A printer that only collects rows.
    pub(crate) fn buffer(session: &Session, globals: &Globals) -> Outcome<Self> {
        let mut globals = globals.clone();
        globals.query = None;
        let mut printer = Self::new(session, &globals, [""; 0])?;
        printer.streams = false;
        Ok(printer)
    }

    /// The rows that were added.
    pub(crate) fn into_rows(self) -> Vec<Value> {
        self.rows
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints the values as a list.
    pub(crate) fn list(mut self) -> Self {
        self.is_list = true;
        self
    }

    /// Leaves a column empty that no row has: its name was checked, or rows of a write must not be
    /// lost.
    pub(crate) const fn allow_missing_columns(mut self, allows: bool) -> Self {
        self.allows_missing = allows;
        self
    }

    /// Adds an item of a list. It is printed at once where the format allows.
    pub(crate) fn add_item(&self, value: Value) -> Outcome {
        match self.streams {
            true => self.print(&line(&value)),
            false => self.add(value),
        }
    }

    /// Adds a value, which is printed at the end.
    pub(crate) fn add(&self, value: Value) -> Outcome {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.push(value);
        Ok(())
    }

    /// Prints what was added.
    pub(crate) fn finish(self) -> Outcome {
        let rows = std::mem::take(&mut *self.rows.lock().unwrap_or_else(PoisonError::into_inner));
        let mut rows = rows;
        if let Some(column) = &self.sort {
            sort(&mut rows, column, self.allows_missing)?;
        }
        let value = match self.is_list {
            true => Value::Array(rows),
            false => match rows.pop() {
                Some(value) => value,
                None => return Ok(()),
            },
        };
        let values = match &self.query {
            Some(query) => query.run(&value)?,
            None => vec![value],
        };
        let mut text = String::new();
        match self.format {
            Format::Json => {
                for value in &values {
                    let printed = serde_json::to_string_pretty(value).map_err(internal)?;
                    text.push_str(&printed);
                    text.push('\n');
                }
            }
            Format::JsonLines => {
                for value in &values {
                    match value {
                        Value::Array(items) => text.extend(items.iter().map(line)),
                        value => text.push_str(&line(value)),
                    }
                }
            }
            Format::Yaml => {
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        text.push_str("---\n");
                    }
                    text.push_str(&serde_saphyr::to_string(value).map_err(internal)?);
                    if !text.ends_with('\n') {
                        text.push('\n');
                    }
                }
            }
            Format::Csv | Format::Tsv => {
                let rows = flatten(values);
                let columns = self.columns_of(&rows, false)?;
                let delimiter = if self.format == Format::Csv {
                    b','
                } else {
                    b'\t'
                };
                text = delimited::text(&rows, &columns, delimiter, self.raw_csv)?;
            }
            Format::Table => {
                let is_one = matches!(&values[..], [Value::Object(_)]);
                let rows = flatten(values);
                let terminals = self.console.terminals();
                let look = table::Look {
                    is_human: terminals.stdout,
                    is_colored: self.is_colored,
                    width: terminals.stdout.then_some(terminals.width).flatten(),
                };
                text = match is_one && self.columns.is_empty() {
                    true => table::object(&rows[0], look),
                    false => table::rows(&rows, &self.columns_of(&rows, true)?, look),
                };
            }
        }
        match self.print(&text) {
            // Whoever reads no more takes nothing from the exit code.
            Err(failure) if failure.exit == Exit::Done => Ok(()),
            printed => printed,
        }
    }

    /// Prints text. On a terminal, nothing in it moves the cursor or reorders what is shown.
    fn print(&self, text: &str) -> Outcome {
        // Cells of a table are escaped, and its colors are not.
        if !self.console.terminals().stdout || self.format == Format::Table {
            return self.console.output(text);
        }
        let escape = match self.format {
            Format::Json | Format::JsonLines => printable_json,
            _ => printable,
        };
        let shown = text.split_inclusive(['\n', '\t']).map(|part| {
            let end = part.len() - usize::from(part.ends_with(['\n', '\t']));
            format!("{}{}", escape(&part[..end]), &part[end..])
        });
        self.console.output(&shown.collect::<String>())
    }

    /// The columns: those of `--columns`, else the defaults that occur, else all.
    fn columns_of(&self, rows: &[Value], is_table: bool) -> Outcome<Vec<String>> {
        let known = cells::columns(rows);
        if self.columns.is_empty() && rows.is_empty() {
            return Ok(self.defaults.clone());
        }
        if self.columns.is_empty() {
            let defaults = self.defaults.iter().filter(|name| {
                known.iter().any(|column| {
                    column == *name
                        || column
                            .strip_prefix(name.as_str())
                            .is_some_and(|rest| rest.starts_with('.'))
                })
            });
            let defaults: Vec<String> = defaults.cloned().collect();
            if is_table && !defaults.is_empty() {
                // A column without any value tells nothing.
                let has_value = |name: &String| {
                    let mut values = rows.iter().filter_map(|row| field(row, name));
                    values.any(|value| !value.is_null())
                };
                return Ok(defaults.into_iter().filter(has_value).collect());
            }
            // All of them, those of a table first.
            let place = |column: &String| {
                let matches = |name: &&String| {
                    let rest = column.strip_prefix(name.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                let place = defaults.iter().position(|name| matches(&name));
                place.unwrap_or(defaults.len())
            };
            let mut all = known;
            all.sort_by_key(place);
            return Ok(all);
        }
        for name in &self.columns {
            let is_missing = !rows.is_empty() && rows.iter().all(|row| field(row, name).is_none());
            if is_missing && !self.allows_missing {
                return Err(unknown_column(name, &known));
            }
        }
        Ok(self.columns.clone())
    }
}

/// The error for a column that rows do not have.
pub(crate) fn unknown_column(name: &str, known: &[String]) -> Failure {
    let near = nearest(name, known.iter().map(String::as_str));
    Failure::usage(format!("no column `{name}`")).hint(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the columns are {}", known.join(", ")),
    })
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::new(
        Exit::Failed,
        format!("the output cannot be written: {error}"),
    )
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

/// Lists in the output are rows, other values one row each.
fn flatten(values: Vec<Value>) -> Vec<Value> {
    let rows = values.into_iter().map(|value| match value {
        Value::Array(items) => items,
        value => vec![value],
    });
    rows.flatten().collect()
}

/// The column of `--sort`, and `true` if the order is reversed.
pub(crate) fn sort_key(column: &str) -> (&str, bool) {
    match column.strip_prefix('-') {
        Some(name) => (name, true),
        None => (column, false),
    }
}

/// Sorts by a column: numbers and versions by value; rows without it come last.
fn sort(rows: &mut [Value], column: &str, allows_missing: bool) -> Outcome {
    let (name, is_reverse) = sort_key(column);
    let is_missing = !rows.is_empty() && rows.iter().all(|row| field(row, name).is_none());
    if is_missing && !allows_missing {
        return Err(unknown_column(name, &cells::columns(rows)));
    }
    rows.sort_by(|a, b| {
        let (a, b) = (field(a, name), field(b, name));
        match (a.filter(|a| !a.is_null()), b.filter(|b| !b.is_null())) {
            (Some(a), Some(b)) => {
                let order = crate::compare::order(a, b);
                if is_reverse { order.reverse() } else { order }
            }
            (a, b) => a.is_none().cmp(&b.is_none()),
        }
    });
    Ok(())
}
