//! Letters that text for people must not have as they are.

/// Returns `true` for characters that change the direction of text, or that nobody sees.
#[must_use]
pub const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
