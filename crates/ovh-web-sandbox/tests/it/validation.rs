//! Every operation refuses invalid values and names their place.

use crate::common::{Client, Response, at, settle, versioned, zoned};
use crate::walk::documents::resolve;
use crate::walk::{Documents, Sensible, operations, seed_defaults};
use ovh_runtime::{Method, Operation};
use ovh_web_sandbox::Sandbox;
use serde_json::{Value, json};

/// A furnished sandbox, and calls that are right but for one thing.
struct Bench {
    documents: Documents,
    sandbox: Sandbox,
    client: Client,
    problems: Vec<String>,
    tried: usize,
}

impl Bench {
    fn new() -> Self {
        let sandbox = zoned();
        let client = Client::new(&sandbox);
        seed_defaults(&sandbox, &client);
        Self {
            documents: Documents::read(),
            sandbox,
            client,
            problems: Vec::new(),
            tried: 0,
        }
    }

    fn target(&self, operation: &Operation) -> String {
        let sensible = Sensible {
            documents: &self.documents,
            sandbox: &self.sandbox,
            client: &self.client,
        };
        let target = sensible.target(operation).expect("a way");
        format!("{target}{}", sensible.query(operation))
    }

    fn send(&self, operation: &Operation, target: &str, body: Option<&Value>) -> Response {
        let body = body.map(ToString::to_string);
        let target = versioned(target);
        let method = operation.method().as_str();
        self.client.send(method, &target, &[], body.as_deref())
    }

    /// The response has to be a 400 in the new shape that names this place.
    fn refused(&mut self, operation: &Operation, response: &Response, place: &str) {
        self.tried += 1;
        let fine = response.status == 400 && {
            let json = response.json();
            let message = json["message"].as_str().unwrap_or_default();
            json["class"] == "Client::BadRequest" && message.contains(place)
        };
        if !fine {
            let problem = format!("{operation} {place}: {} {}", response.status, response.body);
            self.problems.push(problem);
        }
    }

    #[track_caller]
    fn conclude(self, at_least: usize) {
        let Self {
            problems, tried, ..
        } = self;
        assert!(
            problems.is_empty(),
            "{} problems:\n{}",
            problems.len(),
            problems.join("\n")
        );
        assert!(tried >= at_least, "only {tried} wrong calls were tried");
    }
}

/// A value that the schema does not allow.
fn mistyped(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("string") => json!(17),
        Some("array" | "object") => json!("text"),
        _ => json!({"not": "this"}),
    }
}

/// A text that does not stand for a value of the schema, if there is such.
fn unreadable(schema: &Value) -> Option<&'static str> {
    let plain = schema["type"] == "string" && schema["enum"].is_null();
    match schema["format"].as_str() {
        Some("date-time" | "date" | "uuid") => Some("yesterday"),
        _ if plain => None,
        _ => Some("nonsense"),
    }
}

#[test]
fn wrong_bodies() {
    let mut bench = Bench::new();
    let documents = Documents::read();
    for operation in operations() {
        if operation.method() == Method::GET {
            continue;
        }
        let target = bench.target(operation);
        let response = bench.send(operation, &target, Some(&json!({"nonsense": 1})));
        bench.refused(operation, &response, "$.nonsense");
        let response = bench.send(operation, &target, Some(&json!(["list"])));
        bench.refused(operation, &response, "$: expected an object");
        let Some((document, schema)) = documents.body_schema(operation) else {
            continue;
        };
        let good = documents.body(operation).expect("a body");
        let with = |name: &str, value: Value| {
            let mut body = good.clone();
            body[name] = value;
            body
        };
        for (name, property) in schema["properties"].as_object().expect("properties") {
            let place = format!("$.{name}");
            let resolved = resolve(document, property);
            if property["readOnly"] == true {
                // An update may carry the whole object.
                if operation.method() != Method::PUT {
                    let response = bench.send(operation, &target, Some(&with(name, json!(1))));
                    let problem = format!("{place}: this property is read-only");
                    bench.refused(operation, &response, &problem);
                }
                continue;
            }
            let response = bench.send(operation, &target, Some(&with(name, mistyped(resolved))));
            bench.refused(operation, &response, &place);
            // What OVHcloud's own clients send for what is not given.
            let required = schema["required"].as_array();
            let let_pass = operation.method() != Method::PUT
                && !required.is_some_and(|names| names.contains(&json!(name)));
            if property["nullable"] != true && !let_pass {
                let response = bench.send(operation, &target, Some(&with(name, json!(null))));
                bench.refused(operation, &response, &place);
            }
            if resolved["type"] == "string" && unreadable(resolved).is_some() {
                let response = bench.send(operation, &target, Some(&with(name, json!("nonsense"))));
                bench.refused(operation, &response, &place);
            }
            let within = resolved["properties"].as_object().is_some();
            if within {
                let wrong = with(name, json!({"nonsense": 1}));
                let response = bench.send(operation, &target, Some(&wrong));
                bench.refused(operation, &response, &format!("{place}.nonsense"));
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().expect("a name");
            let mut body = good.clone();
            body.as_object_mut().expect("an object").remove(name);
            if operation.method() == Method::POST {
                let response = bench.send(operation, &target, Some(&body));
                bench.refused(operation, &response, &format!("$.{name}"));
                let response = bench.send(operation, &target, None);
                bench.refused(operation, &response, "$.");
            }
        }
    }
    bench.conclude(400);
}

#[test]
fn wrong_queries() {
    let mut bench = Bench::new();
    let documents = Documents::read();
    for operation in operations() {
        let target = bench.target(operation);
        let joint = if target.contains('?') { '&' } else { '?' };
        let (bare, _) = target.split_once('?').unwrap_or((&target, ""));
        let response = bench.send(operation, &format!("{target}{joint}nonsense=1"), None);
        bench.refused(operation, &response, "nonsense");
        for (name, schema, required) in documents.parameters(operation, "query") {
            if let Some(wrong) = unreadable(schema) {
                let response = bench.send(operation, &format!("{bare}?{name}={wrong}"), None);
                bench.refused(operation, &response, name);
            }
            if required {
                let response = bench.send(operation, bare, None);
                bench.refused(operation, &response, "required");
                let response = bench.send(operation, &format!("{target}&{name}=x"), None);
                bench.refused(operation, &response, name);
            }
        }
    }
    bench.conclude(260);
}

#[test]
fn wrong_path_values() {
    let mut bench = Bench::new();
    let documents = Documents::read();
    for operation in operations() {
        for (name, schema, _) in documents.parameters(operation, "path") {
            let Some(wrong) = unreadable(schema) else {
                continue;
            };
            let right: Vec<_> = bench
                .target(operation)
                .split('/')
                .map(str::to_owned)
                .collect();
            let target: Vec<_> = operation
                .path()
                .split('/')
                .zip(right)
                .map(
                    |(template, right)| match template == format!("{{{name}}}") {
                        true => wrong.to_owned(),
                        false => right,
                    },
                )
                .collect();
            let response = bench.send(operation, &target.join("/"), None);
            bench.refused(operation, &response, name);
        }
    }
    bench.conclude(58);
}

#[test]
fn validates_before_looking_up_objects() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    let body = json!({"home": "www", "sshState": "status"});
    let message = client.put(&at("/user/nobody"), body).refused(400);
    assert!(message.contains("$.sshState: expected"), "{message}");
    client
        .put(&at("/user/nobody"), json!({"home": "www"}))
        .refused(404);
    sandbox.journal().changes().never();
}

