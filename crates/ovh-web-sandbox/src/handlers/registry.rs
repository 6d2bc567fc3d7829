//! The table of all handlers.

use std::collections::HashMap;

use ovh_runtime::Operation;

use super::*;

impl Handler {
    pub(crate) fn run(&self, world: &mut World, cx: &Context<'_>) -> HandlerResult {
        if let Action::World(run) = self.action {
            return run(world, cx);
        }
        let hosting = world.hosting(cx.path.get("serviceName"), cx.now)?;
        match self.action {
            Action::World(run) => run(world, cx),
            Action::Hosting(run) => run(hosting, cx),
            Action::Value(run) => Ok(Response::json(run(hosting, cx))),
            Action::List(kind, filters) => resources::list(hosting, cx, kind, filters, |_| true),
            Action::Get(kind) => resources::get(hosting, cx, kind),
            Action::Delete(kind, function) => resources::delete(hosting, cx, kind, function),
        }
    }
}

const HOSTING: &str = "/hosting/web/{serviceName}/";

pub(crate) struct Handlers(HashMap<(&'static str, &'static str), &'static Handler>);

impl Handlers {
    pub(crate) fn new() -> Self {
        let modules: [&[Handler]; 25] = [
            boosts::ALL,
            cdn::ALL,
            configs::ALL,
            crons::ALL,
            database_copies::ALL,
            email::ALL,
            env_vars::ALL,
            extra_sql::ALL,
            own_logs::ALL,
            runtimes::ALL,
            statistics::ALL,
            websites::ALL,
            auth::ALL,
            hosting::ALL,
            domains::ALL,
            certificates::ALL,
            databases::ALL,
            dumps::ALL,
            modules::ALL,
            users::ALL,
            tasks::ALL,
            zones::ALL,
            zone_records::ALL,
            domain_names::ALL,
            webhosting::ALL,
        ];
        Self(
            modules
                .into_iter()
                .flatten()
                .map(|handler| ((handler.method, handler.path), handler))
                .collect(),
        )
    }

    pub(crate) fn find(&self, operation: &Operation) -> Option<&'static Handler> {
        let (method, path) = (operation.method().as_str(), operation.path());
        let relative = path
            .strip_prefix(HOSTING)
            .and_then(|path| self.0.get(&(method, path)));
        relative.or_else(|| self.0.get(&(method, path))).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_handler_has_an_operation() {
        let handlers = Handlers::new();
        let reached = crate::operations::all()
            .filter(|operation| handlers.find(operation).is_some())
            .count();
        assert_eq!(reached, handlers.0.len());
    }
}
