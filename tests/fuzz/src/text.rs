//! Texts: from a list of words that mean something to somebody, and changed in places.

use crate::Choices;

/// What is odd everywhere.
const ODD: &[&str] = &[
    "",
    "a",
    " ",
    "0",
    "-1",
    "1.5",
    "1e999",
    "null",
    "true",
    "\u{0}",
    "\n",
    "\r\n",
    "\t",
    "\"",
    "\\",
    "'",
    "`",
    "/",
    "..",
    "%2e%2e",
    "%",
    "%ff",
    "{",
    "}",
    "[",
    "]",
    "<",
    ">",
    "<!--",
    "=",
    ":",
    ";",
    "#",
    "&",
    "?",
    "+",
    "*",
    "$",
    "é",
    "ß",
    "ﬁ",
    "İ",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "😀",
    "type",
    "self",
    "Self",
    "crate",
    "_",
    "r#type",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "99999999999999999999999999",
    "2026-02-30",
    "2026-05-04",
    "2026-05-04T03:02:01Z",
    "2026-05-04T03:02:01+02:00",
    "2026-05-04T24:60:60+99:99",
    "9999-12-31T23:59:59.999999999Z",
    "-0001-01-01T00:00:00Z",
    "192.0.2.1",
    "2001:db8::1",
    "PT5M",
];

/// An odd text.
pub(crate) fn odd(choices: &mut Choices<'_>) -> String {
    match choices.below(8) {
        0..=4 => choices.pick(ODD).to_owned(),
        5 => {
            let part = choices.pick(ODD);
            part.repeat(1 + choices.below(300))
        }
        6 => format!("{}{}", choices.pick(ODD), choices.pick(ODD)),
        _ => String::from_utf8_lossy(choices.bytes(40)).into_owned(),
    }
}

/// Changes a text in one place: a piece out, a piece twice, something odd in between.
pub(crate) fn change(text: &mut String, choices: &mut Choices<'_>) {
    let at = boundary(text, choices.below(text.len() + 1));
    let end = boundary(text, (at + choices.below(24)).min(text.len()));
    match choices.below(4) {
        0 => text.insert_str(at, &odd(choices)),
        1 => text.replace_range(at..end, ""),
        2 => {
            let piece = text[at..end].to_owned();
            text.insert_str(at, &piece);
        }
        _ => {
            let odd = odd(choices);
            text.replace_range(at..end, &odd);
        }
    }
}

/// Takes a line out, puts it in twice, or moves it.
pub(crate) fn change_lines(text: &mut String, choices: &mut Choices<'_>) {
    let mut lines: Vec<&str> = text.lines().collect();
    if lines.is_empty() {
        return;
    }
    let line = lines.remove(choices.below(lines.len()));
    for _ in 0..choices.below(3) {
        lines.insert(choices.below(lines.len() + 1), line);
    }
    *text = lines.join("\n");
}

/// The nearest place at or before `at` where a text can be cut.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
