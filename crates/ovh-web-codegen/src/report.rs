//! The report of a run of the generator.

use std::fmt;

use crate::escape::one_line;

/// Something that a document gets wrong, and what the generator made of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Repair {
    /// The rule that put it right.
    pub rule: &'static str,
    /// The document.
    pub file: String,
    /// The place in it, as a JSON pointer.
    pub pointer: String,
    /// The fault and its repair.
    pub what: String,
}

impl Repair {
    /// Whether an operation is missing in the client because of this.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.rule == "left-out"
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names come from a document that we did not write.
        let line = format!(
            "{}#{}: {} ({})",
            self.file, self.pointer, self.what, self.rule
        );
        f.write_str(&one_line(&line))
    }
}

/// Counts and left-overs of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Operations of the documents; each became a method.
    pub operations: usize,
    /// Lists that also give pages of objects.
    pub pages: usize,
    /// Types, enums included.
    pub types: usize,
    /// Lines of all generated files.
    pub lines: usize,
    /// The longest generated file and its lines.
    pub longest: (String, usize),
    /// Items whose documentation a person wrote.
    pub documented: usize,
    /// Items that have only the plain sentence made of their facts.
    pub undocumented: Vec<String>,
    /// Entries of the documentation that no document has any more.
    pub leftovers: Vec<String>,
    /// What the documents get wrong and was put right, in the order of the rules.
    pub repairs: Vec<Repair>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} operations, {} of them with pages of objects, {} types",
            self.operations, self.pages, self.types
        )?;
        writeln!(
            f,
            "{} generated lines, the longest file is {} with {}",
            self.lines, self.longest.0, self.longest.1
        )?;
        write!(
            f,
            "{} items documented, {} with a plain sentence only",
            self.documented,
            self.undocumented.len()
        )?;
        for leftover in &self.leftovers {
            write!(
                f,
                "\ndocumented, but in no document any more: {}",
                one_line(leftover)
            )?;
        }
        for repair in &self.repairs {
            write!(f, "\nrepaired: {repair}")?;
        }
        Ok(())
    }
}
