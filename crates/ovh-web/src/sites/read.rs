//! Reads lists for a plan: every object with the fields that were corrected.
//!
//! An object that does not decode makes the whole list incomplete: nothing of it is changed.

use ovh_runtime::{Correction, Error, ErrorKind, FromJson};

use crate::Listing;
use crate::pending::Observed;

/// The objects of a list.
pub(super) struct List<T> {
    pub(super) objects: Vec<Observed<T>>,
    /// The error of the first object that did not decode, or of the whole list.
    pub(super) unreadable: Option<Error>,
}

/// Reads a list of a hosting, in pages, or object by object if the server returns ids.
pub(super) async fn read<T, I>(list: Listing<T, I>) -> Result<List<T>, Error>
where
    T: FromJson + Send + 'static,
    I: Send + 'static,
{
    let list = list.with_corrections();
    let mut read = List {
        objects: Vec::new(),
        unreadable: None,
    };
    each(list, |item| match item {
        Ok(object) => read.objects.push(object),
        Err(error) => drop(read.unreadable.get_or_insert(error)),
    })
    .await?;
    Ok(read)
}

/// Passes each object of a list on, or the error of one that did not decode.
///
/// # Errors
///
/// Returns the error of a request that failed otherwise.
pub(super) async fn each<T: Send + 'static, I: Send + 'static>(
    list: Listing<(T, Vec<Correction>), I>,
    take: impl FnMut(Result<Observed<T>, Error>),
) -> Result<(), Error> {
    each_unless(list, |error| error.kind() != ErrorKind::Decode, take).await
}

/// Passes each object of a list on, or the error of a single one unless it `ends` the list.
///
/// # Errors
///
/// Returns the error of a page, of the ids, or one that ends the list.
pub(super) async fn each_unless<T: Send + 'static, I: Send + 'static>(
    list: Listing<(T, Vec<Correction>), I>,
    ends: fn(&Error) -> bool,
    mut take: impl FnMut(Result<Observed<T>, Error>),
) -> Result<(), Error> {
    let mut stream = list.stream();
    while let Some(item) = stream.next().await {
        match item {
            Ok((object, corrections)) => {
                let corrected = corrections.iter().map(Correction::outer_field).collect();
                take(Ok(Observed { object, corrected }));
            }
            Err(error) if error.kind() != ErrorKind::Decode && stream.has_failed() => {
                return Err(error);
            }
            Err(error) if ends(&error) => return Err(error),
            Err(error) => take(Err(error)),
        }
    }
    Ok(())
}
