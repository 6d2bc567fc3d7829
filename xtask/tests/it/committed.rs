//! The committed schema folder is what `fetch` wrote.

use ovh_web_codegen::canonical::{canonicalize, to_text};
use ovh_web_codegen::document::Document;
use xtask::sources::{Sources, sha256};
use xtask::workspace::Workspace;

#[test]
fn documents_are_canonical_and_pinned() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..").into();
    let workspace = Workspace::find(Some(root)).expect("it is given");
    let text = workspace
        .read(xtask::sources::PATH)
        .expect("it is committed");
    let sources = Sources::parse(&text).expect("it is well formed");
    assert_eq!(
        sources.to_text().expect("TOML"),
        text,
        "the list is as fetch writes it"
    );
    for section in &sources.sections {
        let text = workspace.read(&section.file()).expect("it is committed");
        let document = Document::parse(&section.name, &text).expect("it is well formed");
        assert_eq!(
            to_text(&canonicalize(&document.value)),
            text,
            "{}",
            section.name
        );
        let pin = section.pin.as_ref().expect("it was fetched");
        assert_eq!(pin.sha256, sha256(text.as_bytes()), "{}", section.name);
        assert_eq!(
            pin.operations,
            document.operations().count(),
            "{}",
            section.name
        );
        assert!(
            document.paths().all(|(path, _)| section.owns(path)),
            "{}",
            section.name
        );
    }
}
