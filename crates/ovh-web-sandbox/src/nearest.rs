//! Checks names from tests, and suggests the most similar known one.

/// Returns an error that begins with `problem` if the name is unknown.
///
/// If no name is similar, the error ends with `help`.
pub(crate) fn check_name<'n>(
    wanted: &str,
    names: impl Iterator<Item = &'n str>,
    problem: &str,
    help: &str,
) -> Result<(), String> {
    // `copies::create` is the end of `database_copies::create`.
    let is_end = |name: &str| !wanted.is_empty() && name.ends_with(wanted);
    let similar = names
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .map(|(similarity, name)| (similarity.max(if is_end(name) { 0.99 } else { 0.0 }), name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match similar {
        Some((_, name)) if name == wanted => Ok(()),
        Some((similarity, name)) if similarity > 0.8 => {
            Err(format!("{problem} {wanted:?}, did you mean {name}?"))
        }
        _ => Err(format!("{problem} {wanted:?}; {help}")),
    }
}

/// Panics if a name from a test is unknown, with the place of the call: a closure would name this crate.
#[track_caller]
pub(crate) fn expect_known(checked: Result<(), String>) {
    if let Err(problem) = checked {
        panic!("{problem}");
    }
}
