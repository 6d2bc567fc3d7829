//! The models, as schemas: enums, objects, and generics with their types filled in.
//!
//! A model with generics (`complexType.UnitAndValue<T>`) is a generic, of which the OpenAPI form
//! has one schema for each use (`complexType.UnitAndValue_double`). A document may also list a use
//! by itself; that one counts then, since it can differ from the generic.

use super::scalars::{self, Scalar};
use super::type_expr::{Scope, TypeExpr};
use super::types;
use super::{Converter, describe};
use crate::names::case;
use crate::object::ObjectReader;
use crate::pointer::Pointer;
use crate::{Error, canonical, openapi};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The largest depth of generics: beyond that, a model contains itself.
const MAX_DEPTH: usize = 8;

/// The largest number of uses of generics; a real document has four.
const MAX_USES: usize = 2_000;

/// A model as it is listed.
#[derive(Clone)]
struct Model<'a> {
    node: ObjectReader<'a>,
    type_parameters: Vec<String>,
    /// The type arguments in its name; empty for a generic model.
    arguments: Vec<TypeExpr>,
}

/// The models of a document and the schemas that were made so far.
#[derive(Default)]
pub(super) struct Models<'a> {
    listed: BTreeMap<String, (TypeExpr, Model<'a>)>,
    generics: BTreeMap<String, Model<'a>>,
    /// The expression that each schema name stands for.
    names: BTreeMap<String, String>,
    schemas: BTreeMap<String, Value>,
    /// Uses that have a name and no schema yet.
    waiting: Vec<(TypeExpr, String)>,
    uses: usize,
    /// Uses whose name was that of something else.
    duplicates: Vec<Duplicate>,
}

/// A use of a generic model whose name another model has.
struct Duplicate {
    /// The name that was taken, and the one with a number.
    names: [String; 2],
    at: Pointer,
}

impl<'a> Models<'a> {
    /// Reads the list of a document, without a look at what the models say.
    pub(super) fn read(root: &ObjectReader<'a>) -> Result<Self, Error> {
        let entries = root.node("models")?.entries("a model")?;
        let mut parsed = Vec::new();
        for (key, node) in entries {
            let expr = TypeExpr::parse(key).map_err(|what| no_name(&node, key, what))?;
            let TypeExpr::Name(name, arguments) = expr.clone() else {
                return Err(no_name(&node, key, "is not that of a model"));
            };
            parsed.push((expr, name, arguments, node));
        }
        let known: BTreeSet<String> = parsed.iter().map(|(expr, ..)| expr.to_string()).collect();
        let is_unknown = |expr: &TypeExpr| {
            let name = expr.as_name().filter(|name| !name.contains('.'));
            name.is_some_and(|name| scalars::scalar(name).is_none() && !known.contains(name))
        };
        let mut models = Self::default();
        for (expr, name, arguments, node) in parsed {
            let mut type_parameters = Vec::new();
            for (at, parameter) in node.optional_list("generics")?.unwrap_or_default() {
                let parameter = parameter.as_str().ok_or_else(|| {
                    let what = "an entry of `generics` must be a string";
                    node.fail(format!("{what} (at {at})"), "write one such as \"T\"")
                })?;
                type_parameters.push(parameter.to_owned());
            }
            // Type parameters that are not listed are names that nothing else has.
            if type_parameters.is_empty() && arguments.iter().all(is_unknown) {
                type_parameters = arguments.iter().map(ToString::to_string).collect();
            }
            let (found, listed) = (arguments.len(), type_parameters.len());
            let plain: Vec<_> = arguments.iter().filter_map(TypeExpr::as_name).collect();
            let is_generic = listed > 0 && (found == 0 || plain == type_parameters);
            if !is_generic && listed > 0 && listed != found {
                return Err(node.fail(
                    format!("`{expr}` has {found} arguments, and `generics` lists {listed}"),
                    "make both lists equally long",
                ));
            }
            let twice = node.fail(format!("the model `{expr}` appears twice"), "remove one");
            let is_plain = arguments.is_empty();
            let model = Model {
                node,
                type_parameters,
                arguments,
            };
            let previous = if is_generic {
                models.generics.insert(name, model)
            } else {
                if is_plain {
                    // A use of a generic model never takes the name of a listed one.
                    models.names.insert(name.clone(), name.clone());
                    models.waiting.push((expr.clone(), name));
                }
                let entry = models.listed.insert(expr.to_string(), (expr, model));
                entry.map(|(_, model)| model)
            };
            if previous.is_some() {
                return Err(twice);
            }
        }
        Ok(models)
    }

