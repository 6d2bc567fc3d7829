//! Responses of operations that the sandbox does not model: made from the document, and always the
//! same for a seed.
//!
//! Each id of a list has its item, other items do not exist, and neither do the children of an
//! object that does not exist. A write has no effect: it is checked, and its response is valid and
//! marked, and does not claim success.

use ovh_runtime::Method;
use serde_json::{Map, Value, json};

use crate::clock::Moment;
use crate::document::{Described, Document, Format, Schema, SchemaId, SeededRng, document};
use crate::handlers::registry::Handlers;
use crate::handlers::{Context, Values};
use crate::paging::Wanted;
use crate::response::{Refusal, Response};
use crate::state::World;

/// The text in the response of a write.
const NOTHING_DONE: &str = "The sandbox does not model this operation: nothing was changed";

/// Responds to a request that was checked and has no handler.
pub(crate) fn respond(
    world: &mut World,
    cx: &Context<'_>,
    described: &Described,
    handlers: &Handlers,
    seed: u64,
) -> Result<Response, Refusal> {
    let samples = Samples {
        document: document(),
        handlers,
        rng: SeededRng::new(seed),
    };
    samples.check_exists(world, cx, described)?;
    if described.operation.method() == Method::GET {
        samples.read(cx, described)
    } else {
        Ok(samples.write(cx, described))
    }
}

struct Samples<'a> {
    document: &'static Document,
    handlers: &'a Handlers,
    rng: SeededRng,
}

impl Samples<'_> {
    /// Returns an error if the object in the path does not exist.
    fn check_exists(
        &self,
        world: &mut World,
        cx: &Context<'_>,
        described: &Described,
    ) -> Result<(), Refusal> {
        if let Some(parent) = self.document.parent(described) {
            match self.handlers.find(parent.operation) {
                // The handler knows whether the parent exists, and how the API refuses.
                Some(handler) => {
                    let cx = Context {
                        query: Values(Map::new()),
                        body: Values(Map::new()),
                        wanted: Wanted::Ids,
                        ..*cx
                    };
                    handler.run(world, &cx)?;
                }
                None => self.check_exists(world, cx, parent)?,
            }
        }
        match self.document.collection(described) {
            Some(list) if described.operation.method() == Method::GET => {
                let own = self.own_id(cx, described);
                let listed = self.ids(cx, list, described);
                match listed.iter().any(|id| same(id, own)) {
                    true => Ok(()),
                    false => Err(Refusal::no_object(own)),
                }
            }
            _ => Ok(()),
        }
    }

    fn read(&self, cx: &Context<'_>, described: &Described) -> Result<Response, Refusal> {
        let Some(answer) = described.answer else {
            return Ok(Response::void());
        };
        let Some(item) = self.document.item(described) else {
            // The last segment of the route names a plain value.
            let name = described.operation.path().rsplit('/').next();
            let rng = self.rng_of(cx, described);
            let value = self.document.sample(answer, name.unwrap_or_default(), rng);
            return Ok(Response::json(self.personal(cx, described, value)));
        };
        let property = self.id_property(item);
        let plain = match self.document.schema(answer) {
            Schema::List(inner) => !matches!(self.document.schema(*inner), Schema::Object(_)),
            _ => false,
        };
        let objects: Vec<_> = self
            .ids(cx, described, item)
            .into_iter()
            .map(|id| (self.item(cx, item, &id, &property), id))
            .filter(|(object, _)| self.passes(cx, described, object))
            .collect();
        Ok(cx.wanted.list(
            objects,
            |(object, id)| if plain { id.clone() } else { object.clone() },
            |(object, _)| object.clone(),
        ))
    }

    /// A valid response that does not claim success.
    fn write(&self, cx: &Context<'_>, described: &Described) -> Response {
        let body = described.answer.map_or(Value::Null, |answer| {
            let value = nothing_done(self.document, answer, self.rng_of(cx, described));
            self.personal(cx, described, value)
        });
        Response::json(body).without_effect()
    }

    /// The ids of a list.
    fn ids(&self, cx: &Context<'_>, list: &Described, item: &Described) -> Vec<Value> {
        let Some(parameter) = item.path.last() else {
            return Vec::new();
        };
        let property = self.id_property(item);
        let rng = self.rng_of(cx, list);
        (0..2)
            .map(|index| {
                self.document
                    .sample_id(parameter.schema, &property, rng, index)
            })
            .collect()
    }

    /// The object with an id.
    fn item(&self, cx: &Context<'_>, item: &Described, id: &Value, property: &str) -> Value {
        let Some(answer) = item.answer else {
            return Value::Null;
        };
        let parents = item.path.len().saturating_sub(1);
        let rng = self.rng_at(cx, item, parents).at(&plain_text(id));
        let mut value = self.document.sample(answer, "", rng);
        let service = cx.path.get("serviceName");
        let schema = self.document.schema(answer);
        if !service.is_empty() && schema.property("serviceName").is_some() {
            value["serviceName"] = service.into();
        }
        if schema.property(property).is_some() {
            value[property] = id.clone();
        }
        value
    }

    /// Copies path and query values into properties with the same name.
    fn personal(&self, cx: &Context<'_>, described: &Described, value: Value) -> Value {
        let (Some(answer), Value::Object(mut map)) = (described.answer, value.clone()) else {
            return value;
        };
        if self.document.collection(described).is_some() {
            let property = self.id_property(described);
            let own = self.own_id(cx, described);
            let schema = described.path.last().map(|parameter| parameter.schema);
            let id = match schema.map(|schema| self.document.schema(schema)) {
                Some(Schema::Integer) => own.parse::<i64>().map_or(Value::Null, Value::from),
                _ => own.into(),
            };
            return self.item(cx, described, &id, &property);
        }
        let schema = self.document.schema(answer);
        let texts = described
            .path
            .iter()
            .filter(|parameter| parameter.name != "id");
        for parameter in texts.chain(&described.query) {
            let fits = schema.property(&parameter.name).is_some_and(|property| {
                property.schema == parameter.schema
                    || self.both_texts(property.schema, parameter.schema)
            });
            let in_path = Some(cx.path.get(&parameter.name)).filter(|given| !given.is_empty());
            let in_query = cx.query.value(&parameter.name);
            let given = in_query.or_else(|| in_path.map(Value::from));
            if let (true, Some(given)) = (fits, given) {
                map.insert(parameter.name.clone(), given);
            }
        }
        Value::Object(map)
    }

    fn both_texts(&self, one: SchemaId, other: SchemaId) -> bool {
        let text = |id| matches!(self.document.schema(id), Schema::Text(Format::Plain));
        text(one) && text(other)
    }

    /// Returns `true` if an object has the property values in the query.
    fn passes(&self, cx: &Context<'_>, list: &Described, object: &Value) -> bool {
        list.query.iter().all(|parameter| {
            let (Some(wanted), Some(got)) =
                (cx.query.0.get(&parameter.name), object.get(&parameter.name))
            else {
                return true;
            };
            match (self.document.schema(parameter.schema), wanted, got) {
                (Schema::Text(_), Value::String(wanted), Value::String(got)) => {
                    got.contains(wanted.trim_matches('%'))
                }
                _ => wanted == got,
            }
        })
    }

    /// The property of an item with the id of its path.
    fn id_property(&self, item: &Described) -> String {
        let parameter = item.path.last().map_or("", |parameter| &parameter.name);
        let known = |name: &str| {
            item.answer
                .is_some_and(|answer| self.document.schema(answer).property(name).is_some())
        };
        match &item.identifier {
            Some(identifier) => identifier.clone(),
            None if !known(parameter) && parameter.ends_with("Id") && known("id") => "id".into(),
            None if !known(parameter) && parameter.ends_with("Name") && known("name") => {
                "name".into()
            }
            None if !known(parameter) && known("id") => "id".into(),
            None => parameter.to_owned(),
        }
    }

    fn own_id<'c>(&self, cx: &Context<'c>, described: &Described) -> &'c str {
        described
            .path
            .last()
            .map_or("", |parameter| cx.path.get(&parameter.name))
    }

    fn rng_of(&self, cx: &Context<'_>, described: &Described) -> SeededRng {
        self.rng_at(cx, described, described.path.len())
    }

    /// The generator for an operation and the first values of its path.
    fn rng_at(&self, cx: &Context<'_>, described: &Described, values: usize) -> SeededRng {
        let operation = described.operation;
        let rng = self.rng.at(operation.path());
        described
            .path
            .iter()
            .take(values)
            .fold(rng, |rng, parameter| rng.at(cx.path.get(&parameter.name)))
    }
}

