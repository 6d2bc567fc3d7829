//! The open connections. Where there are too many, the one that waits for its client for longest
//! is closed, so that silent clients shut nobody out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

/// How many connections may be open while any of them is idle.
const MOST_CONNECTIONS: usize = 256;

/// All open connections of a server.
#[derive(Default)]
pub(crate) struct Connections(Mutex<Open>);

#[derive(Default)]
struct Open {
    /// Counts arrivals and requests, so that it orders them.
    count: u64,
    by_id: BTreeMap<u64, Connection>,
}

struct Connection {
    task: AbortHandle,
    /// The count when it was last heard of.
    active: u64,
    /// `true` while the server has a request that was read in full.
    busy: bool,
}

impl Connections {
    /// Starts to serve a connection.
    pub(crate) fn spawn<F>(self: &Arc<Self>, serve: impl FnOnce(Arc<Visit>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.lock().by_id.len() >= MOST_CONNECTIONS {
            self.close_idle();
        }
        let mut open = self.lock();
        open.count += 1;
        let id = open.count;
        let visit = Visit {
            connections: Arc::clone(self),
            id,
        };
        // It ends with the lock, so not before it is in the table.
        let task = tokio::spawn(serve(Arc::new(visit))).abort_handle();
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

/// The place of one connection, which it leaves when it ends.
pub(crate) struct Visit {
    connections: Arc<Connections>,
    id: u64,
}

impl Visit {
    /// Says whether the server is at work for this connection.
    pub(crate) fn set_busy(&self, busy: bool) {
        let mut open = self.connections.lock();
        open.count += 1;
        let count = open.count;
        if let Some(connection) = open.by_id.get_mut(&self.id) {
            (connection.busy, connection.active) = (busy, count);
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.connections.lock().by_id.remove(&self.id);
    }
}
