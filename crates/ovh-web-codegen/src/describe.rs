//! Describes the generated client: turns the model into its public API as values.

use std::collections::BTreeMap;

use crate::commands;
use crate::description::{
    ApiDescription, Command, Field, Flag, Operation, Page, Presence, Query, Type, TypeKind,
};
use crate::docs::Docs;
use crate::model::conversions::{Conversion, Conversions};
use crate::model::spelling::spell;
use crate::model::{self, Api, Comparisons, Kind, Style};
use crate::names::case;
use crate::normalize::roles::Role;

/// Describes the generated client.
pub(crate) fn describe(
    api: &Api,
    docs: &Docs,
    commands: &[commands::Command],
    (comparisons, conversions): (&Comparisons, &Conversions),
) -> ApiDescription {
    let commands: BTreeMap<&str, &commands::Command> = commands
        .iter()
        .map(|command| (command.route.as_str(), command))
        .collect();
    let operations = api.operations.iter();
    let types = api.types.values();
    ApiDescription {
        operations: operations
            .map(|item| {
                let route = item.route();
                let found = commands.get(route.as_str()).map(|it| command(it));
                let described = Operation {
                    command: found,
                    ..operation(api, docs, item)
                };
                (route, described)
            })
            .collect(),
        types: types
            .map(|item| {
                let mut described = of_type(docs, item);
                let properties = item.properties().iter();
                let last = comparisons.last(properties.map(|property| &property.ty));
                described.traits = match last {
                    Some("PartialEq") => Vec::new(),
                    Some(_) => vec!["Eq".to_owned()],
                    None => vec!["Eq".to_owned(), "Hash".to_owned()],
                };
                for conversion in conversions.get(&item.name).into_iter().flatten() {
                    add_conversion(&mut described, conversion);
                }
                (item.name.clone(), described)
            })
            .collect(),
    }
}

fn add_conversion(of: &mut Type, conversion: &Conversion) {
    let read = conversion.read();
    match conversion {
        Conversion::Enum { .. } => of.traits.push(format!("From<{read}>")),
        Conversion::Object { arguments, .. } if arguments.is_empty() => {
            of.traits.push(format!("From<&{read}>"));
        }
        Conversion::Object {
            function,
            arguments,
            ..
        } => {
            let field = |name: &str, ty| Field {
                name: name.to_owned(),
                wire: name.to_owned(),
                ty,
                presence: Presence::Required,
                ..Field::default()
            };
            let source = field(&case::snake(read), format!("&{read}"));
            let others = arguments.iter().map(|(name, ty)| field(name, spell(ty)));
            let all = [source].into_iter().chain(others).collect();
            of.constructors.insert(function.clone(), all);
        }
    }
}

fn operation(api: &Api, docs: &Docs, item: &model::Operation) -> Operation {
    let value = |value: &model::Parameter| Field {
        name: value.field.clone(),
        wire: value.wire.clone(),
        ty: spell(&value.ty),
        presence: match value.style {
            Style::Segment => Presence::Path,
            _ => Presence::Read,
        },
        ..Field::default()
    };
    let arguments = item.required_values().map(value);
    let body = item.body.iter().map(|body| Field {
        name: "body".to_owned(),
        ty: format!("&{}", spell(body)),
        ..Field::default()
    });
    let optional = item.optional_query.iter();
    let optional: Vec<Field> = optional.map(value).collect();
    Operation {
        module: item.module.clone(),
        verb: item.verb.clone(),
        arguments: arguments.chain(body).collect(),
        query: (!optional.is_empty()).then(|| Query {
            name: item.query_name(),
            values: optional,
        }),
        response: spell(&item.returned(api)),
        page: item.expanded.as_ref().map(|expanded| Page {
            verb: item.page_verb(),
            item: expanded.clone(),
        }),
        facts: item.facts.clone(),
        doc: docs.operation(&item.route()).text,
        command: None,
    }
}

fn command(item: &commands::Command) -> Command {
    let values = item.values.iter().filter(|value| !value.is_hosting);
    let flags = item.flags.iter().map(|flag| Flag {
        name: flag.name.clone(),
        place: flag.place.key(),
        ty: flag.ty.clone(),
        is_required: flag.is_required,
    });
    Command {
        path: item.path.clone(),
        values: values.map(|value| value.name.clone()).collect(),
        flags: flags.collect(),
    }
}

fn of_type(docs: &Docs, item: &model::Type) -> Type {
    let is_read = matches!(item.kind, Kind::Object { role, .. } if role == Role::Read);
    let field = |property: &model::Property| Field {
        name: property.field.clone(),
        wire: property.wire.clone(),
        ty: spell(&property.ty),
        presence: property.presence,
        doc: docs.property(&item.origin, &property.wire).text,
    };
    let kind = match &item.kind {
        Kind::Object { properties, .. } => {
            let fields = properties.iter().map(field).collect();
            if is_read {
                TypeKind::Read(fields)
            } else {
                TypeKind::Write(fields)
            }
        }
        Kind::Switch => TypeKind::Switch,
        Kind::Enum { is_integer, values } => {
            let values = values.iter().cloned().collect();
            if *is_integer {
                TypeKind::Numbers(values)
            } else {
                TypeKind::Words(values)
            }
        }
    };
    Type {
        origin: item.origin.clone(),
        group: item.group.clone(),
        // The parameter or the property of a switch has the documentation.
        doc: match kind {
            TypeKind::Switch => String::new(),
            _ => docs.of_type(&item.origin, "The schema").text,
        },
        kind,
        traits: Vec::new(),
        constructors: BTreeMap::new(),
    }
}
