//! The crates of the workspace: their dependencies, metadata and public API.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{ROOT}/{path}"))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The packages of the workspace, by name.
fn members() -> BTreeMap<String, Value> {
    let args = ["metadata", "--no-deps", "--frozen", "--format-version", "1"];
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(ROOT)
        .output();
    let metadata: Value = serde_json::from_slice(&output.expect("cargo").stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    let named =
        packages.map(|package| (package["name"].as_str().expect("a name"), package.clone()));
    named
        .map(|(name, package)| (name.to_owned(), package))
        .collect()
}

/// The dependencies of a package: the name, and `true` for one of tests and examples.
fn dependencies(package: &Value) -> Vec<(&str, bool)> {
    let all = package["dependencies"].as_array().expect("a list").iter();
    all.map(|one| (one["name"].as_str().expect("a name"), one["kind"] == "dev"))
        .collect()
}

#[test]
fn crates_depend_only_on_allowed_crates() {
    // `*-client` is each generated client.
    let client = "ovh-runtime *-client";
    let all = "ovh-runtime ovh-web *-client ovh-web-codegen ovh-web-sandbox ovh-web-testing \
               ovh-web-tests";
    // The last column is for tests and examples.
    let allowed = [
        ("ovh-runtime", "", ""),
        ("*-client", "ovh-runtime", ""),
        ("ovh-web", client, "ovh-web-sandbox"),
        ("ovh-web-sandbox", client, ""),
        ("ovh-web-testing", "ovh-web ovh-web-sandbox", ""),
        ("ovh-web-cli", "ovh-web ovh-web-sandbox ovh-web-testing", ""),
        ("ovh-web-codegen", "", ""),
        ("xtask", "ovh-web-codegen", ""),
        ("ovh-web-tests", all, ""),
        ("ovh-web-benches", all, ""),
        ("ovh-web-engines", "", "ovh-web"),
        ("ovh-web-fuzz", all, ""),
    ];
    let members = members();
    let class = |name: &str| match name.ends_with("-client") {
        true => "*-client".to_owned(),
        false => name.to_owned(),
    };
    for (name, package) in &members {
        let row = allowed.iter().find(|(listed, ..)| *listed == class(name));
        let (_, always, in_tests) = row.unwrap_or_else(|| panic!("{name} is not in the list"));
        for (other, is_dev) in dependencies(package) {
            let is_allowed = always.split(' ').any(|name| name == class(other))
                || is_dev && in_tests.split(' ').any(|name| name == class(other))
                || !members.contains_key(other);
            assert!(is_allowed, "{name} must not depend on {other}");
        }
    }
}

#[test]
fn fuzzing_covers_the_clients_of_the_facade() {
    // `regen` lists the types of the clients that the fuzz crate depends on.
    let members = members();
    let clients = |package: &str| -> BTreeSet<String> {
        let all = dependencies(&members[package]).into_iter();
        let clients = all.filter(|(name, _)| name.ends_with("-client"));
        clients.map(|(name, _)| name.to_owned()).collect()
    };
    assert_eq!(clients("ovh-web-fuzz"), clients("ovh-web"));
}

#[test]
fn crates_have_metadata_and_workspace_lints() {
    for (name, package) in &members() {
        let path = package["manifest_path"].as_str().expect("a path");
        let manifest = std::fs::read_to_string(path).expect("a manifest");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{name}");
        assert_eq!(package["edition"], "2024", "{name}");
        let is_published = package["publish"].is_null();
        for key in "description license homepage categories rust_version".split(' ') {
            assert!(
                !is_published || !package[key].is_null(),
                "{name} has no {key}"
            );
        }
    }
}

#[test]
fn docs_rs_documents_all_features() {
    let mut checked = 0;
    for (name, package) in &members() {
        let features = package["features"].as_object().expect("features");
        if package["publish"].is_null() && !features.is_empty() {
            let settings = &package["metadata"]["docs"]["rs"];
            assert_eq!(settings["all-features"], true, "{name}");
            // A list would replace it.
            assert!(settings["features"].is_null(), "{name}");
            checked += 1;
        }
    }
    assert!(checked > 5, "{checked} crates");
}

#[test]
fn public_api_names_only_listed_crates() {
    let list = read("crates/ovh-web/public-deps.txt").replace('-', "_");
    let listed: BTreeSet<&str> = list.lines().collect();
    let listings =
        ["ovh-runtime", "ovh-web"].map(|name| read(&format!("crates/{name}/public-api.txt")));
    for listing in &listings {
        let is_path = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
        let paths = listing.split(|letter| !is_path(letter));
        // The first segment of a path is a crate, a primitive type or a type parameter.
        for name in paths.filter_map(|path| Some(path.split_once("::")?.0)) {
            let is_type =
                !name.contains('_') && name.len() < 5 || name.starts_with(char::is_uppercase);
            let is_own = ["alloc", "ovh_web"].contains(&name) || is_type;
            let is_listed = is_own || listed.contains(name);
            assert!(is_listed, "{name} is not in public-deps.txt");
        }
    }
    // The client has no listing: all that it depends on counts.
    for (name, is_dev) in dependencies(&members()["ovh-web-client"]) {
        let is_listed = listed.contains(&*name.replace('-', "_"));
        assert!(is_dev || is_listed, "{name} is not in public-deps.txt");
    }
}

#[test]
fn types_that_compare_also_hash() {
    for name in ["ovh-runtime", "ovh-web"] {
        let public = read(&format!("crates/{name}/public-api.txt"));
        let with = |path: &str| -> BTreeSet<String> {
            let start = format!("{path} for ");
            let types = public.lines().filter_map(|line| line.split_once(&start));
            types.map(|(_, type_)| type_.to_owned()).collect()
        };
        let mut lacking = with("core::cmp::Eq");
        assert!(lacking.len() > 10, "{lacking:?}");
        for hashed in with("core::hash::Hash") {
            lacking.remove(&hashed);
        }
        // A secret could be guessed from its hash.
        lacking.remove("ovh_runtime::Secret");
        assert_eq!(lacking, BTreeSet::new(), "{name}");
    }
}

#[test]
fn every_handle_has_an_example() {
    let mut count = 0;
    let folder = format!("{ROOT}/crates/ovh-web/src/hosting");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        for item in text.split("\n\n") {
            let is_handle = item.starts_with("handle! {")
                || item.starts_with("///") && item.contains("\npub struct ");
            assert!(!is_handle || item.contains("/// ```no_run"), "{item}");
            count += usize::from(is_handle);
        }
    }
    assert!(count > 20, "{count} handles");
}

