//! The committed lists of public items are those of today, as far as that can be seen without
//! rustdoc: each method that the source gives to a listed type is listed, and nothing is listed of
//! which the source knows no word. `cargo xtask api` writes the lists; the public workflow compares
//! them letter for letter.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use syn::{ImplItem, Item, Visibility};

const CRATES: [&str; 4] = [
    "ovh-runtime",
    "ovh-web",
    "ovh-web-sandbox",
    "ovh-web-testing",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The methods of a list: the type and the name of each.
fn listed(list: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for line in list.lines() {
        let Some((head, _)) = line.split_once("fn ").filter(|_| line.starts_with("pub ")) else {
            continue;
        };
        let path = plain(&line[head.len() + 3..]);
        let mut parts = path.rsplit("::");
        if let (Some(name), Some(of)) = (parts.next(), parts.next()) {
            found.insert((of.to_owned(), name.to_owned()));
        }
    }
    found
}

/// A path up to its arguments, without what stands between pointed brackets.
fn plain(path: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::new();
    for letter in path.replace("->", "").chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            '(' if depth == 0 => break,
            _ if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

/// The public methods that a file gives to its types.
fn written(items: &[Item], found: &mut BTreeSet<(String, String)>) {
    for item in items {
        match item {
            Item::Impl(block) if block.trait_.is_none() => {
                let syn::Type::Path(path) = &*block.self_ty else {
                    continue;
                };
                let Some(of) = path.path.segments.last() else {
                    continue;
                };
                for item in &block.items {
                    if let ImplItem::Fn(method) = item
                        && matches!(method.vis, Visibility::Public(_))
                        && !is_hidden(&block.attrs)
                        && !is_hidden(&method.attrs)
                    {
                        found.insert((of.ident.to_string(), method.sig.ident.to_string()));
                    }
                }
            }
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    written(items, found);
                }
            }
            _ => {}
        }
    }
}

/// Whether documentation passes it over, and so the list.
fn is_hidden(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute
                .parse_args::<syn::Ident>()
                .is_ok_and(|word| word == "hidden")
    })
}

/// Returns the errors of a list, given the sources.
fn wrong(list: &str, sources: &[String]) -> Vec<String> {
    let listed = listed(list);
    let types: BTreeSet<&String> = listed.iter().map(|(of, _)| of).collect();
    let mut methods = BTreeSet::new();
    for source in sources {
        written(&syn::parse_file(source).expect("Rust").items, &mut methods);
    }
    let untold = methods
        .iter()
        .filter(|(of, _)| types.contains(of))
        .filter(|method| !listed.contains(method))
        .map(|(of, name)| format!("{of}::{name} is not in the list"));
    // Derived impls are not in the source.
    const DERIVED: [&str; 10] = [
        "clone",
        "cmp",
        "default",
        "deserialize",
        "eq",
        "fmt",
        "hash",
        "json_schema",
        "partial_cmp",
        "serialize",
    ];
    let known = |name: &str| {
        DERIVED.contains(&name)
            || sources.iter().any(|source| {
                source
                    .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
                    .any(|word| word == name)
            })
    };
    let gone = listed
        .iter()
        .filter(|(_, name)| !known(name.trim_start_matches("r#")))
        .map(|(of, name)| format!("{of}::{name} is in the list, and nowhere in the source"));
    untold.chain(gone).collect()
}

#[test]
fn the_lists_of_public_items_are_those_of_today() {
    for name in CRATES {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../crates")
            .join(name);
        let list = std::fs::read_to_string(folder.join("public-api.txt")).expect("a list");
        let mut paths = Vec::new();
        sources(&folder.join("src"), &mut paths);
        let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a source");
        let sources: Vec<String> = paths.iter().map(read).collect();
        let wrong = wrong(&list, &sources);
        assert!(
            wrong.is_empty(),
            "{name}: run `cargo xtask api`: {wrong:#?}"
        );
    }
}

#[test]
fn a_method_that_came_or_went_is_seen() {
    let list =
        "pub fn a::B<T>::c<F: Fn(u8) -> u8>(self, F) -> Self\npub fn a::B<T>::clone(&self)\n";
    let of = |source: &str| wrong(list, &[source.to_owned()]);
    assert_eq!(of("impl<T> B<T> { pub fn c(self) {} fn d() {} }"), [""; 0]);
    assert_eq!(
        of("impl<T> B<T> { pub fn d(self) {} }"),
        [
            "B::d is not in the list",
            "B::c is in the list, and nowhere in the source",
        ]
    );
}
