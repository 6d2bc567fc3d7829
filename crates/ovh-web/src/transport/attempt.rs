//! One attempt: rate limit, authentication, signature, request, full response.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use http::Uri;
use http::header::HeaderMap;
use ovh_runtime::{Body, Error, Method, Request, Response, Secret};
use url::Url;

use super::engine::{bearer_token, set_header, set_secret_header};
use super::failure::{self, Failed, Stage};
use super::server_time::{self, ClockSync, DateRange, Measured};
use super::{HttpTransport, redact};
use crate::Clock;
use crate::clock::within_io;
use crate::credentials::Auth;
use crate::oauth2;
use crate::sign::signature;

const JSON: &str = "application/json;charset=utf-8";
const FORM: &str = "application/x-www-form-urlencoded";

/// Longer than the precision of tokio's timers.
const TICK: Duration = Duration::from_millis(5);

/// The credentials that an attempt used, to refresh them once if they are refused.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    pub(super) time: Option<Measured>,
    pub(super) token: Option<u64>,
    /// From the `Date` of the response.
    pub(super) date: Option<DateRange>,
    /// The offset for the next attempt, after a refusal.
    pub(super) trial: Option<Measured>,
}

/// The progress of a call, and its time.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Monotonic time of the start.
    begin: Duration,
    /// The timeout of the whole call.
    pub(super) total: Duration,
    attempts: AtomicU32,
    sending: AtomicBool,
    sent: AtomicBool,
    maybe_applied: AtomicBool,
}

impl Progress {
    pub(super) fn new(begin: Duration, total: Duration) -> Self {
        Self {
            begin,
            total,
            ..Self::default()
        }
    }

    /// Returns the time since the start.
    pub(super) fn elapsed(&self, clock: &dyn Clock) -> Duration {
        clock.monotonic().saturating_sub(self.begin)
    }

    /// Returns the time left for a part of the call that has to end before the call does.
    pub(super) fn left(&self, clock: &dyn Clock) -> Duration {
        let spent = self.elapsed(clock).saturating_add(TICK);
        self.total.saturating_sub(spent)
    }

    pub(super) fn begin(&self) -> u32 {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn set_sending(&self, now: bool) {
        self.sending.store(now, Ordering::Relaxed);
        self.sent.store(true, Ordering::Relaxed);
    }

    /// Returns the number of attempts started.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Returns the current stage.
    pub(super) fn stage(&self) -> Stage {
        let is = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        match (is(&self.sending), is(&self.sent)) {
            (true, _) => Stage::Sending,
            (false, true) => Stage::Between,
            (false, false) => Stage::Waiting,
        }
    }

    pub(super) fn set_maybe_applied(&self) {
        self.maybe_applied.store(true, Ordering::Relaxed);
    }

    /// Returns `true` if a failed attempt may have had its effect.
    pub(super) fn maybe_applied(&self) -> bool {
        self.maybe_applied.load(Ordering::Relaxed)
    }
}

impl HttpTransport {
    /// Sends the request once, freshly signed. Error statuses become errors only here.
    pub(super) async fn attempt(
        &self,
        request: &Request,
        used: &mut Used,
        progress: &Progress,
        waited: impl FnOnce(Duration),
    ) -> Result<Response, Failed> {
        let clock = self.clock();
        let begin = clock.monotonic();
        *used = Used {
            trial: used.trial,
            ..Used::default()
        };
        let _permit = self.shared.config.limiter.acquire(clock).await;
        waited(clock.monotonic().saturating_sub(begin));

        let mut http = self.prepare(request).map_err(Failed::unsent)?;
        if needs_identity(request) {
            self.identify(request, used, progress, &mut http)
                .await
                .map_err(Failed::unsent)?;
        }
        for (name, value) in request.headers() {
            http.headers_mut().insert(name, value.clone());
        }
        progress.set_sending(true);
        let sent = clock.unix_time();
        let result = self.exchange(request, http, None).await;
        progress.set_sending(false);
        let (response, received) = (result?, clock.unix_time());
        let server_time = &self.shared.server_time;
        if let Some(measured) = used.time.filter(|_| response.is_success()) {
            server_time.accepted(measured);
        }
        if !server_time::is(request) {
            used.date = server_time.observe(clock, &response, sent, received);
        }
        let response = plain(request, response)?;
        if response.is_success() {
            return Ok(response);
        }
        let error = Error::refused(request, &response);
        Err(Failed {
            error: failure::with_advice(error, request, &self.auth),
            was_sent: true,
        })
    }

    /// Builds the request without authentication.
    fn prepare(&self, request: &Request) -> Result<http::Request<Body>, Error> {
        // The parser's spelling is what an engine sends, so it is signed.
        let url = parsed(request, &self.shared.endpoint.url(request.target()))?;
        let body = request.body().cloned().unwrap_or_default();
        let mut http = self.bare(request, url, body)?;
        if request.body().is_some() {
            set_header(&mut http, "content-type", JSON)?;
        }
        if request.options().fresh {
            set_header(&mut http, "pragma", "no-cache")?;
        }
        // From OVH's clients: unsigned calls carry the application key too.
        if let Auth::Application { key, .. } = &self.auth {
            set_secret_header(&mut http, "x-ovh-application", key.expose())?;
        }
        Ok(http)
    }

    /// Builds the request without the headers of the API.
    fn bare(&self, request: &Request, url: Uri, body: Body) -> Result<http::Request<Body>, Error> {
        let mut http = http::Request::new(body);
        *http.method_mut() = request.method().clone();
        *http.uri_mut() = url;
        // Enough for a signed call, and one or two headers of the caller.
        *http.headers_mut() = HeaderMap::with_capacity(8);
        set_header(&mut http, "accept", "application/json")?;
        set_header(&mut http, "user-agent", &self.shared.config.user_agent)?;
        Ok(http)
    }

