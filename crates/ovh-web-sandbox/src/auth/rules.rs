//! Access rules of a consumer key: a method and a path in which `*` stands for any run of
//! characters, `/` included.

/// A method and a path pattern that a consumer key grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Rule {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
        }
    }

    /// The four rules that grant everything.
    pub(crate) fn everything() -> Vec<Self> {
        ["GET", "POST", "PUT", "DELETE"]
            .map(|method| Self::new(method, "/*"))
            .into()
    }

    pub(crate) fn allows(&self, method: &str, path: &str) -> bool {
        self.method == method && glob(self.path.as_bytes(), path.as_bytes())
    }
}

/// The rules in words, for a log line.
pub(super) fn list(rules: &[Rule]) -> String {
    let all: Vec<_> = rules
        .iter()
        .map(|rule| format!("{} {}", rule.method, rule.path))
        .collect();
    if all.is_empty() {
        "none".into()
    } else {
        all.join(", ")
    }
}

/// Matches without recursion, so that no pattern can cost more than pattern times text.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
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
    use super::*;

    #[test]
    fn a_star_stands_for_anything_and_nothing_else_does() {
        for (pattern, path, granted) in [
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
            assert_eq!(
                Rule::new("GET", pattern).allows("GET", path),
                granted,
                "{pattern} {path}"
            );
        }
        assert!(!Rule::new("GET", "/*").allows("POST", "/me"));
    }
}
