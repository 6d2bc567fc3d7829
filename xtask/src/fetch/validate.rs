//! Whether a document may take the place of the one that we have.

use crate::failure::Failure;
use crate::sources::{self, Section};
use crate::workspace::Workspace;
use ovh_web_codegen::document::{Document, DocumentFormat};
use ovh_web_codegen::{Error, native};
use std::collections::BTreeSet;

/// The document that we have of a section, if it is there and can be read.
pub(super) fn committed(
    workspace: &Workspace,
    section: &Section,
) -> Result<Option<Document>, Failure> {
    let file = section.file();
    let text = workspace.read_if_there(&file)?;
    Ok(text.and_then(|text| Document::parse(&file, &text).ok()))
}

/// An error if the document is not the section: the address may be wrong, or the reply that of
/// another route.
pub(super) fn is_section(document: &Document, section: &Section) -> Result<(), Error> {
    let stranger = document.paths().find(|(path, _)| !section.owns(path));
    let (pointer, message) = match stranger {
        Some((path, _)) => (
            format!("/paths/{}", path.replace('~', "~0").replace('/', "~1")),
            format!("`{path}` is not in the section {}", section.path),
        ),
        None if document.paths().next().is_none() => (
            "/paths".to_owned(),
            format!("no path starts with {}", section.path),
        ),
        None => return Ok(()),
    };
    Err(Error::new(
        &document.name,
        pointer,
        message,
        format!(
            "check that this is the document of the section `{}`, and its address in {}",
            section.name,
            sources::PATH
        ),
    ))
}

/// An error if more than a tenth of the operations that we have is gone: OVHcloud removes a few a
/// year, and a document that lost more is more likely to be a part of one.
///
/// If the document that we have cannot be read, the number in the list of sections counts.
pub(super) fn has_kept_its_operations(
    document: &Document,
    section: &Section,
    old: Option<&Document>,
    is_forced: bool,
) -> Result<(), Error> {
    let (had, gone, examples) = match (old, &section.pin) {
        (Some(old), _) => {
            let (had, has) = (routes(old), routes(document));
            let gone: Vec<_> = had.difference(&has).cloned().collect();
            let few: Vec<_> = gone
                .iter()
                .take(3)
                .map(|route| format!("`{route}`"))
                .collect();
            (had.len(), gone.len(), few.join(", "))
        }
        (None, Some(pin)) => {
            let gone = pin.operations.saturating_sub(document.operations().count());
            (pin.operations, gone, String::new())
        }
        (None, None) => return Ok(()),
    };
    if is_forced || gone * 10 <= had {
        return Ok(());
    }
    let examples = match examples.as_str() {
        "" => String::new(),
        examples => format!(", such as {examples}"),
    };
    Err(Error::new(
        &document.name,
        "/paths",
        format!(
            "{gone} of the {had} operations of `{}` are gone{examples}",
            section.name
        ),
        "look at the document; if it is right, fetch it again with --force",
    ))
}

fn routes(document: &Document) -> BTreeSet<String> {
    document
        .operations()
        .map(|(path, method, _)| format!("{} {path}", method.to_ascii_uppercase()))
        .collect()
}

/// Keeps what the native form has no word for, if that is how the document came. Returns what there
/// is to tell.
pub(super) fn keep(document: &mut Document, old: Option<&Document>) -> Vec<String> {
    let (DocumentFormat::Native, Some(old)) = (document.format, old) else {
        return Vec::new();
    };
    let kept = native::carry_over(&mut document.value, &old.value);
    match kept.len() {
        0 => Vec::new(),
        n => vec![format!(
            "kept from the document before, since the native form does not tell: which objects \
             {n} lists give ({}{})",
            kept[0],
            if n > 1 { ", ..." } else { "" }
        )],
    }
}
