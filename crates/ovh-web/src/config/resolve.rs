//! The merging of settings, key by key: a function of values.

use ovh_runtime::{Error, ErrorKind, Secret};

use super::ini::Document;
use super::{Origin, Part, Sources};
use crate::{Credentials, Endpoint};

/// What the program itself says. It wins over everything else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explicit {
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) application_key: Option<Secret>,
    pub(crate) application_secret: Option<Secret>,
    pub(crate) consumer_key: Option<Secret>,
}

/// What came out of the merging.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) endpoint: Endpoint,
    pub(crate) credentials: Credentials,
}

/// Merges what the program says with what the sources say.
pub(crate) fn resolve(explicit: &Explicit, sources: &Sources) -> Result<Settings, Error> {
    let lookup = Lookup::new(explicit, sources)?;
    let (endpoint, section) = lookup.endpoint()?;
    let credentials = lookup.credentials(&endpoint, &section)?;
    Ok(Settings {
        endpoint,
        credentials,
    })
}

/// A value and the place that it comes from.
struct Found {
    key: Part,
    value: Secret,
    origin: Origin,
}

struct Lookup<'a> {
    explicit: &'a Explicit,
    sources: &'a Sources,
    documents: Vec<(String, Document)>,
}

impl<'a> Lookup<'a> {
    fn new(explicit: &'a Explicit, sources: &'a Sources) -> Result<Self, Error> {
        let documents = sources
            .files
            .iter()
            .map(|(path, text)| {
                let path = path.display().to_string();
                match Document::parse(text.expose()) {
                    Ok(document) => Ok((path, document)),
                    Err(malformed) => Err(Error::builder(
                        ErrorKind::Configuration,
                        format!("{path}, line {}: {}", malformed.line, malformed.what),
                    )
                    .build()),
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            explicit,
            sources,
            documents,
        })
    }

    /// The endpoint, and the section of the files that speaks of it.
    fn endpoint(&self) -> Result<(Endpoint, String), Error> {
        if let Some(endpoint) = &self.explicit.endpoint {
            return Ok((endpoint.clone(), endpoint.name().to_owned()));
        }
        let (text, origin) = self
            .variable("OVH_ENDPOINT")
            .map(|value| (value, Origin::Environment("OVH_ENDPOINT")))
            .or_else(|| self.setting(&["default"], "endpoint"))
            .ok_or_else(|| {
                Error::builder(ErrorKind::Configuration, "no endpoint is set")
                    .hint(format!(
                        "name it in OVH_ENDPOINT or as `endpoint` under [default] of ovh.conf: one of {}, or a \
                         base URL",
                        Endpoint::list()
                    ))
                    .build()
            })?;
        let text = text.expose();
        match text.parse::<Endpoint>() {
            Ok(endpoint) => Ok((endpoint, text.to_owned())),
            Err(error) => {
                let mut builder = Error::builder(
                    ErrorKind::Configuration,
                    format!("{}, says {origin}", error.message()),
                );
                if let Some(hint) = error.hint() {
                    builder = builder.hint(hint);
                }
                Err(builder.build())
            }
        }
    }

    fn credentials(&self, endpoint: &Endpoint, section: &str) -> Result<Credentials, Error> {
        let mut sections = vec![section];
        sections.extend(endpoint.names());
        let find = |key: Part| self.find(key, &sections);

        let application = [
            find(Part::ApplicationKey),
            find(Part::ApplicationSecret),
            find(Part::ConsumerKey),
        ];
        let others: Vec<Found> = [Part::ClientId, Part::ClientSecret, Part::AccessToken]
            .into_iter()
            .filter_map(find)
            .collect();

        // All three from the program: what lies around elsewhere was not meant.
        let all_explicit = application
            .iter()
            .all(|found| matches!(found, Some(found) if found.origin == Origin::Program));
        if !others.is_empty() && !all_explicit {
            return Err(other_method(application.iter().flatten(), &others));
        }
        match application {
            [Some(key), Some(secret), Some(consumer)] => {
                for part in [&key, &secret, &consumer] {
                    check(part)?;
                }
                Ok(Credentials::new(key.value, secret.value, consumer.value))
            }
            some => Err(missing(endpoint, section, &some)),
        }
    }

    fn find(&self, key: Part, sections: &[&str]) -> Option<Found> {
        let explicit = match key {
            Part::ApplicationKey => &self.explicit.application_key,
            Part::ApplicationSecret => &self.explicit.application_secret,
            Part::ConsumerKey => &self.explicit.consumer_key,
            Part::ClientId | Part::ClientSecret | Part::AccessToken => &None,
        };
        let (value, origin) = explicit
            .clone()
            .map(|value| (value, Origin::Program))
            .or_else(|| {
                self.variable(key.variable())
                    .map(|value| (value, Origin::Environment(key.variable())))
            })
            .or_else(|| self.setting(sections, key.name()))?;
        Some(Found { key, value, origin })
    }

    /// A variable that is set to something.
    fn variable(&self, name: &str) -> Option<Secret> {
        let value = self.sources.environment.get(name)?.expose().trim();
        (!value.is_empty()).then(|| Secret::from(value))
    }

    /// A setting of the files that is set to something, from the first file that has it.
    fn setting(&self, sections: &[&str], key: &str) -> Option<(Secret, Origin)> {
        self.documents.iter().find_map(|(path, document)| {
            sections.iter().find_map(|section| {
                let (value, line) = document.get(section, key)?;
                let origin = Origin::File {
                    path: path.clone(),
                    line,
                };
                (!value.expose().is_empty()).then(|| (value.clone(), origin))
            })
        })
    }
}

/// A value that no header can carry was pasted with something around it.
fn check(found: &Found) -> Result<(), Error> {
    let text = found.value.expose();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::builder(
            ErrorKind::Configuration,
            format!(
                "{} from {} is empty, or holds a blank, a control character or text that is not ASCII",
                found.key.name(),
                found.origin
            ),
        )
        .build());
    }
    Ok(())
}

