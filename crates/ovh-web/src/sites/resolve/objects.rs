//! Users, databases, environment variables and cron jobs, of a hosting or of its sites.

use super::{Resolver, names, put, required};
use crate::ensure::same_folder;
use crate::sites::entries::{CronEntry, DatabaseEntry, EnvEntry, EnvValueEntry, SECRET, UserEntry};
use crate::sites::node::Text;
use crate::sites::node::decode::Named;
use crate::sites::wanted::{EnvValue, WantedDatabase, WantedEnv, WantedUser};
use crate::types::{EnvVarType, NewCron, NewDatabase};

impl Resolver<'_> {
    pub(super) fn users(&mut self, entries: Option<Named<UserEntry>>) {
        for (key, entry) in all(entries) {
            let login = names::login(&key, self.to);
            let home = required(entry.home, "home", &key, self.to);
            let home = home.and_then(|home| names::folder(&home, self.to));
            if let (Some(login), Some(home)) = (login, home) {
                let user = WantedUser {
                    home,
                    ssh_state: entry.ssh,
                    password: entry.password,
                };
                let users = &mut self.wanted.users;
                put(users, "user", login, &key, user, is_same_user, self.to);
            }
        }
    }

    /// The SSH state of the primary login has one place.
    pub(super) fn primary_login(&mut self) {
        let Some(ssh) = &self.wanted.ssh else {
            return;
        };
        let user = self.wanted.users.get(&self.facts.login);
        if let Some(user) = user.filter(|user| user.value.ssh_state.is_some()) {
            let message = format!(
                "the SSH access of the primary login is set at {}",
                ssh.place
            );
            self.to.add(&user.place, message);
        }
    }

    pub(super) fn databases(&mut self, entries: Option<Named<DatabaseEntry>>) {
        for (key, entry) in all(entries) {
            let user = names::database_user(&key, self.to);
            let capacity = required(entry.capacity, "capacity", &key, self.to);
            let type_ = required(entry.type_, "type", &key, self.to);
            if let (Some(user), Some(capacity), Some(type_)) = (user, capacity, type_) {
                let mut body = NewDatabase::new(capacity, type_, &*user);
                (body.version, body.quota) = (entry.version, entry.quota);
                let database = WantedDatabase {
                    body,
                    password: entry.password,
                };
                let databases = &mut self.wanted.databases;
                put(
                    databases,
                    "database",
                    user,
                    &key,
                    database,
                    PartialEq::eq,
                    self.to,
                );
            }
        }
    }

    pub(super) fn env(&mut self, entries: Option<Named<EnvEntry>>) {
        for (key, entry) in all(entries) {
            let name = names::env(&key, self.to);
            let variable = match entry {
                EnvEntry::Text(text) => Some(WantedEnv {
                    type_: EnvVarType::String,
                    value: EnvValue::Text(text.value),
                }),
                EnvEntry::Typed(entry) => {
                    let type_ = required(entry.type_, "type", &key, self.to);
                    let value = required(entry.value, "value", &key, self.to);
                    type_.zip(value).and_then(|(type_, value)| {
                        let place = value.place;
                        let value = match value.value {
                            EnvValueEntry::Secret(secret) => EnvValue::Secret(secret),
                            EnvValueEntry::Text(_) if type_ == EnvVarType::Password => {
                                self.to
                                    .add(&place, format!("expected {SECRET}, found a text"));
                                return None;
                            }
                            EnvValueEntry::Text(text)
                                if type_ == EnvVarType::Integer
                                    && text.value.parse::<i64>().is_err() =>
                            {
                                self.to.add(&place, "expected a whole number");
                                return None;
                            }
                            EnvValueEntry::Text(text) => EnvValue::Text(text.value),
                        };
                        Some(WantedEnv { type_, value })
                    })
                }
            };
            if let (Some(name), Some(variable)) = (name, variable) {
                let env = &mut self.wanted.env;
                put(
                    env,
                    "environment variable",
                    name,
                    &key,
                    variable,
                    PartialEq::eq,
                    self.to,
                );
            }
        }
    }

    pub(super) fn crons(&mut self, entries: Option<Named<CronEntry>>) {
        for (key, entry) in all(entries) {
            let name = names::cron_key(&key, self.to);
            let command = required(entry.command, "command", &key, self.to);
            let frequency = required(entry.frequency, "frequency", &key, self.to);
            let mut line = |text: Option<Text>| -> Option<String> {
                text.and_then(|text| names::plain(&text, "a text of one line", self.to))
            };
            let command = line(command);
            let (description, email) = (line(entry.description), line(entry.email));
            let frequency = frequency.and_then(|text| names::schedule(&text, self.to));
            let language = required(entry.language, "language", &key, self.to);
            let body = (name, command, frequency, language);
            if let (Some(name), Some(command), Some(frequency), Some(language)) = body {
                let mut body = NewCron::new(command, frequency, language);
                (body.description, body.email) = (description, email);
                body.status = entry.status;
                put(
                    &mut self.wanted.crons,
                    "cron job",
                    name,
                    &key,
                    body,
                    PartialEq::eq,
                    self.to,
                );
            }
        }
    }
}

fn is_same_user(a: &WantedUser, b: &WantedUser) -> bool {
    let mut a = a.clone();
    if same_folder(&a.home, &b.home) {
        a.home.clone_from(&b.home);
    }
    a == *b
}

fn all<T>(entries: Option<Named<T>>) -> impl Iterator<Item = (Text, T)> {
    entries.unwrap_or_default().0.into_values()
}
