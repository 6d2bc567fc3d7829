//! A fault is an error with its place and advice, or a named repair; never a panic.

use super::*;

/// Puts `new` at `pointer` of a good document (adding the last key).
fn with(pointer: &str, new: Value) -> Value {
    let mut document = good();
    let (owner, key) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(owner).expect("the owner is there") {
        Value::Object(map) => {
            map.insert(key.replace("~1", "/"), new);
        }
        Value::Array(list) => match key.parse::<usize>() {
            Ok(index) => list[index] = new,
            Err(_) => list.push(new),
        },
        other => panic!("{owner} is {other}"),
    }
    document
}

fn without(pointer: &str) -> Value {
    let mut document = good();
    let (owner, key) = pointer.rsplit_once('/').expect("a pointer");
    let map = document.pointer_mut(owner).and_then(Value::as_object_mut);
    assert!(
        map.expect("an object").remove(key).is_some(),
        "{pointer} was not there"
    );
    document
}

#[track_caller]
fn refused(document: &Value, at: &str, says: &str) -> Error {
    let error = convert("web.json", document).expect_err("refused");
    assert_eq!(error.file(), "web.json");
    assert_eq!(error.pointer().unwrap_or_default(), at, "{error}");
    assert!(error.message().contains(says), "{error}");
    assert!(!error.advice().is_empty(), "{error}");
    error
}

#[track_caller]
fn repaired(document: &Value, rule: &str, at: &str, says: &str) -> Value {
    let converted = convert("web.json", document).expect("repaired");
    let [repair] = converted.repairs.as_slice() else {
        panic!("{:?}", converted.repairs);
    };
    assert_eq!((repair.rule, repair.pointer.as_str()), (rule, at));
    assert!(repair.what.contains(says), "{repair}");
    converted.value
}

const GET: &str = "/apis/0/operations/0";
const PUT: &str = "/apis/1/operations/0";
const SIZE: &str = "/models/a.Cron/properties/size";

#[test]
fn the_frame() {
    let out = convert("web.json", &without("/basePath")).expect("version 1");
    assert_eq!(out.value.get("servers"), None);
    refused(
        &with("/basePath", json!(7)),
        "/basePath",
        "expected a string",
    );
    refused(
        &with("/apiVersion", json!(1.0)),
        "/apiVersion",
        "expected a string",
    );
    refused(&with("/apis", json!({})), "/apis", "expected a list");
    refused(&without("/apis"), "", "no operations: `apis` is missing");
    refused(&without("/models"), "", "`models` is missing");
    refused(&with("/models", json!([])), "/models", "expected an object");
    refused(
        &with("/models/a.Cron", json!(null)),
        "/models/a.Cron",
        "expected an object",
    );
    refused(&json!([]), "", "expected an object");
    let index = json!({ "basePath": "/1.0", "apis": [{
        "path": "/web", "schema": "{path}.{format}", "format": ["json"], "description": "",
    }]});
    let error = refused(&index, "", "the list of OVHcloud's sections");
    assert!(error.advice().contains("/1.0/hosting/web.json"), "{error}");
    assert!(is_native(&index) && !is_native(&json!([])) && !is_native(&json!({ "paths": {} })));
}

#[test]
fn routes_and_operations() {
    refused(&without("/apis/0/path"), "/apis/0", "`path` is missing");
    refused(
        &with("/apis/0", json!("x")),
        "/apis/0",
        "a route: expected an object",
    );
    refused(
        &without("/apis/0/operations"),
        "/apis/0",
        "`operations` is missing",
    );
    let out = convert("web.json", &with("/apis/0/operations", json!([]))).expect("converts");
    assert_eq!(out.value["paths"].get("/web"), None);
    let at = format!("{GET}/httpMethod");
    refused(&with(&at, json!("FETCH")), &at, "not an HTTP method");
    let twice = with(
        "/apis/0/operations/-",
        good()["apis"][0]["operations"][0].clone(),
    );
    refused(&twice, "/apis/0/operations/1", "GET /web appears twice");
    refused(
        &without(&format!("{GET}/responseType")),
        GET,
        "`responseType` is missing",
    );
    let at = format!("{GET}/noAuthentication");
    for wrong in [json!("true"), json!(2), json!(-1), json!(1.5), json!([])] {
        refused(&with(&at, wrong), &at, "expected true, false, 1 or 0");
    }
    let at = format!("{GET}/apiStatus");
    refused(&with(&at, json!("PRODUCTION")), &at, "expected an object");
    refused(&with(&at, json!({})), &at, "`value` is missing");
    let out = convert("web.json", &with(&at, json!({ "value": "GAMMA" }))).expect("converts");
    assert_eq!(
        out.value["paths"]["/web"]["get"]["x-badges"],
        json!([{ "label": "GAMMA" }])
    );
    let at = format!("{GET}/iamActions");
    refused(&with(&at, json!("web:get")), &at, "expected a list");
    refused(
        &with(&at, json!(["a", 7])),
        &format!("{at}/1"),
        "an IAM action",
    );
    refused(
        &with(&at, json!([{}])),
        &format!("{at}/0"),
        "`name` is missing",
    );
}

