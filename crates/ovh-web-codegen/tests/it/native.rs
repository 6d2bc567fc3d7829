//! The same section in both of OVHcloud's forms gives the same operations and models, and the same
//! client, but for what only one of the forms tells. That is listed here, with the reason.

use std::collections::BTreeSet;

use ovh_web_codegen::canonical::canonicalize;
use ovh_web_codegen::document::{Document, DocumentFormat};
use ovh_web_codegen::{Input, Inputs, Output, generate};
use serde_json::{Value, json};

const OPENAPI: &str = "hosting-web.2024-06.json";
const NATIVE: &str = "hosting-web.2024-06.native.json";

fn fixture(file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/schema");
    std::fs::read_to_string(format!("{folder}/{file}")).expect("the fixture is there")
}

fn document(file: &str) -> Document {
    let document = Document::parse(file, &fixture(file)).expect("a good document");
    assert_eq!(document.repairs, [], "nothing was to be repaired");
    document
}

fn canonical(file: &str) -> Value {
    canonicalize(&document(file).value)
}

/// A place where the forms differ, what each of them says there, and why.
struct Difference {
    at: &'static str,
    openapi: Value,
    native: Value,
    #[allow(dead_code, reason = "it is for whoever reads the list")]
    why: &'static str,
}

/// All that only one of the two forms tells, or tells in another way.
fn differences() -> Vec<Difference> {
    let required = |at, names: Value| Difference {
        at,
        openapi: Value::Null,
        native: names,
        why: "the OpenAPI form of that day did not say what a model requires; that of 2025 says \
              the same as the native one",
    };
    vec![
        Difference {
            at: "/servers/0/url",
            openapi: json!("https://eu.api.ovh.com/v1"),
            native: json!("https://eu.api.ovh.com/1.0"),
            why: "two names of the same version of the API; each mirrors the one that was asked",
        },
        required(
            "/components/schemas/cdn.domain.add.option/required",
            json!(["enabled", "name", "type"]),
        ),
        required(
            "/components/schemas/cdn.domain.option/required",
            json!(["enabled", "type"]),
        ),
        required(
            "/components/schemas/hosting.web.Cron/required",
            json!(["command", "frequency", "language"]),
        ),
        required(
            "/components/schemas/hosting.web.EnvVarInput/required",
            json!(["key", "type", "value"]),
        ),
        required(
            "/components/schemas/hosting.web.website.CreationRequest/required",
            json!(["path", "vcsBranch", "vcsUrl"]),
        ),
        Difference {
            at: "/components/schemas/coreTypes.ServiceId/type",
            openapi: json!("string"),
            native: json!("integer"),
            why: "the OpenAPI form of that day wrote all special names as text; the one of 2025 \
                  says integer, as the native one does",
        },
    ]
}

/// The places at which two values differ, and both values there.
fn compare(openapi: &Value, native: &Value, at: &str, out: &mut Vec<(String, Value, Value)>) {
    let below = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match (openapi, native) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let value = |map: &serde_json::Map<String, Value>| {
                    map.get(key).cloned().unwrap_or_default()
                };
                compare(&value(a), &value(b), &below(key), out);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                compare(a, b, &below(&index.to_string()), out);
            }
        }
        (a, b) if a == b => {}
        (a, b) => out.push((at.to_owned(), a.clone(), b.clone())),
    }
}

#[test]
fn both_forms_say_the_same_place_by_place() {
    let (openapi, native) = (canonical(OPENAPI), canonical(NATIVE));
    assert_eq!(document(NATIVE).format, DocumentFormat::Native);
    let (listed, count) = (
        openapi["paths"].as_object(),
        document(NATIVE).operations().count(),
    );
    assert_eq!((listed.map(|paths| paths.len()), count), (Some(130), 170));
    assert_eq!(document(NATIVE).schemas().count(), 216);

    let mut found = Vec::new();
    compare(&openapi, &native, "", &mut found);
    let mut expected: Vec<_> = differences()
        .into_iter()
        .map(|difference| {
            (
                difference.at.to_owned(),
                difference.openapi,
                difference.native,
            )
        })
        .collect();
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(found, expected);
}

