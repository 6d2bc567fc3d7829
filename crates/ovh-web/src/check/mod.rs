//! Checks beforehand which calls the credentials allow.
//!
//! Access rules are evaluated by the client, IAM policies by the server (in `policies`).

mod policies;

use std::fmt;

use ovh_runtime::{Error, Operation};
use serde::{Serialize, Serializer};

use crate::access::rules::{Target, route};
use crate::hosting::handle::Hosting;
use crate::{Client, operations, types};
use policies::Policies;

/// Stands for an unknown path value, which only a `*` of a rule matches.
const ANY: &str = "\u{1}";

/// The permission for one operation.
///
/// It serializes as `{"operation": "databases::create", "access": "allowed"}`, with the fields of
/// [`Access`] after these.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Permission {
    /// The operation.
    #[serde(serialize_with = "write_id")]
    pub operation: &'static Operation,
    /// The result of the check.
    #[serde(flatten)]
    pub access: Access,
}

impl Permission {
    /// Returns `true` if the call is certainly allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self.access, Access::Allowed)
    }
}

/// The result of a permission check.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "access", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Access {
    /// An access rule allows it, or it needs no authentication.
    Allowed,
    /// No access rule of the consumer key allows it.
    MissingRule {
        /// The rule to request: `POST /hosting/web/*/database`.
        rule: String,
    },
    /// The account's policies do not grant the required actions.
    MissingActions {
        /// The IAM actions that a policy must grant.
        actions: Vec<&'static str>,
        /// The resources to grant them on, as policies name them.
        on: Vec<String>,
    },
    /// Unknown: decided by IAM policies, which the server did not evaluate.
    DecidedByPolicies {
        /// The IAM actions that a policy must grant.
        actions: &'static [&'static str],
    },
}

fn write_id<S: Serializer>(
    operation: &&'static Operation,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(operation.id())
}

/// `databases::create: may not be called, needs the access rule POST /hosting/web/*/database`
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation.id(), self.access)
    }
}

/// `may not be called, needs the access rule POST /hosting/web/*/database`
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => f.write_str("may be called"),
            Self::MissingRule { rule } => {
                write!(f, "may not be called, needs the access rule {rule}")
            }
            Self::MissingActions { actions, on } => {
                let first = on.first().map_or("the account", String::as_str);
                let actions = actions.join(", ");
                write!(
                    f,
                    "may not be called, needs the IAM action {actions} on {first}"
                )?;
                match on.len() {
                    0 | 1 => Ok(()),
                    all => write!(f, " and {} more", all - 1),
                }
            }
            Self::DecidedByPolicies { actions: [] } => {
                f.write_str("unknown: decided by IAM policies")
            }
            Self::DecidedByPolicies { actions } => {
                write!(f, "needs the IAM action {}", actions.join(", "))
            }
        }
    }
}

