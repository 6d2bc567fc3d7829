//! A document from a file.

use super::{Args, Fetched, accept, read};
use crate::failure::Failure;
use crate::sources::{self, Section, Sources};
use crate::workspace::Workspace;
use ovh_web_codegen::document::Document;
use std::path::Path;

/// Reads the file that `args` name.
pub(super) fn get(
    workspace: &Workspace,
    sources: &Sources,
    args: &Args,
    file: &Path,
) -> Result<Fetched, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::io("read", file, error))?;
    let read = read(&file.display().to_string(), &text)?;
    let section = section(sources, args, file, &read.0)?;
    accept(workspace, section, args, read)
}

/// The section that was named, or the one that all paths of the document are in.
fn section<'a>(
    sources: &'a Sources,
    args: &Args,
    file: &Path,
    document: &Document,
) -> Result<&'a Section, Failure> {
    match (&args.section, args.sections.as_slice()) {
        (Some(name), _) => return sources.section(name),
        (None, [name]) => return sources.section(name),
        (None, []) => {}
        (None, _) => {
            return Err(Failure::new(
                "a file holds one section - name only one section with --from",
            ));
        }
    }
    sources.section_of(document).ok_or_else(|| {
        Failure::new(format!(
            "{}: the paths do not belong to exactly one section of {} - \
             name the section with --section, or add it to that file",
            file.display(),
            sources::PATH
        ))
    })
}
