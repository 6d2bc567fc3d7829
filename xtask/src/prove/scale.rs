//! How the client grows with the number of hostings and of calls at a time.

use super::figures::{Samples, Target};
use super::plot::Plot;
use super::{Lab, Outcome, Part};
use crate::failure::Failure;
use serde::Deserialize;
use std::fmt::Write as _;

pub(super) const PART: Part = Part {
    name: "scale",
    title: "Scale: an inventory of many hostings",
    run: measure,
};

const MEMORY: &str = "scale-memory.svg";
const TIME: &str = "scale-time.svg";

/// How many hostings are looked at at a time where the size is varied.
const AT_A_TIME: usize = 16;

/// How long the sandbox lets each call wait where the concurrency is varied: about what the way to
/// a server in another town takes. Without it the two processors are all that is measured.
const DELAY: u32 = 10;

/// One inventory.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Inventory {
    hostings: u64,
    calls: u64,
    /// Kilobytes; nothing where the system does not tell.
    idle: Option<f64>,
    peak: Option<f64>,
    wall: f64,
    cpu: f64,
}

/// All inventories: by size, and by concurrency.
#[derive(Debug, Default)]
pub(super) struct Measured {
    sizes: Vec<Vec<Inventory>>,
    /// With how many hostings at a time.
    concurrent: Vec<(usize, Vec<Inventory>)>,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    lab.programs.build(lab.workspace, &["scale"])?;
    let sizes: &[u32] = lab.or_quick(&[100, 1000, 5000], &[20, 100]);
    let (hostings, repeats) = (lab.or_quick(1000_u32, 40), lab.or_quick(3, 1));
    let mut measured = Measured::default();
    for size in sizes {
        lab.tell(format!("{size} hostings"))?;
        let server = lab
            .programs
            .serve("scale", &["--hostings", &size.to_string()])?;
        let mut found = Vec::new();
        for _ in 0..repeats {
            found.push(inventory(lab, &server.line, AT_A_TIME)?);
        }
        measured.sizes.push(found);
    }
    let (count, delay) = (hostings.to_string(), DELAY.to_string());
    let server = lab
        .programs
        .serve("scale", &["--hostings", &count, "--delay", &delay])?;
    for concurrency in [1, 4, 16, 64] {
        lab.tell(format!("{concurrency} at a time"))?;
        let mut found = Vec::new();
        for _ in 0..repeats {
            found.push(inventory(lab, &server.line, concurrency)?);
        }
        measured.concurrent.push((concurrency, found));
    }
    Ok(report(&measured))
}

fn inventory(lab: &Lab<'_>, server: &str, concurrency: usize) -> Result<Inventory, Failure> {
    let concurrency = concurrency.to_string();
    let args = [
        "inventory",
        "--server",
        server,
        "--concurrency",
        &concurrency,
    ];
    lab.programs.run("scale", &args)
}

/// Megabytes over idle.
fn over_idle(inventory: &Inventory) -> Option<f64> {
    Some((inventory.peak? - inventory.idle?) / 1024.0)
}

