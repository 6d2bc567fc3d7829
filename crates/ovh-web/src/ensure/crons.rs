//! Crons, identified by a key at the start of their description.
//!
//! Example: `[nightly] Sends the reports`. All fields can be changed.

use ovh_runtime::{Error, ErrorKind};

use super::{Differences, Observed, Reconcile, Update, changed, ensures};
use crate::Task;
use crate::hosting::Crons;
use crate::hosting::cron_text::{check_key, same_command, same_hours, with_key};
use crate::types::{Cron, CronUpdate, NewCron};

impl Reconcile for Crons {
    type New = NewCron;

    fn what(key: &str) -> String {
        format!("the cron with the key {key}")
    }

    fn check_name(key: &str) -> Result<(), Error> {
        check_key(key)
    }

    async fn find(&self, key: &str) -> Result<Option<i64>, Error> {
        let mut found = self.list().await?;
        found.retain(|cron| Self::key_of(cron) == Some(key));
        let ids: Vec<String> = found.iter().map(|cron| cron.id.to_string()).collect();
        if let [] | [_] = *ids {
            return Ok(found.pop().map(|cron| cron.id));
        }
        let service = self.hosting().service_name();
        let message = format!(
            "expected one cron of {service} with the key {key}, found {}: {}",
            ids.len(),
            ids.join(", ")
        );
        Err(Error::builder(ErrorKind::Conflict, message)
            .hint("delete all but one of them, or change their descriptions")
            .build())
    }

    fn compare(key: &str, new: &NewCron, is: &Observed<Cron>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        differences.open_text("command", &new.command, &is.command, same_command);
        let description = new.description.as_deref();
        let wanted = description.map(|text| with_key(key, Some(text)));
        differences.open("description", wanted.as_ref(), is.description.as_ref());
        differences.open("email", new.email.as_ref(), is.email.as_ref());
        differences.open_text("frequency", &new.frequency, &is.frequency, same_hours);
        differences.open("language", Some(&new.language), Some(&is.language));
        differences.open("status", new.status.as_ref(), Some(&is.status));
        differences
    }

    async fn create(&self, key: &str, new: &NewCron) -> Result<Task, Error> {
        let description = with_key(key, new.description.as_deref());
        self.start(&new.clone().description(description)).await
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        let mut update = changed!(
            CronUpdate::new(),
            to,
            [command, frequency, language],
            [email, status]
        );
        if to.differences.has("description") {
            update = update.description(with_key(to.name, to.new.description.as_deref()));
        }
        Self::update(self, *to.key, &update).await.map(drop)
    }

    async fn remove(&self, id: &i64) -> Result<Task, Error> {
        self.delete(*id).await
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
    Crons: NewCron => Cron,
    key: &str, key = |_wanted| key;
    "Deletes the cron with a key, if there is one."
}
