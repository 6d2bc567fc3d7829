//! `--query`: a filter in the syntax of jq.

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::Val;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// A compiled filter.
pub(crate) struct Query(jaq_core::Filter<data::JustLut<Val>>);

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Query")
    }
}

impl Query {
    /// Compiles a filter.
    pub(crate) fn compile(code: &str) -> Outcome<Self> {
        let invalid = || {
            Failure::usage("--query is not a valid filter").hint(
                "the syntax is that of jq, such as '.[] | select(.state == \"active\") | .user'",
            )
        };
        let definitions = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs());
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs());
        let arena = Arena::default();
        let loaded = Loader::new(definitions).load(&arena, File { code, path: () });
        let modules = loaded.map_err(|_| invalid())?;
        let compiled = Compiler::default().with_funs(functions).compile(modules);
        compiled.map(Self).map_err(|_| invalid())
    }

    /// Returns the results of the filter for a value.
    pub(crate) fn run(&self, value: &Value) -> Outcome<Vec<Value>> {
        let failed = |text: String| Failure::new(Exit::Failed, format!("--query failed: {text}"));
        let input = jaq_json::read::parse_single(value.to_string().as_bytes())
            .map_err(|error| failed(error.to_string()))?;
        let context = Ctx::<data::JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        let results = self.0.id.run((context, input)).map(unwrap_valr);
        let results = results.map(|result| {
            let value = result.map_err(|error| failed(error.to_string()))?;
            serde_json::from_str(&value.to_string()).map_err(|error| failed(error.to_string()))
        });
        results.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_values() {
        let query = Query::compile(".[] | select(.n > 1) | {n, s: (.s | ascii_upcase)}").unwrap();
        let input = json!([{"n": 1, "s": "a"}, {"n": 2, "s": "é\n"}]);
        assert_eq!(query.run(&input).unwrap(), [json!({"n": 2, "s": "é\n"})]);
        assert!(Query::compile(".[").is_err() && Query::compile("nothing").is_err());
        let error = Query::compile(".a").unwrap().run(&json!(1)).unwrap_err();
        assert!(error.message.contains("--query failed"));
    }
}
