//! The models, as schemas: enums, objects, and generics with their types filled in.
//!
//! A model with generics (`complexType.UnitAndValue<T>`) is a pattern, of which the OpenAPI form
//! has one schema for each use (`complexType.UnitAndValue_double`). A document may also list a use
//! by itself; that one counts then, since it can differ from the pattern.

use super::scalars::{self, Scalar};
use super::types;
use super::word::Word;
use super::{Converter, Node, describe};
use crate::document::{Pointer, SCHEMA_PREFIX};
use crate::names::case;
use crate::normalize::walk;
use crate::{Error, canonical};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// How many levels a type with types filled in may have: beyond that, a model fills in itself.
const MAX_DEPTH: usize = 8;

/// How many uses of generics a document may have; a real one has four.
const MAX_USES: usize = 2_000;

/// The types that stand for the letters of a model.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope(BTreeMap<String, Word>);

impl Scope {
    /// What stands for a letter.
    pub(super) fn get(&self, letter: &str) -> Option<&Word> {
        self.0.get(letter)
    }

    /// The word with all letters filled in.
    pub(super) fn fill(&self, word: &Word) -> Word {
        word.replace(&|name| self.get(name).cloned())
    }
}

/// A model as it is listed.
#[derive(Clone)]
struct Model<'a> {
    node: Node<'a>,
    letters: Vec<String>,
    /// What its own name fills in for the letters; nothing in a pattern.
    arguments: Vec<Word>,
}

/// The models of a document and the schemas that were made so far.
#[derive(Default)]
pub(super) struct Models<'a> {
    listed: BTreeMap<String, (Word, Model<'a>)>,
    patterns: BTreeMap<String, Model<'a>>,
    /// Which word each name of a schema stands for.
    names: BTreeMap<String, String>,
    schemas: BTreeMap<String, Value>,
    /// Uses that have a name and no schema yet.
    waiting: Vec<(Word, String)>,
    uses: usize,
    /// Uses whose name was that of something else.
    twins: Vec<Twin>,
}

/// A use of a generic model whose name another model has.
struct Twin {
    /// The name that was taken, and the one with a number.
    names: [String; 2],
    at: Pointer,
}

impl<'a> Models<'a> {
    /// Reads the list of a document, without a look at what the models say.
    pub(super) fn read(root: &Node<'a>) -> Result<Self, Error> {
        let entries = root.node("models")?.entries("a model")?;
        let mut parsed = Vec::new();
        for (key, node) in entries {
            let word = Word::parse(key).map_err(|what| no_name(&node, key, what))?;
            let Word::Name(name, arguments) = word.clone() else {
                return Err(no_name(&node, key, "is not that of a model"));
            };
            parsed.push((word, name, arguments, node));
        }
        let known: Vec<String> = parsed.iter().map(|(word, ..)| word.to_string()).collect();
        let is_letter = |word: &Word| {
            word.plain().is_some_and(|name| {
                !name.contains('.')
                    && scalars::scalar(name).is_none()
                    && known
                        .binary_search_by(|other| other.as_str().cmp(name))
                        .is_err()
            })
        };
        let mut models = Self::default();
        for (word, name, arguments, node) in &parsed {
            let mut letters = Vec::new();
            for (at, letter) in node.optional_list("generics")?.unwrap_or_default() {
                let letter = letter.as_str().ok_or_else(|| {
                    let what = "a letter of `generics` must be a string";
                    node.fail(format!("{what} (at {at})"), "write one such as \"T\"")
                })?;
                letters.push(letter.to_owned());
            }
            // Where the letters are not listed, they are seen by leading nowhere else.
            if letters.is_empty() && !arguments.is_empty() && arguments.iter().all(is_letter) {
                letters = arguments.iter().map(ToString::to_string).collect();
            }
            let plain: Vec<_> = arguments.iter().filter_map(Word::plain).collect();
            let is_pattern = !letters.is_empty() && (arguments.is_empty() || plain == letters);
            if !is_pattern && !letters.is_empty() && letters.len() != arguments.len() {
                return Err(node.fail(
                    format!(
                        "`{word}` fills in {} types, and `generics` lists {} letters",
                        arguments.len(),
                        letters.len()
                    ),
                    "make both lists equally long",
                ));
            }
            let model = Model {
                node: node.clone(),
                letters,
                arguments: arguments.clone(),
            };
            let is_new = if is_pattern {
                models.patterns.insert(name.clone(), model).is_none()
            } else {
                let entry = (word.clone(), model);
                if arguments.is_empty() {
                    // A use of a generic model never takes the name of a listed one.
                    models.names.insert(name.clone(), name.clone());
                    models.waiting.push((word.clone(), name.clone()));
                }
                models.listed.insert(word.to_string(), entry).is_none()
            };
            if !is_new {
                return Err(node.fail(
                    format!("the model `{word}` is there twice"),
                    "remove one of the two",
                ));
            }
        }
        Ok(models)
    }

