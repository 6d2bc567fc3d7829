//! Resolves type expressions to schemas.

use super::Converter;
use super::scalars::{self, Scalar};
use super::type_expr::{Scope, TypeExpr};
use crate::Error;
use crate::object::ObjectReader;
use crate::openapi::reference;
use crate::pointer::Pointer;
use serde_json::{Value, json};

/// The keys of a type expression: the plain one, and the one that may say more.
pub(super) type Keys = (&'static str, &'static str);

/// The type of a property of a model.
pub(super) const OF_PROPERTY: Keys = ("type", "fullType");
/// The type of an argument.
pub(super) const OF_PARAMETER: Keys = ("dataType", "fullType");
/// The type of a response.
pub(super) const OF_RESPONSE: Keys = ("responseType", "responseFullType");

/// The expression under `keys` of `node` and its place. The fuller one counts, if it is known.
pub(super) fn expr(
    converter: &Converter<'_>,
    node: &ObjectReader<'_>,
    keys: Keys,
    scope: &Scope,
) -> Result<(TypeExpr, Pointer), Error> {
    let (plain, full) = keys;
    let parse = |key: &str, text: &str| {
        TypeExpr::parse(text).map_err(|what| {
            converter.fail(
                &node.at.child(key),
                format!("the type `{}` {what}", shortened(text)),
                "write a scalar, a model, `T[]`, `map[string]T` or `Model<T>`",
            )
        })
    };
    let simple = node.optional_text(plain)?;
    if let Some(text) = node.optional_text(full)? {
        let expr = parse(full, text)?;
        if is_known(converter, &expr, scope) || simple.is_none() {
            return Ok((expr, node.at.child(full)));
        }
    }
    Ok((parse(plain, node.text(plain)?)?, node.at.child(plain)))
}

/// An expression that is short enough for an error.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

/// Returns `true` if every name in the expression is known.
fn is_known(converter: &Converter<'_>, expr: &TypeExpr, scope: &Scope) -> bool {
    match expr {
        TypeExpr::Name(name, arguments) => {
            (scope.get(name).is_some() && arguments.is_empty())
                || (scalars::scalar(name).is_some() && arguments.is_empty())
                || (name == "void" && arguments.is_empty())
                || (converter.models.contains(&scope.substitute(expr))
                    && arguments
                        .iter()
                        .all(|expr| is_known(converter, expr, scope)))
        }
        TypeExpr::Alias(name, base) => {
            let model = TypeExpr::Name(name.clone(), Vec::new());
            converter.models.contains(&model) || is_known(converter, base, scope)
        }
        TypeExpr::List(item) => is_known(converter, item, scope),
        TypeExpr::Map(_, value) => is_known(converter, value, scope),
    }
}

/// The schema that stands for `expr`, which was read at `at`.
///
/// # Errors
/// If generics have no end, or if a name is unknown and that is refused.
pub(super) fn schema(
    converter: &mut Converter<'_>,
    expr: &TypeExpr,
    at: &Pointer,
    scope: &Scope,
) -> Result<Value, Error> {
    of_substituted(converter, &scope.substitute(expr), at)
}

fn of_substituted(
    converter: &mut Converter<'_>,
    expr: &TypeExpr,
    at: &Pointer,
) -> Result<Value, Error> {
    match expr {
        TypeExpr::List(item) => {
            let items = of_substituted(converter, item, at)?;
            Ok(json!({ "type": "array", "items": items }))
        }
        TypeExpr::Map(key, value) => {
            if key.as_name() != Some("string") {
                let what =
                    format!("the keys of a map are text in JSON, so `{key}` is read as text");
                converter.repairs.add("map-key", at.clone(), what);
            }
            let values = of_substituted(converter, value, at)?;
            Ok(json!({ "type": "object", "additionalProperties": values }))
        }
        TypeExpr::Alias(name, base) => {
            let model = TypeExpr::Name(name.clone(), Vec::new());
            if converter.models.contains(&model) {
                return of_substituted(converter, &model, at);
            }
            let schema = of_substituted(converter, base, at)?;
            if converter.models.add(name, &model, schema) {
                return Ok(reference(name));
            }
            Err(converter.fail(
                at,
                format!("`{name}` is another type elsewhere than `{base}`"),
                "correct one of the two",
            ))
        }
        TypeExpr::Name(name, arguments) => {
            match scalars::scalar(name).filter(|_| arguments.is_empty()) {
                // A model of that name is what the document means by it.
                _ if converter.models.contains(expr) => Ok(reference(
                    &converter.models.schema_name(converter.file, expr, at)?,
                )),
                Some(Scalar::Inline(schema)) => Ok(schema),
                Some(Scalar::Named(schema)) => {
                    converter.models.add(name, expr, schema);
                    Ok(reference(name))
                }
                None => unknown(converter, expr, at),
            }
        }
    }
}

/// The error of an unknown type.
fn unknown(converter: &mut Converter<'_>, expr: &TypeExpr, at: &Pointer) -> Result<Value, Error> {
    let text = expr.to_string();
    let shown = shortened(&text);
    let message = if text == "void" {
        "expected a value, found `void`".to_owned()
    } else {
        format!("no type or model is named `{shown}`")
    };
    let names = scalars::names().chain(converter.models.names());
    let near = crate::nearest::nearest(&shown, names).map(str::to_owned);
    Err(converter.fail(
        at,
        message,
        match near {
            Some(near) => format!("did you mean `{near}`? Otherwise add the model"),
            None => "add the model, or correct the type".to_owned(),
        },
    ))
}
