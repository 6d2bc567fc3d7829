//! The program `ovh-web`: the system's arguments, streams, clock and signals for the library.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use ovh_web::SystemClock;
use ovh_web_cli::{Console, Exit, Session, Terminals, run};
use tokio::sync::watch;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(start());
            // A thread that reads standard input must not hold up the end.
            runtime.shutdown_background();
            exit.into()
        }
        Err(_) => Exit::Failed.into(),
    }
}

async fn start() -> Exit {
    let terminals = Terminals {
        stdin: io::stdin().is_terminal(),
        stdout: io::stdout().is_terminal(),
        stderr: io::stderr().is_terminal(),
        width: terminal_size::terminal_size().map(|(width, _)| width.0),
    };
    // Without HOME, as in a service, it asks the user database.
    #[allow(
        deprecated,
        reason = "deprecated for Windows only, and in old releases"
    )]
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    // The command that a sandbox runs decides what an interrupt means.
    let interrupts = interrupts(arguments.iter().any(|word| word == "sandbox"));
    let session = Session {
        arguments,
        environment: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        console: Console::new(io::stdin(), io::stdout(), io::stderr(), terminals),
        clock: Arc::new(SystemClock::new()),
        interrupts,
        home,
        reads_config_files: true,
    };
    run(&session).await
}

/// Counts interrupts on a separate thread, since a prompt blocks the runtime.
fn interrupts(runs_a_command: bool) -> watch::Receiver<u32> {
    let (sender, receiver) = watch::channel(0);
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return receiver;
    };
    // From here on, an interrupt no longer ends the program by itself.
    let inside = runtime.enter();
    #[cfg(unix)]
    let listener = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
    #[cfg(windows)]
    let listener = tokio::signal::windows::ctrl_c();
    drop(inside);
    if let Ok(mut listener) = listener {
        std::thread::spawn(move || {
            runtime.block_on(async {
                while listener.recv().await.is_some() {
                    sender.send_modify(|count| *count += 1);
                    // A filter without an end, or output that nobody reads, keeps the runtime busy.
                    if *sender.borrow() > 2 && !runs_a_command {
                        std::process::exit(Exit::Interrupted.code().into());
                    }
                }
            });
        });
    }
    receiver
}
