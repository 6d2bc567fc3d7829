//! The `iamTags` filter of lists, a JSON value: `{"key": [{"operator": "EQ", "value": "x"}]}`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{bad_value, like};
use crate::response::Refusal;

/// The conditions on the tags of a hosting. All of them must hold.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TagFilter(BTreeMap<String, Vec<Condition>>);

#[derive(Debug, Deserialize)]
struct Condition {
    operator: Option<Operator>,
    value: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Operator {
    #[default]
    Eq,
    Neq,
    Like,
    ILike,
    Exists,
    NExists,
}

impl TagFilter {
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let Ok(filter) = serde_json::from_str::<Self>(text) else {
            return bad_value("iamTags", "expected {\"tag\": [{\"operator\", \"value\"}]}");
        };
        let mut conditions = filter.0.values().flatten();
        let is_complete = |condition: &Condition| match condition.operator {
            Some(Operator::Exists | Operator::NExists) => true,
            _ => condition.value.is_some(),
        };
        let problem = "this operator needs a value";
        Refusal::unless(conditions.all(is_complete), "iamTags", problem).map(|()| filter)
    }

    pub(super) fn holds(&self, tags: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|(key, conditions)| {
            let mut conditions = conditions.iter();
            conditions.all(|condition| condition.holds(tags.get(key)))
        })
    }
}

impl Condition {
    /// Guess: a missing tag is not equal to any value.
    fn holds(&self, tag: Option<&String>) -> bool {
        let value = self.value.as_deref().unwrap_or_default();
        match self.operator.unwrap_or_default() {
            Operator::Eq => tag.is_some_and(|tag| tag == value),
            Operator::Neq => tag.is_none_or(|tag| tag != value),
            Operator::Like => tag.is_some_and(|tag| like(value, tag)),
            Operator::ILike => {
                tag.is_some_and(|tag| like(&value.to_lowercase(), &tag.to_lowercase()))
            }
            Operator::Exists => tag.is_some(),
            Operator::NExists => tag.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_match_tags() {
        let tags = BTreeMap::from([("env".to_owned(), "Prod-1".to_owned())]);
        for (filter, hit) in [
            (r#"{"env":[{"value":"Prod-1"}]}"#, true),
            (r#"{"env":[{"operator":null,"value":"prod-1"}]}"#, false),
            (r#"{"env":[{"operator":"NEQ","value":"Prod-1"}]}"#, false),
            (r#"{"team":[{"operator":"NEQ","value":"a"}]}"#, true),
            (r#"{"env":[{"operator":"LIKE","value":"Prod%"}]}"#, true),
            (r#"{"env":[{"operator":"LIKE","value":"prod%"}]}"#, false),
            (r#"{"env":[{"operator":"ILIKE","value":"PROD%"}]}"#, true),
            (r#"{"env":[{"operator":"EXISTS"}]}"#, true),
            (r#"{"team":[{"operator":"NEXISTS"}]}"#, true),
            (r#"{"team":[{"operator":"LIKE","value":"%"}]}"#, false),
            (
                r#"{"env":[{"operator":"EXISTS"}],"team":[{"operator":"EXISTS"}]}"#,
                false,
            ),
            ("{}", true),
        ] {
            let filter_read = TagFilter::parse(filter).expect(filter);
            assert_eq!(filter_read.holds(&tags), hit, "{filter}");
        }
        for bad in [
            "[]",
            r#"{"env":1}"#,
            r#"{"env":[{"operator":"HAS","value":"x"}]}"#,
            r#"{"env":[{"operator":"EQ"}]}"#,
        ] {
            assert!(TagFilter::parse(bad).is_err(), "{bad} passed");
        }
    }
}
