//! The normal forms in which names and targets of records are compared.
//!
//! Only spellings that certainly mean the same record are equal.

use std::net::IpAddr;

use ovh_domain_client::types::RecordType;
use ovh_runtime::Error;

/// The longest string in a record of texts, in bytes.
const LONGEST_STRING: usize = 255;

/// Names of DNS are compared without case.
pub(super) fn name(sub_domain: &str) -> String {
    sub_domain.to_ascii_lowercase()
}

/// Returns the type under which name servers publish a record.
pub(super) fn published(field_type: &RecordType) -> &RecordType {
    match field_type {
        RecordType::Spf | RecordType::Dkim | RecordType::Dmarc => &RecordType::Txt,
        other => other,
    }
}

/// Returns the normal form of a target, as [`Records`](super::Records) documents it.
pub(super) fn target(field_type: &RecordType, text: &str) -> String {
    let text = text.trim();
    match field_type {
        RecordType::A | RecordType::Aaaa => match text.parse::<IpAddr>() {
            Ok(address) => address.to_string(),
            Err(_) => text.to_owned(),
        },
        RecordType::Cname
        | RecordType::Dname
        | RecordType::Mx
        | RecordType::Ns
        | RecordType::Ptr
        | RecordType::Srv => {
            let fields: Vec<&str> = text.split_whitespace().collect();
            fields.join(" ").to_ascii_lowercase()
        }
        RecordType::Txt | RecordType::Spf | RecordType::Dkim | RecordType::Dmarc => {
            unquoted(text).unwrap_or_else(|| text.to_owned())
        }
        _ => text.to_owned(),
    }
}

/// The content of one quoted string, or of several that are one text.
///
/// From third-party reports: a text that is too long for one string is returned as several.
/// Several strings that fit into one may be different records, and stay as they are.
fn unquoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut parts = inside.split('"');
    let mut joined = parts.next()?.to_owned();
    while let Some(between) = parts.next() {
        if !between.trim().is_empty() {
            return None;
        }
        joined.push_str(parts.next()?);
    }
    let is_one = !inside.contains('"') || joined.len() > LONGEST_STRING;
    (is_one && !inside.contains('\\')).then_some(joined)
}

/// Refuses spellings of a name that would make another record than the caller expects.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    if name != "@" && !name.ends_with('.') {
        return Ok(());
    }
    let message = format!(
        "invalid record name `{name}`: expected a name below the zone, such as `www`, or an empty \
         name for the zone itself; nothing was sent"
    );
    Err(Error::invalid_argument(message).build())
}

/// Refuses a type in lower case: it would match no record.
pub(super) fn check_type(field_type: &RecordType) -> Result<(), Error> {
    let field_type = field_type.as_str();
    if !field_type.contains(char::is_lowercase) {
        return Ok(());
    }
    let upper = field_type.to_uppercase();
    let message =
        format!("invalid record type `{field_type}`: expected `{upper}`; nothing was sent");
    Err(Error::invalid_argument(message).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_same(field_type: &str, one: &str, other: &str, is_same: bool) {
        let field_type = RecordType::from(field_type);
        let (one, other) = (target(&field_type, one), target(&field_type, other));
        assert_eq!(one == other, is_same, "{field_type}: {one}, {other}");
    }

    #[test]
    fn compares_addresses_by_value() {
        assert_same("AAAA", "2001:DB8:0:0::1", "2001:db8::1", true);
        assert_same("A", " 192.0.2.1", "192.0.2.1", true);
        assert_same("A", "192.0.2.1", "192.0.2.11", false);
    }

    #[test]
    fn compares_host_names_without_case() {
        assert_same("CNAME", "Www.Example.Org.", "www.example.org.", true);
        assert_same("MX", "10  Mx1.Mail.Ovh.Net.", "10 mx1.mail.ovh.net.", true);
        // Without the dot, the name is below the zone.
        assert_same("CNAME", "www.example.org", "www.example.org.", false);
    }

    #[test]
    fn compares_texts_without_outer_quotes() {
        assert_same("TXT", "\"v=spf1 -all\"", "v=spf1 -all", true);
        assert_same("TXT", "v=SPF1 -all", "v=spf1 -all", false);
        assert_same("TXT", "\"a\" \"b\"", "a\" \"b", false);
        assert_same("TXT", "\"a\\\"b\"", "a\\\"b", false);
        assert_same("TXT", "\"", "", false);
    }

    #[test]
    fn compares_long_text_without_its_parts() {
        let (key, quoted) = ("k".repeat(300), |parts: &[&str]| {
            parts
                .iter()
                .map(|it| format!("\"{it}\""))
                .collect::<Vec<_>>()
        });
        let (one, two) = key.split_at(255);
        for field_type in ["TXT", "DKIM"] {
            assert_same(field_type, &quoted(&[one, two]).join(" "), &key, true);
            assert_same(field_type, &quoted(&[one, two]).concat(), &key, true);
            assert_same(field_type, &quoted(&[&key]).concat(), &key, true);
            let other = quoted(&[one, "x"]).join(" ");
            assert_same(field_type, &other, &key, false);
            let joined = format!("\"{one}\" x \"{two}\"");
            assert_same(field_type, &joined, &key, false);
        }
        // They may be different records.
        assert_same("TXT", "\"a\" \"b\"", "ab", false);
    }

    #[test]
    fn compares_other_types_as_text() {
        let quoted = "0 issue \"letsencrypt.org\"";
        assert_same("CAA", quoted, "0 issue letsencrypt.org", false);
    }

    #[test]
    fn refuses_absolute_names() {
        for refused in ["@", "www.example.com.", "."] {
            let error = check_name(refused).expect_err(refused);
            assert!(error.message().contains("nothing was sent"), "{error}");
        }
        for accepted in ["", "www", "*", "_acme-challenge.www"] {
            check_name(accepted).expect(accepted);
        }
    }
}
