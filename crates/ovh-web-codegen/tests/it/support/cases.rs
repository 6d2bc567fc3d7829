//! A small document, and one change of each kind with what is to be said of it.

use ovh_web_codegen::diff::Impact::{self, Additive, Breaking, Docs};
use serde_json::{Value, json};

/// A change and what is to be told: the verdict and the item of each line.
pub struct Case {
    pub name: &'static str,
    pub change: fn(&mut Value),
    pub told: &'static [(Impact, &'static str)],
}

const LIST: &str = "/hosting/web/{serviceName}/job";
const ITEM: &str = "/hosting/web/{serviceName}/job/{id}";

fn value(place: &str, name: &str, ty: &str, required: bool) -> Value {
    json!({"in": place, "name": name, "required": required, "schema": {"type": ty}})
}

fn reply(schema: &Value) -> Value {
    json!({"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A list with a filter, and an item that is read, created, changed, and removed.
pub fn base() -> Value {
    let of_list = json!([value("path", "serviceName", "string", true)]);
    let of_item = json!([
        value("path", "serviceName", "string", true),
        value("path", "id", "integer", true),
    ]);
    let mut filtered = of_list.clone();
    filtered
        .as_array_mut()
        .expect("a list")
        .push(value("query", "command", "string", false));
    let mut removed = of_item.clone();
    removed
        .as_array_mut()
        .expect("a list")
        .push(value("query", "reason", "string", true));
    let body =
        |schema: &str| json!({"content": {"application/json": {"schema": reference(schema)}}});
    json!({
        "openapi": "3.0.0",
        "info": {"title": "OVHcloud API specification", "version": "1.0"},
        "security": [{"oAuth2AuthCode": []}],
        "paths": {
            LIST: {
                "get": {
                    "parameters": filtered,
                    "responses": reply(&json!({"type": "array", "items": {"type": "integer"}})),
                    "x-iam-actions": [{"name": "webHosting:apiovh:job/get", "required": true}],
                },
                "post": {
                    "parameters": of_list,
                    "requestBody": body("hosting.web.JobCreation"),
                    "responses": reply(&reference("hosting.web.Job")),
                },
            },
            ITEM: {
                "get": {"parameters": of_item, "responses": reply(&reference("hosting.web.Job"))},
                "put": {
                    "parameters": of_item,
                    "requestBody": body("hosting.web.Job"),
                    "responses": {"200": {"description": "ok"}},
                },
                "delete": {"parameters": removed, "responses": {"200": {"description": "ok"}}},
            },
        },
        "components": {"schemas": {
            "hosting.web.Job": {"type": "object", "properties": {
                "command": {"type": "string"},
                "email": {"type": "string", "nullable": true},
                "id": {"type": "integer", "readOnly": true},
                "level": reference("hosting.web.LevelEnum"),
                "status": reference("hosting.web.StatusEnum"),
            }},
            "hosting.web.JobCreation": {
                "type": "object",
                "required": ["command"],
                "properties": {
                    "command": {"type": "string"},
                    "email": {"type": "string"},
                    "level": reference("hosting.web.LevelEnum"),
                },
            },
            "hosting.web.LevelEnum": {"type": "integer", "enum": [25, 100]},
            "hosting.web.StatusEnum": {"type": "string", "enum": ["done", "error", "todo"]},
        }},
    })
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn property<'a>(document: &'a mut Value, of: &str, name: &str) -> &'a mut Value {
    &mut schema(document, of)["properties"][name]
}

fn remove(value: &mut Value, key: &str) -> Value {
    value
        .as_object_mut()
        .expect("an object")
        .remove(key)
        .expect("it is there")
}

fn parameters<'a>(document: &'a mut Value, path: &str, method: &str) -> &'a mut Vec<Value> {
    document["paths"][path][method]["parameters"]
        .as_array_mut()
        .expect("a list")
}

