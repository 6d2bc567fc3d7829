//! OAuth2: the token endpoint, its tokens, and static bearer tokens.
//!
//! The real token endpoint is on another host than the API; here it is on the same one, at the
//! path that OVHcloud's clients know.

use std::collections::BTreeMap;
use std::time::Duration;

use ovh_runtime::Secret;
use serde_json::{Value, json};

use super::keys::KeySource;
use super::{AuthInput, Caller, Denied, Method};
use crate::clock::Moment;
use crate::glob;
use crate::reply::Refusal;
use crate::wire::{Incoming, decoded, form};

/// How long a token lives, as the real endpoint says.
const LIFETIME: Duration = Duration::from_secs(3599);
/// How many tokens are kept; the one that ends first goes first.
const MOST_TOKENS: usize = 10_000;

/// What is settled before the start.
#[derive(Clone, Default)]
pub(crate) struct FirstOAuth2 {
    pub(crate) lifetime: Option<Duration>,
    pub(crate) fixed: Vec<Secret>,
    pub(crate) granted: Option<Vec<String>>,
}

impl FirstOAuth2 {
    /// The state of a sandbox that was just started.
    pub(crate) fn start(&self, id: &str, secret: &Secret) -> OAuth2 {
        OAuth2 {
            clients: BTreeMap::from([(id.to_owned(), secret.clone())]),
            lifetime: self.lifetime.unwrap_or(LIFETIME),
            fixed: self.fixed.clone(),
            granted: self.granted.clone(),
            ..OAuth2::default()
        }
    }
}

/// Clients, and the tokens that were given out.
#[derive(Clone, Default)]
pub(crate) struct OAuth2 {
    clients: BTreeMap<String, Secret>,
    lifetime: Duration,
    /// Tokens that were fixed at start and never end.
    fixed: Vec<Secret>,
    /// The actions that a policy grants to bearers; everything without one.
    granted: Option<Vec<String>>,
    tokens: BTreeMap<String, Token>,
    given: u64,
}

/// A call of the token endpoint that is in order.
pub(crate) struct TokenRequest {
    pub(crate) client: String,
    pub(crate) scope: String,
}

#[derive(Clone)]
struct Token {
    client: String,
    end: Moment,
}

/// A refusal of the token endpoint.
fn denied(error: &'static str, description: &str) -> Refusal {
    Refusal::oauth2(400, error, description)
}

