//! Golden cases of type expressions and generics.

use super::*;

#[test]
fn types_of_expressions() {
    for (expr, schema) in [
        ("string", json!({ "type": "string" })),
        ("text", json!({ "type": "string" })),
        (
            "password",
            json!({ "type": "string", "format": "password" }),
        ),
        ("boolean", json!({ "type": "boolean" })),
        ("long", json!({ "type": "integer" })),
        ("double", json!({ "type": "number" })),
        ("date", json!({ "type": "string", "format": "date" })),
        (
            "datetime",
            json!({ "type": "string", "format": "date-time" }),
        ),
        ("uuid", json!({ "type": "string", "format": "uuid" })),
        ("ip", to("ip")),
        ("ipBlock", to("ipBlock")),
        ("time", to("time")),
        ("duration", to("duration")),
        ("any", to("any")),
        ("a.State", to("a.State")),
        (
            "string[]",
            json!({ "type": "array", "items": { "type": "string" } }),
        ),
        (
            "a.State[][]",
            json!({ "type": "array", "items": { "type": "array", "items": to("a.State") } }),
        ),
        (
            "map[string]long",
            json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
        ),
        (
            "map[string][]a.State",
            json!({ "type": "object",
                    "additionalProperties": { "type": "array", "items": to("a.State") } }),
        ),
        (
            "map[string]a.State[]",
            json!({ "type": "object",
                    "additionalProperties": { "type": "array", "items": to("a.State") } }),
        ),
        (
            "map[string]map[string]ip",
            json!({ "type": "object", "additionalProperties":
                    { "type": "object", "additionalProperties": to("ip") } }),
        ),
        (
            "g.Unit<long>[]",
            json!({ "type": "array", "items": to("g.Unit_long") }),
        ),
    ] {
        assert_eq!(of_type(expr), schema, "{expr}");
    }
    let named = schemas(json!({ "a.M": { "properties": {
        "a": { "type": "ip" }, "b": { "type": "ipBlock[]" }, "c": { "type": "any" },
    }}}));
    assert_eq!(named["ip"], json!({ "type": "string", "format": "ipv4" }));
    assert_eq!(
        named["ipBlock"],
        json!({ "type": "string", "format": "ip-block" })
    );
    assert_eq!(named["any"], json!({}));
    assert_eq!(named.get("duration"), None, "only what is used is added");
}

#[test]
fn the_fuller_type_counts_if_it_can_be_explained() {
    let both = |plain: &str, full: &str| property(json!({ "type": plain, "fullType": full }));
    assert_eq!(both("string", "a.State"), to("a.State"));
    assert_eq!(both("string", "a.Nowhere"), json!({ "type": "string" }));
    assert_eq!(
        property(json!({ "fullType": "long" })),
        json!({ "type": "integer" })
    );
    let response = operation(json!({ "responseType": "string", "responseFullType": "a.State" }));
    let schema = "/responses/200/content/application~1json/schema";
    assert_eq!(response.pointer(schema), Some(&to("a.State")));
}

#[test]
fn a_special_name_for_a_simple_type_is_a_schema() {
    let special = json!({ "a.M": { "properties": {
        "one": { "type": "long", "fullType": "core.ServiceId:long", "readOnly": true },
        "many": { "type": "string[]", "fullType": "core.AccountId:string[]" },
        "state": { "type": "string", "fullType": "a.State:string" },
    }}});
    let schemas = schemas(special);
    assert_eq!(schemas["core.ServiceId"], json!({ "type": "integer" }));
    assert_eq!(schemas["core.AccountId"], json!({ "type": "string" }));
    assert_eq!(
        schemas["a.M"]["properties"],
        json!({
            "one": { "allOf": [to("core.ServiceId")], "readOnly": true },
            "many": { "type": "array", "items": to("core.AccountId") },
            "state": to("a.State"),
        })
    );
}

#[test]
fn generics_are_flattened_for_each_use() {
    let unit = |ty: Value| {
        json!({ "type": "object",
                "properties": { "unit": { "type": "string" }, "value": ty } })
    };
    let out = schemas(json!({
        "a.M": { "properties": {
            "a": { "type": "g.Unit<long>" },
            "b": { "type": "g.Unit<a.State>" },
            "c": { "type": "g.Series<g.Unit<double>>[]" },
            "d": { "type": "g.Pair<long,string[]>" },
        }},
        "g.Series<T>": { "generics": ["T"], "properties": {
            "values": { "type": "T[]" }, "first": { "type": "g.Unit<T>" },
            "next": { "type": "g.Series<T>", "canBeNull": true },
        }},
        "g.Pair<K,V>": { "generics": ["K", "V"], "properties": {
            "key": { "type": "K" }, "value": { "type": "map[string]V" },
        }},
    }));
    let names: Vec<&String> = out.as_object().expect("schemas").keys().collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "a.Cron",
            "a.M",
            "a.State",
            "g.Pair_long_string_list",
            "g.Series_g.Unit_double",
            "g.Unit_a.State",
            "g.Unit_double",
            "g.Unit_g.Unit_double",
            "g.Unit_long",
        ]
    );
    assert_eq!(out["g.Unit_long"], unit(json!({ "type": "integer" })));
    assert_eq!(out["g.Unit_a.State"], unit(to("a.State")));
    assert_eq!(out["g.Unit_g.Unit_double"], unit(to("g.Unit_double")));
    assert_eq!(
        out["g.Series_g.Unit_double"]["properties"],
        json!({
            "values": { "type": "array", "items": to("g.Unit_double") },
            "first": to("g.Unit_g.Unit_double"),
            "next": { "allOf": [to("g.Series_g.Unit_double")], "nullable": true },
        })
    );
    assert_eq!(
        out["g.Pair_long_string_list"]["properties"],
        json!({
            "key": { "type": "integer" },
            "value": { "type": "object", "additionalProperties":
                       { "type": "array", "items": { "type": "string" } } },
        })
    );
}

#[test]
fn a_use_of_generics_that_is_listed_counts() {
    let out = schemas(json!({
        "a.M": { "properties": { "a": { "type": "g.Unit<double>" }, "b": { "type": "h.Box<long>" },
                                 "c": { "type": "h.Bag<long>" } } },
        "g.Unit<double>": { "generics": ["T"], "properties": {
            "value": { "type": "T", "fullType": "T", "readOnly": true },
        }},
        // The type_parameters are not listed, or not in the name.
        "h.Box<T>": { "properties": { "inside": { "type": "T" } } },
        "h.Bag": { "generics": ["T"], "properties": { "inside": { "type": "T[]" } } },
    }));
    let value = json!({ "type": "number", "readOnly": true });
    assert_eq!(
        out["g.Unit_double"]["properties"],
        json!({ "value": value })
    );
    assert_eq!(
        out["h.Box_long"]["properties"]["inside"],
        json!({ "type": "integer" })
    );
    let bag = json!({ "type": "array", "items": { "type": "integer" } });
    assert_eq!(out["h.Bag_long"]["properties"]["inside"], bag);
    for generic in ["h.Box_T", "h.Box", "h.Bag", "g.Unit_T"] {
        assert_eq!(out.get(generic), None, "a generic is no schema");
    }
}
