//! Access rules of a consumer key: pairs of method and path.

use ovh_runtime::{Error, Method, Operation};

use crate::types::{HttpMethod, NewAccessRule};

const ALL: [Method; 4] = [Method::GET, Method::POST, Method::PUT, Method::DELETE];

/// A right to call a method on a path.
///
/// `*` matches any run of characters, including `/`. Without `*` the path must match exactly: `/me`
/// does not allow `/me/bill`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    method: Method,
    path: String,
}

impl Rule {
    /// Creates a rule.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
        }
    }

    /// Returns the method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the path, which may contain `*`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// The access rules of a consumer key. Request only what the program needs.
///
/// ```
/// use ovh_web::{AccessRules, Method};
///
/// let rules = AccessRules::new()
///     .allow(Method::GET, "/me")
///     .recursive(&[Method::GET, Method::POST], "/hosting/web/");
/// let text: Vec<_> = rules.iter().map(|rule| format!("{} {}", rule.method(), rule.path())).collect();
/// assert_eq!(text, [
///     "GET /me",
///     "GET /hosting/web", "POST /hosting/web",
///     "GET /hosting/web/*", "POST /hosting/web/*",
/// ]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use]
pub struct AccessRules {
    rules: Vec<Rule>,
    /// An invalid hosting name that was passed.
    invalid_hosting: Option<String>,
}

impl AccessRules {
    /// Creates an empty set of rules.
    pub const fn new() -> Self {
        Self {
            rules: Vec::new(),
            invalid_hosting: None,
        }
    }

    /// Allows reading everything.
    pub fn read_only() -> Self {
        Self::new().recursive(&[Method::GET], "/")
    }

    /// Allows everything.
    pub fn everything() -> Self {
        Self::new().recursive(&ALL, "/")
    }

    /// Allows one method on one path.
    pub fn allow(mut self, method: Method, path: impl Into<String>) -> Self {
        self.rules.push(Rule::new(method, path));
        self
    }

    /// Allows the methods on a path and everything below it.
    ///
    /// For `/`, every path is allowed. A path without a leading `/` is refused when the key is
    /// requested. OVHcloud's own clients create the same rules.
    pub fn recursive(mut self, methods: &[Method], path: &str) -> Self {
        // From python-ovh and go-ovh: two rules, and for the root only the second.
        let given = path;
        let path = path.trim_end_matches(['*', '/', ' ']);
        let is_everything = matches!(given, "/" | "/*");
        if !given.starts_with('/') || (path.is_empty() && !is_everything) {
            // An empty value is likely a mistake and must not allow everything: it is refused.
            return methods
                .iter()
                .fold(self, |rules, method| rules.allow(method.clone(), given));
        }
        if !path.is_empty() {
            for method in methods {
                self = self.allow(method.clone(), path);
            }
        }
        for method in methods {
            self = self.allow(method.clone(), format!("{path}/*"));
        }
        self
    }

    /// Allows everything on one hosting.
    ///
    /// An invalid service name is refused when the key is requested, since it could match other
    /// paths.
    pub fn manage_hosting(self, service_name: &str) -> Self {
        self.one_hosting(&ALL, service_name)
    }

    /// Allows reading one hosting and its resources.
    ///
    /// Names are checked as in [`manage_hosting`](Self::manage_hosting).
    pub fn read_hosting(self, service_name: &str) -> Self {
        self.one_hosting(&[Method::GET], service_name)
    }

    fn one_hosting(mut self, methods: &[Method], service_name: &str) -> Self {
        if !is_service_name(service_name) {
            self.invalid_hosting = Some(service_name.to_owned());
            return self;
        }
        self.recursive(methods, &format!("/hosting/web/{service_name}"))
    }

    /// Allows the client to read and revoke its own key.
    pub fn own_key(self) -> Self {
        self.allow(Method::GET, "/auth/currentCredential")
            .allow(Method::POST, "/auth/logout")
    }

