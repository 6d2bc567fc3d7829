//! `cargo xtask fetch`: OVHcloud's documents into `schema/`, in canonical form, all or nothing.
//!
//! Documents come from the network or a `file`;
//! `validate` checks each before any file is written, and `prose` keeps upstream's texts on request.

mod file;
mod network;
mod prose;
mod validate;
mod validators;

use crate::env::Env;
use crate::failure::Failure;
use crate::regen;
use crate::say;
use crate::sources::{self, Section, Sources};
use crate::workspace::{Change, Workspace};
use ovh_web_codegen::Error;
use ovh_web_codegen::canonical::{canonicalize, to_text};
use ovh_web_codegen::document::{Document, DocumentFormat};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use validators::Validators;

/// Get OVHcloud's documents into schema/, in canonical form, and pin them.
///
/// Without arguments it downloads every section of schema/sources.toml in the form that it has there.
/// A new section is downloaded in the OpenAPI form, or converted from OVHcloud's native form if there
/// is no other (404 or 410). Nothing is written unless all documents are valid, belong to their
/// sections, and still have nine of ten operations. An unchanged document keeps its date.
///
/// A server is asked only for a newer version than that of the last download, which is stored in
/// target/fetch. Redirects are refused. Temporary errors (no connection, timeout, 408, 429, 5xx) are retried.
/// Proxies are taken from HTTPS_PROXY, ALL_PROXY and NO_PROXY.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The sections to get; all of schema/sources.toml if none is named.
    #[arg(value_name = "SECTION", conflicts_with = "section")]
    sections: Vec<String>,
    /// Take the document from this file, in either form, instead of the network.
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    from: Option<PathBuf>,
    /// The section that the file holds. Default: found from its paths.
    #[arg(long, value_name = "NAME", requires = "from")]
    section: Option<String>,
    /// Download from this server instead of the ones in schema/sources.toml; plain HTTP only to
    /// this machine.
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// Get the sections in this form. Default: the form that each has now.
    #[arg(long, value_name = "FORM", conflicts_with = "from", value_parser = ["openapi", sources::NATIVE])]
    form: Option<String>,
    /// Accept a document even if more than a tenth of the known operations is missing from it.
    #[arg(long)]
    force: bool,
    /// Write OVHcloud's texts to target/prose, for writing our documentation. Never commit them.
    #[arg(long)]
    with_prose: bool,
    /// Then run `cargo xtask regen`: a new section gets its client, with a crate if it has none.
    #[arg(long)]
    regen: bool,
    /// Time limit of one download attempt, in seconds [default: 120].
    #[arg(long, value_name = "SECONDS", conflicts_with = "from", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Number of download attempts [default: 3].
    #[arg(long, value_name = "N", conflicts_with = "from", value_parser = clap::value_parser!(u32).range(1..))]
    attempts: Option<u32>,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|error| error.to_string())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err("give a number of seconds above zero".to_owned()),
    }
}

/// A document that came for a section.
struct Fetched {
    /// The section's name.
    section: String,
    /// The document, in canonical form.
    document: Document,
    /// Upstream's own texts.
    prose: prose::Prose,
    /// The URL and its version, for the next conditional request.
    validator: Option<validators::Entry>,
    /// Notes for the maintainer.
    notes: Vec<String>,
}

/// Fetches what `args` ask for.
///
/// # Errors
/// If a document cannot be had, is malformed, is not the section that was asked for, or lost too
/// much; no file was touched then.
pub fn run(
    workspace: &Workspace,
    args: &Args,
    edge: Env<'_>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let mut sources = Sources::parse(&workspace.read(sources::PATH)?)?;
    let mut validators = Validators::read(workspace);
    let mut lines = Vec::new();
    let (fetched, origin) = match &args.from {
        Some(path) => {
            let fetched = file::get(workspace, &sources, args, path)?;
            (vec![Some(fetched)], "file")
        }
        None => (
            network::get(
                workspace,
                &sources,
                &validators,
                args,
                &mut lines,
                edge,
                err,
            )?,
            "download",
        ),
    };
    let today = edge.today.format("%Y-%m-%d").to_string();
    let mut changes = Vec::new();
    let mut beside = Vec::new();
    for fetched in fetched.into_iter().flatten() {
        let text = to_text(&fetched.document.value);
        let Some(section) = sources
            .sections
            .iter_mut()
            .find(|s| s.name == fetched.section)
        else {
            continue;
        };
        section.pin(&fetched.document, &text, &today, origin);
        let change = workspace.change(Path::new(&section.file()), Some(&text))?;
        lines.extend(told(&section.file(), &fetched, change.is_some()));
        changes.extend(change);
        if let Some(entry) = fetched.validator {
            validators.remember(entry, &text);
        }
        if args.with_prose {
            let path = PathBuf::from(format!("{}/{}.toml", prose::FOLDER, section.name));
            lines.push(format!("{}: upstream's own texts", path.display()));
            beside.extend(workspace.change(&path, Some(&fetched.prose.to_text()?))?);
        }
    }
    changes.extend(workspace.change(Path::new(sources::PATH), Some(&sources.to_text()?))?);
    beside.extend(validators.change(workspace)?);
    let all: Vec<Change> = changes.iter().chain(&beside).cloned().collect();
    workspace.apply(&all)?;
    for line in lines {
        say(out, line)?;
    }
    if args.regen {
        return regen::run(workspace, &regen::Args { check: false }, out);
    }
    if !changes.is_empty() {
        say(
            out,
            "next: run `cargo xtask regen`, then `cargo xtask diff` tells what it means",
        )?;
    }
    Ok(())
}

/// Describes a fetched document.
fn told(file: &str, fetched: &Fetched, is_new: bool) -> Vec<String> {
    let document = &fetched.document;
    let mut lines = vec![format!(
        "{file}: {} paths, {} operations, {} schemas{}: {}",
        document.paths().count(),
        document.operations().count(),
        document.schemas().count(),
        match document.format {
            DocumentFormat::Native => ", converted from the native form",
            _ => "",
        },
        if is_new { "new content" } else { "as before" },
    )];
    let repairs = document.repairs.iter().map(ToString::to_string);
    let notes = fetched.notes.iter().cloned().chain(repairs);
    lines.extend(notes.map(|note| format!("  {note}")));
    lines
}

/// A document that is well formed, in canonical form, and upstream's words in it.
fn read(name: &str, text: &str) -> Result<(Document, prose::Prose), Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document = Document::parse(name, text)?;
    let prose = prose::collect(&document);
    document.value = canonicalize(&document.value);
    document.check()?;
    Ok((document, prose))
}

/// Validates a document of `section`, and takes over what its native form lacks.
fn accept(
    workspace: &Workspace,
    section: &Section,
    args: &Args,
    (mut document, prose): (Document, prose::Prose),
) -> Result<Fetched, Failure> {
    validate::is_section(&document, section)?;
    let old = validate::committed(workspace, section)?;
    validate::has_kept_its_operations(&document, section, old.as_ref(), args.force)?;
    let notes = validate::keep(&mut document, old.as_ref());
    Ok(Fetched {
        section: section.name.clone(),
        document,
        prose,
        validator: None,
        notes,
    })
}
