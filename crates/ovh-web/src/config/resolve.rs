//! Merges settings key by key, without I/O.

use ovh_runtime::{Error, ErrorKind, Secret};

use super::ini::Document;
use super::{Origin, Part, Sources};
use crate::endpoint::quoted_name;
use crate::oauth2::{is_token_server, token_url};
use crate::plain_http::PlainHttp;
use crate::{BaseUrl, Credentials, Endpoint};

mod kind;
mod trust;

use kind::Kind;
use trust::Server;

/// Settings from the program. They take precedence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explicit {
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) profile: Option<String>,
    pub(crate) application_key: Option<Secret>,
    pub(crate) application_secret: Option<Secret>,
    pub(crate) consumer_key: Option<Secret>,
    pub(crate) client_id: Option<Secret>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) access_token: Option<Secret>,
    pub(crate) token_url: Option<String>,
    /// No consumer key is needed; a configured one is ignored.
    pub(crate) without_consumer_key: bool,
    pub(crate) plain_http: PlainHttp,
}

/// The merged settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) endpoint: Endpoint,
    pub(crate) identity: Identity,
}

/// The credentials, in one of the API's forms.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    Signature(Credentials),
    Application {
        key: Secret,
        secret: Secret,
    },
    OAuth2 {
        client_id: Secret,
        client_secret: Secret,
        token_url: String,
    },
    Bearer(Secret),
}

/// Merges the program's settings with those of the sources.
pub(crate) fn resolve(explicit: &Explicit, sources: &Sources) -> Result<Settings, Error> {
    merge(explicit, sources).map_err(|error| {
        if sources.unreadable.is_empty() {
            return error;
        }
        // A missing value may be in one of these files.
        let places = sources.unreadable.join("; ");
        let hint = match error.hint() {
            Some(hint) => format!("{hint}; not read: {places}"),
            None => format!("not read: {places}"),
        };
        error.into_builder().hint(hint).build()
    })
}

fn merge(explicit: &Explicit, sources: &Sources) -> Result<Settings, Error> {
    let mut lookup = Lookup::new(explicit, sources)?;
    lookup.profile = lookup.find_profile()?;
    let (endpoint, section, origin) = lookup.endpoint()?;
    let (identity, credentials) = lookup.identity(&endpoint, &section)?;
    if !endpoint.is_ovhcloud() {
        let server = Server {
            what: "endpoint",
            url: endpoint.base_url(),
            origin: &origin,
            is_named_by_section: true,
        };
        server.may_get(&credentials)?;
    }
    Ok(Settings { endpoint, identity })
}

/// A value and its source.
struct Found {
    key: Part,
    value: Secret,
    origin: Origin,
    /// `true` if the section of the value is named after the endpoint.
    names_endpoint: bool,
}

/// A section of the files that replaces the endpoint's section.
struct Profile {
    section: String,
    /// `true` if the program selected it; its values count as set by the program.
    by_program: bool,
}

