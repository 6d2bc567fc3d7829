//! Runtimes: the interpreters that serve domains.

use ovh_runtime::Call;

use super::resource::{Collection, handle, operations, reads};
use crate::types::{
    ListRuntimes, NewRuntime, Runtime, RuntimeAvailableTypesQuery, RuntimeType, RuntimeUpdate,
};
use crate::{Pending, Task};

handle! {
    /// The runtimes of a hosting.
    Runtimes
}

reads! {
    Runtimes: runtimes |runtimes| &runtimes.hosting;
    /// Reads a runtime.
    get(id: i64) -> Runtime, "runtime", "runtimes";
    ids: i64; ids_with: ListRuntimes
}

impl Runtimes {
    /// Lists the available types.
    pub fn available_types(&self) -> Call<Vec<RuntimeType>> {
        let raw = self.hosting.raw().runtimes();
        let all = RuntimeAvailableTypesQuery::default();
        raw.available_types(self.hosting.service_name(), &all)
    }

    operations! {
        [runtimes |runtimes| &runtimes.hosting]

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
