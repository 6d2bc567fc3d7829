//! OAuth2: the token endpoint, its tokens, and bearer tokens from the settings.
//!
//! OVHcloud's token endpoint is on another host than the API; here it has the same path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::time::Duration;

use ovh_runtime::Secret;
use serde_json::{Value, json};

use super::caller::{AuthInput, Caller, Method};
use super::keys::KeySource;
use super::settings::{AccessSettings, Keys};
use crate::clock::Moment;
use crate::glob;
use crate::http::{Form, HttpRequest, decode};
use crate::response::Refusal;

/// The lifetime of a token, as the real endpoint says.
const LIFETIME: Duration = Duration::from_secs(3599);
/// The number of tokens that are kept. The one that expires first is removed first.
const MAX_TOKENS: usize = 10_000;

/// The OAuth2 client, and the tokens that were issued.
#[derive(Clone, Default)]
pub(crate) struct OAuth2 {
    client_id: String,
    client_secret: Secret,
    lifetime: Duration,
    /// Tokens that never expire.
    access_tokens: Vec<Secret>,
    /// The actions that bearer tokens are granted; `None` grants all.
    granted: Option<Vec<String>>,
    tokens: BTreeMap<String, Token>,
    issued: u64,
}

#[derive(Clone)]
struct Token {
    client: String,
    end: Moment,
}

impl OAuth2 {
    pub(crate) fn new(settings: &AccessSettings, keys: &Keys) -> Self {
        Self {
            client_id: keys.client_id.clone(),
            client_secret: keys.client_secret.clone(),
            lifetime: settings.token_lifetime.unwrap_or(LIFETIME),
            access_tokens: settings.access_tokens.clone(),
            granted: settings.iam_actions.clone(),
            ..Self::default()
        }
    }

    /// Checks a request of the token endpoint, and returns its client and its scope.
    pub(crate) fn request(&self, request: &HttpRequest) -> Result<(String, String), Refusal> {
        if request.method != "POST" {
            let message = "the token endpoint needs POST";
            return Err(Refusal::oauth2(405, "invalid_request", message));
        }
        let denied = |error, description: &str| Err(Refusal::oauth2(400, error, description));
        let form = Form::parse(&String::from_utf8_lossy(&request.body));
        match form.get("grant_type") {
            Some("client_credentials") => {}
            Some(_) => {
                let message = "the sandbox supports client_credentials only";
                return denied("unsupported_grant_type", message);
            }
            None => return denied("invalid_request", "grant_type is missing"),
        }
        let basic = request.header("authorization").and_then(basic_credentials);
        let (id, secret) = match (basic, form.get("client_id"), form.get("client_secret")) {
            (Some(pair), _, _) => pair,
            (None, Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
            _ => {
                let message = "client_id or client_secret is missing";
                return denied("invalid_request", message);
            }
        };
        // OVHcloud's own clients test for the exact text of both errors.
        if id != self.client_id {
            return denied("invalid_client", "ovhcloud oauth2 client does not exists");
        }
        if secret != self.client_secret.expose() {
            return denied("invalid_client_credentials", "client secret invalid");
        }
        Ok((id, form.get("scope").unwrap_or("all").to_owned()))
    }

    /// The end of a token that is issued now.
    pub(crate) fn end(&self, now: Moment) -> Moment {
        now + self.lifetime
    }

    pub(crate) fn issue(&mut self, keys: &KeySource, client: &str, end: Moment) {
        self.issued += 1;
        if self.tokens.len() >= MAX_TOKENS {
            let first = self.tokens.iter().min_by_key(|(_, token)| token.end);
            if let Some(first) = first.map(|(token, _)| token.clone()) {
                self.tokens.remove(&first);
            }
        }
        let client = client.to_owned();
        let token = self.latest(keys, &client);
        self.tokens.insert(token, Token { client, end });
    }

    /// The last token, which was issued to this client.
    fn latest(&self, keys: &KeySource, client: &str) -> String {
        keys.key(&format!("token {} of {client}", self.issued), 48)
    }

    /// The response with the last token.
    pub(crate) fn response(&self, keys: &KeySource, client: &str, scope: &str) -> Value {
        json!({
            "access_token": self.latest(keys, client),
            "token_type": "Bearer",
            "expires_in": self.lifetime.as_secs(),
            "scope": scope,
        })
    }

    /// Returns `true` if bearer tokens are granted an action.
    pub(crate) fn grants(&self, action: &str) -> bool {
        self.granted.as_ref().is_none_or(|granted| {
            let mut patterns = granted.iter();
            patterns.any(|pattern| glob::matches(pattern, action, b'*'))
        })
    }

    pub(crate) fn revoke(&mut self) {
        self.tokens.clear();
    }
}

/// Checks a request with an `Authorization` header.
pub(super) fn authenticate(
    oauth2: &OAuth2,
    given: &str,
    input: &AuthInput<'_>,
) -> Result<Caller, Refusal> {
    // Guess: the status and the text for an unknown or expired token; it is refused.
    let denied = |help: &str| Refusal::no_login().help(help);
    let token = given
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| denied("the Authorization header is not a bearer token"))?;
    let mut access_tokens = oauth2.access_tokens.iter();
    let caller = if access_tokens.any(|known| known.expose() == token) {
        Caller::bearer(Method::Token, "access token")
    } else {
        let known = oauth2
            .tokens
            .get(token)
            .ok_or_else(|| denied("unknown bearer token: this sandbox did not issue it"))?;
        if known.end <= input.now {
            let since = input.now.seconds_since(known.end);
            return Err(denied(&format!("the bearer token expired {since} s ago")));
        }
        Caller::bearer(Method::OAuth2, &known.client)
    };
    let actions = input.iam_actions.iter().copied();
    let missing: Vec<_> = actions.filter(|action| !oauth2.grants(action)).collect();
    if missing.is_empty() {
        return Ok(caller);
    }
    let missing = missing.join(",");
    let refusal = Refusal::forbidden("User not granted for this request").details(json!({
        "unauthorizedActionsByAuthentication": "",
        "unauthorizedActionsByIAM": missing,
    }));
    Err(refusal.help(format!("no policy grants {missing}")))
}

/// Parses `Basic` credentials: base64 of two form-encoded halves.
pub(crate) fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id)?, decode(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_basic_credentials() {
        let read = |header| basic_credentials(header);
        let pair = Some(("Aladdin".to_owned(), "open sesame".to_owned()));
        assert_eq!(read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), pair);
        assert_eq!(read("basic QWxhZGRpbjpvcGVuJTIwc2VzYW1l"), pair);
        for wrong in ["Bearer x", "Basic *", "Basic", "Basic QUJD"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
