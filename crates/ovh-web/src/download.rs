//! Downloads of what the API only gives an address of: dumps of databases.
//!
//! The address is not the API's. It gets no credentials, no signature and no header of the client's
//! own; it has to be encrypted, but on this machine; and nothing is kept in memory but the piece
//! that is being written. The way there is the client's: its proxy and its certificates.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ovh_runtime::{Error, ErrorBuilder, ErrorKind};
use reqwest::{Url, redirect};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::clock::within;
use crate::endpoint::is_loopback;
use crate::hosting::Dump;
use crate::transport::{EngineSettings, reqwest_engine};
use crate::{Client, Clock};

/// How long the other side may say nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// How often the address may point elsewhere.
const REDIRECTS: usize = 5;

impl Dump {
    /// Writes the dump's content to `target`, piece by piece, and says how many bytes it has. It
    /// comes as OVHcloud keeps it, which is compressed.
    ///
    /// The whole takes as long as it takes; the other side may be silent for a minute at most. On
    /// an error the target may hold a part of the dump. The address is asked for without any
    /// credentials, since it is not the API's; the client's proxy and extra certificates serve here
    /// too, an [engine of your own](crate::ClientBuilder::http) does not.
    ///
    /// # Errors
    ///
    /// A dump that has no address (yet); an address that is not encrypted, unless it is on this
    /// machine; those of the calls and of the target.
    pub async fn download_to<W>(&self, target: &mut W) -> Result<u64, Error>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let dump = self.get().fresh().await?;
        let Some(address) = dump.url else {
            return Err(Error::builder(
                ErrorKind::NotFound,
                format!("the dump {} has no address to get it from", self.id()),
            )
            .hint("it may not be ready: its status says so")
            .build());
        };
        let client = self.database().hosting().client();
        fetch(client, address.expose(), target).await
    }

    /// Writes the dump's content to a file, and says how many bytes it has.
    ///
    /// The file is written under a name with `.part` at its end, and gets its own name when it is
    /// whole; what has not become whole is removed.
    ///
    /// # Errors
    ///
    /// Those of [`download_to`](Self::download_to), and of the file.
    pub async fn download_to_file(&self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref();
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(".part");
        let part = Part(path.with_file_name(name));
        let mut file = tokio::fs::File::create(&part.0).await.map_err(unwritten)?;
        let size = self.download_to(&mut file).await?;
        file.sync_all().await.map_err(unwritten)?;
        drop(file);
        tokio::fs::rename(&part.0, path).await.map_err(unwritten)?;
        Ok(size)
    }
}

/// A file that is no longer there when this is dropped, unless it got another name.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Who gave up does not wait for it; a file that is not there any more is as it should be.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn fetch<W>(client: &Client, address: &str, target: &mut W) -> Result<u64, Error>
where
    W: AsyncWrite + Unpin + Send + ?Sized,
{
    let url = check(address)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let http = engine(client.engine_settings(), &url)?;
    let clock: &dyn Clock = &**client.clock();
    let silent = || {
        failure(
            ErrorKind::Timeout,
            &host,
            &format!("said nothing for {SILENCE:?}"),
        )
        .build()
    };
    let broken = |error: reqwest::Error| {
        // An address may hold a token, so it is not shown.
        let error = error.without_url();
        let what = format!("could not be read: {error}");
        failure(ErrorKind::Connection, &host, &what)
            .source(error)
            .build()
    };
    let mut response = within(clock, SILENCE, http.get(url).send())
        .await
        .ok_or_else(silent)?
        .map_err(broken)?;
    let status = response.status().as_u16();
    if status != 200 {
        let kind = match status {
            403 => ErrorKind::Forbidden,
            404 | 410 => ErrorKind::NotFound,
            500.. => ErrorKind::Server,
            _ => ErrorKind::BadRequest,
        };
        let what = format!("answered with status {status}");
        return Err(failure(kind, &host, &what)
            .hint("the address of a dump does not last: get the dump anew")
            .build());
    }
    let announced = response.content_length();
    let mut size = 0;
    loop {
        let piece = within(clock, SILENCE, response.chunk())
            .await
            .ok_or_else(silent)?
            .map_err(broken)?;
        let Some(piece) = piece else { break };
        target.write_all(&piece).await.map_err(unwritten)?;
        size += piece.len() as u64;
    }
    target.flush().await.map_err(unwritten)?;
    if announced.is_some_and(|announced| announced != size) {
        let what = format!("broke off after {size} bytes");
        return Err(failure(ErrorKind::Connection, &host, &what).build());
    }
    Ok(size)
}

/// An HTTP engine that knows the client's proxy and certificates, but no key, cookie or header of it.
fn engine(settings: &EngineSettings, url: &Url) -> Result<reqwest::Client, Error> {
    let encrypted = url.scheme() == "https";
    let follow = redirect::Policy::custom(move |attempt| {
        let is_fine = attempt.previous().len() <= REDIRECTS
            && check(attempt.url().as_str()).is_ok()
            && (!encrypted || attempt.url().scheme() == "https");
        if is_fine {
            attempt.follow()
        } else {
            attempt.stop()
        }
    });
    let mut settings = settings.clone();
    if !encrypted {
        // What is on this machine needs nobody on the way.
        settings.proxy = None;
        settings.proxy_from_environment = false;
    }
    reqwest_engine::builder(&settings, encrypted, encrypted)?
        .redirect(follow)
        .build()
        .map_err(reqwest_engine::cannot_be_set_up)
}

/// An address that may be asked: encrypted, or on this machine.
fn check(address: &str) -> Result<Url, Error> {
    let refuse = |what: &str| {
        Err(Error::builder(
            ErrorKind::Connection,
            format!("the address of the dump {what}; nothing was sent there"),
        )
        .build())
    };
    let Ok(url) = Url::parse(address) else {
        return refuse("is none");
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse("is not encrypted, so that anybody on the way could read the dump"),
        other => refuse(&format!("wants `{other}`, not https")),
    }
}

fn failure(kind: ErrorKind, host: &str, what: &str) -> ErrorBuilder {
    Error::builder(kind, format!("the dump's address at {host} {what}"))
}

fn unwritten(source: std::io::Error) -> Error {
    Error::builder(
        ErrorKind::Configuration,
        format!("the dump cannot be written: {source}"),
    )
    .source(source)
    .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_encrypted_or_on_this_machine_is_asked() {
        for fine in [
            "https://dumps.example.net/a?token=t",
            "http://127.0.0.1:80/a",
        ] {
            check(fine).expect(fine);
        }
        for address in [
            "http://dumps.example.net/a?token=s3cr3t",
            "file:///etc/passwd",
            "ftp://dumps.example.net/a",
            "/a",
        ] {
            let error = check(address).expect_err(address);
            assert!(!error.to_string().contains("s3cr3t"));
        }
    }
}