/// A value that is valid as the response of a write and says that it had no effect.
fn nothing_done(document: &Document, answer: SchemaId, rng: SeededRng) -> Value {
    let schema = document.schema(answer);
    match schema {
        Schema::Text(_) => return NOTHING_DONE.into(),
        Schema::List(_) => return json!([]),
        _ => {}
    }
    let mut value = document.sample(answer, "", rng);
    let can_be_cancelled = schema.property("status").is_some_and(|status| {
        matches!(document.schema(status.schema), Schema::Words(words)
            if words.iter().any(|word| word == "cancelled"))
    });
    if can_be_cancelled {
        value["status"] = "cancelled".into();
    }
    value
}

/// Returns `true` if a path value is this id.
fn same(id: &Value, text: &str) -> bool {
    plain_text(id) == text
        || match (id.as_str().and_then(Moment::parse), Moment::parse(text)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        }
}

fn plain_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::passes;

    #[test]
    fn unmodelled_tasks_are_cancelled() {
        let mut seen = 0;
        for described in document().operations() {
            let Some(answer) = described.answer else {
                continue;
            };
            let value = nothing_done(document(), answer, SeededRng::new(1));
            assert_eq!(passes(document(), answer, &value), Ok(()));
            if described.operation.task_type().is_some() {
                assert_eq!(value["status"], "cancelled", "{}", described.operation);
                seen += 1;
            }
        }
        assert!(seen > 30);
    }

    #[test]
    fn ids_match_in_every_notation() {
        assert!(same(&json!(7), "7"));
        assert!(same(&json!("a/b"), "a/b"));
        assert!(same(
            &json!("2025-01-01T00:00:00+00:00"),
            "2025-01-01T01:00:00+01:00"
        ));
        assert!(!same(&json!("7"), "8"));
    }
}
