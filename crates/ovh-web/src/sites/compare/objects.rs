//! The kinds with named objects: users, databases, variables, cron jobs, domains.

use std::collections::{BTreeMap, BTreeSet};

use ovh_runtime::{Error, Secret};

use super::created::created;
use super::{Decision, Present};
use crate::ensure::crons::check_creatable;
use crate::ensure::{REDACTED, difference};
use crate::hosting::cron_text::id_of;
use crate::hosting::names::refusal;
use crate::hosting::{
    crons::Crons, databases::Databases, domains::Domains, env_vars::EnvVars, users::Users,
};
use crate::pending::Observed;
use crate::sites::place::Placed;
use crate::sites::secrets::{SecretRef, SecretStore, object_name};
use crate::sites::wanted::{EnvValue, WantedDatabase, WantedEnv, WantedHosting, WantedUser};
use crate::sites::{Kind, PlannedChange};
use crate::types::{
    Cron, Database, Domain, EnvVar, EnvVarType, NewDatabase, NewEnvVar, NewUser, SshState, User,
};
use crate::{Change, ChangeKind, FieldChange};

/// The facts that a comparison needs besides the objects.
pub(in crate::sites) struct Facts<'a> {
    /// The service name of the hosting.
    pub(in crate::sites) service: &'a str,
    /// The primary login.
    pub(in crate::sites) login: &'a str,
    pub(in crate::sites) default_domain: Option<&'a str>,
    pub(in crate::sites) secrets: Option<&'a dyn SecretStore>,
    /// The objects whose secrets are written again: `users example-shop`.
    pub(in crate::sites) written: &'a BTreeSet<String>,
}

/// The name of an object with a secret, as it is given to `write_secrets`.
fn secret_name(kind: Kind, name: &str) -> String {
    format!("{kind} {name}")
}

impl WantedHosting {
    /// Returns `true` if an object with this name has a secret: `users example-shop`.
    pub(in crate::sites) fn has_secret(&self, name: &str) -> bool {
        let is = |kind, object: &String| secret_name(kind, object) == name;
        let mut users = self.users.iter();
        let mut databases = self.databases.iter();
        users.any(|(login, user)| user.value.password.is_some() && is(Kind::Users, login))
            || databases.any(|(user, it)| it.value.password.is_some() && is(Kind::Databases, user))
            || self.env.keys().any(|key| is(Kind::Env, key))
    }
}

impl Facts<'_> {
    fn writes(&self, kind: Kind, name: &str) -> bool {
        self.written.contains(&secret_name(kind, name))
    }

    /// Returns the reason why the secret of an existing object is not known to the file's store.
    fn unknown_secret(&self, kind: Kind, name: &str, secret: &SecretRef) -> Option<String> {
        let (SecretRef::Generate { store }, Some(secrets)) = (secret, self.secrets) else {
            return None;
        };
        match secrets.stored(store, &object_name(self.service, kind, name)) {
            Ok(Some(_)) => None,
            Ok(None) => Some(format!(
                "it exists, but {secret} has no secret of it: write a new one with \
                 --write-secrets {:?}",
                secret_name(kind, name)
            )),
            Err(error) => Some(error.to_string()),
        }
    }

    /// Compares an object with a secret that cannot be read back.
    fn with_secret(&self, kind: Kind, name: &str, secret: &SecretRef, change: Change) -> Decision {
        let reason = match self.writes(kind, name) {
            true => None,
            false => self.unknown_secret(kind, name, secret),
        };
        Decision {
            reason,
            ..change.into()
        }
    }
}

/// A wanted user, or only the SSH state of the primary login.
enum UserWish<'a> {
    User(&'a WantedUser, Option<&'a SshState>),
    Ssh(&'a SshState),
}

