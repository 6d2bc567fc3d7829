//! The section on calls: values in, Markdown out.

use super::super::figures::{Samples, Target};
use super::{Against, Allocated, Measured, Rivals};
use crate::prove::Outcome;
use std::fmt::Write as _;

/// The section.
pub(super) fn report(measured: &Measured) -> Outcome {
    let mut outcome = Outcome::default();
    let mut text = String::from(
        "One call is `client.hosting(..).get()`: a GET, signed, decoded into the typed model, one after \
         the other on one connection and one thread. By hand is the same HTTP engine (reqwest) with the \
         same headers, a signature written down from OVHcloud's guide, and the same decoding, without \
         time limits, retries, spans or errors that say anything. The server is a loopback program that \
         answers every call with the same bytes.\n\n\
         | | clock | processor |\n|---|---|---|\n",
    );
    for (name, rivals) in [("plain", &measured.plain), ("over TLS", &measured.tls)] {
        rows(&mut text, name, rivals);
        let (wall, cpu) = ratios(rivals);
        outcome.targets.push(Target::at_most(
            format!("a call {name}, clock, of that by hand"),
            &wall,
            1.05,
        ));
        outcome.targets.push(Target::at_most(
            format!("a call {name}, processor, of that by hand"),
            &cpu,
            1.05,
        ));
    }
    text.push_str("\nRatios, each pair measured side by side; ours is 1.00 of itself.\n");
    for (name, limit, other) in [
        ("python-ovh", 0.10, &measured.python),
        ("node-ovh", 0.30, &measured.node),
    ] {
        if let Some(other) = other {
            against(&mut outcome, &mut text, name, limit, other);
        }
    }
    if !measured.missing.is_empty() {
        let _ = writeln!(
            text,
            "\npython-ovh and node-ovh were not measured: {}",
            measured.missing
        );
    }
    pieces(&mut text, measured);
    allocations(&mut text, measured);
    over(&mut text, measured);
    outcome.text = text;
    outcome
}

/// Ours over by hand: clock and processor.
fn ratios(rivals: &Rivals) -> (Samples, Samples) {
    (
        rivals.ours.wall.over(&rivals.hand.wall),
        rivals.ours.cpu.over(&rivals.hand.cpu),
    )
}

fn rows(text: &mut String, name: &str, rivals: &Rivals) {
    let (wall, cpu) = ratios(rivals);
    let _ = writeln!(text, "| {name}: ours, of that by hand | {wall} | {cpu} |");
    let wall = rivals.hand_timeout.wall.over(&rivals.hand.wall);
    let cpu = rivals.hand_timeout.cpu.over(&rivals.hand.cpu);
    let _ = writeln!(
        text,
        "| {name}: by hand with a time limit, of that without | {wall} | {cpu} |"
    );
}

fn against(outcome: &mut Outcome, text: &mut String, name: &str, limit: f64, found: &Against) {
    let cpu = found.ours.cpu.over(&found.other.cpu);
    let wall = found.ours.wall.over(&found.other.wall);
    let _ = writeln!(
        text,
        "\nAgainst {}, the same call and server, processes in turn: processor {cpu:.3}, clock {wall:.3}.",
        found.versions
    );
    outcome.targets.push(Target::at_most(
        format!("a call, processor, of that of {name}"),
        &cpu,
        limit,
    ));
}

/// Where time goes.
fn pieces(text: &mut String, measured: &Measured) {
    let pieces = &measured.pieces;
    let whole = Samples(vec![measured.plain.ours.cpu.median() * 1e3]);
    let _ = write!(
        text,
        "\n### Where the time goes\n\nEach piece alone and warm, as a part of the processor's time of a \
         plain call ({:.1} microseconds on this machine):\n\n| piece | part |\n|---|---|\n",
        whole.median() / 1e3
    );
    let mut known = 0.0;
    for (name, samples) in [
        ("decoding the reply", &pieces.decode),
        ("parsing the URL", &pieces.url),
        ("signing", &pieces.sign),
        ("two time limits (timers set and taken back)", &pieces.timer),
        ("route: path values checked and escaped", &pieces.request),
        (
            "two spans and an event that nobody listens to",
            &pieces.span,
        ),
    ] {
        known += samples.median();
        let _ = writeln!(
            text,
            "| {name} | {:.3} |",
            samples.median() / whole.median()
        );
    }
    let rest = pieces.call.median() - known;
    let _ = writeln!(
        text,
        "| the rest of our road: headers, clock, budget, futures, error paths | {:.3} |\n\
         | HTTP engine, kernel, and everything being cold after the wait | {:.3} |",
        rest / whole.median(),
        1.0 - pieces.call.median() / whole.median()
    );
}

