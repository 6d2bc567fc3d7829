//! The expected state: objects by hosting, kind and name, each with one value that changes.

use std::collections::BTreeMap;

use fastrand::Rng;
use ovh_web_sandbox::State;

/// Maximum number of objects of each kind for a hosting.
const NAMES: u8 = 4;

/// The sorts of objects that come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Its value is the folder.
    Domain,
    /// Its value is the home.
    User,
    /// Its value is the value.
    EnvVar,
    /// Its name is the command, its value the frequency.
    Cron,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Domain, Self::User, Self::EnvVar, Self::Cron];

    pub(super) fn draw(random: &mut Rng) -> Self {
        Self::ALL[random.usize(0..Self::ALL.len())]
    }

    /// The operation that leads from being there, or not, to being there, or not.
    pub(super) const fn operation(self, was: bool, is: bool) -> &'static str {
        match (self, was, is) {
            (Self::Domain, false, _) => "domains::attach",
            (Self::Domain, true, true) => "domains::update",
            (Self::Domain, true, false) => "domains::detach",
            (Self::User, false, _) => "users::create",
            (Self::User, true, true) => "users::update",
            (Self::User, true, false) => "users::delete",
            (Self::EnvVar, false, _) => "env_vars::create",
            (Self::EnvVar, true, true) => "env_vars::update",
            (Self::EnvVar, true, false) => "env_vars::delete",
            (Self::Cron, false, _) => "crons::create",
            (Self::Cron, true, true) => "crons::update",
            (Self::Cron, true, false) => "crons::delete",
        }
    }
}

/// An object that may be there or not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Object {
    pub(super) service: String,
    pub(super) kind: Kind,
    pub(super) name: String,
}

/// The name of a hosting of the soak.
pub(super) fn service(number: usize) -> String {
    format!("soak{number}.cluster01.hosting.ovh.net")
}

impl Object {
    pub(super) fn draw(random: &mut Rng) -> Self {
        let hosting = random.usize(0..super::HOSTINGS);
        let kind = Kind::draw(random);
        let number = random.u8(0..NAMES);
        let name = match kind {
            Kind::Domain => format!("shop{number}.soak{hosting}.example.com"),
            Kind::User => format!("soak{hosting}-user{number}"),
            Kind::EnvVar => format!("SOAK_{number}"),
            Kind::Cron => format!("www/job{number}.php"),
        };
        Self {
            service: service(hosting),
            kind,
            name,
        }
    }
}

/// A value that the object does not have yet.
pub(super) fn value(object: &Object, old: Option<&str>, random: &mut Rng) -> String {
    loop {
        let number = random.u8(0..20);
        let new = match object.kind {
            Kind::Domain => format!("folder{number}"),
            Kind::User => format!("home{number}"),
            Kind::EnvVar => format!("value {number}"),
            Kind::Cron => format!("{number} 4 * * *"),
        };
        if old != Some(&*new) {
            return new;
        }
    }
}

/// Names and values.
pub(super) type Values = BTreeMap<String, String>;

/// All expected objects.
#[derive(Debug, Default)]
pub(super) struct Model(BTreeMap<Object, String>);

impl Model {
    pub(super) fn get(&self, object: &Object) -> Option<&String> {
        self.0.get(object)
    }

    pub(super) fn set(&mut self, object: Object, value: Option<String>) {
        match value {
            Some(value) => self.0.insert(object, value),
            None => self.0.remove(&object),
        };
    }

    pub(super) fn of(&self, service: &str, kind: Kind) -> Values {
        self.0
            .iter()
            .filter(|(object, _)| object.service == service && object.kind == kind)
            .map(|(object, value)| (object.name.clone(), value.clone()))
            .collect()
    }
}

/// The actual state in the sandbox. Unfinished objects have no plain name, so
/// that it equals nothing of the model.
pub(super) fn really(state: &State, service: &str, kind: Kind) -> Values {
    let named = |name: String, status: &str, value: String| match status {
        "created" => (name, value),
        other => (format!("{name} ({other})"), value),
    };
    match kind {
        Kind::Domain => state
            .attached_domains(service)
            .into_iter()
            .filter(|domain| domain.domain != service)
            .map(|it| named(it.domain, &it.status, it.path))
            .collect(),
        Kind::User => state
            .users(service)
            .into_iter()
            .filter(|user| !user.primary)
            .map(|it| named(it.login, &it.status, it.home))
            .collect(),
        Kind::EnvVar => state
            .env_vars(service)
            .into_iter()
            .map(|it| named(it.key, &it.status, it.value))
            .collect(),
        Kind::Cron => {
            let crons = state.crons(service);
            let count = crons.len();
            let values: Values = crons
                .into_iter()
                .map(|it| named(it.command, &it.state, it.frequency))
                .collect();
            assert_eq!(values.len(), count, "a cron was made twice on {service}");
            values
        }
    }
}
