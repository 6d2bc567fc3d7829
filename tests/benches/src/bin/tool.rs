//! Measures the program `ovh-web`, whose path is the argument, and prints Markdown tables.
//!
//! Times are medians of whole processes. The empty program is compiled by the same compiler.

#![allow(clippy::print_stdout, reason = "a program")]

use std::error::Error;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ovh_web_sandbox::{Fault, HostingSeed, Sandbox};

type Failure = Box<dyn Error>;

/// The largest resident memory and the duration of a run.
struct Run {
    time: Duration,
    memory_mb: f64,
}

/// The variables with which bash asks for the values of the fifth word.
const COMPLETION: [(&str, &str); 5] = [
    ("COMPLETE", "bash"),
    ("_CLAP_COMPLETE_INDEX", "4"),
    ("_CLAP_COMPLETE_COMP_TYPE", "9"),
    ("_CLAP_COMPLETE_SPACE", "true"),
    ("_CLAP_IFS", "\n"),
];

/// Runs a program with the sandbox in its environment, and throws its output away.
fn run(program: &Path, sandbox: Option<&Sandbox>, line: &str) -> Result<Run, Failure> {
    let mut command = Command::new(program);
    command.args(line.split_whitespace()).stderr(Stdio::null());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    if let Some(sandbox) = sandbox {
        command.envs(sandbox.env());
    }
    if line.starts_with("--") && line.contains(" ovh-web ") {
        command.envs(COMPLETION);
        command.env("XDG_CACHE_HOME", program.with_file_name("cache"));
    }
    let start = Instant::now();
    let mut child = command.spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut output = child.stdout.take().ok_or("no output")?;
    let mut buffer = vec![0; 1 << 16];
    let mut memory_mb: f64 = 0.0;
    while output.read(&mut buffer)? > 0 {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        memory_mb = memory_mb.max(number.unwrap_or_default() / 1024.0);
    }
    let end = child.wait()?;
    let time = start.elapsed();
    if !end.success() {
        return Err(format!("`{line}` ended with {end}").into());
    }
    Ok(Run { time, memory_mb })
}

/// The median of so many runs, in milliseconds.
fn median(program: &Path, sandbox: Option<&Sandbox>, line: &str) -> Result<f64, Failure> {
    let mut times = Vec::new();
    for _ in 0..21 {
        times.push(run(program, sandbox, line)?.time);
    }
    times.sort_unstable();
    Ok(times[times.len() / 2].as_secs_f64() * 1_000.0)
}

/// Compiles a program that does nothing.
fn empty_program(folder: &Path) -> Result<std::path::PathBuf, Failure> {
    let path = folder.join("empty");
    let mut compiler = Command::new("rustc")
        .args(["-O", "-o"])
        .arg(&path)
        .arg("-")
        .stdin(Stdio::piped())
        .spawn()?;
    let mut source = compiler.stdin.take().ok_or("no input")?;
    source.write_all(b"fn main() {}")?;
    drop(source);
    match compiler.wait()?.success() {
        true => Ok(path),
        false => Err("rustc failed".into()),
    }
}

fn hostings(count: usize) -> Result<Sandbox, Failure> {
    let seeds = (0..count).map(|n| HostingSeed::new(format!("host{n}.example")).users(2));
    let builder = seeds.fold(Sandbox::builder(), ovh_web_sandbox::Builder::hosting_with);
    Ok(builder.start_now()?)
}

fn main() -> Result<(), Failure> {
    let program = std::env::args_os().nth(1).ok_or("the path of ovh-web")?;
    let program = std::path::PathBuf::from(program);
    let folder = program.parent().ok_or("a file in a folder")?;
    let empty = median(&empty_program(folder)?, None, "")?;
    println!("| command | above an empty program, ms |\n|---|---|");
    for line in [
        "--version",
        "--help",
        "databases --help",
        "databases create --help",
    ] {
        println!(
            "| `{line}` | {:.1} |",
            median(&program, None, line)? - empty
        );
    }
    let size = std::fs::metadata(&program)?.len() as f64 / 1e6;
    println!("\n| figure | value |\n|---|---|");
    println!("| stripped release binary | {size:.1} MB |");

    let one = hostings(1)?;
    run(&program, Some(&one), "databases list -H host0.example")?;
    println!(
        "| requests of `databases list -H NAME` | {} |",
        one.journal().total()
    );

    // The first run fills the cache.
    let line = "-- ovh-web users list -H h";
    run(&program, Some(&one), line)?;
    let time = median(&program, Some(&one), line)?;
    println!("| completion of a hosting's name from the cache | {time:.0} ms |");
    println!(
        "| requests of it, with the first one | {} |",
        one.journal().total() - 1
    );

    let (latency, parallel) = (20.0, 16);
    let hundred = hostings(100)?;
    let delay = Duration::from_millis(20);
    hundred.faults().add(Fault::everywhere().delay(delay));
    let line = format!("users list --all --parallel {parallel} -o jsonl");
    let time = median(&program, Some(&hundred), &line)?;
    // The list of hostings, and then the users of 16 at a time.
    let ideal = latency * (1.0 + f64::from(100_u32.div_ceil(parallel)));
    println!(
        "| users of 100 hostings, 16 in parallel at 20 ms | {time:.0} ms, {:.2} of the ideal |",
        time / ideal
    );

    let many = hostings(5_000)?;
    let export = run(&program, Some(&many), "hosting list -o jsonl")?;
    println!(
        "| 5,000 hostings as JSON lines | {:.1} MB resident, {:.2} s |",
        export.memory_mb,
        export.time.as_secs_f64()
    );
    Ok(())
}