    /// Iterates over the rules.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// Returns the rules as sent, or an error if they cannot match anything.
    pub(super) fn into_body(self) -> Result<Vec<NewAccessRule>, Error> {
        let refuse = |what: String| {
            let message = format!("{what}; nothing was sent");
            Err(Error::invalid_argument(message).build())
        };
        if let Some(name) = self.invalid_hosting {
            let name = name.escape_debug();
            return refuse(format!(
                "`{name}` is not the name of a hosting: its rules could match other paths"
            ));
        }
        if self.rules.is_empty() {
            return refuse("a consumer key needs at least one access rule".to_owned());
        }
        let mut body = Vec::with_capacity(self.rules.len());
        for Rule { method, path } in self.rules {
            // From third-party reports: other rules are accepted and match nothing.
            let is_visible = path.bytes().all(|byte| byte.is_ascii_graphic());
            let has_dots = path.split('/').any(|part| matches!(part, "." | ".."));
            let is_odd = path.contains("//") || path.contains(['?', '#', '\\']) || has_dots;
            if !path.starts_with('/') || is_odd || !is_visible {
                let path = path.escape_debug();
                return refuse(format!(
                    "the access rule `{method} {path}` would match nothing: a path starts with `/`, has no part that is \
                     empty, `.` or `..`, and contains only visible ASCII characters, except `?`, `#` and `\\`"
                ));
            }
            let method: HttpMethod = method.as_str().into();
            body.push(NewAccessRule::new().method(method).path(path));
        }
        Ok(body)
    }
}

/// The one object that a permission check is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    Hosting(&'a str),
    #[cfg(feature = "domain")]
    Zone(&'a str),
}

impl<'a> Target<'a> {
    /// The value of a segment of the operation's path, if the object has it.
    fn value(self, operation: &Operation, segment: &str) -> Option<&'a str> {
        let path = operation.path();
        match self {
            // The name of a service in `/domain` is a domain name.
            Self::Hosting(name) => {
                let parameters = [
                    ("/hosting/", "{serviceName}"),
                    ("/v2/webhosting/", "{name}"),
                ];
                let is_name = |(start, it): (&str, &str)| path.starts_with(start) && segment == it;
                parameters.into_iter().any(is_name).then_some(name)
            }
            #[cfg(feature = "domain")]
            Self::Zone(name) => (segment == "{zoneName}").then_some(name),
        }
    }
}

/// Returns the operation's route with `blank` for unknown values.
pub(crate) fn route(operation: &Operation, target: Option<Target<'_>>, blank: &str) -> String {
    operation
        .path()
        .split('/')
        .map(
            |segment| match target.and_then(|it| it.value(operation, segment)) {
                Some(value) => value,
                None if segment.starts_with('{') => blank,
                None => segment,
            },
        )
        .collect::<Vec<_>>()
        .join("/")
}

/// Returns `true` for a valid hosting name: a host name, not a route next to the hostings.
fn is_service_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_route = ovh_web_client::operations::by_id("hosting::get")
        .is_some_and(|row| row.reserved_values_of("serviceName").contains(&name));
    name.split('.').all(is_label) && !is_route
}

impl Extend<Rule> for AccessRules {
    fn extend<I: IntoIterator<Item = Rule>>(&mut self, rules: I) {
        self.rules.extend(rules);
    }
}

