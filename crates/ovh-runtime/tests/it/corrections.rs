//! Missing properties of a response: corrections, their reports, and errors.

use std::collections::BTreeMap;

use crate::support::{
    Lists, Nested, Optional, Plain, Quantity, READ, Size, Strict, Switch, VOID, WRITE, Word, call,
    core, now, paths, read, read_strictly, whole,
};
use ovh_runtime::{CorrectionKind, ErrorKind, List};
use serde_json::{Value, json};

#[test]
fn missing_property_gets_zero_value() {
    for null in [false, true] {
        let mut body = whole();
        for (name, value) in body.as_object_mut().expect("an object") {
            if null && name != "id" && name != "text" {
                *value = Value::Null;
            }
        }
        if !null {
            body = json!({"id": 1, "text": "a"});
        }
        let (plain, corrections) = read::<Plain>(&body).expect("corrected");
        assert_eq!((plain.id, plain.text.as_str()), (1, "a"));
        assert_eq!((plain.whole, plain.large, plain.flag), (0, 0, false));
        assert!(plain.share.abs() < f64::EPSILON);
        assert_eq!(plain.switch, Switch::No);
        assert!(matches!(plain.word, Word::Unknown(_)), "{:?}", plain.word);
        assert_eq!(plain.word.as_str(), "");
        assert!(matches!(plain.size, Size::Unknown(_)), "{:?}", plain.size);
        assert!(!Size::KNOWN.contains(&plain.size));
        assert!(plain.list.is_empty() && plain.map.is_empty());
        assert_eq!(plain.type_, Value::Null);
        assert_eq!((plain.unit.unit.as_str(), plain.unit.value), ("", 0));
        assert!(plain.unit.inner.a.is_none() && plain.unit.since.is_none());
        let mut expected = vec![
            "whole",
            "large",
            "share",
            "flag",
            "switch",
            "word",
            "size",
            "list",
            "map",
            "type",
            "unitAndValue",
        ];
        // `null` is a valid value of an untyped property.
        expected.retain(|path| !(null && *path == "type"));
        assert_eq!(paths(&corrections), expected);
        assert!(
            corrections
                .iter()
                .all(|it| it.kind() == CorrectionKind::Missing)
        );
    }
}

#[test]
fn correction_names_type_field_and_path() {
    let body = json!([
        {"id": 1, "items": [{"unit": "a", "value": 1, "inner": {}}]},
        {"id": 2, "items": [{"unit": "a", "value": 1, "inner": {}}, {"value": 2, "inner": {}}],
         "byName": {"x": {"unit": "b", "inner": {}}}, "texts": null},
    ]);
    let (list, corrections) = read::<Vec<Nested>>(&body).expect("corrected");
    assert_eq!(list[1].items[1].unit, "");
    let seen: Vec<_> = corrections
        .iter()
        .map(|it| (it.path(), it.type_name(), it.field(), it.outer_field()))
        .collect();
    assert_eq!(
        seen,
        [
            ("[0].byName", "Nested", "by_name", "by_name"),
            ("[0].texts", "Nested", "texts", "texts"),
            ("[1].items[1].unit", "Quantity", "unit", "items"),
            ("[1].byName.x.value", "Quantity", "value", "by_name"),
            ("[1].texts", "Nested", "texts", "texts"),
        ]
    );
    assert_eq!(
        corrections[2].to_string(),
        "`[1].items[1].unit` is missing, its zero value is used (`Quantity::unit`)"
    );
}

#[test]
fn missing_value_without_zero_value_fails() {
    let fine = json!({
        "day": "2026-01-01", "when": "2026-01-01T00:00:00Z", "ip": "::1", "secret": "x",
        "key": {"deeper": {"id": 1, "text": "a"}}, "url": "https://x", "rules": [],
    });
    read::<Strict>(&fine).expect("all is there");
    for name in ["day", "when", "ip", "secret", "key", "url", "rules"] {
        for missing in [None, Some(Value::Null)] {
            let mut body = fine.clone();
            let object = body.as_object_mut().expect("an object");
            object.remove(name);
            object.extend(missing.map(|null| (name.to_owned(), null)));
            let error = read::<Strict>(&body).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert!(
                error.message().contains(&format!("at `{name}`: expected")),
                "{error}"
            );
        }
    }
    // The nested object exists, but lacks its key.
    let mut body = fine;
    body["key"]["deeper"] = json!({"text": "a"});
    let error = read::<Strict>(&body).expect_err("no id");
    assert!(error.message().contains("at `key.deeper.id`"), "{error}");
}

