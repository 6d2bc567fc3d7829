//! Crons: scripts that run at given hours.

use std::sync::Arc;

use ovh_runtime::{Call, Error};

use super::created::Created;
use super::cron_text::{self, matches};
use super::family::{handle, reads};
use crate::types::{Cron, CronUpdate, Language, ListCrons, NewCron};
use crate::{Pending, Task};

handle! {
    /// The crons of a hosting.
    ///
    /// A cron has no name. [`ensure`](Self::ensure) knows it again by a key of yours, which it keeps
    /// in front of the description: `[nightly] Sends the reports`.
    Crons
}

impl Crons {
    reads! {
        crons: Cron, by ListCrons;
        ids, ids_with, /// Their numbers.
        i64;
        /// One of them.
        get(id: i64) id => *id
    }

    /// The interpreters that a cron may use.
    pub fn languages(&self) -> Call<Vec<Language>> {
        let raw = self.hosting.raw().crons();
        raw.available_languages(self.hosting.service_name())
    }

    /// Creates a cron. The API ignores the minute of its frequency.
    ///
    /// The task gives the cron: the one that the task names, else the only new one that matches the
    /// body. To know a cron again in another run, use [`ensure`](Self::ensure) with a key.
    ///
    /// # Errors
    ///
    /// Waiting for the task returns an error of kind [`ErrorKind::Conflict`](crate::ErrorKind::Conflict)
    /// that lists the crons, if more than one is new and matches.
    pub async fn create(&self, cron: &NewCron) -> Result<Task<Cron>, Error> {
        // Those that cannot be listed are told from the new one by the body alone.
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

    /// Creates a cron that is found by other means.
    pub(crate) async fn start(&self, cron: &NewCron) -> Result<Task, Error> {
        let raw = self.hosting.raw().crons();
        let task = raw.create(self.hosting.service_name(), cron).await?;
        Ok(Task::started(&self.hosting, task))
    }

    /// The key that [`ensure`](Self::ensure) keeps in front of a cron's description.
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

    /// Changes a cron. It has no task: wait for the cron itself.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn update(&self, id: i64, update: &CronUpdate) -> Result<Pending<Cron>, Error> {
        let raw = self.hosting.raw().crons();
        // The API answers with some text that nothing is known of.
        raw.update(self.hosting.service_name(), id, update)
            .reply()
            .await?;
        let what = format!("the cron {id}");
        Ok(Pending::new(&self.hosting, what, None, move |hosting| {
            hosting.crons().get(id)
        }))
    }

    /// Removes a cron.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn delete(&self, id: i64) -> Result<Task, Error> {
        let raw = self.hosting.raw().crons();
        let task = raw.delete(self.hosting.service_name(), id).await?;
        let what = format!("the cron {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.crons().get(id)))
    }
}
