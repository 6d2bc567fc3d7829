//! Checks of an imported certificate: its key and its names.

use super::{bad_request, bad_value};
use crate::auth::oauth2::base64;
use crate::response::Refusal;

/// The object identifiers of RSA keys and of alternative names, in DER.
const RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const ALTERNATIVE_NAMES: &[u8] = &[6, 3, 0x55, 0x1d, 0x11];

/// Refuses a key with a passphrase or of another type than RSA, and a certificate for none of
/// `domains`.
pub(super) fn check<'a>(
    certificate: &str,
    key: &str,
    mut domains: impl Iterator<Item = &'a str>,
) -> Result<(), Refusal> {
    // Guess: the refusal of a key.
    let bad_key = |problem| bad_value("$.key", problem);
    if key.contains("ENCRYPTED") {
        return bad_key("expected a key without passphrase");
    }
    if !is_rsa(key) {
        return bad_key("expected an RSA key in PEM form");
    }
    let names = block(certificate, "CERTIFICATE").and_then(|der| names(&der));
    let names = names.unwrap_or_default();
    match domains.any(|domain| names.iter().any(|name| covers(name, domain))) {
        true => Ok(()),
        false => bad_request("error check SAN from certificate"),
    }
}

/// Returns `true` if a text is an RSA key in PEM form.
pub(crate) fn is_rsa(key: &str) -> bool {
    block(key, "PRIVATE KEY").is_some_and(|der| find(&der, RSA).is_some())
        || block(key, "RSA PRIVATE KEY").is_some()
}

/// Returns `true` if a name of a certificate, which may start with `*.`, covers a domain.
fn covers(name: &str, domain: &str) -> bool {
    let wild = name.strip_prefix("*.");
    let above = domain.split_once('.').map(|(_, above)| above);
    name == domain || wild.is_some() && wild == above
}

/// Decodes the first PEM block with this label.
fn block(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    base64(&body.split_ascii_whitespace().collect::<String>())
}

/// The bytes after the first occurrence of `part`.
fn find<'a>(der: &'a [u8], part: &[u8]) -> Option<&'a [u8]> {
    let at = der.windows(part.len()).position(|window| window == part)?;
    der.get(at + part.len()..)
}

/// The DNS names of a certificate.
fn names(der: &[u8]) -> Option<Vec<String>> {
    let (mut tag, mut value, mut rest) = element(find(der, ALTERNATIVE_NAMES)?)?;
    // A flag can mark the extension as critical.
    if tag == 1 {
        (tag, value, rest) = element(rest)?;
    }
    let _ = rest;
    let (_, mut all, _) = (tag == 4).then(|| element(value))??;
    let mut names = Vec::new();
    while let Some((tag, name, others)) = element(all) {
        if tag == 0x82 {
            names.push(String::from_utf8_lossy(name).to_ascii_lowercase());
        }
        all = others;
    }
    Some(names)
}

/// The tag and value of the first element, and the bytes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = der.split_first_chunk()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let (&bytes, rest) = rest.split_first_chunk()?;
            (usize::from(u16::from_be_bytes(bytes)), rest)
        }
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}
