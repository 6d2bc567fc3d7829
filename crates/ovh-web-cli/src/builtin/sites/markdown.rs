//! A plan as a comment of a pull request: one fenced block, which no text inside can end.

use ovh_web::sites::Plan;

use super::numbers::Numbers;
use super::text::{self, Style};
use crate::failure::Failure;
use crate::printable::printable;

/// GitHub and GitLab refuse comments that are longer than 65,536 characters and more.
const LONGEST: usize = 60_000;
/// A single line is not longer than this.
const LONGEST_LINE: usize = 500;

/// The comment.
pub(super) fn plan(plan: &Plan, file: &str) -> String {
    let numbers = Numbers::of(plan).text();
    let head = format!("{}\n**{numbers}**\n", heading(file));
    let body = text::parts(plan, Style::Diff);
    if body.is_empty() {
        return head;
    }
    let (body, left) = limited(&body);
    let fence = fence(&body);
    let more = match left {
        0 => String::new(),
        left => format!("\n{left} more lines are left out: run `ovh-web sites plan`.\n"),
    };
    format!("{head}\n{fence}diff\n{body}{fence}\n{more}")
}

/// The comment if there is no plan.
pub(super) fn failure(failure: &Failure, file: &str) -> String {
    let hint = failure.hint.iter().map(|hint| format!("hint: {hint}"));
    let lines = failure.message.lines().map(str::to_owned).chain(hint);
    let lines: Vec<String> = lines
        .map(|line| format!("! {}\n", printable(&line)))
        .collect();
    let (body, _) = limited(&lines.concat());
    let fence = fence(&body);
    let head = heading(file);
    format!("{head}\n**no plan**\n\n{fence}diff\n{body}{fence}\n")
}

fn heading(file: &str) -> String {
    let file = printable(file).replace('`', "'");
    format!("### Plan of `{file}`\n")
}

/// The first lines, and the number of those left out.
fn limited(body: &str) -> (String, usize) {
    let mut text = String::new();
    let mut lines = body.lines();
    while let Some(line) = lines.next() {
        let end = line.char_indices().nth(LONGEST_LINE);
        let shown = end.map_or(line, |(end, _)| &line[..end]);
        if text.len() + shown.len() > LONGEST {
            return (text, lines.count() + 1);
        }
        text.push_str(shown);
        text.push_str(if end.is_some() { "…\n" } else { "\n" });
    }
    (text, 0)
}

/// Backticks, more than any run of them in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max();
    "`".repeat((longest.unwrap_or(0) + 1).max(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fence_is_longer_than_any_run() {
        assert_eq!(fence("a"), "```");
        assert_eq!(fence("a```b `c`"), "````");
    }

    #[test]
    fn long_text_is_cut_at_a_line() {
        let line = "+ crons nightly\n";
        let (text, left) = limited(&line.repeat(10_000));
        assert!(text.len() <= LONGEST && text.ends_with('\n'));
        assert_eq!(text.lines().count() + left, 10_000);
        let (text, left) = limited(&"é".repeat(100_000));
        assert_eq!((text.chars().count(), left), (LONGEST_LINE + 2, 0));
    }
}