pub(in crate::sites) fn users(
    facts: &Facts<'_>,
    hosting: &WantedHosting,
    list: &[Observed<User>],
) -> Vec<PlannedChange> {
    let wish =
        |(login, user): (&String, &'_ Placed<WantedUser>)| (login.clone(), user.place.clone());
    let mut wishes = BTreeMap::new();
    for entry in &hosting.users {
        let (login, place) = wish(entry);
        let value = UserWish::User(&entry.1.value, entry.1.value.ssh_state.as_ref());
        wishes.insert(login, Placed { place, value });
    }
    if let Some(Placed { place, value: ssh }) = &hosting.ssh {
        wishes
            .entry(facts.login.to_owned())
            .and_modify(|wish| {
                if let UserWish::User(_, state @ None) = &mut wish.value {
                    *state = Some(ssh);
                }
            })
            .or_insert_with(|| Placed {
                place: place.clone(),
                value: UserWish::Ssh(ssh),
            });
    }
    let is_primary = |user: &User| user.is_primary_account || user.login == facts.login;
    let present = Present {
        kind: Kind::Users,
        objects: list,
        has_name: |user: &User, name| user.login == name,
        name: |user| user.login.clone(),
        id: None,
        identity: &["login"],
        protected: &|user| is_primary(user).then(|| "the primary login cannot be removed".into()),
        shown: |user| vec![("home", user.home.clone())],
    };
    present.plan(hosting, &wishes, |login, wish, is| match wish {
        UserWish::User(user, ssh) => user_decision(facts, login, user, *ssh, is),
        UserWish::Ssh(ssh) => ssh_decision(login, ssh, is),
    })
}

fn user_decision(
    facts: &Facts<'_>,
    login: &str,
    wanted: &WantedUser,
    ssh: Option<&SshState>,
    is: Option<&Observed<User>>,
) -> Decision {
    let mut new = NewUser::new(&*wanted.home, login, Secret::new(""));
    new.ssh_state = ssh.cloned();
    match (is, &wanted.password) {
        (Some(is), Some(secret)) => {
            let writes = facts.writes(Kind::Users, login);
            let change = difference::<Users>(login, &new, is, writes).change();
            facts.with_secret(Kind::Users, login, secret, change)
        }
        (Some(is), None) => {
            let mut change = difference::<Users>(login, &new, is, false).change();
            change.unverified.retain(|field| *field != "password");
            change.into()
        }
        (None, password) => {
            let mut left_out = vec!["login"];
            left_out.extend(password.is_none().then_some("password"));
            let change = created(&new, &left_out, &["password"]);
            match (password, refusal(login, Some(facts.login))) {
                (_, Some(rule)) => Decision::conflict(change, rule),
                (None, _) => Decision::conflict(change, "a new user needs a password"),
                (Some(_), None) => change.into(),
            }
        }
    }
}

fn ssh_decision(login: &str, ssh: &SshState, is: Option<&Observed<User>>) -> Decision {
    let Some(is) = is else {
        let reason = "the API lists no user with the primary login";
        return Decision::conflict(Change::new(ChangeKind::Conflict), reason);
    };
    let new = NewUser::new(&*is.object.home, login, Secret::new("")).ssh_state(ssh.clone());
    let mut change = difference::<Users>(login, &new, is, false).change();
    change.unverified.retain(|field| *field == "ssh_state");
    change.into()
}

pub(in crate::sites) fn databases(
    facts: &Facts<'_>,
    hosting: &WantedHosting,
    list: &[Observed<Database>],
) -> Vec<PlannedChange> {
    let present = Present {
        kind: Kind::Databases,
        objects: list,
        has_name: |database: &Database, user| database.user == user,
        name: |database| database.user.clone(),
        id: None,
        identity: &["user"],
        protected: &|_| None,
        shown: |database| {
            let (engine, version) = (&database.type_, &database.version);
            vec![
                ("type_", engine.to_string()),
                ("version", version.to_string()),
            ]
        },
    };
    present.plan(hosting, &hosting.databases, |user, wanted, is| {
        database_decision(facts, user, wanted, is)
    })
}

fn database_decision(
    facts: &Facts<'_>,
    user: &str,
    wanted: &WantedDatabase,
    is: Option<&Observed<Database>>,
) -> Decision {
    let mut new: NewDatabase = wanted.body.clone();
    new.password = wanted.password.as_ref().map(|_| Secret::new(""));
    let Some(is) = is else {
        let change = created(&new, &["user"], &["password"]);
        return match refusal(user, Some(facts.login)) {
            Some(rule) => Decision::conflict(change, rule),
            None => change.into(),
        };
    };
    let writes = facts.writes(Kind::Databases, user);
    let change = difference::<Databases>(user, &new, is, writes).change();
    match &wanted.password {
        Some(secret) => facts.with_secret(Kind::Databases, user, secret, change),
        None => change.into(),
    }
}

pub(in crate::sites) fn env_vars(
    facts: &Facts<'_>,
    hosting: &WantedHosting,
    list: &[Observed<EnvVar>],
) -> Vec<PlannedChange> {
    let present = Present {
        kind: Kind::Env,
        objects: list,
        has_name: |variable: &EnvVar, key| variable.key == key,
        name: |variable| variable.key.clone(),
        id: None,
        identity: &["key"],
        protected: &|_| None,
        shown: |variable| vec![("type_", variable.type_.to_string())],
    };
    present.plan(hosting, &hosting.env, |key, wanted, is| {
        let writes = facts.writes(Kind::Env, key);
        match &wanted.value {
            EnvValue::Text(text) => env_text(key, wanted, text, is, writes),
            EnvValue::Secret(secret) => {
                let change = env_secret(key, wanted, is, writes);
                match is {
                    Some(_) => facts.with_secret(Kind::Env, key, secret, change),
                    None => change.into(),
                }
            }
        }
    })
}

/// A text of the file is no secret: the plan shows it, so that it notices another one.
fn env_text(
    key: &str,
    wanted: &WantedEnv,
    text: &str,
    is: Option<&Observed<EnvVar>>,
    writes: bool,
) -> Decision {
    let new = NewEnvVar::new(key, wanted.type_.clone(), text);
    let mut change = match is {
        Some(is) => difference::<EnvVars>(key, &new, is, writes).change(),
        None => created(&new, &["key"], &["value"]),
    };
    let is_shown = wanted.type_ != EnvVarType::Password;
    for field in &mut change.fields {
        if field.name == "value" && is_shown {
            field.to = Some(text.to_owned());
        }
    }
    change.into()
}

/// The secret is not read: an existing value is unverified.
fn env_secret(
    key: &str,
    wanted: &WantedEnv,
    is: Option<&Observed<EnvVar>>,
    writes: bool,
) -> Change {
    let new = |value| NewEnvVar::new(key, wanted.type_.clone(), value);
    let Some(is) = is else {
        return created(&new(Secret::new("")), &["key"], &["value"]);
    };
    let same = new(is.object.value.clone());
    let mut change = difference::<EnvVars>(key, &same, is, false).change();
    let redacted = || Some(REDACTED.to_owned());
    match change.kind {
        ChangeKind::Unchanged if writes => {
            change.kind = ChangeKind::Updated;
            change.fields.push(FieldChange {
                name: "value",
                from: redacted(),
                to: redacted(),
            });
        }
        _ => change.unverified.push("value"),
    }
    change
}

pub(in crate::sites) fn crons(
    hosting: &WantedHosting,
    list: &[Observed<Cron>],
) -> Vec<PlannedChange> {
    let present = Present {
        kind: Kind::Crons,
        objects: list,
        has_name: |cron: &Cron, key| match id_of(key) {
            Some(id) => cron.id == id,
            None => Crons::key_of(cron) == Some(key),
        },
        // A key such as `#7` would mean another cron.
        name: |cron| match Crons::key_of(cron) {
            Some(key) if id_of(key).is_none() => key.to_owned(),
            _ => format!("#{}", cron.id),
        },
        id: Some(|cron| format!("#{}", cron.id)),
        identity: &["id", "description"],
        protected: &|_| None,
        shown: |cron| {
            let mut shown = vec![
                ("command", cron.command.clone()),
                ("frequency", cron.frequency.clone()),
            ];
            shown.extend(cron.description.clone().map(|text| ("description", text)));
            shown
        },
    };
    present.plan(hosting, &hosting.crons, |key, wanted, is| match is {
        Some(is) => difference::<Crons>(key, wanted, is, false).change().into(),
        None => {
            let change = created(wanted, &[], &[]);
            match check_creatable(key) {
                Ok(()) => change.into(),
                Err(error) => Decision::conflict(change, with_hint(&error)),
            }
        }
    })
}

fn with_hint(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{}; {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

pub(in crate::sites) fn domains(
    facts: &Facts<'_>,
    hosting: &WantedHosting,
    list: &[Observed<Domain>],
) -> Vec<PlannedChange> {
    let present = Present {
        kind: Kind::Domains,
        objects: list,
        has_name: |domain: &Domain, name| domain.domain.eq_ignore_ascii_case(name),
        name: |domain| domain.domain.to_ascii_lowercase(),
        id: None,
        identity: &["domain"],
        protected: &|domain| {
            let is_default = facts.is_default_domain(&domain.domain);
            is_default.then(|| "the default domain cannot be removed".into())
        },
        shown: |domain| vec![("path", domain.path.clone())],
    };
    present.plan(hosting, &hosting.domains, |name, wanted, is| match is {
        Some(is) => difference::<Domains>(name, wanted, is, false)
            .change()
            .into(),
        None => created(wanted, &["domain", "bypass_dns_configuration"], &[]).into(),
    })
}

impl Facts<'_> {
    /// The default domain, and the one with the name of the service, belong to the hosting.
    pub(in crate::sites) fn is_default_domain(&self, name: &str) -> bool {
        let is = |default: &str| default.eq_ignore_ascii_case(name);
        is(self.service) || self.default_domain.is_some_and(is)
    }
}
