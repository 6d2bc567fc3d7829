//! The command that the program runs, its signals and its exit code.

use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use tokio::process::Command;

/// The time for a command to end after a signal.
const GRACE: Duration = Duration::from_secs(2);

/// Runs a command until it ends, or until a signal stops both.
///
/// It gets no other `OVH_*` variables than these.
pub(crate) async fn run(
    command: &[String],
    environment: Vec<(&'static str, String)>,
    stopped: impl Future<Output = Signal>,
) -> Result<ExitCode, String> {
    let Some((program, arguments)) = command.split_first() else {
        stopped.await;
        return Ok(ExitCode::SUCCESS);
    };
    let mut command = Command::new(program);
    let names = std::env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_string_lossy().starts_with("OVH_")) {
        command.env_remove(name);
    }
    command.args(arguments).envs(environment).kill_on_drop(true);
    let group = Group::of(&mut command);
    let mut child = command
        .spawn()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    let id = child.id();
    tokio::select! {
        ended = child.wait() => {
            let status = ended.map_err(|error| format!("cannot wait for {program}: {error}"))?;
            Ok(ExitCode::from(code(status)))
        }
        signal = stopped => {
            group.end(&mut child, id, signal).await;
            Err(format!("stopped before {program} was done"))
        }
    }
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    // As in a shell.
    let code = status.code().or(signal.map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(unix)]
pub(crate) use unix::{Group, Signal, stop_signal};

#[cfg(unix)]
mod unix {
    use std::io::IsTerminal;

    pub(crate) use rustix::process::Signal;
    use rustix::process::{Pid, kill_process, kill_process_group};
    use tokio::process::{Child, Command};
    use tokio::signal::unix::{SignalKind, signal};

    /// The process group of a command: its own, or that of the sandbox if the command may read from a
    /// terminal, which only the foreground group can.
    pub(crate) struct Group {
        own: bool,
    }

    impl Group {
        pub(crate) fn of(command: &mut Command) -> Self {
            let own = !std::io::stdin().is_terminal();
            if own {
                command.process_group(0);
            }
            Self { own }
        }

        /// Forwards a signal, and kills the rest of the group after a while.
        pub(crate) async fn end(self, child: &mut Child, id: Option<u32>, signal: Signal) {
            let id = id.and_then(|id| i32::try_from(id).ok());
            let Some(id) = id.and_then(Pid::from_raw) else {
                return;
            };
            let send = |signal| match self.own {
                true => kill_process_group(id, signal),
                false => kill_process(id, signal),
            };
            // A terminal sends Ctrl-C to the whole group.
            if self.own || signal != Signal::INT {
                let _ = send(signal);
            }
            let _ = tokio::time::timeout(super::GRACE, child.wait()).await;
            if self.own {
                let _ = send(Signal::KILL);
            }
            let _ = child.kill().await;
        }
    }

    /// Completes with the signal that stops the program.
    pub(crate) fn stop_signal() -> std::io::Result<impl Future<Output = Signal>> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = match hangup_is_ignored() {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        Ok(async move {
            let hung_up = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupt.recv() => Signal::INT,
                _ = terminate.recv() => Signal::TERM,
                _ = hung_up => Signal::HUP,
            }
        })
    }

    /// Returns `true` under `nohup`; Linux only.
    fn hangup_is_ignored() -> bool {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        ignored
            .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
            .is_some_and(|mask| mask & 1 == 1)
    }
}

#[cfg(not(unix))]
pub(crate) use elsewhere::{Group, Signal, stop_signal};

#[cfg(not(unix))]
mod elsewhere {
    use tokio::process::{Child, Command};

    pub(crate) struct Signal;

    pub(crate) struct Group;

    impl Group {
        pub(crate) fn of(_: &mut Command) -> Self {
            Self
        }

        /// Waits for a command that got Ctrl-C too, and kills it after a while.
        pub(crate) async fn end(self, child: &mut Child, _: Option<u32>, _: Signal) {
            let _ = tokio::time::timeout(super::GRACE, child.wait()).await;
            let _ = child.kill().await;
        }
    }

    /// Completes with the signal that stops the program.
    pub(crate) fn stop_signal() -> std::io::Result<impl Future<Output = Signal>> {
        Ok(async {
            let _ = tokio::signal::ctrl_c().await;
            Signal
        })
    }
}
