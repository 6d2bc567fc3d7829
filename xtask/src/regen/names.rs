//! Changes of the names lock: names that are new, retired, or in use again.

use std::collections::BTreeMap;

/// The names in `schema/names.toml`.
#[derive(Default)]
struct Names {
    given: BTreeMap<String, String>,
    retired: BTreeMap<String, String>,
}

impl Names {
    /// Reads the names; the generator has refused a malformed file before.
    fn read(text: &str) -> Self {
        let lock: toml::Table = text.parse().unwrap_or_default();
        let table = |name: &str| -> BTreeMap<String, String> {
            let entries = lock.get(name).and_then(toml::Value::as_table);
            let entries = entries.into_iter().flatten();
            entries
                .filter_map(|(key, name)| Some((key.clone(), name.as_str()?.to_owned())))
                .collect()
        };
        let mut given = table("operations");
        given.extend(table("types"));
        Self {
            given,
            retired: table("retired"),
        }
    }
}

/// A line of numbers and one for each name that retired or came back; none if nothing happened.
pub(super) fn told(old: &str, new: &str) -> (Option<String>, Vec<String>) {
    let (old, new) = (Names::read(old), Names::read(new));
    let retired: Vec<String> = new
        .retired
        .iter()
        .filter(|(key, _)| !old.retired.contains_key(*key))
        .map(|(key, name)| format!("  - {name} ({key}): under [retired], not given again"))
        .collect();
    let (back, fresh): (Vec<_>, Vec<_>) = new
        .given
        .iter()
        .filter(|(key, _)| !old.given.contains_key(*key))
        .partition(|(key, _)| old.retired.contains_key(*key));
    if retired.is_empty() && back.is_empty() && fresh.is_empty() {
        return (None, Vec::new());
    }
    let line = format!(
        "names: {} given, {} retired, {} back",
        fresh.len(),
        retired.len(),
        back.len()
    );
    let back = back
        .iter()
        .map(|(key, name)| format!("  + {name} ({key}): is back"));
    let lines = retired.iter().cloned().chain(back).collect();
    (Some(line), lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "[operations]\n\"GET /a\" = \"a::get\"\n\n[types]\n\"x.A\" = \"a::A\"\n";
    const ONE: &str = "[types]\n\"x.A\" = \"a::A\"\n\n[retired]\n\"GET /a\" = \"a::get\"\n";

    #[test]
    fn what_goes_and_what_comes_back_is_told() {
        assert_eq!(
            told(TWO, ONE),
            (
                Some("names: 0 given, 1 retired, 0 back".to_owned()),
                vec!["  - a::get (GET /a): under [retired], not given again".to_owned()]
            )
        );
        assert_eq!(
            told(ONE, TWO),
            (
                Some("names: 0 given, 0 retired, 1 back".to_owned()),
                vec!["  + a::get (GET /a): is back".to_owned()]
            )
        );
        let first = Some("names: 2 given, 0 retired, 0 back".to_owned());
        assert_eq!(told("", TWO), (first, Vec::new()));
        assert_eq!(told(ONE, ONE), (None, Vec::new()));
    }
}
