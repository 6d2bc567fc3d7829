//! Downloads of database dumps, from the address that the API returns.
//!
//! The address is outside the API. The request carries no credentials, no signature and no custom
//! headers; it must use TLS, unless it is on this machine. Memory holds only the current chunk. The
//! client's proxy and certificates are used.

mod address;
mod file_name;
mod part_file;
mod transfer;

use std::path::Path;

use ovh_runtime::{Error, Secret};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::error::configuration;
use crate::hosting::handle::Hosting;
use crate::hosting::{dumps::Dump, dumps::HostingDumps};
use crate::macros::partial_debug;
use part_file::PartFile;
use transfer::{Target, Transfer};

impl Dump {
    /// Returns a download with progress reports.
    ///
    /// Nothing is sent before [`to`](Download::to) or [`to_file`](Download::to_file).
    ///
    /// ```no_run
    /// # async fn example(dump: ovh_web::handle::Dump) -> Result<(), ovh_web::Error> {
    /// let download = dump.download().on_progress(|progress| match progress.total {
    ///     Some(total) => eprintln!("{} of {total} bytes", progress.received),
    ///     None => eprintln!("{} bytes", progress.received),
    /// });
    /// let done = download.to_file("backup.sql.gz").await?;
    /// println!("{} bytes", done.size);
    /// # Ok(())
    /// # }
    /// ```
    pub fn download<'p>(&self) -> Download<'p> {
        Download::new(DumpFile::OfDatabase(self.clone()))
    }

    /// Writes the dump to `target`, and returns its size in bytes.
    ///
    /// See [`Download::to`].
    pub async fn download_to<W>(&self, target: &mut W) -> Result<u64, Error>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        self.download().to(target).await.map(|done| done.size)
    }

    /// Writes the dump to a file, and returns its size in bytes.
    ///
    /// See [`Download::to_file`].
    pub async fn download_to_file(&self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.download().to_file(path).await.map(|done| done.size)
    }
}

impl HostingDumps {
    /// Returns a download of a dump, even if its database has been deleted.
    ///
    /// Nothing is sent before [`to`](Download::to) or [`to_file`](Download::to_file).
    pub fn download<'p>(&self, id: i64) -> Download<'p> {
        Download::new(DumpFile::OfHosting(self.clone(), id))
    }
}

/// A dump, by the route that reads its address.
#[derive(Debug)]
enum DumpFile {
    OfDatabase(Dump),
    OfHosting(HostingDumps, i64),
}

impl DumpFile {
    const fn hosting(&self) -> &Hosting {
        match self {
            Self::OfDatabase(dump) => dump.database().hosting(),
            Self::OfHosting(dumps, _) => dumps.hosting(),
        }
    }

    const fn id(&self) -> i64 {
        match self {
            Self::OfDatabase(dump) => dump.id(),
            Self::OfHosting(_, id) => *id,
        }
    }

    async fn address(&self) -> Result<Option<Secret>, Error> {
        Ok(match self {
            Self::OfDatabase(dump) => dump.get().fresh().await?.url,
            Self::OfHosting(dumps, id) => dumps.get(*id).fresh().await?.url,
        })
    }
}

/// The progress of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DownloadProgress {
    /// Bytes received. Returns to 0 if the download starts over.
    pub received: u64,
    /// Total size in bytes, if the server sends it.
    pub total: Option<u64>,
}

/// A finished download.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Downloaded {
    /// Size in bytes.
    pub size: u64,
    /// The file name suggested by the server, or `None`.
    ///
    /// It is one plain path component, without separators, control characters or reserved names.
    /// The download does not use it: the caller decides on the folder and on replacing a file.
    pub suggested_name: Option<String>,
}

/// A download of a dump that has not started.
#[must_use = "a download does nothing until `to` or `to_file`"]
pub struct Download<'p> {
    dump: DumpFile,
    progress: Option<ProgressFn<'p>>,
}

type ProgressFn<'p> = Box<dyn FnMut(DownloadProgress) + Send + 'p>;

impl<'p> Download<'p> {
    fn new(dump: DumpFile) -> Self {
        Self {
            dump,
            progress: None,
        }
    }

    /// Sets a callback that runs after each chunk is written.
    pub fn on_progress(mut self, progress: impl FnMut(DownloadProgress) + Send + 'p) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Writes the dump to `target` in chunks, compressed as the server stores it.
    ///
    /// There is no total timeout, but the server may be silent for at most a minute. A broken
    /// connection is resumed, up to five times in a row, if the server shows that the content is
    /// unchanged (`ETag`, or date and size). The request carries no credentials. The client's proxy
    /// and extra certificates apply; a [custom engine](crate::ClientBuilder::http) does not.
    ///
    /// # Errors
    ///
    /// Returns an error if the dump has no address (yet); if the address does not use TLS, or leads
    /// to this machine or a private network although the API is elsewhere; or if a request or a
    /// write fails. The target may then hold a part of the dump.
    pub async fn to<W>(mut self, target: &mut W) -> Result<Downloaded, Error>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let mut target = target;
        let mut transfer = Transfer::new(&self.dump, self.progress.as_mut());
        transfer.run(Target::Writer(&mut target)).await
    }

    /// Writes the dump to a file that only its owner can read.
    ///
    /// The dump is written to a new file with a random name in the same folder, which replaces
    /// `path` when complete and is removed otherwise. A symbolic link at `path` is replaced, not
    /// followed. Of two downloads to the same path, the last one to finish wins.
    ///
    /// A broken connection is resumed as in [`to`](Self::to); if that is impossible, the download
    /// starts over.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`to`](Self::to), or an error if a file operation fails.
    pub async fn to_file(mut self, path: impl AsRef<Path>) -> Result<Downloaded, Error> {
        let path = path.as_ref();
        let failed = |source| write_error(&path.display().to_string(), source);
        let (part, mut file) = PartFile::create_next_to(path).await.map_err(failed)?;
        let mut transfer = Transfer::new(&self.dump, self.progress.as_mut());
        let done = transfer.run(Target::File(&mut file)).await?;
        file.flush().await.map_err(failed)?;
        file.sync_all().await.map_err(failed)?;
        drop(file);
        part.persist(path).await.map_err(failed)?;
        Ok(done)
    }
}

partial_debug!(Download<'p>, |download| dump = download.dump);

fn write_failed(source: std::io::Error) -> Error {
    write_error("the dump", source)
}

fn write_error(target: &str, source: std::io::Error) -> Error {
    configuration(format!("cannot write {target}: {source}"))
        .source(source)
        .build()
}
