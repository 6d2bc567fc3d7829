//! `schema/sources.toml`: which sections we generate from, where they come from and what we have.

use crate::failure::Failure;
use ovh_web_codegen::Error;
use ovh_web_codegen::document::{Document, DocumentFormat};
use ovh_web_codegen::escape::is_hidden;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The path of the list of sections, relative to the root.
pub const PATH: &str = "schema/sources.toml";

const HEAD: &str = "\
# The sections that the clients are generated from, and exactly which bytes of them we have.
# Written by `cargo xtask fetch`. By hand: add a section with its path as the only line, such as
# `[section.\"/hosting/privateDatabase\"]`, and fetch it; name, client and url can be given too.
# client is the crate that the section belongs to, and the folder of this one that has its document.
# sha256 is that of the document; origin says how the document came to us: by download, from a file,
# or from the facts that the project began with; form says what it was then: openapi, or OVHcloud's
# older native form, which is converted.

";

/// The client whose operation IDs have no prefix.
pub const MAIN: &str = "ovh-web-client";

/// The sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Table", into = "Table")]
pub struct Sources {
    /// The sections by path.
    pub sections: Vec<Section>,
}

/// The sections as the file has them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    section: BTreeMap<String, Section>,
}

/// One section of the API, which is one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The common prefix of its paths.
    #[serde(skip)]
    pub path: String,
    /// The name; its document is `schema/{client}/{name}.json`.
    #[serde(default)]
    pub name: String,
    /// The crate that it belongs to.
    #[serde(default)]
    pub client: String,
    /// The URL of OVHcloud's document.
    #[serde(default)]
    pub url: String,
    /// The pinned document; `None` before the first fetch.
    #[serde(flatten)]
    pub pin: Option<Pin>,
}

impl From<Table> for Sources {
    fn from(table: Table) -> Self {
        let sections = table.section.into_iter();
        Self {
            sections: sections.map(|(path, it)| it.completed(path)).collect(),
        }
    }
}

impl From<Sources> for Table {
    fn from(sources: Sources) -> Self {
        let sections = sources.sections.into_iter();
        Self {
            section: sections.map(|it| (it.path.clone(), it)).collect(),
        }
    }
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
    form(DocumentFormat::OpenApi).to_owned()
}

/// The name of a form.
pub(crate) fn form(form: DocumentFormat) -> &'static str {
    match form {
        DocumentFormat::Native => NATIVE,
        _ => "openapi",
    }
}

/// Translates the list of a revision in which all sections belonged to the main client.
pub(crate) fn from_flat(text: &str) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Flat {
        section: Vec<FlatSection>,
    }
    #[derive(Deserialize)]
    struct FlatSection {
        path: String,
        #[serde(flatten)]
        section: Section,
    }
    let flat: Flat = toml::from_str(text)
        .map_err(|error| Error::of_toml(PATH, text, &error, "name a later revision"))?;
    let sections = flat
        .section
        .into_iter()
        .map(|FlatSection { path, section }| {
            let client = MAIN.to_owned();
            (path, Section { client, ..section })
        });
    let section = sections.collect();
    toml::to_string(&Table { section })
        .map_err(|error| Failure::new(format!("cannot write TOML: {error}")))
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
            let plain = |text: &str| {
                let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                !text.is_empty() && text.chars().all(is_plain)
            };
            if !plain(&section.name) {
                return refuse("has a bad name - use lower-case letters, digits and `-`");
            }
            // Its document would take the place of our corrections.
            if section.name == "overlay" {
                return refuse("has the name of another file of this folder - use another one");
            }
            let core = section.client.strip_prefix("ovh-");
            if !core
                .and_then(|core| core.strip_suffix("-client"))
                .is_some_and(plain)
            {
                return refuse("has a bad client - name a crate such as `ovh-domain-client`");
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

    /// The names of the clients, the main one first.
    #[must_use]
    pub fn clients(&self) -> Vec<&str> {
        let names = self.sections.iter().map(|section| section.client.as_str());
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable_by_key(|name| (*name != MAIN, *name));
        names.dedup();
        names
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
    /// The section at `path`, with a name, client and URL made from the path where none is given.
    fn completed(self, path: String) -> Self {
        let or = |given: String, made: &dyn Fn() -> String| match given.is_empty() {
            true => made(),
            false => given,
        };
        let name = or(self.name, &|| kebab(&path));
        Self {
            client: or(self.client, &|| format!("ovh-{name}-client")),
            url: or(self.url, &|| {
                let version = if path.starts_with("/v2/") { "" } else { "/v1" };
                format!("https://eu.api.ovh.com{version}{path}.json?format=openapi3")
            }),
            name,
            path,
            ..self
        }
    }

    /// The path of its document, relative to the root.
    #[must_use]
    pub fn file(&self) -> String {
        format!("schema/{}/{}.json", self.client, self.name)
    }

    /// The URL of the native form: below `/1.0`, without the query.
    #[must_use]
    pub fn native_url(&self) -> String {
        let plain = self.url.split('?').next().unwrap_or_default();
        plain.replacen("/v1/", "/1.0/", 1)
    }

    /// Whether `path` is one of its paths. A document of v2 has the version in its server's address.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        let plain = self.path.strip_prefix("/v2").unwrap_or(&self.path);
        path.strip_prefix(&self.path)
            .or_else(|| path.strip_prefix(plain))
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
            form: form(document.format).to_owned(),
            paths: document.paths().count(),
            operations: document.operations().count(),
            schemas: document.schemas().count(),
            generator: env!("CARGO_PKG_VERSION").to_owned(),
        });
    }
}

