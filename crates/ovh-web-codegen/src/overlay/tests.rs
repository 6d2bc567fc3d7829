//! Overlays change what they name, and fail loudly when they name nothing.

use super::{Applied, Overlay, run};
use crate::Error;
use crate::document::{Document, DocumentFormat};
use crate::error::Errors;
use serde_json::{Value, json};

/// The actions, each with a description where it has none.
fn described(mut actions: Value) -> Value {
    for action in actions.as_array_mut().expect("a list") {
        if let Some(action) = action.as_object_mut() {
            action.entry("description").or_insert(json!("Why."));
        }
    }
    actions
}

fn overlay(actions: Value) -> Overlay {
    let actions = described(actions);
    let text = json!({
        "overlay": "1.0.0",
        "info": {"title": "t", "version": "1"},
        "actions": actions,
    });
    Overlay::parse("overlay.json", &text.to_string()).expect("a good overlay")
}

fn document() -> Value {
    json!({
        "paths": {"/a/{b}": {
            "get": {"tags": ["x"], "deprecated": true},
            "post": {"list": [{"n": 1}, {"n": 2}, {"n": 3}]},
        }},
    })
}

/// A path with one operation that nothing is wrong with.
fn path() -> Value {
    json!({"get": {"responses": {"200": {"description": ""}}}})
}

/// Applies an overlay to one document that need not be valid.
fn apply(value: &mut Value, overlay: &Overlay, name: &str) -> Result<Vec<Applied>, Error> {
    let mut errors = Errors::default();
    let mut document = Document {
        name: name.to_owned(),
        value: value.take(),
        format: DocumentFormat::OpenApi,
        repairs: Vec::new(),
    };
    let (applied, _) = run(&mut document, overlay, &mut errors);
    *value = document.value;
    errors.end().map(|()| applied)
}

fn applied(actions: Value) -> Value {
    let mut value = document();
    apply(&mut value, &overlay(actions), "a.json").expect("it applies");
    value
}

#[track_caller]
fn fails(actions: Value) -> Error {
    apply(&mut document(), &overlay(actions), "a.json").expect_err("it fails")
}

#[test]
fn merges_objects_and_joins_lists() {
    let value = applied(json!([{
        "target": "$.paths['/a/{b}']",
        "update": {"get": {"tags": ["y"], "deprecated": false, "x-new": {"k": 1}}}
    }]));
    assert_eq!(
        value["paths"]["/a/{b}"]["get"],
        json!({"tags": ["x", "y"], "deprecated": false, "x-new": {"k": 1}})
    );
    assert_eq!(
        value["paths"]["/a/{b}"]["post"],
        document()["paths"]["/a/{b}"]["post"]
    );
}

#[test]
fn a_list_gets_one_more_entry() {
    let value = applied(json!([
        {"target": "$.paths['/a/{b}'].get.tags", "update": "y"},
        {"target": "$.paths.*.post.list", "update": {"n": 4}},
    ]));
    assert_eq!(value["paths"]["/a/{b}"]["get"]["tags"], json!(["x", "y"]));
    assert_eq!(value["paths"]["/a/{b}"]["post"]["list"][3], json!({"n": 4}));
}

#[test]
fn several_entries_of_a_list_are_removed_at_once() {
    let value = applied(json!([
        {"target": "$..list[?@.n != 2]", "remove": true},
        {"target": "$.paths['/a/{b}'].get.deprecated", "remove": true},
    ]));
    assert_eq!(value["paths"]["/a/{b}"]["post"]["list"], json!([{"n": 2}]));
    assert_eq!(value["paths"]["/a/{b}"]["get"], json!({"tags": ["x"]}));
}

#[test]
fn remove_and_update_replace_lists_and_values() {
    let value = applied(json!([
        {"target": "$.paths['/a/{b}'].get.tags", "remove": true, "update": ["y"]},
        {"target": "$..n", "remove": true, "update": 7},
    ]));
    assert_eq!(value["paths"]["/a/{b}"]["get"]["tags"], json!(["y"]));
    assert_eq!(
        value["paths"]["/a/{b}"]["post"]["list"],
        json!([{"n": 7}, {"n": 7}, {"n": 7}])
    );
}

#[test]
fn actions_run_in_order_and_report_changes() {
    let mut value = document();
    let overlay = overlay(json!([
        {"target": "$.paths['/a/{b}']", "update": {"put": {}}},
        {"target": "$.paths['/a/{b}'].put", "update": {"x": 1}},
        {"target": "$.paths['/a/{b}'].put", "update": {"x": 1}, "description": "again"},
    ]));
    let applied = apply(&mut value, &overlay, "a.json").expect("it applies");
    assert_eq!(value["paths"]["/a/{b}"]["put"], json!({"x": 1}));
    let reported: Vec<_> = applied
        .iter()
        .map(|action| (action.index, action.changed))
        .collect();
    assert_eq!(reported, [(0, true), (1, true), (2, false)]);
}

