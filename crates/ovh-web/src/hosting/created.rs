//! Finds the object created by a task, if the API does not return its id.

use ovh_runtime::{Call, Error, ErrorKind};
use serde::de::DeserializeOwned;

use crate::wait::{Found, found};
use crate::{Listing, TaskInfo};

/// A new object with a numeric id.
pub(super) struct Created<'a, T> {
    /// The object's name in errors: `dump of example.mysql.db`.
    pub(super) what: String,
    /// The ids before the creation, if they could be read.
    pub(super) before: Option<&'a [i64]>,
    /// Returns an object's id.
    pub(super) id: fn(&T) -> i64,
}

impl<T: DeserializeOwned + Send + 'static> Created<'_, T> {
    /// Finds the object by the task's id for it, or as the only new match.
    ///
    /// Inferred: the task may name another object, or an internal number.
    pub(super) async fn find(
        &self,
        task: &TaskInfo,
        get: impl Fn(i64) -> Call<T> + Send,
        list: Listing<T, i64>,
        matches: impl Fn(&T) -> bool + Send,
    ) -> Result<Found<T>, Error> {
        let named = task.object_id.as_deref().and_then(|id| id.parse().ok());
        if let Some(id) = named.filter(|id| self.is_new(*id)) {
            match found(get(id).fresh().await)? {
                Found::There(object) if matches(&object) => return Ok(Found::There(object)),
                _ => {}
            }
        }
        let (objects, unreadable) = list.split().await?;
        let (mut candidates, others): (Vec<T>, Vec<T>) = objects
            .into_iter()
            .filter(|object| self.is_new((self.id)(object)))
            .partition(matches);
        let number = candidates.len();
        match (number, candidates.pop(), unreadable.into_iter().next()) {
            (1, Some(object), _) => return Ok(Found::There(object)),
            (0, _, Some(error)) => return Err(error),
            (_, last, _) => candidates.extend(last),
        }
        let (kind, count, objects) = match number {
            0 => (ErrorKind::NotFound, "no".to_owned(), others),
            _ => (ErrorKind::Conflict, number.to_string(), candidates),
        };
        let ids: Vec<String> = objects.iter().map(|it| (self.id)(it).to_string()).collect();
        let listed = match (number, ids.is_empty()) {
            (_, true) => String::new(),
            (0, false) => format!("; others that are new: {}", ids.join(", ")),
            (_, false) => format!(": {}", ids.join(", ")),
        };
        let message = format!("{count} new {} matches what was sent{listed}", self.what);
        let error = Error::builder(kind, message)
            .hint("look at them, and take the right one by its number")
            .build();
        match kind {
            ErrorKind::NotFound => Ok(Found::Missing(error)),
            _ => Err(error),
        }
    }

    fn is_new(&self, id: i64) -> bool {
        self.before.is_none_or(|before| !before.contains(&id))
    }
}
