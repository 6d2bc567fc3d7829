//! Crons: scripts that run on a schedule.

use ovh_runtime::Error;

use super::created::Creation;
use super::cron_text::{self, matches};
use super::resource::{Collection, handle, operations, pending, reads};
use crate::Pending;
use crate::task::Task;
use crate::types::{Cron, CronUpdate, Language, ListCrons, NewCron};

handle! {
    /// The crons of a hosting.
    ///
    /// A cron has no name. [`ensure`](Self::ensure) identifies it by a key of your choice at the
    /// start of the description: `[nightly] Sends the reports`.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::{Language, NewCron};
    ///
    /// let crons = client.hosting("example.ovh").crons();
    /// for cron in crons.list().await? {
    ///     println!("{}: {} {}", cron.id, cron.frequency, cron.command);
    /// }
    /// let wanted = NewCron::new("www/report.php", "0 3 * * *", Language::Php8_4);
    /// println!("{}", crons.plan("nightly", &wanted).await?);
    /// // Waits until the cron is ready.
    /// let done = crons.ensure("nightly", &wanted).await?.or_conflict()?;
    /// println!("{}: {}", done.object.id, done.change);
    /// # Ok(())
    /// # }
    /// ```
    Crons
}

reads! {
    Crons: crons |crons| &crons.hosting;
    /// Reads a cron.
    get(id: i64) -> Cron, "cron", "crons";
    ids: i64; ids_with(filter: ListCrons)
}

pending! { Crons: crons(id: i64) -> Cron, "cron" }

impl Crons {
    /// Creates a cron.
    ///
    /// The API ignores the minute of the frequency. Waiting for the task returns the cron: the one
    /// that the task names, or the only new one that matches the body. To find a cron again in a
    /// later run, use [`ensure`](Self::ensure) with a key.
    ///
    /// Operation: `crons::create`.
    ///
    /// # Errors
    ///
    /// Waiting for the task returns an error of kind [`ErrorKind::Conflict`](crate::ErrorKind::Conflict)
    /// that lists the crons, if more than one is new and matches.
    pub async fn create(&self, cron: &NewCron) -> Result<Task<Cron>, Error> {
        let what = format!("cron of {}", self.hosting.service_name());
        let creation = Creation::begin(self, what, |cron: &Cron| cron.id).await;
        let task = self.start(cron).await?;
        let new = cron.clone();
        Ok(creation.output_of(task, move |cron| matches(&new, cron)))
    }

    /// Creates a cron that the caller identifies itself.
    pub(crate) async fn start(&self, cron: &NewCron) -> Result<Task, Error> {
        let raw = self.hosting.raw().crons();
        let call = raw.create(self.hosting.service_name(), cron);
        Ok(self.started(call.await?))
    }

    /// Returns the key that [`ensure`](Self::ensure) writes into a cron's description: `nightly` of
    /// `[nightly] Sends the reports`.
    #[must_use]
    pub fn key_of(cron: &Cron) -> Option<&str> {
        cron.description.as_deref().and_then(cron_text::key_of)
    }

    operations! {
        [crons |crons| &crons.hosting]

        /// Lists the interpreters that a cron may use.
        fn languages() -> Vec<Language> => crons.available_languages();

        /// Changes a cron. There is no task: wait for the cron itself.
        ///
        /// A description replaces the whole old one, with the key of [`ensure`](Self::ensure).
        async fn update(id: i64, update: &CronUpdate) -> Pending<Cron> = |crons| crons.settling(id);

        /// Deletes a cron.
        async fn delete(id: i64) -> Task = |crons, task| crons.removing(task, id);
    }
}
