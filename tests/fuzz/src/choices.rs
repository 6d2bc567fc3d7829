//! Bytes as a sequence of choices, and the texts that they choose.

use arbitrary::Unstructured;

/// Bytes that are read as choices. When they are used up, each choice is the first one.
#[derive(Debug)]
pub(crate) struct Choices<'a> {
    data: Unstructured<'a>,
    /// `true` if values violate their schema now and then.
    pub(crate) mistakes: bool,
}

/// Texts that are special to some parser.
const SPECIAL: &str = "|a| |0|-1|1.5|1e999|null|\0|\r|\n|\t|\"|\\|'|`|/|..|%2e%2e|%ff|{|}|]|<!--|=|:|;|#|&|?|*|$|é|\
    ß|ﬁ|\u{202e}|\u{feff}|😀|type|Self|crate|_|r#type|9223372036854775807|-9223372036854775808|\
    18446744073709551616|2026-02-30|2026-05-04T03:02:01Z|2026-05-04T24:60:60+99:99|\
    9999-12-31T23:59:59.999999999Z|192.0.2.1|2001:db8::1|PT5M";

impl<'a> Choices<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self {
            data: Unstructured::new(data),
            mistakes: true,
        }
    }

    /// A number below `end`, or 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let last = end.saturating_sub(1);
        self.data.int_in_range(0..=last).unwrap_or(0)
    }

    /// `true` once in `times`, and never when the bytes are used up.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of `all`, which is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// One of several words, separated by `|`.
    pub(crate) fn word<'b>(&mut self, words: &'b str) -> &'b str {
        let words: Vec<&str> = words.split('|').collect();
        self.pick(&words)
    }

    /// Any 64 bits.
    pub(crate) fn number(&mut self) -> i64 {
        self.data.arbitrary().unwrap_or(0)
    }

    /// A text: special, repeated, or of any bytes.
    pub(crate) fn text(&mut self) -> String {
        let special = self.word(SPECIAL);
        match self.below(8) {
            0..=4 => special.to_owned(),
            5 => special.repeat(1 + self.below(300)),
            6 => format!("{special}{}", self.word(SPECIAL)),
            _ => {
                let length = self.below(self.data.len().min(40) + 1);
                let bytes = self.data.bytes(length).unwrap_or_default();
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
    }

    /// Changes a text in one place: inserts, removes, repeats or replaces.
    pub(crate) fn change(&mut self, text: &mut String) {
        let mut letters: Vec<char> = text.chars().collect();
        let begin = self.below(letters.len() + 1);
        let end = (begin + self.below(24)).min(letters.len());
        let old: String = letters[begin..end].iter().collect();
        let new = match self.below(4) {
            0 => self.text() + &old,
            1 => String::new(),
            2 => old.repeat(2),
            _ => self.text(),
        };
        letters.splice(begin..end, new.chars());
        *text = letters.into_iter().collect();
    }
}
