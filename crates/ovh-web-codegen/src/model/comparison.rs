//! The comparisons that the fields of a type allow.

use std::collections::BTreeMap;

use super::Api;
use super::spelling::names;

/// Types that do not have all of `PartialEq`, `Eq` and `Hash`, with the last one that they have.
///
/// A secret is not hashed: it could be guessed from its hash.
#[derive(Debug)]
pub(crate) struct Comparisons(BTreeMap<String, &'static str>);

impl Comparisons {
    /// Finds the types of the client that contain one that does not have all.
    pub(crate) fn of(api: &Api) -> Self {
        let mut users: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for item in api.types.values() {
            let types = item.properties().iter().map(|property| &property.ty);
            for name in names(types) {
                users.entry(name).or_default().push(&item.name);
            }
        }
        let mut found = BTreeMap::new();
        // In order of what they allow, the least first: the first entry of a type stays.
        for (name, compared) in [("f32", "PartialEq"), ("f64", "PartialEq"), ("Secret", "Eq")] {
            let mut todo = vec![name];
            while let Some(name) = todo.pop() {
                if !found.contains_key(name) {
                    found.insert(name.to_owned(), compared);
                    todo.extend(users.get(name).into_iter().flatten());
                }
            }
        }
        Self(found)
    }

    /// The last comparison that values of all these types have; `None` if they have all.
    pub(crate) fn last<'a>(
        &self,
        types: impl IntoIterator<Item = &'a syn::Type>,
    ) -> Option<&'static str> {
        let names = names(types);
        let found = names.iter().filter_map(|name| self.0.get(name).copied());
        // `PartialEq` is the greater text.
        found.max()
    }
}
