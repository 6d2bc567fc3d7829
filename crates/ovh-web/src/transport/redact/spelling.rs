//! Finds every spelling of a secret: literal, JSON escapes, percent-encoded, HTML.
//!
//! A text may be ambiguous, so all readings are followed, within a limit.

/// The maximum depth of nested escapes, and of backslashes before an escape.
const NESTED: usize = 64;

/// The search steps per response: about a second. Text not searched by then is not shown.
const WORK: usize = 1 << 23;

/// Replaces a secret.
pub(super) const REDACTED: &str = "[redacted]";

/// Replaces secrets until the limit is reached.
pub(super) struct Search {
    work: usize,
}

impl Search {
    pub(super) const fn new() -> Self {
        Self { work: WORK }
    }

    /// Consumes search steps; `false` if the limit is reached.
    pub(super) fn take(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work);
        self.work > 0
    }

    /// Replaces every spelling of a secret; `true` if one was found or is possible.
    pub(super) fn replace(&mut self, text: &mut String, secret: &str) -> bool {
        let mut plain = String::new();
        let mut kept = 0;
        let mut at = 0;
        let first = secret.as_bytes().first();
        let mut is_searched = self.take(1 + text.len() / 16);
        while is_searched && at < text.len() {
            let rest = &text.as_bytes()[at..];
            // A secret starts with its first byte, or with an escape of it.
            let may_begin = rest.first() == first || b"%&\\+".contains(&rest[0]);
            match may_begin.then(|| self.spelled(rest, secret)).flatten() {
                Some(length) => {
                    plain.push_str(&text[kept..at]);
                    plain.push_str(REDACTED);
                    at += length;
                    kept = at;
                }
                None => at += text[at..].chars().next().map_or(1, char::len_utf8),
            }
            is_searched = self.work > 0;
        }
        if !is_searched {
            REDACTED.clone_into(text);
            return true;
        }
        if plain.is_empty() {
            return false;
        }
        plain.push_str(&text[kept..]);
        *text = plain;
        true
    }

    /// Returns the largest number of leading bytes that spell the secret.
    fn spelled(&mut self, text: &[u8], secret: &str) -> Option<usize> {
        let (mut ends, mut next) = (vec![0], Vec::new());
        for letter in secret.chars() {
            if !self.take(ends.len()) {
                return None;
            }
            for end in &ends {
                spellings(&text[*end..], letter, &mut |length| next.push(end + length));
            }
            if next.is_empty() || !self.take(next.len()) {
                return None;
            }
            next.sort_unstable();
            next.dedup();
            std::mem::swap(&mut ends, &mut next);
            next.clear();
        }
        ends.last().copied()
    }
}

/// Reports the length of each spelling of the character at the start of the text.
fn spellings(text: &[u8], letter: char, found: &mut dyn FnMut(usize)) {
    let mut buffer = [0; 4];
    let bytes = letter.encode_utf8(&mut buffer).as_bytes();
    match text.first() {
        Some(b'%') => percent_encoded(text, bytes, 0, found),
        Some(b'&') => html_entities(text, letter, found),
        Some(b'\\') => json_escapes(text, letter, found),
        // In a form, a space is a plus sign.
        Some(b'+') if letter == ' ' => found(1),
        _ => {}
    }
    if text.starts_with(bytes) {
        found(bytes.len());
    }
}

/// Matches `%C3%A9`; the percent sign may itself be encoded as `%25`.
fn percent_encoded(text: &[u8], bytes: &[u8], before: usize, found: &mut dyn FnMut(usize)) {
    let Some((byte, others)) = bytes.split_first() else {
        return found(before);
    };
    let Some(mut rest) = text.strip_prefix(b"%") else {
        return;
    };
    for _ in 0..NESTED {
        if hexadecimal(rest, 2) == Some(u32::from(*byte)) {
            let end = text.len() - rest.len() + 2;
            percent_encoded(&text[end..], others, before + end, found);
        }
        match rest.strip_prefix(b"25") {
            Some(encoded) => rest = encoded,
            None => return,
        }
    }
}

