//! Prints the steps and records what was created.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ovh_web::{Endpoint, Task, WaitPolicy};

use crate::journey::Plan;

/// Prints the steps and records what exists, for an interrupted run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    exists: Mutex<Vec<String>>,
    ever: std::sync::atomic::AtomicBool,
}

impl Report {
    /// Prints what would be done.
    pub(crate) fn plan(&self, plan: &Plan, endpoint: &Endpoint) {
        println!(
            "This would happen at {endpoint}, on the hosting {}:",
            plan.service
        );
        println!(
            "  attach the domain {} to the folder {} (its DNS is left alone)",
            plan.domain, plan.path
        );
        println!("  order the free certificate, unless the hosting has one");
        println!("  create the database of the user {}", plan.database_user);
        println!(
            "  install the application {} into {}",
            plan.application, plan.path
        );
        println!(
            "  create the FTP/SSH user {} with the home {}",
            plan.login, plan.path
        );
        println!("  back the database up, and restore that backup");
        if plan.keep {
            println!("Everything would be kept (--keep).");
        } else {
            println!(
                "Then all of that would be removed again, but for a certificate that was there before."
            );
        }
    }

    /// Starts a step of the guide; `operation` is the id of its call.
    pub(crate) fn step(&self, number: usize, operation: &str, asked: &str) {
        println!("\n{number:>2}. {asked}");
        if let Some(operation) = ovh_web_client::operations::by_id(operation) {
            println!("    {} {}", operation.method(), operation.path());
        }
    }

    /// Starts a part that is not in the guide.
    pub(crate) fn part(&self, title: &str) {
        println!("\n    {title}");
    }

    /// Prints the result.
    pub(crate) fn answer(&self, what: impl Display) {
        println!("    -> {what}");
    }

    /// Waits for a task and prints its progress.
    pub(crate) async fn wait<T>(
        &self,
        task: Task<T>,
        policy: WaitPolicy,
    ) -> Result<T, ovh_web::Error> {
        let begun = Instant::now();
        if let Some(seen) = task.last_seen() {
            println!("    -> {seen}");
        }
        let last = Mutex::new(String::new());
        let task = task.on_progress(move |seen| {
            let status = seen.status.to_string();
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if *last != status {
                println!("       ... {status}");
                *last = status;
            }
        });
        let done = task.wait_with(policy).await?;
        let how = match task.last_seen() {
            Some(seen) if seen.is_archived => "done and put away",
            _ => "done",
        };
        println!("       {how} after {}", seconds(begun.elapsed()));
        Ok(done)
    }

    /// Records a created object.
    pub(crate) fn created(&self, what: impl Into<String>) {
        self.ever.store(true, std::sync::atomic::Ordering::Relaxed);
        self.exists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(what.into());
    }

    /// Removes a deleted object from the record.
    pub(crate) fn removed(&self, what: &str) {
        self.exists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|thing| thing != what);
    }

    /// Prints the summary of a successful run.
    pub(crate) fn summary(&self, begun: Instant) {
        println!(
            "\nAll 13 calls of the guide were made, in {}.",
            seconds(begun.elapsed())
        );
        self.leftovers();
    }

    /// Prints the summary of a run that was interrupted.
    pub(crate) fn interrupted(&self, live: bool) {
        println!("\n\nStopped. A task that was started goes on without us.");
        self.leftovers();
        self.advice(live);
    }

    /// Prints the summary of a run that failed.
    pub(crate) fn failed(&self, error: &dyn std::error::Error, live: bool) {
        eprintln!("\nIt failed: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            eprintln!("    because: {cause}");
            source = cause.source();
        }
        self.leftovers();
        self.advice(live);
    }

    fn leftovers(&self) {
        let exists = self.exists.lock().unwrap_or_else(PoisonError::into_inner);
        if exists.is_empty() {
            let ever = self.ever.load(std::sync::atomic::Ordering::Relaxed);
            println!(
                "{}",
                if ever {
                    "Nothing that it created is left."
                } else {
                    "Nothing was created."
                }
            );
        } else {
            println!("What it created and did not remove:");
            for thing in exists.iter() {
                println!("  {thing}");
            }
        }
    }

    fn advice(&self, live: bool) {
        if !self
            .exists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
        {
            println!(
                "{}",
                if live {
                    "It exists for real: remove it in the control panel, or with the calls of this program's cleanup."
                } else {
                    "It existed in the sandbox only, which ends with this program."
                }
            );
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
