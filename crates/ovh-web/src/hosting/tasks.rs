//! The task list of a hosting.

use super::family::{handle, reads};
use crate::types::{ListTasks, PublicTask};

handle! {
    /// What a hosting is doing, and has done a short while ago: finished tasks are put away.
    Tasks
}

impl Tasks {
    reads! {
        tasks: PublicTask, by ListTasks;
        ids, ids_with, /// Their numbers.
        i64;
        /// One of them. To wait for it, take [`Hosting::task`](crate::Hosting::task).
        get(id: i64) id => *id
    }
}