fn list<'a>(found: impl Iterator<Item = &'a Found>) -> String {
    let parts: Vec<String> = found
        .map(|found| format!("{} from {}", found.key.name(), found.origin))
        .collect();
    parts.join(", ")
}

fn missing(endpoint: &Endpoint, section: &str, found: &[Option<Found>; 3]) -> Error {
    let keys = [
        Part::ApplicationKey,
        Part::ApplicationSecret,
        Part::ConsumerKey,
    ];
    let lacking: Vec<&Part> = keys
        .iter()
        .zip(found)
        .filter(|(_, found)| found.is_none())
        .map(|(key, _)| key)
        .collect();
    let names: Vec<&str> = lacking.iter().map(|key| key.name()).collect();
    let variables: Vec<&str> = lacking.iter().map(|key| key.variable()).collect();
    let found = list(found.iter().flatten());
    let message = if found.is_empty() {
        format!("there are no credentials for {endpoint}")
    } else {
        format!(
            "the credentials for {endpoint} lack {}; found were {found}",
            names.join(" and ")
        )
    };
    let mut hint = format!(
        "set {}, or {} under [{section}] of ovh.conf",
        variables.join(", "),
        names.join(", ")
    );
    if let Some(page) = endpoint.create_token_page() {
        hint.push_str("; keys are made at ");
        hint.push_str(&page);
    }
    Error::builder(ErrorKind::Configuration, message)
        .hint(hint)
        .build()
}

/// OAuth2 and bearer tokens are read, so that they are never silently passed over.
fn other_method<'a>(application: impl Iterator<Item = &'a Found>, others: &[Found]) -> Error {
    let application = list(application);
    let others = list(others.iter());
    let (message, hint) = if application.is_empty() {
        (
            format!(
                "this version cannot use OAuth2 or bearer credentials yet; found were {others}"
            ),
            "use application_key, application_secret and consumer_key",
        )
    } else {
        (
            format!("credentials of two kinds are mixed: {application}; and {others}"),
            "keep those of one kind, or give application key, secret and consumer key in the program; OAuth2 and \
             bearer credentials cannot be used by this version yet",
        )
    };
    Error::builder(ErrorKind::Configuration, message)
        .hint(hint)
        .build()
}

#[cfg(test)]
mod tests;
