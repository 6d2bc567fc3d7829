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

/// The reply without the secrets that the call was made with, whatever its status.
pub(super) fn without_secrets(auth: &Auth, request: &Request, mut reply: Reply) -> Reply {
    if let Some(start) = reply.body().get(..LONGEST) {
        reply = Reply::new(reply.status(), reply.headers().to_vec(), start.to_vec());
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
    let body = match serde_json::from_slice(reply.body()) {
        // Decoded, so that an escape in it is no other spelling.
        Ok(mut body) => {
            each_text(&mut body, &mut redact);
            body.to_string()
        }
        Err(_) => {
            let mut body = String::from_utf8_lossy(reply.body()).into_owned();
            redact(&mut body);
            body
        }
    };
    match found {
        true => Reply::new(reply.status(), headers, body.into_bytes()),
        false => reply,
    }
}

/// Changes each text of a JSON value, names of properties included.
fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(properties) => {
            for (mut name, mut value) in std::mem::take(properties) {
                change(&mut name);
                each_text(&mut value, change);
                properties.insert(name, value);
            }
        }
        // A secret of digits alone may be quoted as a number.
        Value::Number(number) => {
            let mut text = number.to_string();
            change(&mut text);
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
    while at < text.len() {
        match spelled(&text.as_bytes()[at..], secret) {
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
    // An escape may itself be escaped: any number of backslashes begins it.
    let unescaped = &text[text.iter().take_while(|byte| **byte == b'\\').count()..];
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

/// `&quot;`, `&#34;` or `&#x22;`.
fn html_entity(text: &[u8], letter: char) -> Option<&[u8]> {
    let text = text.strip_prefix(b"&")?;
    let end = text.iter().take(10).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[..end]).ok()?;
    let number = name.strip_prefix('#');
    let meant = match (name, number) {
        ("quot", _) => Some('"'),
        ("apos", _) => Some('\''),
        ("amp", _) => Some('&'),
        ("lt", _) => Some('<'),
        ("gt", _) => Some('>'),
        (_, Some(number)) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
        _ => None,
    };
    (meant == Some(letter)).then(|| &text[end + 1..])
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
            text = &text[text.iter().take_while(|byte| **byte == b'\\').count()..];
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

    #[test]
    fn a_refusal_without_secrets_stays_as_it_came() {
        let request = Request::to(Method::Get, "/me").expect("a route");
        let auth = Auth::Bearer("bearer-secret".into());
        let body = br#"{ "message" : "no\u0021" }"#;
        let reply = Reply::new(400, Vec::new(), body.to_vec());
        assert_eq!(hide(&auth, &request, reply).body(), body);
    }
}
