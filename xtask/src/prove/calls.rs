//! What a call costs, against the same HTTP engine by hand and against OVHcloud's own clients.
//!
//! The report is in `calls/report.rs`.

mod report;

use super::figures::Samples;
use super::program::{Server, output, read, said};
use super::{Lab, Outcome, Part};
use crate::budget::target;
use crate::failure::Failure;
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) const PART: Part = Part {
    name: "calls",
    title: "What a call costs",
    run: measure,
};

/// Microseconds a call, on the clock and of the processor, as often as it was measured.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Costs {
    wall: Samples,
    cpu: Samples,
}

/// The clients that were measured in turn in one process.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Rivals {
    ours: Costs,
    hand: Costs,
    #[serde(rename = "hand-timeout")]
    hand_timeout: Costs,
}

/// One run of one client.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Run {
    wall: f64,
    cpu: f64,
}

/// The pieces of a call without a network, in nanoseconds of the processor.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Pieces {
    call: Samples,
    request: Samples,
    url: Samples,
    sign: Samples,
    span: Samples,
    timer: Samples,
    decode: Samples,
}

/// What one call or piece allocates.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Allocated {
    allocations: f64,
    reallocations: f64,
    bytes: f64,
}

/// Allocations of a call and of its pieces.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Allocations {
    ours: Allocated,
    hand: Allocated,
    offline: Allocated,
    request: Allocated,
    url: Allocated,
    sign: Allocated,
    decode: Allocated,
    canned: Allocated,
}

/// Ours and another client, run in turn.
#[derive(Clone, Debug, Default)]
pub(super) struct Against {
    versions: String,
    ours: Costs,
    other: Costs,
}

/// All that was measured; what could not be has a reason.
#[derive(Debug, Default)]
pub(super) struct Measured {
    plain: Rivals,
    tls: Rivals,
    pieces: Pieces,
    allocations: Allocations,
    /// Instructions a call in the program itself, ours and by hand, where valgrind is there.
    instructions: Option<(f64, f64)>,
    python: Option<Against>,
    node: Option<Against>,
    missing: String,
}

fn measure(lab: &mut Lab<'_>) -> Result<Outcome, Failure> {
    lab.programs
        .build(lab.workspace, &["calls", "allocations"])?;
    let mut measured = Measured::default();
    let plain = lab.programs.serve("calls", &[])?;
    let tls = lab.programs.serve("calls", &["--tls", "true"])?;
    let authority = lab.scratch.join("authority.pem");
    super::put(&authority, tls.told("authority"))?;

    lab.tell("ours and by hand, plain")?;
    measured.plain = rivals(lab, &plain, None)?;
    lab.tell("ours and by hand, TLS")?;
    measured.tls = rivals(lab, &tls, Some(&authority))?;
    lab.tell("pieces and allocations")?;
    measured.pieces = lab.programs.run(
        "calls",
        &[
            "pieces",
            "--calls",
            "2000",
            "--rounds",
            lab.or_quick("15", "3"),
        ],
    )?;
    measured.allocations = lab
        .programs
        .run("allocations", &["--url", plain.told("url")])?;
    if said("valgrind", &["--version"]).is_some() {
        lab.tell("instructions")?;
        measured.instructions = Some((
            instructions(lab, &plain, "ours")?,
            instructions(lab, &plain, "hand")?,
        ));
    }
    match others(lab) {
        Ok(folder) => {
            lab.tell("python-ovh")?;
            measured.python = Some(python(lab, &plain, &folder)?);
            lab.tell("node-ovh")?;
            measured.node = Some(node(lab, &tls, &authority, &folder)?);
        }
        Err(failure) => measured.missing = failure.to_string(),
    }
    Ok(report::report(&measured))
}

fn with_authority<'a>(args: &mut Vec<&'a str>, authority: Option<&'a Path>) {
    if let Some(path) = authority.and_then(Path::to_str) {
        args.extend(["--authority", path]);
    }
}

fn rivals(lab: &Lab<'_>, server: &Server, authority: Option<&Path>) -> Result<Rivals, Failure> {
    let rounds = lab.or_quick("60", "6");
    let mut args = vec![
        "pair",
        "--url",
        server.told("url"),
        "--calls",
        "500",
        "--rounds",
        rounds,
    ];
    with_authority(&mut args, authority);
    lab.programs.run("calls", &args)
}

