//! Rule: a query value that is a map becomes the tag filter.
//!
//! `iamTags` is declared as an object, which a generator would write as several query values. It
//! travels as one value: the object as JSON, escaped.

use serde_json::{Value, json};

use crate::openapi::{self, Place};

pub(crate) fn apply(document: &mut Value) {
    let mut needed = false;
    openapi::operations_mut(document, &mut |_, _, operation| {
        openapi::roots_mut(operation, &mut |place, schema| {
            if matches!(place, Place::Parameter(_)) && schema.get("additionalProperties").is_some()
            {
                *schema = openapi::reference("TagFilters");
                needed = true;
            }
        });
    });
    if needed {
        openapi::schemas_mut(document).insert("TagFilters".to_owned(), json!({ "type": "string" }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden() {
        let mut document = json!({ "paths": { "/x": { "get": { "parameters": [
            { "name": "iamTags", "in": "query", "schema": { "type": "object", "additionalProperties": { "type": "array", "items": {} } } },
            { "name": "name", "in": "query", "schema": { "type": "string" } },
        ]}}}});
        apply(&mut document);
        assert_eq!(
            document["paths"]["/x"]["get"]["parameters"],
            json!([
                { "name": "iamTags", "in": "query", "schema": { "$ref": "#/components/schemas/TagFilters" } },
                { "name": "name", "in": "query", "schema": { "type": "string" } },
            ])
        );
    }
}