    /// The model that an expression names, and its type arguments.
    fn lookup(&self, expr: &TypeExpr) -> Option<(Model<'a>, Scope)> {
        let TypeExpr::Name(name, arguments) = expr else {
            return None;
        };
        let scope = |model: &Model<'_>, arguments: &[TypeExpr]| {
            let type_parameters = model.type_parameters.iter().cloned();
            Scope(type_parameters.zip(arguments.iter().cloned()).collect())
        };
        if let Some((_, model)) = self.listed.get(&expr.to_string()) {
            return Some((model.clone(), scope(model, &model.arguments)));
        }
        let generic = self.generics.get(name)?;
        (!arguments.is_empty() && generic.type_parameters.len() == arguments.len())
            .then(|| (generic.clone(), scope(generic, arguments)))
    }

    /// Returns `true` if the expression names a model.
    pub(super) fn contains(&self, expr: &TypeExpr) -> bool {
        self.lookup(expr).is_some()
    }

    /// The names of all models, for advice.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let listed = self.listed.keys().map(String::as_str);
        listed.chain(self.generics.keys().map(String::as_str))
    }

    /// The name of the schema of a model, which is converted later. A name that another type has
    /// gets a number.
    pub(super) fn schema_name(
        &mut self,
        file: &str,
        expr: &TypeExpr,
        at: &Pointer,
    ) -> Result<String, Error> {
        let endless = |what: &str| {
            Error::new(
                file,
                at.clone(),
                format!("the generics here {what}: a model fills in itself without end"),
                "let the model refer to itself with the type_parameters that it has",
            )
        };
        if expr.depth() > MAX_DEPTH {
            return Err(endless("are nested too deep"));
        }
        let (plain, text) = (expr.schema_name(), expr.to_string());
        let is_free = |name: &str| self.names.get(name).is_none_or(|known| *known == text);
        let name = case::free(&plain, is_free);
        if !self.names.contains_key(&name) {
            self.uses += usize::from(name != text);
            if self.uses > MAX_USES {
                return Err(endless("are too many"));
            }
            self.names.insert(name.clone(), text);
            self.waiting.push((expr.clone(), name.clone()));
            if name != plain {
                self.duplicates.push(Duplicate {
                    names: [plain, name.clone()],
                    at: at.clone(),
                });
            }
        }
        Ok(name)
    }

    /// Adds a schema that no model describes. False if the name is that of something else.
    pub(super) fn add(&mut self, name: &str, expr: &TypeExpr, schema: Value) -> bool {
        let text = expr.to_string();
        if self.names.get(name).is_some_and(|known| *known != text) {
            return false;
        }
        self.names.insert(name.to_owned(), text);
        *self
            .schemas
            .entry(name.to_owned())
            .or_insert(schema.clone())
            == schema
    }
}

fn no_name(node: &ObjectReader<'_>, key: &str, what: &str) -> Error {
    node.fail(
        format!("the name of the model `{key}` {what}"),
        "write a name such as `hosting.web.Cron` or `complexType.UnitAndValue<T>`",
    )
}

/// The schemas of all models, and of all uses of generics.
pub(super) fn convert(converter: &mut Converter<'_>) -> Result<Value, Error> {
    let listed: Vec<(TypeExpr, Pointer)> = converter
        .models
        .listed
        .values()
        .map(|(expr, model)| (expr.clone(), model.node.at.clone()))
        .collect();
    for (expr, at) in listed {
        converter.models.schema_name(converter.file, &expr, &at)?;
    }
    // The last one first: generics without end are found deep down, not in width.
    while let Some((expr, name)) = converter.models.waiting.pop() {
        let Some((model, scope)) = converter.models.lookup(&expr) else {
            continue;
        };
        let schema = one(converter, &model.node, &scope)?;
        converter.models.schemas.insert(name, schema);
    }
    let schemas = std::mem::take(&mut converter.models.schemas);
    Ok(Value::Object(schemas.into_iter().collect()))
}

/// Makes one schema of duplicates that are equal, and reports those that are not.
pub(super) fn join_duplicates(converter: &mut Converter<'_>, document: &mut Value) {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    let rename = |joined: &BTreeMap<String, String>, schema: &mut Value| {
        openapi::deep_mut(schema, &mut |inner| {
            let reference = inner.get("$ref").and_then(|_| openapi::target(inner));
            if let Some(plain) = reference.and_then(|name| joined.get(name)) {
                openapi::retarget(inner, plain);
            }
        });
    };
    let schemas = openapi::schemas_mut(document);
    // The last ones first: what a twin holds may have a twin as well.
    while let Some(Duplicate { names, at }) = converter.models.duplicates.pop() {
        let [plain, numbered] = names;
        joined.insert(numbered.clone(), plain.clone());
        let mut both = [&plain, &numbered].map(|name| schemas.get(name).cloned());
        both.iter_mut().flatten().for_each(|it| rename(&joined, it));
        let [one, other] = both.map(|it| it.as_ref().map(canonical::schema));
        if one == other {
            schemas.remove(&numbered);
            continue;
        }
        joined.remove(&numbered);
        let what = format!("another type is called `{plain}`: this one is `{numbered}`");
        converter.repairs.add("generic-name", at, what);
    }
    if !joined.is_empty() {
        openapi::operations_mut(document, &mut |_, _, operation| {
            openapi::roots_mut(operation, &mut |_, schema| rename(&joined, schema));
        });
        for schema in openapi::schemas_mut(document).values_mut() {
            rename(&joined, schema);
        }
    }
}