    /// The model that a word means, and what is to be filled in.
    fn lookup(&self, word: &Word) -> Option<(Model<'a>, Scope)> {
        let Word::Name(name, arguments) = word else {
            return None;
        };
        let scope = |model: &Model<'_>, arguments: &[Word]| {
            let letters = model.letters.iter().cloned();
            Scope(letters.zip(arguments.iter().cloned()).collect())
        };
        if let Some((_, model)) = self.listed.get(&word.to_string()) {
            return Some((model.clone(), scope(model, &model.arguments)));
        }
        let pattern = self.patterns.get(name)?;
        (!arguments.is_empty() && pattern.letters.len() == arguments.len())
            .then(|| (pattern.clone(), scope(pattern, arguments)))
    }

    /// Whether a word means a model.
    pub(super) fn find(&self, word: &Word) -> Option<()> {
        self.lookup(word).map(|_| ())
    }

    /// The names of all models, for advice.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let listed = self.listed.keys().map(String::as_str);
        listed.chain(self.patterns.keys().map(String::as_str))
    }

    /// The name of the schema for a word that means a model. The schema follows later. A name that
    /// means something else already gets a number.
    pub(super) fn want(&mut self, file: &str, word: &Word, at: &Pointer) -> Result<String, Error> {
        let endless = |what: &str| {
            Error::new(
                file,
                at.clone(),
                format!("the generics here {what}: a model fills in itself without end"),
                "let the model refer to itself with the letters that it has",
            )
        };
        if word.depth() > MAX_DEPTH {
            return Err(endless("are nested too deep"));
        }
        let (plain, text) = (word.flat(), word.to_string());
        let is_free = |name: &str| self.names.get(name).is_none_or(|known| *known == text);
        let name = case::free(&plain, is_free);
        if !self.names.contains_key(&name) {
            self.uses += usize::from(name != text);
            if self.uses > MAX_USES {
                return Err(endless("are too many"));
            }
            self.names.insert(name.clone(), text);
            self.waiting.push((word.clone(), name.clone()));
            if name != plain {
                self.twins.push(Twin {
                    names: [plain, name.clone()],
                    at: at.clone(),
                });
            }
        }
        Ok(name)
    }

    /// Adds a schema that no model describes. False if the name is that of something else.
    pub(super) fn add(&mut self, name: &str, word: &Word, schema: Value) -> bool {
        let text = word.to_string();
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

fn no_name(node: &Node<'_>, key: &str, what: &str) -> Error {
    node.fail(
        format!("the name of the model `{key}` {what}"),
        "write a name such as `hosting.web.Cron` or `complexType.UnitAndValue<T>`",
    )
}

/// The schemas of all models, and of all uses of generics.
pub(super) fn convert(converter: &mut Converter<'_>) -> Result<Value, Error> {
    let listed: Vec<(Word, Pointer)> = converter
        .models
        .listed
        .values()
        .map(|(word, model)| (word.clone(), model.node.at.clone()))
        .collect();
    for (word, at) in listed {
        converter.models.want(converter.file, &word, &at)?;
    }
    // The last one first: generics without end are found deep down, not in width.
    while let Some((word, name)) = converter.models.waiting.pop() {
        let Some((model, scope)) = converter.models.lookup(&word) else {
            continue;
        };
        let schema = one(converter, &model.node, &scope)?;
        converter.models.schemas.insert(name, schema);
    }
    let schemas = std::mem::take(&mut converter.models.schemas);
    Ok(Value::Object(schemas.into_iter().collect()))
}

/// Makes one schema of twins that are equal, and reports those that are not.
pub(super) fn join_twins(converter: &mut Converter<'_>, document: &mut Value) {
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    let rename = |joined: &BTreeMap<String, String>, schema: &mut Value| {
        walk::deep_mut(schema, &mut |inner| {
            let reference = inner.get("$ref").and_then(|_| walk::target(inner));
            if let Some(plain) = reference.and_then(|name| joined.get(name)) {
                walk::retarget(inner, plain);
            }
        });
    };
    let schemas = walk::schemas_mut(document);
    // The last ones first: what a twin holds may have a twin as well.
    while let Some(Twin { names, at }) = converter.models.twins.pop() {
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
        converter.repaired("generic-name", &at, what);
    }
    if !joined.is_empty() {
        walk::operations_mut(document, &mut |_, _, operation| {
            walk::roots_mut(operation, &mut |_, schema| rename(&joined, schema));
        });
        for schema in walk::schemas_mut(document).values_mut() {
            rename(&joined, schema);
        }
    }
}

fn one(converter: &mut Converter<'_>, model: &Node<'_>, scope: &Scope) -> Result<Value, Error> {
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
    describe(
        &mut schema,
        "description",
        model.optional_text("description")?,
    );
    Ok(Value::Object(schema))
}

fn object(
    converter: &mut Converter<'_>,
    properties: &Node<'_>,
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
    property: &Node<'_>,
    scope: &Scope,
) -> Result<Value, Error> {
    let (word, at) = types::word(converter, property, types::OF_PROPERTY, scope)?;
    let mut schema = types::schema(converter, &word, &at, scope)?;
    let flags = [
        ("nullable", property.flag("canBeNull")?),
        ("readOnly", property.flag("readOnly")?),
    ];
    let said = property.optional_text("description")?;
    // A reference takes nothing beside it: OVHcloud wraps it, for a description as well.
    let is_alone = flags.iter().all(|(_, is_set)| !is_set) && said.is_none_or(str::is_empty);
    if !is_alone && schema.get("$ref").is_some() {
        schema = json!({ "allOf": [schema] });
    }
    if let Value::Object(map) = &mut schema {
        for (key, is_set) in flags {
            if is_set {
                map.insert(key.to_owned(), true.into());
            }
        }
        describe(map, "description", said);
    }
    Ok(schema)
}

fn enumeration(
    converter: &Converter<'_>,
    model: &Node<'_>,
    values: &[(Pointer, &Value)],
) -> Result<Map<String, Value>, Error> {
    let word = model.optional_text("enumType")?.unwrap_or("string");
    let at = model.at.child("enumType");
    let schema = match scalars::scalar(word) {
        Some(Scalar::Inline(schema) | Scalar::Named(schema)) => schema,
        None => Value::Null,
    };
    let read: fn(&Value) -> Option<Value> = match schema["type"].as_str() {
        Some("string") => |value| match value {
            Value::String(_) => Some(value.clone()),
            Value::Number(number) => Some(number.to_string().into()),
            _ => None,
        },
        // Numbers are written as text in old documents.
        Some("integer") => |value| match value {
            Value::String(text) => text.trim().parse::<i64>().ok().map(Value::from),
            value => value.as_i64().map(Value::from),
        },
        Some("number") => |value| match value {
            Value::String(text) => text.trim().parse::<f64>().ok().map(Value::from),
            value => value.is_number().then(|| value.clone()),
        },
        _ => {
            return Err(converter.fail(
                &at,
                format!("the values of an enum cannot be of type `{word}`"),
                "write `string` or `long`",
            ));
        }
    };
    let mut out = Vec::new();
    for (at, value) in values {
        out.push(
            read(value)
                .filter(|value| !value.is_null())
                .ok_or_else(|| {
                    converter.fail(
                        at,
                        format!("{value} is no value of an enum of type `{word}`"),
                        "correct the value, or `enumType`",
                    )
                })?,
        );
    }
    let mut map = match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    map.insert("enum".to_owned(), out.into());
    Ok(map)
}

/// The name of the schema that a reference leads to.
pub(super) fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(SCHEMA_PREFIX)
}
