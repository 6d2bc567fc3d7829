//! The text of a store: a line has an object, a tab, and its secret.
//!
//! A store is only appended to: nothing that somebody else wrote is lost, also not a line that another
//! run appends at the same time.

use ovh_runtime::Secret;

use super::LENGTH;
use crate::sites::SecretError;

/// The end of a line that was cut off while it was written. Its secret was not sent.
const CUT_OFF: &str = "\t(cut off)";

/// The state of the last line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Ended,
    /// Complete, but without a line end, such as a store that was restored with `printf %s`.
    Open,
    CutOff,
}

/// Finds the first secret of an object.
pub(super) fn find(store: &str, text: &str, object: &str) -> Result<Option<Secret>, SecretError> {
    let lines = match last(store, text, object)? {
        Last::CutOff => &text[..text.rfind('\n').map_or(0, |end| end + 1)],
        Last::Ended | Last::Open => text,
    };
    let lines = lines.lines();
    for line in lines.filter(|line| !line.is_empty() && !line.ends_with(CUT_OFF)) {
        let Some((name, secret)) = line.split_once('\t') else {
            return Err(SecretError::new(format!("{store:?} is not a store")));
        };
        if name == object {
            return Ok(Some(Secret::from(secret)));
        }
    }
    Ok(None)
}

/// Returns the text to append for a new secret.
pub(super) fn addition(
    store: &str,
    text: &str,
    object: &str,
    secret: &Secret,
) -> Result<String, SecretError> {
    let end = match last(store, text, object)? {
        Last::Ended => String::new(),
        Last::Open => "\n".to_owned(),
        Last::CutOff => format!("{CUT_OFF}\n"),
    };
    Ok(format!("{end}{object}\t{}\n", secret.expose()))
}

/// Refuses a last line that is neither complete nor the start of a generated one: it may be a secret
/// of the user's.
fn last(store: &str, text: &str, object: &str) -> Result<Last, SecretError> {
    let (_, line) = text.rsplit_once('\n').unwrap_or(("", text));
    let is_generated = |secret: &str| secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match line.split_once('\t') {
        _ if line.is_empty() => Ok(Last::Ended),
        _ if line.ends_with(CUT_OFF) => Ok(Last::Open),
        Some((_, secret)) if is_generated(secret) && secret.len() == LENGTH => Ok(Last::Open),
        Some((_, secret)) if is_generated(secret) && secret.len() < LENGTH => Ok(Last::CutOff),
        None if object.starts_with(line) => Ok(Last::CutOff),
        _ => Err(SecretError::new(format!(
            "{store:?} is not a store: its last line has no end"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "a1B2c3D4e5F6g7H8i9J0";

    fn found(text: &str, object: &str) -> Option<String> {
        let secret = find("store", text, object).unwrap();
        secret.map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn line_without_an_end_is_read() {
        let text = format!("a\tone\nb\t{SECRET}");
        assert_eq!(found(&text, "a").as_deref(), Some("one"));
        assert_eq!(found(&text, "b").as_deref(), Some(SECRET));
    }

    #[test]
    fn cut_off_line_has_no_secret() {
        for cut in ["b", "b\t", "b\thalf", "b\thalf\t(cut off)\n"] {
            let text = format!("a\tone\n{cut}");
            assert_eq!(found(&text, "b"), None, "{cut:?}");
            let next = addition("store", &text, "b", &Secret::from(SECRET)).unwrap();
            let text = format!("{text}{next}");
            assert_eq!(found(&text, "a").as_deref(), Some("one"), "{cut:?}");
            assert_eq!(found(&text, "b").as_deref(), Some(SECRET), "{cut:?}");
        }
    }

    #[test]
    fn other_text_is_no_store() {
        for text in [
            "hunter2",
            "notes\n",
            "a\tone\nhunter2",
            "a\tnot-generated",
            "a\ta1B2c3D4e5F6g7H8i9J0longer",
        ] {
            let error = find("store", text, "c").unwrap_err().message;
            assert!(error.contains("is not a store"), "{text:?}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
