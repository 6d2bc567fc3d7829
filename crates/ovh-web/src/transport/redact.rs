//! Takes secrets out of a refusal that quotes what it was sent, before it becomes an error.
//!
//! A server may quote them in another spelling: as a JSON escape, URL-encoded, as HTML.

use ovh_runtime::{Reply, Request, Secret};
use reqwest::Url;
use serde_json::Value;

use super::Auth;

/// What takes the place of a secret.
const REDACTED: &str = "[redacted]";

/// Shorter texts stand in any sentence by chance, and hiding them would only garble it.
const SHORTEST: usize = 4;

/// The reply; if it is a refusal, without the secrets that the call was made with.
pub(super) fn hide(auth: &Auth, request: &Request, reply: Reply) -> Reply {
    match reply.is_success() {
        true => reply,
        false => without_secrets(auth, request, reply),
    }
}

/// The most of a refusal that is kept, in bytes: parsed, it can take many times as much memory.
const LONGEST: usize = 1024 * 1024;

/// The end of a refusal that was cut, in bytes: the cut may have left a part of a secret there.
const UNSURE: usize = 64 * 1024;

/// The reply without the secrets that the call was made with, whatever its status.
pub(super) fn without_secrets(auth: &Auth, request: &Request, mut reply: Reply) -> Reply {
    let cut = reply.body().get(..LONGEST).map(<[u8]>::to_vec);
    let is_cut = cut.is_some();
    if let Some(start) = cut {
        reply = Reply::new(reply.status(), reply.headers().to_vec(), start);
    }
    let mut secrets = passwords(request);
    auth.each_secret(&mut |secret| secrets.push(Secret::new(secret)));
    secrets.retain(|secret| secret.expose().len() >= SHORTEST);
    // A secret that holds another one goes first, or its rest would stay.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));

    let mut found = false;
    let mut redact = |text: &mut String| {
        for secret in &secrets {
            found |= replace(text, secret.expose());
        }
    };
    let mut headers = reply.headers().to_vec();
    for (_, value) in &mut headers {
        redact(value);
    }
    // As it came, too: what is decoded has lost properties that come twice, and digits of numbers.
    let mut raw = String::from_utf8_lossy(reply.body()).into_owned();
    redact(&mut raw);
    let body = match serde_json::from_slice(reply.body()) {
        // Decoded, so that an escape in it is no other spelling.
        Ok(mut body) => {
            each_text(&mut body, &mut |text, number| match number {
                Some(number) if secrets.iter().any(|secret| is_number(secret, number)) => {
                    REDACTED.clone_into(text);
                }
                _ => redact(text),
            });
            body.to_string()
        }
        Err(_) => {
            let sure = raw.len().saturating_sub(if is_cut { UNSURE } else { 0 });
            String::from_utf8_lossy(&raw.as_bytes()[..sure]).into_owned()
        }
    };
    match found || is_cut {
        true => Reply::new(reply.status(), headers, body.into_bytes()),
        false => reply,
    }
}

/// Whether a secret of digits is this number, however it was written and rounded.
fn is_number(secret: &Secret, number: f64) -> bool {
    // By the same parser, which is off by a little with many digits.
    let secret = serde_json::from_str::<f64>(secret.expose());
    secret.is_ok_and(|secret| secret.abs().total_cmp(&number.abs()).is_eq())
}

