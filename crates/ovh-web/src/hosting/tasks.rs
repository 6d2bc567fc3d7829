//! The task list of a hosting.

use super::resource::{handle, reads};
use crate::types::{ListTasks, PublicTask};

handle! {
    /// The task list of a hosting: running and recently finished tasks.
    ///
    /// OVHcloud archives finished tasks, which removes them from the list.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::TaskStatus;
    ///
    /// let hosting = client.hosting("example.ovh");
    /// for task in hosting.tasks().list().await? {
    ///     println!("{}: {} is {}", task.id, task.function, task.status);
    ///     if task.status == TaskStatus::Doing {
    ///         hosting.adopt(task).wait().await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    Tasks
}

reads! {
    Tasks: tasks |tasks| &tasks.hosting;
    /// Reads a task. To wait for it, use [`Hosting::task`](crate::handle::Hosting::task).
    get(id: i64) -> PublicTask, "task", "tasks";
    ids: i64; ids_with(filter: ListTasks)
}
