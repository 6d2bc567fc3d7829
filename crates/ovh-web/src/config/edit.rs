//! Changes settings in the text of an `ovh.conf`, and keeps all other bytes.

use ovh_runtime::{Error, Secret};

use super::ini::Document;
use crate::error::configuration;

/// Sets or removes settings of one section in the text of a configuration file.
///
/// A `None` removes the setting. Comments, order, blanks and line ends are kept. A new setting
/// follows the last one of its section, and a new section is added at the end.
/// [`write`](super::write) writes the result.
///
/// ```
/// let text = "[default]\nendpoint = ovh-eu ; Europe\n";
/// let keys = [("endpoint", Some("ovh-ca")), ("profile", None)];
/// let text = ovh_web::config::edit(text, "default", &keys)?;
/// assert_eq!(text.expose(), "[default]\nendpoint = ovh-ca\n");
/// # Ok::<(), ovh_web::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error if the text is malformed, or if a name or value has a line break, a control
/// character or blanks around it, since it would be read back as another one.
pub fn edit(text: &str, section: &str, settings: &[(&str, Option<&str>)]) -> Result<Secret, Error> {
    parse(text)?;
    check("section's name", section)?;
    for (key, value) in settings {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if key.is_empty() || !key.bytes().all(is_name) {
            let message = "a setting's name has only small letters, digits and `_`";
            return Err(configuration(message).build());
        }
        if let Some(value) = value {
            check("value", value)?;
        }
    }
    let edited = edited(text, section, settings);
    // Reads back as intended, or is not used.
    let document = parse(edited.expose())?;
    let is_set = settings.iter().all(|(key, value)| {
        let found = document.get(section, key);
        found.map(|(found, _)| found.expose()) == *value
    });
    match is_set {
        true => Ok(edited),
        false => Err(configuration("a setting cannot be written so that it is read back").build()),
    }
}

fn parse(text: &str) -> Result<Document, Error> {
    Document::parse(text).map_err(|malformed| {
        let (line, what) = (malformed.line, malformed.what);
        configuration(format!("line {line}: {what}")).build()
    })
}

/// Refuses a text that would be read back as another one. It is not shown.
fn check(what: &str, text: &str) -> Result<(), Error> {
    let why = match text {
        "" => "is empty",
        text if text.contains(char::is_control) => "has a line break or a control character",
        text if text.trim() != text => "starts or ends with a blank",
        _ => return Ok(()),
    };
    Err(configuration(format!("the {what} {why}")).build())
}

/// A line of the file, with its line end.
struct Line<'a> {
    text: &'a str,
    in_section: bool,
    /// The setting's name, in small letters.
    key: Option<String>,
    is_header: bool,
}

fn lines<'a>(text: &'a str, section: &str) -> Vec<Line<'a>> {
    let mut in_section = false;
    let line = |text: &'a str| {
        let content = text.trim_start_matches('\u{feff}').trim();
        let is_header = content.starts_with('[');
        if is_header {
            let name = content[1..].rsplit_once(']').map(|(name, _)| name.trim());
            in_section = name == Some(section);
        }
        let is_setting = !(is_header || content.is_empty() || content.starts_with([';', '#']));
        let end = content.find(['=', ':']).filter(|_| is_setting);
        Line {
            text,
            in_section,
            key: end.map(|end| content[..end].trim_end().to_ascii_lowercase()),
            is_header,
        }
    };
    text.split_inclusive('\n').map(line).collect()
}

fn edited(text: &str, section: &str, settings: &[(&str, Option<&str>)]) -> Secret {
    let first_end = text.split_inclusive('\n').next().unwrap_or_default();
    let end = if first_end.ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let lines = lines(text, section);
    let has = |key: &str| {
        let mut own = lines.iter().filter(|line| line.in_section);
        own.any(|line| line.key.as_deref() == Some(key))
    };
    let new = settings.iter().filter(|(key, _)| !has(key));
    let new: Vec<(&str, &str)> = new
        .filter_map(|(key, value)| Some((*key, (*value)?)))
        .collect();
    let is_last = |line: &Line<'_>| line.in_section && (line.is_header || line.key.is_some());
    let last = lines.iter().rposition(is_last);
    let mut out = String::with_capacity(text.len() + 512);
    let add_new = |out: &mut String| {
        for (key, value) in &new {
            end_line(out, end);
            out.extend([key, " = ", value, end]);
        }
    };
    for (index, line) in lines.iter().enumerate() {
        let own = line.key.as_deref().filter(|_| line.in_section);
        let change = settings.iter().find(|(key, _)| own == Some(*key));
        match change {
            Some((_, Some(value))) => replace_value(&mut out, line.text, value),
            Some((_, None)) => {}
            None => out.push_str(line.text),
        }
        if last == Some(index) {
            add_new(&mut out);
        }
    }
    if last.is_none() && !new.is_empty() {
        end_line(&mut out, end);
        if !out.trim().is_empty() {
            out.push_str(end);
        }
        out.extend(["[", section, "]", end]);
        add_new(&mut out);
    }
    Secret::new(out)
}

