//! What a run of the generator has to tell a maintainer.

use std::fmt;

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
            write!(f, "\ndocumented, but in no document any more: {leftover}")?;
        }
        Ok(())
    }
}
