//! The lines of a `surface.txt` that came and went.

use crate::revisions::ClientChange;
use std::collections::BTreeSet;

/// The lines as a diff.
pub(super) fn lines(client: &ClientChange) -> Vec<String> {
    let lines = |text: &'_ str| -> BTreeSet<String> { text.lines().map(str::to_owned).collect() };
    let (old, new) = (lines(&client.before.surface), lines(&client.after.surface));
    let mut changed: Vec<(&String, char)> = old.difference(&new).map(|line| (line, '-')).collect();
    changed.extend(new.difference(&old).map(|line| (line, '+')));
    // The new line follows the old one.
    changed.sort_by(|a, b| (item(a.0), a.1 == '+', a.0).cmp(&(item(b.0), b.1 == '+', b.0)));
    let changed = changed.into_iter();
    changed
        .map(|(line, sign)| format!("{sign}{line}"))
        .collect()
}

/// Kind and name of what a line is about.
fn item(line: &str) -> &str {
    if line.starts_with("command ") || line.starts_with("flag ") {
        let end = line.find(" = ").or_else(|| line.find(": "));
        return &line[..end.unwrap_or(line.len())];
    }
    let behind = line.find(' ').map_or(0, |at| at + 1);
    let end = line[behind..]
        .find([':', ' ', '('])
        .map_or(line.len(), |at| behind + at);
    &line[..end]
}
