//! The names of enum values.
//!
//! Two values can have the same Pascal case (`CLOUDWEB_1` and `cloudweb1`), and a value can be a
//! number (`8.4`), empty, or a Rust keyword. If two values would get
//! one name, the published one gets it; if neither is published, the one in lower case. The other
//! gets another name, and the lock keeps both.

use std::collections::{BTreeMap, BTreeSet};

use super::case::pascal;

/// Returns the variants in the order of the values, and those to lock. `locked` has earlier names.
pub(crate) fn name_all(
    values: &[String],
    locked: &BTreeMap<String, String>,
) -> (Vec<String>, BTreeMap<String, String>) {
    // `Unknown` holds the unknown values.
    let mut taken: BTreeSet<String> = BTreeSet::from(["Unknown".to_owned()]);
    let known = values
        .iter()
        .filter_map(|value| Some((value, locked.get(value)?)));
    let mut names: BTreeMap<&String, String> = known.map(|(k, v)| (k, v.clone())).collect();
    taken.extend(names.values().cloned());
    let mut spelled: BTreeMap<String, usize> = BTreeMap::new();
    // Lower case sorts after upper case and is named first.
    let mut sorted: Vec<&String> = values.iter().collect();
    sorted.sort_by(|a, b| b.cmp(a));
    for value in sorted {
        let plain = plain(value);
        *spelled.entry(plain.clone()).or_default() += 1;
        if names.contains_key(value) {
            continue;
        }
        let mut variant = plain.clone();
        let mut number = 1;
        while !taken.insert(variant.clone()) {
            number += 1;
            variant = match number {
                2 if is_upper(value) => format!("{plain}Upper"),
                2 if plain == "Unknown" => "UnknownWord".to_owned(),
                _ => format!("{plain}Spelling{number}"),
            };
        }
        names.insert(value, variant);
    }
    // Names that do not follow from the spelling alone.
    let is_special = |(value, variant): &(&&String, &String)| {
        let plain = plain(value);
        spelled[&plain] > 1 || plain != **variant
    };
    let special = names.iter().filter(is_special);
    let special = special.map(|(value, variant)| ((*value).clone(), variant.clone()));
    let special = special.collect();
    (
        values.iter().map(|value| names[value].clone()).collect(),
        special,
    )
}

fn is_upper(value: &str) -> bool {
    value.chars().any(char::is_alphabetic) && !value.chars().any(char::is_lowercase)
}

fn plain(value: &str) -> String {
    if value.is_empty() {
        return "Empty".to_owned();
    }
    let mut text = String::new();
    let mut previous = ' ';
    for c in value.chars() {
        match c {
            '+' => text.push_str(" Plus "),
            '*' => text.push_str(" Star "),
            // A separator between digits carries meaning: 8.4 is not 84.
            c if !c.is_ascii_alphanumeric() && previous.is_ascii_digit() => text.push('\u{1}'),
            c if c.is_ascii_digit() => text.push(c),
            c if c.is_alphanumeric() => text.push(c),
            _ => text.push(' '),
        }
        previous = c;
    }
    let words: Vec<String> = text
        .split('\u{1}')
        .map(|part| {
            let part = part.trim();
            if part.chars().all(|c| c.is_ascii_digit()) {
                part.to_owned()
            } else {
                pascal(part).trim_start_matches('_').to_owned()
            }
        })
        .collect();
    let mut name = String::new();
    for word in words.iter().filter(|word| !word.is_empty()) {
        let digits_meet = name.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit());
        if digits_meet {
            name.push('_');
        }
        name.push_str(word);
    }
    if name.is_empty() {
        return "Symbol".to_owned();
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("V{name}");
    }
    if name == "Self" || name == "Self_" {
        "SelfWord".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(values: &[&str]) -> Vec<String> {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        name_all(&values, &BTreeMap::new()).0
    }

    #[test]
    fn names_values_by_their_spelling() {
        assert_eq!(
            names(&["CLOUDWEB_1", "cloudweb1"]),
            ["Cloudweb1Upper", "Cloudweb1"]
        );
        assert_eq!(
            names(&["cloudweb1", "CLOUDWEB_1"]),
            ["Cloudweb1", "Cloudweb1Upper"]
        );
        assert_eq!(
            names(&["8.4", "84", "nodejs-18"]),
            ["V8_4", "V84", "Nodejs18"]
        );
        assert_eq!(
            names(&["", "self", "unknown", "+", "*", "a-b", "a_b"]).len(),
            7
        );
        assert_eq!(
            names(&["", "self", "unknown"]),
            ["Empty", "SelfWord", "UnknownWord"]
        );
        assert_eq!(
            names(&["daily.1", "weekly.1", "now"]),
            ["Daily1", "Weekly1", "Now"]
        );
    }

    #[test]
    fn published_names_stay_and_are_locked() {
        let values = vec!["A_1".to_owned(), "a1".to_owned()];
        let locked = BTreeMap::from([("A_1".to_owned(), "A1".to_owned())]);
        let (names, kept) = name_all(&values, &locked);
        assert_eq!(names, ["A1", "A1Spelling2"]);
        assert_eq!(kept.len(), 2);
        assert_eq!(name_all(&values, &kept), (names, kept.clone()));
        assert!(name_all(&["b-c".to_owned()], &BTreeMap::new()).1.is_empty());
    }
}
