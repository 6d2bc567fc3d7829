//! Rule: schemas that no operation reaches are removed.
//!
//! With them go all pairs of names in `/hosting/web` that differ only by case.

use serde_json::Value;

use crate::{note, openapi};

pub(crate) fn apply(document: &mut Value) {
    let mut todo = Vec::new();
    openapi::operations_mut(document, &mut |_, _, operation| {
        openapi::roots_mut(operation, &mut |_, schema| {
            todo.extend(openapi::targets(schema));
        });
        todo.extend(
            operation
                .get(note::EXPANDED)
                .and_then(Value::as_str)
                .map(str::to_owned),
        );
    });
    let reached = openapi::reach(document, todo);
    openapi::schemas_mut(document).retain(|name, _| reached.contains(name));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn golden() {
        let mut document = json!({
            "paths": { "/x": { "get": { note::EXPANDED: "C", "responses": { "200": { "content": {
                "application/json": { "schema": { "type": "array", "items": { "$ref": "#/components/schemas/A" } } } } } } } } },
            "components": { "schemas": {
                "A": { "properties": { "b": { "$ref": "#/components/schemas/B" } } },
                "B": { "properties": { "a": { "$ref": "#/components/schemas/A" } } },
                "C": {},
                "c": {},
            }},
        });
        apply(&mut document);
        let left: Vec<&String> = openapi::schemas(&document).map(|(name, _)| name).collect();
        assert_eq!(left, ["A", "B", "C"]);
    }
}
