//! Proxies, from the program or the environment.

use std::ffi::OsString;

use ovh_runtime::{Error, Secret};
use reqwest::{NoProxy, Proxy};
use url::Url;

use crate::endpoint::is_loopback;
use crate::error::{configuration, setup_failed};

/// The variables that name an HTTPS proxy, in order of precedence.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// A proxy, and the hosts that bypass it.
#[derive(Clone)]
pub(crate) struct ProxySettings {
    /// May hold a password.
    pub(crate) url: Secret,
    /// The variable that names it; `None` if the program does.
    variable: Option<&'static str>,
    except: Option<String>,
}

impl ProxySettings {
    /// Creates the settings for a proxy named by the program.
    pub(crate) fn named(url: Secret) -> Self {
        Self {
            url,
            variable: None,
            except: None,
        }
    }

    /// Reads the proxy of the environment. As usual, `http://` is optional.
    pub(crate) fn of_environment(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, Error> {
        let set = |name: &&'static str| {
            let value = variable(name).filter(|value| !value.is_empty())?;
            Some((*name, value))
        };
        let Some((name, value)) = VARIABLES.iter().find_map(set) else {
            return Ok(None);
        };
        let value = value.into_string().unwrap_or_default();
        let url = match value.contains("://") {
            true => value,
            false => format!("http://{value}"),
        };
        let except = ["NO_PROXY", "no_proxy"].into_iter().find_map(&variable);
        let proxy = Self {
            url: url.into(),
            variable: Some(name),
            except: except.and_then(|hosts| hosts.into_string().ok()),
        };
        proxy.parsed().map(|_| Some(proxy))
    }

    /// Parses the URL. No error shows it: it may hold a password.
    pub(crate) fn parsed(&self) -> Result<Url, Error> {
        let text = self.url.expose();
        let is_scheme = |scheme: &str| {
            matches!(
                scheme,
                "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h"
            )
        };
        let url = Url::parse(text).ok().filter(|url| {
            is_scheme(url.scheme())
                && url.host_str().is_some_and(|host| !host.is_empty())
                && !text.contains(":///")
                && text.bytes().all(|byte| byte.is_ascii_graphic())
        });
        let place = self
            .variable
            .map(|name| format!(" in {name}"))
            .unwrap_or_default();
        url.ok_or_else(|| {
            let message = format!("the proxy's URL{place} cannot be used");
            configuration(message)
                .hint("write it like http://proxy.example:3128 or socks5h://proxy.example:1080")
                .build()
        })
    }

    /// Returns the proxy for a client; `encrypted` if the client uses HTTPS only.
    pub(super) fn proxy(&self, encrypted: bool) -> Result<Option<Proxy>, Error> {
        let url = self.parsed()?;
        if !encrypted && self.variable.is_some() {
            // A proxy of the environment never gets plain HTTP, where it could read signed calls.
            return Ok(None);
        }
        if !encrypted && !is_loopback(&url) {
            return Err(configuration(
                "plain HTTP calls would pass through a proxy on another machine",
            )
            .hint("use an https base URL, or no proxy")
            .build());
        }
        let except = self.except.as_deref().and_then(NoProxy::from_string);
        let proxy = Proxy::all(url).map_err(setup_failed)?;
        Ok(Some(proxy.no_proxy(except)))
    }
}

#[cfg(test)]
mod tests {
    use ovh_runtime::ErrorKind;

    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Option<ProxySettings>, Error> {
        ProxySettings::of_environment(|name| {
            let found = variables.iter().find(|(own, _)| *own == name);
            found.map(|(_, value)| (*value).into())
        })
    }

    #[test]
    fn first_set_variable_names_the_proxy() {
        for (variables, url) in [
            (&[][..], None),
            (&[("HTTPS_PROXY", "")], None),
            (&[("HTTP_PROXY", "http://plain:1")], None),
            (
                &[("https_proxy", "proxy:3128"), ("ALL_PROXY", "http://all:1")],
                Some("http://proxy:3128"),
            ),
            (
                &[("HTTPS_PROXY", ""), ("ALL_PROXY", "socks5h://u:p@all:1")],
                Some("socks5h://u:p@all:1"),
            ),
        ] {
            let proxy = of(variables).expect("a fine environment");
            assert_eq!(proxy.as_ref().map(|proxy| proxy.url.expose()), url);
            if let Some(proxy) = proxy {
                assert!(proxy.proxy(true).expect("a proxy").is_some());
                assert!(proxy.proxy(false).expect("no proxy").is_none());
            }
        }
    }

    #[test]
    fn malformed_variable_is_an_error() {
        for value in [
            "htp://s3cr3t@proxy",
            "http://",
            "http://s3cr3t @proxy:1",
            "/s3cr3t",
            "proxy:s3cr3t",
        ] {
            let error = of(&[("ALL_PROXY", value)]).err().expect(value);
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let shown = format!("{error} {error:?}");
            assert!(
                shown.contains("ALL_PROXY") && !shown.contains("s3cr3t"),
                "{shown}"
            );
        }
    }
}
