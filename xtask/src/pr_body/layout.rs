//! Shortens the text of a pull request to its limit.
//!
//! Whole lines are left out and counted; a block keeps its end.

/// Lines between an opening and an ending, such as those of a code block.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) open: String,
    pub(super) lines: Vec<String>,
    pub(super) close: String,
    /// Parts with a lower number get their space first.
    pub(super) rank: u8,
}

impl Part {
    /// A text that is not taken apart.
    pub(super) fn whole(rank: u8, text: impl Into<String>) -> Self {
        Self {
            open: text.into(),
            rank,
            ..Self::default()
        }
    }

    /// Lines, folded under a summary if there are more than `few`.
    pub(super) fn folded(rank: u8, few: usize, what: &str, lines: Vec<String>) -> Self {
        let mut part = Self {
            rank,
            ..Self::default()
        };
        if lines.len() > few {
            part.open = format!("<details><summary>{} {what}</summary>\n\n", lines.len());
            part.close = "\n</details>\n".to_owned();
        }
        part.lines = lines;
        part
    }

    /// The lines as a code block.
    pub(super) fn fenced(mut self, language: &str) -> Self {
        self.open.push_str(&format!("```{language}\n"));
        self.close.insert_str(0, "```\n");
        self
    }
}

/// Joins the parts into a text of at most `limit` bytes.
pub(super) fn fit(parts: &[Part], limit: usize) -> String {
    // Space for a blank line after each part, and for the count of missing lines.
    const NOTE: usize = 100;
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|at| parts[*at].rank);
    let mut left = limit;
    let mut texts = vec![String::new(); parts.len()];
    for at in order {
        let Part {
            open, lines, close, ..
        } = &parts[at];
        let Some(rest) = left.checked_sub(open.len() + close.len() + NOTE) else {
            continue;
        };
        // No part takes the space of all others.
        let rest = rest.min(limit / 2);
        let text = &mut texts[at];
        text.push_str(open);
        let (mut used, mut missing) = (0, 0);
        for line in lines {
            // A line that is longer than what a person reads stands in the way of no other one.
            used += line.len() + 1;
            if used <= rest {
                text.push_str(line);
                text.push('\n');
            } else {
                missing += 1;
                used -= if line.len() > limit / 10 {
                    line.len() + 1
                } else {
                    0
                };
            }
        }
        text.push_str(close);
        if missing > 0 {
            text.push_str(&format!(
                "\n_{missing} more lines do not fit here: `cargo xtask diff` prints all._\n"
            ));
        }
        text.push('\n');
        left -= text.len();
    }
    texts.concat().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> Vec<String> {
        vec!["- a line".to_owned(); count]
    }

    #[test]
    fn long_parts_are_folded_and_counted() {
        let text = |count| fit(&[Part::folded(0, 3, "lines", lines(count))], 1_000);
        assert_eq!(text(3), "- a line\n- a line\n- a line");
        assert!(text(4).starts_with("<details><summary>4 lines</summary>\n\n- a line\n"));
        assert!(text(4).ends_with("- a line\n\n</details>"));
    }

    #[test]
    fn cuts_lines_and_no_blocks() {
        let parts = [
            Part::whole(0, "# Title\n"),
            Part::folded(2, 3, "lines", lines(100)).fenced("diff"),
            Part::folded(1, 3, "entries", lines(20)),
        ];
        for limit in 0..2_000 {
            let text = fit(&parts, limit);
            assert!(text.len() <= limit, "{limit}: {text}");
            for (open, close) in [
                ("<details>", "</details>"),
                ("```diff", "```\n\n</details>"),
            ] {
                let count = |of| text.matches(of).count();
                assert_eq!(count(open), count(close), "{limit}: {text}");
            }
            // What is left out is said, and the important part is there first.
            assert!(
                limit < 700 || text.contains("20 entries"),
                "{limit}: {text}"
            );
            let said = text.contains("more lines do not fit here");
            assert!(
                limit < 700 || said || text.contains("100 lines"),
                "{limit}: {text}"
            );
        }
        assert_eq!(fit(&parts, 10_000).matches("- a line").count(), 120);
    }

    #[test]
    fn a_huge_line_hides_no_other_one() {
        let huge = ["x".repeat(900), "- a line".to_owned()].to_vec();
        let text = fit(&[Part::folded(0, 3, "lines", huge)], 1_000);
        assert!(text.starts_with("- a line\n\n_1 more lines"), "{text}");
    }
}
