//! Merges settings key by key, without I/O.

use std::collections::BTreeMap;
use std::sync::Arc;

use ovh_runtime::{Error, Secret};

use super::ini::Document;
use super::{Origin, Part, Setting, Sources};
use crate::credentials::Auth;
use crate::endpoint::{PlainHttp, shortened};
use crate::error::{configuration, is_header_value};
use crate::oauth2::Tokens;
use crate::{BaseUrl, Endpoint};

mod kind;
mod trust;

use kind::Kind;

/// Settings from the program. They take precedence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explicit {
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) profile: Option<String>,
    pub(crate) parts: BTreeMap<Part, Secret>,
    pub(crate) token_url: Option<String>,
    /// No consumer key is needed; a configured one is ignored.
    pub(crate) without_consumer_key: bool,
    pub(crate) plain_http: PlainHttp,
}

/// The merged settings.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) endpoint: Endpoint,
    pub(crate) auth: Auth,
}

/// Merges the program's settings with those of the sources.
pub(crate) fn resolve(explicit: &Explicit, sources: &Sources) -> Result<Settings, Error> {
    merge(explicit, sources).map_err(|error| {
        if sources.unreadable.is_empty() {
            return error;
        }
        // A missing value may be in one of these files.
        let mut hint = format!("not read: {}", sources.unreadable.join("; "));
        if let Some(own) = error.hint() {
            hint = format!("{own}; {hint}");
        }
        error.into_builder().hint(hint).build()
    })
}

fn merge(explicit: &Explicit, sources: &Sources) -> Result<Settings, Error> {
    let mut merge = Merge::new(explicit, sources)?;
    merge.profile = merge.find_profile()?;
    let (endpoint, section, origin) = merge.endpoint()?;
    let (auth, credentials) = merge.auth(&endpoint, &section)?;
    if !endpoint.is_ovhcloud() {
        // A section that is named after the endpoint names the server too.
        let others = credentials.iter().filter(|found| !found.names_endpoint);
        trust::may_get("endpoint", endpoint.base_url(), &origin, others)?;
    }
    Ok(Settings { endpoint, auth })
}

/// Lists all settings with their sources, complete or not.
///
/// The errors are those of malformed files and unknown profiles.
pub(crate) fn settings(explicit: &Explicit, sources: &Sources) -> Result<Vec<Setting>, Error> {
    let mut merge = Merge::new(explicit, sources)?;
    let mut found = vec![Setting::shown("profile", merge.named_profile())];
    merge.profile = merge.find_profile()?;
    let endpoint = merge.endpoint().ok();
    let text = |(endpoint, _, origin): &(Endpoint, String, Origin)| {
        (Secret::from(endpoint.name()), origin.clone())
    };
    found.push(Setting::shown("endpoint", endpoint.as_ref().map(text)));
    let sections = match (&endpoint, &merge.profile) {
        (Some((endpoint, section, _)), _) => merge.sections(endpoint, section),
        (None, Some(profile)) => vec![&*profile.section],
        (None, None) => Vec::new(),
    };
    found.push(Setting::shown(
        "token_url",
        merge.named_token_url(&sections),
    ));
    found.extend(Part::all().map(|part| {
        let part_value = merge.find(part, &sections);
        Setting::hidden(part.name(), part_value.map(|found| found.origin))
    }));
    Ok(found)
}

/// A part of a credential and its source.
struct PartValue {
    part: Part,
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

struct Merge<'a> {
    explicit: &'a Explicit,
    sources: &'a Sources,
    documents: Vec<(String, Document)>,
    profile: Option<Profile>,
}

impl<'a> Merge<'a> {
    fn new(explicit: &'a Explicit, sources: &'a Sources) -> Result<Self, Error> {
        let mut documents = Vec::new();
        for (path, text) in &sources.files {
            let path = path.display().to_string();
            let document = Document::parse(text.expose()).map_err(|malformed| {
                let (line, what) = (malformed.line, malformed.what);
                configuration(format!("{path}, line {line}: {what}")).build()
            })?;
            documents.push((path, document));
        }
        Ok(Self {
            explicit,
            sources,
            documents,
            profile: None,
        })
    }

    /// Returns the name of the profile and its source.
    fn named_profile(&self) -> Option<(Secret, Origin)> {
        match &self.explicit.profile {
            Some(name) => Some((Secret::from(&**name), Origin::Program)),
            None => self
                .variable("OVH_PROFILE")
                .or_else(|| self.setting(&["default"], "profile")),
        }
    }