#[test]
fn an_action_without_match_names_the_nearest_key() {
    let good = json!({"target": "$.paths", "update": {}});
    let error = fails(json!([
        good,
        {"target": "$.paths['/a/{c}'].get", "update": {}, "x-document": "a"},
    ]));
    assert_eq!(error.file(), "overlay.json");
    assert_eq!(error.pointer(), Some("/actions/1/target"));
    assert!(
        error.message().contains("matches nothing in a.json"),
        "{error}"
    );
    assert!(error.advice().contains("did you mean `/a/{b}`?"), "{error}");
}

#[test]
fn updates_that_do_not_fit_are_refused() {
    let at = |update: Value| json!([{"target": "$.paths['/a/{b}'].get", "update": update}]);
    let error = fails(at(json!("x")));
    assert_eq!(error.pointer(), Some("/actions/0"));
    assert!(
        error.message().contains("a.json#/paths/~1a~1{b}/get"),
        "{error}"
    );
    let error = fails(at(json!({"tags": "x"})));
    assert!(
        error.message().contains("/paths/~1a~1{b}/get/tags"),
        "{error}"
    );
    let error = fails(at(json!({"deprecated": {}})));
    assert!(error.message().contains("another kind"), "{error}");
    let error = fails(json!([{"target": "$..deprecated", "update": false}]));
    assert!(error.message().contains("bare value"), "{error}");
    let error = fails(json!([{"target": "$", "remove": true}]));
    assert!(error.message().contains("whole document"), "{error}");
}