/// Matches `&quot;`, `&#34;` or `&#x22;`; the ampersand may itself be `&amp;`.
///
/// Any of the 2,231 entity names counts as any character that can have one.
fn html_entities(text: &[u8], letter: char, found: &mut dyn FnMut(usize)) {
    let mut rest = &text[1..];
    for _ in 0..NESTED {
        if let Some(length) = entity(rest, letter) {
            found(text.len() - rest.len() + length);
        }
        match rest.strip_prefix(b"amp;") {
            Some(escaped) => rest = escaped,
            None => return,
        }
    }
}

/// Returns the length of `quot;`, `#34;` or `#x22;`, if it may stand for the character.
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

/// Matches `\n`, `\/`, `\"`, `\u00e9`; the backslash may itself be escaped, repeatedly.
fn json_escapes(text: &[u8], letter: char, found: &mut dyn FnMut(usize)) {
    let mut count = backslashes(text);
    if letter == '\\' {
        // Several backslashes are one escaped backslash, of unknown depth.
        (2..=count).for_each(&mut *found);
    }
    let short = match letter {
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        '"' => b'"',
        '\'' => b'\'',
        '/' => b'/',
        _ => 0,
    };
    if text.get(count).is_some_and(|byte| *byte == short) {
        found(count + 1);
    }
    for (index, unit) in letter.encode_utf16(&mut [0; 2]).iter().enumerate() {
        if index > 0 {
            count += backslashes(&text[count..]);
        }
        let digits = text[count..].strip_prefix(b"u");
        if digits.and_then(|digits| hexadecimal(digits, 4)) != Some(u32::from(*unit)) {
            return;
        }
        count += 5;
    }
    found(count);
}

fn backslashes(text: &[u8]) -> usize {
    let backslashes = text.iter().take(NESTED);
    backslashes.take_while(|byte| **byte == b'\\').count()
}

/// Parses a hexadecimal number of this many digits.
fn hexadecimal(text: &[u8], digits: usize) -> Option<u32> {
    let digits = std::str::from_utf8(text.get(..digits)?).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "pa/ss\"wörd& 1\\x😀";

    fn redacted(text: &str, secret: &str) -> String {
        let mut text = text.to_owned();
        Search::new().replace(&mut text, secret);
        text
    }

    #[test]
    fn finds_every_spelling_of_a_secret() {
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
            let text = format!("no {spelling}, no");
            assert_eq!(redacted(&text, SECRET), "no [redacted], no", "{spelling}");
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
            assert_eq!(redacted(other, SECRET), other);
        }
        assert_eq!(
            redacted(&format!("{SECRET}{SECRET}"), SECRET),
            "[redacted][redacted]"
        );
    }

    /// Regression: only one reading was followed, and the secret was the other.
    #[test]
    fn finds_secrets_that_look_like_escapes() {
        for (secret, spelling) in [
            ("p%41ss/x", "p%2541ss%2Fx"),
            ("p%41ss/x", "p%252541ss%252Fx"),
            ("p%25ss/x", "p%2525ss%2Fx"),
            ("a&amp;b/c", r"a&amp;b\/c"),
            ("a&amp;b\"c", "a&amp;amp;b&quot;c"),
            (r#"a\\b"c"#, r#"a\\\\b\"c"#),
            (r#"a\"b"#, r#"a\\\"b"#),
            (r"\u0041/b", r"\\u0041\/b"),
            ("a&#38;/b", "a&amp;#38;&#47;b"),
        ] {
            let text = format!("no {spelling}, no");
            assert_eq!(redacted(&text, secret), "no [redacted], no", "{spelling}");
        }
    }

    /// Regression: such a response took many minutes.
    #[test]
    fn work_for_one_response_is_limited() {
        const LONG: usize = 64 * 1024;
        for (letter, secret) in [
            ("\\", "\\".repeat(200)),
            ("a", format!("{}b", "a".repeat(LONG / 2))),
            ("%25", format!("{}b", "%".repeat(2000))),
            ("&amp;", format!("{}b", "&".repeat(2000))),
        ] {
            let mut text = letter.repeat(LONG / letter.len());
            let mut search = Search { work: LONG };
            assert!(search.replace(&mut text, &secret), "{letter}");
            assert_eq!((&*text, search.work), (REDACTED, 0), "{letter}");
        }
        // Many secrets count too.
        let mut text = "-".repeat(LONG);
        let mut search = Search { work: LONG };
        let searched = (0..).take_while(|_| !search.replace(&mut text, "s3cr3t"));
        assert_eq!(searched.count(), 15);
        assert_eq!(text, REDACTED);
    }
}