/// The names of public types that follow `before` in the files of a folder.
fn types_after(folder: &str, before: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(format!("{ROOT}/{folder}")).expect("a folder");
    let mut names = BTreeSet::new();
    for file in files {
        let path = file.expect("an entry").path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let after = text.split(before).skip(1);
        names.extend(after.filter_map(|rest| {
            let rest = rest.split_once("pub struct ")?.1;
            Some(rest.split([' ', ':']).next()?.to_owned())
        }));
    }
    names
}

#[test]
fn facade_exports_the_query_of_every_raw_call() {
    let queries = types_after("crates/ovh-web-client/src", "ovh_runtime::query! {");
    assert!(queries.len() > 25, "{queries:?}");
    let types = read("crates/ovh-web/src/types.rs");
    let words: BTreeSet<_> = types
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    for query in &queries {
        assert!(words.contains(query.as_str()), "types.rs lacks {query}");
    }
}

/// Every module but `handle`, whose handles have the names of their models.
#[test]
fn globs_share_no_name_with_models() {
    const HANDLES: &str = "ovh_web::handle::";
    let public = read("crates/ovh-web/public-api.txt");
    let names: BTreeSet<&str> = public
        .lines()
        .filter_map(|line| line.split_once("pub "))
        .filter_map(|(_, item)| item.split_once(' '))
        .filter(|(kind, _)| ["struct", "enum", "trait", "type", "mod"].contains(kind))
        .map(|(_, path)| path.split(['<', ' ']).next().unwrap_or_default())
        .filter(|path| !path.contains("::types::") && !path.contains("::prelude::handle::"))
        .collect();
    assert!(names.contains("ovh_web::handle::Database"));
    let mut handles = 0;
    for client in [
        "ovh-web-client",
        "ovh-domain-client",
        "ovh-webhosting-client",
    ] {
        let surface = read(&format!("schema/{client}/surface.txt"));
        let models = surface
            .lines()
            .filter_map(|line| line.strip_prefix("type "));
        let models: BTreeSet<_> = models.filter_map(|line| line.split(' ').next()).collect();
        let is_of = |path: &str| match path.split("::").nth(1) {
            Some("domain") => client == "ovh-domain-client",
            Some("webhosting") => client == "ovh-webhosting-client",
            _ => client == "ovh-web-client" || path.starts_with(HANDLES),
        };
        let shared = names.iter().copied().filter(|path| {
            is_of(path)
                && path
                    .rsplit("::")
                    .next()
                    .is_some_and(|name| models.contains(name))
        });
        let (in_handle, elsewhere): (Vec<&str>, Vec<&str>) =
            shared.partition(|path| path.starts_with(HANDLES));
        assert_eq!(elsewhere, [""; 0], "models of {client}");
        handles += in_handle.len();
    }
    assert!(handles >= 9, "{handles} handles have the name of a model");
}

#[test]
fn examples_are_single_files_of_150_lines() {
    let folder = format!("{ROOT}/crates/ovh-web/examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            let lines = text.lines().count();
            assert!(lines <= 150, "{}: {lines} lines", path.display());
            for part in ["mod ", "#[path", "include!", "ovh_web_sandbox"] {
                assert!(!text.contains(part), "{}: {part}", path.display());
            }
            count += 1;
        }
    }
    assert!(count > 10, "{count} examples");
}

/// The guide of HTTP engines names it: a logged request shows its URI.
#[test]
fn one_operation_has_a_secret_in_its_query() {
    let mut found = Vec::new();
    for client in [
        "ovh-web-client",
        "ovh-domain-client",
        "ovh-webhosting-client",
    ] {
        for entry in std::fs::read_dir(format!("{ROOT}/crates/{client}/src")).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).expect("a text");
                let operations = text.split("\n\"").skip(1);
                let secret = operations.filter(|it| {
                    it.split(';')
                        .next()
                        .is_some_and(|it| it.contains("&Secret)"))
                });
                found.extend(secret.filter_map(|it| Some(it.split('"').next()?.to_owned())));
            }
        }
    }
    assert_eq!(found, ["local_seo::visibility"]);
}
