//! Reports corrections to the log and the observer, once per client, type and field.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use ovh_runtime::OnCorrections;

use crate::metrics::Observer;

/// Returns the reporter of one client.
pub(super) fn reporter(observer: Arc<dyn Observer>) -> OnCorrections {
    let reported = Mutex::new(HashSet::new());
    Arc::new(move |request, corrections| {
        for correction in corrections {
            let key = (correction.type_name(), correction.field());
            let is_new = reported
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(key);
            if !is_new {
                continue;
            }
            let operation = request.name();
            tracing::warn!(
                operation,
                type_name = correction.type_name(),
                field = correction.field(),
                path = correction.path(),
                "response corrected: {correction}"
            );
            observer.corrected(&operation, correction);
        }
    })
}
