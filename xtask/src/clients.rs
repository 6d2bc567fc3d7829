//! The clients of `schema/sources.toml`, each with the inputs of the generator.
//!
//! A client is a crate; its documents, overlay, names, documentation and surface are in the folder of
//! its name below `schema/`.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::sources::{PATH, Sources, prefix};
use ovh_web_codegen::{Input, Inputs, Output};

/// The inputs of one client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// The crate.
    pub(crate) name: String,
    /// The paths of its sections.
    pub(crate) sections: Vec<String>,
    pub(crate) inputs: Inputs,
}

impl Client {
    /// Generates the client; errors name files from the root on.
    pub(crate) fn generate(&self) -> Result<Output, Failure> {
        let folder = &self.inputs.folder;
        ovh_web_codegen::generate(&self.inputs).map_err(|error| match folder.as_str() {
            "" => error.into(),
            folder => Failure::from(error).below(folder),
        })
    }

    /// The path of a file of the client's folder, relative to the root.
    pub(crate) fn file(&self, name: &str) -> String {
        format!("schema/{}/{name}", self.name)
    }
}

/// A client with what is generated from its inputs.
pub(crate) struct Generated {
    pub(crate) client: Client,
    pub(crate) output: Output,
}

impl Generated {
    /// The folder of the client's code.
    pub(crate) fn code(&self) -> PathBuf {
        Path::new("crates").join(&self.client.name).join("src")
    }
}

/// Reads the inputs of all clients; `read` returns the text of a file, if it exists.
pub(crate) fn inputs(
    read: &dyn Fn(&str) -> Result<Option<String>, Failure>,
) -> Result<Vec<Client>, Failure> {
    let text = read(PATH)?;
    let text =
        text.ok_or_else(|| Failure::new(format!("cannot read {PATH}: it does not exist")))?;
    let sources = Sources::parse(&text)?;
    let mut clients = Vec::new();
    let mut missing = Vec::new();
    for name in sources.clients() {
        let optional = |file: &str| -> Result<Option<Input>, Failure> {
            let text = read(&format!("schema/{name}/{file}"))?;
            Ok(text.map(|text| Input::new(file, text)))
        };
        let mut inputs = Inputs {
            crate_name: Some(name.replace('-', "_")),
            folder: format!("schema/{name}"),
            prefix: prefix(name).to_owned(),
            overlay: optional("overlay.json")?,
            names: optional("names.toml")?,
            docs: optional("docs.toml")?,
            surface: optional("surface.txt")?,
            ..Inputs::default()
        };
        let mut paths = Vec::new();
        for section in sources.sections.iter().filter(|it| it.client == name) {
            paths.push(section.path.clone());
            let file = format!("{}.json", section.name);
            match optional(&file)? {
                Some(document) => inputs.documents.push(document),
                None => missing.push(format!(
                    "{}: the section `{name}` is not fetched - run `cargo xtask fetch {name}`",
                    section.file(),
                    name = section.name,
                )),
            }
        }
        clients.push(Client {
            name: name.to_owned(),
            sections: paths,
            inputs,
        });
    }
    match missing.is_empty() {
        true => Ok(clients),
        false => Err(Failure::of(missing)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_that_is_not_fetched_is_an_error() {
        let read = |path: &str| Ok((path == PATH).then(|| "[section.\"/auth\"]\n".to_owned()));
        let failure = inputs(&read).expect_err("no document").to_string();
        assert_eq!(
            failure,
            "schema/ovh-auth-client/auth.json: the section `auth` is not fetched - \
             run `cargo xtask fetch auth`"
        );
    }
}
