//! Crons: scripts that run on a schedule.

use std::sync::Arc;

use ovh_runtime::{Call, Error};

use super::created::Created;
use super::cron_text::{self, matches};
use super::resource::{handle, reads};
use crate::types::{Cron, CronUpdate, Language, ListCrons, NewCron};
use crate::{Pending, Task};

handle! {
    /// The crons of a hosting.
    ///
    /// A cron has no name. [`ensure`](Self::ensure) identifies it by a key of your choice at the
    /// start of the description: `[nightly] Sends the reports`.
    Crons
}

impl Crons {
    reads! {
        crons: Cron, by ListCrons;
        ids, ids_with, /// Their numbers.
        i64;
        /// Reads a cron.
        get(id: i64) id => *id
    }

    /// Lists the interpreters that a cron may use.
    pub fn languages(&self) -> Call<Vec<Language>> {
        let raw = self.hosting.raw().crons();
        raw.available_languages(self.hosting.service_name())
    }

    /// Creates a cron.
    ///
    /// The API ignores the minute of the frequency. The task returns the cron: the one it names, or
    /// the only new cron that matches the body. To find a cron again in a later run, use
    /// [`ensure`](Self::ensure) with a key.
    ///
    /// # Errors
    ///
    /// Waiting for the task returns an error of kind [`ErrorKind::Conflict`](crate::ErrorKind::Conflict)
    /// that lists the crons, if more than one is new and matches.
    pub async fn create(&self, cron: &NewCron) -> Result<Task<Cron>, Error> {
        // If the crons cannot be listed, the new one is identified by its body alone.
        let before = self.ids().fresh().retries(0).await.ok();
        let task = self.start(cron).await?;
        let known = Arc::new((before, cron.clone()));
        Ok(task.finding(move |hosting, task| {
            let known = Arc::clone(&known);
            async move {
                let (before, new) = &*known;
                let created = Created {
                    what: format!("cron of {}", hosting.service_name()),
                    before: before.as_deref(),
                    id: |cron: &Cron| cron.id,
                };
                let crons = hosting.crons();
                let get = |id| crons.get(id);
                created
                    .find(&task, get, crons.list(), |cron| matches(new, cron))
                    .await
            }
        }))
    }

    /// Creates a cron that the caller identifies itself.
    pub(crate) async fn start(&self, cron: &NewCron) -> Result<Task, Error> {
        let raw = self.hosting.raw().crons();
        let task = raw.create(self.hosting.service_name(), cron).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// Returns the key that [`ensure`](Self::ensure) writes into a cron's description.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::hosting::Crons;
    ///
    /// for cron in client.hosting("example.ovh").crons().list().await? {
    ///     // `nightly` of `[nightly] Sends the reports`
    ///     println!("{} {:?}", cron.id, Crons::key_of(&cron));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn key_of(cron: &Cron) -> Option<&str> {
        cron.description.as_deref().and_then(cron_text::key_of)
    }

    /// Changes a cron. There is no task: wait for the cron itself.
    pub async fn update(&self, id: i64, update: &CronUpdate) -> Result<Pending<Cron>, Error> {
        let raw = self.hosting.raw().crons();
        // The API returns an undocumented text.
        raw.update(self.hosting.service_name(), id, update)
            .reply()
            .await?;
        let what = format!("the cron {id}");
        Ok(Pending::new(&self.hosting, what, None, move |hosting| {
            hosting.crons().get(id)
        }))
    }

    /// Deletes a cron.
    pub async fn delete(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.raw().crons();
        let task = raw.delete(self.hosting.service_name(), id).await?;
        let what = format!("the cron {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.crons().get(id)))
    }
}
