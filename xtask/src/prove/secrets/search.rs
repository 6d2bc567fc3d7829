//! Looking for secrets in what was shown.

use crate::failure::Failure;
use aho_corasick::AhoCorasick;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// A shorter one is in other words by chance. Tests of what is too short have such.
pub(super) const SHORTEST: usize = 6;

/// What begins a secret that a test shows on purpose.
pub(super) const ON_PURPOSE: &str = "on-purpose-in-";

/// Why a value may be shown although it was kept as a secret. Settings are kept so before anything
/// is known of them, and so is each header of a signed request.
pub(super) fn may_be_shown(value: &str) -> Option<&'static str> {
    let value = value.trim_matches('"');
    let is_key = value.starts_with("canaryAK");
    if !is_key && CANARIES.iter().any(|canary| value.contains(canary)) {
        return None;
    }
    let is = |length: usize| {
        value.len() == length && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if is(16) || value.starts_with("EU.") || is_key {
        Some("application keys and client ids, which are public")
    } else if value.starts_with("$1$") {
        Some("signatures: the sandbox's help for a refused one quotes it, and it opens nothing")
    } else if value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        Some("the time of a signature")
    } else if value.contains("://")
        || value.starts_with("ovh")
        || ENDPOINTS.iter().any(|end| value.ends_with(end))
    {
        Some("names of endpoints and of this client, addresses")
    } else if HOSTILE.iter().any(|word| value.contains(word)) {
        Some("what tests of injection put into every argument, secret or not")
    } else if PLAIN.contains(&value) {
        Some("words: of readable variables, of profiles, of what a list is sorted by")
    } else {
        None
    }
}

/// What is in a secret that a test means to be found if it is shown: such a one is never let off.
const CANARIES: [&str; 3] = ["canary", "c4n4ry", "s3cr3t"];
const ENDPOINTS: [&str; 4] = ["-eu", "-ca", "-us", "-mars"];
const HOSTILE: [&str; 6] = ["evil", "Evil", "/me", "\\me", "%2e%2e", "CachedObjectList"];
const PLAIN: [&str; 5] = ["********", "production", "default", "system", "domain"];

/// Whether a value is too short to be searched for.
pub(super) fn is_short(value: &str) -> bool {
    value.trim_matches('"').len() < SHORTEST
}

/// The secrets of a file that holds them one behind the other.
pub(super) fn secrets(text: &str) -> impl Iterator<Item = &str> {
    text.split('\u{1e}').filter(|secret| !secret.is_empty())
}

/// What RFC 3986 calls unreserved stays as it is.
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// The forms in which a secret may be shown: as it is, as a Rust or JSON string, in a URL.
fn forms(secret: &str) -> BTreeSet<String> {
    let in_url = utf8_percent_encode(secret, IN_URL).to_string();
    let escaped = secret.escape_debug().to_string();
    BTreeSet::from([secret.to_owned(), escaped, in_url])
}

/// What was found, and in how much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) lines: u64,
    pub(super) bytes: u64,
    /// Lines that show a secret, with their number of times; the secret itself is left out.
    pub(super) leaks: BTreeMap<String, u64>,
    /// Secrets that were shown on purpose and found.
    pub(super) on_purpose: BTreeSet<String>,
}

/// A search for these secrets.
#[derive(Debug)]
pub(super) struct Search {
    finder: AhoCorasick,
    forms: Vec<String>,
}

impl Search {
    /// One that looks for those that are long enough.
    pub(super) fn of<'a>(secrets: impl Iterator<Item = &'a str>) -> Result<Self, Failure> {
        let forms: BTreeSet<String> = secrets
            .filter(|secret| !is_short(secret) && may_be_shown(secret).is_none())
            .flat_map(forms)
            .collect();
        let forms: Vec<String> = forms.into_iter().collect();
        let finder = AhoCorasick::new(&forms)
            .map_err(|error| Failure::new(format!("too many secrets to search for: {error}")))?;
        Ok(Self { finder, forms })
    }

    /// Looks at a line.
    fn line(&self, line: &[u8], found: &mut Found) {
        found.lines += 1;
        found.bytes += line.len() as u64;
        let hits = self.finder.find_overlapping_iter(line);
        let mut shown: Vec<&str> = hits
            .map(|hit| self.forms[hit.pattern().as_usize()].as_str())
            .collect();
        let on_purpose = shown.extract_if(.., |secret| secret.starts_with(ON_PURPOSE));
        found.on_purpose.extend(on_purpose.map(str::to_owned));
        if shown.is_empty() {
            return;
        }
        // The longest first: a shorter one may be a part of it.
        shown.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut text = String::from_utf8_lossy(line).trim_end().to_owned();
        for secret in shown {
            text = text.replace(secret, "<SECRET>");
        }
        *found.leaks.entry(text).or_default() += 1;
    }

    /// Looks at a file.
    pub(super) fn file(&self, path: &Path, found: &mut Found) -> Result<(), Failure> {
        let failed = |error| Failure::io("read", path, error);
        let mut reader = BufReader::new(File::open(path).map_err(failed)?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(failed)? > 0 {
            self.line(&line, found);
            line.clear();
        }
        Ok(())
    }
}