fn allocations(text: &mut String, measured: &Measured) {
    let counts = &measured.allocations;
    text.push_str(
        "\n### Allocations of a call\n\n| | allocations | grown | bytes |\n|---|---|---|---|\n",
    );
    let engine = Allocated {
        allocations: counts.offline.allocations - counts.canned.allocations,
        reallocations: counts.offline.reallocations - counts.canned.reallocations,
        bytes: counts.offline.bytes - counts.canned.bytes,
    };
    for (name, count) in [
        ("ours", counts.ours),
        ("by hand", counts.hand),
        ("our own part, without the HTTP engine", engine),
        ("of it: the decoded model", counts.decode),
        ("of it: the request (path, query, options)", counts.request),
        ("of it: the URL", counts.url),
        ("of it: the signature", counts.sign),
    ] {
        let _ = writeln!(
            text,
            "| {name} | {:.0} | {:.0} | {:.0} |",
            count.allocations, count.reallocations, count.bytes
        );
    }
    text.push_str(
        "\nWhat is left of our own part: six values of headers, three of which are secrets in memory of \
         their own that is wiped; the request once for the wire and once for errors to name it; the \
         boxed futures of the call, the transport and the engine, which is what lets the client be \
         compiled once and not for each operation; two timers. The reply's headers and its body are kept \
         so that an error can show them.\n",
    );
}

/// Why a target is missed, where it is.
fn over(text: &mut String, measured: &Measured) {
    let (ours, hand) = match measured.instructions {
        Some(counts) => counts,
        None => return,
    };
    let _ = write!(
        text,
        "\n### Against by hand\n\nInstructions of a call in the program itself (callgrind, the same in \
         every run): {:.3} of by hand.",
        ours / hand
    );
    let (_, cpu) = ratios(&measured.plain);
    if cpu.median() <= 1.05 {
        text.push('\n');
        return;
    }
    text.push_str(
        " What the time adds is not in their number: between two calls the processor runs the kernel and \
         the server, and forgets what it had learned of our code, so that what counts is how much \
         different code a call goes through. Warm, and over an engine that answers from memory, the \
         whole road takes what the table above says.\n\n\
         What by hand leaves out and a call of ours does: two time limits, a look at the server's `Date`, \
         the budget for repeats, checks that no path value leads elsewhere, secrets that are wiped, spans, \
         and a reply whose headers are kept for errors. What was tried and stayed: the URL is parsed once \
         and not twice, headers that are the same in every call are not copied, names of headers are not \
         looked up, a reply is decoded by our own reader. What was not done, since it would cost more than \
         it gives: futures that are not boxed (the client would be compiled for each operation again), \
         and leaving out the time limits. On a real network a call takes milliseconds, of which all of \
         this is less than a hundredth.\n",
    );
}

#[cfg(test)]
mod tests {
    use super::super::Costs;
    use super::*;

    fn costs(wall: f64, cpu: f64) -> Costs {
        Costs {
            wall: Samples(vec![wall, wall]),
            cpu: Samples(vec![cpu, cpu]),
        }
    }

    fn measured(cpu: f64) -> Measured {
        let rivals = Rivals {
            ours: costs(50.0, cpu),
            hand: costs(50.0, 30.0),
            hand_timeout: costs(51.0, 30.3),
        };
        Measured {
            plain: rivals.clone(),
            tls: rivals,
            instructions: Some((110.0, 100.0)),
            python: Some(Against {
                versions: "Python 3".to_owned(),
                ours: costs(1.0, 30.0),
                other: costs(10.0, 600.0),
            }),
            missing: String::new(),
            ..Measured::default()
        }
    }

    #[test]
    fn a_missed_target_is_explained_and_a_reached_one_is_not() {
        let outcome = report(&measured(36.0));
        let missed: Vec<&str> = outcome
            .targets
            .iter()
            .filter(|it| !it.reached)
            .map(|it| it.what.as_str())
            .collect();
        assert_eq!(
            missed,
            [
                "a call plain, processor, of that by hand",
                "a call over TLS, processor, of that by hand"
            ]
        );
        assert!(outcome.text.contains("What was tried"), "{}", outcome.text);
        assert!(
            outcome.text.contains("Against Python 3"),
            "{}",
            outcome.text
        );
        assert!(outcome.text.contains("processor 0.050"), "{}", outcome.text);
        let outcome = report(&measured(31.0));
        assert!(outcome.targets.iter().all(|it| it.reached));
        assert!(!outcome.text.contains("What was tried"));
    }
}
