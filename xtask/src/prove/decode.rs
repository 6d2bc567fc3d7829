//! What decoding a reply costs, against structs that are written by hand.

use super::figures::{Samples, Target};
use super::{Lab, Outcome, Part};
use crate::failure::Failure;
use serde::Deserialize;
use std::fmt::Write as _;

pub(super) const PART: Part = Part {
    name: "decode",
    title: "Decoding a reply",
    run: measure,
};

/// Microseconds of a kind of reply, measured in turn.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Kind {
    title: String,
    /// What ours may take of that by hand.
    limit: f64,
    ours: Samples,
    hand: Samples,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    lab.programs
        .build_of(lab.workspace, "ovh-web-client", &["decode"])?;
    let rounds = lab.or_quick("200", "10");
    let kinds: Vec<Kind> = lab.programs.run("decode", &["--json", rounds])?;
    Ok(report(&kinds))
}

/// The section.
pub(super) fn report(kinds: &[Kind]) -> Outcome {
    let mut text = "By hand are structs with serde's derive, for the same properties. Both read a reply \
                    that lies in memory, over the same road, in turn.\n\n\
                    | reply | ours, of that by hand | microseconds, ours | by hand |\n|---|---|---|---|\n"
        .to_owned();
    let mut targets = Vec::new();
    for Kind {
        title,
        limit,
        ours,
        hand,
    } in kinds
    {
        let ratio = ours.over(hand);
        let _ = writeln!(text, "| {title} | {ratio} | {ours:.0} | {hand:.0} |");
        targets.push(Target::at_most(
            format!("decoding, of structs by hand: {title}"),
            &ratio,
            *limit,
        ));
    }
    text.push_str(
        "\nBy hand, one bad item costs the whole page; here it is one error among the others.\n",
    );
    Outcome {
        targets,
        text,
        drawings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_judged_by_what_was_measured_side_by_side() {
        let kind = |ours: &[f64]| Kind {
            title: "a page".to_owned(),
            limit: 1.1,
            ours: Samples(ours.to_vec()),
            hand: Samples(vec![100.0, 200.0, 100.0]),
        };
        let outcome = report(&[kind(&[90.0, 180.0, 90.0]), kind(&[120.0, 240.0, 120.0])]);
        let reached: Vec<bool> = outcome.targets.iter().map(|it| it.reached).collect();
        assert_eq!(reached, [true, false]);
        assert!(outcome.text.contains("| a page | 0.90 (0.90 to 0.90) |"));
    }
}
