//! OVHcloud's documents: parameters, body and response of every operation.
//!
//! Every call is validated against them, and the responses of operations without a handler are made up
//! from them.

mod model;
mod read;
mod sample;
mod validate;

use std::sync::OnceLock;

use crate::generated;

pub(crate) use model::{Described, Document, Format, Schema, SchemaId};
pub(crate) use sample::SeededRng;
#[cfg(test)]
pub(crate) use validate::passes;
pub(crate) use validate::{body, path, query};

/// The documents, read on the first call.
pub(crate) fn document() -> &'static Document {
    static READ: OnceLock<Document> = OnceLock::new();
    READ.get_or_init(|| {
        read::documents(generated::DOCUMENTS)
            .expect("the embedded documents do not change after the tests have read them")
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::sample::SeededRng;
    use super::*;
    use crate::operations;

    #[test]
    fn documents_describe_every_operation() {
        let document = document();
        assert_eq!(document.operations().len(), operations::all().count());
        for described in document.operations() {
            let names = described.operation.path_parameters();
            assert!(
                names.eq(described
                    .path
                    .iter()
                    .map(|parameter| parameter.name.as_str())),
                "{}",
                described.operation
            );
            let void = described.answer.is_none();
            assert_eq!(
                void,
                described.operation.is_void(),
                "{}",
                described.operation
            );
            let expandable = described.operation.expanded_type().is_some();
            // A list with a cursor always has objects.
            let has_pages = document.expanded(described).is_some();
            let is_by_cursor = described.operation.is_by_cursor();
            assert!(
                is_by_cursor || has_pages == expandable,
                "{}",
                described.operation
            );
        }
    }

    #[test]
    fn links_parents_and_items() {
        let find = |id: &str| {
            let mut all = document().operations().iter();
            all.find(|described| described.operation.id() == id)
                .expect("an operation")
        };
        let path = |described: Option<&Described>| described.map(|it| it.operation.id());
        let document = document();
        for (id, parent, item, collection) in [
            ("hosting::list", None, Some("hosting::get"), None),
            ("hosting::get", None, None, Some("hosting::list")),
            (
                "crons::list",
                Some("hosting::get"),
                Some("crons::get"),
                None,
            ),
            (
                "crons::get",
                Some("hosting::get"),
                None,
                Some("crons::list"),
            ),
            ("crons::update", Some("crons::get"), None, None),
            ("dumps::restore", Some("dumps::get"), None, None),
            (
                "certificates::report",
                Some("certificates::get"),
                None,
                None,
            ),
        ] {
            let described = find(id);
            assert_eq!(path(document.parent(described)), parent, "{id}");
            assert_eq!(path(document.item(described)), item, "{id}");
            assert_eq!(path(document.collection(described)), collection, "{id}");
        }
    }

    #[test]
    fn finds_dotted_properties() {
        let mut all = document().operations().iter();
        let list = all
            .find(|described| described.operation.id() == "databases::list")
            .and_then(|list| document().expanded(list))
            .expect("an expandable list");
        for (name, known) in [
            ("name", true),
            ("quotaSize.unit", true),
            ("quotaSize.color", false),
            ("name.first", false),
            ("color", false),
            ("", false),
        ] {
            assert_eq!(document().has_property(list, name), known, "{name}");
        }
    }

    /// Records for every nullable property if it was seen with and without a value.
    fn look(id: SchemaId, value: &Value, seen: &mut BTreeMap<(usize, String), (bool, bool)>) {
        match (document().schema(id), value) {
            (Schema::List(item), Value::Array(values)) => {
                values.iter().for_each(|value| look(*item, value, seen));
            }
            (Schema::Map(item), Value::Object(map)) => {
                map.values().for_each(|value| look(*item, value, seen));
            }
            (Schema::Object(properties), Value::Object(map)) => {
                for property in properties {
                    let value = &map[&property.name];
                    if property.nullable {
                        let noted = seen.entry((id.0, property.name.clone())).or_default();
                        noted.0 |= value.is_null();
                        noted.1 |= !value.is_null();
                    }
                    if !(property.nullable && value.is_null()) {
                        look(property.schema, value, seen);
                    }
                }
            }
            _ => {}
        }
    }

    #[test]
    fn samples_are_valid_and_nullable_both_ways() {
        let mut seen = BTreeMap::new();
        for described in document().operations() {
            let Some(answer) = described.answer else {
                continue;
            };
            for seed in 0..24 {
                let dice = SeededRng::new(seed).at(described.operation.id());
                let value = document().sample(answer, "", dice);
                if let Err(refusal) = validate::passes(document(), answer, &value) {
                    panic!("{}: {}\n{value:#}", described.operation, refusal.message);
                }
                look(answer, &value, &mut seen);
            }
        }
        let one_way: Vec<_> = seen
            .iter()
            .filter(|(_, both)| **both != (true, true))
            .collect();
        assert!(seen.len() > 100, "only {} nullable properties", seen.len());
        assert!(one_way.is_empty(), "{one_way:?}");
    }
}