/// The name of a path: `/hosting/privateDatabase` is `hosting-private-database`.
fn kebab(path: &str) -> String {
    let mut name = String::new();
    for letter in path.chars().skip(1) {
        if letter == '/' || letter.is_ascii_uppercase() {
            name.push('-');
        }
        name.extend((letter != '/').then(|| letter.to_ascii_lowercase()));
    }
    name
}

/// The beginning of a client's operation IDs: `domain` for `ovh-domain-client`.
#[must_use]
pub fn prefix(client: &str) -> &str {
    match client {
        MAIN => "",
        client => {
            let core = client.strip_prefix("ovh-").unwrap_or(client);
            core.strip_suffix("-client").unwrap_or(core)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[section.\"/auth\"]\nname = \"auth\"\nurl = \"https://x/auth\"\n";

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
        document.format = DocumentFormat::Native;
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
        assert!(failure(&TEXT.repeat(2)).contains("line 4"));
        let other = TEXT.replace("\"/auth\"", "\"/other\"");
        assert!(failure(&format!("{TEXT}{other}")).contains("appears twice"));
        assert!(failure(&TEXT.replace("\"auth\"", "\"../x\"")).contains("bad name"));
        assert!(failure(&TEXT.replace("\"/auth\"", "\"auth\"")).contains("bad path"));
        for client in [
            "ovh-client",
            "../x",
            "ovh-a/b-client",
            "ovh--client/x",
            "ovh-A-client",
        ] {
            let text = format!("{TEXT}client = \"{client}\"\n");
            assert!(failure(&text).contains("bad client"), "{client}");
        }
    }

    #[test]
    fn sections_own_only_their_paths() {
        let sources = Sources::parse(TEXT).expect("it is good");
        let auth = sources.section("auth").expect("it is there");
        assert!(auth.owns("/auth") && auth.owns("/auth/time"));
        assert!(!auth.owns("/authx") && !auth.owns("/me"));
        let other = Sources::parse("[section.\"/v2/x\"]").expect("it is good");
        let section = &other.sections[0];
        assert!(section.owns("/x/y") && section.owns("/v2/x") && !section.owns("/v1/x"));
        let failure = sources.section("web").expect_err("not there").to_string();
        assert!(failure.contains("use one of auth"), "{failure}");
    }

    #[test]
    fn a_section_needs_only_its_path() {
        let text = "[section.\"/hosting/privateDatabase\"]\n[section.\"/v2/x\"]\n";
        let sources = Sources::parse(text).expect("it is good");
        let [one, two] = &sources.sections[..] else {
            panic!("{sources:?}");
        };
        let client = "ovh-hosting-private-database-client";
        assert_eq!(
            (one.path.as_str(), one.name.as_str(), one.client.as_str()),
            (
                "/hosting/privateDatabase",
                "hosting-private-database",
                client
            )
        );
        let url = "https://eu.api.ovh.com/v1/hosting/privateDatabase.json?format=openapi3";
        assert_eq!(one.url, url);
        assert_eq!(
            one.file(),
            format!("schema/{client}/hosting-private-database.json")
        );
        assert_eq!(two.native_url(), "https://eu.api.ovh.com/v2/x.json");
        assert_eq!(sources.clients(), [client, "ovh-v2-x-client"]);
        assert_eq!(prefix(client), "hosting-private-database");
        assert_eq!(prefix(MAIN), "");
    }

    #[test]
    fn sha256_matches_a_known_hash() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), empty);
    }
}
