//! The generated difference of one change of the API.
//!
//! Three revisions of `/hosting/web` are at hand. What a later one has and the one before lacks is
//! put into the one before, a little at a time, and generated with the names of the one before. So
//! these are changes that really came, each as if it had come alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::OnceLock;

use ovh_web_codegen::{Input, Inputs, Output, generate};
use serde_json::Value;

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

fn read(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    std::fs::read_to_string(format!("{root}/{path}"))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A revision with what was generated from it.
struct Revision {
    document: Value,
    output: Output,
}

impl Revision {
    fn new(file: &str, names: Option<&str>) -> Self {
        let text = read(&format!("tests/fixtures/schema/{file}"));
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let output = run(&document, names);
        Self { document, output }
    }

    /// Generates `document` with the names of this revision.
    fn with(&self, document: &Value) -> Step {
        Step::between(&self.output, &run(document, Some(&self.output.names)))
    }

    fn schemas(&self) -> &serde_json::Map<String, Value> {
        self.document["components"]["schemas"]
            .as_object()
            .expect("schemas")
    }
}

fn run(document: &Value, names: Option<&str>) -> Output {
    let inputs = Inputs {
        documents: vec![Input::new("hosting-web.json", document.to_string())],
        names: names.map(|text| Input::new("names.toml", text)),
        docs: Some(Input::new(
            "docs.toml",
            read("schema/ovh-web-client/docs.toml"),
        )),
        ..Inputs::default()
    };
    generate(&inputs).unwrap_or_else(|error| panic!("{error}"))
}

/// The revisions, the oldest first, each generated with the names of the one before.
fn revisions() -> &'static [Revision; 3] {
    static ALL: OnceLock<[Revision; 3]> = OnceLock::new();
    ALL.get_or_init(|| {
        let oldest = Revision::new("hosting-web.2024-06.json", None);
        let older = Revision::new("hosting-web.2025-09.json", Some(&oldest.output.names));
        let newest = Revision::new("hosting-web.json", Some(&older.output.names));
        [oldest, older, newest]
    })
}

/// Each revision with the one after it.
fn pairs() -> [(&'static Revision, &'static Revision); 2] {
    let [oldest, older, newest] = revisions();
    [(oldest, older), (older, newest)]
}

/// The effect of a change on the output.
struct Step {
    /// Lines of the surface that came.
    added: Vec<String>,
    /// Lines of the surface that went.
    gone: Vec<String>,
    /// Generated lines that came or went, by file.
    files: BTreeMap<String, usize>,
    /// The file of each type.
    homes: BTreeMap<String, String>,
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("added", &self.added)
            .field("gone", &self.gone)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

impl Step {
    fn between(old: &Output, new: &Output) -> Self {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
        let (before, after) = (lines(&old.surface), lines(&new.surface));
        let names: BTreeSet<&String> = old.files.keys().chain(new.files.keys()).collect();
        let mut files = BTreeMap::new();
        for name in names {
            let text = |output: &Output| output.files.get(name).cloned().unwrap_or_default();
            let differing = differing(&text(old), &text(new));
            if differing > 0 {
                files.insert(name.clone(), differing);
            }
        }
        let mut homes = BTreeMap::new();
        for (file, text) in &new.files {
            for line in text.lines() {
                let mut words = line.split([' ', ':']);
                let kinds = ["model", "quantity", "body", "enum", "switch"];
                if words.next().is_some_and(|kind| kinds.contains(&kind)) {
                    homes.extend(words.next().map(|name| (name.to_owned(), file.clone())));
                }
            }
        }
        Self {
            added: after.difference(&before).cloned().collect(),
            gone: before.difference(&after).cloned().collect(),
            files,
            homes,
        }
    }

