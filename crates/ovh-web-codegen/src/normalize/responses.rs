//! Rule: success is any 2xx, and all errors have one type.
//!
//! The documents declare `200` only, where the API also responds with 201 and 204, and no errors.
//! progenitor takes the ranges, and panics on a `default` beside them.

use serde_json::{Value, json};

use crate::note::REFUSAL;
use crate::openapi;

pub(crate) fn apply(document: &mut Value) {
    openapi::operations_mut(document, &mut |_, _, operation| {
        let success = operation
            .get("responses")
            .and_then(Value::as_object)
            .and_then(|all| all.iter().find(|(status, _)| status.starts_with('2')))
            .map_or_else(
                || json!({ "description": "" }),
                |(_, response)| response.clone(),
            );
        let refusal = json!({ "description": "", "content": { "application/json": {
            "schema": openapi::reference(REFUSAL) } } });
        operation["responses"] = json!({ "2XX": success, "4XX": refusal, "5XX": refusal });
    });
    openapi::schemas_mut(document).insert(
        REFUSAL.to_owned(),
        json!({ "type": "object", "properties": { "message": { "type": "string", "nullable": true } } }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({ "paths": { "/x": { "get": { "responses": {
            "200": { "description": "", "content": { "application/json": { "schema": { "type": "string" } } } },
            "404": { "description": "" },
            "default": { "description": "" },
        }}}}});
        apply(&mut document);
        let responses = document["paths"]["/x"]["get"]["responses"]
            .as_object()
            .expect("an object");
        assert_eq!(responses.keys().collect::<Vec<_>>(), ["2XX", "4XX", "5XX"]);
        assert_eq!(
            document["paths"]["/x"]["get"]["responses"]["2XX"]["content"]["application/json"]["schema"],
            json!({ "type": "string" })
        );
    }
}