#[test]
fn a_secret_in_the_wrong_place_is_not_repeated() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    for body in [
        json!({"login": "example-a", "home": "a", "password": {"value": "Hush-42x"}}),
        json!({"login": "example-a", "home": "a", "password": "a", "sshState": "Hush-42x"}),
        json!({"login": "example-a", "home": ["Hush-42x"], "password": "a"}),
    ] {
        let message = client.post(&at("/user"), body).refused(400);
        assert!(!message.contains("Hush"), "{message}");
    }
    let text = format!("{:?}", sandbox.journal().entries());
    assert!(!text.contains("Hush"), "{text}");
}

/// OVHcloud's own clients send no body where nothing is required in it, with and without a
/// content type.
#[test]
fn optional_body_may_be_missing() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    seed_defaults(&sandbox, &client);
    let website = client.get(&at("/website")).ok()[0].clone();
    for path in [
        "/ssl".to_owned(),
        "/runtime".to_owned(),
        "/requestBoost".to_owned(),
        format!("/website/{website}/deploy"),
    ] {
        for headers in [&[][..], &[("Content-Type", "application/json")]] {
            for body in [None, Some(""), Some("{}"), Some("null")] {
                let target = format!("/1.0{}", at(&path));
                let response = client.send("POST", &target, headers, body);
                let of_the_body = response.status == 400 && response.body.contains("has no body");
                assert!(!of_the_body, "{path} {body:?}: {}", response.body);
                assert!(
                    response.status != 400 || !response.body.contains("$:"),
                    "{}",
                    response.body
                );
            }
        }
    }
}

#[test]
fn an_update_may_be_a_part_of_the_object() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    seed_defaults(&sandbox, &client);
    let cron = client.get(&at("/cron")).ok()[0].clone();
    let path = at(&format!("/cron/{cron}"));
    client.put(&path, json!({"description": null})).ok();
    settle(&sandbox);
    client.put(&path, client.get(&path).ok()).ok();
}

#[test]
fn integers_must_be_whole_and_fit() {
    let sandbox = zoned();
    let client = Client::new(&sandbox);
    for id in [
        "1.5",
        "1.0",
        "1e2",
        "18446744073709551615",
        "\"101\"",
        "true",
    ] {
        let body = format!(r#"{{"moduleId":{id}}}"#);
        let target = format!("/1.0{}", at("/module"));
        let message = client.send("POST", &target, &[], Some(&body)).refused(400);
        let expected = "$.moduleId: expected a whole number";
        assert!(message.contains(expected), "{id}: {message}");
    }
    let twice = client.get(&at("/database?name=a&name=b")).refused(400);
    assert!(twice.contains("name: given more than once"), "{twice}");
    for (list, words) in [
        (json!([1]), "$.dependencies[0]: expected an object"),
        (
            json!([{}, {"port": "a"}]),
            "$.dependencies[1].port: expected a whole number",
        ),
        (
            json!([{"color": 1}]),
            "$.dependencies[0].color: there is no such",
        ),
    ] {
        let body = json!({"moduleId": 101, "dependencies": list});
        let message = client.post(&at("/module"), body).refused(400);
        assert!(message.contains(words), "{message}");
    }
}
