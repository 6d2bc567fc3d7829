//! Rows of the operation table. The generator writes a `static` [`Operation`] for each route.

use std::fmt;

use http::Method;

/// The deprecation of an operation: its date, the removal date and the replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Deprecation {
    /// The date of the deprecation, as written in the document.
    pub since: Option<&'static str>,
    /// The date from which the route may be removed.
    pub deletion: Option<&'static str>,
    /// The route to use instead.
    pub replacement: Option<&'static str>,
}

impl Deprecation {
    /// Creates a deprecation. The document may omit each of its facts.
    #[must_use]
    pub const fn new(
        since: Option<&'static str>,
        deletion: Option<&'static str>,
        replacement: Option<&'static str>,
    ) -> Self {
        Self {
            since,
            deletion,
            replacement,
        }
    }
}

/// [`Method::is_safe`] for the table, whose rows are constants.
const fn is_read(method: &Method) -> bool {
    matches!(
        *method,
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE
    )
}

type ReservedValues = &'static [(&'static str, &'static [&'static str])];

/// Declares the facts of an operation: for each a field, a setter that is usable in a `static`, and
/// a getter with the documentation given here.
macro_rules! facts {
    ($(
        $(#[$doc:meta])*
        $set:ident($($arg:ident: $arg_type:ty)?) = $value:expr, $get:ident: $type:ty = $default:expr;
    )*) => {
        /// The metadata of one operation.
        #[derive(Debug, PartialEq, Eq, Hash)]
        pub struct Operation {
            id: &'static str,
            method: Method,
            path: &'static str,
            $($set: $type,)*
        }

        impl Operation {
            /// Creates an operation that returns a JSON value and needs credentials. It is
            /// idempotent only if it reads.
            #[must_use]
            pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
                let mut operation = Self { id, method, path, $($set: $default,)* };
                operation.idempotent = is_read(&operation.method);
                operation
            }

            $(
                #[doc = concat!("Sets [`", stringify!($get), "`](Self::", stringify!($get), ").")]
                #[must_use]
                pub const fn $set(mut self $(, $arg: $arg_type)?) -> Self {
                    self.$set = $value;
                    self
                }

                $(#[$doc])*
                #[must_use]
                pub const fn $get(&self) -> $type {
                    self.$set
                }
            )*
        }
    };
}

facts! {
    /// Returns `true` if sending the request twice has the same effect as sending it once.
    idempotent() = true, is_idempotent: bool = false;
    /// Returns `true` if the operation has no response body.
    void() = true, is_void: bool = false;
    /// Returns `true` if the operation needs no credentials.
    anonymous() = true, is_anonymous: bool = false;
    /// Returns `true` if the list is paged by cursor, not by number.
    by_cursor() = true, is_by_cursor: bool = false;
    /// The type of the task that the operation starts, if it starts one.
    task(name: &'static str) = Some(name), task_type: Option<&'static str> = None;
    /// The type of the objects on the pages of a list.
    expands_to(name: &'static str) = Some(name), expanded_type: Option<&'static str> = None;
    /// The stability of the operation, as given in the document.
    stability(badge: &'static str) = Some(badge), stability_badge: Option<&'static str> = None;
    /// The deprecation of the operation, if it is deprecated.
    deprecated(facts: Deprecation) = Some(facts), deprecation: Option<Deprecation> = None;
    /// The IAM actions that the caller needs.
    iam(actions: &'static [&'static str]) = actions, iam_actions: &'static [&'static str] = &[];
    /// The wire names of secret body properties, query values and response properties.
    secrets(names: &'static [&'static str]) = names, secret_fields: &'static [&'static str] = &[];
    /// The values, by path parameter, that would select another route.
    reserved_values(values: ReservedValues) = values, all_reserved_values: ReservedValues = &[];
}

impl Operation {
    /// The values of the path parameter `name` that would select another route.
    #[must_use]
    pub fn reserved_values_of(&self, name: &str) -> &'static [&'static str] {
        self.reserved_values
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .map_or(&[], |(_, values)| values)
    }

    /// The name of the operation, `module::verb`: `databases::create`.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The route as written in the document, with parameters in braces and without base URL.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The names of the path parameters, in the order of the route.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method, self.path)
    }
}

/// Declares rows of the operation table: id, method, route and metadata. The type gets a constant
/// `TABLE` of all rows.
///
/// ```
/// struct Calls;
///
/// ovh_runtime::operations! {
///     Calls:
///     LIST: "crons::list", GET, "/web/{serviceName}/cron", expands_to("Cron");
/// }
/// assert_eq!(LIST.expanded_type(), Some("Cron"));
/// assert_eq!(Calls::TABLE, [&LIST]);
/// ```
#[macro_export]
macro_rules! operations {
    ($calls:ty:
        $($name:ident: $id:literal, $method:ident, $path:literal $(, $fact:ident $value:tt)*;)*
    ) => {
        $(pub(crate) static $name: $crate::Operation =
            $crate::Operation::new($id, $crate::Method::$method, $path)$(.$fact $value)*;)*

        impl $calls {
            /// The rows of this module.
            pub(crate) const TABLE: &'static [&'static $crate::Operation] = &[$(&$name),*];
        }
    };
}

/// The total number of rows of several tables.
#[doc(hidden)]
#[must_use]
pub const fn count(mut tables: &[&[&Operation]]) -> usize {
    let mut count = 0;
    while let [table, rest @ ..] = tables {
        count += table.len();
        tables = rest;
    }
    count
}

/// The rows of several tables, concatenated.
#[doc(hidden)]
#[must_use]
pub const fn join<const ROWS: usize>(
    mut tables: &[&[&'static Operation]],
) -> [&'static Operation; ROWS] {
    static NONE: Operation = Operation::new("", Method::GET, "");
    let mut rows: [&'static Operation; ROWS] = [&NONE; ROWS];
    let mut at = 0;
    while let [table, rest @ ..] = tables {
        let mut table = *table;
        while let [row, more @ ..] = table {
            rows[at] = row;
            at += 1;
            table = more;
        }
        tables = rest;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    static RESTORE: Operation = Operation::new(
        "dumps::restore",
        Method::POST,
        "/database/{name}/dump/{id}/restore",
    )
    .task("Task")
    .reserved_values(&[("name", &["all"])]);

    #[test]
    fn tables_are_joined_in_their_order() {
        static OTHER: Operation = Operation::new("x::get", Method::GET, "/x");
        const TABLES: &[&[&Operation]] = &[&[&OTHER], &[], &[&RESTORE, &OTHER]];
        static ALL: [&Operation; count(TABLES)] = join(TABLES);
        assert_eq!(ALL, [&OTHER, &RESTORE, &OTHER]);
        assert!(join::<{ count(&[]) }>(&[]).is_empty());
    }

    #[test]
    fn row_lists_parameters_and_prints_route() {
        assert_eq!(
            RESTORE.path_parameters().collect::<Vec<_>>(),
            ["name", "id"]
        );
        assert_eq!(
            RESTORE.to_string(),
            "dumps::restore (POST /database/{name}/dump/{id}/restore)"
        );
        assert_eq!(RESTORE.reserved_values_of("name"), ["all"]);
        assert!(RESTORE.reserved_values_of("id").is_empty());
        assert!(!RESTORE.is_idempotent());
        assert!(Operation::new("x::get", Method::GET, "/x").is_idempotent());
    }
}