fn one(
    converter: &mut Converter<'_>,
    model: &ObjectReader<'_>,
    scope: &Scope,
) -> Result<Value, Error> {
    let mut schema = Map::new();
    let values = model.optional_list("enum")?;
    let properties = model.optional_node("properties")?;
    match (values, properties) {
        (Some(_), Some(_)) => {
            return Err(model.fail(
                "the model has both values and properties",
                "make it an enum or an object",
            ));
        }
        (Some(values), None) => schema = enumeration(converter, model, &values)?,
        (None, properties) => {
            schema.insert("type".to_owned(), "object".into());
            if let Some(properties) = properties {
                let (properties, required) = object(converter, &properties, scope)?;
                schema.insert("properties".to_owned(), properties);
                if !required.is_empty() {
                    schema.insert("required".to_owned(), required.into());
                }
            }
        }
    }
    describe(&mut schema, "description", model, "description")?;
    Ok(Value::Object(schema))
}

fn object(
    converter: &mut Converter<'_>,
    properties: &ObjectReader<'_>,
    scope: &Scope,
) -> Result<(Value, Vec<Value>), Error> {
    let mut out = Map::new();
    let mut required = Vec::new();
    for (name, property) in properties.entries("a property")? {
        if property.flag("required")? {
            required.push(name.into());
        }
        out.insert(name.to_owned(), one_property(converter, &property, scope)?);
    }
    Ok((Value::Object(out), required))
}

fn one_property(
    converter: &mut Converter<'_>,
    property: &ObjectReader<'_>,
    scope: &Scope,
) -> Result<Value, Error> {
    let (expr, at) = types::expr(converter, property, types::OF_PROPERTY, scope)?;
    let mut schema = types::schema(converter, &expr, &at, scope)?;
    let flags = [
        ("nullable", property.flag("canBeNull")?),
        ("readOnly", property.flag("readOnly")?),
    ];
    let text = property.optional_text("description")?;
    // A reference takes nothing beside it: OVHcloud wraps it, for a description as well.
    let is_alone = flags.iter().all(|(_, is_set)| !is_set) && text.is_none_or(str::is_empty);
    if !is_alone && schema.get("$ref").is_some() {
        schema = json!({ "allOf": [schema] });
    }
    if let Value::Object(map) = &mut schema {
        for (key, is_set) in flags {
            if is_set {
                map.insert(key.to_owned(), true.into());
            }
        }
        describe(map, "description", property, "description")?;
    }
    Ok(schema)
}

fn enumeration(
    converter: &Converter<'_>,
    model: &ObjectReader<'_>,
    values: &[(Pointer, &Value)],
) -> Result<Map<String, Value>, Error> {
    let expr = model.optional_text("enumType")?.unwrap_or("string");
    let at = model.at.child("enumType");
    let schema = match scalars::scalar(expr) {
        Some(Scalar::Inline(schema) | Scalar::Named(schema)) => schema,
        None => Value::Null,
    };
    let ty = openapi::text(&schema, "type");
    if !["string", "integer", "number"].contains(&ty) {
        return Err(converter.fail(
            &at,
            format!("the values of an enum cannot be of type `{expr}`"),
            "write `string` or `long`",
        ));
    }
    // Numbers are written as text in old documents.
    let read = |value: &Value| match (ty, value) {
        ("string", Value::String(_)) => Some(value.clone()),
        ("string", Value::Number(number)) => Some(number.to_string().into()),
        ("integer", Value::String(text)) => text.trim().parse::<i64>().ok().map(Value::from),
        ("integer", value) => value.as_i64().map(Value::from),
        ("number", Value::String(text)) => text.trim().parse::<f64>().ok().map(Value::from),
        ("number", Value::Number(_)) => Some(value.clone()),
        _ => None,
    };
    let mut out = Vec::new();
    for (at, value) in values {
        let Some(value) = read(value).filter(|value| !value.is_null()) else {
            return Err(converter.fail(
                at,
                format!("{value} is not a value of an enum of type `{expr}`"),
                "correct the value, or `enumType`",
            ));
        };
        out.push(value);
    }
    let mut map = schema.as_object().cloned().unwrap_or_default();
    map.insert("enum".to_owned(), out.into());
    Ok(map)
}
