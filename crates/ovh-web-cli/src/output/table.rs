//! Tables for people: aligned columns, fitted to the terminal, never cut when piped.

use serde_json::Value;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cells::{columns, field, text};
use crate::printable::printable;

/// The style of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Sizes and dates are shortened for people.
    pub(super) is_human: bool,
    pub(super) is_colored: bool,
    /// The width to fit into.
    pub(super) width: Option<u16>,
}

const GAP: usize = 2;
/// No column is made narrower.
const NARROWEST: usize = 8;

/// One row a line.
pub(super) fn rows(rows: &[Value], columns: &[String], look: Look) -> String {
    let header: Vec<String> = columns
        .iter()
        .map(|name| printable(&name.to_uppercase()))
        .collect();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            columns
                .iter()
                .map(|column| shown(field(row, column), look))
                .collect()
        })
        .collect();
    let mut widths: Vec<usize> = header.iter().map(|name| name.width()).collect();
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    if let Some(limit) = look.width {
        fit(&mut widths, limit.into());
    }
    let mut text = line(&header, &widths, |_, cell| cell);
    for row in &cells {
        text.push_str(&line(row, &widths, |column, cell| {
            let is_state = matches!(columns[column].as_str(), "state" | "status");
            match look.is_colored && is_state {
                true => colored(&row[column], &cell),
                false => cell,
            }
        }));
    }
    text
}

/// One property a line.
pub(super) fn object(value: &Value, look: Look) -> String {
    let names: Vec<String> = match value {
        Value::Object(object) if look.is_human => object.keys().cloned().collect(),
        value => columns(std::slice::from_ref(value)),
    };
    let widths = names.iter().map(|name| printable(name).width());
    let width = widths.max().unwrap_or(0);
    let lines = names.iter().map(|name| {
        let cell = shown(field(value, name), look);
        let cell = match look.is_colored && matches!(name.as_str(), "state" | "status") {
            true => colored(&cell, &cell),
            false => cell,
        };
        let line = format!("{}  {cell}", padded(&printable(name), width));
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

/// Narrows the widest columns until the line fits.
fn fit(widths: &mut [usize], limit: usize) {
    loop {
        let gaps = GAP * widths.len().saturating_sub(1);
        let total: usize = widths.iter().sum::<usize>() + gaps;
        let Some(widest) = widths.iter_mut().max() else {
            return;
        };
        if total <= limit || *widest <= NARROWEST {
            return;
        }
        *widest = (*widest - (total - limit).min(*widest - NARROWEST)).max(*widest * 3 / 4);
    }
}

fn line(cells: &[String], widths: &[usize], paint: impl Fn(usize, String) -> String) -> String {
    let mut line = String::new();
    for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let cell = cut(cell, *width);
        let padding = width.saturating_sub(cell.width());
        line.push_str(&paint(index, cell));
        if index + 1 < cells.len() {
            line.extend(std::iter::repeat_n(' ', padding + GAP));
        }
    }
    format!("{}\n", line.trim_end())
}

fn padded(text: &str, width: usize) -> String {
    let padding = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(padding))
}

/// The beginning of a text that is too wide.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for letter in text.chars() {
        used += letter.width().unwrap_or(0);
        if used > width {
            break;
        }
        short.push(letter);
    }
    short.push('…');
    short
}

/// A cell without control characters, and on a terminal with sizes and dates for people.
fn shown(value: Option<&Value>, look: Look) -> String {
    let plain = match value {
        Some(value) if look.is_human => human(value).unwrap_or_else(|| text(Some(value))),
        value => text(value),
    };
    printable(&plain)
}

/// `{"unit": "GB", "value": 1.5}` as `1.5 GB`, and times without seconds.
fn human(value: &Value) -> Option<String> {
    if let Value::String(text) = value {
        let time = chrono::DateTime::parse_from_rfc3339(text).ok()?;
        return Some(time.format("%Y-%m-%d %H:%M").to_string());
    }
    let object = value.as_object().filter(|object| object.len() == 2)?;
    let unit = object.get("unit")?.as_str()?;
    let number = object.get("value")?.as_f64()?;
    let digits = usize::from(number.fract() != 0.0);
    Some(format!("{number:.digits$} {unit}"))
}

/// Green for ready states, red for failures, yellow for all others.
fn colored(state: &str, cell: &str) -> String {
    let color = match state {
        "" => return cell.to_owned(),
        "ok" | "active" | "created" | "done" | "on" | "successful" | "READY" => 32,
        "error" | "failed" | "cancelled" | "off" | "suspended" | "blocked" | "expired"
        | "initialError" | "ERROR" => 31,
        _ => 33,
    };
    format!("\u{1b}[{color}m{cell}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PLAIN: Look = Look {
        is_human: false,
        is_colored: false,
        width: None,
    };

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn aligns_and_escapes() {
        let list = [
            json!({"name": "a\u{1b}[31m", "state": "ok"}),
            json!({"name": "日本", "state": "error"}),
        ];
        let text = rows(&list, &names(&["name", "state"]), PLAIN);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "NAME         STATE");
        assert_eq!(lines[1], "a\\u{1b}[31m  ok");
        assert_eq!(lines[2], "日本         error");
    }

    #[test]
    fn fits_a_terminal_and_is_whole_otherwise() {
        let list = [json!({"name": "x".repeat(100), "state": "ok"})];
        let fitted = Look {
            width: Some(40),
            ..PLAIN
        };
        let text = rows(&list, &names(&["name", "state"]), fitted);
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
        assert!(rows(&list, &names(&["name"]), PLAIN).contains(&"x".repeat(100)));
    }

    #[test]
    fn people_see_sizes_and_dates() {
        let human = Look {
            is_human: true,
            ..PLAIN
        };
        let value =
            json!({"size": {"unit": "GB", "value": 1.5}, "at": "2026-11-29T08:00:01+01:00"});
        assert_eq!(
            object(&value, human),
            "at    2026-11-29 08:00\nsize  1.5 GB\n"
        );
        assert!(object(&value, PLAIN).contains("size.unit"));
    }
}