/// Changes each text of a JSON value, names of properties and numbers included.
fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String, Option<f64>)) {
    match value {
        Value::String(text) => change(text, None),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(properties) => {
            for (mut name, mut value) in std::mem::take(properties) {
                change(&mut name, None);
                each_text(&mut value, change);
                properties.insert(name, value);
            }
        }
        // A secret of digits alone may be quoted as a number.
        Value::Number(number) => {
            let mut text = number.to_string();
            change(&mut text, number.as_f64());
            if text.contains(REDACTED) {
                *value = Value::String(text);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Replaces every spelling of a secret; `true` if there was one.
fn replace(text: &mut String, secret: &str) -> bool {
    let mut plain = String::new();
    let mut kept = 0;
    let mut at = 0;
    let first = secret.as_bytes().first();
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        // A secret begins with its first byte, or with an escape of it.
        let may_begin = rest.first() == first || b"%&\\+".contains(&rest[0]);
        match may_begin.then(|| spelled(rest, secret)).flatten() {
            Some(length) => {
                plain.push_str(&text[kept..at]);
                plain.push_str(REDACTED);
                at += length;
                kept = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if plain.is_empty() {
        return false;
    }
    plain.push_str(&text[kept..]);
    *text = plain;
    true
}

/// How many bytes at the beginning of `text` spell the secret, whatever the spelling of each of its
/// characters.
fn spelled(text: &[u8], secret: &str) -> Option<usize> {
    if text.starts_with(secret.as_bytes()) {
        return Some(secret.len());
    }
    let mut rest = text;
    for letter in secret.chars() {
        rest = without(rest, letter)?;
    }
    Some(text.len() - rest.len())
}

/// The text behind one character, in any of its spellings.
fn without(text: &[u8], letter: char) -> Option<&[u8]> {
    let mut buffer = [0; 4];
    let bytes = letter.encode_utf8(&mut buffer).as_bytes();
    let unescaped = without_backslashes(text);
    percent_encoded(text, bytes)
        .or_else(|| html_entity(text, letter))
        .or_else(|| match unescaped.len() < text.len() {
            true => json_escape(unescaped, letter),
            false => None,
        })
        // Last: `&`, `%` and `\` also begin an escape of themselves.
        .or_else(|| text.strip_prefix(bytes))
        // What is quoted may be a form, in which a blank is a plus sign.
        .or_else(|| text.strip_prefix(b"+").filter(|_| letter == ' '))
}

/// The text behind the backslashes that begin an escape: many, where it is itself escaped. They are
/// counted anew at each of them, so their number has a limit.
fn without_backslashes(text: &[u8]) -> &[u8] {
    let backslashes = text.iter().take(64).take_while(|byte| **byte == b'\\');
    &text[backslashes.count()..]
}

/// `%C3%A9`; the percent sign may itself be encoded, as `%25`.
fn percent_encoded<'a>(mut text: &'a [u8], bytes: &[u8]) -> Option<&'a [u8]> {
    for byte in bytes {
        text = text.strip_prefix(b"%")?;
        while let Some(rest) = text.strip_prefix(b"25").filter(|_| text.len() > 3) {
            text = rest;
        }
        let (digits, rest) = text.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok()?;
        if u8::from_str_radix(digits, 16).ok()? != *byte {
            return None;
        }
        text = rest;
    }
    Some(text)
}

/// `&quot;`, `&#34;` or `&#x22;`; the ampersand may itself be escaped, as `&amp;`. Of the 2,231 names
/// each one may stand for every letter that can have one.
fn html_entity(text: &[u8], letter: char) -> Option<&[u8]> {
    let mut text = text.strip_prefix(b"&")?;
    while let Some(rest) = text
        .strip_prefix(b"amp;")
        .filter(|rest| names_letter(rest, letter))
    {
        text = rest;
    }
    let end = entity(text, letter)?;
    Some(&text[end..])
}

/// Whether the escape goes on behind `&amp;`.
fn names_letter(text: &[u8], letter: char) -> bool {
    text.starts_with(b"amp;") || entity(text, letter).is_some()
}

/// The length of `quot;`, `#34;` or `#x22;`, if it may stand for the letter.
fn entity(text: &[u8], letter: char) -> Option<usize> {
    let end = text.iter().take(32).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[..end]).ok()?;
    let is_meant = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32) == Some(letter)
        }
        None => {
            !letter.is_ascii_alphanumeric()
                && !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
    };
    is_meant.then_some(end + 1)
}

/// What stands behind the backslash of a JSON escape: `n`, `/`, `"`, `u00e9`.
fn json_escape(text: &[u8], letter: char) -> Option<&[u8]> {
    let short = match letter {
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        // Several backslashes are one that is escaped.
        '\\' if !text.starts_with(b"u005") => return Some(text),
        '"' | '\'' | '/' => u8::try_from(letter).ok()?,
        _ => 0,
    };
    if let Some(rest) = text.strip_prefix(&[short]).filter(|_| short != 0) {
        return Some(rest);
    }
    let mut units = [0; 2];
    let mut text = text;
    for (index, unit) in letter.encode_utf16(&mut units).iter().enumerate() {
        if index > 0 {
            text = without_backslashes(text);
        }
        let (digits, rest) = text.strip_prefix(b"u")?.split_at_checked(4)?;
        let digits = std::str::from_utf8(digits).ok()?;
        if u16::from_str_radix(digits, 16).ok()? != *unit {
            return None;
        }
        text = rest;
    }
    Some(text)
}

/// The secret values of body and query: those that the operation table names, and every text of a
/// request of which no table knows.
fn passwords(request: &Request) -> Vec<Secret> {
    let names = request.operation().map(|row| row.secret_fields());
    let mut found = Vec::new();
    if names.is_some_and(<[_]>::is_empty) {
        return found;
    }
    let is_secret = |name: &str| names.is_none_or(|names| names.contains(&name));
    if let Some(body) = request.body() {
        match serde_json::from_slice(body.as_bytes()) {
            Ok(body) => collect(body, names.is_none(), &is_secret, &mut found),
            Err(_) => found.push(Secret::new(String::from_utf8_lossy(body.as_bytes()))),
        }
    }
    if let Ok(url) = Url::parse(&format!("https://host{}", request.target())) {
        let pairs = url.query_pairs();
        let secret = pairs.filter(|(name, _)| is_secret(name));
        found.extend(secret.map(|(_, value)| Secret::new(value)));
    }
    found
}

/// Takes the value apart, so that each secret ends up where it is wiped.
fn collect(
    value: Value,
    is_named: bool,
    is_secret: &dyn Fn(&str) -> bool,
    found: &mut Vec<Secret>,
) {
    match value {
        Value::String(text) if is_named => found.push(Secret::new(text)),
        Value::Object(properties) => {
            for (name, value) in properties {
                collect(value, is_secret(&name), is_secret, found);
            }
        }
        Value::Array(items) => items
            .into_iter()
            .for_each(|item| collect(item, is_named, is_secret, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::{Body, Error, Method};

    use super::*;

    const SECRET: &str = "pa/ss\"wörd& 1\\x😀";

    fn redacted(text: &str) -> String {
        let mut text = text.to_owned();
        replace(&mut text, SECRET);
        text
    }

    #[test]
    fn every_spelling_of_a_secret_is_found() {
        for spelling in [
            SECRET,
            r#"pa\/ss\"w\u00f6rd& 1\\x😀"#,
            r#"pa\/ss\u0022w\u00F6rd\u0026\u00201\u005cx\ud83d\ude00"#,
            r#"pa\\/ss\\\"w\\u00f6rd& 1\\\\x\\ud83d\\ude00"#,
            "pa%2Fss%22w%C3%B6rd%26%201%5Cx%F0%9F%98%80",
            "pa%2fss%22w%c3%b6rd%26+1%5cx%f0%9f%98%80",
            "pa%252Fss%2522w%25C3%25B6rd%2526%25201%255Cx%25F0%259F%2598%2580",
            "pa/ss&quot;wörd&amp; 1\\x😀",
            "pa&#47;ss&#34;w&#xf6;rd&#38; 1&#92;x&#x1F600;",
            "pa&sol;ss&QUOT;w&ouml;rd&amp;amp;&nbsp;1&bsol;x😀",
            "pa&#0000000000047;ss&amp;quot;w&amp;amp;#xf6;rd&#38; 1&amp;#92;x&#x1F600;",
        ] {
            assert_eq!(
                redacted(&format!("no {spelling}, no")),
                "no [redacted], no",
                "{spelling}"
            );
        }
        for other in [
            "",
            "pa/ss",
            "pa/ss\"wörd& 1x😀",
            "%",
            "pa%2",
            "pa&quot",
            "\\u12",
        ] {
            assert_eq!(redacted(other), other);
        }
        assert_eq!(
            redacted(&format!("{SECRET}{SECRET}")),
            "[redacted][redacted]"
        );
    }

    #[test]
    fn no_part_of_an_error_quotes_a_secret() {
        let json = serde_json::json!({ "password": SECRET, "note": ["also-private"] });
        let request = Request::to(Method::Post, "/me?token=query-secret").expect("a route");
        let request = request.with_body(Body::json(&json).expect("JSON"));
        let auth = Auth::Bearer("bearer-secret".into());
        let quoted = r#"{"message":"M pa\/ss\u0022w\u00f6rd\u0026 1\\x\ud83d\ude00","class":"C bearer-secret",
            "errorCode":"E query-secret","details":{"D bearer-secret":"V also-private"}}"#;
        let headers = vec![
            ("X-OVH-QUERYID".to_owned(), "Q bearer%2Dsecret".to_owned()),
            ("Retry-After".to_owned(), "bearer-secret".to_owned()),
        ];
        let reply = Reply::new(403, headers, quoted.as_bytes().to_vec());
        let error = Error::refused(&request, &hide(&auth, &request, reply));
        let raw = String::from_utf8_lossy(error.raw_body());
        let shown = format!("{error} {error:?} {raw} {:?}", error.retry_after());
        for secret in [
            "secret\"",
            "-secret",
            "%2Dsecret",
            "private",
            "rd&",
            "ude00",
        ] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        for kept in [
            "M [redacted]",
            "C [redacted]",
            "E [redacted]",
            "D [redacted]: V [redacted]",
            "Q [redacted]",
        ] {
            assert!(shown.contains(kept), "no {kept} in {shown}");
        }
    }

    fn refused_with(secret: &str, body: &[u8]) -> String {
        let request = Request::to(Method::Get, "/me").expect("a route");
        let reply = Reply::new(403, Vec::new(), body.to_vec());
        let reply = hide(&Auth::Bearer(secret.into()), &request, reply);
        let error = Error::refused(&request, &reply);
        format!("{error} {}", String::from_utf8_lossy(error.raw_body()))
    }

    #[test]
    fn nothing_that_json_drops_keeps_a_secret() {
        let digits = "98765432109876543210987";
        for (secret, body) in [
            ("s3cr3t", r#"{"message":"s3cr3t","message":"m"}"#.to_owned()),
            (
                "s3cr3t",
                r#"{"message":"m","details":{"a":"s3cr3t"},"details":{}}"#.to_owned(),
            ),
            (
                digits,
                format!(r#"{{"message":"m","details":{{"a":{digits}}}}}"#),
            ),
            (
                digits,
                format!(r#"{{"message":"m","details":{{"a":-{digits}}}}}"#),
            ),
            (
                "1234567e5",
                r#"{"message":"m","details":{"a":1234567e5}}"#.to_owned(),
            ),
            (
                "12345.67890",
                r#"{"message":"m","details":{"a":12345.67890}}"#.to_owned(),
            ),
        ] {
            let shown = refused_with(secret, body.as_bytes());
            assert!(shown.starts_with("m"), "{shown}");
            for part in ["s3cr", "98765", "9.8765", "12345"] {
                assert!(!shown.contains(part), "{part} in {shown}");
            }
        }
    }

    #[test]
    fn a_cut_leaves_no_part_of_a_secret() {
        // Redacted, a megabyte becomes so little that its end is kept as well.
        let secret = "s3cr3t-of-many-letters/".repeat(100);
        let body = format!("-{secret}").repeat(LONGEST / secret.len() + 1);
        let shown = refused_with(&secret, body.as_bytes());
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    /// Found by an attack: a megabyte of backslashes was compared for many minutes.
    #[test]
    fn the_work_for_backslashes_has_a_limit() {
        assert_eq!(without_backslashes(&[b'\\'; LONGEST]).len(), LONGEST - 64);
        assert_eq!(without_backslashes(b"\\\\u"), b"u");
    }

    #[test]
    fn a_refusal_without_secrets_stays_as_it_came() {
        let request = Request::to(Method::Get, "/me").expect("a route");
        let auth = Auth::Bearer("bearer-secret".into());
        let body = br#"{ "message" : "no\u0021" }"#;
        let reply = Reply::new(400, Vec::new(), body.to_vec());
        assert_eq!(hide(&auth, &request, reply).body(), body);
    }
}
