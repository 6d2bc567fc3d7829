//! The lists of a file: one that is used twice becomes a constant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::layout::{self, Node};
use crate::names::case;

/// A shorter list is written where it is used.
const SHORT: usize = 16;

/// The lists and imports of a file.
#[derive(Default)]
pub(super) struct Pool {
    /// The uses of each list, by its text.
    uses: BTreeMap<String, usize>,
    is_frozen: bool,
    /// The constant of each list, by its text: name, type, list.
    constants: BTreeMap<String, (String, String, Node)>,
    names: BTreeSet<String>,
    imports: BTreeSet<String>,
    kinds: BTreeSet<String>,
}

impl Pool {
    /// Ends counting: from now on, a list with two uses is a constant.
    pub(super) fn freeze(&mut self) {
        self.is_frozen = true;
    }

    /// The list, or the constant that holds it, with a name like `name`.
    pub(super) fn list(&mut self, name: &str, ty: &str, list: Node) -> Node {
        let text = list.flat();
        if !self.is_frozen {
            *self.uses.entry(text).or_default() += 1;
            return list;
        }
        let is_shared = self.uses.get(&text).is_some_and(|count| *count > 1);
        if !is_shared || text.len() <= SHORT {
            return list;
        }
        if ty == "Response" {
            self.import(ty);
        }
        let (names, ty) = (&mut self.names, ty.to_owned());
        let known = self.constants.entry(text).or_insert_with(|| {
            // The table itself is `COMMANDS`.
            let is_free = |name: &str| name != "COMMANDS" && !names.contains(name);
            let name = case::free(name, is_free);
            names.insert(name.clone());
            (name, ty, list)
        });
        Node::Atom(known.0.clone())
    }

    /// A path such as `Kind::Text`, whose type is imported.
    pub(super) fn path(&mut self, path: &str) -> Node {
        self.import(path);
        Node::Atom(path.to_owned())
    }

    /// A call of a function of an imported type.
    pub(super) fn call(&mut self, path: &str, arguments: impl IntoIterator<Item = Node>) -> Node {
        self.import(path);
        super::call(path, arguments)
    }

    /// The node, which is a kind of text or a call of it; the kind is imported.
    pub(super) fn kind(&mut self, node: Node, name: &str) -> Node {
        self.kinds.insert(name.to_owned());
        node
    }

    fn import(&mut self, path: &str) {
        let of = path.split("::").next().unwrap_or_default();
        self.imports.insert(of.to_owned());
    }

    /// The `use` of the table's types and kinds.
    pub(super) fn imports(&self) -> String {
        let list = |open: &str, names: &BTreeSet<String>| Node::List {
            open: open.to_owned(),
            items: names.iter().cloned().map(Node::Atom).collect(),
            close: "}".to_owned(),
            is_tall: false,
        };
        let mut types = self.imports.clone();
        types.insert("Command".to_owned());
        let mut all = list("use crate::command::{", &types);
        if let Node::List { items, .. } = &mut all
            && !self.kinds.is_empty()
        {
            items.push(list("Kind::{", &self.kinds));
        }
        layout::fill(&[all], 0)
    }

    /// The constants, by name.
    pub(super) fn constants(&self) -> String {
        let mut all: Vec<_> = self.constants.values().collect();
        all.sort_by_key(|(name, ..)| name);
        let mut out = String::new();
        for (name, ty, list) in all {
            let head = Node::Atom(format!("const {name}: {ty} = "));
            let _ = writeln!(out, "{};", layout::fill(&[head, list.clone()], 0));
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}
