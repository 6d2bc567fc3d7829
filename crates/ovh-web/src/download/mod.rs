//! Downloads of what the API only gives an address of: dumps of databases.
//!
//! The address is not the API's. It gets no credentials, no signature and no header of the client's
//! own; it has to be encrypted, unless it is on this machine; and nothing is kept in memory but the
//! piece that is being written. The way there is the client's: its proxy and its certificates.

mod address;
mod file_name;
mod part_file;
mod transfer;

use std::fmt;
use std::path::Path;

use ovh_runtime::{Error, ErrorKind};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::hosting::Dump;
use part_file::PartFile;
use transfer::{Target, Transfer};

impl Dump {
    /// Begins a download that says how far it is. Nothing is sent before
    /// [`to`](Download::to) or [`to_file`](Download::to_file).
    ///
    /// ```no_run
    /// # async fn example(dump: ovh_web::hosting::Dump) -> Result<(), ovh_web::Error> {
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
        Download {
            dump: self.clone(),
            progress: None,
        }
    }

    /// Writes the content of the dump to `target`, and returns how many bytes it has. See
    /// [`Download::to`].
    ///
    /// # Errors
    ///
    /// As [`Download::to`].
    pub async fn download_to<W>(&self, target: &mut W) -> Result<u64, Error>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        self.download().to(target).await.map(|done| done.size)
    }

    /// Writes the content of the dump to a file, and returns how many bytes it has. See
    /// [`Download::to_file`].
    ///
    /// # Errors
    ///
    /// As [`Download::to_file`].
    pub async fn download_to_file(&self, path: impl AsRef<Path>) -> Result<u64, Error> {
        self.download().to_file(path).await.map(|done| done.size)
    }
}

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DownloadProgress {
    /// Bytes received. Goes back to 0 if the download has to start over.
    pub received: u64,
    /// Bytes in all, if the server says so.
    pub total: Option<u64>,
}

/// What came of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// Size in bytes.
    pub size: u64,
    /// The file name that the server suggests: one plain path component, without any separator,
    /// control character or name that a system reserves. `None` if it suggests nothing of the kind.
    /// It is never used here; whoever uses it decides in which folder, and whether it may replace a
    /// file.
    pub suggested_name: Option<String>,
}

/// A download of a dump that has not begun.
#[must_use = "a download does nothing until `to` or `to_file`"]
pub struct Download<'p> {
    dump: Dump,
    progress: Option<ProgressFn<'p>>,
}

type ProgressFn<'p> = Box<dyn FnMut(DownloadProgress) + Send + 'p>;

impl<'p> Download<'p> {
    /// Calls `progress` whenever a piece has been written.
    pub fn on_progress(mut self, progress: impl FnMut(DownloadProgress) + Send + 'p) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Writes the content of the dump to `target`, piece by piece, as the server stores it, which is
    /// compressed.
    ///
    /// The whole takes as long as it takes; the server may be silent for a minute at most. A
    /// connection that breaks is resumed where it broke, up to five times in a row, if the server
    /// shows that the content is still the same (`ETag`, or date and size). The address is asked for
    /// without any credentials, since it is not the API's; the client's proxy and extra certificates
    /// serve here too, an [engine of your own](crate::ClientBuilder::http) does not.
    ///
    /// # Errors
    ///
    /// A dump that has no address (yet); an address that is not encrypted, or that leads to this
    /// machine or a private network though the API is not there; those of the calls and of the
    /// target, which may hold a part of the dump then.
    pub async fn to<W>(mut self, target: &mut W) -> Result<Downloaded, Error>
    where
        W: AsyncWrite + Unpin + Send + ?Sized,
    {
        let mut target = target;
        let mut transfer = Transfer::new(&self.dump, self.progress.as_mut());
        transfer.run(Target::Writer(&mut target)).await
    }

    /// Writes the content of the dump to a file, which its owner alone may read.
    ///
    /// It is written to a new file with a random name in the same folder, which takes the place of
    /// `path` when it is whole; what has not become whole is removed. A symbolic link at `path` is
    /// replaced, not followed. Two downloads to the same path do not mix: the last to end wins.
    ///
    /// A connection that breaks is resumed as [`to`](Self::to) does, and where it cannot be resumed
    /// the download starts over.
    ///
    /// # Errors
    ///
    /// Those of [`to`](Self::to), and of the file.
    pub async fn to_file(mut self, path: impl AsRef<Path>) -> Result<Downloaded, Error> {
        let path = path.as_ref();
        let (part, mut file) = PartFile::create_beside(path).await.map_err(unwritten)?;
        let mut transfer = Transfer::new(&self.dump, self.progress.as_mut());
        let done = transfer.run(Target::File(&mut file)).await?;
        file.flush().await.map_err(unwritten)?;
        file.sync_all().await.map_err(unwritten)?;
        drop(file);
        part.persist(path).await.map_err(unwritten)?;
        Ok(done)
    }
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("dump", &self.dump)
            .finish_non_exhaustive()
    }
}

fn unwritten(source: std::io::Error) -> Error {
    Error::builder(
        ErrorKind::Configuration,
        format!("the dump cannot be written: {source}"),
    )
    .source(source)
    .build()
}
