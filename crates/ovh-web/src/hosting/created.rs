//! Finds the object created by a task, if the API does not return its id.

use std::sync::Arc;

use ovh_runtime::{Error, ErrorKind};

use super::resource::Collection;
use crate::TaskInfo;
use crate::pending::HasStatus;
use crate::task::Task;
use crate::wait::{Lookup, lookup};

/// The creation of an object with a numeric id.
pub(super) struct Creation<C: Collection> {
    collection: C,
    /// The new object in errors: `dump of example.mysql.db`.
    what: String,
    /// The ids before the creation, if they could be read.
    before: Option<Vec<i64>>,
    id: fn(&C::Object) -> i64,
}

impl<C: Collection<Key = i64>> Creation<C>
where
    C::Object: HasStatus,
{
    /// Reads the existing ids; call it before the creation is requested.
    pub(super) async fn begin(collection: &C, what: String, id: fn(&C::Object) -> i64) -> Self {
        Self {
            collection: collection.clone(),
            what,
            // If they cannot be read, the new object is identified by its properties alone.
            before: collection.all().ids().fresh().await.ok(),
            id,
        }
    }

    /// Makes the task return the new object.
    pub(super) fn output_of(
        self,
        task: Task,
        matches: impl Fn(&C::Object) -> bool + Send + Sync + 'static,
    ) -> Task<C::Object> {
        let known = Arc::new((self, matches));
        task.finding(move |task| {
            let known = Arc::clone(&known);
            async move { known.0.find(&task, &known.1).await }
        })
    }

    /// Finds the object by the task's id for it, or as the only new match.
    ///
    /// Inferred: the task may name another object, or an internal number.
    async fn find(
        &self,
        task: &TaskInfo,
        matches: &(impl Fn(&C::Object) -> bool + Sync),
    ) -> Result<Lookup<C::Object>, Error> {
        let named = task.object_id.as_deref().and_then(|id| id.parse().ok());
        if let Some(id) = named.filter(|id| self.is_new(*id)) {
            match lookup(self.collection.read(&id).fresh().await)? {
                Lookup::Found(object) if matches(&object) => return Ok(Lookup::Found(object)),
                _ => {}
            }
        }
        let (objects, unreadable) = self.collection.all().split().await?;
        let (mut candidates, others): (Vec<_>, Vec<_>) = objects
            .into_iter()
            .filter(|object| self.is_new((self.id)(object)))
            .partition(matches);
        let number = candidates.len();
        match (number, candidates.pop(), unreadable.into_iter().next()) {
            (1, Some(object), _) => return Ok(Lookup::Found(object)),
            (0, _, Some(error)) => return Err(error),
            (_, last, _) => candidates.extend(last),
        }
        let ids = |objects: &[C::Object]| {
            let ids: Vec<_> = objects.iter().map(|it| (self.id)(it).to_string()).collect();
            ids.join(", ")
        };
        let hint = "list them, and choose the right one by its id";
        if number > 0 {
            let message = format!(
                "expected one new {} that matches the request, found {number}: {}",
                self.what,
                ids(&candidates)
            );
            return Err(Error::builder(ErrorKind::Conflict, message)
                .hint(hint)
                .build());
        }
        let mut message = format!("no new {} matches the request", self.what);
        if !others.is_empty() {
            message = format!("{message}; other new ones: {}", ids(&others));
        }
        let error = Error::builder(ErrorKind::NotFound, message).hint(hint);
        Ok(Lookup::Missing(error.build()))
    }

    fn is_new(&self, id: i64) -> bool {
        let before = self.before.as_ref();
        before.is_none_or(|before| !before.contains(&id))
    }
}
