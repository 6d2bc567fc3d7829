//! Prints the steps and records what was created.

use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ovh_web::{Error, WaitPolicy, handle::Task, operations};

/// Prints the steps and records what exists, for a run that fails.
#[derive(Debug, Default)]
pub(crate) struct Report {
    created: Mutex<Vec<String>>,
}

impl Report {
    /// Starts a step of the guide; `operation` is the id of its call.
    pub(crate) fn step(&self, number: usize, operation: &str, title: impl Display) {
        println!("\n{number:>2}. {title}");
        if let Some(operation) = operations::by_id(operation) {
            println!("    {} {}", operation.method(), operation.path());
        }
    }

    /// Prints a result.
    pub(crate) fn result(&self, what: impl Display) {
        println!("    -> {what}");
    }

    /// Waits for a task and prints its progress.
    pub(crate) async fn wait<T>(&self, task: Task<T>, policy: WaitPolicy) -> Result<T, Error> {
        let start = Instant::now();
        let last = Mutex::new(String::new());
        let task = task.on_progress(move |task| {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            let state = task.to_string();
            if *last != state {
                println!("    -> {state}");
                *last = state;
            }
        });
        let object = task.wait_with(policy).await?;
        println!("       after {:.1} s", start.elapsed().as_secs_f64());
        Ok(object)
    }

    /// Records a created object.
    pub(crate) fn created(&self, what: String) {
        self.objects().push(what);
    }

    /// Removes the object that was created last from the record.
    pub(crate) fn removed(&self) {
        self.objects().pop();
    }

    /// Prints why a run failed, and what it left.
    pub(crate) fn failed(&self, error: &dyn std::error::Error) {
        eprintln!("\nfailed: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            eprintln!("    caused by: {cause}");
            source = cause.source();
        }
        let objects = self.objects();
        if !objects.is_empty() {
            println!("Created and not deleted: {}.", objects.join(", "));
            println!("With --live, delete them in the control panel.");
        }
    }

    fn objects(&self) -> MutexGuard<'_, Vec<String>> {
        self.created.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