/// Ends the last line, if it has no line end.
fn end_line(out: &mut String, end: &str) {
    if !(out.is_empty() || out == "\u{feff}" || out.ends_with('\n')) {
        out.push_str(end);
    }
}

/// Writes a setting's line with another value.
fn replace_value(out: &mut String, line: &str, value: &str) {
    let start = line.find(['=', ':']).map_or(line.len(), |at| at + 1);
    let (name, rest) = line.split_at(start);
    let (body, end) = match rest.strip_suffix("\r\n") {
        Some(body) => (body, "\r\n"),
        None => match rest.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (rest, ""),
        },
    };
    let blanks = body.len() - body.trim_start().len();
    // An empty value is all blanks.
    let blanks = if body.trim().is_empty() {
        " "
    } else {
        &body[..blanks]
    };
    out.extend([name, blanks, value, end]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit_to(text: &str, settings: &[(&str, Option<&str>)]) -> String {
        let edited = edit(text, "ovh-eu", settings).expect("fine settings");
        edited.expose().to_owned()
    }

    #[test]
    fn keeps_all_other_bytes() {
        let text = "\u{feff}; top\r\n[default]\r\nendpoint=ovh-eu\r\n\r\n[ovh-eu] # mine\r\n\
                    \tConsumer_Key :  old  \r\n # note\n\n[ovh-ca]\nconsumer_key=x";
        assert_eq!(edit_to(text, &[]), text);
        assert_eq!(edit_to(text, &[("client_id", None)]), text);
        let set = edit_to(text, &[("consumer_key", Some("a=b;c#d\"\\"))]);
        assert_eq!(set, text.replace("old  ", "a=b;c#d\"\\"));
        let removed = edit_to(text, &[("consumer_key", None)]);
        assert_eq!(removed, text.replace("\tConsumer_Key :  old  \r\n", ""));
        let added = edit_to(text, &[("client_id", Some("new"))]);
        let old = "old  \r\n";
        let with_new = format!("{old}client_id = new\r\n");
        assert_eq!(added, text.replace(old, &with_new));
    }

    #[test]
    fn missing_section_is_added_at_the_end() {
        let new = [("a", Some("1")), ("b", Some("2"))];
        let section = "[ovh-eu]\na = 1\nb = 2\n";
        for (text, before) in [
            ("", ""),
            ("[x]\ny=z", "[x]\ny=z\n\n"),
            ("[x]\ny=z\n", "[x]\ny=z\n\n"),
        ] {
            assert_eq!(edit_to(text, &new), format!("{before}{section}"));
        }
        assert_eq!(edit_to("[ovh-eu]", &new), section);
        assert_eq!(edit_to("[ovh-eu]\na =\n", &new), section);
    }

    #[test]
    fn refuses_what_reads_back_as_another_value() {
        for value in ["", " a", "a ", "a\nb", "a\rb", "a\0", "a\u{85}b", "\u{a0}a"] {
            let set = edit("", "ovh-eu", &[("consumer_key", Some(value))]);
            let error = set.expect_err("must be refused");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
        for key in ["", "A", "a b", "a=b", "[a", "#a", "a\n"] {
            edit("", "ovh-eu", &[(key, Some("1"))]).expect_err(key);
        }
        for section in ["", " a", "a\n[b"] {
            edit("", section, &[("a", Some("1"))]).expect_err(section);
        }
        let error = edit("s3cr3t", "a", &[]).expect_err("malformed");
        assert!(!error.to_string().contains("s3cr3t"), "{error}");
    }

    #[test]
    fn any_section_and_value_reads_back() {
        for section in [
            "http://[::1]:80/1.0",
            "profile:a b",
            "a] ; b",
            "]",
            "[",
            "é",
        ] {
            for value in ["a]", "[a", "=", "\u{1f600}", "; a", "a = b"] {
                let text = edit("", section, &[("key", Some(value))]).expect(section);
                let document = Document::parse(text.expose()).expect("fine");
                let found = document.get(section, "key").expect("the setting");
                assert_eq!(found.0.expose(), value);
            }
        }
    }
}
