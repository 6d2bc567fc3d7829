//! A seeded loop over a target: the same seed makes the same inputs on every machine.
//!
//! A panic ends it with the number of the run and the shortest input that was found to do the
//! same. A run that takes too long, or memory that grows too far, ends the process with the number
//! of the run; a stack that overflows ends it without, and `trace` then tells which run it was.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::Target;

/// How long one run may take. The machine may be busy with other things.
const TOO_LONG: Duration = Duration::from_secs(60);

/// How much memory the process may have: far more than any target needs.
const TOO_MUCH: u64 = 2 * 1024 * 1024 * 1024;

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What all inputs are made from.
    pub seed: u64,
    /// The number of the first run.
    pub from: u64,
    /// How many runs.
    pub runs: u64,
    /// Whether each run is told before it begins.
    pub trace: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Summary {
    /// How many runs.
    pub runs: u64,
    /// How long all of them took.
    pub took: Duration,
    /// How long the slowest took, and which it was.
    pub slowest: (Duration, u64),
    /// The most memory that the process had, in bytes, where the system tells.
    pub memory: Option<u64>,
}

/// An input that broke a promise.
#[derive(Debug)]
pub struct Found {
    /// Which run it was.
    pub run: u64,
    /// What was said.
    pub message: String,
    /// The shortest input found that panics.
    pub input: Vec<u8>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {}: {}\ninput: ", self.run, self.message)?;
        self.input
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::error::Error for Found {}

/// The input of a run.
#[must_use]
pub fn input(target: &Target, seed: u64, run: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed ^ run.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    // Short inputs are as likely as long ones of every magnitude.
    let most = target.most >> random.u32(0..8);
    let mut data = vec![0; random.usize(0..=most.max(8))];
    random.fill(&mut data);
    data
}

/// Runs a target.
///
/// # Errors
///
/// The first input that panics.
pub fn run(target: &Target, plan: Plan, tell: &mut dyn FnMut(&str)) -> Result<Summary, Found> {
    let watch = Watch::start();
    let begin = Instant::now();
    let mut slowest = (Duration::ZERO, plan.from);
    for run in plan.from..plan.from.saturating_add(plan.runs) {
        if plan.trace {
            tell(&format!("run {run}"));
        }
        let data = input(target, plan.seed, run);
        watch.begin(run);
        let start = Instant::now();
        let outcome = attempt(target, &data);
        let took = start.elapsed();
        watch.end();
        if let Some(message) = outcome {
            let input = shortened(target, data);
            return Err(Found {
                run,
                message,
                input,
            });
        }
        slowest = slowest.max((took, run));
        let done = run - plan.from + 1;
        if done.is_multiple_of((plan.runs / 20).max(1)) {
            tell(&format!("{done} runs in {:.1?}", begin.elapsed()));
        }
    }
    Ok(Summary {
        runs: plan.runs,
        took: begin.elapsed(),
        slowest,
        memory: memory("VmHWM:"),
    })
}

/// What a run says if it panics.
fn attempt(target: &Target, data: &[u8]) -> Option<String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.run)(data)));
    let panic = outcome.err()?;
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Some(text.unwrap_or_else(|| "a panic without words".to_owned()))
}

/// The shortest beginning of the input that still panics, and that with as many zeros as will do.
fn shortened(target: &Target, mut data: Vec<u8>) -> Vec<u8> {
    let panics = |data: &[u8]| attempt(target, data).is_some();
    let mut step = data.len() / 2;
    while step > 0 {
        while data.len() > step && panics(&data[..data.len() - step]) {
            data.truncate(data.len() - step);
        }
        step /= 2;
    }
    for at in 0..data.len() {
        let byte = std::mem::take(&mut data[at]);
        if byte != 0 && !panics(&data) {
            data[at] = byte;
        }
    }
    data
}

/// Ends the process when a run takes too long or too much.
struct Watch {
    run: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
}

impl Watch {
    fn start() -> Self {
        let watch = Self {
            run: Arc::new(AtomicU64::new(u64::MAX)),
            is_over: Arc::default(),
        };
        let (run, is_over) = (Arc::clone(&watch.run), Arc::clone(&watch.is_over));
        std::thread::spawn(move || {
            let second = Duration::from_secs(1);
            let mut last = (u64::MAX, Duration::ZERO);
            while !is_over.load(Ordering::Relaxed) {
                std::thread::park_timeout(second);
                let now = run.load(Ordering::Relaxed);
                last = if now == last.0 {
                    (now, last.1 + second)
                } else {
                    (now, Duration::ZERO)
                };
                if now == u64::MAX {
                    continue;
                }
                let problem = match memory("VmRSS:") {
                    _ if last.1 >= TOO_LONG => format!("takes longer than {TOO_LONG:?}"),
                    Some(bytes) if bytes > TOO_MUCH => format!("the process has {bytes} bytes"),
                    _ => continue,
                };
                #[expect(clippy::print_stderr, reason = "the last words of this process")]
                {
                    eprintln!("run {now}: {problem}");
                }
                std::process::exit(2);
            }
        });
        watch
    }

    fn begin(&self, run: u64) {
        self.run.store(run, Ordering::Relaxed);
    }

    fn end(&self) {
        self.run.store(u64::MAX, Ordering::Relaxed);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// A line of what Linux tells about this process, in bytes.
fn memory(line: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|text| text.strip_prefix(line))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}
