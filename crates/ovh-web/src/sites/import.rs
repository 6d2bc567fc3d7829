//! Import: writes a file of sites from what is in the account.
//!
//! The plan of the file is empty. What cannot be written is left out, and named in a note.

mod objects;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use ovh_runtime::{Error, ErrorKind};

use self::objects::{HostingImport, Shared};
use self::text::{Block, header, render};
use super::SitesFile;
use super::read::each;
use crate::Client;
use crate::pending::Observed;
use crate::types::Hosting;

/// The start of an imported file.
const START: &str = "\
# Imported from the account. What the file does not name is left alone.
# Passwords cannot be read: each is a reference, which is used when the object is created or written.
";

/// The name of the file in notes.
const NAME: &str = "sites.toml";

/// A file of sites that describes an account as it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Imported {
    /// The file, as TOML.
    pub text: String,
    /// Objects and values that are not in the file, with the reason. The file has them as comments, too.
    pub notes: Vec<String>,
}

/// Imports hostings into a file of sites. Only reads.
///
/// Values that all hostings or all sites have in common become defaults; sites with the same folder
/// and settings become aliases of the first. Cron jobs without a key are named by their ID, such as
/// `#42`. DNS records, the domain of the hosting itself, and the home of the primary login are not
/// imported.
///
/// A value that was corrected, an object or a hosting that did not decode, a name that a file cannot
/// have, and a domain that another hosting has too are left out, with a note.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let names = client.hostings().names().await?;
/// let imported = ovh_web::sites::import(&client, &names).await?;
/// std::fs::write("sites.toml", &imported.text)?;
/// for note in &imported.notes {
///     eprintln!("not imported: {note}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Returns an error if a list cannot be read, or the account does not have one of the hostings.
pub async fn import(client: &Client, names: &[String]) -> Result<Imported, Error> {
    let mut found: BTreeMap<String, Observed<Hosting>> = BTreeMap::new();
    let (mut shared, mut unreadable) = (Shared::default(), 0);
    let list = client.hostings().list().with_corrections();
    each(list, |item| match item {
        Ok(is) if names.contains(&is.object.service_name) => {
            found.insert(is.object.service_name.clone(), is);
        }
        Ok(_) => {}
        Err(error) => {
            unreadable += 1;
            shared.notes.push(format!("a hosting: {error}"));
        }
    })
    .await?;
    let missing = names.iter().filter(|name| !found.contains_key(*name));
    let missing: Vec<&str> = missing.map(|name| &**name).collect();
    if missing.len() > unreadable {
        let names = missing.join(", ");
        let message = format!("the account has no hosting {names}, or it did not decode");
        return Err(Error::builder(ErrorKind::NotFound, message).build());
    }
    let note = |name: &str| format!("{name}: the hosting did not decode");
    shared.notes.extend(missing.into_iter().map(note));
    let mut hostings = Vec::new();
    for name in names {
        if let Some(hosting) = found.remove(name) {
            let handle = client.hosting(name);
            hostings.push(HostingImport::read(&handle, &hosting, &mut shared).await?);
        }
    }
    written(hostings, shared.notes)
}

/// Leaves out what the file cannot have, until it is a file without mistakes.
fn written(mut hostings: Vec<HostingImport>, mut notes: Vec<String>) -> Result<Imported, Error> {
    let defaults = defaults(&mut hostings);
    let mut blocks = defaults;
    for hosting in hostings {
        let name = hosting.name.clone();
        blocks.push(Block::new(name.clone(), Some(header(&["hosting", &name]))));
        blocks.extend(hosting.settings);
        blocks.extend(hosting.sites);
        blocks.extend(hosting.objects);
    }
    loop {
        let (text, ranges) = render(START, &blocks, &notes);
        let Err(error) = SitesFile::parse(NAME, &text, |_| None) else {
            return Ok(Imported { text, notes });
        };
        let before = blocks.len();
        let mut at = 0;
        // The header of a hosting without which the next blocks would be those of another one.
        let mut dropped: Option<String> = None;
        blocks.retain(|block| {
            let range = &ranges[at];
            at += 1;
            let follows = |header: &String| match &block.header {
                None => true,
                Some(own) => own.starts_with(&format!("{header}.")),
            };
            if dropped.as_ref().is_some_and(follows) {
                return false;
            }
            let mistake = error
                .mistakes
                .iter()
                .find(|it| range.contains(&it.place.line));
            if let Some(mistake) = mistake {
                notes.push(format!("{}: {}", block.what, mistake.message));
            }
            if block.header.is_some() {
                dropped = mistake.and(block.header.clone());
            }
            mistake.is_none()
        });
        if blocks.len() == before {
            let message = format!("the account cannot be written as a file: {error}");
            return Err(Error::invalid_argument(message).build());
        }
    }
}

/// Takes the values that all hostings or all sites have in common out of them.
fn defaults(hostings: &mut [HostingImport]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut settings: Vec<&mut Block> = Vec::new();
    let mut sites: Vec<&mut Block> = Vec::new();
    let count = hostings.len();
    for hosting in hostings {
        settings.extend(&mut hosting.settings);
        sites.extend(&mut hosting.sites);
    }
    let common = common(&mut settings, count);
    blocks.extend(block("hosting", common));
    let count = sites.len();
    blocks.extend(block("site", self::common(&mut sites, count)));
    blocks
}

fn block(of: &str, values: Vec<(&'static str, String)>) -> Option<Block> {
    let mut block = Block::new(
        format!("the defaults of {of}"),
        Some(format!("defaults.{of}")),
    );
    block.values = values;
    (!block.values.is_empty()).then_some(block)
}

/// Removes and returns the values that stand `count` times, which is more than once.
fn common(blocks: &mut [&mut Block], count: usize) -> Vec<(&'static str, String)> {
    let mut seen: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    for (key, value) in blocks.iter().flat_map(|block| &block.values) {
        if OWN.contains(key) {
            continue;
        }
        *seen.entry((key, value.clone())).or_default() += 1;
    }
    seen.retain(|_, times| count > 1 && *times == count);
    for block in blocks {
        let is_common = |value: &(&'static str, String)| seen.contains_key(value);
        block.values.retain(|value| !is_common(value));
    }
    seen.into_keys().collect()
}

/// Values of a site that belong to it alone.
const OWN: [&str; 2] = ["folder", "aliases"];
