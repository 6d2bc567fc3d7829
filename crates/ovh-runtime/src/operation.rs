//! Rows of the operation table. The generator writes a `static` [`Operation`] for each route.

use std::fmt;

/// An HTTP method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Method {
    /// Reads; always safe to retry.
    Get,
    /// Creates something or starts an action.
    Post,
    /// Updates an object.
    Put,
    /// Deletes an object.
    Delete,
    /// Updates a part of an object.
    Patch,
    /// Reads without a response body.
    Head,
    /// Reads the allowed methods of a route.
    Options,
    /// Echoes the request.
    Trace,
}

impl Method {
    /// The method in upper case, as in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }

    /// Returns `true` if the method only reads.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options | Self::Trace)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// Declares the facts of an operation: for each a field, a setter that is usable in a `static`, and
/// a getter with the documentation given here.
macro_rules! facts {
    (
        flags { $($(#[$flag_doc:meta])* $flag:ident => $is_flag:ident;)* }
        options { $($(#[$option_doc:meta])* $option:ident: $type:ty => $get_option:ident;)* }
        lists { $($(#[$list_doc:meta])* $list:ident => $get_list:ident;)* }
    ) => {
        /// The metadata of one operation.
        #[derive(Debug, PartialEq, Eq, Hash)]
        pub struct Operation {
            id: &'static str,
            method: Method,
            path: &'static str,
            reserved_values: &'static [(&'static str, &'static [&'static str])],
            $($flag: bool,)*
            $($option: Option<$type>,)*
            $($list: &'static [&'static str],)*
        }

        impl Operation {
            /// Creates an operation that returns a JSON value and needs credentials. It is
            /// idempotent only if it reads.
            #[must_use]
            pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
                let mut operation = Self {
                    id,
                    method,
                    path,
                    reserved_values: &[],
                    $($flag: false,)*
                    $($option: None,)*
                    $($list: &[],)*
                };
                operation.idempotent = method.is_read();
                operation
            }

            $(
                #[doc = concat!("Sets [`", stringify!($is_flag), "`](Self::", stringify!($is_flag), ").")]
                #[must_use]
                pub const fn $flag(mut self) -> Self {
                    self.$flag = true;
                    self
                }

                $(#[$flag_doc])*
                #[must_use]
                pub const fn $is_flag(&self) -> bool {
                    self.$flag
                }
            )*

            $(
                #[doc = concat!("Sets [`", stringify!($get_option), "`](Self::", stringify!($get_option), ").")]
                #[must_use]
                pub const fn $option(mut self, value: $type) -> Self {
                    self.$option = Some(value);
                    self
                }

                $(#[$option_doc])*
                #[must_use]
                pub const fn $get_option(&self) -> Option<$type> {
                    self.$option
                }
            )*

            $(
                #[doc = concat!("Sets [`", stringify!($get_list), "`](Self::", stringify!($get_list), ").")]
                #[must_use]
                pub const fn $list(mut self, values: &'static [&'static str]) -> Self {
                    self.$list = values;
                    self
                }

                $(#[$list_doc])*
                #[must_use]
                pub const fn $get_list(&self) -> &'static [&'static str] {
                    self.$list
                }
            )*
        }
    };
}

facts! {
    flags {
        /// Returns `true` if sending the request twice has the same effect as sending it once.
        idempotent => is_idempotent;
        /// Returns `true` if the operation has no response body.
        void => is_void;
        /// Returns `true` if the operation needs no credentials.
        anonymous => is_anonymous;
        /// Returns `true` if the list is paged by cursor, not by number.
        by_cursor => is_by_cursor;
    }
    options {
        /// The type of the task that the operation starts, if it starts one.
        task: &'static str => task_type;
        /// The type of the objects on the pages of a list.
        expands_to: &'static str => expanded_type;
        /// The stability of the operation, as given in the document.
        stability: &'static str => stability_badge;
        /// The deprecation of the operation, if it is deprecated.
        deprecated: Deprecation => deprecation;
    }
    lists {
        /// The IAM actions that the caller needs.
        iam => iam_actions;
        /// The wire names of secret body properties, query values and response properties.
        secrets => secret_fields;
    }
}

impl Operation {
    /// Sets the values, by path parameter, that would select another route.
    #[must_use]
    pub const fn reserved_values(
        mut self,
        reserved_values: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.reserved_values = reserved_values;
        self
    }

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
    pub const fn method(&self) -> Method {
        self.method
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
///     LIST: "crons::list", Get, "/web/{serviceName}/cron", expands_to("Cron");
/// }
/// assert_eq!(LIST.expanded_type(), Some("Cron"));
/// assert_eq!(Calls::TABLE, [&LIST]);
/// ```
#[macro_export]
macro_rules! operations {
    ($calls:ty:
        $($name:ident: $id:literal, $method:ident, $path:literal $(, $fact:ident($($value:tt)*))*;)*
    ) => {
        $(pub(crate) static $name: $crate::Operation =
            $crate::Operation::new($id, $crate::Method::$method, $path)$(.$fact($($value)*))*;)*

        impl $calls {
            /// The rows of this module.
            pub(crate) const TABLE: &'static [&'static $crate::Operation] = &[$(&$name),*];
        }
    };
}

/// The total number of rows of several tables.
#[doc(hidden)]
#[must_use]
pub const fn count(tables: &[&[&Operation]]) -> usize {
    let mut count = 0;
    let mut table = 0;
    while table < tables.len() {
        count += tables[table].len();
        table += 1;
    }
    count
}

/// The rows of several tables, concatenated.
#[doc(hidden)]
#[must_use]
pub const fn join<const ROWS: usize>(
    tables: &[&[&'static Operation]],
) -> [&'static Operation; ROWS] {
    static NONE: Operation = Operation::new("", Method::Get, "");
    let mut rows: [&'static Operation; ROWS] = [&NONE; ROWS];
    let mut at = 0;
    let mut table = 0;
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            rows[at] = tables[table][row];
            at += 1;
            row += 1;
        }
        table += 1;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    static RESTORE: Operation = Operation::new(
        "dumps::restore",
        Method::Post,
        "/database/{name}/dump/{id}/restore",
    )
    .task("Task")
    .reserved_values(&[("name", &["all"])]);

    #[test]
    fn tables_are_joined_in_their_order() {
        static OTHER: Operation = Operation::new("x::get", Method::Get, "/x");
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
        assert!(Operation::new("x::get", Method::Get, "/x").is_idempotent());
    }
}
