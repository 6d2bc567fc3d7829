//! Crons: known by a key of the caller's, which is kept in front of their description:
//! `[nightly] Sends the reports`. Everything of them can be changed.

use ovh_runtime::{Call, Error, ErrorKind};

use super::{Differences, Thing, differs, ensures};
use crate::WaitPolicy;
use crate::handle::Hosting;
use crate::types::{Cron, CronUpdate, NewCron};

struct Keyed<'a> {
    hosting: &'a Hosting,
    key: &'a str,
}

/// A key has to be found again in a description.
pub(super) fn check_key(key: &str) -> Result<(), Error> {
    let fine = !key.is_empty()
        && key.trim() == key
        && !key
            .chars()
            .any(|c| c.is_control() || matches!(c, '[' | ']'));
    if fine {
        return Ok(());
    }
    Err(Error::invalid_argument(format!(
        "`{key}` cannot be the key of a cron: it is kept in the description as `[key]`, so it has no brackets, no blank around it and no control characters, and is not empty; nothing was sent"
    ))
    .build())
}

impl Keyed<'_> {
    /// The description with the key in front.
    fn description(&self, new: &NewCron) -> String {
        match new.description.as_deref().map(str::trim) {
            None | Some("") => format!("[{}]", self.key),
            Some(text) => format!("[{}] {text}", self.key),
        }
    }

    fn is_mine(&self, cron: &Cron) -> bool {
        cron.description.as_deref().is_some_and(|text| {
            text.trim_start()
                .strip_prefix('[')
                .and_then(|text| text.strip_prefix(self.key))
                .is_some_and(|text| text.starts_with(']'))
        })
    }
}

/// Fact [C]: the API ignores the minutes, so another minute is no difference.
fn same_hours(wanted: &str, is: &str) -> bool {
    let fields =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let (wanted, is) = (fields(wanted), fields(is));
    match (wanted.len(), is.len()) {
        (5, 5) => wanted[1..] == is[1..],
        _ => wanted == is,
    }
}

impl Thing for Keyed<'_> {
    type Object = Cron;
    type New = NewCron;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the cron with the key {}", self.key)
    }

    async fn read(&self) -> Result<Option<Cron>, Error> {
        let mut mine: Vec<Cron> = self.hosting.crons().list().await?;
        mine.retain(|cron| self.is_mine(cron));
        match mine.len() {
            0 | 1 => Ok(mine.pop()),
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

    fn compare(&self, new: &NewCron, is: &Cron) -> Differences {
        let mut found = Differences::default();
        found.open("command", new.command != is.command);
        let wanted = new.description.is_some().then(|| self.description(new));
        found.open(
            "description",
            differs(wanted.as_ref(), is.description.as_ref()),
        );
        found.open("email", differs(new.email.as_ref(), is.email.as_ref()));
        found.open("frequency", !same_hours(&new.frequency, &is.frequency));
        found.open("language", new.language != is.language);
        found.open("status", differs(new.status.as_ref(), Some(&is.status)));
        found
    }

    async fn create(&self, new: &NewCron, policy: WaitPolicy) -> Result<(), Error> {
        let cron = new.clone().description(self.description(new));
        let task = self.hosting.crons().create(&cron).await?;
        task.wait_with(policy).await.map(drop)
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
        // Waiting is the caller's, with an eye on the values.
        let _ = self.hosting.crons().update(object.id, &update).await?;
        Ok(())
    }

    async fn remove(&self, object: &Cron, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.crons().delete(object.id).await?;
        task.wait_with(policy).await.map(drop)
    }
}

ensures! {
    Crons: NewCron => Cron, key: &str,
    |this, key| Keyed { hosting: this.hosting(), key }, |_wanted| key;
    "Sees to it that there is no cron with a key."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_minute_is_no_difference_and_another_hour_is() {
        assert!(same_hours("30 3 * * *", "0 3 * * *"));
        assert!(same_hours("0  3 * * *", "0 3 * * *"));
        assert!(!same_hours("0 4 * * *", "0 3 * * *"));
        assert!(!same_hours("0 3 * *", "0 3 * * *"));
    }

    #[test]
    fn a_key_that_could_not_be_found_again_is_refused() {
        for key in ["", " a", "a]", "[a", "a\n"] {
            assert!(check_key(key).is_err(), "{key:?}");
        }
        check_key("nightly reports").expect("a key");
    }
}
