//! Runtimes: the interpreters that serve domains.

use super::resource::{Collection, handle, operations, pending, reads};
use crate::Pending;
use crate::task::Task;
use crate::types::{
    ListRuntimes, NewRuntime, Runtime, RuntimeAvailableTypesQuery, RuntimeType, RuntimeUpdate,
};

handle! {
    /// The runtimes of a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{RuntimeType, RuntimeUpdate};
    ///
    /// let runtimes = client.hosting("example.ovh").runtimes();
    /// for runtime in runtimes.list().await? {
    ///     let domains = runtimes.domains(runtime.id).await?;
    ///     println!("{}: {} serves {}", runtime.id, runtime.type_, domains.join(", "));
    /// }
    /// let update = RuntimeUpdate::new().type_(RuntimeType::Phpfpm8_0);
    /// let runtime = runtimes.update(7, &update).await?.wait().await?;
    /// println!("{}: {}", runtime.id, runtime.type_);
    /// # Ok(())
    /// # }
    /// ```
    Runtimes
}

reads! {
    Runtimes: runtimes |runtimes| &runtimes.hosting;
    /// Reads a runtime.
    get(id: i64) -> Runtime, "runtime", "runtimes";
    ids: i64; ids_with(filter: ListRuntimes)
}

pending! { Runtimes: runtimes(id: i64) -> Runtime, "runtime" }

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
            |runtimes| runtimes.settling(id);

        /// Deletes a runtime.
        async fn delete(id: i64) -> Task = |runtimes, task| runtimes.removing(task, id);
    }
}
