//! The task list of a hosting.

use super::resource::{handle, reads};
use crate::types::{ListTasks, PublicTask};

handle! {
    /// The task list of a hosting: running and recently finished tasks.
    ///
    /// OVHcloud archives finished tasks, which removes them from the list.
    Tasks
}

reads! {
    Tasks: tasks |tasks| &tasks.hosting;
    /// Reads a task. To wait for it, use [`Hosting::task`](crate::handle::Hosting::task).
    get(id: i64) -> PublicTask, "task", "tasks";
    ids: i64; ids_with(filter: ListTasks)
}