/// The differences that a later document confirms.
#[test]
fn later_documents_agree_with_the_native_one() {
    let later = canonical("hosting-web.2025-09.json");
    for difference in differences() {
        if difference.at.ends_with("/required") {
            assert_eq!(later.pointer(difference.at), Some(&difference.native));
        }
    }
    let id = "/components/schemas/services.Service/properties/serviceId/type";
    assert_eq!(later.pointer(id), Some(&json!("integer")));
}

fn client(document: Input) -> Output {
    let inputs = Inputs {
        documents: vec![document],
        ..Inputs::default()
    };
    generate(&inputs).unwrap_or_else(|error| panic!("{error}"))
}

/// The lines of the surface that only the one and only the other has.
fn surfaces(openapi: &Output, native: &Output) -> (Vec<String>, Vec<String>) {
    let lines = |output: &Output| -> BTreeSet<String> {
        // A flag follows from the field that it sets.
        let lines = output.surface.lines();
        let lines = lines.filter(|line| !line.starts_with("flag "));
        lines.map(str::to_owned).collect()
    };
    let (a, b) = (lines(openapi), lines(native));
    (
        a.difference(&b).cloned().collect(),
        b.difference(&a).cloned().collect(),
    )
}

#[test]
fn both_forms_give_the_same_client() {
    let openapi = client(Input::new("hosting-web.json", fixture(OPENAPI)));
    let native = client(Input::new("hosting-web.json", fixture(NATIVE)));
    assert_eq!(native.report.repairs, []);
    assert!(openapi.surface.lines().count() > 1_000);
    let (only_openapi, only_native) = surfaces(&openapi, &native);
    // What a model for writing requires is an argument of its `new` (a switch as a type that says
    // which, as always there), and a number is a number.
    let wanted = [
        (
            "CdnDomainAddOption.enabled: Option<bool>",
            "CdnDomainAddOption.enabled: CdnDomainAddOptionEnabled, required",
            "enabled",
        ),
        (
            "CdnDomainAddOption.name: Option<String>",
            "CdnDomainAddOption.name: String, required",
            "name",
        ),
        (
            "CdnDomainAddOption.type_: Option<CdnOptionTypePost>",
            "CdnDomainAddOption.type_: CdnOptionTypePost, required",
            "type",
        ),
        (
            "EnvVarInput.key: Option<String>",
            "EnvVarInput.key: String, required",
            "key",
        ),
        (
            "EnvVarInput.type_: Option<EnvVarType>",
            "EnvVarInput.type_: EnvVarType, required",
            "type",
        ),
        (
            "EnvVarInput.value: Option<Secret>",
            "EnvVarInput.value: Secret, required",
            "value",
        ),
        (
            "NewCron.command: Option<String>",
            "NewCron.command: String, required",
            "command",
        ),
        (
            "NewCron.frequency: Option<String>",
            "NewCron.frequency: String, required",
            "frequency",
        ),
        (
            "NewCron.language: Option<Languages>",
            "NewCron.language: Languages, required",
            "language",
        ),
        (
            "ServicesService.service_id: String",
            "ServicesService.service_id: i64",
            "serviceId",
        ),
    ];
    let lines = wanted.map(|(openapi, _, wire)| format!("field {openapi} = {wire}"));
    let mut lines = lines.to_vec();
    // Its secret value is optional, so that nothing is left to pass.
    lines.push("trait EnvVarInput: From<&EnvVar>".to_owned());
    assert_eq!(only_openapi, lines);
    let lines = wanted.map(|(_, native, wire)| format!("field {native} = {wire}"));
    let mut lines = lines.to_vec();
    for line in [
        "new EnvVarInput::from_env_var(env_var: &EnvVar, value: Secret)",
        "type CdnDomainAddOptionEnabled = cdn.domain.add.option.enabled (switch)",
    ] {
        lines.push(line.to_owned());
    }
    assert_eq!(only_native, lines);

    // With these differences put aside there is none, not even in the files.
    let mut corrected = canonical(NATIVE);
    for difference in differences() {
        let (owner, key) = difference.at.rsplit_once('/').expect("a pointer");
        let owner = corrected.pointer_mut(owner).expect("it is there");
        if difference.openapi.is_null() {
            owner.as_object_mut().expect("an object").remove(key);
        } else {
            owner[key] = difference.openapi;
        }
    }
    let corrected = client(Input::new("hosting-web.json", corrected.to_string()));
    assert_eq!(openapi.files, corrected.files);
    assert_eq!(openapi.names, corrected.names);
}
