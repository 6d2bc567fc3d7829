//! The transfer of one dump: requests that resume or restart until the content is complete.

use std::fmt::Display;
use std::io::SeekFrom;
use std::time::Duration;

use ovh_runtime::{Error, ErrorBuilder, ErrorKind};
use reqwest::header::{
    CONTENT_DISPOSITION, CONTENT_RANGE, ETAG, HeaderMap, HeaderName, IF_RANGE, LAST_MODIFIED, RANGE,
};
use reqwest::{Response, StatusCode, Url, redirect};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWrite, AsyncWriteExt};

use super::address::Addresses;
use super::{DownloadProgress, Downloaded, DumpFile, ProgressFn, file_name, write_failed};
use crate::Client;
use crate::clock::within_io;
use crate::error::setup_failed;
use crate::transport::{EngineSettings, reqwest_engine, tls::Tls};

/// The longest silence of the server.
const SILENCE: Duration = Duration::from_secs(60);

/// The maximum number of redirects.
const REDIRECTS: usize = 5;

/// The maximum number of broken connections in a row.
const BREAKS: u32 = 5;

/// Bytes of progress after which the count of broken connections restarts.
const PROGRESS: u64 = 1024 * 1024;

/// The target of the content.
pub(super) enum Target<'t> {
    /// A writer, which cannot be truncated.
    Writer(&'t mut (dyn AsyncWrite + Unpin + Send)),
    /// A file, which can be truncated.
    File(&'t mut File),
}

impl Target<'_> {
    fn writer(&mut self) -> &mut (dyn AsyncWrite + Unpin + Send) {
        match self {
            Self::Writer(writer) => writer,
            Self::File(file) => file,
        }
    }

    /// Truncates the target; `false` if that is impossible.
    async fn restart(&mut self) -> Result<bool, Error> {
        let Self::File(file) = self else {
            return Ok(false);
        };
        let truncated = async {
            file.flush().await?;
            file.set_len(0).await?;
            file.seek(SeekFrom::Start(0)).await
        };
        truncated.await.map(|_| true).map_err(write_failed)
    }
}

/// Identifies a version of the content, to detect changes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Version {
    /// A strong entity tag.
    tag: Option<String>,
    date: Option<String>,
    total: Option<u64>,
}

impl Version {
    fn new(headers: &HeaderMap, total: Option<u64>) -> Self {
        let tag = text(headers, &ETAG).filter(|tag| tag.starts_with('"'));
        Self {
            tag: tag.map(str::to_owned),
            date: text(headers, &LAST_MODIFIED).map(str::to_owned),
            total,
        }
    }

    /// Returns the `If-Range` value for this version, if it has one.
    fn condition(&self) -> Option<&str> {
        let dated = self.date.as_deref().filter(|_| self.total.is_some());
        self.tag.as_deref().or(dated)
    }

    fn is(&self, other: &Self) -> bool {
        let resized = matches!((self.total, other.total), (Some(one), Some(two)) if one != two);
        match (&self.tag, &other.tag) {
            (None, None) => self.date.is_some() && self.total.is_some() && self == other,
            (mine, other) => mine == other && !resized,
        }
    }
}

