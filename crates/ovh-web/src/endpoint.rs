//! API endpoints: OVH's regions by name, or a custom base URL.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ovh_runtime::Error;
use url::Url;

use self::address::Address;
use crate::error::configuration;

mod address;

/// A region of the API, or another server that speaks it.
///
/// Keys belong to one endpoint: `ovh-ca` does not know the keys of `ovh-eu`.
///
/// ```
/// use ovh_web::Endpoint;
///
/// let endpoint: Endpoint = "ovh-eu".parse()?;
/// assert_eq!(endpoint, Endpoint::OvhEu);
/// assert_eq!(endpoint.url("/me"), "https://eu.api.ovh.com/1.0/me");
/// assert_eq!(endpoint.url("/v2/iam/policy"), "https://eu.api.ovh.com/v2/iam/policy");
/// # Ok::<(), ovh_web::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `ovh-eu`: OVHcloud in Europe.
    OvhEu,
    /// `ovh-us`: OVHcloud in the United States.
    OvhUs,
    /// `ovh-ca`: OVHcloud in Canada and the rest of the world.
    OvhCa,
    /// `kimsufi-eu`, also `ks-eu`.
    KimsufiEu,
    /// `kimsufi-ca`, also `ks-ca`.
    KimsufiCa,
    /// `soyoustart-eu`, also `sys-eu`.
    SoyoustartEu,
    /// `soyoustart-ca`, also `sys-ca`.
    SoyoustartCa,
    /// `runabove-ca`.
    RunaboveCa,
    /// A custom base URL.
    Custom(BaseUrl),
}

impl Endpoint {
    /// OVHcloud's regions and brands.
    const KNOWN: &[Self] = &[
        Self::OvhEu,
        Self::OvhUs,
        Self::OvhCa,
        Self::KimsufiEu,
        Self::KimsufiCa,
        Self::SoyoustartEu,
        Self::SoyoustartCa,
        Self::RunaboveCa,
    ];

    /// Returns the names and the base URL, from the tables of OVH's clients.
    fn names_and_url(&self) -> (&[&str], &str) {
        match self {
            Self::OvhEu => (&["ovh-eu"], "https://eu.api.ovh.com/1.0"),
            Self::OvhUs => (&["ovh-us"], "https://api.us.ovhcloud.com/1.0"),
            Self::OvhCa => (&["ovh-ca"], "https://ca.api.ovh.com/1.0"),
            Self::KimsufiEu => (&["kimsufi-eu", "ks-eu"], "https://eu.api.kimsufi.com/1.0"),
            Self::KimsufiCa => (&["kimsufi-ca", "ks-ca"], "https://ca.api.kimsufi.com/1.0"),
            Self::SoyoustartEu => (
                &["soyoustart-eu", "sys-eu"],
                "https://eu.api.soyoustart.com/1.0",
            ),
            Self::SoyoustartCa => (
                &["soyoustart-ca", "sys-ca"],
                "https://ca.api.soyoustart.com/1.0",
            ),
            Self::RunaboveCa => (&["runabove-ca"], "https://api.runabove.com/1.0"),
            Self::Custom(base) => (&[], base.as_str()),
        }
    }

