//! The page of recipes: ten of them, each short. `cargo test --doc` runs them.

use std::collections::BTreeSet;

const RECIPES: &str = include_str!("../../../crates/ovh-web/src/guide/recipes.md");
const SETUP: &str = include_str!("../../../crates/ovh-web/src/guide/setup.md");

/// The title of each recipe, and the lines of its code that readers see.
fn recipes() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut recipes: Vec<(&str, Vec<&str>)> = Vec::new();
    let (mut is_code, mut blocks) = (false, 0_usize);
    for line in RECIPES.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            assert_eq!(fence, "", "each recipe runs");
            is_code = !is_code;
            blocks += usize::from(is_code);
        } else if is_code {
            // Lines that begin with `#` are hidden.
            let (_, lines) = recipes.last_mut().expect("a title");
            lines.extend((line != "#" && !line.starts_with("# ")).then_some(line));
        } else if let Some(title) = line.strip_prefix("# ") {
            recipes.push((title, Vec::new()));
        }
    }
    assert_eq!(recipes.len(), blocks, "a block for each title");
    recipes
}

#[test]
fn ten_recipes_have_at_most_25_lines() {
    let recipes = recipes();
    for (title, lines) in &recipes {
        let count = lines.len();
        assert!((2..=25).contains(&count), "{title}: {count} lines");
    }
    assert_eq!(recipes.len(), 10);
}

#[test]
fn setup_names_the_crates_of_the_recipes() {
    let section = SETUP.split("[dependencies]").nth(1).expect("the section");
    let section = section.split("\n[").next().unwrap_or_default();
    let lines = section.lines();
    let named = lines.filter_map(|line| Some(line.split_once(" = ")?.0.replace('-', "_")));
    let named: BTreeSet<_> = named.collect();
    let mut used = BTreeSet::new();
    for line in recipes().iter().flat_map(|(_, lines)| lines) {
        let is_path = |letter: char| letter.is_alphanumeric() || "_:".contains(letter);
        let paths = line.split(|letter| !is_path(letter));
        let firsts = paths.filter_map(|path| Some(path.split_once("::")?.0));
        used.extend(firsts.filter(|name| name.starts_with(char::is_lowercase)));
    }
    assert!(used.remove("std") && used.len() > 1, "{used:?}");
    for name in used {
        assert!(named.contains(name), "setup.md does not name {name}");
    }
}
