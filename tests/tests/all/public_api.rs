//! Whose types the public API is made of: read from the source, compared with the committed list.
//!
//! Every signature, field, variant, bound, derived or written trait of what is declared `pub` is
//! looked at, whether a path leads to it from outside or not. Bodies are not. Macros are not
//! expanded: in their text, the name of a crate in front of `::` counts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, Token, UseTree, Visibility};

/// The crates that a user of the facade meets, and which of them have a list together.
const CRATES: [&str; 3] = ["ovh-runtime", "ovh-web-client", "ovh-web"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The dependencies of a crate that are no mere helpers of its tests, as source code names them.
fn dependencies(name: &str) -> BTreeSet<String> {
    let manifest = read(&root().join("crates").join(name).join("Cargo.toml"));
    let mut is_inside = false;
    let mut found = BTreeSet::new();
    for line in manifest.lines() {
        if let Some(section) = line.strip_prefix('[') {
            is_inside = section.starts_with("dependencies]");
        } else if let (true, Some((key, _))) = (is_inside, line.split_once(['.', ' ', '='])) {
            found.insert(key.replace('-', "_"));
        }
    }
    assert!(found.len() > 2, "{name}: {found:?}");
    found.remove("");
    found.remove("#");
    found
}

/// Every source file of a crate but its tests.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            found.push(path);
        }
    }
    found.sort();
}

const fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Meta>()
                .is_ok_and(|meta| meta.path().is_ident("test"))
    })
}

/// The types and traits that a crate declares, by name: whether one of that name is public.
fn declared(items: &[Item], names: &mut BTreeMap<String, bool>) {
    for item in items {
        let (name, visibility) = match item {
            Item::Struct(item) => (&item.ident, &item.vis),
            Item::Enum(item) => (&item.ident, &item.vis),
            Item::Union(item) => (&item.ident, &item.vis),
            Item::Trait(item) => (&item.ident, &item.vis),
            Item::Type(item) => (&item.ident, &item.vis),
            Item::Mod(item) => {
                if let (Some((_, items)), false) = (&item.content, is_test(&item.attrs)) {
                    declared(items, names);
                }
                continue;
            }
            _ => continue,
        };
        *names.entry(name.to_string()).or_default() |= is_public(visibility);
    }
}

/// The findings in one file.
struct Reader<'a> {
    place: String,
    dependencies: &'a BTreeSet<String>,
    declared: &'a BTreeMap<String, bool>,
    /// Names that imports brought from a dependency.
    imported: BTreeMap<String, String>,
    found: &'a mut BTreeMap<String, BTreeSet<String>>,
}