#[test]
fn parameters() {
    let at = format!("{PUT}/parameters");
    refused(&with(&at, json!({})), &at, "expected a list");
    let first = format!("{at}/0");
    refused(&without(&format!("{first}/name")), &first, "only a body");
    refused(
        &without(&format!("{first}/paramType")),
        &first,
        "`paramType` is missing",
    );
    let place = format!("{first}/paramType");
    refused(
        &with(&place, json!("cookie")),
        &place,
        "not a place of a parameter",
    );
    let more = |said: Value| with(&format!("{at}/-"), said);
    let third = format!("{at}/2");
    refused(
        &more(json!({ "paramType": "body", "dataType": "long" })),
        &third,
        "two bodies",
    );
    let named = json!({ "paramType": "body", "dataType": "long", "name": "a" });
    refused(
        &more(named.clone()),
        &format!("{at}/1"),
        "as a whole and by its properties",
    );
    let twice = with(&at, json!([named, named]));
    refused(&twice, &format!("{at}/1"), "two values called `a`");
}

#[test]
fn refuses_unknown_types() {
    let at = format!("{SIZE}/type");
    let mut document = without(&format!("{SIZE}/fullType"));
    let mut with_word = |expr: &str| {
        *document.pointer_mut(&at).expect("a place") = json!(expr);
        document.clone()
    };
    let error = refused(
        &with_word("a.Stat"),
        &at,
        "no type or model is named `a.Stat`",
    );
    assert_eq!(
        error.advice(),
        "did you mean `a.State`? Otherwise add the model"
    );
    for expr in [
        "strin",
        "T",
        "g.Unit",
        "g.Unit<a.Nowhere>",
        "g.Unit<long,long>",
        "a.Cron<long>",
    ] {
        refused(
            &with_word(expr),
            if expr.starts_with("g.Unit<a") {
                "/models/g.Unit<T>/properties/value/type"
            } else {
                &at
            },
            "no type or model",
        );
    }
    refused(&with_word("void"), &at, "expected a value");
    refused(&with_word("void[]"), &at, "expected a value");
    for expr in ["long[", "", "<long>", "map[string]", "g.Unit<long", "long]"] {
        refused(&with_word(expr), &at, "the type `");
    }
    let error = refused(&with_word(&"x[]".repeat(90)), &at, "goes on");
    assert!(error.to_string().len() < 300, "{error}");
    for deep in [
        format!("long{}", "[]".repeat(100_000)),
        format!("{}long", "map[string]".repeat(100_000)),
        format!("{}long{}", "g.Unit<".repeat(100_000), ">".repeat(100_000)),
    ] {
        refused(&with_word(&deep), &at, "nested too deep");
    }
    let out = repaired(
        &with_word("map[long]string"),
        "map-key",
        &at,
        "read as text",
    );
    let size = &out["components"]["schemas"]["a.Cron"]["properties"]["size"];
    assert_eq!(size["additionalProperties"], json!({ "type": "string" }));
    refused(&with(&at, json!(["long"])), &at, "expected a string");
}

#[test]
fn special_names_of_two_minds() {
    let document = with(SIZE, json!({ "type": "long", "fullType": "c.Id:long" }));
    let mut document = document;
    document["models"]["a.Cron"]["properties"]["state"] =
        json!({ "type": "string", "fullType": "c.Id:string" });
    let at = "/models/a.Cron/properties/state/fullType";
    refused(&document, at, "`c.Id` is another type elsewhere");
}

#[test]
fn generics_without_end() {
    let expr = |expr: &str| json!({ "properties": { "x": { "type": expr } }, "generics": ["T"] });
    for growing in ["g.Grow<g.Unit<T>>", "g.Grow<T[]>", "g.Grow<map[string]T>"] {
        let mut document = with("/models/g.Grow<T>", expr(growing));
        document["models"]["a.Cron"]["properties"]["more"] = json!({ "type": "g.Grow<long>" });
        refused(
            &document,
            "/models/g.Grow<T>/properties/x/type",
            "without end",
        );
    }
    // In width rather than depth: each level has twice as many uses as the one above.
    let mut document = good();
    for level in 0..14 {
        document["models"][format!("w.L{level}<A,B>")] = json!({
            "generics": ["A", "B"],
            "properties": {
                "x": { "type": format!("w.L{}<A,A>", level + 1) },
                "y": { "type": format!("w.L{}<B,A>", level + 1) },
                "z": { "type": format!("w.L{}<g.Unit<A>,B>", level + 1) },
            },
        });
    }
    document["models"]["w.L14<A,B>"] = json!({ "generics": ["A", "B"], "properties": {} });
    document["models"]["a.Cron"]["properties"]["more"] = json!({ "type": "w.L0<long,string>" });
    let error = convert("web.json", &document).expect_err("refused");
    assert!(error.message().contains("without end"), "{error}");
    // A generic that nothing uses does no harm.
    let unused = with("/models/g.Grow<T>", expr("g.Grow<g.Unit<T>>"));
    clean(&unused);
    // Nor does one that refers to itself with what it has.
    let mut itself = with("/models/g.Ring<T>", expr("g.Ring<T>[]"));
    itself["models"]["a.Cron"]["properties"]["more"] = json!({ "type": "g.Ring<long>" });
    clean(&itself);
}