#[test]
fn never_corrects_root_items_and_map_values() {
    for body in [json!(null), json!(7)] {
        let error = read::<Plain>(&body).expect_err("no object");
        assert!(
            error
                .message()
                .starts_with("the response is not of the expected type: expected an object"),
            "{error}"
        );
    }
    read::<i64>(&json!(null)).expect_err("no number");
    read::<Word>(&json!(null)).expect_err("no word");
    read::<i64>(&json!("7")).expect_err("a text");
    let error = read::<Vec<i64>>(&json!([1, null])).expect_err("no number");
    assert!(error.message().contains("at `[1]`"), "{error}");
    read::<Vec<i64>>(&json!(["7"])).expect_err("a text");
    let error = read::<Nested>(&json!({"id": 1, "texts": [null]})).expect_err("no text");
    assert!(error.message().contains("at `texts[0]`"), "{error}");
    let error = read::<Nested>(&json!({"id": 1, "byName": {"x": null}})).expect_err("no object");
    assert!(error.message().contains("at `byName.x`"), "{error}");
    let error = read::<BTreeMap<String, bool>>(&json!({"x": null})).expect_err("no boolean");
    assert!(error.message().contains("at `x`"), "{error}");
}

#[test]
fn refuses_object_without_known_properties() {
    for (body, path) in [
        (json!({"message": "no"}), ""),
        (
            json!({"id": 1, "text": "a", "unitAndValue": {}}),
            " at `unitAndValue`",
        ),
        (
            json!({"id": 1, "text": "a", "unitAndValue": {"unit": null}}),
            " at `unitAndValue`",
        ),
    ] {
        let error = match path {
            "" => read::<Quantity>(&body).expect_err("another object"),
            _ => read::<Plain>(&body).expect_err("another object"),
        };
        let message = format!(
            "type{path}: expected an object with the properties of `Quantity`, found one with none of them"
        );
        assert!(error.message().ends_with(&message), "{error}");
    }
    read::<Lists>(&json!({})).expect_err("no list");
    let (_, corrections) = read::<Lists>(&json!({"a": []})).expect("one list");
    assert_eq!(paths(&corrections), ["b"]);
    // A type without promised properties may be empty.
    let (_, corrections) = read::<Optional>(&json!({})).expect("nothing is promised");
    assert!(corrections.is_empty());
}

#[test]
fn reads_whole_number_from_string() {
    let mut body = whole();
    body["id"] = json!("1");
    body["whole"] = json!("-7");
    body["large"] = json!("18446744073709551615");
    body["size"] = json!("100");
    body["nothing"] = json!("5");
    body["unitAndValue"]["value"] = json!("0");
    let (plain, corrections) = read::<Plain>(&body).expect("numbers");
    assert_eq!(
        (plain.whole, plain.large, plain.size),
        (-7, u64::MAX, Size::Hundred)
    );
    assert_eq!((plain.nothing, plain.unit.value), (Some(5), 0));
    // An identity too: the panel's own data have IDs of tasks as strings.
    assert_eq!(plain.id, 1);
    let expected = [
        "id",
        "whole",
        "large",
        "size",
        "unitAndValue.value",
        "nothing",
    ];
    assert_eq!(paths(&corrections), expected);
    assert!(
        corrections
            .iter()
            .all(|it| it.kind() == CorrectionKind::NumberAsText)
    );
    for (name, text) in [
        ("whole", "seven"),
        ("whole", ""),
        ("whole", "+7"),
        ("whole", "07"),
        ("whole", " 7"),
        ("whole", "7.0"),
        ("whole", "9223372036854775808"),
        ("share", "7"),
        ("id", "one"),
        ("id", ""),
    ] {
        let mut body = whole();
        body[name] = json!(text);
        let error = read::<Plain>(&body).expect_err(text);
        assert!(error.message().contains(&format!("at `{name}`")), "{error}");
    }
}

#[test]
fn strict_decoding_corrects_lists_only() {
    let mut body = whole();
    body["list"] = json!(null);
    body.as_object_mut().expect("an object").remove("map");
    let (_, corrections) = read_strictly::<Plain>(&body).expect("lists");
    assert_eq!(paths(&corrections), ["list", "map"]);
    for (name, value) in [
        ("text", json!(null)),
        ("whole", json!("7")),
        ("flag", json!(null)),
        ("word", json!(null)),
        ("unitAndValue", json!(null)),
    ] {
        let mut body = whole();
        body[name] = value;
        let error = read_strictly::<Plain>(&body).expect_err(name);
        assert!(error.message().contains(&format!("at `{name}`")), "{error}");
    }
    read_strictly::<Lists>(&json!({})).expect_err("no lists");
}

#[test]
fn serde_decoding_is_strict() {
    let strict = |body: &Value| serde_json::from_value::<Plain>(body.clone());
    let mut body = whole();
    body["list"] = json!(null);
    strict(&body).expect("a list may be missing");
    for (name, value) in [
        ("text", json!(null)),
        ("whole", json!("7")),
        ("size", json!("100")),
    ] {
        let mut body = whole();
        body[name] = value;
        let error = strict(&body).expect_err(name);
        assert!(
            error.to_string().starts_with(&format!("`{name}`: ")),
            "{error}"
        );
    }
    serde_json::from_value::<Lists>(json!({})).expect("lists may be missing");
    let own = now(call::<Plain>(&json!({"id": 1, "text": "a"}).to_string()).json::<Plain>());
    assert_eq!(own.expect_err("strict").kind(), ErrorKind::Decode);
}

