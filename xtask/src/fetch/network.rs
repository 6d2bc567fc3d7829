//! Documents from a server: which addresses are requested, and in which form.
//!
//! A section keeps the form that it has: the native form and OpenAPI describe some things
//! differently, and a change of form would look like a change of the API. The first time, the
//! native form is requested if the server says that there is no OpenAPI form (404 or 410).

use super::validators::{Entry, Validators};
use super::{Args, Fetched, accept, read};
use crate::download::{self, Download, Limits, Response};
use crate::env::Env;
use crate::failure::Failure;
use crate::sources::{NATIVE, Section, Sources};
use crate::workspace::Workspace;
use ovh_web_codegen::escape::one_line;
use std::io::Write;

/// A document that could not be fetched in one form.
struct Miss {
    failure: Failure,
    /// `true` if the server says that there is no such form.
    is_missing: bool,
}

impl From<Failure> for Miss {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            is_missing: false,
        }
    }
}

/// Downloads the sections that `args` name, or all.
pub(super) fn get(
    workspace: &Workspace,
    sources: &Sources,
    validators: &Validators,
    args: &Args,
    unchanged: &mut Vec<String>,
    edge: Env<'_>,
    err: &mut dyn Write,
) -> Result<Vec<Option<Fetched>>, Failure> {
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
            unchanged,
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
    unchanged: &'a mut Vec<String>,
    download: Download<'a>,
}

impl One<'_> {
    /// Gets the section; `None` if it is not modified.
    fn get(&mut self) -> Result<Option<Fetched>, Failure> {
        let pinned = self.section.pin.as_ref().map(|pin| pin.form.as_str());
        let form = self.args.form.as_deref().or(pinned);
        if form == Some(NATIVE) {
            let url = self.section.native_url();
            return self.form(&url).map_err(|miss| miss.failure);
        }
        let refused = match self.form(&self.section.url) {
            Ok(got) => return Ok(got),
            Err(miss) if !miss.is_missing => return Err(miss.failure),
            Err(miss) => miss.failure,
        };
        if form.is_some() {
            return Err(Failure::new(format!(
                "{refused}; `--form {NATIVE}` gets the section in the native form, which may look like a change of the API"
            )));
        }
        (self.download.progress)(&format!("{refused}; requesting the native form"));
        match self.form(&self.section.native_url()) {
            Ok(mut fetched) => {
                let note =
                    format!("taken from the native form, since there is no other: {refused}");
                if let Some(fetched) = &mut fetched {
                    fetched.notes.insert(0, note);
                }
                Ok(fetched)
            }
            Err(miss) => Err(Failure::new(format!(
                "{refused}; and the native form instead: {}",
                miss.failure
            ))),
        }
    }

    /// Gets the section from `url`, in whatever form the document has.
    fn form(&mut self, url: &str) -> Result<Option<Fetched>, Miss> {
        let url = match &self.args.base {
            Some(base) => download::rebase(url, base)?,
            None => url.to_owned(),
        };
        // The prose of an unchanged document has to be downloaded too.
        let validator = (!self.args.with_prose)
            .then(|| self.validators.of(&url, self.workspace, self.section))
            .flatten();
        let response = self.download.get(&url, validator).map_err(|refusal| Miss {
            failure: refusal.failure,
            is_missing: refusal.is_missing,
        })?;
        let Response::Text(text, validator) = response else {
            let file = self.section.file();
            self.unchanged
                .push(format!("{file}: not modified since it was fetched"));
            return Ok(None);
        };
        let read = read(&url, &text).map_err(Failure::from)?;
        let mut fetched = accept(self.workspace, self.section, self.args, read)?;
        fetched.validator = validator.map(|validator| Entry::new(url, validator));
        Ok(Some(fetched))
    }
}
