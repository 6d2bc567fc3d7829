//! Parses JSON. Unlike `serde_json` alone, it refuses a key that is written twice, and skips a byte
//! order mark. Its advice tells an HTML page from a truncated download.

use crate::Error;
use crate::pointer::Pointer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::fmt;

/// Parses `text`, the content of `file`.
pub(crate) fn parse(file: &str, text: &str) -> Result<Value, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let twice = RefCell::new(None);
    let seed = Strict {
        at: Pointer::root(),
        twice: &twice,
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) => Ok(value),
        Err(error) => Err(match twice.take() {
            Some(pointer) => Error::new(
                file,
                pointer,
                format!("this key is written twice (line {})", error.line()),
                "remove one of the two: readers of JSON silently keep only one of them",
            ),
            None => syntax(file, text, error),
        }),
    }
}

fn syntax(file: &str, text: &str, error: serde_json::Error) -> Error {
    let start = text.trim_start();
    let (message, advice) = if start.is_empty() {
        (
            "the file is empty".to_owned(),
            "fetch it again and look at the reply of the server",
        )
    } else if start.starts_with('<') {
        (
            "this is HTML or XML, not JSON (line 1, column 1)".to_owned(),
            "read what the page says: it is mostly a maintenance page or a wrong URL",
        )
    } else if error.is_eof() {
        (
            format!("the JSON ends too early: {error}"),
            "the download was cut off or the file was truncated: fetch it again",
        )
    } else {
        (
            format!("this is not valid JSON: {error}"),
            "correct the syntax at that line and column, or fetch the document again",
        )
    };
    Error::new(file, "", message, advice).with_source(error)
}

/// Builds a [`Value`] and remembers where a key was written twice.
struct Strict<'a> {
    at: Pointer,
    twice: &'a RefCell<Option<Pointer>>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($visit:ident($kind:ty))*) => {
        $(fn $visit<E>(self, value: $kind) -> Result<Value, E> {
            Ok(value.into())
        })*
    };
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    scalars! {
        visit_bool(bool)
        visit_i64(i64)
        visit_u64(u64)
        visit_f64(f64)
        visit_str(&str)
        visit_string(String)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Strict {
            at: self.at.child(list.len()),
            twice: self.twice,
        })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let at = self.at.child(&key);
            if map.contains_key(&key) {
                *self.twice.borrow_mut() = Some(at);
                return Err(de::Error::custom("duplicate key"));
            }
            let value = entries.next_value_seed(Strict {
                at,
                twice: self.twice,
            })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(input: &str) -> String {
        parse("x.json", input).unwrap_err().to_string()
    }

    #[test]
    fn values_come_out_as_serde_json_reads_them() {
        let text = r#"{"a":[1,-2,2.5,true,null,"é\n"],"b":{"c":{}}}"#;
        let expected: Value = serde_json::from_str(text).unwrap();
        assert_eq!(parse("x.json", text).unwrap(), expected);
    }

    #[test]
    fn a_key_written_twice_is_refused_with_its_place() {
        let text = text_of("{\"a\":{\"/b\":1,\n\"/b\":2}}");
        assert!(
            text.starts_with("x.json#/a/~1b: this key is written twice (line 2)"),
            "{text}"
        );
    }

    #[test]
    fn what_is_not_json_is_told_apart() {
        assert!(text_of(" ").contains("the file is empty"));
        assert!(text_of("<html>").contains("HTML"));
        assert!(text_of("{\"a\":").contains("ends too early"));
        let text = text_of("{\"a\":1,\n  oops}");
        assert!(text.contains("line 2 column 3"), "{text}");
        let deep = "[".repeat(100_000);
        assert!(text_of(&deep).contains("recursion limit"));
    }
}
