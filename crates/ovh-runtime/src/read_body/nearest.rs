//! Suggests the most similar name for an unknown one.

/// The name most similar to `wanted`, if any is similar; the first on a tie.
pub(super) fn nearest(wanted: &str, names: &[&'static str]) -> Option<&'static str> {
    let wanted = plain(wanted);
    names
        .iter()
        .map(|name| {
            let letters = plain(name);
            // A third of the letters may differ: enough for a typo, too little for another word.
            let limit = (wanted.len().max(letters.len()) / 3).min(wanted.len().saturating_sub(1));
            (distance(&wanted, &letters), limit, *name)
        })
        .filter(|(distance, limit, _)| distance <= limit)
        .min_by_key(|(distance, ..)| *distance)
        .map(|(.., name)| name)
}

/// The letters of a name without separators, cut off at a limit. A key from outside may be of any
/// length, and no field name is longer than the limit.
fn plain(name: &str) -> Vec<char> {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(100)
        .collect()
}

/// The edit distance from `a` to `b`.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_typos_but_no_other_words() {
        let names = ["capabilitie", "capacity", "quota", "type", "runtimeId"];
        for (wanted, found) in [
            ("capasity", Some("capacity")),
            ("capability", Some("capabilitie")),
            ("Quota", Some("quota")),
            ("runtime-id", Some("runtimeId")),
            ("RUNTIME_ID", Some("runtimeId")),
            ("tpye", None),
            ("typ", Some("type")),
            ("capa", None),
            ("runtim", Some("runtimeId")),
            ("version", None),
            ("x", None),
            ("", None),
            ("_", None),
        ] {
            assert_eq!(nearest(wanted, &names), found, "{wanted}");
        }
    }
}
