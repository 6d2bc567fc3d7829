//! `schema/sources.toml`: which sections we generate from, where they come from and what we have.

use crate::failure::Failure;
use ovh_web_codegen::document::{Document, Form};
use ovh_web_codegen::escape::is_hidden;
use ovh_web_codegen::{Error, Input, Inputs};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The path of the list of sections, relative to the root.
pub const PATH: &str = "schema/sources.toml";

const HEAD: &str = "\
# The sections that the client is generated from, and exactly which bytes of them we have.
# Written by `cargo xtask fetch`. By hand: add a section with its name, path and URL, and fetch it.
# sha256 is that of the file in this folder; origin says how the document came to us: by download,
# from a file, or from the facts that the project began with; form says what it was then: openapi, or
# OVHcloud's older native form, which is converted.

";

/// The sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// The sections in the order in which they are generated.
    #[serde(rename = "section", default)]
    pub sections: Vec<Section>,
}

/// One section of the API, which is one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The name; its document is `schema/{name}.json`.
    pub name: String,
    /// The common prefix of its paths.
    pub path: String,
    /// The URL of OVHcloud's document.
    pub url: String,
    /// The pinned document; `None` before the first fetch.
    #[serde(flatten)]
    pub pin: Option<Pin>,
}

/// The pinned document of a section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The hash of the file.
    pub sha256: String,
    /// The day on which its content came to us.
    pub fetched: String,
    /// The origin of the document.
    pub origin: String,
    /// The form in which it came: `openapi` or `native`.
    #[serde(default = "openapi")]
    pub form: String,
    /// The number of paths.
    pub paths: usize,
    /// The number of operations.
    pub operations: usize,
    /// The number of named schemas.
    pub schemas: usize,
    /// The version of the generator that took it.
    pub generator: String,
}

/// The name of the native form.
pub(crate) const NATIVE: &str = "native";

fn openapi() -> String {
    form(Form::OpenApi).to_owned()
}

/// The name of a form.
pub(crate) fn form(form: Form) -> &'static str {
    match form {
        Form::Native => NATIVE,
        _ => "openapi",
    }
}

impl Sources {
    /// Reads the list.
    ///
    /// # Errors
    /// Returns an error with the line if it is not TOML of this form, or a name or path is invalid.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let sources: Self = toml::from_str(text)
            .map_err(|error| Error::of_toml(PATH, text, &error, "correct it by hand"))?;
        for (index, section) in sources.sections.iter().enumerate() {
            let refuse = |what: &str| {
                Err(Failure::new(format!(
                    "{PATH}: the section `{}` {what}",
                    section.name
                )))
            };
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if section.name.is_empty() || !section.name.chars().all(plain) {
                return refuse("has a bad name - use lower-case letters, digits and `-`");
            }
            // Its document would take the place of our corrections.
            if section.name == "overlay" {
                return refuse("has the name of another file of this folder - use another one");
            }
            if !section.path.starts_with('/') || section.path.ends_with('/') {
                return refuse("has a bad path - begin it with a slash and end it without one");
            }
            let pin = section.pin.iter();
            let pin = pin.flat_map(|pin| {
                [
                    &pin.sha256,
                    &pin.fetched,
                    &pin.origin,
                    &pin.form,
                    &pin.generator,
                ]
            });
            let mut texts = [&section.path, &section.url].into_iter().chain(pin);
            if texts.any(|text| text.contains(is_hidden)) {
                return refuse("has a hidden character - type the text again");
            }
            let mut earlier = sources.sections[..index].iter();
            if earlier.any(|other| other.name == section.name) {
                return refuse("appears twice - remove one of the two");
            }
        }
        Ok(sources)
    }

    /// The list as it is written into the file.
    ///
    /// # Errors
    /// If it cannot be said in TOML.
    pub fn to_text(&self) -> Result<String, Failure> {
        let text = toml::to_string(self)
            .map_err(|error| Failure::new(format!("{PATH} cannot be written: {error}")))?;
        Ok(format!("{HEAD}{text}"))
    }

    /// Returns the only section that all paths of the document are in.
    pub(crate) fn section_of(&self, document: &Document) -> Option<&Section> {
        let has = |section: &&Section| document.paths().all(|(path, _)| section.owns(path));
        let mut found = self.sections.iter().filter(has);
        let section = found.next().filter(|_| document.paths().count() > 0);
        section.filter(|_| found.next().is_none())
    }

    /// The section called `name`.
    ///
    /// # Errors
    /// If there is none, with the names that there are.
    pub fn section(&self, name: &str) -> Result<&Section, Failure> {
        self.sections
            .iter()
            .find(|section| section.name == name)
            .ok_or_else(|| {
                let names: Vec<_> = self.sections.iter().map(|s| s.name.as_str()).collect();
                Failure::new(format!(
                    "there is no section `{name}` - use one of {}, or add it to {PATH}",
                    names.join(", ")
                ))
            })
    }
}

impl Section {
    /// The path of its document, relative to the root.
    #[must_use]
    pub fn file(&self) -> String {
        format!("schema/{}.json", self.name)
    }

