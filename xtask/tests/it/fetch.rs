//! `cargo xtask fetch` writes what is good, and touches nothing otherwise.

use crate::support::{Root, fixture, fixture_path, ok, serve, small};
use serde_json::{Value, json};

const WEB: &str = "/v1/hosting/web.json?format=openapi3";
const AUTH: &str = "/v1/auth.json?format=openapi3";

#[test]
fn a_file_is_canonicalized_and_pinned() {
    let root = Root::empty();
    root.write("web.json", &small().to_string());
    let file = root.path("web.json");
    let run = root.run(&["fetch", "--from", file.to_str().unwrap()]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out
            .contains("schema/ovh-web-client/hosting-web.json: 1 paths, 1 operations"),
        "{}",
        run.out
    );
    assert!(run.out.contains("new content"), "{}", run.out);

    let text = root.read("schema/ovh-web-client/hosting-web.json");
    assert!(!text.contains("Get this object") && !text.contains("Command to execute"));
    assert!(text.starts_with("{\n  \"components\""), "{text}");
    let sources = root.read("schema/sources.toml");
    let hash = xtask::sources::sha256(text.as_bytes());
    assert!(
        sources.contains(&format!("sha256 = \"{hash}\"")),
        "{sources}"
    );
    assert!(
        sources.contains("fetched = \"2027-01-02\"\norigin = \"file\""),
        "{sources}"
    );

    // The same once more, in other words: no byte changes.
    let before = root.snapshot();
    let mut reworded = small();
    reworded["paths"]["/hosting/web/{serviceName}/cron/{id}"]["get"]["summary"] = json!("Other");
    root.write("web.json", &reworded.to_string());
    let run = root.run(&[
        "fetch",
        "--from",
        file.to_str().unwrap(),
        "--section",
        "hosting-web",
    ]);
    assert!(run.out.ends_with("as before\n"), "{}", run.out);
    root.write("web.json", &small().to_string());
    assert_eq!(root.snapshot(), before);
}

