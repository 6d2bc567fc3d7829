//! Getting a document over the network: with time limits, a size limit and no surprises.
//!
//! What may pass is tried again, after a wait. Proxies are those of the environment (`ALL_PROXY`,
//! `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or small letters; HTTP proxies only);
//! this machine is never asked through one.

mod address;

pub use address::rebase;

use crate::failure::Failure;
use std::io::ErrorKind;
use std::time::Duration;
use ureq::Agent;
use ureq::http::header;

/// The longest time that a server may ask to wait before the next attempt.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The limits of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Timeout to connect, for each attempt.
    pub connect: Duration,
    /// Timeout of each attempt.
    pub total: Duration,
    /// The largest reply, in bytes.
    pub bytes: u64,
    /// Number of attempts, including the first one.
    pub attempts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(120),
            // Far more than the largest section has; a reply that is longer is none of them.
            bytes: 32 * 1024 * 1024,
            attempts: 3,
        }
    }
}

/// The version of a document, as the server named it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Validator {
    /// `ETag`, unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified`, unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// The result of a download.
pub(crate) enum Response {
    /// A text and its version.
    Text(String, Option<Validator>),
    /// There is no newer version.
    NotModified,
}

/// A failed download.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The error message.
    pub failure: Failure,
    /// `true` if the server says that there is nothing at this address (404 or 410).
    pub is_missing: bool,
    again: Again,
}

/// Whether it is worth trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    /// It would end in the same way.
    Never,
    /// It may have passed by then; the server may have said when.
    After(Option<Duration>),
}

/// A download and how it goes about.
pub(crate) struct Download<'a> {
    /// The limits.
    pub limits: Limits,
    /// Waits before the next attempt.
    pub sleep: &'a dyn Fn(Duration),
    /// Receives a line for each step.
    pub progress: &'a mut dyn FnMut(&str),
}

impl Download<'_> {
    /// Gets the text at `url`, which must be HTTPS unless the host is this machine; with a
    /// `validator` only if there is a newer version.
    pub(crate) fn get(
        &mut self,
        url: &str,
        validator: Option<&Validator>,
    ) -> Result<Response, Refusal> {
        (self.progress)(&format!("asking {url}"));
        let mut attempt = 1;
        loop {
            let refusal = match ask(url, validator, &self.limits) {
                Ok(response) => {
                    (self.progress)(&match &response {
                        Response::Text(text, _) => format!("got {} bytes", text.len()),
                        Response::NotModified => "not modified".to_owned(),
                    });
                    return Ok(response);
                }
                Err(refusal) => refusal,
            };
            let wait = match refusal.again {
                Again::After(said) => {
                    said.unwrap_or(Duration::from_secs(1 << (attempt - 1).min(5)))
                }
                Again::Never => return Err(refusal),
            };
            if attempt >= self.limits.attempts || wait > LONGEST_WAIT {
                return Err(refusal);
            }
            (self.progress)(&format!(
                "{} - trying again in {} s",
                refusal.failure,
                wait.as_secs()
            ));
            (self.sleep)(wait);
            attempt += 1;
        }
    }
}

/// One attempt. A redirect is refused: a reviewer has approved the address.
fn ask(url: &str, validator: Option<&Validator>, limits: &Limits) -> Result<Response, Refusal> {
    let local = address::check(url).map_err(|failure| Refusal {
        failure,
        is_missing: false,
        again: Again::Never,
    })?;
    let mut config = Agent::config_builder()
        .timeout_connect(Some(limits.connect.min(limits.total)))
        .timeout_global(Some(limits.total))
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent(concat!("ovh-web-xtask/", env!("CARGO_PKG_VERSION")));
    if local {
        config = config.proxy(None);
    }
    let agent: Agent = config.build().into();
    let mut request = agent.get(url).header(header::ACCEPT, "application/json");
    let known = validator.map(|known| (&known.etag, &known.last_modified));
    if let Some((Some(etag), _)) = known {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    if let Some((_, Some(date))) = known {
        request = request.header(header::IF_MODIFIED_SINCE, date);
    }
    let mut reply = request.call().map_err(|error| Refusal {
        again: again(&error),
        is_missing: false,
        failure: Failure::new(format!("{url}: {error} - {}", advice(&error))),
    })?;
    let status = reply.status();
    if status.as_u16() == 304 && validator.is_some() {
        return Ok(Response::NotModified);
    }
    let said = |name| Some(reply.headers().get(name)?.to_str().ok()?.to_owned());
    let wait = said(header::RETRY_AFTER).and_then(|value| value.trim().parse().ok());
    let location = said(header::LOCATION).unwrap_or_default();
    let next = Validator {
        etag: said(header::ETAG),
        last_modified: said(header::LAST_MODIFIED),
    };
    let body = reply
        .body_mut()
        .with_config()
        .limit(limits.bytes)
        .read_to_vec();
    if status.as_u16() != 200 {
        let words = plain(&String::from_utf8_lossy(&body.unwrap_or_default()));
        let (again, advice) = match status.as_u16() {
            408 | 429 | 500 | 502 | 503 | 504 => (
                Again::After(wait.map(Duration::from_secs)),
                "try again later",
            ),
            _ => (Again::Never, "check the address in schema/sources.toml"),
        };
        let what = match status.is_redirection() {
            true => format!("the server redirects ({status}) to `{}`", plain(&location)),
            false => format!("the server answered {status}: {words}"),
        };
        return Err(Refusal {
            is_missing: matches!(status.as_u16(), 404 | 410),
            ..answer(url, &what, advice, again)
        });
    }
    let bytes = body.map_err(|error| match error {
        ureq::Error::BodyExceedsLimit(limit) => answer(
            url,
            &format!("the reply is larger than {limit} bytes"),
            "no document of the API is: check the address in schema/sources.toml",
            Again::Never,
        ),
        error => answer(
            url,
            &error.to_string(),
            "the reply did not arrive in full: try again",
            again(&error),
        ),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        let advice = "it is not a document of the API";
        answer(url, "the reply is not UTF-8", advice, Again::Never)
    })?;
    let next = (next != Validator::default()).then_some(next);
    Ok(Response::Text(text, next))
}

/// A refusal by a server that was reached.
fn answer(url: &str, what: &str, advice: &str, again: Again) -> Refusal {
    Refusal {
        failure: Failure::new(format!("{url}: {what} - {advice}")),
        is_missing: false,
        again,
    }
}

/// Whether an error of the network may have passed a moment later.
fn again(error: &ureq::Error) -> Again {
    match error {
        // A certificate that is not in order, and the like.
        ureq::Error::Io(error) if error.kind() == ErrorKind::InvalidData => Again::Never,
        ureq::Error::Io(_)
        | ureq::Error::Timeout(_)
        | ureq::Error::ConnectionFailed
        | ureq::Error::Protocol(_) => Again::After(None),
        _ => Again::Never,
    }
}

fn advice(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "try again later, or give it more time with --timeout",
        ureq::Error::InvalidProxyUrl => "correct the proxy in the environment (HTTPS_PROXY)",
        ureq::Error::ConnectProxyFailed(_) => {
            "the proxy refused the connection: correct HTTPS_PROXY, or name the host in NO_PROXY"
        }
        _ => "check the address and the network, then try again",
    }
}

/// The first words of what a server said, on one line.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    line.chars().filter(|c| !c.is_control()).take(200).collect()
}