    fn find_profile(&self) -> Result<Option<Profile>, Error> {
        let named = self.named_profile();
        // Documented: the profile `default` means a file without profiles.
        let Some((name, origin)) = named.filter(|(name, _)| name.expose() != "default") else {
            return Ok(None);
        };
        let section = format!("profile:{}", name.expose());
        let sections = self.documents.iter().flat_map(|(_, file)| file.sections());
        let mut known: Vec<&str> = sections
            .filter_map(|section| section.strip_prefix("profile:"))
            .collect();
        if known.contains(&name.expose()) {
            let by_program = origin == Origin::Program;
            return Ok(Some(Profile {
                section,
                by_program,
            }));
        }
        known.sort_unstable();
        known.dedup();
        let name = shortened(name.expose());
        let hint = match known.is_empty() {
            true => format!("no file has profiles: add a section [profile:{name}] to ovh.conf"),
            false => format!("the profiles are {}", known.join(", ")),
        };
        let message = format!("unknown profile `{name}`, selected by {origin}");
        Err(configuration(message).hint(hint).build())
    }

    /// Returns the endpoint, its section in the files, and its source.
    fn endpoint(&self) -> Result<(Endpoint, String, Origin), Error> {
        if let Some(endpoint) = &self.explicit.endpoint {
            let section = endpoint.name().to_owned();
            return Ok((endpoint.clone(), section, Origin::Program));
        }
        let variable = || self.variable("OVH_ENDPOINT");
        let of_profile = || self.setting(&[&self.profile.as_ref()?.section], "endpoint");
        let found = match &self.profile {
            Some(profile) if profile.by_program => of_profile().or_else(variable),
            _ => variable().or_else(of_profile),
        };
        let (text, origin) = found
            .or_else(|| self.setting(&["default"], "endpoint"))
            .ok_or_else(|| {
                let hint = format!(
                    "set OVH_ENDPOINT, or `endpoint` under [default] of ovh.conf, to one of {} or a base URL",
                    Endpoint::list()
                );
                configuration("no endpoint is set").hint(hint).build()
            })?;
        match Endpoint::read(text.expose(), &self.explicit.plain_http) {
            Ok(endpoint) => Ok((endpoint, text.expose().to_owned(), origin)),
            Err(error) => {
                let builder = configuration(format!("{} (from {origin})", error.message()));
                Err(builder.hint(error.hint().unwrap_or_default()).build())
            }
        }
    }

    /// Returns the credentials and their parts.
    fn auth(&self, endpoint: &Endpoint, section: &str) -> Result<(Auth, Vec<PartValue>), Error> {
        let sections = self.sections(endpoint, section);
        let section = sections[0];
        let mut found: Vec<PartValue> = Part::all()
            .filter(|part| *part != Part::ConsumerKey || !self.explicit.without_consumer_key)
            .filter_map(|part| self.find(part, &sections))
            .collect();
        let kind = self.kind(&found, endpoint, section)?;
        found.retain(|found| kind.parts().contains(&found.part));
        let token_url = match kind {
            Kind::OAuth2 => self.token_url(endpoint, &sections, &found)?,
            _ => String::new(),
        };
        found.iter().try_for_each(check)?;
        let value = |part: Part| {
            let found = found.iter().find(|found| found.part == part);
            // `kind` has checked that all parts exist.
            found.map(|found| found.value.clone()).unwrap_or_default()
        };
        let auth = match kind {
            Kind::Signature | Kind::Application => Auth::Application {
                key: value(Part::ApplicationKey),
                secret: value(Part::ApplicationSecret),
                consumer: (kind == Kind::Signature).then(|| value(Part::ConsumerKey)),
            },
            Kind::OAuth2 => {
                let (id, secret) = (value(Part::ClientId), value(Part::ClientSecret));
                Auth::OAuth2(Arc::new(Tokens::new(id, secret, token_url)))
            }
            Kind::Bearer => Auth::Bearer(value(Part::AccessToken)),
        };
        Ok((auth, found))
    }

