//! A crate uses no syntax that is newer than the Rust version that it declares.
//!
//! The compiler of that version may not be here, and clippy knows since when the library has
//! something, but not the language. The public workflow builds with that compiler.

use super::{Finding, Tree};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeMap;

/// A construct of the language: what it is called, and the version of Rust 1 that brought it.
type Construct = (&'static str, u32);

const LET_CHAIN: Construct = ("a let chain", 88);
const LET_GUARD: Construct = ("an `if let` guard", 95);
const CFG_SELECT: Construct = ("`cfg_select!`", 95);

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let crates: BTreeMap<&str, u32> = tree
        .files()
        .filter_map(|(path, text)| Some((path.strip_suffix("/Cargo.toml")?, declared(text)?)))
        .collect();
    let mut found = Vec::new();
    for (path, text) in tree.rust() {
        let owner = crates
            .iter()
            .filter_map(|(folder, version)| {
                let inside = path.strip_prefix(folder)?.strip_prefix('/')?;
                Some((folder.len(), inside, *version))
            })
            .max();
        let Some((_, inside, version)) = owner else {
            continue;
        };
        // Tests and benches need what their dependencies need, which users do not build.
        if !(inside.starts_with("src/") || inside.starts_with("examples/")) {
            continue;
        }
        // What is no Rust is the compiler's to tell.
        let mut used = Vec::new();
        look(text.parse().unwrap_or_default(), &mut used);
        found.extend(used.into_iter().filter(|((_, since), _)| *since > version).map(
            |((what, since), line)| {
                let advice = format!(
                    "write it in another way, or raise `rust-version`, of which users are told: it \
                     needs Rust 1.{since}, and the crate declares 1.{version}"
                );
                Finding::at(path, line, what, advice)
            },
        ));
    }
    found
}

/// The second number of the `rust-version` of a manifest.
fn declared(manifest: &str) -> Option<u32> {
    let manifest: toml::Table = manifest.parse().ok()?;
    let version = manifest.get("package")?.get("rust-version")?.as_str()?;
    version.split('.').nth(1)?.parse().ok()
}

/// Finds the constructs in code, macros and their definitions included, with their lines.
fn look(tokens: TokenStream, found: &mut Vec<(Construct, usize)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let rest = &tokens[at + 1..];
        match token {
            TokenTree::Group(group) => look(group.stream(), found),
            TokenTree::Ident(word) => {
                let construct = if word == "if" || word == "while" {
                    condition(rest)
                } else if word == "cfg_select" && rest.first().is_some_and(|next| is(next, '!')) {
                    Some(CFG_SELECT)
                } else {
                    None
                };
                found.extend(construct.map(|it| (it, word.span().start().line)));
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// What the condition is that these tokens begin with.
fn condition(tokens: &[TokenTree]) -> Option<Construct> {
    let (mut has_let, mut has_and) = (false, false);
    for (at, token) in tokens.iter().enumerate() {
        let pair = |first, second| {
            is(token, first) && tokens.get(at + 1).is_some_and(|next| is(next, second))
        };
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
            _ if pair('=', '>') => return has_let.then_some(LET_GUARD),
            TokenTree::Ident(word) if word == "let" => has_let = true,
            // Right behind `let` it is a pattern: a reference to a reference.
            _ if pair('&', '&') => {
                let before = at.checked_sub(1).and_then(|before| tokens.get(before));
                has_and |= !before
                    .is_some_and(|before| matches!(before, TokenTree::Ident(it) if it == "let"));
            }
            _ => {}
        }
    }
    (has_let && has_and).then_some(LET_CHAIN)
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(version: &str, path: &str, code: &str) -> Vec<String> {
        let manifest = format!("[package]\nname = \"a\"\nrust-version = \"{version}\"\n");
        let tree = Tree::of([("crates/a/Cargo.toml", manifest.as_str()), (path, code)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn finds_syntax_newer_than_declared() {
        for (code, what, since) in [
            ("fn f() {\n  if a && let B = c {}\n}", "let chain", "1.88"),
            ("fn f() {\n  if let B = c && a {}\n}", "let chain", "1.88"),
            (
                "fn f() {\n  while let B = c\n && a {}\n}",
                "let chain",
                "1.88",
            ),
            (
                "macro_rules! m { () => {\n if let B = c && a {} } }",
                "let chain",
                "1.88",
            ),
            (
                "fn f() { match a {\n B if let C = d => 1, _ => 2 } }",
                "guard",
                "1.95",
            ),
            (
                "fn f() {\n cfg_select! { unix => {} } }",
                "cfg_select",
                "1.95",
            ),
        ] {
            for path in ["crates/a/src/x.rs", "crates/a/examples/x.rs"] {
                let found = found("1.85", path, code);
                assert_eq!(found.len(), 1, "{code}: {found:?}");
                assert!(found[0].starts_with(&format!("{path}:2: ")), "{found:?}");
                assert!(
                    found[0].contains(what) && found[0].contains(since),
                    "{found:?}"
                );
            }
            assert_eq!(found("1.95", "crates/a/src/x.rs", code), [""; 0]);
            assert_eq!(found("1.85", "crates/a/tests/x.rs", code), [""; 0]);
        }
    }

    #[test]
    fn leaves_older_syntax_alone() {
        for code in [
            "fn f() { if let B = c { a && b } else if a && b {} }",
            "fn f() { if let Some(x) = l.find(|x| a && *x) {} }",
            "fn f() { if let &&x = y {} }",
            "fn f() { match a { B if c && d => 1, _ => 2 } }",
            "fn f() { let x = a && b; let Some(y) = x else { return }; }",
        ] {
            assert_eq!(found("1.85", "crates/a/src/x.rs", code), [""; 0], "{code}");
        }
    }
}
