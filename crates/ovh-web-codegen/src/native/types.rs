//! What a word for a type means: the schema that stands for it where it is used.

use super::models::Scope;
use super::scalars::{self, Scalar};
use super::word::Word;
use super::{Converter, Node, Unknown};
use crate::Error;
use crate::document::{Pointer, SCHEMA_PREFIX};
use serde_json::{Value, json};

/// The keys under which a type stands: the plain word, and the one that may say more.
pub(super) type Keys = (&'static str, &'static str);

/// The type of a property of a model.
pub(super) const OF_PROPERTY: Keys = ("type", "fullType");
/// The type of an argument.
pub(super) const OF_PARAMETER: Keys = ("dataType", "fullType");
/// The type of a reply.
pub(super) const OF_RESPONSE: Keys = ("responseType", "responseFullType");

/// The word under `keys` of `node` and its place. The fuller one counts, if it can be explained.
pub(super) fn word(
    converter: &Converter<'_>,
    node: &Node<'_>,
    keys: Keys,
    scope: &Scope,
) -> Result<(Word, Pointer), Error> {
    let (plain, full) = keys;
    let parse = |key: &str, text: &str| {
        Word::parse(text).map_err(|what| {
            converter.fail(
                &node.at.child(key),
                format!("the type `{}` {what}", shortened(text)),
                "write a scalar, a model, `T[]`, `map[string]T` or `Model<T>`",
            )
        })
    };
    let simple = node.optional_text(plain)?;
    if let Some(text) = node.optional_text(full)? {
        let word = parse(full, text)?;
        if is_known(converter, &word, scope) || simple.is_none() {
            return Ok((word, node.at.child(full)));
        }
    }
    Ok((parse(plain, node.text(plain)?)?, node.at.child(plain)))
}

/// A word that can be put into an error, however long it is.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether every name in the word leads somewhere.
fn is_known(converter: &Converter<'_>, word: &Word, scope: &Scope) -> bool {
    match word {
        Word::Name(name, arguments) => {
            (scope.get(name).is_some() && arguments.is_empty())
                || (scalars::scalar(name).is_some() && arguments.is_empty())
                || (name == "void" && arguments.is_empty())
                || (converter.models.find(&scope.fill(word)).is_some()
                    && arguments
                        .iter()
                        .all(|word| is_known(converter, word, scope)))
        }
        Word::Alias(name, base) => {
            let model = Word::Name(name.clone(), Vec::new());
            converter.models.find(&model).is_some() || is_known(converter, base, scope)
        }
        Word::List(item) => is_known(converter, item, scope),
        Word::Map(_, value) => is_known(converter, value, scope),
    }
}

/// The schema that stands for `word`, which was read at `at`.
///
/// # Errors
/// If generics have no end, or (where that is refused) a name leads nowhere.
pub(super) fn schema(
    converter: &mut Converter<'_>,
    word: &Word,
    at: &Pointer,
    scope: &Scope,
) -> Result<Value, Error> {
    of_filled(converter, &scope.fill(word), at)
}

fn of_filled(converter: &mut Converter<'_>, word: &Word, at: &Pointer) -> Result<Value, Error> {
    match word {
        Word::List(item) => {
            let items = of_filled(converter, item, at)?;
            Ok(json!({ "type": "array", "items": items }))
        }
        Word::Map(key, value) => {
            if key.plain() != Some("string") {
                let what =
                    format!("the keys of a map are text in JSON, so `{key}` is read as text");
                converter.repaired("map-key", at, what);
            }
            let values = of_filled(converter, value, at)?;
            Ok(json!({ "type": "object", "additionalProperties": values }))
        }
        Word::Alias(name, base) => {
            let model = Word::Name(name.clone(), Vec::new());
            if converter.models.find(&model).is_some() {
                return of_filled(converter, &model, at);
            }
            let schema = of_filled(converter, base, at)?;
            if converter.models.add(name, &model, schema.clone()) {
                return Ok(reference(name));
            }
            let what = format!("`{name}` is another type elsewhere: `{base}` is taken here");
            converter.repaired("alias", at, what);
            Ok(schema)
        }
        Word::Name(name, arguments) => {
            match scalars::scalar(name).filter(|_| arguments.is_empty()) {
                // A model of that name is what the document means by it.
                _ if converter.models.find(word).is_some() => Ok(reference(
                    &converter.models.want(converter.file, word, at)?,
                )),
                Some(Scalar::Inline(schema)) => Ok(schema),
                Some(Scalar::Named(schema)) => {
                    converter.models.add(name, word, schema);
                    Ok(reference(name))
                }
                None => unknown(converter, word, at),
            }
        }
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
}

/// What stands for a word that nothing explains.
fn unknown(converter: &mut Converter<'_>, word: &Word, at: &Pointer) -> Result<Value, Error> {
    let text = word.to_string();
    let shown = shortened(&text);
    let message = if text == "void" {
        "`void` stands where there must be a value".to_owned()
    } else {
        format!("there is neither a type nor a model called `{shown}`")
    };
    let names = scalars::words().chain(converter.models.names());
    let near = crate::overlay::nearest(&shown, names).map(str::to_owned);
    match converter.unknown {
        Unknown::Refuse => Err(converter.fail(
            at,
            message,
            match near {
                Some(near) => format!("did it mean `{near}`? Otherwise add the model"),
                None => "add the model, or correct the word".to_owned(),
            },
        )),
        Unknown::AnyValue => {
            let near = near.map_or_else(String::new, |near| format!(" (near: `{near}`)"));
            converter.repaired(
                "unknown-type",
                at,
                format!("{message}{near}: any value is taken there"),
            );
            Ok(json!({}))
        }
    }
}
