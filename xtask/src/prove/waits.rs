//! What ten thousand waits at once cost.

use super::figures::{Samples, Target};
use super::{Lab, Outcome, Part};
use crate::failure::Failure;
use serde::Deserialize;

pub(super) const PART: Part = Part {
    name: "waits",
    title: "Scale: 10,000 waits at once",
    run: measure,
};

/// How many looks are made before the sandbox lets all tasks be done.
const LOOKS: u64 = 5;

/// One wait for everything.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Waits {
    tasks: u64,
    done: u64,
    hostings: u64,
    calls: u64,
    /// Kilobytes; nothing where the system does not tell.
    idle: Option<f64>,
    peak: Option<f64>,
    cpu: f64,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    lab.programs.build(lab.workspace, &["scale"])?;
    let each = lab.or_quick("100", "10");
    let mut found = Vec::new();
    for turn in 0..lab.or_quick(3, 1) {
        lab.tell(format!("turn {}", turn + 1))?;
        let server = lab
            .programs
            .serve("scale", &["--hostings", "100", "--tasks", each])?;
        let looks = LOOKS.to_string();
        let args = ["waits", "--server", &server.line, "--looks", &looks];
        found.push(lab.programs.run("scale", &args)?);
    }
    Ok(report(&found))
}

/// The section.
pub(super) fn report(found: &[Waits]) -> Outcome {
    let Some(first) = found.first() else {
        return Outcome::default();
    };
    let most = found.iter().map(|it| it.calls.div_ceil(it.hostings)).max();
    let lost: u64 = found.iter().map(|it| it.tasks - it.done).sum();
    let memory = found
        .iter()
        .filter_map(|it| Some((it.peak? - it.idle?) / 1024.0));
    let memory = Samples(memory.collect());
    let bytes = memory.median() * 1024.0 * 1024.0 / first.tasks as f64;
    let looks = |it: &Waits| it.calls as f64 / it.hostings as f64;
    let each = found
        .iter()
        .map(|it| it.cpu * 1e6 / (looks(it) * it.tasks as f64));
    let each = Samples(each.collect());
    Outcome {
        targets: vec![
            Target::count(
                format!(
                    "calls a hosting for {} looks at {} tasks",
                    LOOKS + 1,
                    first.tasks
                ),
                most.unwrap_or(u64::MAX),
                LOOKS + 1,
            ),
            Target::count("waits that did not come to an end", lost, 0),
        ],
        text: format!(
            "A `TaskSet` of {} tasks on {} hostings, a look a second. After {LOOKS} looks the sandbox \
             lets all of them be done. A look is one call for the task list of a hosting, however many \
             of its tasks are waited for.\n\n\
             - memory: {memory:.1} MB over idle, {bytes:.0} bytes a wait, replies in flight included\n\
             - processor: {each:.2} microseconds a task and look\n",
            first.tasks, first.hostings
        ),
        drawings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_call_for_a_look_or_a_lost_wait_misses_the_target() {
        let fine = Waits {
            tasks: 1000,
            done: 1000,
            hostings: 10,
            calls: 60,
            idle: Some(1024.0),
            peak: Some(2048.0),
            cpu: 0.006,
        };
        let outcome = report(std::slice::from_ref(&fine));
        assert!(outcome.targets.iter().all(|it| it.reached));
        assert!(
            outcome.text.contains("1.0 MB over idle, 1049 bytes a wait"),
            "{}",
            outcome.text
        );
        assert!(
            outcome.text.contains("1.00 microseconds"),
            "{}",
            outcome.text
        );
        let bad = Waits {
            done: 999,
            calls: 61,
            ..fine
        };
        let outcome = report(&[bad]);
        assert!(outcome.targets.iter().all(|it| !it.reached));
    }
}