    fn lines(&self) -> usize {
        self.files.values().sum()
    }
}

/// The lines of a generated file. Values that share a line are apart.
fn entries(text: &str) -> impl Iterator<Item = &str> {
    let entries = text.lines().flat_map(|line| {
        let is_comment = line.trim_start().starts_with("//");
        let marks: &[char] = if is_comment { &[] } else { &[',', '{', '}'] };
        line.split(marks)
    });
    entries.map(str::trim).filter(|entry| !entry.is_empty())
}

/// The number of differing lines, repeated lines counted.
fn differing(old: &str, new: &str) -> usize {
    let mut balance: BTreeMap<&str, i64> = BTreeMap::new();
    entries(old).for_each(|line| *balance.entry(line).or_default() -= 1);
    entries(new).for_each(|line| *balance.entry(line).or_default() += 1);
    let differing: u64 = balance.values().map(|count| count.unsigned_abs()).sum();
    usize::try_from(differing).expect("it fits")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

/// Copies a schema of the later revision, and those it needs, where the earlier has none.
fn bring(later: &Revision, document: &mut Value, value: &Value) {
    let mut todo = references(value);
    while let Some(name) = todo.pop() {
        let schemas = document["components"]["schemas"]
            .as_object_mut()
            .expect("schemas");
        if !schemas.contains_key(&name) {
            let schema = later.schemas()[&name].clone();
            todo.extend(references(&schema));
            schemas.insert(name, schema);
        }
    }
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            let name = target.and_then(|text| text.strip_prefix("#/components/schemas/"));
            let own = name.into_iter().map(str::to_owned);
            own.chain(map.values().flat_map(references)).collect()
        }
        Value::Array(list) => list.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Every kind of line of the surface that tells of a type which was not there before.
fn is_of_a_new_type(line: &str, old: &Output) -> bool {
    let mut words = words(line).skip(1);
    words.next().is_some_and(|name| {
        let known = format!("type {name} = ");
        !old.surface.lines().any(|line| line.starts_with(&known))
    })
}

#[test]
fn a_property_changes_few_lines_of_two_files() {
    let mut seen = 0;
    for (earlier, later) in pairs() {
        let mut unreached = earlier.document.clone();
        for (name, schema) in earlier.schemas() {
            let properties = |schema: &Value| schema["properties"].as_object().cloned();
            let Some(now) = later.schemas().get(name).and_then(properties) else {
                continue;
            };
            let before = properties(schema).unwrap_or_default();
            for (property, value) in now.iter().filter(|(key, _)| !before.contains_key(*key)) {
                let surface = &earlier.output.surface;
                let is_written = surface.contains(&format!(" = {name} ("));
                let reached = surface.contains(&format!(" = {name} (read)"))
                    || is_written && value.get("readOnly") != Some(&Value::Bool(true));
                let mut one = earlier.document.clone();
                let document = if reached { &mut one } else { &mut unreached };
                document["components"]["schemas"][name]["properties"][property] = value.clone();
                bring(later, document, value);
                if !reached {
                    continue;
                }
                let step = earlier.with(document);
                assert_eq!(step.gone, [""; 0], "{name}.{property}");
                // A property may be of a type that is new as well: that type is another change.
                let (types, own): (Vec<&String>, Vec<&String>) = step
                    .added
                    .iter()
                    .partition(|line| is_of_a_new_type(line, &earlier.output));
                seen += 1;
                // One for each type that is made of the schema: what is read, what is written.
                assert!((1..=2).contains(&own.len()), "{name}.{property}: {step:#?}");
                for line in own {
                    assert!(line.starts_with("field "), "{line}");
                    assert!(line.ends_with(&format!(" = {property}")), "{line}");
                }
                // A new type has a line for each item, its documentation, and what stands around it.
                let more = if types.is_empty() {
                    0
                } else {
                    8 + 3 * types.len()
                };
                assert!(step.lines() <= 10 + more, "{name}.{property}: {step:#?}");
                assert!(step.files.len() <= 2, "{name}.{property}: {step:#?}");
            }
        }
        // No operation of the earlier revision reads or writes these.
        let step = earlier.with(&unreached);
        assert_eq!(step.lines(), 0, "{step:#?}");
    }
    assert!(
        seen >= 9,
        "only {seen} properties came with schemas that were in use"
    );
}

/// The letters and digits of a value: `CLOUDWEB_1` is `cloudweb1`.
fn bare(value: &Value) -> String {
    let letters = value.as_str().unwrap_or_default().chars();
    letters
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Values that the later revision added, by enum.
///
/// Those that differ from an older one by case or separators only are left out: of two such values
/// the one in lower case has the plain name, so its coming renames the older.
fn new_values(earlier: &Revision, later: &Revision) -> Vec<(String, Vec<Value>)> {
    let values = |schema: &Value| schema["enum"].as_array().cloned().unwrap_or_default();
    let in_use = |name: &String| {
        earlier
            .output
            .surface
            .contains(&format!(" = {name} (enum)"))
    };
    let schemas = earlier.schemas().iter().filter(|(name, _)| in_use(name));
    schemas
        .filter_map(|(name, schema)| {
            let before = values(schema);
            let mut new = values(later.schemas().get(name)?);
            let taken: BTreeSet<String> = before.iter().map(bare).collect();
            new.retain(|value| !before.contains(value) && !taken.contains(&bare(value)));
            (!new.is_empty()).then(|| (name.clone(), new))
        })
        .collect()
}

/// The later revision's values put into the earlier one: a line of the surface for each, and at
/// most two generated lines.
fn check_values(earlier: &Revision, added: &[(&String, &[Value])]) {
    let mut document = earlier.document.clone();
    for (name, values) in added {
        let list = &mut document["components"]["schemas"][name.as_str()]["enum"];
        list.as_array_mut()
            .expect("values")
            .extend_from_slice(values);
    }
    let step = earlier.with(&document);
    let number: usize = added.iter().map(|(_, values)| values.len()).sum();
    assert_eq!(step.gone, [""; 0], "{added:?}");
    assert_eq!(step.added.len(), number, "{added:?}: {step:#?}");
    assert!(
        step.added.iter().all(|line| line.starts_with("value ")),
        "{step:#?}"
    );
    for (file, lines) in &step.files {
        let here = |line: &&String| words(line).nth(1).map(|name| &step.homes[name]) == Some(file);
        let values = step.added.iter().filter(here).count();
        assert!(
            *lines <= 2 * values,
            "{file}: {values} values, {lines} lines: {added:?}"
        );
    }
}

#[test]
fn a_value_changes_two_generated_lines() {
    let mut seen = 0;
    for (earlier, later) in pairs() {
        let new = new_values(earlier, later);
        // A value of every sixth enum by itself; then all of them at once.
        for (name, values) in new.iter().step_by(6) {
            check_values(earlier, &[(name, &values[..1])]);
        }
        let all: Vec<_> = new
            .iter()
            .map(|(name, values)| (name, values.as_slice()))
            .collect();
        check_values(earlier, &all);
        seen += new.iter().map(|(_, values)| values.len()).sum::<usize>();
    }
    assert!(
        seen >= 80,
        "only {seen} values came in enums that were in use"
    );
}

/// Routes of the later revision put into the earlier one: only what belongs to them changes.
fn check_routes(earlier: &Revision, later: &Revision, routes: &[(String, &str)]) {
    let mut document = earlier.document.clone();
    for (path, method) in routes {
        let item = &later.document["paths"][path];
        document["paths"][path][*method] = item[*method].clone();
        bring(later, &mut document, &item[*method]);
    }
    let step = earlier.with(&document);
    assert_eq!(step.gone, [""; 0], "{routes:?}");
    let functions: Vec<&String> = step
        .added
        .iter()
        .filter(|line| line.starts_with("fn "))
        .collect();
    for (path, method) in routes {
        let route = format!(" = {} {path}", method.to_uppercase());
        assert!(
            functions.iter().any(|line| line.ends_with(&route)),
            "{route}: {step:#?}"
        );
    }
    let mut own: BTreeSet<String> = ["lib.rs", "reserved_values.rs", "types.rs"]
        .map(str::to_owned)
        .into();
    for line in &step.added {
        // Its module, and the types that its lines speak of.
        let module = line.strip_prefix("fn ").and_then(|rest| words(rest).next());
        own.extend(module.map(|name| format!("{name}.rs")));
        own.extend(words(line).filter_map(|word| step.homes.get(word).cloned()));
    }
    let foreign: Vec<_> = step
        .files
        .iter()
        .filter(|(file, _)| !own.contains(*file))
        .collect();
    assert!(
        foreign.is_empty(),
        "{routes:?} changed {foreign:?}\n{:#?}",
        step.added
    );
}

#[test]
fn a_route_changes_its_module_and_its_types() {
    for (earlier, later) in pairs() {
        let paths = later.document["paths"].as_object().expect("paths");
        // A path with a renamed parameter is not a new route.
        let shape = |path: &str| -> Vec<String> {
            let parts = path.split('/');
            parts
                .map(|part| if part.starts_with('{') { "{}" } else { part }.to_owned())
                .collect()
        };
        let known = earlier.document["paths"].as_object().expect("paths").keys();
        let known: BTreeMap<Vec<String>, &String> = known.map(|path| (shape(path), path)).collect();
        let mut new: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
        for (path, item) in paths {
            if known
                .get(&shape(path))
                .is_some_and(|before| *before != path)
            {
                continue;
            }
            for method in METHODS {
                if item.get(method).is_some()
                    && earlier.document["paths"][path].get(method).is_none()
                {
                    // What stands behind the name of the hosting: routes that came together.
                    let group = path.split('/').filter(|part| !part.starts_with('{')).nth(3);
                    let group = group.unwrap_or_default().to_owned();
                    new.entry(group).or_default().push((path.clone(), method));
                }
            }
        }
        assert!(new.len() >= 6, "{new:?}");
        // One of each group by itself, then all of them.
        for routes in new.values() {
            check_routes(earlier, later, &routes[..1]);
        }
        let all: Vec<_> = new.into_values().flatten().collect();
        check_routes(earlier, later, &all);
    }
}