    /// Adds authentication.
    async fn identify(
        &self,
        request: &Request,
        used: &mut Used,
        progress: &Progress,
        http: &mut http::Request<Body>,
    ) -> Result<(), Error> {
        let clock = self.clock();
        let bearer = |token: &Secret| Secret::new(format!("Bearer {}", token.expose()));
        match &self.auth {
            Auth::Bearer(token) => set_secret_header(http, "authorization", bearer(token).expose()),
            Auth::OAuth2(tokens) => {
                let token = tokens
                    .get(clock.monotonic(), self.fetch_token(tokens))
                    .await
                    .map_err(|error| failure::no_token(request, error))?;
                used.token = Some(token.serial);
                set_secret_header(http, "authorization", bearer(&token.value).expose())
            }
            Auth::Application { consumer: None, .. } => Err(failure::no_consumer_key(request)),
            Auth::Application {
                secret,
                consumer: Some(consumer),
                ..
            } => {
                let server_time = &self.shared.server_time;
                // Without retries the first signature should be right: a call's own `retries(0)` also
                // prevents the repeat after a refusal.
                let must_know = self.shared.config.clock_sync == ClockSync::Eager
                    || self.most_retries(request) == Some(0);
                let measured = server_time
                    .get(
                        must_know,
                        used.trial,
                        progress.left(clock),
                        clock,
                        self.fetch_time(),
                    )
                    .await
                    .map_err(|error| failure::no_server_time(request, error))?;
                used.time = Some(measured);
                let timestamp = measured.now(clock);
                let signed = signature(
                    secret,
                    consumer,
                    http.method().as_str(),
                    &http.uri().to_string(),
                    http.body().as_bytes(),
                    timestamp,
                );
                set_secret_header(http, "x-ovh-consumer", consumer.expose())?;
                set_secret_header(http, "x-ovh-timestamp", &timestamp.to_string())?;
                set_secret_header(http, "x-ovh-signature", &signed)
            }
        }
    }

    /// Requests the server's time from the one route that must not be signed.
    pub(super) async fn fetch_time(&self) -> Result<i64, Error> {
        let request = server_time::request()?;
        let http = self.prepare(&request)?;
        let response = self.exchange(&request, http, None).await;
        server_time::read(&request, &response.map_err(|failed| failed.error)?)
    }

    async fn fetch_token(&self, tokens: &Arc<oauth2::Tokens>) -> Result<oauth2::Granted, Error> {
        let request = oauth2::request()?;
        let url = parsed(&request, tokens.url())?;
        let mut http = self.bare(&request, url, tokens.form())?;
        set_header(&mut http, "content-type", FORM)?;
        let response = self.exchange(&request, http, Some(tokens.host())).await;
        // A lost token response has no effect on the account.
        let harmless = |failed: Failed| failed.error.into_builder().maybe_applied(false).build();
        let mut response = response.map_err(harmless)?;
        if oauth2::is_refusal(&request, &response) {
            // An error may have a success status, and quote the request.
            response = redact::without_secrets(&self.auth, None, &request, response);
        }
        oauth2::read(&request, &response)
            .map_err(|error| error.into_builder().maybe_applied(false).build())
    }

    /// Sends the request with the attempt's timeout.
    ///
    /// `elsewhere` is the host, if it is not the API's.
    async fn exchange(
        &self,
        request: &Request,
        http: http::Request<Body>,
        elsewhere: Option<&str>,
    ) -> Result<Response, Failed> {
        let (shared, clock) = (&*self.shared, self.clock());
        let limit = shared.config.call_timeout;
        let host = elsewhere.unwrap_or(&shared.host);
        let token = bearer_token(&http);
        match within_io(clock, limit, shared.engine.exchange(http)).await {
            Some(Ok(response)) => {
                let response = Response::from(response);
                Ok(redact::hide(&self.auth, token, request, response))
            }
            Some(Err(failure)) => Err(failure::of_engine(request, host, failure)),
            None => Err(Failed {
                error: failure::timeout(request, host, limit, Stage::Sending),
                was_sent: true,
            }),
        }
    }
}

fn parsed(request: &Request, url: &str) -> Result<Uri, Error> {
    let invalid = || {
        Error::invalid_argument("the route is not a valid URL; nothing was sent").request(request)
    };
    let url = Url::parse(url).map_err(|source| invalid().source(source).build())?;
    Uri::try_from(url.as_str()).map_err(|source| invalid().source(source).build())
}

/// Documented: `/auth/time` and the request for a consumer key must not be signed, and some public
/// routes fail if they are.
fn needs_identity(request: &Request) -> bool {
    let path = request.target().split('?').next().unwrap_or_default();
    let requests_key = request.method() == Method::POST
        && matches!(path, "/auth/credential" | "/v1/auth/credential");
    let is_anonymous = request
        .operation()
        .is_some_and(|operation| operation.is_anonymous());
    !(is_anonymous || requests_key || server_time::is(request))
}

/// Refuses compressed bodies. None is requested: responses are small, and a decompressor adds
/// attack surface.
fn plain(request: &Request, response: Response) -> Result<Response, Failed> {
    let coding = response
        .header("Content-Encoding")
        .unwrap_or_default()
        .trim();
    if coding.is_empty() || coding.eq_ignore_ascii_case("identity") || response.body().is_empty() {
        return Ok(response);
    }
    if response.is_success() {
        return Err(Failed {
            error: failure::compressed(request, &response, coding),
            was_sent: true,
        });
    }
    // The status is enough; the body is unreadable.
    Ok(Response::new(
        response.status(),
        response.headers().clone(),
        Vec::new(),
    ))
}
