//! Finds the name that somebody probably meant.

/// The candidate most like `wanted`, if one is like it at all.
pub(crate) fn nearest<'a>(
    wanted: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .filter_map(|candidate| Some((slips(wanted, candidate)?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// The number of differing letters, if each segment of the route differs by few: a long common prefix
/// says nothing about the end.
fn slips(wanted: &str, candidate: &str) -> Option<usize> {
    if wanted.matches('/').count() != candidate.matches('/').count() {
        return None;
    }
    let segments = wanted.split('/').zip(candidate.split('/'));
    segments
        .map(|(wanted, candidate)| {
            // Most routes begin alike, and this is asked for many of them.
            if wanted == candidate {
                return Some(0);
            }
            // A third of the letters may differ: enough for a slip, too little for another word.
            let (length, other) = (wanted.chars().count(), candidate.chars().count());
            let is_near = |distance: &usize| *distance <= length / 3;
            let least = Some(length.abs_diff(other)).filter(is_near);
            least.map(|_| distance(wanted, candidate)).filter(is_near)
        })
        .sum()
}

/// The edit distance; case counts half a change, rounded down, so that a name in the wrong case
/// comes first.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).map(|n| 2 * n).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = 2 * (i + 1);
        for (j, to) in b.iter().enumerate() {
            let cost = match from {
                from if from == *to => 0,
                from if from.eq_ignore_ascii_case(to) => 1,
                _ => 2,
            };
            let best = (diagonal + cost).min(row[j] + 2).min(row[j + 1] + 2);
            diagonal = row[j + 1];
            row[j + 1] = best;
        }
    }
    row.last().map_or(0, |steps| steps / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_but_no_other_name() {
        let keys = ["capabilitie", "quota", "type"];
        assert_eq!(nearest("capability", keys.into_iter()), Some("capabilitie"));
        assert_eq!(nearest("Quota", keys.into_iter()), Some("quota"));
        assert_eq!(nearest("version", keys.into_iter()), None);
        assert_eq!(nearest("", keys.into_iter()), None);
        let routes = [
            "/hosting/web/{serviceName}/cron",
            "/hosting/web/{serviceName}/dump",
        ];
        let near = |wanted| nearest(wanted, routes.into_iter());
        assert_eq!(near("/hosting/web/{serviceName}/crom"), Some(routes[0]));
        assert_eq!(near("/hosting/web/{serviceName}/task"), None);
        assert_eq!(nearest("cRon", ["boon", "cron"].into_iter()), Some("cron"));
    }
}