/// The reason that an attempt did not complete the content.
enum Failed {
    /// Another attempt may continue.
    Broken(Error),
    Final(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// A running download.
pub(super) struct Transfer<'a, 'p> {
    client: &'a Client,
    dump: &'a DumpFile,
    progress: Option<&'a mut ProgressFn<'p>>,
    addresses: Addresses,
    /// Bytes in the target.
    received: u64,
    /// The version that the target holds a part of.
    version: Option<Version>,
}

impl<'a, 'p> Transfer<'a, 'p> {
    pub(super) fn new(dump: &'a DumpFile, progress: Option<&'a mut ProgressFn<'p>>) -> Self {
        let client = dump.hosting().client();
        let base = client.endpoint().base_url();
        Self {
            client,
            dump,
            progress,
            addresses: Addresses::new(base, client.engine_settings()),
            received: 0,
            version: None,
        }
    }

    pub(super) async fn run(&mut self, mut target: Target<'_>) -> Result<Downloaded, Error> {
        let (mut breaks, mut reached) = (0, 0);
        loop {
            let error = match self.attempt(&mut target).await {
                Ok(done) => return Ok(done),
                Err(Failed::Final(error)) => return Err(error),
                Err(Failed::Broken(error)) => error,
            };
            if self.received >= reached + PROGRESS {
                breaks = 0;
            }
            // The maximum so far: repeating the same bytes is no progress.
            reached = self.received.max(reached);
            breaks += 1;
            if breaks > BREAKS {
                return Err(error);
            }
            let pause = Duration::from_secs(1 << breaks.min(4));
            self.client.clock().sleep(pause).await;
        }
    }

    /// Requests the content, or the rest of it.
    async fn attempt(&mut self, target: &mut Target<'_>) -> Result<Downloaded, Failed> {
        let is_resumed = self.version.is_some();
        // The address may have expired, so each attempt reads it again.
        let address = self.dump.address().await?.ok_or_else(|| {
            let id = self.dump.id();
            let message = format!("the dump {id} has no download address");
            Error::builder(ErrorKind::NotFound, message)
                .hint("it may not be ready: check its status")
                .build()
        })?;
        let url = self.addresses.check(address.expose())?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let http = engine(self.client.engine_settings(), &url, &self.addresses)?;
        let mut request = http.get(url);
        let condition = self.version.as_ref().and_then(Version::condition);
        if let (1.., Some(condition)) = (self.received, condition) {
            request = request
                .header(RANGE, format!("bytes={}-", self.received))
                .header(IF_RANGE, condition);
        }
        let sent = within_io(&**self.client.clock(), SILENCE, request.send()).await;
        let broken = |error| match is_resumed {
            true => Failed::Broken(error),
            false => Failed::Final(error),
        };
        let response = sent
            .ok_or_else(|| broken(silent(&host)))?
            .map_err(|error| broken(unread(&host, error)))?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => {}
            StatusCode::RANGE_NOT_SATISFIABLE if is_resumed => {
                return Err(self.changed(refused(&host, response.status())));
            }
            status if status.is_server_error() => return Err(broken(refused(&host, status))),
            status => return Err(Failed::Final(refused(&host, status))),
        }
        let skipped = self.begin(&host, &response, target).await?;
        self.read(&host, response, skipped, target).await
    }

    /// Compares the response with the target, and returns the number of bytes to skip.
    async fn begin(
        &mut self,
        host: &str,
        response: &Response,
        target: &mut Target<'_>,
    ) -> Result<u64, Failed> {
        let headers = response.headers();
        let part = match response.status() {
            StatusCode::PARTIAL_CONTENT => Some(text(headers, &CONTENT_RANGE).and_then(part)),
            _ => None,
        };
        let total = match part {
            Some(part) => part.map(|(_, total)| total),
            None => response.content_length(),
        };
        let next = Version::new(headers, total);
        let is_same = self.version.as_ref().is_some_and(|known| known.is(&next));
        let skipped = match part {
            Some(Some((first, _))) if is_same && first == self.received => {
                self.version = Some(next);
                return Ok(0);
            }
            // The range was not the requested one.
            Some(_) => {
                let error = failure(ErrorKind::Connection, host, "unexpected range");
                return Err(self.changed(error.build()));
            }
            None if is_same => self.received,
            None => 0,
        };
        if skipped == 0 && self.received > 0 {
            if !target.restart().await? {
                let what = format!("cut off after {} bytes, and not resumable", self.received);
                let error = failure(ErrorKind::Connection, host, what)
                    .hint("retry, or download to a file, which can start over");
                return Err(Failed::Final(error.build()));
            }
            self.received = 0;
        }
        self.version = Some(next);
        Ok(skipped)
    }

    /// Forgets the version: the next attempt starts over, since the content has changed.
    fn changed(&mut self, error: Error) -> Failed {
        self.version = Some(Version::default());
        Failed::Broken(error)
    }

    /// Reads the response to its end.
    async fn read(
        &mut self,
        host: &str,
        mut response: Response,
        mut skipped: u64,
        target: &mut Target<'_>,
    ) -> Result<Downloaded, Failed> {
        let suggested_name = text(response.headers(), &CONTENT_DISPOSITION);
        let suggested_name = suggested_name.and_then(file_name::suggested);
        let total = self.version.as_ref().and_then(|version| version.total);
        loop {
            let piece = within_io(&**self.client.clock(), SILENCE, response.chunk())
                .await
                .ok_or_else(|| Failed::Broken(silent(host)))?
                .map_err(|error| Failed::Broken(unread(host, error)))?;
            let Some(piece) = piece else { break };
            let length = piece.len() as u64;
            let known = skipped.min(length);
            skipped -= known;
            let new = &piece[usize::try_from(known).unwrap_or(piece.len())..];
            if new.is_empty() {
                continue;
            }
            let written = target.writer().write_all(new).await;
            written.map_err(write_failed)?;
            self.received += new.len() as u64;
            if let Some(progress) = &mut self.progress {
                progress(DownloadProgress {
                    received: self.received,
                    total,
                });
            }
        }
        target.writer().flush().await.map_err(write_failed)?;
        let what = format!("cut off after {} bytes", self.received);
        let cut_off = failure(ErrorKind::Connection, host, what).build();
        if skipped > 0 {
            // Shorter than the target under the same tag.
            return Err(self.changed(cut_off));
        }
        if total.is_some_and(|total| total != self.received) {
            return Err(Failed::Broken(cut_off));
        }
        Ok(Downloaded {
            size: self.received,
            suggested_name,
        })
    }
}

/// Parses a `Content-Range` up to the end, `bytes 4-9/10`, into first byte and total.
fn part(header: &str) -> Option<(u64, u64)> {
    let (bounds, total) = header.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = bounds.split_once('-')?;
    let (first, last, total): (u64, u64, u64) =
        (first.parse().ok()?, last.parse().ok()?, total.parse().ok()?);
    (first <= last && last.checked_add(1) == Some(total)).then_some((first, total))
}

/// Builds an HTTP engine with the client's proxy and certificates, without keys or headers.
fn engine(
    settings: &EngineSettings,
    url: &Url,
    addresses: &Addresses,
) -> Result<reqwest::Client, Error> {
    let encrypted = url.scheme() == "https";
    let allowed = addresses.clone();
    let follow = redirect::Policy::custom(move |attempt| {
        let is_fine = attempt.previous().len() <= REDIRECTS
            && allowed.check(attempt.url().as_str()).is_ok()
            && (!encrypted || attempt.url().scheme() == "https");
        if is_fine {
            attempt.follow()
        } else {
            attempt.stop()
        }
    });
    let mut settings = settings.clone();
    if !encrypted {
        // No proxy for this machine.
        settings.proxy = None;
    }
    let tls = Tls::new(encrypted, &settings.extra_ca_pem)?;
    reqwest_engine::builder(&settings, encrypted, &tls)?
        .redirect(follow)
        .dns_resolver(addresses.clone())
        .build()
        .map_err(setup_failed)
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn failure(kind: ErrorKind, host: &str, what: impl Display) -> ErrorBuilder {
    Error::builder(kind, format!("download of the dump from {host}: {what}"))
}

fn refused(host: &str, status: StatusCode) -> Error {
    let kind = match status.as_u16() {
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        500.. => ErrorKind::Server,
        _ => ErrorKind::BadRequest,
    };
    failure(kind, host, format_args!("HTTP {}", status.as_u16()))
        .hint("the address of a dump expires: read the dump again")
        .build()
}

fn silent(host: &str) -> Error {
    let what = format!("no data for {SILENCE:?}");
    failure(ErrorKind::Timeout, host, what).build()
}

fn unread(host: &str, error: reqwest::Error) -> Error {
    // The address may contain a token, so it is not shown.
    let error = error.without_url();
    let builder = failure(ErrorKind::Connection, host, &error);
    builder.source(error).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(tag: Option<&str>, date: Option<&str>, total: Option<u64>) -> Version {
        Version {
            tag: tag.map(str::to_owned),
            date: date.map(str::to_owned),
            total,
        }
    }

    #[test]
    fn same_content_needs_same_tag_or_date_and_size() {
        let tagged = version(Some("\"a\""), Some("d"), Some(9));
        assert!(tagged.is(&version(Some("\"a\""), None, None)));
        assert!(!tagged.is(&version(Some("\"b\""), Some("d"), Some(9))));
        assert!(!tagged.is(&version(None, Some("d"), Some(9))));
        assert!(!tagged.is(&version(Some("\"a\""), Some("d"), Some(8))));
        let dated = version(None, Some("d"), Some(9));
        assert!(dated.is(&version(None, Some("d"), Some(9))));
        assert!(!dated.is(&version(None, Some("d"), Some(8))));
        assert!(!dated.is(&version(None, Some("e"), Some(9))));
        // Nothing is known, so nothing shows that they are equal.
        assert!(!Version::default().is(&Version::default()));
        let sizeless = version(None, Some("d"), None);
        assert!(!sizeless.is(&sizeless));
        assert_eq!(dated.condition(), Some("d"));
        assert_eq!(version(None, Some("d"), None).condition(), None);
    }

    #[test]
    fn content_range_must_reach_the_end() {
        assert_eq!(part("bytes 4-9/10"), Some((4, 10)));
        for bad in [
            "bytes 4-8/10",
            "bytes 9-4/10",
            "bytes 4-9/*",
            "bytes */10",
            "pages 4-9/10",
            "bytes 0-18446744073709551615/0",
            "",
        ] {
            assert_eq!(part(bad), None, "{bad}");
        }
    }
}
