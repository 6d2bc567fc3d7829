//! Reserved names, which generated modules and types do not get.
//!
//! They are for new names: the lock can hold one.

use super::case;

/// Other files of the client, other methods of its root, and crates.
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

/// Names that generated code uses: the prelude, the runtime and imports.
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

/// Renames a module with a reserved name.
pub(crate) fn module(name: &mut String) {
    rename(name, "_calls");
}

/// Renames a group with a reserved name.
pub(crate) fn group(name: &mut String) {
    rename(name, "_types");
}

fn rename(name: &mut String, suffix: &str) {
    if MODULES.contains(&name.as_str()) || case::is_keyword(name) {
        *name = format!("{}{suffix}", name.trim_end_matches('_'));
    }
}

/// Renames a type with a reserved name.
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
    fn renames_reserved_names() {
        for (given, wanted) in [
            ("types", "types_calls"),
            ("type", "type_calls"),
            ("me", "me"),
        ] {
            let mut name = given.to_owned();
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
