//! One row of the operation table.
//!
//! The generator writes a `static` [`Operation`] for each route of a document. Retries, waiting,
//! error messages and the sandbox read these rows; this module only stores them.

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

/// The metadata of one operation.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    id: &'static str,
    method: Method,
    path: &'static str,
    idempotent: bool,
    void: bool,
    anonymous: bool,
    task: Option<&'static str>,
    expanded: Option<&'static str>,
    by_cursor: bool,
    stability: Option<&'static str>,
    iam_actions: &'static [&'static str],
    secrets: &'static [&'static str],
    reserved_values: &'static [(&'static str, &'static [&'static str])],
    deprecation: Option<Deprecation>,
}

/// Setters for the generator, all usable in a `static`.
impl Operation {
    /// Creates an operation that returns a JSON value and needs credentials. It is idempotent only
    /// if it is a GET.
    #[must_use]
    pub const fn new(id: &'static str, method: Method, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            idempotent: method.is_read(),
            void: false,
            anonymous: false,
            task: None,
            expanded: None,
            by_cursor: false,
            stability: None,
            iam_actions: &[],
            secrets: &[],
            reserved_values: &[],
            deprecation: None,
        }
    }

    /// Marks a write as idempotent.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Marks an operation without a response body.
    #[must_use]
    pub const fn void(mut self) -> Self {
        self.void = true;
        self
    }

    /// Marks an operation that needs no credentials.
    #[must_use]
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Names the type of the task that the operation starts.
    #[must_use]
    pub const fn task(mut self, type_name: &'static str) -> Self {
        self.task = Some(type_name);
        self
    }

    /// Sets the type of the objects on the pages of a list.
    #[must_use]
    pub const fn expands_to(mut self, type_name: &'static str) -> Self {
        self.expanded = Some(type_name);
        self
    }

    /// Marks a list that is paged by cursor, not by number.
    #[must_use]
    pub const fn by_cursor(mut self) -> Self {
        self.by_cursor = true;
        self
    }

    /// Sets the stability of the operation, as given in the document.
    #[must_use]
    pub const fn stability(mut self, badge: &'static str) -> Self {
        self.stability = Some(badge);
        self
    }

    /// Sets the IAM actions that the caller needs.
    #[must_use]
    pub const fn iam(mut self, actions: &'static [&'static str]) -> Self {
        self.iam_actions = actions;
        self
    }

    /// Sets the wire names of secret body properties, query values and response properties.
    #[must_use]
    pub const fn secrets(mut self, names: &'static [&'static str]) -> Self {
        self.secrets = names;
        self
    }

    /// Sets the values, by path parameter, that would select another route.
    #[must_use]
    pub const fn reserved_values(
        mut self,
        reserved_values: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.reserved_values = reserved_values;
        self
    }

    /// Marks the operation as deprecated.
    #[must_use]
    pub const fn deprecated(mut self, deprecation: Deprecation) -> Self {
        self.deprecation = Some(deprecation);
        self
    }
}

/// Getters.
impl Operation {
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

    /// Returns `true` if sending the request twice has the same effect as sending it once.
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Returns `true` if the operation has no response body.
    #[must_use]
    pub const fn is_void(&self) -> bool {
        self.void
    }

    /// Returns `true` if the operation needs no credentials.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// The type of the task that the operation starts, if it starts one.
    #[must_use]
    pub const fn task_type(&self) -> Option<&'static str> {
        self.task
    }

    /// The type of the objects on the pages of a list.
    #[must_use]
    pub const fn expanded_type(&self) -> Option<&'static str> {
        self.expanded
    }

    /// Returns `true` if the list is paged by cursor, not by number.
    #[must_use]
    pub const fn is_by_cursor(&self) -> bool {
        self.by_cursor
    }

    /// The stability of the operation, as given in the document.
    #[must_use]
    pub const fn stability_badge(&self) -> Option<&'static str> {
        self.stability
    }

    /// The IAM actions that the caller needs.
    #[must_use]
    pub const fn iam_actions(&self) -> &'static [&'static str] {
        self.iam_actions
    }

    /// The wire names of values that must be redacted.
    #[must_use]
    pub const fn secret_fields(&self) -> &'static [&'static str] {
        self.secrets
    }

    /// The values of the path parameter `name` that would select another route.
    #[must_use]
    pub fn reserved_values_of(&self, name: &str) -> &'static [&'static str] {
        self.reserved_values
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .map_or(&[], |(_, values)| values)
    }

    /// The deprecation of the operation, if it is deprecated.
    #[must_use]
    pub const fn deprecation(&self) -> Option<Deprecation> {
        self.deprecation
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
