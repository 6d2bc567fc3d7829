//! The lines of `schema/surface.txt` that came and went.

use crate::sides::Compared;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// More lines than this are folded.
const FEW: usize = 40;

/// The lines as a diff; nothing if there are none.
pub(super) fn text(compared: &Compared) -> String {
    let lines = |text: &'_ str| -> BTreeSet<String> { text.lines().map(str::to_owned).collect() };
    let (old, new) = (
        lines(&compared.before.surface),
        lines(&compared.after.surface),
    );
    let mut changed: Vec<(&String, char)> = old.difference(&new).map(|line| (line, '-')).collect();
    changed.extend(new.difference(&old).map(|line| (line, '+')));
    // What became of a line stands below it.
    changed.sort_by(|a, b| (item(a.0), a.1 == '+', a.0).cmp(&(item(b.0), b.1 == '+', b.0)));
    if changed.is_empty() {
        return String::new();
    }
    let mut out = String::from("```diff\n");
    for (line, sign) in &changed {
        let _ = writeln!(out, "{sign}{line}");
    }
    out.push_str("```\n");
    if changed.len() <= FEW {
        return out;
    }
    format!(
        "<details><summary>{} lines of <code>schema/surface.txt</code></summary>\n\n{out}\n</details>\n",
        changed.len()
    )
}

/// Kind and name of what a line is about.
fn item(line: &str) -> &str {
    let behind = line.find(' ').map_or(0, |at| at + 1);
    let end = line[behind..]
        .find([':', ' ', '('])
        .map_or(line.len(), |at| behind + at);
    &line[..end]
}
