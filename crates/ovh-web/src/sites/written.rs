//! The objects whose secrets are written again, by the names that a program was given.

use std::collections::BTreeSet;

use ovh_runtime::Error;

use super::Kind;
use super::wanted::{EnvValue, WantedHosting};

/// The objects of a file that have a secret, as `users example-shop`.
#[derive(Debug, Default)]
pub(super) struct WithSecret(BTreeSet<(Kind, String)>);

impl WithSecret {
    pub(super) fn add(&mut self, hosting: &WantedHosting) {
        let users = hosting.users.iter();
        let users = users.filter(|(_, it)| it.value.password.is_some());
        let databases = hosting.databases.iter();
        let databases = databases.filter(|(_, it)| it.value.password.is_some());
        let env = hosting.env.iter();
        let env = env.filter(|(_, it)| matches!(it.value.value, EnvValue::Secret(_)));
        self.0
            .extend(users.map(|(name, _)| (Kind::Users, name.clone())));
        self.0
            .extend(databases.map(|(name, _)| (Kind::Databases, name.clone())));
        self.0
            .extend(env.map(|(name, _)| (Kind::Env, name.clone())));
    }

    /// Returns the objects in full, from names with or without their kind.
    ///
    /// # Errors
    ///
    /// Returns an error if no object has a name, or objects of several kinds have it.
    pub(super) fn resolve(&self, names: &BTreeSet<String>) -> Result<BTreeSet<String>, Error> {
        names.iter().map(|name| self.one(name)).collect()
    }

    fn one(&self, given: &str) -> Result<String, Error> {
        let full = |(kind, name): &(Kind, String)| format!("{kind} {name}");
        let is_it = |it: &&(Kind, String)| it.1 == given || full(it) == given;
        let found: Vec<String> = self.0.iter().filter(is_it).map(full).collect();
        let (message, hint) = match &*found {
            [one] => return Ok(one.clone()),
            [] => (
                format!("the file gives no secret of {given:?}"),
                "name a user, a database or a variable of the file, such as \"users example-shop\""
                    .to_owned(),
            ),
            several => (
                format!("{given:?} is the name of several objects with a secret"),
                format!("name one of them with its kind: {}", several.join(", ")),
            ),
        };
        Err(Error::invalid_argument(message).hint(hint).build())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_kind_must_be_unique() {
        let objects = [
            (Kind::Users, "shop"),
            (Kind::Databases, "shop"),
            (Kind::Env, "KEY"),
        ];
        let objects = objects.map(|(kind, name)| (kind, name.to_owned()));
        let known = WithSecret(objects.into());
        let resolve = |name: &str| known.resolve(&[name.to_owned()].into());
        assert_eq!(resolve("KEY").unwrap(), ["env KEY".to_owned()].into());
        assert_eq!(
            resolve("users shop").unwrap(),
            ["users shop".to_owned()].into()
        );
        for (name, expected) in [
            ("shop", "databases shop"),
            ("nobody", "users example-shop"),
            ("env shop", "users example-shop"),
        ] {
            let error = resolve(name).unwrap_err();
            assert!(error.hint().unwrap().contains(expected), "{error}");
        }
    }
}
