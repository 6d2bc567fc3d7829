//! Half an hour of mixed journeys with faults.

use super::figures::Target;
use super::{Lab, Outcome, Part};
use crate::failure::Failure;
use serde::Deserialize;

pub(super) const PART: Part = Part {
    name: "soak",
    title: "Soak: mixed journeys with faults",
    run: measure,
};

/// What a soak has told at its end. It ends early, with an error, if something was not as it has to
/// be.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Soaked {
    seed: u64,
    wall: f64,
    /// Steps and kilobytes, at even distances in time.
    memory: Vec<(u64, Option<f64>)>,
    steps: u64,
    calls: u64,
    struck: u64,
    writes: u64,
    refused: u64,
    unsure_undone: u64,
    unsure_done: u64,
    set_again: u64,
    finished: u64,
    failed_as_ordered: u64,
    resumed_waits: u64,
    looks: u64,
    digest: String,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    lab.programs.build(lab.workspace, &["soak"])?;
    let seconds = lab.or_quick("1800", "10");
    lab.tell(format!("{seconds} seconds of it"))?;
    let soaked = lab
        .programs
        .run("soak", &["--seconds", seconds, "--seed", "1"])?;
    Ok(report(&soaked))
}

/// What the memory has grown by between the second and the last third, in megabytes: the journal of
/// the sandbox, which is in the same process, is full by then.
fn growth(memory: &[(u64, Option<f64>)]) -> Option<f64> {
    let third = memory.len() / 3;
    let median = |part: &[(u64, Option<f64>)]| {
        let mut values: Vec<f64> = part.iter().filter_map(|it| it.1).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let middle = median(memory.get(third..2 * third)?)?;
    let last = median(memory.get(2 * third..)?)?;
    Some((last - middle) / 1024.0)
}

/// The section.
pub(super) fn report(soaked: &Soaked) -> Outcome {
    let growth = growth(&soaked.memory);
    Outcome {
        targets: vec![
            Target {
                what:
                    "soak: differences between the sandbox's state and the model's, writes applied \
                       twice, tasks lost"
                        .to_owned(),
                figure: "0".to_owned(),
                limit: "at most 0".to_owned(),
                // The program ends with an error at the first one.
                reached: true,
            },
            Target {
                what: "soak: MB that memory grew by from the second to the last third".to_owned(),
                figure: growth.map_or_else(|| "not told".to_owned(), |it| format!("{it:.2}")),
                limit: "at most 1.00".to_owned(),
                reached: growth.is_some_and(|it| it <= 1.0),
            },
        ],
        text: format!(
            "One client and one sandbox with four hostings for {:.0} minutes: domains, users, variables \
             and crons come, change and go, up to twelve tasks at a time; in every third step the calls \
             are struck by a fault (refusals of every sort, cut connections, replies cut off, effects that \
             nobody is told of, a clock that is off). After each write the server's own word says how \
             often it was applied; each list that is read, and the whole state at the end, is compared with \
             the model.\n\n\
             | | |\n|---|---|\n\
             | steps | {} |\n| calls, struck by a fault | {}, {} |\n| writes asked for | {} |\n\
             | surely not done, and so it was | {} |\n| unsure, and not done | {} |\n\
             | unsure, and done | {} |\n| values set again by a repeat, to the same | {} |\n\
             | work waited for to its end | {} |\n| of it made to fail, and told so | {} |\n\
             | waits broken by trouble, and taken up again | {} |\n| lists compared | {} |\n\n\
             Time passes only as it is waited for, so this is far more of it than minutes. The same seed \
             gives the same run: seed {}, {} steps, digest `{}`. `.ci/run` has a short one.\n",
            soaked.wall / 60.0,
            soaked.steps,
            soaked.calls,
            soaked.struck,
            soaked.writes,
            soaked.refused,
            soaked.unsure_undone,
            soaked.unsure_done,
            soaked.set_again,
            soaked.finished,
            soaked.failed_as_ordered,
            soaked.resumed_waits,
            soaked.looks,
            soaked.seed,
            soaked.steps,
            soaked.digest
        ),
        drawings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::growth;

    #[test]
    fn growth_is_what_comes_after_the_first_third() {
        let memory = |kilobytes: &[f64]| -> Vec<(u64, Option<f64>)> {
            kilobytes.iter().map(|it| (0, Some(*it))).collect()
        };
        let flat = memory(&[1e3, 5e3, 9e3, 9e3, 9e3, 9e3, 9e3, 9e3, 9e3]);
        assert_eq!(growth(&flat), Some(0.0));
        let leaking = memory(&[0.0, 1024.0, 2048.0, 3072.0, 4096.0, 5120.0]);
        assert_eq!(growth(&leaking), Some(2.0));
        assert_eq!(growth(&[(1, None), (2, None), (3, None)]), None);
        assert_eq!(growth(&[]), None);
    }
}
