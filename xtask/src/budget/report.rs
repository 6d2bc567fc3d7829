//! What was measured, as Markdown.

use super::measure::{Group, Measured, Times};
use std::fmt::Write as _;

/// Medians, what they are of the first row's, and how far the repeats lie apart.
pub(super) fn markdown(measured: &Measured) -> String {
    let mut text = format!(
        "# What compiling costs\n\n{}, {} processors, {} operations, {} repeats, \
         `CARGO_INCREMENTAL=0`, dependencies built before.\nSeconds: the median, then the smallest \
         and the largest. The ratio is that of the medians to the first row.\n",
        measured.rustc, measured.processors, measured.operations, measured.repeats
    );
    for group in &measured.groups {
        let has_cpu = group
            .times
            .iter()
            .flatten()
            .any(|times| !times.cpu.is_empty());
        table(&mut text, group, "on the clock", |times| &times.wall);
        if has_cpu {
            table(&mut text, group, "work of all processors", |times| {
                &times.cpu
            });
        }
    }
    text
}

fn table(text: &mut String, group: &Group, what: &str, of: impl Fn(&Times) -> &Vec<f64>) {
    let _ = write!(text, "\n## {}, {what}\n\n| | lines |", group.title);
    for mode in group.modes {
        let _ = write!(text, " {} | ratio |", mode.title());
    }
    let _ = writeln!(text, "\n|---|---|{}", "---|---|".repeat(group.modes.len()));
    for (row, subject) in group.subjects.iter().enumerate() {
        let _ = write!(text, "| {} | {} |", subject.title, subject.lines);
        for column in 0..group.modes.len() {
            let own = Spread::of(of(&group.times[row][column]));
            let base = Spread::of(of(&group.times[0][column]));
            match (own, base) {
                (Some(own), Some(base)) => {
                    let ratio = own.median / base.median;
                    let _ = write!(
                        text,
                        " {:.2} ({:.2} to {:.2}) | {ratio:.2} |",
                        own.median, own.smallest, own.largest
                    );
                }
                _ => text.push_str(" - | - |"),
            }
        }
        text.push('\n');
    }
}

struct Spread {
    smallest: f64,
    median: f64,
    largest: f64,
}

impl Spread {
    /// Nothing of nothing.
    fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (smallest, largest) = (*sorted.first()?, *sorted.last()?);
        let (lower, upper) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        Some(Self {
            smallest,
            median: f64::midpoint(lower, upper),
            largest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::measure::tests::invented;

    #[test]
    fn medians_are_compared_with_the_first_row_and_what_was_not_measured_is_no_number() {
        let text = markdown(&invented());
        assert!(
            text.contains("| slow | 10 | 3.00 (2.00 to 4.00) | 1.00 |"),
            "{text}"
        );
        assert!(
            text.contains("| fast | 10 | 1.20 (0.50 to 9.00) | 0.40 |"),
            "{text}"
        );
        assert!(
            text.contains("| fast | 10 | 1.00 (1.00 to 1.00) | 0.50 | - | - |"),
            "{text}"
        );
    }
}
