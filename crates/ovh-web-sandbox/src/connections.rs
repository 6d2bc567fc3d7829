//! The open connections.
//!
//! If there are too many, the one that is idle for longest is closed, so that silent clients lock
//! nobody out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

/// The number of open connections above which idle ones are closed.
const MAX_CONNECTIONS: usize = 256;

/// All open connections of a server.
#[derive(Default)]
pub(crate) struct Connections(Mutex<Open>);

#[derive(Default)]
struct Open {
    /// Counts connections and requests.
    count: u64,
    by_id: BTreeMap<u64, Connection>,
}

struct Connection {
    task: AbortHandle,
    /// The count when it was last active.
    active: u64,
    /// `true` while a request is answered.
    busy: bool,
}

impl Connections {
    /// Spawns a task that serves a connection.
    pub(crate) fn spawn<F>(self: &Arc<Self>, serve: impl FnOnce(Arc<ConnectionGuard>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.lock().by_id.len() >= MAX_CONNECTIONS {
            self.close_idle();
        }
        let mut open = self.lock();
        open.count += 1;
        let id = open.count;
        let guard = ConnectionGuard {
            connections: Arc::clone(self),
            id,
        };
        // The lock keeps it from ending before it is in the table.
        let task = tokio::spawn(serve(Arc::new(guard))).abort_handle();
        let connection = Connection {
            task,
            active: id,
            busy: false,
        };
        open.by_id.insert(id, connection);
    }

    /// Closes the connection that has been idle for longest; returns `false` if none is idle.
    pub(crate) fn close_idle(&self) -> bool {
        let mut open = self.lock();
        let idle = open.by_id.iter().filter(|(_, connection)| !connection.busy);
        let oldest = idle.min_by_key(|(_, connection)| connection.active);
        let Some(id) = oldest.map(|(id, _)| *id) else {
            return false;
        };
        if let Some(connection) = open.by_id.remove(&id) {
            connection.task.abort();
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection, which is removed when this is dropped.
pub(crate) struct ConnectionGuard {
    connections: Arc<Connections>,
    id: u64,
}

impl ConnectionGuard {
    /// Marks the connection as busy or idle.
    pub(crate) fn set_busy(&self, busy: bool) {
        let mut open = self.connections.lock();
        open.count += 1;
        let count = open.count;
        if let Some(connection) = open.by_id.get_mut(&self.id) {
            (connection.busy, connection.active) = (busy, count);
        }
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.connections.lock().by_id.remove(&self.id);
    }
}
