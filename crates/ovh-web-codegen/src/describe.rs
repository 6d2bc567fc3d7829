//! Describes the generated client: turns the model into its public API as values.

use crate::description::{ApiDescription, Field, Form, Operation, Page, Presence, Query, Type};
use crate::docs::Docs;
use crate::model::spelling::spell;
use crate::model::{self, Api, Kind, Style};
use crate::normalize::roles::Role;

/// Describes the generated client.
pub(crate) fn describe(api: &Api, docs: &Docs) -> ApiDescription {
    let operations = api.operations.iter();
    let types = api.types.values();
    ApiDescription {
        operations: operations
            .map(|item| (item.route(), operation(api, docs, item)))
            .collect(),
        types: types
            .map(|item| (item.name.clone(), of_type(docs, item)))
            .collect(),
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
    let form = match &item.kind {
        Kind::Object { properties, .. } => {
            let fields = properties.iter().map(field).collect();
            if is_read {
                Form::Read(fields)
            } else {
                Form::Write(fields)
            }
        }
        Kind::Switch => Form::Switch,
        Kind::Enum { is_integer, values } => {
            let values = values.iter().cloned().collect();
            if *is_integer {
                Form::Numbers(values)
            } else {
                Form::Words(values)
            }
        }
    };
    Type {
        origin: item.origin.clone(),
        group: item.group.clone(),
        // The parameter or the property of a switch has the documentation.
        doc: match form {
            Form::Switch => String::new(),
            _ => docs.of_type(&item.origin, "The schema").text,
        },
        form,
    }
}