#[test]
fn all_sections_are_downloaded() {
    let root = Root::empty();
    let base = serve(&[
        (WEB, ok(&fixture("hosting-web.json"))),
        (AUTH, ok(&fixture("auth.json"))),
    ]);
    let run = root.run(&["fetch", "--base", &base]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out
            .contains("schema/ovh-web-client/hosting-web.json: 156 paths, 206 operations"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("schema/ovh-web-client/auth.json: 5 paths"),
        "{}",
        run.out
    );
    assert!(
        root.read("schema/sources.toml")
            .contains("origin = \"download\"")
    );
}

#[test]
fn one_section_can_be_downloaded_alone() {
    let root = Root::fetched();
    let before = root.snapshot();
    let base = serve(&[(AUTH, ok(&fixture("auth.json")))]);
    let run = root.run(&["fetch", "auth", "--base", &base]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(root.snapshot(), before, "the same content is no change");
}

#[test]
fn writes_nothing_if_the_last_section_is_bad() {
    let root = Root::fetched();
    let before = root.snapshot();
    let mut changed = small();
    changed["components"]["schemas"]["hosting.web.Cron"]["properties"]["new"] =
        json!({"type": "string"});
    for bad in [
        ok("<!DOCTYPE html><title>Maintenance</title>"),
        ok(&fixture("auth.json")[..3000]),
        ok(&fixture("auth.json")).replace("Content-Length: ", "Content-Length: 9"),
        ok(""),
        ok(&fixture("domain.json")),
        "HTTP/1.1 503 Unavailable\r\nContent-Length: 9\r\n\r\ncome back".to_owned(),
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            .to_owned(),
        String::new(),
    ] {
        let base = serve(&[(WEB, ok(&changed.to_string())), (AUTH, bad.clone())]);
        let run = root.run(&["fetch", "--base", &base]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{bad}");
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert!(
            run.err.contains(AUTH) && run.err.contains(" - "),
            "{}",
            run.err
        );
        assert_eq!(root.snapshot(), before, "{bad}");
    }
}

#[test]
fn what_the_server_says_is_said_again() {
    let root = Root::empty();
    let failure = |reply: String| {
        let base = serve(&[(AUTH, reply)]);
        root.run(&["fetch", "auth", "--base", &base]).err
    };
    let text =
        failure("HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\n \"no such\u{1b}[31m\"}".into());
    assert!(
        text.contains("404 Not Found: {\"message\": \"no such[31m\"}"),
        "{text}"
    );
    let text = failure(ok("<html>down for a moment</html>"));
    assert!(text.contains("this is HTML or XML, not JSON"), "{text}");
    let text = failure(ok(&fixture("auth.json")[..2000]));
    assert!(text.contains("the JSON ends too early"), "{text}");
}

#[test]
fn another_section_is_refused() {
    let root = Root::fetched();
    let before = root.snapshot();
    let domain = fixture_path("domain.json");
    let domain = domain.to_str().unwrap();
    let run = root.run(&["fetch", "--from", domain, "--section", "auth"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("#/paths/~1domain"), "{}", run.err);
    assert!(
        run.err.contains("is not in the section /auth"),
        "{}",
        run.err
    );
    let run = root.run(&["fetch", "--from", domain]);
    assert!(run.err.contains("exactly one section"), "{}", run.err);
    let run = root.run(&["fetch", "--from", domain, "--section", "domain"]);
    assert!(
        run.err.contains("there is no section `domain`"),
        "{}",
        run.err
    );
    let run = root.run(&["fetch", "--from", "nowhere.json"]);
    assert!(run.err.contains("cannot read nowhere.json"), "{}", run.err);
    assert_eq!(root.snapshot(), before);
}

/// Twelve kinds of malformed documents: one line with file, place and advice, and no file touched.
#[test]
fn a_malformed_document_touches_nothing() {
    const GET: &str = "/paths/~1hosting~1web~1{serviceName}~1cron~1{id}/get";
    const CRON: &str = "/components/schemas/hosting.web.Cron";
    let with = |pointer: &str, new: Value| {
        let mut document = small();
        let (owner, key) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(owner).unwrap()[key] = new;
        document.to_string()
    };
    let reference = format!("{GET}/responses/200/content/application~1json/schema/$ref");
    let cases = [
        (
            small().to_string().replace("\"get\"", "get"),
            String::new(),
            "not valid JSON",
        ),
        (
            small().to_string()[..400].to_owned(),
            String::new(),
            "ends too early",
        ),
        (json!([]).to_string(), String::new(), "found a list"),
        (
            with("/openapi", json!("3.1.0")),
            "/openapi".into(),
            "expected version 3.0.x",
        ),
        (
            with(&reference, json!("#/components/schemas/hosting.web.Crom")),
            reference.clone(),
            "no schema is named `hosting.web.Crom`",
        ),
        (
            with(
                &format!("{CRON}/allOf"),
                json!([{"type": "object"}, {"type": "object"}]),
            ),
            format!("{CRON}/allOf"),
            "found 2 members",
        ),
        (
            with(
                CRON,
                json!({"allOf": [{"$ref": "#/components/schemas/hosting.web.Cron"}]}),
            ),
            CRON.into(),
            "made of itself",
        ),
        (
            with(&format!("{CRON}/enum"), json!([])),
            format!("{CRON}/enum"),
            "no values",
        ),
        (
            with(&format!("{CRON}/type"), json!("text")),
            format!("{CRON}/type"),
            "is not a type",
        ),
        (
            with(&format!("{GET}/parameters/0/required"), json!(false)),
            format!("{GET}/parameters/0"),
            "is not required",
        ),
        (
            with(
                &format!("{GET}/responses"),
                json!({"20X": {"description": ""}}),
            ),
            format!("{GET}/responses/20X"),
            "is not a status",
        ),
    ];
    let root = Root::fetched();
    for (text, pointer, says) in cases {
        root.write("in/web.json", &text);
        let before = root.snapshot();
        let file = root.path("in/web.json");
        let file = file.to_str().unwrap();
        let run = root.run(&["fetch", "--from", file, "--section", "hosting-web"]);
        assert_eq!((run.code, run.out.as_str()), (1, ""), "{says}");
        let place = if pointer.is_empty() {
            format!("{file}: ")
        } else {
            format!("{file}#{pointer}: ")
        };
        assert!(run.err.starts_with(&place), "{}", run.err);
        assert!(
            run.err.contains(says) && run.err.contains(" - "),
            "{}",
            run.err
        );
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
        assert_eq!(root.snapshot(), before, "{says}");
    }
}

/// A document that lost much is more likely to be half of one; a tenth is more than ever went.
#[test]
fn refuses_documents_that_lost_operations() {
    let root = Root::empty();
    let newest = fixture_path("hosting-web.json");
    let run = root.run(&["fetch", "--from", newest.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    let before = root.snapshot();
    let with = |removed: usize| {
        let mut document: Value = serde_json::from_str(&fixture("hosting-web.json")).unwrap();
        let paths = document["paths"].as_object_mut().unwrap();
        let mut gone = 0;
        for path in paths.keys().cloned().collect::<Vec<_>>() {
            if gone + paths[&path].as_object().unwrap().len() <= removed {
                gone += paths.remove(&path).unwrap().as_object().unwrap().len();
            }
        }
        assert_eq!(gone, removed);
        document.to_string()
    };
    root.write("in/web.json", &with(21));
    let file = root.path("in/web.json");
    let run = root.run(&["fetch", "--from", file.to_str().unwrap()]);
    assert_eq!((run.code, run.err.lines().count()), (1, 1), "{}", run.err);
    assert!(run.err.contains("21 of the 206 operations"), "{}", run.err);
    assert!(
        run.err.contains("such as `") && run.err.contains("--force"),
        "{}",
        run.err
    );
    std::fs::remove_dir_all(root.path("in")).unwrap();
    assert_eq!(root.snapshot(), before);

    // Twenty are a tenth, which is allowed; `--force` allows more.
    for (removed, args) in [(20, &[][..]), (60, &["--force"])] {
        root.write("in/web.json", &with(removed));
        let run = root.run(&[&["fetch", "--from", file.to_str().unwrap()], args].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains("new content"), "{}", run.out);
        root.run(&["fetch", "--force", "--from", newest.to_str().unwrap()]);
    }

    // If the file cannot be read, the number in the list of sections counts.
    root.write("schema/ovh-web-client/hosting-web.json", "{");
    root.write("in/web.json", &with(60));
    let run = root.run(&["fetch", "--from", file.to_str().unwrap()]);
    assert!(run.err.contains("60 of the 206 operations"), "{}", run.err);
}

#[test]
fn a_file_may_be_in_the_native_form() {
    let root = Root::empty();
    let native = fixture_path("hosting-web.2024-06.native.json");
    let run = root.run(&["fetch", "--from", native.to_str().unwrap()]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out.contains(
            "schema/ovh-web-client/hosting-web.json: 130 paths, 170 operations, 216 schemas, \
             converted from the native form: new content"
        ),
        "{}",
        run.out
    );
    let text = root.read("schema/ovh-web-client/hosting-web.json");
    assert!(text.contains("\"openapi\": \"3.0.0\"") && !text.contains("\"apis\""));
    assert!(
        root.read("schema/sources.toml")
            .contains("form = \"native\"")
    );
    let mut broken: Value =
        serde_json::from_str(&fixture("hosting-web.2024-06.native.json")).unwrap();
    broken["models"]["hosting.web.Cron"]["properties"]["command"] = json!({"type": "strnig"});
    root.write("in/web.json", &broken.to_string());
    let before = root.snapshot();
    let run = root.run(&[
        "fetch",
        "--from",
        root.path("in/web.json").to_str().unwrap(),
    ]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains(
            "web.json#/models/hosting.web.Cron/properties/command/type: no type or \
             model is named `strnig` - did you mean `string`?"
        ),
        "{}",
        run.err
    );
    assert_eq!(root.snapshot(), before);
}

/// Upstream's texts are for whoever writes ours: beside the build output, in no committed file.
#[test]
fn with_prose_writes_prose_into_target() {
    let root = Root::empty();
    let mut native: Value =
        serde_json::from_str(&fixture("hosting-web.2024-06.native.json")).unwrap();
    native["apis"][0]["operations"][0]["description"] = json!("Native words");
    native["models"]["hosting.web.Cron"]["properties"]["command"]["description"] =
        json!("Words of a property");
    let mut openapi = small();
    let get = &mut openapi["paths"]["/hosting/web/{serviceName}/cron/{id}"]["get"];
    get["description"] = json!("At \"length\"\nhere");
    get["parameters"][0]["description"] = json!("Words of a parameter");
    openapi["components"]["schemas"]["hosting.web.Cron"]["description"] = json!("Words of a type");
    for (document, words) in [
        (
            native,
            &[
                "[operation.\"GET /",
                "summary = \"Native words\"",
                "command = \"Words of a property\"",
            ][..],
        ),
        (
            openapi,
            &[
                "[operation.\"GET /hosting/web/{serviceName}/cron/{id}\"]",
                "summary = \"Get this object\"",
                "id = \"Words of a parameter\"",
                "[type.\"hosting.web.Cron\"]",
                "description = \"Words of a type\"",
                "command = \"Command to execute\"",
            ],
        ),
    ] {
        root.write("in/web.json", &document.to_string());
        let file = root.path("in/web.json");
        let args = [
            "fetch",
            "--force",
            "--with-prose",
            "--from",
            file.to_str().unwrap(),
        ];
        let run = root.run(&args);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(
            run.out.contains("target/prose/hosting-web.toml"),
            "{}",
            run.out
        );
        let prose = root.read("target/prose/hosting-web.toml");
        toml::from_str::<toml::Table>(&prose).expect("TOML");
        for words in words {
            assert!(prose.contains(words), "{words} in {prose}");
        }
        for (path, bytes) in root.snapshot() {
            if path.starts_with("schema") {
                let text = String::from_utf8(bytes).unwrap();
                for words in [
                    "Native words",
                    "Words of",
                    "At \\\"length",
                    "Get this object",
                ] {
                    assert!(!text.contains(words), "{words} in {path:?}");
                }
            }
        }
    }
    assert!(fixture_path("../../../.gitignore").is_file());
    let ignored = std::fs::read_to_string(fixture_path("../../../.gitignore")).unwrap();
    assert!(
        ignored.lines().any(|line| line == "/target"),
        "git leaves the folder alone"
    );
}

#[test]
fn only_this_machine_is_asked_without_tls() {
    let root = Root::empty();
    let run = root.run(&["fetch", "--base", "http://schema.example.org"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err
            .contains("plain HTTP is allowed only to this machine"),
        "{}",
        run.err
    );
}

#[test]
fn a_wrong_call_is_told_from_a_failure() {
    let root = Root::empty();
    for args in [
        &["fetch", "--section", "auth"][..],
        &["fetch", "--from", "a", "--base", "http://127.0.0.1"],
        &["fetch", "auth", "--from", "a", "--section", "auth"],
        &["fly"],
    ] {
        let run = root.run(args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains("Usage:"), "{}", run.err);
    }
    for args in [
        ["fetch", "--timeout=0"],
        ["fetch", "--timeout=-1"],
        ["fetch", "--timeout=soon"],
        ["fetch", "--attempts=0"],
    ] {
        let run = root.run(&args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains("invalid value"), "{}", run.err);
    }
    let run = root.run(&[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for word in ["fetch", "regen", "A change of the API", "overlay.json"] {
        assert!(run.out.contains(word), "{}", run.out);
    }
}