struct Lookup<'a> {
    explicit: &'a Explicit,
    sources: &'a Sources,
    documents: Vec<(String, Document)>,
    profile: Option<Profile>,
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
            profile: None,
        })
    }

    fn find_profile(&self) -> Result<Option<Profile>, Error> {
        let named = match &self.explicit.profile {
            Some(name) => Some((Secret::from(&**name), Origin::Program)),
            None => self
                .variable("OVH_PROFILE")
                .map(|name| (name, Origin::Environment("OVH_PROFILE")))
                .or_else(|| self.setting(&["default"], "profile")),
        };
        // Documented: the profile `default` means a file without profiles.
        let Some((name, origin)) = named.filter(|(name, _)| name.expose() != "default") else {
            return Ok(None);
        };
        let name = name.expose();
        let section = format!("profile:{name}");
        let sections = || self.documents.iter().flat_map(|(_, file)| file.sections());
        if sections().any(|known| known == section) {
            let by_program = origin == Origin::Program;
            return Ok(Some(Profile {
                section,
                by_program,
            }));
        }
        let mut known: Vec<&str> = sections()
            .filter_map(|section| section.strip_prefix("profile:"))
            .collect();
        known.sort_unstable();
        known.dedup();
        let shown = quoted_name(name);
        let hint = match known.is_empty() {
            true => {
                format!("no file has profiles; write a section [profile:{shown}] into ovh.conf")
            }
            false => format!("the profiles are {}", known.join(", ")),
        };
        Err(Error::builder(
            ErrorKind::Configuration,
            format!("there is no profile `{shown}`, which {origin} asks for"),
        )
        .hint(hint)
        .build())
    }

    /// Returns the endpoint, its section in the files, and its source.
    fn endpoint(&self) -> Result<(Endpoint, String, Origin), Error> {
        if let Some(endpoint) = &self.explicit.endpoint {
            let section = endpoint.name().to_owned();
            return Ok((endpoint.clone(), section, Origin::Program));
        }
        let variable = || {
            self.variable("OVH_ENDPOINT")
                .map(|value| (value, Origin::Environment("OVH_ENDPOINT")))
        };
        let found = match &self.profile {
            Some(profile) => {
                let own = || self.setting(&[&profile.section], "endpoint");
                if profile.by_program {
                    own().or_else(variable)
                } else {
                    variable().or_else(own)
                }
            }
            None => variable(),
        };
        let (text, origin) = found
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
        match Endpoint::read(text, &self.explicit.plain_http) {
            Ok(endpoint) => Ok((endpoint, text.to_owned(), origin)),
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

    /// Returns the credentials and their parts.
    fn identity(
        &self,
        endpoint: &Endpoint,
        section: &str,
    ) -> Result<(Identity, Vec<Found>), Error> {
        let (section, sections) = match &self.profile {
            Some(profile) => (&*profile.section, vec![&*profile.section]),
            None => {
                let mut sections = vec![section];
                sections.extend(endpoint.names());
                (section, sections)
            }
        };
        let mut found: Vec<Found> = Part::ALL
            .into_iter()
            .filter(|part| *part != Part::ConsumerKey || !self.explicit.without_consumer_key)
            .filter_map(|part| self.find(part, &sections))
            .collect();
        let kind = self.kind(&found, endpoint, section)?;
        found.retain(|found| kind.parts().contains(&found.key));
        let token_url = match kind {
            Kind::OAuth2 => self.token_url(endpoint, &sections, &found)?,
            _ => String::new(),
        };
        let value = |part: Part| {
            let found = found.iter().find(|found| found.key == part);
            // `kind` has checked that all parts exist.
            found.map(|found| found.value.clone()).unwrap_or_default()
        };
        found.iter().try_for_each(check)?;
        let identity = match kind {
            Kind::Signature => Identity::Signature(Credentials::new(
                value(Part::ApplicationKey),
                value(Part::ApplicationSecret),
                value(Part::ConsumerKey),
            )),
            Kind::Application => Identity::Application {
                key: value(Part::ApplicationKey),
                secret: value(Part::ApplicationSecret),
            },
            Kind::OAuth2 => Identity::OAuth2 {
                client_id: value(Part::ClientId),
                client_secret: value(Part::ClientSecret),
                token_url,
            },
            Kind::Bearer => Identity::Bearer(value(Part::AccessToken)),
        };
        Ok((identity, found))
    }

    /// Returns the kind of credentials, which must be complete and the only one.
    fn kind(&self, found: &[Found], endpoint: &Endpoint, section: &str) -> Result<Kind, Error> {
        let kinds = Kind::all(self.explicit.without_consumer_key);
        let of_program: Vec<&Found> = found
            .iter()
            .filter(|found| found.origin == Origin::Program)
            .collect();
        // A complete set from the program: parts of other kinds elsewhere are ignored.
        let whole = kinds.iter().find(|kind| {
            let is_said = |part| of_program.iter().any(|found| found.key == part);
            kind.parts().iter().all(|part| is_said(*part))
        });
        if let Some(kind) = whole {
            if of_program
                .iter()
                .all(|found| kind.parts().contains(&found.key))
            {
                return Ok(*kind);
            }
            return Err(kind::mixed(of_program.into_iter()));
        }
        let any: Vec<Kind> = kinds
            .into_iter()
            .filter(|kind| found.iter().any(|found| kind.parts().contains(&found.key)))
            .collect();
        match any[..] {
            [] => Err(kind::nothing(endpoint, section)),
            [kind] => {
                let lacks = |part: &&Part| !found.iter().any(|found| found.key == **part);
                let lacking: Vec<Part> = kind.parts().iter().filter(lacks).copied().collect();
                if lacking.is_empty() {
                    Ok(kind)
                } else {
                    Err(kind::missing(endpoint, section, &lacking, found))
                }
            }
            _ => Err(kind::mixed(found.iter())),
        }
    }

    /// Returns the URL of the token server.
    fn token_url(
        &self,
        endpoint: &Endpoint,
        sections: &[&str],
        found: &[Found],
    ) -> Result<String, Error> {
        let named = match &self.explicit.token_url {
            Some(url) => Some((Secret::from(&**url), Origin::Program)),
            None => {
                let variable = || {
                    Some((
                        self.variable("OVH_TOKEN_URL")?,
                        Origin::Environment("OVH_TOKEN_URL"),
                    ))
                };
                let file = || self.setting(sections, "token_url");
                self.by_rank(variable, file)
            }
        };
        let own = token_url(endpoint);
        let Some((url, origin)) = named else {
            return own.map(str::to_owned).ok_or_else(|| {
                Error::builder(
                    ErrorKind::Configuration,
                    format!(
                        "OAuth2 is not offered for {endpoint}; found were {}",
                        kind::list(found.iter())
                    ),
                )
                .hint(
                    "use ovh-eu, ovh-ca or ovh-us, set the URL of a token server (`token_url`, OVH_TOKEN_URL), or use \
                     an application key",
                )
                .build()
            });
        };
        let plain_http = &self.explicit.plain_http;
        let url = BaseUrl::read(url.expose(), plain_http).map_err(|error| {
            Error::builder(
                ErrorKind::Configuration,
                format!("the token URL from {origin}: {}", error.message()),
            )
            .hint("write it like https://www.ovh.com/auth/oauth2/token")
            .build()
        })?;
        if !is_token_server(url.as_str()) {
            let server = Server {
                what: "token server",
                url: url.as_str(),
                origin: &origin,
                is_named_by_section: false,
            };
            server.may_get(found)?;
        }
        Ok(url.as_str().to_owned())
    }

    fn find(&self, key: Part, sections: &[&str]) -> Option<Found> {
        let explicit = match key {
            Part::ApplicationKey => &self.explicit.application_key,
            Part::ApplicationSecret => &self.explicit.application_secret,
            Part::ConsumerKey => &self.explicit.consumer_key,
            Part::ClientId => &self.explicit.client_id,
            Part::ClientSecret => &self.explicit.client_secret,
            Part::AccessToken => &self.explicit.access_token,
        };
        let program = || explicit.clone().map(|value| (value, Origin::Program));
        let variable = || {
            self.variable(key.variable())
                .map(|value| (value, Origin::Environment(key.variable())))
        };
        let file = || self.setting(sections, key.name());
        let (value, origin) = program().or_else(|| self.by_rank(variable, file))?;
        Some(Found {
            key,
            value,
            names_endpoint: self.profile.is_none() && matches!(origin, Origin::File { .. }),
            origin,
        })
    }

    /// Returns the environment's value, or that of the files.
    ///
    /// A profile selected by the program is the only source.
    fn by_rank(
        &self,
        variable: impl FnOnce() -> Option<(Secret, Origin)>,
        file: impl FnOnce() -> Option<(Secret, Origin)>,
    ) -> Option<(Secret, Origin)> {
        match &self.profile {
            Some(profile) if profile.by_program => file(),
            _ => variable().or_else(file),
        }
    }

    /// Returns a variable that is not empty.
    fn variable(&self, name: &str) -> Option<Secret> {
        let value = self.sources.environment.get(name)?.expose().trim();
        (!value.is_empty()).then(|| Secret::from(value))
    }

    /// Returns a setting that is not empty, from the first file that has it.
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

/// Refuses a value that is not valid in a header: it was pasted with extra characters.
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

#[cfg(test)]
mod tests;