impl Reader<'_> {
    fn note(&mut self, name: &str) {
        let places = self.found.entry(name.to_owned()).or_default();
        places.insert(self.place.clone());
    }

    /// The dependency that a path leads into.
    fn origin(&self, path: &syn::Path) -> Option<String> {
        let first = path.segments.first()?.ident.to_string();
        // An import may rename, and a module may have the name of a crate: the import wins.
        match self.imported.get(&first) {
            Some(name) => Some(name.clone()),
            None => self.dependencies.get(&first).cloned(),
        }
    }

    fn import(&mut self, tree: &UseTree, from: Option<&str>, is_public: bool) {
        let known = |name: &str| self.dependencies.get(name).cloned();
        let begin = |name: &syn::Ident| match from {
            Some(from) => from.to_owned(),
            None => known(&name.to_string()).unwrap_or_default(),
        };
        match tree {
            UseTree::Path(path) => {
                let from = begin(&path.ident);
                self.import(&path.tree, Some(&from), is_public);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, from, is_public);
                }
            }
            UseTree::Name(name) => {
                let from = begin(&name.ident);
                self.imports(&from, name.ident.to_string(), is_public);
            }
            UseTree::Rename(rename) => {
                let from = begin(&rename.ident);
                self.imports(&from, rename.rename.to_string(), is_public);
            }
            UseTree::Glob(_) => {
                let from = from.unwrap_or_default().to_owned();
                if !from.is_empty() {
                    let is_ours = CRATES.iter().any(|name| name.replace('-', "_") == from);
                    assert!(is_ours, "{}: `use {from}::..::*` hides names", self.place);
                    self.imports(&from, String::new(), is_public);
                }
            }
        }
    }

    fn imports(&mut self, from: &str, name: String, is_public: bool) {
        if from.is_empty() {
            return;
        }
        if is_public {
            self.note(from);
        }
        self.imported.insert(name, from.to_owned());
    }

    fn derives(&mut self, attributes: &[Attribute]) {
        let several = Punctuated::<Meta, Token![,]>::parse_terminated;
        let mut metas: Vec<Meta> = attributes.iter().map(|one| one.meta.clone()).collect();
        while let Some(meta) = metas.pop() {
            let Meta::List(list) = meta else { continue };
            if list.path.is_ident("cfg_attr") {
                let inner = list.parse_args_with(several).expect("a cfg_attr");
                metas.extend(inner.into_iter().skip(1));
            } else if list.path.is_ident("derive") {
                for derived in list.parse_args_with(several).expect("a derive") {
                    self.visit_path(derived.path());
                }
            }
        }
    }

    fn fields(&mut self, fields: &syn::Fields, all: bool) {
        for field in fields {
            if all || is_public(&field.vis) {
                self.visit_type(&field.ty);
            }
        }
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            if let Item::Use(item) = item {
                self.import(&item.tree, None, is_public(&item.vis));
            }
        }
        for item in items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Mod(item) if !is_test(&item.attrs) => {
                if let Some((_, items)) = &item.content {
                    self.items(items);
                }
            }
            Item::Fn(item) if is_public(&item.vis) => self.visit_signature(&item.sig),
            Item::Struct(item) if is_public(&item.vis) => {
                self.derives(&item.attrs);
                self.visit_generics(&item.generics);
                self.fields(&item.fields, false);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                self.derives(&item.attrs);
                self.visit_generics(&item.generics);
                for variant in &item.variants {
                    self.fields(&variant.fields, true);
                }
            }
            Item::Trait(item) if is_public(&item.vis) => self.visit_item_trait(item),
            Item::Type(item) if is_public(&item.vis) => self.visit_item_type(item),
            Item::Const(item) if is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Static(item) if is_public(&item.vis) => self.visit_type(&item.ty),
            Item::Impl(item) if !is_test(&item.attrs) => self.implementation(item),
            Item::Macro(item) => self.words(&item.mac.tokens.to_string()),
            _ => {}
        }
    }

    fn implementation(&mut self, item: &syn::ItemImpl) {
        let is_private = |path: &syn::Path| {
            let name = path.segments.last().map(|last| last.ident.to_string());
            self.origin(path).is_none()
                && name.is_some_and(|name| self.declared.get(&name) == Some(&false))
        };
        let hides = matches!(&*item.self_ty, syn::Type::Path(path) if is_private(&path.path))
            || item
                .trait_
                .as_ref()
                .is_some_and(|(path, ..)| is_private(path));
        if hides {
            return;
        }
        self.visit_generics(&item.generics);
        self.visit_type(&item.self_ty);
        if let Some((path, ..)) = &item.trait_ {
            self.visit_path(path);
        }
        let of_trait = item.trait_.is_some();
        for part in &item.items {
            match part {
                syn::ImplItem::Fn(part) if of_trait || is_public(&part.vis) => {
                    self.visit_signature(&part.sig);
                }
                syn::ImplItem::Const(part) if of_trait || is_public(&part.vis) => {
                    self.visit_type(&part.ty);
                }
                syn::ImplItem::Type(part) => self.visit_type(&part.ty),
                _ => {}
            }
        }
    }

    /// The crates that a macro's text names.
    fn words(&mut self, text: &str) {
        let text = text.replace(char::is_whitespace, "");
        for name in self.dependencies {
            let path = format!("{name}::");
            let is_named = text.match_indices(&path).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                before.is_none_or(|sign| !sign.is_alphanumeric() && sign != '_')
            });
            if is_named {
                self.note(name);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_block(&mut self, _: &'ast syn::Block) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some(name) = self.origin(path) {
            self.note(&name);
        }
        visit::visit_path(self, path);
    }
}

