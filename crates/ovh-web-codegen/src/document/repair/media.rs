//! Step: what travels. One JSON each way, or, in a reply, whatever bytes come.

use serde_json::{Map, Value, json};

use super::{Log, Pointer, drop_unless, kind};

const JSON: &str = "application/json";

/// The schema that stands for a reply as it came: status, headers, bytes.
const REPLY: &str = "#/components/schemas/Response";

pub(super) fn apply(operation: &mut Map<String, Value>, at: &Pointer, log: &mut Log) {
    body(operation, &at.child("requestBody"), log);
    responses(operation, &at.child("responses"), log);
}

fn body(operation: &mut Map<String, Value>, at: &Pointer, log: &mut Log) {
    let Some(body) = operation.get_mut("requestBody") else {
        return;
    };
    let Some(body) = body.as_object_mut() else {
        let what = format!("the body is {}, and was left out", kind(body));
        log.add("wrong-kind", at, what);
        operation.remove("requestBody");
        return;
    };
    drop_unless(body, "required", Value::is_boolean, at, log);
    let content = body.get("content").and_then(Value::as_object);
    let Some(content) = content.filter(|content| !content.is_empty()) else {
        log.add(
            "body-media",
            &at.child("content"),
            "the body does not say what it is, and is taken as any JSON value",
        );
        body.insert("content".to_owned(), json!({ JSON: { "schema": {} } }));
        return;
    };
    if is_plain(content) {
        return;
    }
    let at = at.child("content");
    let (media, schema) = choose(content);
    // Forms describe the same properties; anything else has no schema that JSON could follow.
    let schema = if is_json(&media) || media.contains("form") {
        schema
    } else {
        json!({})
    };
    log.add(
        "body-media",
        &at,
        format!(
            "of {} the body of `{media}` was taken, and is sent as JSON",
            list(content)
        ),
    );
    body.insert("content".to_owned(), json!({ JSON: { "schema": schema } }));
}

fn responses(operation: &mut Map<String, Value>, at: &Pointer, log: &mut Log) {
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
        log.add(
            "no-response",
            at,
            "no response is described: whatever comes is given as it is",
        );
        operation.insert(
            "responses".to_owned(),
            json!({ "200": { "description": "", "content": raw() } }),
        );
        return;
    };
    let fits = |status: &str| {
        matches!(
            status.as_bytes(),
            b"default" | [b'1'..=b'5', b'X', b'X'] | [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9']
        ) || status.starts_with("x-")
    };
    let mut success: Vec<String> = Vec::new();
    responses.retain(|status, response| {
        if !fits(status) {
            let what = format!("`{status}` is no status, and was left out");
            log.add("status", &at.child(status), what);
            return false;
        }
        if !status.starts_with('2') {
            // Refusals have one type, whatever the document says of them.
            return status.starts_with("x-") || response.is_object() && is_fine(response);
        }
        if !response.is_object() {
            let what = format!("the response is {}, and is taken as empty", kind(response));
            log.add("wrong-kind", &at.child(status), what);
            *response = json!({ "description": "" });
        }
        success.push(status.to_owned());
        true
    });
    success.sort();
    for status in &success {
        content(&mut responses[status.as_str()], &at.child(status), log);
    }
    match success.as_slice() {
        [_] => {}
        [] => {
            log.add(
                "no-response",
                at,
                "no success is described: whatever comes is given as it is",
            );
            responses.insert(
                "200".to_owned(),
                json!({ "description": "", "content": raw() }),
            );
        }
        several => one_success(responses, several, at, log),
    }
}

/// Rule `several-successes`: of several successes the one stands that says what comes.
fn one_success(
    responses: &mut Map<String, Value>,
    success: &[String],
    at: &Pointer,
    log: &mut Log,
) {
    let schema = |status: &String| responses[status].pointer("/content/application~1json/schema");
    let telling: Vec<&String> = success.iter().filter(|s| schema(s).is_some()).collect();
    let same = telling
        .windows(2)
        .all(|pair| schema(pair[0]) == schema(pair[1]));
    let kept = telling.first().map_or(&success[0], |first| *first).clone();
    log.add(
        "several-successes",
        at,
        if same {
            format!(
                "of the successes {} only {kept} is kept",
                success.join(", ")
            )
        } else {
            format!(
                "the successes {} differ: what comes is given as it is",
                success.join(", ")
            )
        },
    );
    for status in success {
        if *status != kept {
            responses.remove(status);
        }
    }
    if !same {
        responses[&kept]["content"] = raw();
    }
}

