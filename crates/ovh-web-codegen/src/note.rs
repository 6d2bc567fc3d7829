//! Keys and schema names that have a meaning for the generator.

/// The prefix of the keys; a document that comes from outside has none.
pub(crate) const PREFIX: &str = "x-ovh-web-";
/// On an operation: the schema of the objects that a list gives page by page.
pub(crate) const EXPANDED: &str = "x-ovh-web-expanded";
/// On an operation: its pages are requested by a cursor.
pub(crate) const CURSOR: &str = "x-ovh-web-cursor";
/// On an operation: wire names of secret values.
pub(crate) const SECRETS: &str = "x-ovh-web-secrets";
/// On an operation (from the overlay): further required properties of its body. On a property of a
/// response: a response without it is an error.
pub(crate) const REQUIRED: &str = "x-ovh-web-required";
/// On an operation (from the overlay): whether it may be sent twice.
pub(crate) const IDEMPOTENT: &str = "x-ovh-web-idempotent";
/// On a property (from the overlay): its Rust name, where the wire's is a mistake.
pub(crate) const NAME: &str = "x-ovh-web-name";
/// The property that holds the additional properties.
pub(crate) const REST: &str = "x-ovh-web-rest";
/// On a schema: a boolean that becomes an enum.
pub(crate) const SWITCH: &str = "x-ovh-web-switch";
/// On a schema: `read`, `create`, `update` or `input`.
pub(crate) const ROLE: &str = "x-ovh-web-role";
/// On a schema: the schema of the document that it was made from.
pub(crate) const ORIGIN: &str = "x-ovh-web-origin";
/// On a schema: the group that it belongs to.
pub(crate) const GROUP: &str = "x-ovh-web-group";
/// On an operation: its module.
pub(crate) const MODULE: &str = "x-ovh-web-module";
/// On an operation: its name within the module.
pub(crate) const VERB: &str = "x-ovh-web-verb";

/// Types of the runtime, by the schema name that stands for them.
pub(crate) const RUNTIME_TYPES: [&str; 5] = ["Date", "DateTime", "IpAddr", "Secret", "TagFilters"];

/// The schema that stands for an error response; the runtime decodes those itself.
pub(crate) const REFUSAL: &str = "Refusal";

/// The usual stability of an operation, which is not worth a note.
pub(crate) const STABLE: &str = "Stable production version";

/// Returns `true` if the runtime has a type of that name.
pub(crate) fn is_of_runtime(name: &str) -> bool {
    RUNTIME_TYPES.contains(&name) || name == REFUSAL
}
