//! Bytes as a sequence of choices, and the texts that they choose.

use arbitrary::Unstructured;

/// Bytes that are read as choices. When they are used up, each choice is the first one.
#[derive(Debug)]
pub(crate) struct Choices<'a>(Unstructured<'a>);

/// Texts that are special to some parser, one on each line.
const SPECIAL: &str = "\na\n \n0\n-1\n1.5\n1e999\nnull\n\0\n\r\n\t\n\"\n\\\n'\n`\n/\n..\n%2e%2e\n%ff\n{\n}\n]\n<!--\n\
    =\n:\n;\n#\n&\n?\n*\n$\né\nß\nﬁ\n\u{202e}\n\u{feff}\n😀\ntype\nSelf\ncrate\n_\nr#type\n9223372036854775807\n\
    -9223372036854775808\n18446744073709551616\n2026-02-30\n2026-05-04T03:02:01Z\n2026-05-04T24:60:60+99:99\n\
    9999-12-31T23:59:59.999999999Z\n192.0.2.1\n2001:db8::1\nPT5M";

impl<'a> Choices<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self(Unstructured::new(data))
    }

    /// A number below `end`, or 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.int_in_range(0..=end.saturating_sub(1)).unwrap_or(0)
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
        self.0.arbitrary().unwrap_or(0)
    }

    /// Some bytes, at most `limit`.
    pub(crate) fn bytes(&mut self, limit: usize) -> &'a [u8] {
        let length = self.below(limit.min(self.0.len()) + 1);
        self.0.bytes(length).unwrap_or_default()
    }

    /// A text: special, repeated, or of any bytes.
    pub(crate) fn text(&mut self) -> String {
        let special: Vec<&str> = SPECIAL.split('\n').collect();
        match self.below(8) {
            0..=4 => self.pick(&special).to_owned(),
            5 => self.pick(&special).repeat(1 + self.below(300)),
            6 => format!("{}{}", self.pick(&special), self.pick(&special)),
            _ => String::from_utf8_lossy(self.bytes(40)).into_owned(),
        }
    }

    /// Changes a text in one place: inserts, removes, repeats or replaces, or moves a line.
    pub(crate) fn change(&mut self, text: &mut String) {
        let at = boundary(text, self.below(text.len() + 1));
        let end = boundary(text, (at + self.below(24)).min(text.len()));
        let piece = match self.below(5) {
            0 => return text.insert_str(at, &self.text()),
            1 => String::new(),
            2 => text[at..end].repeat(2),
            3 => self.text(),
            _ => {
                let mut lines: Vec<&str> = text.lines().collect();
                if !lines.is_empty() {
                    let line = lines.remove(self.below(lines.len()));
                    lines.insert(self.below(lines.len() + 1), line);
                }
                *text = lines.join("\n");
                return;
            }
        };
        text.replace_range(at..end, &piece);
    }
}

/// The last character boundary at or before `at`.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
