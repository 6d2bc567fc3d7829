//! A document that was changed in any one place gets an answer, never a panic.

use super::{good, parse};
use serde_json::{Value, json};

/// Every value of a good document is replaced by one of each kind, and every key taken out: the
/// check must answer each time, whatever its answer is.
#[test]
fn no_single_change_makes_the_check_panic() {
    fn places(value: &Value, at: &str, out: &mut Vec<String>) {
        out.push(at.to_owned());
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    places(inner, &format!("{at}/{key}"), out);
                }
            }
            Value::Array(list) => {
                for (index, inner) in list.iter().enumerate() {
                    places(inner, &format!("{at}/{index}"), out);
                }
            }
            _ => {}
        }
    }
    let mut all = Vec::new();
    places(&good(), "", &mut all);
    let news = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!(""),
        json!("/{\u{0}é"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"$ref": "#/components/schemas/"}),
    ];
    let mut refusals = 0;
    for place in &all {
        for new in &news {
            let mut document = good();
            *document.pointer_mut(place).expect("a place") = new.clone();
            if let Err(error) = parse(&document) {
                refusals += 1;
                assert!(!error.to_string().contains('\u{0}'), "{error}");
                assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    }
    assert!(refusals > all.len() * 4, "{refusals} of {}", all.len());
}
