//! The name of a type from the name of its schema.
//!
//! The name leaves out the section's prefix, the `Enum` suffix, and a segment that the next one
//! repeats (`database.DatabaseTypeEnum` is `DatabaseType`), and joins the others. The first segment is the
//! group, which decides the file.

use super::case::{pascal, snake};
use super::lock::Name;

/// Proposes a name for a schema that the lock does not have.
///
/// `prefix` is the section's namespace with its dot: `hosting.web.`.
pub(crate) fn propose(schema: &str, prefix: &str) -> Name {
    let short = schema.strip_prefix(prefix).unwrap_or(schema);
    let mut segments: Vec<&str> = short.split('.').collect();
    if let Some(last) = segments.last_mut()
        && let Some(stem) = last.strip_suffix("Enum").filter(|stem| !stem.is_empty())
    {
        *last = stem;
    }
    let group = match segments.as_slice() {
        [_] => "common".to_owned(),
        [first, ..] => snake(first).trim_end_matches('_').to_owned(),
        [] => "common".to_owned(),
    };
    let mut words: Vec<String> = Vec::new();
    for segment in &segments {
        let word = pascal(segment);
        if words.last().is_some_and(|previous| {
            word.starts_with(previous.as_str()) || word.ends_with(previous.as_str())
        }) {
            words.pop();
        }
        words.push(word);
    }
    Name::new(group, pascal(&words.concat()))
}

#[cfg(test)]
mod tests {
    use super::propose;

    #[test]
    fn proposes_names_of_types() {
        for (schema, name) in [
            ("hosting.web.Cron", "common::Cron"),
            ("hosting.web.database.dump", "database::DatabaseDump"),
            (
                "hosting.web.database.DatabaseTypeEnum",
                "database::DatabaseType",
            ),
            ("hosting.web.task.StatusEnum", "task::TaskStatus"),
            (
                "hosting.web.attachedDomain.PublicAttachedDomain",
                "attached_domain::PublicAttachedDomain",
            ),
            ("hosting.web.ServiceWithIAM", "common::ServiceWithIam"),
            ("cdn.domain.option", "cdn::CdnDomainOption"),
            (
                "complexType.UnitAndValue_double",
                "complex_type::ComplexTypeUnitAndValueDouble",
            ),
        ] {
            assert_eq!(propose(schema, "hosting.web.").to_string(), name);
        }
    }
}