    /// The URL of the native form: below `/1.0`, without the query.
    #[must_use]
    pub fn native_url(&self) -> String {
        let plain = self.url.split('?').next().unwrap_or_default();
        plain.replacen("/v1/", "/1.0/", 1)
    }

    /// Whether `path` is one of its paths.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        path.strip_prefix(&self.path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Notes that `text`, the canonical form of `document`, is what we have now. The date stays if
    /// the bytes are the same: a day without news is no change.
    pub fn pin(&mut self, document: &Document, text: &str, fetched: &str, origin: &str) {
        let sha256 = sha256(text.as_bytes());
        if self.pin.as_ref().is_some_and(|pin| pin.sha256 == sha256) {
            return;
        }
        self.pin = Some(Pin {
            sha256,
            fetched: fetched.to_owned(),
            origin: origin.to_owned(),
            form: form(document.form).to_owned(),
            paths: document.paths().count(),
            operations: document.operations().count(),
            schemas: document.schemas().count(),
            generator: env!("CARGO_PKG_VERSION").to_owned(),
        });
    }
}

/// The hash of some bytes, in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Reads the inputs of the generator; `read` returns the text of a file, if it exists.
pub(crate) fn inputs(
    read: &dyn Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Inputs, Failure> {
    let needed = |path: &str| {
        read(path)?.ok_or_else(|| Failure::new(format!("cannot read {path}: it does not exist")))
    };
    let sources = Sources::parse(&needed(PATH)?)?;
    let mut inputs = Inputs {
        crate_name: Some("ovh_web_client".to_owned()),
        ..Inputs::default()
    };
    for section in &sources.sections {
        let text = needed(&section.file())?;
        inputs
            .documents
            .push(Input::new(format!("{}.json", section.name), text));
    }
    let optional = |name: &str| -> Result<Option<Input>, Failure> {
        let text = read(&format!("schema/{name}"))?;
        Ok(text.map(|text| Input::new(name, text)))
    };
    inputs.overlay = optional("overlay.json")?;
    inputs.names = optional("names.toml")?;
    inputs.docs = optional("docs.toml")?;
    inputs.surface = optional("surface.txt")?;
    Ok(inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[[section]]\nname = \"auth\"\npath = \"/auth\"\nurl = \"https://x/auth\"\n";

    #[test]
    fn sources_round_trip() {
        let mut sources = Sources::parse(TEXT).expect("it is good");
        assert_eq!(sources.sections[0].pin, None);
        let text = r#"{"openapi":"3.0.0","info":{"title":"t","version":"1"},"paths":{}}"#;
        let document = Document::parse("auth", text).expect("a document");
        sources.sections[0].pin(&document, text, "2026-01-02", "file");
        let written = sources.to_text().expect("TOML");
        assert_eq!(Sources::parse(&written).expect("it is good"), sources);
        // The same content on another day changes nothing.
        sources.sections[0].pin(&document, text, "2026-03-04", "download");
        assert_eq!(sources.to_text().expect("TOML"), written);
        // Not even when they came in another form.
        let mut document = document;
        document.form = Form::Native;
        sources.sections[0].pin(&document, text, "2026-03-04", "download");
        assert_eq!(sources.to_text().expect("TOML"), written);
        sources.sections[0].pin(&document, "{}", "2026-03-04", "download");
        let native = sources.to_text().expect("TOML");
        assert!(native.contains("form = \"native\""), "{native}");
        // A list from before there was a choice.
        let old = written.replace("form = \"openapi\"\n", "");
        assert_eq!(
            Sources::parse(&old).expect("good").to_text().expect("TOML"),
            written
        );
    }

    #[test]
    fn native_url_replaces_version_and_format() {
        let mut sources = Sources::parse(TEXT).expect("it is good");
        let section = &mut sources.sections[0];
        section.url = "https://eu.api.ovh.com/v1/hosting/web.json?format=openapi3".to_owned();
        assert_eq!(
            section.native_url(),
            "https://eu.api.ovh.com/1.0/hosting/web.json"
        );
    }

    #[test]
    fn errors_name_their_place() {
        let failure = |text: &str| Sources::parse(text).expect_err(text).to_string();
        assert!(failure(&format!("{TEXT}\nurls = 1")).contains("schema/sources.toml"));
        assert!(failure("\n\nx = ").contains("line 3"));
        assert!(failure(&TEXT.repeat(2)).contains("appears twice"));
        assert!(failure(&TEXT.replace("\"auth\"", "\"../x\"")).contains("bad name"));
        assert!(failure(&TEXT.replace("\"/auth\"", "\"auth\"")).contains("bad path"));
    }

    #[test]
    fn sections_own_only_their_paths() {
        let sources = Sources::parse(TEXT).expect("it is good");
        let auth = sources.section("auth").expect("it is there");
        assert!(auth.owns("/auth") && auth.owns("/auth/time"));
        assert!(!auth.owns("/authx") && !auth.owns("/me"));
        let failure = sources.section("web").expect_err("not there").to_string();
        assert!(failure.contains("use one of auth"), "{failure}");
    }

    #[test]
    fn sha256_matches_a_known_hash() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), empty);
    }
}
