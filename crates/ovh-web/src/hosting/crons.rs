//! Crons: scripts that run at given hours.

use ovh_runtime::{Call, Error};

use super::family::{handle, reads};
use crate::types::{Cron, CronUpdate, Language, ListCrons, NewCron};
use crate::{Pending, Task};

handle! {
    /// The crons of a hosting.
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

    /// Plans a command. The API ignores the minutes of its hour.
    ///
    /// The task gives no cron, whose number the API does not tell before; to know it again, use
    /// [`ensure`](Self::ensure) with a key of your own.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn create(&self, cron: &NewCron) -> Result<Task, Error> {
        let raw = self.hosting.raw().crons();
        let task = raw.create(self.hosting.service_name(), cron).await?;
        Ok(Task::started(&self.hosting, task))
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
        Ok(Task::started(&self.hosting, task))
    }
}