#[test]
fn bad_item_reports_no_correction() {
    let good = json!({"value": 1, "inner": {}});
    let body = json!([good, {"value": 2, "inner": []}, {"inner": {}}]).to_string();
    let (core, told) = core(&body, false);
    let list = core
        .request(&READ, &[])
        .call::<List<Quantity>>()
        .with_corrections();
    let (list, corrections) = now(list).expect("a list");
    assert_eq!(paths(&corrections), ["[0].unit", "[2].unit", "[2].value"]);
    let (good, bad) = list.split();
    assert_eq!((good.len(), bad.len()), (2, 1));
    assert!(bad[0].message().contains("at `[1].inner`"), "{}", bad[0]);
    let paths = ["[0].unit", "[2].unit", "[2].value"]
        .map(str::to_owned)
        .to_vec();
    let told = told.lock().expect("the log");
    assert_eq!(*told, [("things::get".to_owned(), paths)]);
}

#[test]
fn error_discards_corrections() {
    let body = json!({"id": 1, "items": [{"unit": "a", "inner": {}}], "texts": [7]}).to_string();
    let (core, told) = core(&body, false);
    now(core.request(&READ, &[]).call::<Nested>()).expect_err("a number in a list of texts");
    let list = format!("[{body}]");
    let whole = now(call::<Vec<Nested>>(&list));
    whole.expect_err("a number in a list of texts");
    assert!(told.lock().expect("the log").is_empty());
}

#[test]
fn invalid_item_keeps_corrections_of_the_others() {
    let body = r#"[{"value":1,"inner":{}},{"value":1e999},{"value":3,"inner":{}}]"#;
    let (core, told) = core(body, false);
    let list = now(core.request(&READ, &[]).call::<List<Quantity>>()).expect("a list");
    assert_eq!(list.split().1.len(), 1);
    let told = told.lock().expect("the log");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1, ["[0].unit", "[2].unit"]);
    now(call::<Vec<Quantity>>(body)).expect_err("no list without it");
}

#[test]
fn page_returns_its_corrections() {
    let body = json!([{"value": 1, "inner": {}}, {"unit": "a", "value": 2, "inner": {}}]);
    let (core, told) = core(&body.to_string(), false);
    let page = core
        .request(&READ, &[])
        .page::<Quantity>()
        .with_corrections();
    let (page, corrections) = now(page).expect("a page");
    let items: Result<Vec<_>, _> = page.items.into_iter().collect();
    let items = items.expect("two items");
    assert_eq!(paths(&corrections), ["[0].unit"]);
    assert_eq!((items.len(), items[1].value), (2, 2));
    assert_eq!(told.lock().expect("the log").len(), 1);
}

#[test]
fn void_call_accepts_all_but_a_proxy_page() {
    for body in [
        "",
        " \n",
        "null",
        "{}",
        "[1]",
        "\"done\"",
        "OK",
        "{\"task\":",
        "\u{1f600}",
    ] {
        let (core, _) = core(body, false);
        now(core.request(&VOID, &[]).call::<()>())
            .unwrap_or_else(|error| panic!("{body}: {error}"));
    }
    for body in ["<html>", "  <!DOCTYPE html>", "\u{feff}<html>"] {
        let (core, _) = core(body, false);
        let error = now(core.request(&VOID, &[]).call::<()>()).expect_err(body);
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.maybe_applied());
        assert!(
            error
                .hint()
                .is_some_and(|hint| hint.contains("may have been made")),
            "{error}"
        );
    }
}

#[test]
fn decode_error_suggests_next_step() {
    let write = |body: &str| {
        let (core, _) = core(body, false);
        now(core.request(&WRITE, &[]).call::<Quantity>()).expect_err(body)
    };
    for body in ["[]", "{}", "null", r#"{"unit":7}"#] {
        let error = write(body);
        assert!(error.maybe_applied());
        let hint = error.hint().expect("a hint");
        assert!(
            hint.starts_with("the change was very likely made: check before"),
            "{hint}"
        );
        assert!(
            hint.contains("`.json::<T>()`") && hint.contains("newer version"),
            "{hint}"
        );
    }
    for body in ["", "<html>", r#"{"unit":"#, "{} {}", "no"] {
        let error = write(body);
        assert!(error.maybe_applied());
        assert_eq!(
            error.hint(),
            Some("the change may have been made: check before you retry")
        );
        assert!(error.message().starts_with("the response "), "{error}");
    }
    let error = read::<Quantity>(&json!([])).expect_err("no object");
    assert!(!error.maybe_applied());
    assert!(
        error
            .hint()
            .is_some_and(|hint| hint.starts_with("`.json::<T>()`")),
        "{error}"
    );
    let body = json!([{"serviceName": "example.ovh", "unit": 7}, {"unit": 7}]).to_string();
    let (_, bad) = now(call::<List<Quantity>>(&body)).expect("a list").split();
    assert!(
        bad[0]
            .hint()
            .is_some_and(|hint| hint.starts_with("`split()`")),
        "{}",
        bad[0]
    );
    assert!(
        bad[0]
            .message()
            .starts_with("an item (`example.ovh`) of the response"),
        "{}",
        bad[0]
    );
    assert!(
        bad[1].message().starts_with("an item of the response"),
        "{}",
        bad[1]
    );
}
