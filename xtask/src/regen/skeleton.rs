//! The files of a new client crate beside its code: manifest, README and licenses.
//!
//! They are written once, when there is no manifest, and edited by hand from then on.

use crate::clients::Generated;
use crate::failure::Failure;
use crate::sources::MAIN;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};

const MANIFEST: &str = r#"[package]
name = "{name}"
description = "A typed client of OVHcloud's {section} API, generated from its document"
version.workspace = true
edition.workspace = true
rust-version = "1.85"
license.workspace = true
repository.workspace = true
homepage.workspace = true
authors.workspace = true
keywords.workspace = true
categories.workspace = true

[features]
# Both directions of serde for every type: print and store what was read, read what was written.
full-serde = ["ovh-runtime/full-serde"]
# JSON schemas (schemars 1) of every model, with the known values of open enums.
schemars = ["dep:schemars", "ovh-runtime/schemars"]
# `example` of each model, for unit tests.
test-util = ["ovh-runtime/test-util"]

[package.metadata.docs.rs]
all-features = true

[dependencies]
ovh-runtime.workspace = true
schemars = { workspace = true, optional = true }
serde_json.workspace = true

[package.metadata.cargo-machete]
# `schemars` is used in macros of the runtime, `serde_json` once a document has values of any type.
ignored = ["schemars", "serde_json"]

[lints]
workspace = true
"#;

const README: &str = "\
# {name}

A typed client of OVHcloud's `{section}`, fully generated from its document: every operation, model and value. Enums
are open, and models accept unknown properties.

It has no HTTP client: a transport sends its calls, such as `client.transport()` of
[`ovh-web`](https://docs.rs/ovh-web). This project is **not OVHcloud's own**.

Features: `full-serde` (both directions of serde for every type), `schemars` (JSON schemas of every model), `test-util`
(`example` of every model, for unit tests).

MIT or Apache-2.0, at your choice.
";

/// The files that a client lacks; none if it has a manifest.
pub(super) fn files(
    workspace: &Workspace,
    generated: &Generated,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    let name = generated.client.name.as_str();
    let folder = Path::new("crates").join(name);
    let has = |file: &str| workspace.root().join(&folder).join(file).exists();
    if name == MAIN || has("Cargo.toml") {
        return Ok(Vec::new());
    }
    let section = generated.client.sections.join(" and ");
    let filled = |text: &str| text.replace("{name}", name).replace("{section}", &section);
    let mut files = vec![
        (folder.join("Cargo.toml"), filled(MANIFEST)),
        (folder.join("README.md"), filled(README)),
    ];
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let text = workspace.read_if_there(license)?;
        files.extend(text.map(|text| (folder.join(license), text)));
    }
    Ok(files)
}
