//! Reads a safe file name from `Content-Disposition`.

use percent_encoding::percent_decode_str;

/// The longest file name of common file systems, in bytes.
const LONGEST: usize = 255;

/// Device names of Windows, in any folder and with any extension.
const DEVICES: [&str; 7] = ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"];

/// Returns the name of a `Content-Disposition` header, if it is one plain path component.
pub(super) fn suggested(header: &str) -> Option<String> {
    let (mut extended, mut plain) = (None, None);
    for (name, value) in parameters(header) {
        match &*name {
            "filename*" => extended = decoded(&value),
            "filename" => plain = Some(value),
            _ => {}
        }
    }
    [extended, plain]
        .into_iter()
        .flatten()
        .find(|name| is_plain(name))
}

/// Decodes an RFC 8187 value in UTF-8: `UTF-8'en'caf%C3%A9.sql`.
fn decoded(value: &str) -> Option<String> {
    let (charset, rest) = value.split_once('\'')?;
    let (_, text) = rest.split_once('\'')?;
    let text = percent_decode_str(text).decode_utf8().ok()?;
    charset
        .eq_ignore_ascii_case("utf-8")
        .then(|| text.into_owned())
}

/// Returns the parameters after the disposition type, with lower-case names.
fn parameters(header: &str) -> Vec<(String, String)> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for letter in header.chars() {
        match letter {
            _ if escaped => {
                part.push(letter);
                escaped = false;
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    parts
        .into_iter()
        .skip(1)
        .filter_map(|part| {
            let (name, value) = part.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            Some((name, value.trim().to_owned()))
        })
        .collect()
}

/// Returns `true` for a single path component on every system, without invisible characters.
fn is_plain(name: &str) -> bool {
    let is_bad = |sign: char| {
        sign.is_control()
            || r#"/\:*?"<>|"#.contains(sign)
            // Bidirectional controls and invisible characters.
            || matches!(
                sign,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                    | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                    | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
                    | '\u{e0000}'..='\u{e0fff}'
            )
    };
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|port| {
        let number = stem.strip_prefix(port);
        number.is_some_and(|it| {
            it.chars().count() == 1 && it.chars().all(|digit| "0123456789¹²³".contains(digit))
        })
    });
    // A leading dot hides the file; a leading dash makes it a command-line option.
    let edges = name.starts_with(['.', '-']) || name.ends_with('.') || name.trim() != name;
    let is_reserved = numbered || DEVICES.contains(&&*stem);
    !name.is_empty() && name.len() <= LONGEST && !edges && !is_reserved && !name.contains(is_bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_plain_names() {
        for (header, name) in [
            ("attachment; filename=5.sql.gz", "5.sql.gz"),
            (r#"attachment; filename="my dump; 1.sql""#, "my dump; 1.sql"),
            (r#"attachment; FileName = "a\b.sql""#, "ab.sql"),
            (
                "attachment; filename=x.sql; filename*=UTF-8''caf%C3%A9.sql",
                "café.sql",
            ),
            (
                "attachment; filename*=utf-8'en'b.sql; filename=x.sql",
                "b.sql",
            ),
            (
                "attachment; filename*=UTF-8''..%2Fb.sql; filename=x.sql",
                "x.sql",
            ),
            (
                "attachment; filename*=iso-8859-1''b; filename=x.sql",
                "x.sql",
            ),
            ("attachment; filename=console.log", "console.log"),
            ("attachment; filename=com10", "com10"),
        ] {
            assert_eq!(suggested(header).as_deref(), Some(name), "{header}");
        }
    }

    #[test]
    fn refuses_paths_and_devices() {
        for name in [
            "",
            ".",
            "..",
            "../a.sql",
            "/etc/passwd",
            "a/b",
            r"..\a",
            "C:a",
            "a.sql:stream",
            ".bashrc",
            "-rf",
            " a",
            "a.",
            "a ",
            "nul",
            "NUL.sql.gz",
            "Aux",
            "con .txt",
            "com1",
            "LPT9.sql",
            "com¹",
            "a\u{7f}b",
            "a\nb",
            "a\0b",
            "gpj.\u{202e}lqs",
            "a\u{200b}b",
            "gpj.\u{61c}lqs",
            "a\u{ad}b",
            "a\u{fe0f}",
            "a\u{e0041}b",
            "\u{3164}",
            "\u{a0}a",
            "a\u{3000}",
            "Clock$.sql",
            &"a".repeat(256),
        ] {
            assert!(!is_plain(name), "{name:?}");
            let encoded: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
            let header = format!("attachment; filename*=UTF-8''{encoded}");
            assert_eq!(suggested(&header), None, "{name:?}");
        }
        for header in [
            "",
            "attachment",
            "filename=a",
            "attachment; filename*=a",
            r#"attachment; filename="../a""#,
            r#"attachment; filename="..\\a""#,
        ] {
            assert_eq!(suggested(header), None, "{header}");
        }
    }
}
