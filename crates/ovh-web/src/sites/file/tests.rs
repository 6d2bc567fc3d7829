//! Tests of files from text to desired state.

mod example;

use super::*;

/// Parses a file without environment variables.
fn parse(name: &str, text: &str) -> Result<SitesFile, FileError> {
    SitesFile::parse(name, text, |_| None)
}
