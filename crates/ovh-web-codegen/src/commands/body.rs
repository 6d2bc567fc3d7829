//! The body of a command: the paths of its properties, and a flag for each scalar and list of scalars.

use super::flags::{Flag, is_secret};
use super::{Kind, Place, help};
use crate::description::Presence;
use crate::docs::Docs;
use crate::model::spelling::{base, inner, spell, word};
use crate::model::{Api, Property, Type};
use crate::names::commands::kebab;

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    /// The paths of the properties that no flag sets or that may be null, with marks for null, lists of
    /// objects and maps.
    Object(Vec<String>),
    /// A value that is not an object.
    Json,
}

/// The flags of a body, and the body itself.
pub(super) fn of(api: &Api, docs: &Docs, body: &syn::Type) -> (Vec<Flag>, Body) {
    let of_type = word(body).and_then(|name| api.types.get(&name));
    let Some(of_type) = of_type.filter(|item| item.is_object()) else {
        return (Vec::new(), Body::Json);
    };
    let mut walk = Walk {
        api,
        docs,
        above: Vec::new(),
        wire: Vec::new(),
        names: Vec::new(),
        flags: Vec::new(),
        paths: Vec::new(),
    };
    walk.object(of_type, true);
    (walk.flags, Body::Object(walk.paths))
}

/// A walk through the properties of a body.
struct Walk<'a> {
    api: &'a Api,
    docs: &'a Docs,
    /// The types around the property, so that a type that contains itself ends the walk.
    above: Vec<&'a str>,
    /// The wire names that lead to the property.
    wire: Vec<String>,
    /// The same as parts of the flag's name.
    names: Vec<String>,
    flags: Vec<Flag>,
    paths: Vec<String>,
}

impl<'a> Walk<'a> {
    /// Adds the properties of an object; `is_required` if the body cannot be sent without it.
    fn object(&mut self, of: &'a Type, is_required: bool) {
        self.above.push(&of.name);
        for property in of.properties() {
            if property.is_rest() {
                let path = self.wire.join(".");
                self.paths.push(format!("{path}{{}}"));
                continue;
            }
            self.wire.push(property.wire.clone());
            self.names.push(kebab(&property.field));
            self.property(of, property, is_required);
            self.wire.pop();
            self.names.pop();
        }
        self.above.pop();
    }

    fn property(&mut self, of: &'a Type, property: &'a Property, is_required: bool) {
        let is_required = is_required && property.presence == Presence::Required;
        let ty = base(&property.ty);
        let item = inner(ty, "Vec");
        let kind = Kind::of(self.api, item.unwrap_or(ty));
        let object = word(ty).and_then(|name| self.api.types.get(&name));
        let object = object.filter(|it| it.is_object() && !self.above.contains(&it.name.as_str()));
        let mark = match (&kind, item, object) {
            (Some(_), ..) | (None, None, Some(_)) => "",
            (None, Some(_), _) => "[]",
            (None, None, None) => "{}",
        };
        let null = match property.presence {
            Presence::Nullable => "?",
            _ => "",
        };
        // Flags have the other paths, also those of the objects around them.
        let is_empty = object.is_some_and(|object| object.properties().is_empty());
        let marks = format!("{mark}{null}");
        if !marks.is_empty() || (kind.is_none() && is_empty) {
            self.paths.push(self.wire.join(".") + &marks);
        }
        if let Some(kind) = kind {
            self.flags.push(Flag {
                name: self.names.join("."),
                place: Place::Body(self.wire.clone()),
                kind,
                ty: spell(ty),
                help: help::of_item(&self.docs.property(&of.origin, &property.wire)),
                is_required,
                is_list: item.is_some(),
                is_secret: is_secret(ty),
            });
        } else if let Some(object) = object {
            self.object(object, is_required);
        }
    }
}