impl Client {
    /// Checks which operations the credentials allow on every hosting.
    ///
    /// Operations are given by their ids, as errors show them. With a consumer key, the check reads
    /// the key's access rules. With an access token, it asks the server about the account's IAM
    /// policies, for every visible hosting, DNS zone or domain name. It calls none of the
    /// operations. IAM policies may also restrict what access rules allow.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// for permission in client.check(["databases::create", "domains::attach"]).await? {
    ///     println!("{permission}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if an operation does not exist, or if a call fails.
    pub async fn check(
        &self,
        operations: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<Permission>, Error> {
        check(self, None, find(operations)?).await
    }
}

impl Hosting {
    /// Checks which operations the credentials allow on this hosting.
    ///
    /// See [`Client::check`].
    pub async fn check(
        &self,
        operations: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<Permission>, Error> {
        let target = Target::Hosting(self.service_name());
        check(self.client(), Some(target), find(operations)?).await
    }
}

#[cfg(feature = "domain")]
impl crate::domain::zone::Zone {
    /// Checks which operations the credentials allow on this zone.
    ///
    /// See [`Client::check`].
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let zone = client.zone("example.com");
    /// for permission in zone.check(["domain/records::create", "domain/zones::refresh"]).await? {
    ///     println!("{permission}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(
        &self,
        operations: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Vec<Permission>, Error> {
        let target = Target::Zone(self.name());
        check(self.client(), Some(target), find(operations)?).await
    }
}

fn find(
    operations: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Vec<&'static Operation>, Error> {
    operations
        .into_iter()
        .map(|id| {
            let id = id.as_ref();
            operations::by_id(id).ok_or_else(|| {
                let hint = match id.contains('/') {
                    true => {
                        "operations of `/domain` need the feature `domain`, those of version 2 the \
                         feature `webhosting-v2`"
                    }
                    false => {
                        "an operation is a resource and a method of `client.raw()`, such as \
                         `databases::create`"
                    }
                };
                let error = Error::invalid_argument(format!("unknown operation `{id}`"));
                error.hint(hint).build()
            })
        })
        .collect()
}

async fn check(
    client: &Client,
    target: Option<Target<'_>>,
    operations: Vec<&'static Operation>,
) -> Result<Vec<Permission>, Error> {
    let access: Box<dyn Fn(&'static Operation) -> Access + '_> = match rules(client).await? {
        Some(rules) => Box::new(move |operation| evaluate(&rules, target, operation)),
        None => {
            let policies = Policies::ask(client, target, &operations).await?;
            Box::new(move |operation| policies.evaluate(operation))
        }
    };
    Ok(operations
        .into_iter()
        .map(|operation| Permission {
            operation,
            access: match operation.is_anonymous() {
                true => Access::Allowed,
                false => access(operation),
            },
        })
        .collect())
}

/// Returns the access rules of the credentials, or `None` if they have none.
async fn rules(client: &Client) -> Result<Option<Vec<types::AccessRule>>, Error> {
    match client.raw().auth().current_credential().fresh().await {
        Ok(credential) => Ok(Some(credential.rules)),
        // Inferred: a token has no consumer key, so this route refuses it. Documented: the details
        // exist for every kind of authentication.
        Err(error) if policies::is_refused(&error) => {
            match client.raw().auth().details().fresh().await {
                Ok(details) => Ok(details.allowed_routes),
                Err(_) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

fn evaluate(
    rules: &[types::AccessRule],
    target: Option<Target<'_>>,
    operation: &'static Operation,
) -> Access {
    let (method, path) = (operation.method().as_str(), route(operation, target, ANY));
    let is_allowed = rules
        .iter()
        .any(|rule| rule.method.as_str() == method && matches(&rule.path, &path));
    if is_allowed {
        Access::Allowed
    } else {
        Access::MissingRule {
            rule: format!("{method} {}", route(operation, target, "*")),
        }
    }
}

/// Documented: `*` matches any run of characters, including `/`; the rest is literal.
fn matches(rule: &str, path: &str) -> bool {
    let parts: Vec<&str> = rule.split('*').collect();
    let [first, middle @ .., last] = &parts[..] else {
        return rule == path;
    };
    let inner = path.strip_prefix(first);
    let Some(mut inner) = inner.and_then(|path| path.strip_suffix(last)) else {
        return false;
    };
    middle.iter().all(|part| {
        let found = inner.split_once(part);
        inner = found.map_or(inner, |(_, rest)| rest);
        found.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permission_serializes_flat() {
        let operation = operations::by_id("databases::create");
        let rule = "POST /hosting/web/*/database".to_owned();
        let permission = Permission {
            operation: operation.expect("an operation"),
            access: Access::MissingRule { rule },
        };
        assert_eq!(
            serde_json::to_string(&permission).expect("an object"),
            r#"{"operation":"databases::create","access":"missing_rule","rule":"POST /hosting/web/*/database"}"#
        );
    }

    #[test]
    fn rule_matches_like_the_api() {
        for (rule, path) in [
            ("/me", "/me"),
            ("/*", "/me/bill"),
            ("/me*", "/me/bill"),
            ("/sms/*/jobs", "/sms/a/b/jobs"),
            ("/a*b*c", "/axbxbxc"),
            ("/hosting/web/*", "/hosting/web/\u{1}/database"),
        ] {
            assert!(matches(rule, path), "{rule} {path}");
        }
        for (rule, path) in [
            ("/me", "/me/bill"),
            ("/sms/*", "/sms"),
            ("", "/me"),
            ("/sms/*/jobs", "/sms/a/job"),
            ("/hosting/web/mine.ovh/*", "/hosting/web/\u{1}/database"),
        ] {
            assert!(!matches(rule, path), "{rule} {path}");
        }
    }
}
