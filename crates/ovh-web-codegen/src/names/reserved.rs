//! Names that a generated thing cannot have, since something else has them where it stands.
//!
//! The lock may say otherwise; these are for names that are made.

use super::case;

/// Files of the client that are no module, methods of its root that give no handle, and crates that
/// paths begin with.
const MODULES: [&str; 16] = [
    "alloc",
    "build",
    "client",
    "core",
    "lib",
    "main",
    "mod_",
    "new",
    "operations",
    "ovh_runtime",
    "reserved_values",
    "schemars",
    "serde",
    "serde_json",
    "std",
    "types",
];

/// What generated code calls by its plain name: the prelude, the runtime, and what is imported.
const TYPES: [&str; 57] = [
    "AsMut",
    "AsRef",
    "BTreeMap",
    "Box",
    "Call",
    "CallOptions",
    "Client",
    "ClientCore",
    "Clone",
    "Copy",
    "Date",
    "DateTime",
    "Debug",
    "Default",
    "Deprecation",
    "Deserialize",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromStr",
    "Future",
    "Hash",
    "HashMap",
    "Into",
    "IntoFuture",
    "IpAddr",
    "Iterator",
    "List",
    "Map",
    "Method",
    "None",
    "Nullable",
    "Ok",
    "Operation",
    "Option",
    "Ord",
    "Page",
    "Param",
    "Query",
    "QueryString",
    "Response",
    "Result",
    "Secret",
    "Self",
    "Serialize",
    "Some",
    "String",
    "TagFilters",
    "Value",
    "Vec",
];

/// Keeps a module's name away from what stands beside the modules.
pub(crate) fn module(room: &mut String) {
    if MODULES.contains(&room.as_str()) || case::is_keyword(room) {
        *room = format!("{}_calls", room.trim_end_matches('_'));
    }
}

/// Keeps a group's name away from the crates that its types are made with.
pub(crate) fn group(room: &mut String) {
    if MODULES.contains(&room.as_str()) || case::is_keyword(room) {
        *room = format!("{}_types", room.trim_end_matches('_'));
    }
}

/// Keeps a type's name away from those that its fields are made of.
pub(crate) fn type_name(own: &mut String) {
    let plain = own.trim_end_matches('_');
    if TYPES.contains(&plain) {
        *own = format!("{plain}Model");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_others_are_kept_clear_of() {
        for (room, wanted) in [
            ("types", "types_calls"),
            ("type", "type_calls"),
            ("me", "me"),
        ] {
            let mut name = room.to_owned();
            module(&mut name);
            assert_eq!(name, wanted);
        }
        for (own, wanted) in [
            ("Option", "OptionModel"),
            ("Self_", "SelfModel"),
            ("Task", "Task"),
        ] {
            let mut name = own.to_owned();
            type_name(&mut name);
            assert_eq!(name, wanted);
        }
        assert!(TYPES.is_sorted() && MODULES.is_sorted());
    }
}
