//! The `iamTags` filter of lists: `{"key": [{"operator": "EQ", "value": "x"}]}`, which travels as
//! one JSON value.

use std::collections::BTreeMap;

use serde_json::Value;

use super::like;
use crate::reply::Refusal;

/// What a hosting's tags have to be like. Every condition of every key has to hold.
#[derive(Debug, Default)]
pub(super) struct TagFilter(Vec<(String, Condition)>);

#[derive(Debug)]
enum Condition {
    Equal(String),
    NotEqual(String),
    Like(String),
    LikeInAnyCase(String),
    Exists,
    Missing,
}

impl TagFilter {
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = |what: &str| Refusal::bad_value("iamTags", what);
        let value: Value = serde_json::from_str(text).map_err(|_| wrong("not JSON"))?;
        let tags = value.as_object().ok_or_else(|| wrong("not an object"))?;
        let mut all = Vec::new();
        for (key, filters) in tags {
            let filters = filters.as_array();
            for filter in filters.ok_or_else(|| wrong("a tag needs a list of filters"))? {
                all.push((key.clone(), Condition::parse(filter)?));
            }
        }
        Ok(Self(all))
    }

    pub(super) fn holds(&self, tags: &BTreeMap<String, String>) -> bool {
        self.0
            .iter()
            .all(|(key, condition)| condition.holds(tags.get(key).map(String::as_str)))
    }
}

impl Condition {
    fn parse(filter: &Value) -> Result<Self, Refusal> {
        let operator = match filter.get("operator") {
            None | Some(Value::Null) => "EQ",
            Some(operator) => operator.as_str().unwrap_or_default(),
        };
        let value = || {
            let value = filter.get("value").and_then(Value::as_str);
            value
                .map(str::to_owned)
                .ok_or_else(|| Refusal::bad_value("iamTags", format!("{operator} needs a value")))
        };
        Ok(match operator {
            "EQ" => Self::Equal(value()?),
            "NEQ" => Self::NotEqual(value()?),
            "LIKE" => Self::Like(value()?),
            "ILIKE" => Self::LikeInAnyCase(value()?.to_lowercase()),
            "EXISTS" => Self::Exists,
            "NEXISTS" => Self::Missing,
            _ => {
                return Err(Refusal::bad_value(
                    "iamTags",
                    "an operator is one of EQ, NEQ, LIKE, ILIKE, EXISTS, NEXISTS",
                ));
            }
        })
    }

    /// Guess: what has no such tag is not equal to anything.
    fn holds(&self, tag: Option<&str>) -> bool {
        match self {
            Self::Equal(value) => tag == Some(value),
            Self::NotEqual(value) => tag != Some(value),
            Self::Like(pattern) => tag.is_some_and(|tag| like(pattern, tag)),
            Self::LikeInAnyCase(pattern) => {
                tag.is_some_and(|tag| like(pattern, &tag.to_lowercase()))
            }
            Self::Exists => tag.is_some(),
            Self::Missing => tag.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_decides() {
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