/// Ours alone, in a process of its own as the other client is.
fn one(lab: &Lab<'_>, server: &Server, authority: Option<&Path>) -> Result<Run, Failure> {
    let mut args = vec!["one", "--url", server.told("url"), "--calls", "4000"];
    with_authority(&mut args, authority);
    lab.programs.run("calls", &args)
}

/// Instructions of a call: those of a long run less those of a short one, so that the start does not
/// count. They are the same on a busy machine.
fn instructions(lab: &Lab<'_>, server: &Server, who: &str) -> Result<f64, Failure> {
    let mut counts = Vec::new();
    for calls in ["100", "600"] {
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(lab.programs.path("calls")?)
            .args(["one", "--url", server.told("url"), "--who", who])
            .args(["--warmup", "100", "--calls", calls]);
        let done = command
            .output()
            .map_err(|error| Failure::io("run", Path::new("valgrind"), error))?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let count = said.lines().find_map(|line| {
            let (_, count) = line.split_once("Collected : ")?;
            count.trim().parse::<f64>().ok()
        });
        counts.push(count.ok_or_else(|| Failure::new("valgrind has counted nothing"))?);
    }
    Ok((counts[1] - counts[0]) / 500.0)
}

/// Installs OVHcloud's own clients as the judges of the sandbox are installed; where they are.
fn others(lab: &mut Lab<'_>) -> Result<PathBuf, Failure> {
    let script = lab.workspace.root().join("tests/interop/run.sh");
    output(Command::new("bash").arg(script).arg("--install"))?;
    let folder = target(lab.workspace)?.join("interop");
    if folder.join("venv").is_dir() && folder.join("node").is_dir() {
        Ok(folder)
    } else {
        Err(Failure::new(
            "python3, node, npm or curl is not on this machine",
        ))
    }
}

/// Runs ours and the other client in turn.
fn against(
    lab: &Lab<'_>,
    mut ours: impl FnMut() -> Result<Run, Failure>,
    mut other: impl FnMut() -> Result<Run, Failure>,
) -> Result<Against, Failure> {
    let mut found = Against::default();
    let add = |costs: &mut Costs, run: Run| {
        costs.wall.0.push(run.wall);
        costs.cpu.0.push(run.cpu);
    };
    for _ in 0..lab.or_quick(9, 2) {
        add(&mut found.ours, ours()?);
        add(&mut found.other, other()?);
    }
    Ok(found)
}

fn script(lab: &Lab<'_>, name: &str) -> PathBuf {
    lab.workspace
        .root()
        .join("tests/benches/clients")
        .join(name)
}

fn python(lab: &Lab<'_>, server: &Server, folder: &Path) -> Result<Against, Failure> {
    let program = folder.join("venv/bin/python");
    let run = || {
        let args = [server.told("url"), "1000", "100"];
        let mut command = Command::new(&program);
        read(&output(command.arg(script(lab, "call.py")).args(args))?)
    };
    let mut found = against(lab, || one(lab, server, None), run)?;
    let versions = "import sys, ovh, requests; from importlib.metadata import version; \
                    print('Python', sys.version.split()[0] + ', python-ovh', version('ovh'))";
    found.versions = output(Command::new(&program).args(["-c", versions]))?
        .trim()
        .to_owned();
    Ok(found)
}

fn node(
    lab: &Lab<'_>,
    server: &Server,
    authority: &Path,
    folder: &Path,
) -> Result<Against, Failure> {
    let run = || {
        let args = [server.told("url"), "2000", "200"];
        let mut command = Command::new("node");
        command
            .arg(script(lab, "call.js"))
            .args(args)
            .env("NODE_PATH", folder.join("node/node_modules"))
            .env("NODE_EXTRA_CA_CERTS", authority);
        read(&output(&mut command)?)
    };
    let mut found = against(lab, || one(lab, server, Some(authority)), run)?;
    let package = folder.join("node/node_modules/@ovhcloud/node-ovh/package.json");
    let package = std::fs::read_to_string(package).unwrap_or_default();
    let package: Value = serde_json::from_str(&package).unwrap_or_default();
    found.versions = format!(
        "Node {}, node-ovh {}",
        said("node", &["--version"]).unwrap_or_default(),
        package["version"].as_str().unwrap_or_default()
    );
    Ok(found)
}
