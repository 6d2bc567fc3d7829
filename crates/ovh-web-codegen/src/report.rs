//! The report of a run of the generator.

use std::fmt;

use crate::escape::one_line;

/// A mistake in a document, and its repair.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Repair {
    /// The rule.
    pub rule: &'static str,
    /// The document.
    pub file: String,
    /// The place as a JSON pointer.
    pub pointer: String,
    /// The fault and its repair.
    pub what: String,
}

/// The repairs of one document so far.
pub(crate) struct Repairs {
    pub(crate) file: String,
    pub(crate) list: Vec<Repair>,
}

impl Repairs {
    pub(crate) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            list: Vec::new(),
        }
    }

    pub(crate) fn add(
        &mut self,
        rule: &'static str,
        pointer: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.list.push(Repair {
            rule,
            file: self.file.clone(),
            pointer: pointer.into(),
            what: what.into(),
        });
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!(
            "{}#{}: {} ({})",
            self.file, self.pointer, self.what, self.rule
        );
        f.write_str(&one_line(&line))
    }
}

/// The counts and unused documentation of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Operations; each is a method.
    pub operations: usize,
    /// Lists that also return pages of objects.
    pub pages: usize,
    /// Types, enums included.
    pub types: usize,
    /// Lines of all generated files.
    pub lines: usize,
    /// The longest generated file and its lines.
    pub longest: (String, usize),
    /// Items with documentation.
    pub documented: usize,
    /// Items with a default sentence only.
    pub undocumented: Vec<String>,
    /// Entries of the documentation whose item is in no document.
    pub leftovers: Vec<String>,
    /// The repairs, in the order of the rules.
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
