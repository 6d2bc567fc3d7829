//! Work over several targets: some in parallel, stopped by a failure or an interrupt.

use std::collections::BTreeSet;
use std::future::Future;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::{Format, Globals};
use crate::interrupt::ENDS_FIRST;
use crate::session::Session;

/// The results of all targets.
#[derive(Debug)]
pub(crate) struct Report<T> {
    pub(crate) done: Vec<(String, T)>,
    pub(crate) failed: Vec<(String, Failure)>,
    /// Targets that an interrupt stopped: their last request may have been applied.
    pub(crate) stopped: Vec<String>,
    /// Targets that were not begun, or to which nothing was sent.
    pub(crate) left: Vec<String>,
    pub(crate) is_interrupted: bool,
}

/// The parallelism and the rule for failures.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) parallel: usize,
    /// `true` if the others go on after a failure.
    pub(crate) keeps_going: bool,
    /// `true` if a first interrupt lets begun targets end; a second one stops at once.
    pub(crate) finishes: bool,
}

/// Does the work for each target. `ended` is called as each ends.
pub(crate) async fn each<T, F>(
    session: &Session,
    pace: Pace,
    targets: &[String],
    work: impl Fn(String) -> F,
    ended: impl Fn(&str, &Outcome<T>),
) -> Report<T>
where
    F: Future<Output = Outcome<T>>,
{
    let mut report = Report {
        done: Vec::new(),
        failed: Vec::new(),
        stopped: Vec::new(),
        left: Vec::new(),
        is_interrupted: false,
    };
    let mut interrupts = session.interrupts.clone();
    let mut waiting = targets.iter().cloned();
    let mut running = FuturesUnordered::new();
    // After an interrupt, nothing is begun.
    let mut stops = *interrupts.borrow_and_update() > 0;
    report.is_interrupted = stops;
    let mut begun = BTreeSet::new();
    loop {
        while running.len() < pace.parallel.max(1) && !stops {
            let Some(target) = waiting.next() else { break };
            begun.insert(target.clone());
            let result = work(target.clone());
            running.push(async move { (target, result.await) });
        }
        if running.is_empty() {
            break;
        }
        tokio::select! {
            biased;
            Some((target, outcome)) = running.next() => {
                begun.remove(&target);
                ended(&target, &outcome);
                match outcome {
                    Ok(value) => report.done.push((target, value)),
                    Err(failure) => {
                        report.is_interrupted |= failure.exit == Exit::Interrupted;
                        stops |= !pace.keeps_going || report.is_interrupted;
                        match failure.is_unsent {
                            true => report.left.push(target),
                            false => report.failed.push((target, failure)),
                        }
                    }
                }
            }
            Ok(()) = interrupts.changed() => {
                report.is_interrupted = true;
                stops = true;
                if !pace.finishes || *interrupts.borrow() > 1 {
                    break;
                }
                session.console.note(ENDS_FIRST);
            }
        }
    }
    drop(running);
    report.stopped.extend(begun);
    report.left.extend(waiting);
    report
}

/// Prints the failure of a target, as JSON where failures are.
pub(crate) fn note(session: &Session, globals: &Globals, target: &str, failure: &Failure) {
    match globals.output {
        Some(Format::Json | Format::JsonLines) => {
            let failure = failure.clone().fact("target", target);
            session.console.note_json(&failure.to_json());
        }
        _ => session
            .console
            .note(&format!("{target}: {}", failure.line())),
    }
}

impl<T> Report<T> {
    /// Adds the targets that failed before the work began.
    pub(crate) fn with_failed(mut self, failed: &[(String, Failure)]) -> Self {
        self.failed.extend(failed.iter().cloned());
        self
    }

    /// The exit code of all targets.
    pub(crate) fn exit(&self) -> Exit {
        match self.is_interrupted {
            true => Exit::Interrupted,
            false => Exit::of_all(self.failed.iter().map(|(_, failure)| failure.exit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Console, Terminals};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::watch;

    fn session() -> (Session, watch::Sender<u32>) {
        let (sender, interrupts) = watch::channel(0);
        let session = Session {
            arguments: Vec::new(),
            environment: Default::default(),
            console: Console::new(
                std::io::empty(),
                std::io::sink(),
                std::io::sink(),
                Terminals::default(),
            ),
            clock: Arc::new(ovh_web::SystemClock::new()),
            interrupts,
            home: None,
            reads_config_files: false,
        };
        (session, sender)
    }

    fn targets(count: usize) -> Vec<String> {
        (0..count).map(|n| n.to_string()).collect()
    }

    const PACE: Pace = Pace {
        parallel: 3,
        keeps_going: false,
        finishes: true,
    };

    #[tokio::test]
    async fn runs_so_many_at_a_time() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let (session, _sender) = session();
        let work = |_| async {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            tokio::task::yield_now().await;
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        };
        let report = each(&session, PACE, &targets(20), work, |_, _| ()).await;
        assert_eq!((report.done.len(), most.into_inner()), (20, 3));
        assert_eq!(report.exit(), Exit::Done);
    }

    #[tokio::test]
    async fn stops_at_a_failure_unless_told_to_go_on() {
        let (session, _sender) = session();
        let work = |target: String| async move {
            match target.as_str() {
                "1" => Err(Failure::new(Exit::NotFound, "gone")),
                _ => Ok(()),
            }
        };
        let report = each(&session, PACE, &targets(9), work, |_, _| ()).await;
        assert_eq!(report.exit(), Exit::NotFound);
        assert!(!report.left.is_empty());
        let goes_on = Pace {
            keeps_going: true,
            ..PACE
        };
        let report = each(&session, goes_on, &targets(9), work, |_, _| ()).await;
        assert_eq!((report.done.len(), report.left.len()), (8, 0));
    }

    #[tokio::test]
    async fn first_interrupt_lets_begun_work_end() {
        let (session, sender) = session();
        let sender = &sender;
        let work = |target: String| async move {
            if target == "0" {
                sender.send_modify(|count| *count += 1);
            }
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            Ok(())
        };
        let report = each(&session, PACE, &targets(9), work, |_, _| ()).await;
        assert_eq!((report.done.len(), report.left.len()), (3, 6));
        assert_eq!(report.exit(), Exit::Interrupted);
    }

    #[tokio::test]
    async fn second_interrupt_stops_at_once() {
        let (session, sender) = session();
        let sender = &sender;
        let work = |_| async move {
            sender.send_modify(|count| *count += 1);
            std::future::pending::<()>().await;
            Ok(())
        };
        let report = each(&session, PACE, &targets(9), work, |_, _| ()).await;
        assert_eq!((report.done.len(), report.left.len()), (0, 6));
        assert_eq!(report.stopped, ["0", "1", "2"]);
        assert_eq!(report.exit(), Exit::Interrupted);
    }
}
