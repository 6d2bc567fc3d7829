//! Records responses as they come, refusals included.

use std::sync::{Arc, Mutex, PoisonError};

use ovh_web::{ClientBuilder, HttpEngine, Response, http};

/// The responses of a client since they were last taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder(Arc<Mutex<Vec<Response>>>);

impl Recorder {
    /// Records the responses of a client to be built.
    pub(super) fn record(&self, builder: ClientBuilder) -> ClientBuilder {
        let recorder = self.clone();
        builder.wrap_http(move |engine| {
            let (engine, recorder) = (Arc::new(engine), recorder.clone());
            move |request: http::Request<_>| {
                let (engine, recorder) = (engine.clone(), recorder.clone());
                async move {
                    let response = engine.exchange(request).await?;
                    recorder.lock().push(Response::from(response.clone()));
                    Ok(response)
                }
            }
        })
    }

    /// Takes the responses so far.
    pub(super) fn take(&self) -> Vec<Response> {
        std::mem::take(&mut self.lock())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Response>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
