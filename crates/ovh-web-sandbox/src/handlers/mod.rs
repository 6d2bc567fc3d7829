//! What the sandbox imitates: one handler for each operation, found by method and path.
//!
//! A handler gets a call that was authenticated, with path, query and body checked against the
//! document, and works on the state; it checks itself only what the document does not say.
//! Operations without a handler are answered from the document.

mod auth;
mod boosts;
mod cdn;
mod certificate;
mod configs;
mod crons;
mod database_copies;
mod database_facts;
mod databases;
mod domain_certificates;
mod domains;
mod dumps;
mod email;
mod env_vars;
mod extra_sql;
mod generic_resources;
mod hosting;
mod hosting_facts;
pub(crate) mod import;
mod module_list;
mod modules;
pub(crate) mod names;
mod own_logs;
mod runtimes;
mod services;
mod tags;
mod tasks;
mod users;
mod websites;

use std::collections::HashMap;

use ovh_runtime::Operation;
use serde_json::{Map, Value};

use crate::auth::Caller;
use crate::clock::Moment;
use crate::paging::Wanted;
use crate::reply::{Answer, Refusal};
use crate::routes::Captures;
use crate::state::World;
use crate::state::hosting::Hosting;

/// A call on its way through a handler.
pub(crate) struct Context<'a> {
    pub(crate) world: &'a mut World,
    /// The clock of the state.
    pub(crate) now: Moment,
    /// Whole seconds of the server's own time.
    pub(crate) server_seconds: i64,
    /// Where this server is reached, without version prefix.
    pub(crate) origin: &'a str,
    pub(crate) path: &'a Captures<'a>,
    pub(crate) query: Values,
    pub(crate) body: Values,
    pub(crate) wanted: Wanted,
    pub(crate) caller: Option<&'a Caller>,
}

impl Context<'_> {
    /// The hosting that the path names.
    fn hosting(&mut self) -> Result<&mut Hosting, Refusal> {
        self.world.hosting(self.path.get("serviceName"), self.now)
    }
}

/// Checked values of a query or a body.
pub(crate) struct Values(pub(crate) Map<String, Value>);

impl Values {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A text that the check has made sure of.
    fn required(&self, name: &str) -> &str {
        self.text(name).unwrap_or_default()
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    fn integer(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// The value, `null` included.
    fn value(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    fn moment(&self, name: &str) -> Option<Moment> {
        self.text(name).and_then(Moment::parse)
    }

    /// Whether the filter `name` lets `value` pass, which it does when it is not set.
    fn filters(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| wanted == value)
    }

    /// The same for a filter that the document calls "like".
    ///
    /// Guess: `%` stands for anything, as in SQL, and without it the text may stand anywhere.
    fn like(&self, name: &str, value: &str) -> bool {
        self.text(name).is_none_or(|wanted| like(wanted, value))
    }

    /// Whether `moment` lies between `name.from` and `name.to`.
    fn between(&self, name: &str, moment: Moment) -> bool {
        // As it is shown: the date that a reply gave finds its object.
        let moment = moment.whole_seconds();
        self.moment(&format!("{name}.from"))
            .is_none_or(|from| moment >= from)
            && self
                .moment(&format!("{name}.to"))
                .is_none_or(|to| moment <= to)
    }
}

/// Whether a value fits a pattern in which `%` stands for anything.
fn like(pattern: &str, value: &str) -> bool {
    let mut parts = pattern.split('%');
    let first = parts.next().unwrap_or_default();
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return value.contains(pattern);
    };
    let Some(mut rest) = value.strip_prefix(first) else {
        return false;
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The imitation of one operation.
pub(crate) struct Handler {
    method: &'static str,
    path: &'static str,
    pub(crate) needs_application: bool,
    pub(crate) run: fn(&mut Context<'_>) -> Result<Answer, Refusal>,
}

impl Handler {
    const fn new(
        method: &'static str,
        path: &'static str,
        run: fn(&mut Context<'_>) -> Result<Answer, Refusal>,
    ) -> Self {
        Self {
            method,
            path,
            needs_application: false,
            run,
        }
    }

    /// For an unsigned call that has to name an application.
    const fn needs_application(mut self) -> Self {
        self.needs_application = true;
        self
    }
}

/// All handlers.
pub(crate) struct Handlers(HashMap<(&'static str, &'static str), &'static Handler>);

impl Handlers {
    pub(crate) fn new() -> Self {
        let kinds: [&[Handler]; 25] = [
            boosts::ALL,
            cdn::ALL,
            configs::ALL,
            crons::ALL,
            database_copies::ALL,
            database_facts::ALL,
            domain_certificates::ALL,
            email::ALL,
            env_vars::ALL,
            extra_sql::ALL,
            hosting_facts::ALL,
            own_logs::ALL,
            runtimes::ALL,
            services::ALL,
            websites::ALL,
            auth::ALL,
            hosting::ALL,
            domains::ALL,
            certificate::ALL,
            databases::ALL,
            dumps::ALL,
            module_list::ALL,
            modules::ALL,
            users::ALL,
            tasks::ALL,
        ];
        Self(
            kinds
                .into_iter()
                .flatten()
                .map(|handler| ((handler.method, handler.path), handler))
                .collect(),
        )
    }

    pub(crate) fn find(&self, operation: &Operation) -> Option<&'static Handler> {
        self.0
            .get(&(operation.method().as_str(), operation.path()))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handler_belongs_to_a_row_of_the_table() {
        let handlers = Handlers::new();
        let reached = ovh_web_client::operations::ALL
            .iter()
            .filter(|operation| handlers.find(operation).is_some())
            .count();
        assert_eq!(reached, handlers.0.len());
    }

    #[test]
    fn like_takes_percent_for_anything() {
        let values = |text: &str| {
            let mut map = Map::new();
            map.insert("f".into(), text.into());
            Values(map)
        };
        for (pattern, value, hit) in [
            ("database", "database/create", true),
            ("%create", "database/create", true),
            ("database/%", "database/create", true),
            ("%a%e/c%", "database/create", true),
            ("%delete", "database/create", false),
            ("dump", "database/create", false),
        ] {
            assert_eq!(values(pattern).like("f", value), hit, "{pattern}");
        }
        assert!(values("x").like("other", "database/create"));
    }
}