#[test]
fn models() {
    let at = "/models/a.State";
    let value = |values: Value, ty: &str| with(at, json!({ "enum": values, "enumType": ty }));
    refused(
        &value(json!(["25", "many"]), "long"),
        "/models/a.State/enum/1",
        "not a value",
    );
    refused(
        &value(json!([true]), "string"),
        "/models/a.State/enum/0",
        "not a value",
    );
    refused(
        &value(json!(["x"]), "boolean"),
        "/models/a.State/enumType",
        "cannot be of type",
    );
    refused(
        &value(json!(["x"]), "a.Cron"),
        "/models/a.State/enumType",
        "cannot be of type",
    );
    refused(
        &value(json!("x"), "string"),
        "/models/a.State/enum",
        "expected a list",
    );
    refused(
        &value(json!(["NaN"]), "double"),
        "/models/a.State/enum/0",
        "not a value",
    );
    refused(
        &with(at, json!({ "enum": ["a"], "properties": {} })),
        at,
        "both values and properties",
    );
    refused(
        &with(SIZE, json!("long")),
        SIZE,
        "a property: expected an object",
    );
    refused(&with(SIZE, json!({})), SIZE, "`type` is missing");
    let at = format!("{SIZE}/canBeNull");
    refused(&with(&at, json!("1")), &at, "expected true, false, 1 or 0");
    for (name, says) in [
        ("a[b", "goes on"),
        ("", "lacks a name"),
        ("a[]", "that of a model"),
    ] {
        refused(
            &with(&format!("/models/{name}"), json!({})),
            &format!("/models/{name}"),
            says,
        );
    }
    refused(
        &with("/models/g.Unit< T >", json!({ "generics": ["T"] })),
        "/models/g.Unit<T>",
        "twice",
    );
    refused(
        &with("/models/g.Unit<long>", json!({ "generics": ["K", "V"] })),
        "/models/g.Unit<long>",
        "has 1 arguments",
    );
    refused(
        &with("/models/h.H<T>", json!({ "generics": [7] })),
        "/models/h.H<T>",
        "a string",
    );
    let mut clash = with("/models/g.Unit_double", json!({ "properties": {} }));
    clash["models"]["z.Z"] = json!({ "properties": { "a": { "type": "g.Unit<double>" } } });
    let numbered = convert("web.json", &clash).expect("converts");
    assert_eq!(numbered.repairs[0].rule, "generic-name");
}

/// Odd names pass through the conversion; the check after it refuses them.
#[test]
fn refuses_odd_names() {
    for name in ["été.Cron", "a b.Cron", "1.Cron", "a/b~c"] {
        let mut document = good();
        document["models"][name] = json!({ "properties": { "x y": { "type": "long" } } });
        document["apis"][0]["operations"][0]["responseType"] = json!(name);
        let text = document.to_string();
        let error = crate::document::Document::parse("web.json", &text).expect_err(name);
        assert!(!error.to_string().contains('\n'), "{error}");
        let inputs = crate::Inputs {
            documents: vec![crate::Input::new("web.json", text)],
            clashes: crate::Clashes::Resolve,
            ..Default::default()
        };
        let error = crate::generate(&inputs).map(|_| ()).expect_err(name);
        assert!(
            error.message().contains("not a valid schema name"),
            "{error}"
        );
    }
}

/// Every value is replaced by one of each kind: there is always an answer, and a generator's too.
#[test]
fn no_single_change_makes_it_panic() {
    fn places(value: &Value, at: &str, out: &mut Vec<String>) {
        out.push(at.to_owned());
        let mut below = |key: &str, inner| {
            let key = key.replace('~', "~0").replace('/', "~1");
            places(inner, &format!("{at}/{key}"), out);
        };
        match value {
            Value::Object(map) => map.iter().for_each(|(key, inner)| below(key, inner)),
            Value::Array(list) => {
                let indexed = list.iter().enumerate();
                indexed.for_each(|(index, inner)| below(&index.to_string(), inner));
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    places(&good(), "", &mut all);
    let news = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!(""),
        json!("/{\u{0}é<[]"),
        json!("g.Unit<g.Unit<T>>[]"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"": {"$ref": "x"}}),
    ];
    let (mut refusals, mut taken) = (0, 0);
    for place in &all {
        for new in &news {
            let mut document = good();
            *document.pointer_mut(place).expect("a place") = new.clone();
            match crate::document::Document::parse("web.json", &document.to_string()) {
                Ok(_) => taken += 1,
                Err(error) => {
                    refusals += 1;
                    let text = error.to_string();
                    assert!(!text.contains(char::is_control), "{text}");
                    assert!(!error.advice().is_empty(), "{text}");
                }
            }
        }
    }
    assert!(refusals > all.len() * 4, "{refusals} of {}", all.len());
    assert!(taken > all.len(), "{taken} of {}", all.len());
}
