//! The comparisons that the fields of a type allow.

use std::collections::BTreeSet;

use super::Api;
use super::spelling::names;

impl Api {
    /// The last of `PartialEq`, `Eq` and `Hash` that values of these types allow; `None` for all.
    ///
    /// A secret is not hashed: a hash of it would be a place to guess it from.
    pub(crate) fn comparison<'a>(
        &'a self,
        types: impl IntoIterator<Item = &'a syn::Type>,
    ) -> Option<&'static str> {
        let mut todo: Vec<String> = names(types).into_iter().collect();
        let mut seen = BTreeSet::new();
        let mut found = None;
        while let Some(name) = todo.pop() {
            match name.as_str() {
                "f32" | "f64" => return Some("PartialEq"),
                "Secret" | "TagFilters" | "serde_json" => found = Some("Eq"),
                _ => {}
            }
            if let Some(item) = self.types.get(&name) {
                let types = item.properties().iter().map(|property| &property.ty);
                let below = names(types).into_iter();
                todo.extend(below.filter(|name| !seen.contains(name)));
            }
            seen.insert(name);
        }
        found
    }
}