    /// Returns OVHcloud's token URL, if the endpoint has one.
    ///
    /// The addresses are those of OVH's own clients. The other brands offer no OAuth2.
    pub(crate) fn token_url(&self) -> Option<&'static str> {
        match self {
            Self::Custom(base) => Address::at(base).map(|address| address.token_url),
            Self::OvhEu => Some("https://www.ovh.com/auth/oauth2/token"),
            Self::OvhCa => Some("https://ca.ovh.com/auth/oauth2/token"),
            Self::OvhUs => Some("https://us.ovhcloud.com/auth/oauth2/token"),
            _ => None,
        }
    }

    /// Returns `true` for the URL of one of OVHcloud's token servers.
    pub(crate) fn is_token_server(url: &str) -> bool {
        let known = Self::KNOWN.iter().filter_map(Self::token_url);
        let others = Address::ALL.iter().map(|address| address.token_url);
        known.chain(others).any(|known| known == url)
    }

    /// Returns the path of a URL on one of OVHcloud's servers, and the base URL of that server.
    fn known_server(base: &BaseUrl) -> Option<(&str, &str)> {
        let known = Self::KNOWN.iter().map(Self::base_url);
        let others = Address::ALL.iter().map(|address| address.base_url);
        known.chain(others).find_map(|known| {
            let server = known.trim_end_matches("/1.0");
            let path = base.as_str().strip_prefix(server)?;
            (path.is_empty() || path.starts_with('/')).then_some((known, path))
        })
    }

    /// Returns the endpoint at a base URL: a region if the URL is that of a region.
    ///
    /// A further address of a region (`https://api.eu.ovhcloud.com/1.0`) stays the called one, with
    /// the token server of the region and its section in configuration files.
    #[must_use]
    pub fn at(base: BaseUrl) -> Self {
        let base = match Self::known_server(&base) {
            Some((known, "" | "/1.0" | "/v1")) => BaseUrl(known.to_owned()),
            _ => base,
        };
        let mut known = Self::KNOWN.iter();
        let region = known.find(|known| known.base_url() == base.as_str());
        region.cloned().unwrap_or(Self::Custom(base))
    }

    /// Returns `true` for OVHcloud's own servers.
    pub(crate) fn is_ovhcloud(&self) -> bool {
        match self {
            Self::Custom(base) => Self::known_server(base).is_some(),
            _ => true,
        }
    }

    /// Returns the base URL without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.names_and_url().1
    }

    /// Returns OVH's name of the endpoint, or a custom base URL.
    #[must_use]
    pub fn name(&self) -> &str {
        let (names, url) = self.names_and_url();
        names.first().unwrap_or(&url)
    }

    /// Returns the absolute URL of a target, as signed and sent.
    ///
    /// A target that starts with `/v1/` or `/v2/` replaces a base URL's trailing `/1.0`.
    #[must_use]
    pub fn url(&self, target: &str) -> String {
        let base = self.base_url();
        // From go-ovh: the slash after the version is required, so that `/v1beta` is not a version.
        let versioned = target.starts_with("/v1/") || target.starts_with("/v2/");
        let base = match base.strip_suffix("/1.0") {
            Some(host) if versioned => host,
            _ => base,
        };
        [base, target].concat()
    }

    /// Returns the names of the endpoint in configuration files.
    pub(crate) fn names(&self) -> Vec<&str> {
        match self {
            Self::Custom(base) => {
                let region = Address::at(base).map(|address| address.region.name());
                [base.as_str()].into_iter().chain(region).collect()
            }
            known => known.names_and_url().0.to_vec(),
        }
    }

    /// Returns the address of the web page that creates keys, if the endpoint has one.
    #[must_use]
    pub fn create_token_page(&self) -> Option<String> {
        match self {
            Self::RunaboveCa => None,
            Self::Custom(base) => Address::at(base).map(|it| it.create_token_page.to_owned()),
            known => {
                let server = known.base_url().trim_end_matches("/1.0");
                Some(format!("{server}/createToken/"))
            }
        }
    }

    /// Lists all names, for error messages.
    pub(crate) fn list() -> String {
        let names: Vec<&str> = Self::KNOWN.iter().map(Self::name).collect();
        names.join(", ")
    }

    /// Parses a name or a base URL, with the hosts that may use plain HTTP.
    pub(crate) fn read(text: &str, plain_http: &PlainHttp) -> Result<Self, Error> {
        if text.contains("://") {
            return BaseUrl::read(text, plain_http).map(Self::at);
        }
        let mut known = Self::KNOWN.iter();
        let named = known.find(|endpoint| endpoint.names().contains(&text));
        named.cloned().ok_or_else(|| {
            // A URL without a scheme may contain a password before an `@`.
            let shown = match text.contains('@') {
                true => Cow::Borrowed("…"),
                false => shortened(text),
            };
            configuration(format!("unknown endpoint `{shown}`"))
                .hint(format!(
                    "use one of {}, or a base URL that starts with https://",
                    Self::list()
                ))
                .build()
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Parses OVH's name of an endpoint, or a base URL.
impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::read(text, &PlainHttp::default())
    }
}

/// The hosts that may use plain HTTP: those that the program names, and this machine.
///
/// Plain HTTP exposes signed calls. Files and variables cannot allow it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlainHttp(pub(crate) Vec<String>);

impl PlainHttp {
    fn allows(&self, url: &Url) -> bool {
        let is_named = |host| self.0.iter().any(|named| named == host);
        is_loopback(url) || url.host_str().is_some_and(is_named)
    }
}

/// Shortens an invalid name for an error message.
///
/// If lines of a file ran together, keys follow the name: they are cut off.
pub(crate) fn shortened(text: &str) -> Cow<'_, str> {
    let ends = |letter: char| {
        letter == '=' || letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
    };
    match text.find(ends) {
        Some(at) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// The base URL of a server: HTTPS, or plain HTTP on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// Parses a base URL. Trailing slashes are dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not an absolute URL, has a user, query or fragment, or uses
    /// a scheme other than `https` (`http` is allowed for `localhost`, `127.0.0.0/8` and `::1`).
    pub fn new(text: &str) -> Result<Self, Error> {
        Self::read(text, &PlainHttp::default())
    }

    /// The same, with the hosts that may use plain HTTP.
    pub(crate) fn read(text: &str, plain_http: &PlainHttp) -> Result<Self, Error> {
        // The text is not shown: it may contain a password before an `@`.
        let refuse = |reason: &str| {
            Err(configuration(format!("invalid base URL: {reason}"))
                .hint("an example: https://eu.api.ovh.com/1.0")
                .build())
        };
        let text = text.trim();
        // A URL parser drops tabs and line breaks and converts `\`: the resulting host differs from
        // the visible one.
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return refuse("it contains a blank, a control character or a `\\`");
        }
        // URL parsers also accept `https:/host` and `https:host`, and decode a host.
        let Some((_, rest)) = text.split_once("://") else {
            return refuse("expected https:// at the start");
        };
        if rest.starts_with('/') {
            return refuse("it has no host");
        }
        if host_of(text).contains('%') {
            return refuse("its host contains a `%`");
        }
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => return refuse(&error.to_string()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it contains a user or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("it contains a query or a fragment");
        }
        match url.scheme() {
            "https" => {}
            "http" if plain_http.allows(&url) => {}
            "http" => {
                let host = url.host_str().unwrap_or_default();
                return refuse(&format!(
                    "plain HTTP exposes signed calls to everyone between here and {host}; allowed are this machine, and \
                     hosts that the program names with `allow_plain_http`"
                ));
            }
            other => return refuse(&format!("expected the scheme https, found `{other}`")),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return refuse("it has no host");
        }
        // Use the parser's spelling, which is signed and sent.
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// Returns the parsed URL without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns `true` if the URL's host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Returns host and port of a URL, for error messages.
pub(crate) fn host_of(url: &str) -> String {
    let authority = url.split("://").nth(1).unwrap_or(url);
    let host = authority.split(['/', '?', '#']).next();
    host.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use ovh_runtime::ErrorKind;

    use super::*;

    #[test]
    fn name_in_error_ends_before_joined_lines() {
        for end in ["=", "\u{2028}", "\u{2029}", "\r", "\0"] {
            let text = format!("ovh-mars{end}consumer_key: s3cr3t");
            let told = text.parse::<Endpoint>().expect_err("no name").to_string();
            assert!(told.contains("`ovh-mars…`"), "{told}");
            assert!(!told.contains("s3cr3t"), "{told}");
        }
        assert_eq!(shortened("ovh-eu ; Europe"), "ovh-eu ; Europe");
    }

    #[test]
    fn every_name_round_trips() {
        for endpoint in Endpoint::KNOWN {
            let (names, base) = endpoint.names_and_url();
            for name in names {
                assert_eq!(&name.parse::<Endpoint>().expect(name), endpoint);
            }
            assert_eq!(endpoint.to_string(), names[0]);
            assert_eq!(endpoint.base_url(), base);
            BaseUrl::new(base).expect("a fine base URL");
        }
        let error = "ovh-xx".parse::<Endpoint>().expect_err("no such endpoint");
        assert_eq!(error.kind(), ErrorKind::Configuration);
        for name in ["ovh-xx", "ovh-eu", "ovh-us", "ovh-ca", "soyoustart-ca"] {
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn version_replaces_only_trailing_1_0() {
        for (target, url) in [
            ("/call", "https://eu.api.ovh.com/1.0/call"),
            ("/v1/call", "https://eu.api.ovh.com/v1/call"),
            ("/v2/call", "https://eu.api.ovh.com/v2/call"),
            ("/v1beta/call", "https://eu.api.ovh.com/1.0/v1beta/call"),
            ("/v3/call", "https://eu.api.ovh.com/1.0/v3/call"),
            ("/", "https://eu.api.ovh.com/1.0/"),
        ] {
            assert_eq!(Endpoint::OvhEu.url(target), url);
        }
        let own: Endpoint = "http://127.0.0.1:8080/api/".parse().expect("a fine base");
        assert_eq!(own.url("/v1/call"), "http://127.0.0.1:8080/api/v1/call");
        assert_eq!(own.name(), "http://127.0.0.1:8080/api");
    }

    #[test]
    fn region_url_is_the_region() {
        for (text, region) in [
            ("https://eu.api.ovh.com/1.0", Some(Endpoint::OvhEu)),
            ("https://EU.api.ovh.com:443/1.0/", Some(Endpoint::OvhEu)),
            ("https://ca.api.ovh.com/v1", Some(Endpoint::OvhCa)),
            ("https://api.us.ovhcloud.com", Some(Endpoint::OvhUs)),
            ("https://eu.api.ovh.com:444/1.0", None),
            ("https://eu.api.ovh.com.example/1.0", None),
            ("https://api.eu.ovhcloud.com.example/1.0", None),
            ("https://eu.api.ovh.com/1.0/x", None),
        ] {
            let endpoint: Endpoint = text.parse().expect(text);
            assert_eq!(
                region.as_ref().is_some_and(|known| *known == endpoint),
                region.is_some(),
                "{text}"
            );
            let is_own = endpoint.is_ovhcloud();
            assert_eq!(
                is_own,
                region.is_some() || text.ends_with("/1.0/x"),
                "{text}"
            );
        }
    }

    #[test]
    fn drops_trailing_slashes_and_default_ports() {
        for (text, base) in [
            ("https://example.com", "https://example.com"),
            ("https://example.com/", "https://example.com"),
            ("https://EXAMPLE.com:443/1.0//", "https://example.com/1.0"),
            ("http://localhost:80/1.0", "http://localhost/1.0"),
            ("http://[::1]:9/1.0", "http://[::1]:9/1.0"),
            ("http://127.8.9.1/1.0", "http://127.8.9.1/1.0"),
        ] {
            assert_eq!(BaseUrl::new(text).expect(text).as_str(), base);
        }
    }

    #[test]
    fn refuses_remote_http_and_odd_urls_unshown() {
        for text in [
            "http://eu.api.ovh.com/1.0",
            "http://127.0.0.1.example.com/1.0",
            "http://localhost.example.com/1.0",
            "http://10.0.0.1/1.0",
            "http://[::2]/1.0",
            "ftp://localhost/1.0",
            "https://user:s3cr3t@example.com/1.0",
            "https://example.com/1.0?s3cr3t",
            "https://example.com/1.0#s3cr3t",
            "https://",
            "//s3cr3t",
            "https:/s3cr3t.example/1.0",
            "https:/s%33cr3t.example/1.0",
            "https:s3cr3t.example",
            "https:///s3cr3t.example/1.0",
            "https://eu.api.ovh.com\r\n.s3cr3t.example/1.0",
            "https://eu.api.ovh.com\t.s3cr3t.example/1.0",
            "https://eu.api.ovh.com\\.s3cr3t.example/1.0",
            "https://eu.api.ovh.com%2Es3cr3t.example/1.0",
            "https://eu.api.ovh.com/1.0 s3cr3t",
            "https://eu.api.ovh.com/\0s3cr3t",
        ] {
            let error = BaseUrl::new(text).expect_err(text);
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text}");
            assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error}");
        }
    }
}