impl FromIterator<Rule> for AccessRules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        Self {
            rules: rules.into_iter().collect(),
            invalid_hosting: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rules: &AccessRules) -> Vec<String> {
        rules
            .iter()
            .map(|rule| format!("{} {}", rule.method(), rule.path()))
            .collect()
    }

    #[test]
    fn recursive_rules_equal_other_clients() {
        assert_eq!(text(&AccessRules::read_only()), ["GET /*"]);
        for path in ["/sms", "/sms/", "/sms/*", "/sms/* "] {
            let rules = AccessRules::new().recursive(&[Method::GET, Method::PUT], path);
            let expected = ["GET /sms", "PUT /sms", "GET /sms/*", "PUT /sms/*"];
            assert_eq!(text(&rules), expected, "{path}");
        }
        let rules = AccessRules::new().read_hosting("a.example");
        assert_eq!(
            text(&rules),
            ["GET /hosting/web/a.example", "GET /hosting/web/a.example/*"]
        );
    }

    #[test]
    fn hosting_rule_never_allows_another() {
        for name in [
            "",
            "*",
            "a*",
            "/",
            "a/b",
            "a/../*",
            "%2A",
            "a b",
            " ",
            "\t",
            "\u{a0}",
            ".",
            "..",
            "...",
            "a.",
            ".a",
            "a..b",
            "moduleList",
            "a\n",
            "é.example",
        ] {
            for rules in [
                AccessRules::new().own_key().read_hosting(name),
                AccessRules::new().own_key().manage_hosting(name),
            ] {
                let error = rules.into_body().expect_err(name);
                assert!(error.to_string().contains("nothing was sent"), "{error}");
            }
        }
        let fine = AccessRules::new().read_hosting("example.cluster01.hosting.ovh.net");
        assert_eq!(fine.into_body().expect("fine rules").len(), 2);
    }

    #[test]
    fn rules_match_only_paths_of_their_hosting() {
        // Matches like OVHcloud: `*` is any run of characters, the rest is literal.
        fn matches(rule: &str, path: &str) -> bool {
            match rule.split_once('*') {
                None => rule == path,
                Some((before, rest)) => path.strip_prefix(before).is_some_and(|path| {
                    (0..=path.len())
                        .any(|at| path.is_char_boundary(at) && matches(rest, &path[at..]))
                }),
            }
        }
        let letters = [
            'a', 'Z', '0', '.', '-', '_', '*', '/', ' ', '%', '?', '#', '\\', '\t', 'é', '\u{202e}',
        ];
        let others = [
            "/hosting/web",
            "/hosting/web/",
            "/hosting/web/other.example",
            "/hosting/web/other.example/user",
            "/hosting/web/moduleList",
            "/hosting/webx",
            "/me",
            "/",
        ];
        let mut accepted = 0;
        // Every text of up to three of these letters.
        for length in 1..=3_u32 {
            for number in 0..letters.len().pow(length) {
                let pick = |at: u32| letters[number / letters.len().pow(at) % letters.len()];
                let name: String = (0..length).map(pick).collect();
                let rules = AccessRules::new().manage_hosting(&name).into_body();
                let Ok(rules) = rules else { continue };
                accepted += 1;
                for rule in &rules {
                    let rule = rule.path.as_deref().expect("a path");
                    let own = [
                        format!("/hosting/web/{name}"),
                        format!("/hosting/web/{name}/user"),
                    ];
                    assert!(own.iter().any(|path| matches(rule, path)), "{rule}");
                    for path in others {
                        assert!(!matches(rule, path), "{rule} matches {path}");
                    }
                    assert!(!matches(rule, &format!("/hosting/web/{name}x")), "{rule}");
                }
            }
        }
        assert!(accepted > 100);
    }

    #[test]
    fn refuses_rules_that_match_nothing() {
        assert!(AccessRules::new().into_body().is_err());
        for path in [
            "",
            " ",
            "*",
            "* ",
            "//",
            "/ ",
            "//*",
            "/a//b",
            "me",
            "/m e",
            "/m\0",
            "/m\u{202e}",
            "/é",
            "/a/../*",
            "/./me",
            "/me?a",
            "/me#a",
            r"/a\b",
        ] {
            let rules = AccessRules::new().recursive(&ALL, path);
            assert!(rules.into_body().is_err(), "{path:?}");
        }
        for path in ["", "me", "/me ", "/m e", "/me\u{200b}", "/*\0"] {
            let rules = AccessRules::new().allow(Method::GET, path);
            assert!(rules.into_body().is_err(), "{path:?}");
        }
        let body = AccessRules::everything().into_body().expect("fine rules");
        assert_eq!(body.len(), 4);
    }
}
