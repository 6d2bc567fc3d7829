//! The parser of `ovh.conf`: sections, settings, and comments on their own lines.
//!
//! A value is taken literally, without surrounding blanks: no trailing comments, no quotes, no
//! escapes, since a secret may contain `#`, `;`, `"` and `\`. OVH's Python client does the same.
//! General INI libraries do more; some join a line that ends in a backslash with the next.

use ovh_runtime::Secret;

use super::Part;

/// A parsed file. Any value may be a secret.
#[derive(Debug, Default)]
pub(super) struct Document {
    settings: Vec<Setting>,
}

#[derive(Debug)]
struct Setting {
    section: String,
    key: String,
    value: Secret,
    line: usize,
}

/// A syntax error and its line number. Never shows the line itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: usize,
    pub(super) what: String,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let mut document = Self::default();
        let mut section: Option<String> = None;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, raw) in text.lines().enumerate() {
            let line = index + 1;
            let malformed = |what: &str| {
                let what = what.to_owned();
                Err(Malformed { line, what })
            };
            let content = raw.trim();
            if content.is_empty() || content.starts_with([';', '#']) {
                continue;
            }
            if let Some(rest) = content.strip_prefix('[') {
                // The last bracket: a section may be a URL such as `http://[::1]:8080`.
                let Some((name, rest)) = rest.rsplit_once(']') else {
                    return malformed("expected `]` after the section's name");
                };
                let rest = rest.trim_start();
                if !(rest.is_empty() || rest.starts_with([';', '#'])) {
                    return malformed("unexpected text after the section's name");
                }
                section = Some(name.trim().to_owned());
                continue;
            }
            let Some(at) = content.find(['=', ':']) else {
                return malformed("expected `[section]`, `key = value` or a comment");
            };
            let key = content[..at].trim_end().to_ascii_lowercase();
            if key.is_empty() {
                return malformed("expected a key before `=`");
            }
            let Some(section) = &section else {
                return malformed("expected a `[section]` before the first setting");
            };
            if let Some(first) = document.find(section, &key) {
                // Only known names are shown: a secret pasted onto its own line may contain a `=`.
                let is_name = ["endpoint", "profile"].contains(&&*key)
                    || Part::all().any(|part| part.name() == key);
                let name = match is_name {
                    true => format!("`{key}`"),
                    false => "this key".to_owned(),
                };
                let what = format!("{name} is already set in line {}", first.line);
                return Err(Malformed { line, what });
            }
            document.settings.push(Setting {
                section: section.clone(),
                key,
                value: Secret::from(content[at + 1..].trim()),
                line,
            });
        }
        Ok(document)
    }

    /// Returns a setting's value and line.
    pub(super) fn get(&self, section: &str, key: &str) -> Option<(&Secret, usize)> {
        self.find(section, key)
            .map(|setting| (&setting.value, setting.line))
    }

    /// Returns the names of the sections with settings.
    pub(super) fn sections(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|setting| &*setting.section)
    }

    fn find(&self, section: &str, key: &str) -> Option<&Setting> {
        self.settings
            .iter()
            .find(|setting| setting.section == section && setting.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_key_shown_only_if_known() {
        for (key, named) in [
            ("endpoint", "`endpoint` is"),
            ("profile", "`profile` is"),
            ("consumer_key", "`consumer_key` is"),
            ("s3cr3t", "this key is"),
        ] {
            let text = format!("[ovh-eu]\n{key} = a\n{key} = b\n");
            let told = Document::parse(&text).expect_err("set twice");
            assert_eq!(told.line, 3);
            assert_eq!(told.what, format!("{named} already set in line 2"));
        }
    }

    #[test]
    fn values_are_literal() {
        let text = "\u{feff}; a comment\r\n# another\r\n\r\n[default]\r\nendpoint = ovh-eu\r\n\
                    [ovh-eu] ; behind a section it is harmless\r\n\
                    application_key=a;b#c\r\n  Application_Secret : \"x\\ny\\\r\n\
                    consumer_key = k = v : w\r\nempty =\r\n[http://[::1]:8/1.0]\r\na=1";
        let document = Document::parse(text).expect("a fine file");
        let get = |section: &str, key: &str| {
            document
                .get(section, key)
                .map(|(value, line)| (value.expose().to_owned(), line))
        };
        for (section, key, value, line) in [
            ("default", "endpoint", "ovh-eu", 5),
            ("ovh-eu", "application_key", "a;b#c", 7),
            ("ovh-eu", "application_secret", "\"x\\ny\\", 8),
            ("ovh-eu", "consumer_key", "k = v : w", 9),
            ("ovh-eu", "empty", "", 10),
            ("http://[::1]:8/1.0", "a", "1", 12),
        ] {
            assert_eq!(get(section, key), Some((value.to_owned(), line)), "{key}");
        }
        assert_eq!(get("default", "application_key"), None);
    }

    #[test]
    fn names_malformed_line_without_text() {
        for (text, line) in [
            ("[default]\ns3cr3t\n", 2),
            ("endpoint = s3cr3t\n", 1),
            ("[default\n", 1),
            ("[a] s3cr3t\n", 1),
            ("[a]\n\n= s3cr3t", 3),
            ("[a]\nk = s3cr3t\n[b]\n[a]\nK: s3cr3t", 5),
            // Found by fuzzing: a repeated line showed the secret before the `=`.
            ("[a]\ns3cr3t==\ns3cr3t==", 3),
        ] {
            let malformed = Document::parse(text).expect_err(text);
            assert_eq!(malformed.line, line, "{text}");
            assert!(!malformed.what.contains("s3cr3t"), "{malformed:?}");
        }
    }

    #[test]
    fn debug_shows_no_value() {
        let document = Document::parse("[a]\nk = s3cr3t").expect("a fine file");
        assert!(!format!("{document:?}").contains("s3cr3t"));
    }
}