/// Each dependency that one crate's public API names, and the files that do.
fn named_by(
    sources: &[(String, String)],
    dependencies: &BTreeSet<String>,
) -> BTreeMap<String, BTreeSet<String>> {
    let parsed: Vec<_> = sources
        .iter()
        .map(|(place, text)| {
            let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{place}: {error}"));
            (place.clone(), file)
        })
        .collect();
    let mut names = BTreeMap::new();
    for (_, file) in &parsed {
        declared(&file.items, &mut names);
    }
    let mut found = BTreeMap::new();
    for (place, file) in &parsed {
        let mut reader = Reader {
            place: place.clone(),
            dependencies,
            declared: &names,
            imported: BTreeMap::new(),
            found: &mut found,
        };
        reader.items(&file.items);
    }
    found
}

#[test]
fn public_api_exposes_only_listed_crates() {
    let list = read(&root().join("crates/ovh-web/public-deps.txt"));
    let listed: BTreeSet<String> = list
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.replace('-', "_"))
        .collect();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for name in CRATES {
        let folder = root().join("crates").join(name).join("src");
        let mut paths = Vec::new();
        files(&folder, &mut paths);
        let sources: Vec<_> = paths
            .iter()
            .map(|path| {
                let place = path.strip_prefix(&folder).expect("inside");
                (format!("{name}: {}", place.display()), read(path))
            })
            .collect();
        for (crate_, places) in named_by(&sources, &dependencies(name)) {
            found.entry(crate_).or_default().extend(places);
        }
    }
    for (name, places) in &found {
        assert!(
            listed.contains(name),
            "{name} is in the public API and not in public-deps.txt: {places:#?}"
        );
    }
    for name in &listed {
        assert!(
            found.contains_key(name),
            "{name} is in public-deps.txt and not in the public API"
        );
    }
}

#[test]
fn parser_finds_foreign_types_everywhere() {
    let dependencies: BTreeSet<String> = ["dep", "serde"].map(str::to_owned).into();
    for text in [
        "pub fn f(x: dep::X) {}",
        "pub async fn f() -> Result<Vec<dep::X>, ()> { loop {} }",
        "use dep::a::{B as X}; pub struct S { pub x: Option<X> }",
        "pub enum E { A { x: dep::X } }",
        "pub type T = dep::X;",
        "pub trait T: dep::X {}",
        "pub trait T { fn f(&self) -> &dyn dep::X; }",
        "pub struct S; impl S { pub fn f(x: impl dep::X) {} }",
        "pub struct S; impl dep::X for S {}",
        "pub struct S; impl From<dep::X> for S {}",
        "pub struct S; impl Iterator for S { type Item = dep::X; }",
        "pub fn f<T>() where T: dep::X {}",
        "#[derive(Debug, dep::X)] pub struct S;",
        "#[cfg_attr(feature = \"x\", derive(dep::X))] pub struct S;",
        "pub use dep::X;",
        "pub const X: Option<dep::X> = None;",
        "macro_rules! m { () => { pub fn f(x: dep::X) {} } }",
        "mod inner { pub fn f(x: dep::X) {} }",
    ] {
        let sources = [("it".to_owned(), text.to_owned())];
        assert!(
            named_by(&sources, &dependencies).contains_key("dep"),
            "{text}"
        );
    }
    for text in [
        "fn f(x: dep::X) {}",
        "pub(crate) fn f(x: dep::X) {}",
        "pub fn f() { dep::x(); }",
        "pub struct S { x: dep::X }",
        "struct S; impl S { pub fn f(x: dep::X) {} }",
        "struct S; impl dep::X for S {}",
        "trait T {} pub struct S; impl T for S { }",
        "#[serde(with = \"x\")] pub struct S;",
        "#[cfg(test)] mod tests { pub fn f(x: dep::X) {} }",
    ] {
        let sources = [("it".to_owned(), text.to_owned())];
        assert!(named_by(&sources, &dependencies).is_empty(), "{text}");
    }
}
