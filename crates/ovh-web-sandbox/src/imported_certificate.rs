//! Checks of an imported certificate: its key and its names.

use crate::response::Refusal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The object identifiers of RSA keys and of alternative names, in DER.
const RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const ALTERNATIVE_NAMES: &[u8] = &[6, 3, 0x55, 0x1d, 0x11];

/// Refuses a key with a passphrase or of another type than RSA, and a certificate for none of
/// `domains`.
pub(crate) fn check<'a>(
    certificate: &str,
    key: &str,
    mut domains: impl Iterator<Item = &'a str>,
) -> Result<(), Refusal> {
    // Guess: the refusal of a key.
    let bad_key = |problem| Err(Refusal::bad_value("$.key", problem));
    if key.contains("ENCRYPTED") {
        return bad_key("expected a key without passphrase");
    }
    if !is_rsa(key) {
        return bad_key("expected an RSA key in PEM form");
    }
    let der = block(certificate, "CERTIFICATE").unwrap_or_default();
    match domains.any(|domain| covers(&der, domain)) {
        true => Ok(()),
        false => Err(Refusal::bad_request("error check SAN from certificate")),
    }
}

/// Returns `true` if a text is an RSA key in PEM form.
pub(crate) fn is_rsa(key: &str) -> bool {
    block(key, "PRIVATE KEY").is_some_and(|der| find(&der, RSA).is_some())
        || block(key, "RSA PRIVATE KEY").is_some()
}

/// Returns `true` if a certificate has this name, or a `*.` for it.
fn covers(der: &[u8], domain: &str) -> bool {
    let names = find(der, ALTERNATIVE_NAMES).unwrap_or_default();
    // A name in DER is its tag, its length and its letters.
    let has = |name: &str| {
        names.windows(name.len() + 2).any(|window| {
            window[..2] == [0x82, name.len().try_into().unwrap_or(0)]
                && window[2..].eq_ignore_ascii_case(name.as_bytes())
        })
    };
    let above = domain.split_once('.').map(|(_, above)| above);
    has(domain) || above.is_some_and(|above| has(&format!("*.{above}")))
}

/// Decodes the first PEM block with this label.
fn block(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let digits: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(digits).ok()
}

/// The bytes after the first occurrence of `part`.
fn find<'a>(der: &'a [u8], part: &[u8]) -> Option<&'a [u8]> {
    let at = der.windows(part.len()).position(|window| window == part)?;
    der.get(at + part.len()..)
}
