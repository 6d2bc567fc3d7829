//! Runtimes: the interpreters that serve domains.

use super::resource::{Collection, handle, operations, reads};
use crate::Pending;
use crate::task::Task;
use crate::types::{
    ListRuntimes, NewRuntime, Runtime, RuntimeAvailableTypesQuery, RuntimeType, RuntimeUpdate,
};

handle! {
    /// The runtimes of a hosting.
    Runtimes
}

reads! {
    Runtimes: runtimes |runtimes| &runtimes.hosting;
    /// Reads a runtime.
    get(id: i64) -> Runtime, "runtime", "runtimes";
    ids: i64; ids_with(filter: ListRuntimes)
}

impl Runtimes {
    operations! {
        [runtimes |runtimes| &runtimes.hosting]

        /// Lists the available types.
        fn available_types() -> Vec<RuntimeType>
            => runtimes.available_types(&RuntimeAvailableTypesQuery::default());

        /// Lists the domains that use a runtime.
        fn domains(id: i64) -> Vec<String>;

        /// Creates a runtime. The API chooses its id.
        async fn create(runtime: &NewRuntime) -> Task = |runtimes, task| runtimes.started(task);

        /// Changes a runtime. There is no task: wait for the runtime itself.
        async fn update(id: i64, update: &RuntimeUpdate) -> Pending<Runtime> =
            |runtimes| runtimes.pending(id);

        /// Deletes a runtime.
        async fn delete(id: i64) -> Task = |runtimes, task| runtimes.removing(task, id);
    }
}