#[test]
fn each_action_reaches_its_documents() {
    let documents = || {
        ["schema/hosting-web.json", "auth.json"].map(|name| Document {
            name: name.to_owned(),
            value: json!({
                "openapi": "3.0.0",
                "info": {"title": "t", "version": "1"},
                "paths": {"/old": path()},
            }),
            format: DocumentFormat::OpenApi,
            repairs: Vec::new(),
        })
    };
    let mut all = documents();
    let one = json!({"target": "$.paths", "update": {"/x": path()}, "x-document": "auth"});
    let both = json!({"target": "$.paths", "update": {"/y": path()}});
    let applied = super::apply(&mut all, &overlay(json!([one, both]))).expect("it applies");
    assert_eq!(applied.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    assert!(all[0].value["paths"]["/x"].is_null());
    assert!(all[1].value["paths"]["/x"].is_object());
    assert!(
        all.iter()
            .all(|document| document.value["paths"]["/y"].is_object())
    );

    let error = |action: Value| {
        super::apply(&mut documents(), &overlay(json!([action]))).expect_err("it fails")
    };
    let text = error(json!({"target": "$.nothing", "remove": true})).to_string();
    assert!(
        text.contains("matches nothing in schema/hosting-web.json, auth.json"),
        "{text}"
    );
    let text = error(json!({"target": "$", "update": {}, "x-document": "web"})).to_string();
    assert!(
        text.contains("/actions/0/x-document: there is no document `web`"),
        "{text}"
    );
    assert!(text.contains("hosting-web, auth"), "{text}");
    let text = error(json!({"target": "$.paths", "update": {"/old": path()}})).to_string();
    assert!(
        text.contains("#/actions/0/target: `$.paths` changes nothing"),
        "{text}"
    );
    let all = super::apply(
        &mut documents(),
        &overlay(json!([
            {"target": "$.nothing", "remove": true},
            {"target": "$", "update": {}, "x-document": "web"},
            {"target": "$.paths", "update": 1},
            {"target": "$.openapi", "remove": true, "update": "3.0.0"},
        ])),
    );
    let error = |action: Value| {
        super::apply(&mut documents(), &overlay(json!([action]))).expect_err("it fails")
    };
    let all = all.expect_err("all of them fail");
    let mut places: Vec<_> = all.each().filter_map(Error::pointer).collect();
    places.sort_unstable();
    places.dedup();
    let wanted = [
        "/actions/0/target",
        "/actions/1/x-document",
        "/actions/2",
        "/actions/3/target",
    ];
    assert_eq!(places, wanted, "{all}");
    let text = error(json!({"target": "$.paths['/old'].get", "update": {"deprecated": 1}}));
    assert!(
        text.to_string().starts_with(
            "schema/hosting-web.json#/paths/~1old/get/deprecated: with overlay.json applied: "
        ),
        "{text}"
    );
}

#[test]
fn a_correction_without_effect_is_refused() {
    let body = json!({"$ref": "#/components/schemas/B"});
    let document = || Document {
        name: "a.json".to_owned(),
        value: json!({
            "openapi": "3.0.0",
            "info": {"title": "t", "version": "1"},
            "paths": {"/x": {"post": {
                "requestBody": {"content": {"application/json": {"schema": body}}},
                "responses": {"200": {"description": ""}},
            }}},
            "components": {"schemas": {"B": {"properties": {"a": {"type": "string"}}}}},
        }),
        format: DocumentFormat::OpenApi,
        repairs: Vec::new(),
    };
    let run = |target: &str, update: Value| {
        let action = json!([{"target": target, "update": update}]);
        super::apply(&mut [document()], &overlay(action)).map_err(|error| error.to_string())
    };
    let (operation, schema) = ("$.paths['/x'].post", "$.components.schemas.B");
    let property = "$.components.schemas.B.properties.a";
    for (target, update, says) in [
        (
            operation,
            json!({"x-ovh-web-required": ["a", "b"]}),
            "the body has no property \"b\"",
        ),
        (
            operation,
            json!({"x-ovh-web-required": true}),
            "expected a list",
        ),
        (
            operation,
            json!({"x-ovh-web-idempotent": "no"}),
            "`true` or `false`",
        ),
        (
            operation,
            json!({"x-ovh-web-name": "x"}),
            "it belongs on a property",
        ),
        (
            schema,
            json!({"x-ovh-web-required": ["a"]}),
            "it belongs on an operation",
        ),
        (
            property,
            json!({"x-ovh-web-required": ["a"]}),
            "with `true`",
        ),
        (
            property,
            json!({"x-ovh-web-name": "newName"}),
            "a name in snake case",
        ),
        (property, json!({"x-ovh-web-nane": "b"}), "x-ovh-web-name"),
    ] {
        let text = run(target, update).expect_err(says);
        assert!(text.contains(says), "{text}");
    }
    run(
        operation,
        json!({"x-ovh-web-required": ["a"], "x-ovh-web-idempotent": false}),
    )
    .expect("fine");
    run(
        property,
        json!({"x-ovh-web-required": true, "x-ovh-web-name": "b"}),
    )
    .expect("fine");
}

#[test]
fn refuses_malformed_overlays_with_their_place() {
    let whole = |text: &str| {
        Overlay::parse("o.json", text)
            .expect_err("refused")
            .to_string()
    };
    assert!(whole("[]").contains("expected an object"));
    assert!(whole("{").contains("ends too early"));
    assert!(whole(r#"{"overlay":"2.0.0"}"#).starts_with("o.json#/overlay:"));
    assert!(whole(r#"{"overlay":"1.0.0"}"#).starts_with("o.json: `info` is missing"));
    let action = |action: Value| {
        let text = json!({
            "overlay": "1.0.0",
            "info": {"title": "t", "version": "1"},
            "actions": described(json!([action])),
        });
        whole(&text.to_string())
    };
    for (value, says) in [
        (json!(1), "#/actions/0: action: expected an object"),
        (json!({"remove": true}), "#/actions/0: `target` is missing"),
        (
            json!({"target": "paths", "remove": true}),
            "#/actions/0/target: `paths` is not a JSONPath",
        ),
        (
            json!({"target": "$"}),
            "#/actions/0: `update` is missing, and so is `remove`",
        ),
        (
            json!({"target": "$", "update": {}, "description": " "}),
            "#/actions/0/description: `description` is empty",
        ),
        (
            json!({"target": "$", "remove": "yes"}),
            "#/actions/0/remove:",
        ),
        (
            json!({"target": "$", "updates": {}}),
            "#/actions/0/updates: `updates` is not one of",
        ),
        (
            json!({"target": "$", "update": {}, "x-document": 1}),
            "#/actions/0/x-document:",
        ),
    ] {
        let text = action(value);
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn the_committed_overlay_matches_the_documents() {
    let schema = |name: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/ovh-web-client/");
        std::fs::read_to_string(format!("{folder}{name}")).expect("it is committed")
    };
    let overlay = Overlay::parse("overlay.json", &schema("overlay.json")).expect("an overlay");
    let mut documents = ["hosting-web.json", "auth.json"]
        .map(|name| Document::parse(name, &schema(name)).expect("a good document"));
    let applied = super::apply(&mut documents, &overlay).expect("it applies");
    for action in applied.iter().flatten() {
        assert!(
            action.changed,
            "action {} has become superfluous",
            action.index
        );
    }
}
