//! Answers to what the sandbox does not model: made up from the document, stable for a seed.
//!
//! The ids of a list lead to its items, what is not on the list is not there, and what hangs on
//! something that is modelled is there only as long as that is. A write does nothing: it is
//! checked, answered in the right shape, and marked, and no answer claims that it worked.

use ovh_runtime::Method;
use serde_json::{Map, Value, json};

use crate::clock::Moment;
use crate::document::{Described, Document, Format, Schema, SchemaId, SeededRng, document};
use crate::handlers::{Context, Handlers, Values};
use crate::paging::Wanted;
use crate::reply::{Answer, Refusal};

/// What texts say that a write answers with.
const NOTHING_DONE: &str = "The sandbox does not imitate this call: nothing was done";

/// Answers a call that was checked and that no handler takes.
pub(crate) fn answer(
    cx: &mut Context<'_>,
    described: &Described,
    handlers: &Handlers,
    seed: u64,
) -> Result<Answer, Refusal> {
    let samples = Samples {
        document: document(),
        handlers,
        dice: SeededRng::new(seed),
    };
    samples.present(cx, described)?;
    if described.operation.method() == Method::Get {
        samples.read(cx, described)
    } else {
        Ok(samples.write(cx, described))
    }
}

struct Samples<'a> {
    document: &'static Document,
    handlers: &'a Handlers,
    dice: SeededRng,
}

impl Samples<'_> {
    /// Makes sure that the path leads somewhere.
    fn present(&self, cx: &mut Context<'_>, described: &Described) -> Result<(), Refusal> {
        if let Some(parent) = self.document.parent(described) {
            match self.handlers.find(parent.operation) {
                // The handler knows whether it is there, and with which words it is not.
                Some(handler) => {
                    (handler.run)(&mut Context {
                        world: &mut *cx.world,
                        query: Values(Map::new()),
                        body: Values(Map::new()),
                        wanted: Wanted::Ids,
                        ..*cx
                    })?;
                }
                None => self.present(cx, parent)?,
            }
        }
        match self.document.collection(described) {
            Some(list) if described.operation.method() == Method::Get => {
                let own = self.own_id(cx, described);
                let listed = self.ids(cx, list, described);
                if listed.iter().any(|id| same(id, own)) {
                    Ok(())
                } else {
                    Err(Refusal::no_object(own))
                }
            }
            _ => Ok(()),
        }
    }

    fn read(&self, cx: &mut Context<'_>, described: &Described) -> Result<Answer, Refusal> {
        let Some(answer) = described.answer else {
            return Ok(Answer::void());
        };
        let Some(item) = self.document.item(described) else {
            // What a plain answer stands for is known from the last word of its route.
            let name = described.operation.path().rsplit('/').next();
            let dice = self.dice_of(cx, described);
            let value = self.document.sample(answer, name.unwrap_or_default(), dice);
            return Ok(Answer::json(self.personal(cx, described, value)));
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

    /// The shape of an answer, and nothing in it that says the call did anything.
    fn write(&self, cx: &Context<'_>, described: &Described) -> Answer {
        let body = described.answer.map_or(Value::Null, |answer| {
            let value = nothing_done(self.document, answer, self.dice_of(cx, described));
            self.personal(cx, described, value)
        });
        Answer::json(body).without_effect()
    }

    /// The ids that a list gives.
    fn ids(&self, cx: &Context<'_>, list: &Described, item: &Described) -> Vec<Value> {
        let Some(parameter) = item.path.last() else {
            return Vec::new();
        };
        let property = self.id_property(item);
        let dice = self.dice_of(cx, list);
        (0..2)
            .map(|index| {
                self.document
                    .sample_id(parameter.schema, &property, dice, index)
            })
            .collect()
    }

    /// The object with this id.
    fn item(&self, cx: &Context<'_>, item: &Described, id: &Value, property: &str) -> Value {
        let Some(answer) = item.answer else {
            return Value::Null;
        };
        let parents = item.path.len().saturating_sub(1);
        let dice = self.dice_at(cx, item, parents).at(&plain_text(id));
        let mut value = self.document.sample(answer, "", dice);
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

    /// Puts what the call named where the answer has a place for it.
    fn personal(&self, cx: &Context<'_>, described: &Described, value: Value) -> Value {
        let (Some(answer), Value::Object(mut map)) = (described.answer, value.clone()) else {
            return value;
        };
        if self.document.collection(described).is_some() {
            let property = self.id_property(described);
            let own = described.path.last().map(|parameter| parameter.schema);
            let id = match own.map(|schema| self.document.schema(schema)) {
                Some(Schema::Integer) => self.own_id(cx, described).parse::<i64>().map(Value::from),
                _ => Ok(self.own_id(cx, described).into()),
            };
            return match id {
                Ok(id) => self.item(cx, described, &id, &property),
                Err(_) => value,
            };
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
            let given = match cx.query.0.get(&parameter.name) {
                Some(given) => Some(given.clone()),
                None => Some(cx.path.get(&parameter.name))
                    .filter(|given| !given.is_empty())
                    .map(Value::from),
            };
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

    /// Whether an object is what the query asks for, as far as the query names properties.
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

    /// The property of an item that its path names.
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
            None => parameter.to_owned(),
        }
    }

    fn own_id<'c>(&self, cx: &Context<'c>, described: &Described) -> &'c str {
        described
            .path
            .last()
            .map_or("", |parameter| cx.path.get(&parameter.name))
    }

    fn dice_of(&self, cx: &Context<'_>, described: &Described) -> SeededRng {
        self.dice_at(cx, described, described.path.len())
    }

    /// The dice of an operation with the first values of its path.
    fn dice_at(&self, cx: &Context<'_>, described: &Described, values: usize) -> SeededRng {
        let operation = described.operation;
        let dice = self.dice.at(operation.path());
        described
            .path
            .iter()
            .take(values)
            .fold(dice, |dice, parameter| {
                dice.at(cx.path.get(&parameter.name))
            })
    }
}

/// What fits the answer of a write and says that it was not carried out.
fn nothing_done(document: &Document, answer: SchemaId, dice: SeededRng) -> Value {
    let schema = document.schema(answer);
    match schema {
        Schema::Text(_) => return NOTHING_DONE.into(),
        Schema::List(_) => return json!([]),
        _ => {}
    }
    let mut value = document.sample(answer, "", dice);
    let can_be_cancelled = schema.property("status").is_some_and(|status| {
        matches!(document.schema(status.schema), Schema::Words(words)
            if words.iter().any(|word| word == "cancelled"))
    });
    if can_be_cancelled {
        value["status"] = "cancelled".into();
    }
    value
}

/// Whether a text of a path names this id.
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
    fn a_task_that_nobody_starts_is_cancelled() {
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
    fn an_id_is_the_same_however_it_is_written() {
        assert!(same(&json!(7), "7"));
        assert!(same(&json!("a/b"), "a/b"));
        assert!(same(
            &json!("2025-01-01T00:00:00+00:00"),
            "2025-01-01T01:00:00+01:00"
        ));
        assert!(!same(&json!("7"), "8"));
    }
}
