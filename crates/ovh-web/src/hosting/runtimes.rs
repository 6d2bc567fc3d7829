//! Runtimes: the interpreters that domains can be served with.

use ovh_runtime::{Call, Error};

use super::family::{handle, reads};
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
        /// One of them.
        get(id: i64) id => *id
    }

    /// The types that a runtime may have.
    pub fn available_types(&self) -> Call<Vec<RuntimeType>> {
        let raw = self.hosting.raw().runtimes();
        let all = RuntimeAvailableTypesQuery::default();
        raw.available_types(self.hosting.service_name(), &all)
    }

    /// The domains that are served with a runtime.
    pub fn domains(&self, id: i64) -> Call<Vec<String>> {
        let raw = self.hosting.raw().runtimes();
        raw.domains(self.hosting.service_name(), id)
    }

    /// Sets a runtime up. The API chooses its number.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, runtime: &NewRuntime) -> Result<Task, Error> {
        let raw = self.hosting.raw().runtimes();
        let task = raw.create(self.hosting.service_name(), runtime).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// Changes a runtime. It has no task: wait for the runtime itself.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn update(&self, id: i64, update: &RuntimeUpdate) -> Result<Pending<Runtime>, Error> {
        let raw = self.hosting.raw().runtimes();
        raw.update(self.hosting.service_name(), id, update).await?;
        let what = format!("the runtime {id}");
        Ok(Pending::new(&self.hosting, what, None, move |hosting| {
            hosting.runtimes().get(id)
        }))
    }

    /// Removes a runtime.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.raw().runtimes();
        let task = raw.delete(self.hosting.service_name(), id).await?;
        let what = format!("the runtime {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.runtimes().get(id)))
    }
}
