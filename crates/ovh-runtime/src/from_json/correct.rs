//! Handles missing and mistyped values: corrects them, or records an error.
//!
//! This code does not run for a response that matches its document.

use super::level::{Container, Leniency, Level, Place};
use super::reader::{DecodeError, Reader};
use crate::decode_options::MAX_CORRECTIONS;
use crate::parsed_json::Node;
use crate::{Correction, CorrectionKind};

impl Reader<'_> {
    /// Records that a value without a zero value is missing.
    #[cold]
    pub(super) fn fail(&mut self, wanted: &str) {
        let found = match self.node() {
            None => "nothing",
            Some(Node::Null) => "null",
            Some(Node::Bool(_)) => "a boolean",
            Some(Node::Int(_) | Node::Large(_)) => "a whole number",
            Some(Node::Float(_)) => "a number with a fraction",
            Some(Node::Text { .. }) => "a string",
            Some(Node::Array { .. }) => "a list",
            Some(Node::Object { .. }) => "an object",
        };
        self.record_error(format!("expected {wanted}, found {found}"));
    }

    /// Records an error. Only the first one counts, and it overrides all corrections.
    #[cold]
    pub(super) fn record_error(&mut self, message: String) {
        if let Some(needs_more) = &mut self.zero {
            *needs_more = true;
        } else if self.fault.is_none() {
            self.corrections.clear();
            self.noted += 1;
            let path = String::new();
            self.fault = Some(Box::new(DecodeError { path, message }));
        }
    }

    /// Corrects a missing value to `zero`; any other value is of the wrong type, which is an error.
    #[cold]
    pub(super) fn correct_or_fail<T>(&mut self, wanted: &str, zero: T) -> T {
        let may = self.leniency == Leniency::All && self.place == Place::Property;
        self.correct_if(may, wanted);
        zero
    }

    /// Like the above for a list or a map, which are corrected in more cases.
    #[cold]
    pub(super) fn correct_items_or_fail(&mut self, kind: Container) {
        let may = match self.place {
            Place::Root | Place::Property => true,
            Place::Inside => self.leniency == Leniency::Serde,
            Place::Required => false,
        };
        let wanted = match kind {
            Container::Array => "a list",
            Container::Map | Container::Object(_) => "an object",
        };
        self.correct_if(may, wanted);
    }

    fn correct_if(&mut self, may: bool, wanted: &str) {
        match self.is_missing() && may {
            true => self.correct(CorrectionKind::Missing),
            false => self.fail(wanted),
        }
    }

    /// Records a correction of the current property.
    fn correct(&mut self, kind: CorrectionKind) {
        let Container::Object(shape) = self.level.kind else {
            return;
        };
        if self.zero.is_some() || self.fault.is_some() || self.leniency == Leniency::Serde {
            return;
        }
        if kind == CorrectionKind::Missing {
            self.level.missing += 1;
        }
        let index = self.level.count.wrapping_sub(1);
        if self.corrections.len() >= MAX_CORRECTIONS {
            return;
        }
        if let Some(field) = shape.fields.get(index) {
            self.noted += 1;
            self.corrections.push(Correction {
                path: String::new(),
                type_name: shape.name,
                field,
                outer_field: field,
                kind,
            });
        }
    }

    /// Decodes a whole number that was sent as a string; a missing one is corrected.
    ///
    /// An identity is decoded too: unlike a missing one, its value is known.
    #[cold]
    pub(super) fn number_from_string<T: std::str::FromStr + ToString>(&mut self) -> Option<T> {
        let is_property = matches!(self.place, Place::Property | Place::Required);
        if self.leniency == Leniency::All && is_property {
            let text = self.values.text(self.at);
            let number = text.and_then(|text| {
                let number: T = text.parse().ok()?;
                (number.to_string() == text).then_some(number)
            });
            if number.is_some() {
                self.correct(CorrectionKind::NumberAsText);
                return number;
            }
        }
        let is_whole = match self.node() {
            Some(Node::Int(_) | Node::Large(_)) => true,
            // A number with more digits than any whole number has.
            Some(Node::Float(value)) => value.abs() >= 9.0e18,
            _ => false,
        };
        if is_whole {
            let wanted = std::any::type_name::<T>();
            self.record_error(format!(
                "expected a whole number in the range of `{wanted}`, found one out of range"
            ));
        } else {
            self.correct_or_fail("a whole number", ());
        }
        None
    }

    /// Handles a value that is not an object. If it is missing and may be, each of its properties
    /// is decoded as a zero value. Returns `true` in this case.
    #[cold]
    pub(super) fn open_missing(&mut self) -> bool {
        let may = self.leniency == Leniency::All && self.place == Place::Property;
        if may && self.is_missing() && self.zero.is_none() {
            self.zero = Some(false);
            return true;
        }
        // Inside a missing object, the outermost one decides.
        if !(self.zero.is_some() && may) {
            self.fail("an object");
        }
        false
    }

    /// Ends an object that is missing or has missing properties.
    #[cold]
    pub(super) fn end_incomplete(&mut self, inner: &Level) {
        let Container::Object(shape) = inner.kind else {
            return;
        };
        if inner.missing == Level::ZERO {
            self.at = inner.end;
            match self.zero.take() {
                // A key, a date or a secret has no zero value.
                Some(true) => self.fail("an object"),
                _ => self.correct(CorrectionKind::Missing),
            }
        } else if inner.missing >= shape.promised && self.fault.is_none() {
            let name = shape.name;
            self.record_error(format!(
                "expected an object with the properties of `{name}`, found one with none of them"
            ));
        }
    }
}
