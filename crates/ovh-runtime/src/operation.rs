//! One row of the operation table.
//!
//! The generator writes a `static` [`Operation`] for each route of a document. Retries, waiting,
//! error texts and the sandbox read these rows; nothing here acts on them.

use std::fmt;

/// An HTTP method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Method {
    /// Reads; may be repeated at will.
    Get,
    /// Creates something or starts an action.
    Post,
    /// Changes an object.
    Put,
    /// Removes an object.
    Delete,
    /// Changes a part of an object.
    Patch,
    /// Reads without a response body.
    Head,
    /// Reads what a route allows.
    Options,
    /// Reads the request back.
    Trace,
}

impl Method {
    /// The method as it is written in a request line, in upper case.
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

    /// Whether the method only reads.
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

/// When an operation was deprecated, when it goes, and what takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Deprecation {
    /// The day of the deprecation, as the document writes it.
    pub since: Option<&'static str>,
    /// The day from which the route may be gone.
    pub deletion: Option<&'static str>,
    /// The route to use instead.
    pub replacement: Option<&'static str>,
}

impl Deprecation {
    /// A deprecation from its three facts, each of which the document may leave out.
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

/// What is known about one operation before it is called.
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
    siblings: &'static [(&'static str, &'static [&'static str])],
    deprecation: Option<Deprecation>,
}

/// How the generator fills in a row; every step can be done in a `static`.
impl Operation {
    /// An operation that is not idempotent (unless it is a GET), answers with a JSON value and
    /// wants credentials.
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
            siblings: &[],
            deprecation: None,
        }
    }

    /// Marks a write that can be repeated without a further effect.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Marks an operation that answers with nothing.
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

    /// Names the type of the objects that the list gives when it is asked for pages.
    #[must_use]
    pub const fn expands_to(mut self, type_name: &'static str) -> Self {
        self.expanded = Some(type_name);
        self
    }

    /// Marks a list whose pages are asked for by a cursor, not by a number.
    #[must_use]
    pub const fn by_cursor(mut self) -> Self {
        self.by_cursor = true;
        self
    }

    /// Says how stable the document calls the operation.
    #[must_use]
    pub const fn stability(mut self, badge: &'static str) -> Self {
        self.stability = Some(badge);
        self
    }

    /// Lists the IAM actions that the caller must be allowed to do.
    #[must_use]
    pub const fn iam(mut self, actions: &'static [&'static str]) -> Self {
        self.iam_actions = actions;
        self
    }

    /// Lists the wire names of body properties, query values and reply properties that are secret.
    #[must_use]
    pub const fn secrets(mut self, names: &'static [&'static str]) -> Self {
        self.secrets = names;
        self
    }

    /// Lists, by path parameter, the values that would reach another route.
    #[must_use]
    pub const fn siblings(
        mut self,
        siblings: &'static [(&'static str, &'static [&'static str])],
    ) -> Self {
        self.siblings = siblings;
        self
    }

    /// Marks the operation as deprecated.
    #[must_use]
    pub const fn deprecated(mut self, deprecation: Deprecation) -> Self {
        self.deprecation = Some(deprecation);
        self
    }
}

/// What a row says.
impl Operation {
    /// The name of the operation, `family::verb`: `databases::create`.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The HTTP method.
    #[must_use]
    pub const fn method(&self) -> Method {
        self.method
    }

    /// The route as the document writes it, parameters in braces, without base URL.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Whether sending the request twice does no more than sending it once.
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.idempotent
    }

    /// Whether the operation answers with nothing.
    #[must_use]
    pub const fn is_void(&self) -> bool {
        self.void
    }

    /// Whether the operation works without credentials.
    #[must_use]
    pub const fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// The type of the task that the operation starts, if it starts one.
    #[must_use]
    pub const fn task_type(&self) -> Option<&'static str> {
        self.task
    }

    /// The type of the objects that a list gives when it is asked for pages.
    #[must_use]
    pub const fn expanded_type(&self) -> Option<&'static str> {
        self.expanded
    }

    /// `true` if the pages of the list are asked for by a cursor, not by a number.
    #[must_use]
    pub const fn is_by_cursor(&self) -> bool {
        self.by_cursor
    }

    /// How stable the document calls the operation, in its own words.
    #[must_use]
    pub const fn stability_badge(&self) -> Option<&'static str> {
        self.stability
    }

    /// The IAM actions that the caller must be allowed to do.
    #[must_use]
    pub const fn iam_actions(&self) -> &'static [&'static str] {
        self.iam_actions
    }

    /// The wire names of values that must never be shown.
    #[must_use]
    pub const fn secret_fields(&self) -> &'static [&'static str] {
        self.secrets
    }

    /// The values of the path parameter `name` that would reach another route.
    #[must_use]
    pub fn static_siblings(&self, name: &str) -> &'static [&'static str] {
        self.siblings
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .map_or(&[], |(_, values)| values)
    }

    /// When the operation was deprecated and what takes its place.
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

/// Declares rows of the operation table: id, method, route, and what else is known. The type in
/// front gets a constant `TABLE` of all of them.
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
            /// The rows of this family.
            pub(crate) const TABLE: &'static [&'static $crate::Operation] = &[$(&$name),*];
        }
    };
}

/// How many rows several tables have.
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

/// The rows of several tables, one table after the other.
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
    .siblings(&[("name", &["all"])]);

    #[test]
    fn tables_are_joined_in_their_order() {
        static OTHER: Operation = Operation::new("x::get", Method::Get, "/x");
        const TABLES: &[&[&Operation]] = &[&[&OTHER], &[], &[&RESTORE, &OTHER]];
        static ALL: [&Operation; count(TABLES)] = join(TABLES);
        assert_eq!(ALL, [&OTHER, &RESTORE, &OTHER]);
        assert!(join::<{ count(&[]) }>(&[]).is_empty());
    }

    #[test]
    fn a_row_tells_its_parameters_in_order_and_prints_itself() {
        assert_eq!(
            RESTORE.path_parameters().collect::<Vec<_>>(),
            ["name", "id"]
        );
        assert_eq!(
            RESTORE.to_string(),
            "dumps::restore (POST /database/{name}/dump/{id}/restore)"
        );
        assert_eq!(RESTORE.static_siblings("name"), ["all"]);
        assert!(RESTORE.static_siblings("id").is_empty());
        assert!(!RESTORE.is_idempotent());
        assert!(Operation::new("x::get", Method::Get, "/x").is_idempotent());
    }
}
