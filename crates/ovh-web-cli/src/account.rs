//! The account that a command works on: a client from the settings, or a new sandbox.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ovh_web::config::Sources;
use ovh_web::{
    AttemptInfo, AttemptOutcome, Client, ClientBuilder, Clock, Endpoint, HttpEngine, Observer,
    RateLimit, http,
};
use ovh_web_testing::TestBed;

use crate::command::Wait;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::session::{Console, Session};
use crate::{interrupt, table};

/// A client and what it has cost.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) client: Client,
    counts: Arc<Counts>,
    clock: Arc<dyn Clock>,
    started: Duration,
    /// Kept alive while the command runs.
    _sandbox: Option<TestBed>,
}

/// Requests, retries and started tasks so far.
#[derive(Debug, Default)]
struct Counts {
    tasks: AtomicU32,
    requests: AtomicU32,
    retries: AtomicU32,
}

impl Account {
    /// Builds the client. Nothing is sent.
    pub(crate) async fn connect(session: &Session, globals: &Globals) -> Outcome<Self> {
        Self::connect_with(session, globals, |builder| builder).await
    }

    /// Builds the client from a builder that `change` has changed.
    pub(crate) async fn connect_with(
        session: &Session,
        globals: &Globals,
        change: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Outcome<Self> {
        let counts = Arc::new(Counts::default());
        let sandbox = match globals.sandbox {
            true => Some(TestBed::start().await),
            false => None,
        };
        let builder = match &sandbox {
            Some(bed) => bed.client_builder(),
            None => settings(session, globals)?.clock(session.clock.clone()),
        };
        let clock: Arc<dyn Clock> = match &sandbox {
            Some(bed) => Arc::new(bed.clock.clone()),
            None => session.clock.clone(),
        };
        let trace = Trace {
            counts: counts.clone(),
            console: session.console.clone(),
            verbose: globals.verbose,
        };
        let builder = match globals.rate {
            Some(rate) => builder.rate_limit(RateLimit::per_minute(rate)),
            None => builder,
        };
        let builder = builder.observer(trace).wrap_http(|engine| {
            let engine = Arc::new(engine);
            move |request: http::Request<_>| {
                if !request.method().is_safe() {
                    interrupt::mark_sent();
                }
                let engine = engine.clone();
                async move { engine.exchange(request).await }
            }
        });
        Ok(Self {
            client: change(builder).build()?,
            counts,
            clock,
            started: session.clock.monotonic(),
            _sandbox: sandbox,
        })
    }

    /// The clock of the client.
    pub(crate) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// The number of requests so far.
    pub(crate) fn requests(&self) -> u32 {
        self.counts.requests.load(Ordering::Relaxed)
    }

    /// The number of tasks that responses have started so far.
    pub(crate) fn tasks(&self) -> u32 {
        self.counts.tasks.load(Ordering::Relaxed)
    }

    /// The time since the client was built.
    pub(crate) fn elapsed(&self, session: &Session) -> Duration {
        session.clock.monotonic().saturating_sub(self.started)
    }

    /// Prints requests, retries and seconds with `--timing`.
    pub(crate) fn print_timing(&self, session: &Session, globals: &Globals) {
        if globals.timing {
            let retries = self.counts.retries.load(Ordering::Relaxed);
            let elapsed = self.elapsed(session);
            session.console.note(&format!(
                "{} requests, {retries} retries, {:.1} s",
                self.requests(),
                elapsed.as_secs_f64()
            ));
        }
    }
}

/// A client builder with the settings of flags, environment and files.
pub(crate) fn settings(session: &Session, globals: &Globals) -> Outcome<ClientBuilder> {
    let mut builder = Client::builder().sources(sources(session, globals)?);
    if let Some(name) = &globals.profile {
        builder = builder.profile(name.as_str());
    }
    if let Some(endpoint) = &globals.endpoint {
        builder = match endpoint.contains("://") {
            true => builder.base_url(endpoint.as_str()),
            false => builder.endpoint(endpoint.parse::<Endpoint>()?),
        };
    }
    Ok(builder)
}

/// The environment and the configuration files.
pub(crate) fn sources(session: &Session, globals: &Globals) -> Outcome<Sources> {
    let mut sources = match &globals.config {
        None if session.reads_config_files => return Ok(Sources::from_system()?),
        _ => Sources::new(),
    };
    for (name, value) in &session.environment {
        if name.starts_with("OVH_") {
            sources = sources.variable(name.as_str(), value.as_str());
        }
    }
    if let Some(path) = &globals.config {
        sources = sources.file(path, read(path)?);
    }
    Ok(sources)
}

fn read(path: &Path) -> Outcome<String> {
    let text = std::fs::read_to_string(path);
    let what = format!("--config {}", path.display());
    text.map_err(|error| Failure::io(what, &error).with_exit(Exit::Credentials))
}

/// Counts requests, and prints them with `-v`.
#[derive(Debug)]
struct Trace {
    counts: Arc<Counts>,
    console: Console,
    verbose: u8,
}

impl Observer for Trace {
    fn attempt_started(&self, _: &AttemptInfo<'_>) {
        self.counts.requests.fetch_add(1, Ordering::Relaxed);
    }

    fn attempt_finished(&self, attempt: &AttemptInfo<'_>, outcome: &AttemptOutcome<'_>) {
        let is_done = outcome.status.is_some_and(|status| status.is_success());
        let row = table::by_operation(attempt.operation);
        if is_done && row.is_some_and(|row| row.wait == Wait::Task) {
            self.counts.tasks.fetch_add(1, Ordering::Relaxed);
        }
        if self.verbose == 0 {
            return;
        }
        let status = outcome.status.map_or_else(
            || outcome.result.to_string(),
            |status| status.as_u16().to_string(),
        );
        let mut line = format!("{} {} {status}", attempt.method, attempt.path);
        if self.verbose > 1 {
            line.push_str(&format!(" {} ms", outcome.duration.as_millis()));
            if let Some(id) = outcome.query_id {
                line.push_str(&format!(" {id}"));
            }
        }
        self.console.note(&line);
    }

    fn retry(&self, attempt: &AttemptInfo<'_>, pause: Duration) {
        self.counts.retries.fetch_add(1, Ordering::Relaxed);
        if self.verbose > 0 {
            let seconds = pause.as_secs_f64();
            let (method, path) = (attempt.method, attempt.path);
            self.console
                .note(&format!("{method} {path}: again in {seconds:.1} s"));
        }
    }
}
