//! Patterns with a wildcard that matches any characters, `/` included.

/// Returns `true` if the text matches the pattern.
///
/// Not recursive: the cost is at most pattern times text.
pub(crate) fn matches(pattern: &str, text: &str, wildcard: u8) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&wildcard) {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, from)) = star {
            p = at + 1;
            t = from + 1;
            star = Some((at, from + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == wildcard)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn only_wildcard_matches_anything() {
        for (pattern, path, expected) in [
            ("/me", "/me", true),
            ("/me", "/me/bill", false),
            ("/me*", "/me/bill", true),
            ("/sms/*", "/sms", false),
            ("/sms/*", "/sms/", true),
            ("/sms/*", "/sms/a/b", true),
            ("/sms/*/jobs", "/sms/a/b/jobs", true),
            ("/sms/*/jobs", "/sms/a/jobs/1", false),
            ("/*", "/hosting/web", true),
            ("/me ", "/me", false),
            ("", "/me", false),
            ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(matches(pattern, path, b'*'), expected, "{pattern} {path}");
        }
    }
}
