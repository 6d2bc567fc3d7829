//! Documents from a server: which addresses are asked, and what makes the native form do.
//!
//! The native form is asked for when the server answers the question for OpenAPI with anything but
//! such a document: an error, a page, half of one. It is not when the server cannot be reached,
//! since it is the same server; nor when the document is another section's or lost its operations,
//! which only a person can judge.

use super::validators::{Entry, Validators};
use super::{Args, Fetched, Got, fit, read};
use crate::download::{self, Download, Limits, Reply};
use crate::edge::Edge;
use crate::failure::Failure;
use crate::sources::{Section, Sources};
use crate::workspace::Workspace;
use ovh_web_codegen::document::Document;
use ovh_web_codegen::escape::one_line;
use std::io::Write;

/// Why there is no document of a section in one form.
struct Miss {
    failure: Failure,
    /// Whether the other form may be had all the same.
    is_form: bool,
}

impl From<Failure> for Miss {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            is_form: false,
        }
    }
}

/// Downloads the sections that `args` name, or all.
///
/// # Errors
/// If one of them cannot be had in either form, or does not fit.
pub(super) fn get(
    workspace: &Workspace,
    sources: &Sources,
    validators: &Validators,
    args: &Args,
    edge: Edge<'_>,
    err: &mut dyn Write,
) -> Result<Vec<Got>, Failure> {
    let mut wanted: Vec<&Section> = Vec::new();
    for name in &args.sections {
        let section = sources.section(name)?;
        if !wanted.contains(&section) {
            wanted.push(section);
        }
    }
    if wanted.is_empty() {
        wanted.extend(&sources.sections);
    }
    let limits = Limits {
        total: args.timeout.unwrap_or(edge.limits.total),
        attempts: args.attempts.unwrap_or(edge.limits.attempts),
        ..edge.limits
    };
    let mut all = Vec::new();
    for section in wanted {
        let mut progress = |line: &str| {
            if edge.is_watched {
                // A log that cannot be written is no reason to fail.
                let _ = writeln!(err, "{}: {}", section.name, one_line(line));
            }
        };
        let mut one = One {
            workspace,
            section,
            validators,
            args,
            download: Download {
                limits,
                sleep: edge.sleep,
                progress: &mut progress,
            },
        };
        all.push(one.get()?);
    }
    Ok(all)
}

/// One section on its way.
struct One<'a> {
    workspace: &'a Workspace,
    section: &'a Section,
    validators: &'a Validators,
    args: &'a Args,
    download: Download<'a>,
}

impl One<'_> {
    fn get(&mut self) -> Result<Got, Failure> {
        let refused = match self.form(&self.section.url) {
            Ok(got) => return Ok(got),
            Err(miss) if !miss.is_form => return Err(miss.failure),
            Err(miss) => miss.failure,
        };
        (self.download.progress)(&format!("{refused}; the native form may do"));
        match self.form(&self.section.native_url()) {
            Ok(Got::New(mut fetched)) => {
                let note =
                    format!("taken from the native form, since there is no other: {refused}");
                fetched.notes.insert(0, note);
                Ok(Got::New(fetched))
            }
            Ok(got) => Ok(got),
            Err(miss) => Err(Failure::new(format!(
                "{refused}; and the native form instead: {}",
                miss.failure
            ))),
        }
    }

    /// Gets the section from `url`. What comes tells by itself which form it is.
    fn form(&mut self, url: &str) -> Result<Got, Miss> {
        let url = match &self.args.base {
            Some(base) => download::rebase(url, base)?,
            None => url.to_owned(),
        };
        // Whoever wants the prose wants the document, even if it is the same.
        let validator = (!self.args.with_prose)
            .then(|| self.validators.of(&url, self.workspace, self.section))
            .flatten();
        let reply = self.download.get(&url, validator).map_err(|refusal| Miss {
            failure: refusal.failure,
            is_form: refusal.is_answer,
        })?;
        let (text, validator) = match reply {
            Reply::Text(text, validator) => (text, validator),
            Reply::NotModified => return Ok(Got::NotModified(self.section.name.clone())),
        };
        let (mut document, prose) = read(&url, &text).map_err(|error| Miss {
            failure: error.into(),
            is_form: true,
        })?;
        let old = self.fit(&document)?;
        let notes = fit::keep(&mut document, old.as_ref());
        Ok(Got::New(Box::new(Fetched {
            section: self.section.name.clone(),
            document,
            prose,
            validator: validator.map(|validator| Entry::new(url, validator)),
            notes,
        })))
    }

    fn fit(&self, document: &Document) -> Result<Option<Document>, Failure> {
        fit::belongs(document, self.section)?;
        let old = fit::committed(self.workspace, self.section)?;
        fit::has_kept_its_operations(document, self.section, old.as_ref(), self.args.force)?;
        Ok(old)
    }
}
