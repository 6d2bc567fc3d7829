//! `cargo run --profile fuzz -p ovh-web-fuzz -- TARGET --runs N --seed S`: a long run of a target,
//! the same for the same seed.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use ovh_web_fuzz::driver::{self, Plan};
use ovh_web_fuzz::{TARGETS, Target};

/// Feeds a target inputs that nobody would write.
#[derive(Debug, Parser)]
struct Args {
    /// What to feed; all of them, one after the other, if it is left out.
    target: Option<String>,
    /// How many inputs.
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
    /// What the inputs are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The number of the first run.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Tell each run before it begins: for a stack that overflows.
    #[arg(long)]
    trace: bool,
    /// One input as it was printed, in place of all of these.
    #[arg(long, value_name = "HEX")]
    input: Option<String>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let targets: Vec<&Target> = TARGETS
        .iter()
        .filter(|target| {
            args.target
                .as_deref()
                .is_none_or(|name| name == target.name)
        })
        .collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        say(&format!("the targets are {}", names.join(", ")));
        return ExitCode::FAILURE;
    }
    for target in targets {
        if let Some(input) = &args.input {
            let Some(data) = bytes(input) else {
                say("the input is not hexadecimal");
                return ExitCode::FAILURE;
            };
            (target.run)(&data);
            continue;
        }
        let plan = Plan {
            seed: args.seed,
            from: args.from,
            runs: args.runs,
            trace: args.trace,
        };
        let mut tell = |text: &str| say(&format!("{}: {text}", target.name));
        match driver::run(target, plan, &mut tell) {
            Ok(summary) => tell(&format!(
                "{} runs in {:.1?}, {:.0} a second; the slowest, number {}, took {:.1?}; at most {} MB",
                summary.runs,
                summary.took,
                summary.runs as f64 / summary.took.as_secs_f64(),
                summary.slowest.1,
                summary.slowest.0,
                summary.memory.unwrap_or_default() / 1_000_000,
            )),
            Err(found) => {
                tell(&format!("seed {}, {found}", args.seed));
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn bytes(hexadecimal: &str) -> Option<Vec<u8>> {
    (0..hexadecimal.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hexadecimal.get(at..at + 2)?, 16).ok())
        .collect()
}

fn say(text: &str) {
    // Whoever closed the pipe does not want to know.
    let _ = writeln!(std::io::stdout(), "{text}");
}