impl OAuth2 {
    /// Checks a call of the token endpoint.
    pub(crate) fn request(&self, incoming: &Incoming) -> Result<TokenRequest, Refusal> {
        if incoming.method != "POST" {
            let words = "tokens are had with POST";
            return Err(Refusal::oauth2(405, "invalid_request", words));
        }
        let fields = form(&String::from_utf8_lossy(&incoming.body));
        let field = |name: &str| {
            let found = fields.iter().find(|(field, _)| field == name);
            found.map(|(_, value)| value.as_str())
        };
        match field("grant_type") {
            Some("client_credentials") => {}
            Some(_) => {
                return Err(denied(
                    "unsupported_grant_type",
                    "the sandbox knows client_credentials only",
                ));
            }
            None => return Err(denied("invalid_request", "grant_type is missing")),
        }
        let basic = incoming.header("authorization").and_then(basic_credentials);
        let (id, secret) = match (basic, field("client_id"), field("client_secret")) {
            (Some(pair), _, _) => pair,
            (None, Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
            _ => {
                let missing = "client_id or client_secret is missing";
                return Err(denied("invalid_request", missing));
            }
        };
        // Both refusals word for word as OVHcloud's own clients test for them.
        let unknown = || denied("invalid_client", "ovhcloud oauth2 client does not exists");
        let known = self.clients.get(&id).ok_or_else(unknown)?;
        if known.expose() != secret {
            return Err(denied(
                "invalid_client_credentials",
                "client secret invalid",
            ));
        }
        Ok(TokenRequest {
            client: id,
            scope: field("scope").unwrap_or("all").to_owned(),
        })
    }

    /// When a token that is given out now ends.
    pub(crate) fn end(&self, now: Moment) -> Moment {
        now + self.lifetime
    }

    /// Gives a token out.
    pub(crate) fn give(&mut self, keys: &KeySource, client: &str, end: Moment) {
        self.given += 1;
        let token = self.latest(keys, client);
        if self.tokens.len() >= MOST_TOKENS {
            let first = self.tokens.iter().min_by_key(|(_, token)| token.end);
            if let Some(first) = first.map(|(token, _)| token.clone()) {
                self.tokens.remove(&first);
            }
        }
        let kept = Token {
            client: client.to_owned(),
            end,
        };
        self.tokens.insert(token, kept);
    }

    /// The token that was given out last, which was to this client.
    fn latest(&self, keys: &KeySource, client: &str) -> String {
        keys.key(&format!("token {} of {client}", self.given), 48)
    }

    /// The answer that carries the token which was given out last.
    pub(crate) fn answer(&self, keys: &KeySource, client: &str, scope: &str) -> Value {
        json!({
            "access_token": self.latest(keys, client),
            "token_type": "Bearer",
            "expires_in": self.lifetime.as_secs(),
            "scope": scope,
        })
    }

    /// Whether the policies grant bearers an action.
    pub(crate) fn grants(&self, action: &str) -> bool {
        self.granted
            .as_ref()
            .is_none_or(|granted| granted.iter().any(|pattern| glob::fits(pattern, action)))
    }

    /// Ends every token that was given out.
    pub(crate) fn revoke(&mut self) {
        self.tokens.clear();
    }
}

/// Checks a call that came with an `Authorization` header.
pub(super) fn authenticate(
    oauth2: &OAuth2,
    given: &str,
    call: &AuthInput<'_>,
) -> Result<Caller, Denied> {
    // Guess: how an unknown or ended token is refused; only that it is, is certain.
    let denied = |help: &str| Denied {
        refusal: Refusal::no_login(),
        help: Some(help.to_owned()),
    };
    let token = given
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| denied("the Authorization header is no bearer token"))?;
    let caller = if oauth2.fixed.iter().any(|fixed| fixed.expose() == token) {
        Caller {
            method: Method::Token,
            key: "access token".into(),
            credential_id: None,
        }
    } else {
        let known = oauth2
            .tokens
            .get(token)
            .ok_or_else(|| denied("no such bearer token was given out by this sandbox"))?;
        if known.end <= call.now {
            let since = call.now.seconds_since(known.end);
            return Err(denied(&format!("the bearer token ended {since} s ago")));
        }
        Caller {
            method: Method::OAuth2,
            key: known.client.clone(),
            credential_id: None,
        }
    };
    let missing: Vec<_> = call
        .iam_actions
        .iter()
        .copied()
        .filter(|action| !oauth2.grants(action))
        .collect();
    if missing.is_empty() {
        return Ok(caller);
    }
    let missing = missing.join(",");
    let refusal = Refusal::new(
        403,
        "Client::Forbidden",
        "User not granted for this request",
    );
    Err(Denied {
        help: Some(format!("no policy grants {missing}")),
        refusal: refusal.details(json!({
            "unauthorizedActionsByAuthentication": "",
            "unauthorizedActionsByIAM": missing,
        })),
    })
}

/// Reads `Basic` credentials: base64 of two form-encoded halves.
pub(crate) fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64(encoded.trim())?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id), decoded(secret)))
}

/// Decodes base64; nothing if it is none.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).unwrap_or_default());
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_read() {
        let read = |header| basic_credentials(header);
        let pair = Some(("Aladdin".to_owned(), "open sesame".to_owned()));
        assert_eq!(read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), pair);
        assert_eq!(read("basic QWxhZGRpbjpvcGVuJTIwc2VzYW1l"), pair);
        for wrong in ["Bearer x", "Basic *", "Basic", "Basic QUJD"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
