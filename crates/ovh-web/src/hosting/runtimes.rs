//! Runtimes: the interpreters that serve domains.

use ovh_runtime::{Call, Error};

use super::resource::{handle, reads};
use crate::types::{
    ListRuntimes, NewRuntime, Runtime, RuntimeAvailableTypesQuery, RuntimeType, RuntimeUpdate,
};
use crate::{Pending, Task};

handle! {
    /// The runtimes of a hosting.
    Runtimes
}

impl Runtimes {
    reads! {
        runtimes: Runtime, by ListRuntimes;
        ids, ids_with, /// Their numbers.
        i64;
        /// Reads a runtime.
        get(id: i64) id => *id
    }

    /// Lists the available types.
    pub fn available_types(&self) -> Call<Vec<RuntimeType>> {
        let raw = self.hosting.raw().runtimes();
        let all = RuntimeAvailableTypesQuery::default();
        raw.available_types(self.hosting.service_name(), &all)
    }

    /// Lists the domains that use a runtime.
    pub fn domains(&self, id: i64) -> Call<Vec<String>> {
        let raw = self.hosting.raw().runtimes();
        raw.domains(self.hosting.service_name(), id)
    }

    /// Creates a runtime. The API chooses its id.
    pub async fn create(&self, runtime: &NewRuntime) -> Result<Task, Error> {
        let raw = self.hosting.raw().runtimes();
        let task = raw.create(self.hosting.service_name(), runtime).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// Changes a runtime. There is no task: wait for the runtime itself.
    pub async fn update(&self, id: i64, update: &RuntimeUpdate) -> Result<Pending<Runtime>, Error> {
        let raw = self.hosting.raw().runtimes();
        raw.update(self.hosting.service_name(), id, update).await?;
        let what = format!("the runtime {id}");
        Ok(Pending::new(&self.hosting, what, None, move |hosting| {
            hosting.runtimes().get(id)
        }))
    }

    /// Deletes a runtime.
    pub async fn delete(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.raw().runtimes();
        let task = raw.delete(self.hosting.service_name(), id).await?;
        let what = format!("the runtime {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.runtimes().get(id)))
    }
}
