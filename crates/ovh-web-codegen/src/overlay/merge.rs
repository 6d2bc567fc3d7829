//! Merges updates into their targets, and removes targets.

use crate::pointer::Pointer;
use serde_json::Value;

/// An action that does not fit its target.
#[derive(Debug)]
pub(super) struct Mismatch {
    pub(super) place: String,
    pub(super) message: &'static str,
    pub(super) advice: &'static str,
}

fn mismatch(place: &str, message: &'static str, advice: &'static str) -> Result<bool, Mismatch> {
    let place = place.to_owned();
    Err(Mismatch {
        place,
        message,
        advice,
    })
}

/// Updates a target: objects are merged, a list gets one more entry. Returns `true` if it changed.
///
/// A bare value cannot be a target, as the specification has it: its owner is.
pub(super) fn update(target: &mut Value, update: &Value, place: &str) -> Result<bool, Mismatch> {
    match (&mut *target, update) {
        (Value::Object(_), Value::Object(_)) => merge(target, update, place),
        (Value::Array(list), entry) => {
            list.push(entry.clone());
            Ok(true)
        }
        (Value::Object(_), _) => mismatch(
            place,
            "the target is an object, but the update is not",
            "write the update as an object with the keys to change",
        ),
        _ => mismatch(
            place,
            "the target is a bare value",
            "target the object that holds it, and update its key",
        ),
    }
}

/// Merges `update` into `target`: objects key by key, lists one behind the other, the rest is
/// replaced. A value of another kind is refused as a mistake.
fn merge(target: &mut Value, update: &Value, place: &str) -> Result<bool, Mismatch> {
    match (&mut *target, update) {
        (Value::Object(old), Value::Object(new)) => {
            let mut changed = false;
            for (key, value) in new {
                match old.get_mut(key) {
                    Some(inner) => {
                        let place = format!("{place}{}", Pointer::root().child(key));
                        changed |= merge(inner, value, &place)?;
                    }
                    None => {
                        old.insert(key.clone(), value.clone());
                        changed = true;
                    }
                }
            }
            Ok(changed)
        }
        (Value::Array(old), Value::Array(new)) => {
            old.extend(new.iter().cloned());
            Ok(!new.is_empty())
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => {
            mismatch(
                place,
                "the update is of another kind than the old value",
                "remove the old value with another action first",
            )
        }
        (old, new) if old == new => Ok(false),
        (old, new) => {
            *old = new.clone();
            Ok(true)
        }
    }
}

/// Takes the value at `place` out of what holds it.
pub(super) fn remove(document: &mut Value, place: &str) -> Result<bool, Mismatch> {
    let Some((owner, key)) = place.rsplit_once('/') else {
        return mismatch(
            place,
            "the target is the whole document",
            "target a part of it",
        );
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    Ok(match document.pointer_mut(owner) {
        Some(Value::Object(map)) => map.remove(&key).is_some(),
        Some(Value::Array(list)) => match key.parse::<usize>() {
            Ok(index) if index < list.len() => {
                list.remove(index);
                true
            }
            _ => false,
        },
        _ => false,
    })
}