/// The section.
pub(super) fn report(measured: &Measured) -> Outcome {
    let mut outcome = Outcome::default();
    let mut text = format!(
        "Five lists of each hosting (domains, databases, users, modules, crons), {AT_A_TIME} hostings \
         at a time. Client and sandbox are processes of their own. Idle is what the client holds after \
         its first call; the peak is the kernel's own (`VmHWM`).\n\n\
         | hostings | calls | calls a hosting | MB over idle | MB at idle | CPU ms a hosting |\n\
         |---|---|---|---|---|---|\n"
    );
    let mut points = Vec::new();
    for found in &measured.sizes {
        let Some(first) = found.first() else { continue };
        let memory = Samples(found.iter().filter_map(over_idle).collect());
        let idle = Samples(
            found
                .iter()
                .filter_map(|it| Some(it.idle? / 1024.0))
                .collect(),
        );
        let hostings = first.hostings as f64;
        let cpu = Samples(found.iter().map(|it| it.cpu * 1e3 / hostings).collect());
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} | {memory:.1} | {:.1} | {cpu:.3} |",
            first.hostings,
            first.calls,
            first.calls as f64 / hostings,
            idle.median()
        );
        points.push((hostings, memory.median()));
        outcome.targets.push(Target::at_most(
            format!("MB over idle, inventory of {} hostings", first.hostings),
            &memory,
            20.0,
        ));
    }
    let _ = write!(
        text,
        "\nThe list of the hostings themselves is read in pages of 500 objects, of which one is kept: \
         memory grows until there is a full page, and hardly any further.\n\n\
         ![Peak memory over idle by number of hostings]({MEMORY})\n\n\
         And {} hostings with so many at a time, each call answered {DELAY} ms late, as over a network:\n\n\
         | at a time | of the time of one | CPU, of that of one |\n|---|---|---|\n",
        measured
            .concurrent
            .first()
            .and_then(|it| it.1.first())
            .map_or(0, |it| it.hostings)
    );
    let times = |found: &[Inventory]| Samples(found.iter().map(|it| it.wall).collect());
    let works = |found: &[Inventory]| Samples(found.iter().map(|it| it.cpu).collect());
    let base = measured.concurrent.first().map_or(&[][..], |it| &it.1);
    let mut times_points = Vec::new();
    for (concurrency, found) in &measured.concurrent {
        let time = times(found).over(&times(base));
        let work = works(found).over(&works(base));
        let _ = writeln!(text, "| {concurrency} | {time:.3} | {work} |");
        times_points.push((*concurrency as f64, time.median()));
    }
    let _ = write!(text, "\n![Time by concurrency]({TIME})\n");
    outcome.drawings.push((
        MEMORY,
        Plot {
            title: "Inventory: peak memory over idle",
            across: "hostings",
            up: "MB",
            points: &points,
            limit: Some((20.0, "target")),
            digits: 1,
        }
        .svg(),
    ));
    outcome.drawings.push((
        TIME,
        Plot {
            title: "Inventory: time, one hosting at a time = 1",
            across: "hostings at a time",
            up: "of the time of one",
            points: &times_points,
            limit: None,
            digits: 3,
        }
        .svg(),
    ));
    outcome.text = text;
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory(hostings: u64, peak: f64, wall: f64) -> Inventory {
        Inventory {
            hostings,
            calls: hostings * 5 + 1,
            idle: Some(6.0 * 1024.0),
            peak: Some(peak * 1024.0),
            wall,
            cpu: wall / 10.0,
        }
    }

    #[test]
    fn memory_is_told_over_idle_and_time_over_that_of_one() {
        let measured = Measured {
            sizes: vec![
                vec![inventory(100, 8.0, 1.0)],
                vec![inventory(1000, 27.0, 1.0)],
            ],
            concurrent: vec![
                (1, vec![inventory(40, 7.0, 8.0)]),
                (4, vec![inventory(40, 7.0, 2.0)]),
            ],
        };
        let outcome = report(&measured);
        let reached: Vec<bool> = outcome.targets.iter().map(|it| it.reached).collect();
        assert_eq!(reached, [true, false]);
        let text = outcome.text;
        assert!(text.contains("| 100 | 501 | 5.01 | 2.0 | 6.0 |"), "{text}");
        assert!(text.contains("| 4 | 0.250 | 0.25 |"), "{text}");
        assert!(outcome.drawings[0].1.contains("1000"));
    }

    #[test]
    fn where_the_system_tells_no_memory_no_target_is_reached() {
        let mut unknown = inventory(100, 8.0, 1.0);
        unknown.peak = None;
        let outcome = report(&Measured {
            sizes: vec![vec![unknown]],
            ..Measured::default()
        });
        assert!(!outcome.targets[0].reached);
    }
}
