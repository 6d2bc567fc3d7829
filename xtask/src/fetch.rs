//! `cargo xtask fetch`: OVHcloud's documents into `schema/`, in canonical form, all or nothing.
//!
//! Every document is checked before any file is touched. What is fetched is what the generator can
//! work with; what changed in it is for `git diff` and for reviewers.

use crate::failure::Failure;
use crate::sources::{self, Section, Sources};
use crate::workspace::Workspace;
use crate::{download, say};
use chrono::NaiveDate;
use ovh_web_codegen::Error;
use ovh_web_codegen::canonical::{canonicalise, to_text};
use ovh_web_codegen::document::Document;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Get OVHcloud's documents into schema/, in canonical form, and pin them.
///
/// Without arguments it downloads every section of schema/sources.toml. Nothing is written unless
/// all of them are well formed and the sections that they should be.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The sections to get; all of schema/sources.toml if none is named.
    #[arg(value_name = "SECTION", conflicts_with = "section")]
    sections: Vec<String>,
    /// Take the document from this file instead of the network.
    #[arg(long, value_name = "FILE", conflicts_with = "base")]
    from: Option<PathBuf>,
    /// The section that the file is; found from its paths if not given.
    #[arg(long, value_name = "NAME", requires = "from")]
    section: Option<String>,
    /// Download from this server instead of the ones in schema/sources.toml.
    #[arg(long, value_name = "URL")]
    base: Option<String>,
}

/// Fetches what `args` ask for; `today` is noted beside what is new.
///
/// # Errors
/// If a document cannot be had, is malformed, or is not the section that was asked for; no file was
/// touched then.
pub fn run(
    workspace: &Workspace,
    args: &Args,
    today: NaiveDate,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut sources = Sources::parse(&workspace.read(sources::PATH)?)?;
    let fetched = match &args.from {
        Some(file) => vec![from_file(&sources, args, file)?],
        None => from_network(&sources, args)?,
    };
    let origin = if args.from.is_some() {
        "file"
    } else {
        "download"
    };
    let today = today.format("%Y-%m-%d").to_string();
    let mut changes = Vec::new();
    let mut lines = Vec::new();
    for (name, document) in fetched {
        let text = to_text(&document.value);
        let Some(section) = sources.sections.iter_mut().find(|s| s.name == name) else {
            continue;
        };
        section.pin(&document, &text, &today, origin);
        let change = workspace.change(Path::new(&section.file()), Some(&text))?;
        lines.push(format!(
            "{}: {} paths, {} operations, {} schemas: {}",
            section.file(),
            document.paths().count(),
            document.operations().count(),
            document.schemas().count(),
            if change.is_some() {
                "new content"
            } else {
                "as before"
            },
        ));
        changes.extend(change);
    }
    changes.extend(workspace.change(Path::new(sources::PATH), Some(&sources.to_text()?))?);
    workspace.apply(&changes)?;
    for line in lines {
        say(out, line)?;
    }
    if !changes.is_empty() {
        say(
            out,
            "next: run `cargo xtask regen`, then `cargo xtask diff` tells what it means",
        )?;
    }
    Ok(())
}

fn from_network(sources: &Sources, args: &Args) -> Result<Vec<(String, Document)>, Failure> {
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
    let mut fetched = Vec::new();
    for section in wanted {
        let url = match &args.base {
            Some(base) => download::rebase(&section.url, base)?,
            None => section.url.clone(),
        };
        let document = read(&url, &download::text(&url)?)?;
        belongs(&document, section)?;
        fetched.push((section.name.clone(), document));
    }
    Ok(fetched)
}

fn from_file(sources: &Sources, args: &Args, file: &Path) -> Result<(String, Document), Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::io("read", file, error))?;
    let document = read(&file.display().to_string(), &text)?;
    let name = match (&args.section, args.sections.as_slice()) {
        (Some(name), _) => Some(name),
        (None, [name]) => Some(name),
        (None, []) => None,
        (None, _) => {
            return Err(Failure::new(
                "a file is one section - name only one with --from",
            ));
        }
    };
    let section = match name {
        Some(name) => sources.section(name)?,
        None => {
            let fits = |section: &&Section| {
                document.paths().count() > 0 && document.paths().all(|(path, _)| section.owns(path))
            };
            let mut fitting = sources.sections.iter().filter(fits);
            match (fitting.next(), fitting.next()) {
                (Some(section), None) => section,
                _ => {
                    return Err(Failure::new(format!(
                        "{}: the paths are not those of exactly one section of {} - \
                         name it with --section, or add it there",
                        file.display(),
                        sources::PATH
                    )));
                }
            }
        }
    };
    belongs(&document, section)?;
    Ok((section.name.clone(), document))
}

/// A document that is well formed, in canonical form.
fn read(name: &str, text: &str) -> Result<Document, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut document = Document::parse(name, text)?;
    document.value = canonicalise(&document.value);
    document.check()?;
    Ok(document)
}

/// An error if the document is not the section: the address may be wrong, or the reply that of
/// another route.
fn belongs(document: &Document, section: &Section) -> Result<(), Error> {
    let stranger = document.paths().find(|(path, _)| !section.owns(path));
    let (pointer, message) = match stranger {
        Some((path, _)) => (
            format!("/paths/{}", path.replace('~', "~0").replace('/', "~1")),
            format!("`{path}` is not in the section {}", section.path),
        ),
        None if document.paths().next().is_none() => (
            "/paths".to_owned(),
            format!("there is no path of the section {}", section.path),
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