fn raw() -> Value {
    json!({ JSON: { "schema": { "$ref": REPLY } } })
}

/// Whether a reply of the operation is given as it comes.
pub(super) fn is_raw(operation: &Map<String, Value>) -> bool {
    let responses = operation.get("responses").and_then(Value::as_object);
    responses
        .into_iter()
        .flatten()
        .any(|(_, response)| response.get("content") == Some(&raw()))
}

fn is_fine(response: &Value) -> bool {
    match response.get("content") {
        None => true,
        Some(content) => content.as_object().is_some_and(is_plain),
    }
}

/// Puts the content of a success in order.
fn content(response: &mut Value, at: &Pointer, log: &mut Log) {
    let Some(response) = response.as_object_mut() else {
        return;
    };
    drop_unless(response, "content", Value::is_object, at, log);
    let Some(content) = response.get("content").and_then(Value::as_object) else {
        return;
    };
    if content.is_empty() {
        response.remove("content");
        return;
    }
    if is_plain(content) {
        return;
    }
    let at = at.child("content");
    let (media, schema) = choose(content);
    if is_json(&media) {
        log.add(
            "reply-media",
            &at,
            format!("of {} the JSON of `{media}` is read", list(content)),
        );
        response.insert("content".to_owned(), json!({ JSON: { "schema": schema } }));
    } else {
        log.add(
            "reply-media",
            &at,
            format!(
                "the reply is {}, no JSON: it is given as it came",
                list(content)
            ),
        );
        response.insert("content".to_owned(), raw());
    }
}

/// One `application/json` with a schema, and nothing beside it.
fn is_plain(content: &Map<String, Value>) -> bool {
    content.len() == 1
        && content
            .get(JSON)
            .is_some_and(|media| media.get("schema").is_some())
}

/// The media type that is taken of several, with its schema: JSON first.
fn choose(content: &Map<String, Value>) -> (String, Value) {
    let mut sorted: Vec<(&String, &Value)> = content.iter().collect();
    sorted.sort_by_key(|(media, _)| (*media != JSON, !is_json(media), media.as_str()));
    let (media, value) = sorted[0];
    let schema = value.get("schema").cloned().unwrap_or_else(|| json!({}));
    (media.clone(), schema)
}

fn is_json(media: &str) -> bool {
    let plain = media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    plain == JSON || plain.ends_with("+json") || plain == "*/*" || plain == "application/*"
}

fn list(content: &Map<String, Value>) -> String {
    let mut names: Vec<String> = content.keys().map(|media| format!("`{media}`")).collect();
    names.sort();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::log;
    use super::*;

    #[test]
    fn golden() {
        let text = json!({ "schema": { "type": "string" } });
        let operation = json!({
            "requestBody": { "content": {
                "application/json; charset=utf-8": { "schema": { "type": "object" } },
                "application/xml": {},
            }},
            "responses": {
                "200": { "content": { "text/plain": text } },
                "204": {},
                "20X": {},
                "default": { "content": { "text/html": {} } },
            },
        });
        let mut operation = operation.as_object().expect("an object").clone();
        let mut log = log();
        apply(&mut operation, &Pointer::root(), &mut log);
        assert_eq!(
            Value::Object(operation),
            json!({
                "requestBody": { "content": { JSON: { "schema": { "type": "object" } } } },
                "responses": { "200": { "content": raw() } },
            })
        );
        let rules: Vec<&str> = log.list.iter().map(|repair| repair.rule).collect();
        assert_eq!(
            rules,
            ["body-media", "status", "reply-media", "several-successes"]
        );
    }
}
