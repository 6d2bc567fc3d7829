//! Crons, identified by a key at the start of their description.
//!
//! Example: `[nightly] Sends the reports`. All fields can be changed.

use ovh_runtime::{Call, Error, ErrorKind};

use super::{Differences, Resource, Seen, ensures, if_there};
use crate::handle::Hosting;
use crate::hosting::Crons;
use crate::hosting::cron_text::{same_command, same_hours, with_key};
use crate::types::{Cron, CronUpdate, NewCron};
use crate::{Task, WaitPolicy};

struct Keyed<'a> {
    hosting: &'a Hosting,
    key: &'a str,
}

impl Keyed<'_> {
    /// Returns the description with the key.
    fn description(&self, new: &NewCron) -> String {
        with_key(self.key, new.description.as_deref())
    }
}

impl Resource for Keyed<'_> {
    type Object = Cron;
    type New = NewCron;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the cron with the key {}", self.key)
    }

    async fn read(&self) -> Result<Option<Seen<Cron>>, Error> {
        let mut mine: Vec<Cron> = self.hosting.crons().list().await?;
        mine.retain(|cron| Crons::key_of(cron) == Some(self.key));
        match mine.len() {
            0 => Ok(None),
            1 => if_there(self.look(&mine.remove(0))).await,
            number => {
                let ids: Vec<String> = mine.iter().map(|cron| cron.id.to_string()).collect();
                Err(Error::builder(
                    ErrorKind::Conflict,
                    format!(
                        "{number} crons of {} carry the key {}: {}",
                        self.hosting.service_name(),
                        self.key,
                        ids.join(", ")
                    ),
                )
                .hint("delete all but one of them, or change their descriptions")
                .build())
            }
        }
    }

    fn look(&self, object: &Cron) -> Call<Cron> {
        self.hosting.crons().get(object.id)
    }

    fn compare(&self, new: &NewCron, seen: &Seen<Cron>) -> Differences {
        let (is, mut found) = (&seen.object, Differences::new(&seen.corrected));
        found.open_text("command", &new.command, &is.command, same_command);
        let wanted = new.description.is_some().then(|| self.description(new));
        found.open("description", wanted.as_ref(), is.description.as_ref());
        found.open("email", new.email.as_ref(), is.email.as_ref());
        found.open_text("frequency", &new.frequency, &is.frequency, same_hours);
        found.open("language", Some(&new.language), Some(&is.language));
        found.open("status", new.status.as_ref(), Some(&is.status));
        found
    }

    async fn create(&self, new: &NewCron) -> Result<Task, Error> {
        let cron = new.clone().description(self.description(new));
        self.hosting.crons().start(&cron).await
    }

    async fn update(
        &self,
        new: &NewCron,
        object: &Cron,
        differences: &Differences,
        _: WaitPolicy,
    ) -> Result<(), Error> {
        let mut update = CronUpdate::new();
        if differences.has("command") {
            update = update.command(&*new.command);
        }
        if differences.has("description") {
            update = update.description(self.description(new));
        }
        if let (true, Some(email)) = (differences.has("email"), &new.email) {
            update = update.email(email.clone());
        }
        if differences.has("frequency") {
            update = update.frequency(&*new.frequency);
        }
        if differences.has("language") {
            update = update.language(new.language.clone());
        }
        if let (true, Some(status)) = (differences.has("status"), &new.status) {
            update = update.status(status.clone());
        }
        // The caller waits and compares the values.
        let _ = self.hosting.crons().update(object.id, &update).await?;
        Ok(())
    }

    async fn remove(&self, object: &Cron) -> Result<Task, Error> {
        self.hosting.crons().delete(object.id).await
    }
}

ensures! {
    /// A cron is identified by its key at the start of the description: `[nightly] Sends the
    /// reports`. [`key_of`](Self::key_of) reads it back.
    ///
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `command` | yes, without a leading `./` | yes | required |
    /// | `frequency` | yes, without the minute, which the API ignores | yes | required |
    /// | `language` | yes | yes | required |
    /// | `description` | yes, with the key | yes | a new cron has only the key |
    /// | `email` | yes | yes | a new cron sends no reports |
    /// | `status` | yes | yes | a new cron is enabled |
    Crons: NewCron => Cron, key: &str,
    |this, key| Keyed { hosting: this.hosting(), key }, |_wanted| key;
    "Deletes the cron with a key, if there is one."
}
