//! Patterns in which `*` stands for any run of characters, `/` included: access rules, policies,
//! and the routes that faults strike.

/// Whether `text` fits `pattern`. Without recursion, so that no pattern can cost more than pattern
/// times text.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
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
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_anything_and_nothing_else_does() {
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
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
