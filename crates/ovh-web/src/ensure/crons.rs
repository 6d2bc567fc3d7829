//! Crons, identified by a key at the start of their description.
//!
//! Example: `[nightly] Sends the reports`. The key `#42` is the cron with the ID 42. All fields can
//! be changed.

use ovh_runtime::{Error, ErrorKind};

use super::{Differences, Observed, Reconcile, Update, changed, ensures};
use crate::hosting::Crons;
use crate::hosting::cron_text::{check_key, id_of, same_command, same_hours, with_key};
use crate::task::Task;
use crate::types::{Cron, CronUpdate, NewCron};

impl Reconcile for Crons {
    type New = NewCron;

    fn what(key: &str) -> String {
        match id_of(key) {
            Some(id) => format!("the cron with the ID {id}"),
            None => format!("the cron with the key {key}"),
        }
    }

    fn check(key: &str, _: &NewCron) -> Result<(), Error> {
        check_key(key)
    }

    fn check_create(&self, key: &str) -> Result<(), Error> {
        check_creatable(key)
    }

    async fn find(&self, key: &str) -> Result<Option<i64>, Error> {
        if let Some(id) = id_of(key) {
            return Ok(Some(id));
        }
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
        let wanted = new.description.as_deref().map(|text| described(key, text));
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
            let text = to.new.description.as_deref().unwrap_or_default();
            update = update.description(described(to.name, text));
        }
        Self::update(self, *to.key, &update).await.map(drop)
    }

    async fn remove(&self, id: &i64) -> Result<Task, Error> {
        self.delete(*id).await
    }
}

/// Returns an error for the key of an ID.
pub(crate) fn check_creatable(key: &str) -> Result<(), Error> {
    let Some(id) = id_of(key) else {
        return Ok(());
    };
    let message = format!("there is no cron with the ID {id}, and none is created for an ID");
    Err(Error::builder(ErrorKind::NotFound, message)
        .hint("to create a cron, remove the `#`: a key is written into its description")
        .build())
}

/// The description of a cron with a key, or as it is given with an ID.
fn described(key: &str, text: &str) -> String {
    match id_of(key) {
        Some(_) => text.to_owned(),
        None => with_key(key, Some(text)),
    }
}

ensures! {
    /// A cron is identified by its key at the start of the description: `[nightly] Sends the
    /// reports`. [`key_of`](Self::key_of) reads it back.
    ///
    /// The key `#42` is the cron with the ID 42, whatever its description. It is changed and
    /// deleted, and never created: without it, the error is of kind
    /// [`NotFound`](crate::ErrorKind::NotFound).
    ///
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `command` | yes, without a leading `./` | yes | required |
    /// | `frequency` | yes, without the minute, which the API ignores | yes | required |
    /// | `language` | yes | yes | required |
    /// | `description` | yes, with the key; as it is for an ID | yes | a new cron has only the key |
    /// | `email` | yes | yes | a new cron sends no reports |
    /// | `status` | yes | yes | a new cron is enabled |
    Crons: NewCron => Cron,
    key: &str, key = |_wanted| key;
    "Deletes the cron with a key, if there is one."
}