    /// Returns the sections with credentials.
    fn sections<'b>(&'b self, endpoint: &'b Endpoint, section: &'b str) -> Vec<&'b str> {
        match &self.profile {
            Some(profile) => vec![&*profile.section],
            None => [section].into_iter().chain(endpoint.names()).collect(),
        }
    }

    /// Returns the kind of credentials, which must be complete and the only one.
    fn kind(&self, found: &[PartValue], endpoint: &Endpoint, section: &str) -> Result<Kind, Error> {
        let kinds = Kind::all(self.explicit.without_consumer_key);
        let by_program = || found.iter().filter(|it| it.origin == Origin::Program);
        // A complete set from the program: parts of other kinds elsewhere are ignored.
        let complete = kinds.iter().find(|kind| {
            let mut parts = kind.parts().iter();
            parts.all(|part| by_program().any(|found| found.part == *part))
        });
        if let Some(kind) = complete {
            return match by_program().all(|found| kind.parts().contains(&found.part)) {
                true => Ok(*kind),
                false => Err(kind::mixed(by_program())),
            };
        }
        let is_found = |kind: &Kind| found.iter().any(|it| kind.parts().contains(&it.part));
        match kinds.into_iter().filter(is_found).collect::<Vec<_>>()[..] {
            [] => Err(kind::nothing(endpoint, section)),
            [kind] => {
                let is_missing = |part: &Part| !found.iter().any(|found| found.part == *part);
                let parts = kind.parts().iter().copied();
                let missing: Vec<Part> = parts.filter(is_missing).collect();
                match missing.is_empty() {
                    true => Ok(kind),
                    false => Err(kind::incomplete(endpoint, section, &missing, found)),
                }
            }
            _ => Err(kind::mixed(found.iter())),
        }
    }

    fn named_token_url(&self, sections: &[&str]) -> Option<(Secret, Origin)> {
        match &self.explicit.token_url {
            Some(url) => Some((Secret::from(&**url), Origin::Program)),
            None => self.lookup("OVH_TOKEN_URL", sections, "token_url"),
        }
    }

    /// Returns the URL of the token server.
    fn token_url(
        &self,
        endpoint: &Endpoint,
        sections: &[&str],
        found: &[PartValue],
    ) -> Result<String, Error> {
        let Some((url, origin)) = self.named_token_url(sections) else {
            return endpoint.token_url().map(str::to_owned).ok_or_else(|| {
                configuration(format!(
                    "{endpoint} does not offer OAuth2; found {}",
                    kind::list(found.iter())
                ))
                .hint(
                    "use ovh-eu, ovh-ca or ovh-us, set the URL of a token server (`token_url`, OVH_TOKEN_URL), or use \
                     an application key",
                )
                .build()
            });
        };
        let url = BaseUrl::read(url.expose(), &self.explicit.plain_http).map_err(|error| {
            configuration(format!("token URL from {origin}: {}", error.message()))
                .hint("an example: https://www.ovh.com/auth/oauth2/token")
                .build()
        })?;
        if !Endpoint::is_token_server(url.as_str()) {
            trust::may_get("token server", url.as_str(), &origin, found.iter())?;
        }
        Ok(url.as_str().to_owned())
    }

    fn find(&self, part: Part, sections: &[&str]) -> Option<PartValue> {
        let (value, origin) = match self.explicit.parts.get(&part) {
            Some(value) => (value.clone(), Origin::Program),
            None => self.lookup(part.variable(), sections, part.name())?,
        };
        Some(PartValue {
            part,
            value,
            names_endpoint: self.profile.is_none() && matches!(origin, Origin::File { .. }),
            origin,
        })
    }

    /// Returns the environment's value, or that of the files.
    ///
    /// A profile selected by the program is the only source.
    fn lookup(
        &self,
        variable: &'static str,
        sections: &[&str],
        key: &str,
    ) -> Option<(Secret, Origin)> {
        let file = || self.setting(sections, key);
        match &self.profile {
            Some(profile) if profile.by_program => file(),
            _ => self.variable(variable).or_else(file),
        }
    }

    /// Returns a variable that is not empty.
    fn variable(&self, name: &'static str) -> Option<(Secret, Origin)> {
        let value = self.sources.environment.get(name)?.expose().trim();
        (!value.is_empty()).then(|| (Secret::from(value), Origin::Environment(name)))
    }

    /// Returns a setting that is not empty, from the first file that has it.
    fn setting(&self, sections: &[&str], key: &str) -> Option<(Secret, Origin)> {
        self.documents.iter().find_map(|(path, document)| {
            sections.iter().find_map(|section| {
                let (value, line) = document.get(section, key)?;
                let origin = Origin::File {
                    path: path.clone(),
                    section: (*section).to_owned(),
                    line,
                };
                (!value.expose().is_empty()).then(|| (value.clone(), origin))
            })
        })
    }
}

/// Refuses a value that is not valid in a header: it was pasted with extra characters.
fn check(found: &PartValue) -> Result<(), Error> {
    match is_header_value(found.value.expose()) {
        true => Ok(()),
        false => Err(configuration(format!(
            "{} from {} is empty, or contains a blank, a control character or text that is not ASCII",
            found.part.name(),
            found.origin
        ))
        .build()),
    }
}

#[cfg(test)]
mod tests;
