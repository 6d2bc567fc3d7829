//! Tests of files from text to desired state.

mod conflicts;
mod example;
mod hostile;
mod mistakes;
mod schema;
mod variables;

use super::*;

/// Parses a file without environment variables.
fn parse(name: &str, text: &str) -> Result<SitesFile, FileError> {
    SitesFile::parse(name, text, |_| None)
}

/// Returns the mistakes of a TOML file without its name: `12:3: unknown field`.
fn mistakes(text: &str) -> Vec<String> {
    let error = parse("x.toml", text).expect_err(text);
    let mistakes = error.mistakes.iter().map(ToString::to_string);
    mistakes.map(|text| text.replace("x.toml:", "")).collect()
}