pub const CASES: &[Case] = &[
    Case {
        name: "an operation came",
        change: |d| {
            d["paths"][format!("{ITEM}/log")]["get"] = json!({
                "parameters": [value("path", "serviceName", "string", true), value("path", "id", "integer", true)],
                "responses": {"200": {"description": "ok"}},
            });
        },
        told: &[(Additive, "jobs::log")],
    },
    Case {
        name: "an operation went, and what only it used",
        change: |d| {
            remove(&mut d["paths"][LIST], "post");
        },
        told: &[(Breaking, "jobs::create"), (Breaking, "JobCreation")],
    },
    Case {
        name: "an operation is deprecated, with its dates",
        change: |d| {
            let get = &mut d["paths"][ITEM]["get"];
            get["deprecated"] = json!(true);
            get["x-deprecation-date"] = json!("2026-01-02T00:00:00Z");
            get["x-deletion-date"] = json!("2027-03-04T00:00:00Z");
        },
        told: &[(Additive, "jobs::get")],
    },
    Case {
        name: "an IAM action is another one",
        change: |d| {
            d["paths"][LIST]["get"]["x-iam-actions"][0]["name"] =
                json!("webHosting:apiovh:job/list");
        },
        told: &[(Docs, "jobs::list")],
    },
    Case {
        name: "a header that a call does not go without",
        change: |d| parameters(d, LIST, "get").push(value("header", "X-Key", "string", true)),
        told: &[(Breaking, "jobs::list")],
    },
    Case {
        name: "a header that a call may have",
        change: |d| parameters(d, LIST, "get").push(value("header", "X-Key", "string", false)),
        told: &[(Additive, "ListJobs.x_key")],
    },
    Case {
        name: "a second optional value of a query",
        change: |d| parameters(d, LIST, "get").push(value("query", "email", "string", false)),
        told: &[(Additive, "ListJobs.email")],
    },
    Case {
        name: "a first optional value of a query is an argument more",
        change: |d| parameters(d, ITEM, "get").push(value("query", "full", "string", false)),
        told: &[(Breaking, "jobs::get"), (Additive, "JobGetQuery")],
    },
    Case {
        name: "the last optional value of a query went",
        change: |d| {
            parameters(d, LIST, "get").pop();
        },
        told: &[(Breaking, "jobs::list"), (Breaking, "ListJobs")],
    },
    Case {
        name: "a text in a query is an enum now, which takes any text",
        change: |d| parameters(d, LIST, "get")[1]["schema"] = reference("hosting.web.StatusEnum"),
        told: &[(Additive, "ListJobs.command")],
    },
    Case {
        name: "a required value of a query came",
        change: |d| parameters(d, LIST, "get").push(value("query", "kind", "string", true)),
        told: &[(Breaking, "jobs::list")],
    },
    Case {
        name: "a required value of a query is another one, which the compiler does not see",
        change: |d| parameters(d, ITEM, "delete")[2]["name"] = json!("ticket"),
        told: &[(Breaking, "jobs::delete")],
    },
    Case {
        name: "a path value has another type",
        change: |d| {
            for method in ["get", "put", "delete"] {
                parameters(d, ITEM, method)[1]["schema"]["type"] = json!("string");
            }
        },
        told: &[
            (Breaking, "jobs::get"),
            (Breaking, "jobs::update"),
            (Breaking, "jobs::delete"),
        ],
    },
    Case {
        name: "a path value has another name",
        change: |d| {
            let mut item = remove(&mut d["paths"], ITEM);
            for method in ["get", "put", "delete"] {
                item[method]["parameters"][1]["name"] = json!("number");
            }
            d["paths"]["/hosting/web/{serviceName}/job/{number}"] = item;
        },
        told: &[
            (Additive, "jobs::get"),
            (Additive, "jobs::update"),
            (Additive, "jobs::delete"),
            // The plain sentence about an operation names its route.
            (Docs, "jobs::get"),
            (Docs, "jobs::update"),
            (Docs, "jobs::delete"),
        ],
    },
    Case {
        name: "a reply is another one",
        change: |d| d["paths"][LIST]["post"]["responses"] = reply(&json!({"type": "integer"})),
        told: &[(Breaking, "jobs::create")],
    },
    Case {
        name: "a property came, which is read and written",
        change: |d| *property(d, "hosting.web.Job", "label") = json!({"type": "string"}),
        told: &[(Additive, "Job.label"), (Additive, "JobUpdate.label")],
    },
    Case {
        name: "a read property went",
        change: |d| {
            remove(&mut schema(d, "hosting.web.Job")["properties"], "id");
        },
        told: &[(Breaking, "Job.id")],
    },
    Case {
        name: "a read property can be null",
        change: |d| property(d, "hosting.web.Job", "id")["nullable"] = json!(true),
        told: &[(Breaking, "Job.id")],
    },
    Case {
        name: "a written property can be cleared",
        change: |d| property(d, "hosting.web.Job", "command")["nullable"] = json!(true),
        told: &[
            (Breaking, "Job.command"),
            (Breaking, "JobUpdate.command"),
            (Breaking, "JobCreation: From<&Job>"),
            (Additive, "JobCreation::from_job"),
        ],
    },
    Case {
        name: "a property is read only now",
        change: |d| property(d, "hosting.web.Job", "command")["readOnly"] = json!(true),
        told: &[(Breaking, "JobUpdate.command")],
    },
    Case {
        name: "a creation takes one thing more",
        change: |d| *property(d, "hosting.web.JobCreation", "label") = json!({"type": "string"}),
        told: &[(Additive, "JobCreation.label")],
    },
    Case {
        name: "a creation needs one thing more",
        change: |d| {
            *property(d, "hosting.web.JobCreation", "label") = json!({"type": "string"});
            schema(d, "hosting.web.JobCreation")["required"] = json!(["command", "label"]);
        },
        told: &[
            (Additive, "JobCreation.label"),
            (Breaking, "JobCreation::new"),
            (Breaking, "JobCreation: From<&Job>"),
            (Additive, "JobCreation::from_job"),
        ],
    },
    Case {
        name: "what a creation needed is optional",
        change: |d| {
            remove(schema(d, "hosting.web.JobCreation"), "required");
        },
        told: &[
            (Breaking, "JobCreation.command"),
            (Breaking, "JobCreation::new"),
        ],
    },
    Case {
        name: "values came",
        change: |d| {
            schema(d, "hosting.web.StatusEnum")["enum"] = json!(["doing", "done", "error", "todo"]);
            schema(d, "hosting.web.LevelEnum")["enum"] = json!([25, 100, 200]);
        },
        told: &[(Additive, "Status::Doing"), (Additive, "Level::V200")],
    },
    Case {
        name: "a value went",
        change: |d| schema(d, "hosting.web.StatusEnum")["enum"] = json!(["done", "todo"]),
        told: &[(Breaking, "Status::Error")],
    },
    Case {
        name: "numbers are words now",
        change: |d| {
            *schema(d, "hosting.web.LevelEnum") = json!({"type": "string", "enum": ["25", "100"]});
        },
        told: &[(Breaking, "Level")],
    },
    Case {
        name: "an enum is a plain text now",
        change: |d| *property(d, "hosting.web.Job", "status") = json!({"type": "string"}),
        told: &[
            (Breaking, "Job.status"),
            (Breaking, "JobUpdate.status"),
            (Breaking, "Status"),
        ],
    },
    Case {
        name: "what was only sent is answered too",
        change: |d| {
            d["paths"][LIST]["post"]["responses"] = reply(&reference("hosting.web.JobCreation"));
        },
        told: &[
            (Additive, "NewJobCreation"),
            (Breaking, "JobCreation"),
            (Breaking, "JobCreation.email"),
            (Breaking, "JobCreation.level"),
            (Breaking, "jobs::create"),
        ],
    },
    Case {
        name: "what is read and sent is only read",
        change: |d| {
            remove(&mut d["paths"][ITEM], "put");
        },
        told: &[(Breaking, "JobUpdate"), (Breaking, "jobs::update")],
    },
    Case {
        name: "a property is spelled otherwise on the wire, which no code sees",
        change: |d| {
            let properties = &mut schema(d, "hosting.web.Job")["properties"];
            let email = remove(properties, "email");
            properties["Email"] = email;
        },
        told: &[
            (Additive, "Job.email"),
            (Additive, "JobUpdate.email"),
            // The plain sentence about a property names it as it travels.
            (Docs, "Job.email"),
            (Docs, "JobUpdate.email"),
        ],
    },
    Case {
        name: "a list of numbers is a list of objects",
        change: |d| {
            let list = json!({"type": "array", "items": reference("hosting.web.Job")});
            d["paths"][LIST]["get"]["responses"] = reply(&list);
        },
        told: &[(Breaking, "jobs::list")],
    },
    Case {
        name: "a list of numbers gives pages of objects too",
        change: |d| {
            let get = &mut d["paths"][LIST]["get"];
            get["x-expanded-response"] = json!("hosting.web.Job");
        },
        told: &[(Additive, "jobs::page")],
    },
    Case {
        name: "a text is a secret",
        change: |d| {
            property(d, "hosting.web.Job", "command")["format"] = json!("password");
            property(d, "hosting.web.JobCreation", "command")["format"] = json!("password");
        },
        told: &[
            (Breaking, "Job.command"),
            (Breaking, "JobUpdate.command"),
            (Breaking, "JobCreation.command"),
            (Breaking, "Job: Hash"),
            (Breaking, "JobUpdate: Hash"),
            (Breaking, "JobCreation: Hash"),
            // A secret is not copied.
            (Breaking, "JobCreation: From<&Job>"),
            (Additive, "JobCreation::from_job"),
            // It takes any text as before.
            (Additive, "JobCreation::new"),
            (Docs, "jobs::create"),
            (Docs, "jobs::get"),
            (Docs, "jobs::update"),
        ],
    },
    Case {
        name: "what had no body has one",
        change: |d| {
            *schema(d, "hosting.web.JobEnd") = json!({"type": "object", "properties": {
                "reason": {"type": "string"},
            }});
            let delete = &mut d["paths"][ITEM]["delete"];
            delete["requestBody"] = json!({"content": {"application/json": {
                "schema": reference("hosting.web.JobEnd")
            }}});
        },
        told: &[(Breaking, "jobs::delete"), (Additive, "JobEnd")],
    },
    Case {
        name: "what answered nothing answers an object",
        change: |d| d["paths"][ITEM]["put"]["responses"] = reply(&reference("hosting.web.Job")),
        told: &[(Breaking, "jobs::update")],
    },
    Case {
        name: "a property has another type",
        change: |d| {
            *property(d, "hosting.web.Job", "id") = json!({"type": "string", "readOnly": true});
        },
        told: &[(Breaking, "Job.id")],
    },
    Case {
        name: "a list went, with its pages, its query struct and its setter",
        change: |d| {
            remove(&mut d["paths"][LIST], "get");
        },
        told: &[(Breaking, "jobs::list"), (Breaking, "ListJobs")],
    },
    Case {
        name: "all routes of a resource moved",
        change: |d| {
            for (from, to) in [(LIST, "work"), (ITEM, "work/{id}")] {
                let item = remove(&mut d["paths"], from);
                d["paths"][format!("/hosting/web/{{serviceName}}/{to}")] = item;
            }
        },
        told: &[
            (Breaking, "jobs::list"),
            (Breaking, "jobs::create"),
            (Breaking, "jobs::get"),
            (Breaking, "jobs::update"),
            (Breaking, "jobs::delete"),
            (Breaking, "ListJobs"),
            (Additive, "works::list"),
            (Additive, "works::create"),
            (Additive, "works::get"),
            (Additive, "works::update"),
            (Additive, "works::delete"),
        ],
    },
    Case {
        name: "a method gives a task",
        change: |d| {
            *schema(d, "hosting.web.Task") = json!({"type": "object", "properties": {
                "id": {"type": "integer", "readOnly": true},
            }});
            d["paths"][ITEM]["delete"]["responses"] = reply(&reference("hosting.web.Task"));
        },
        told: &[
            (Breaking, "jobs::delete"),
            (Additive, "jobs::delete"),
            (Additive, "Task"),
        ],
    },
];
