//! Macros for generated clients: the root of a client, and the modules with its operations.

/// Declares the operations of a module: its handle, with a method for each, and their rows in the
/// operation table.
///
/// An operation is its documentation, ID, HTTP method and route, then the method, whose arguments
/// are path values in the order of the route. What follows the arguments sets other parts of the
/// request, with the methods of [`RequestBuilder`](crate::RequestBuilder). `as page(T)` adds a
/// method for pages of objects. At the end are the metadata of
/// [`operations!`](crate::operations); `as` gives the form that the documentation shows.
///
/// ```
/// mod crons {
///     # pub mod types {
///     #     ovh_runtime::types! {
///     #     model Cron { id: i64 = "id" required }
///     #     body NewCron { command: String = "command" }
///     #     }
///     # }
///     ovh_runtime::api! {
///         /// Cron jobs of a hosting.
///         CronsApi:
///         /// Lists the cron jobs.
///         "crons::list": GET "/web/{serviceName}/cron",
///             list(service_name: &str) arg("state", state: &str) -> Vec<i64> as page(Cron),
///             iam(&["web:cron/get"]);
///         /// Creates a cron job.
///         "crons::create": POST "/web/{serviceName}/cron",
///             create(service_name: &str) body(body: &types::NewCron) -> types::Cron;
///     }
/// }
///
/// fn target(core: &ovh_runtime::ClientCore) -> String {
///     let call = crons::CronsApi(core).page("example", "enabled");
///     call.into_request().unwrap().target().to_owned() // /web/example/cron?state=enabled
/// }
/// assert_eq!(crons::CronsApi::TABLE[0].expanded_type(), Some("Cron"));
/// ```
#[macro_export]
macro_rules! api {
    ($(#[$about:meta])* $api:ident: $(
        $(#[doc = $doc:literal])*
        $(#[deprecated(note = $note:literal)])?
        $id:literal: $method:ident $path:literal,
        $verb:ident $values:tt $($set:ident $setting:tt)* -> $returned:ty $(as $page:ident($item:ident))?
        $(, $fact:ident $value:tt $(as $shown:literal)?)*;
    )*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub struct $api<'c>(pub(crate) &'c $crate::ClientCore);

        impl $api<'_> {
            $(
                $crate::api! { @method $verb $values [$($set $setting)*] rows::$verb, call, $returned,
                    $(#[doc = $doc])*
                    #[doc = ""]
                    #[doc = concat!(
                        " `", stringify!($method), " ", $path, "`."
                        $(, $crate::api!(@shown $fact $value $($shown)?))*
                        $(, " [`", stringify!($page), "`](Self::", stringify!($page), ") returns all, as pages of objects.")?
                    )]
                    $(#[deprecated(note = $note)])?
                }
                $crate::api! {
                    @pages [$($page $item)?] $method $path $verb $values [$($set $setting)*]
                    $(#[deprecated(note = $note)])?
                }
            )*
        }

        #[allow(non_upper_case_globals, reason = "a row has the name of its method")]
        mod rows {
            $crate::operations! {
                super::$api<'_>:
                $($verb: $id, $method, $path $(, expands_to(stringify!($item)))? $(, $fact $value)*;)*
            }
        }
    };
    (@pages [] $($rest:tt)*) => {};
    (@pages [$page:ident $item:ident] $method:ident $path:literal $verb:ident $values:tt $settings:tt
        $(#[$meta:meta])*
    ) => {
        $crate::api! { @method $page $values $settings rows::$verb, page, $crate::Page<types::$item>,
            #[doc = concat!(
                "Returns a page of the objects that [`", stringify!($verb), "`](Self::",
                stringify!($verb), ") lists.\n\n`", stringify!($method), " ", $path,
                "` with the headers for pages.",
            )]
            $(#[$meta])*
        }
    };
    // Inline: a crate compiles only the operations that it calls.
    (@method $verb:ident ($($value:ident: $value_type:ty),*)
        [$($set:ident($($wire:literal,)? $arg:ident: $arg_type:ty))*]
        $row:path, $finish:ident, $returned:ty, $(#[$meta:meta])*
    ) => {
        $(#[$meta])*
        #[inline]
        pub fn $verb(
            &self,
            $($value: $value_type,)*
            $($arg: $arg_type,)*
        ) -> $crate::Call<$returned> {
            self.0.request(&$row, &[$(&$value),*])$(.$set($($wire,)? &$arg))*.$finish()
        }
    };
    (@shown anonymous ()) => { " Needs no credentials." };
    (@shown task $task:tt) => { " Starts a task." };
    (@shown by_cursor ()) => { " Returns only the first page." };
    (@shown stability ($badge:literal)) => { concat!(" ", $badge, ".") };
    (@shown stability $badge:tt $shown:literal) => { concat!(" ", $shown, ".") };
    (@shown iam (&[$first:literal $(, $more:literal)*])) => {
        concat!(" IAM: `", $first, "`" $(, ", `", $more, "`")*, ".")
    };
    (@shown iam $actions:tt $shown:literal) => { concat!(" IAM: ", $shown, ".") };
    (@shown $($fact:tt)*) => { "" };
}

/// Declares a client: for each module a method that returns its handle, and a table of all operations.
///
/// Each module is a file beside it, with the handle that [`api!`](crate::api) declares. The models are
/// in the module `types`.
///
/// ```text
/// ovh_runtime::client! {
///     /// Cron jobs of a hosting.
///     crons: CronsApi,
/// }
/// ```
#[macro_export]
macro_rules! client {
    ($($(#[$about:meta])* $module:ident: $api:ident,)*) => {
        $(pub mod $module;)*
        pub mod types;

        /// The API client. Cheap to clone.
        #[derive(Clone, Debug)]
        pub struct Client {
            core: $crate::ClientCore,
        }

        impl Client {
            /// Creates a client.
            #[must_use]
            pub fn new(core: $crate::ClientCore) -> Self {
                Self { core }
            }

            /// Returns the core that sends the requests.
            #[must_use]
            pub fn core(&self) -> &$crate::ClientCore {
                &self.core
            }

            $(
                $(#[$about])*
                #[must_use]
                pub fn $module(&self) -> $module::$api<'_> {
                    $module::$api(&self.core)
                }
            )*
        }

        /// The table of all operations, for retries, polling, error messages and the sandbox.
        pub mod operations {
            use $crate::{Method, Operation};

            /// All operations, by module.
            pub static ALL: &[&Operation] =
                &$crate::private::join::<{ $crate::private::count(MODULES) }>(MODULES);

            const MODULES: &[&[&Operation]] = &[$(super::$module::$api::TABLE),*];

            /// Returns the operation with this ID, such as `crons::create` or `domain/records::list`.
            #[must_use]
            pub fn by_id(id: &str) -> Option<&'static Operation> {
                ALL.iter().copied().find(|operation| operation.id() == id)
            }

            /// Returns the operation of a method and a path, with the parameters of the path in braces.
            #[must_use]
            pub fn by_route(method: &Method, path: &str) -> Option<&'static Operation> {
                let is_it = |it: &&Operation| it.method() == method && it.path() == path;
                ALL.iter().copied().find(is_it)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::{BoxFuture, ClientCore, Error, Request, Response, Transport};

    mod logs {
        mod types {
            crate::model! { pub struct Log { number: i64 = "number" required, } }
            crate::query! { pub struct ListLogs { from: String = "from", } }
        }

        crate::api! {
        /// Logs.
        LogsApi:
        /// Lists logs.
        ///
        /// * `day` - A day.
        #[deprecated(note = "for the test")]
        "x/logs::list": GET "/log/{day}",
            list(day: &str) joined("ids", ids: &[i64]) header("X-Kind", kind: &str)
            query(query: &types::ListLogs) -> Vec<i64> as page(Log), by_cursor(), anonymous(),
            stability("a`b") as "``a`b``", iam(&["a`b", "c"]) as "``a`b``, `c`";
        "x/logs::move": POST "/log", move_() body(text: &str) -> (), void(), task("Task");
        }

        #[allow(deprecated, reason = "for the test")]
        pub(super) fn requests(core: &crate::ClientCore) -> [crate::Request; 3] {
            let (api, query) = (LogsApi(core), types::ListLogs::default().from("x"));
            [
                api.list("a b", &[1, 2], "k", &query).into_request(),
                api.page("a", &[], "k", &query).into_request(),
                api.move_("text").into_request(),
            ]
            .map(|request| request.expect("a valid request"))
        }
    }

    struct Unused;

    impl Transport for Unused {
        fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Error>> {
            unreachable!("{request:?}")
        }
    }

    #[test]
    fn methods_set_all_parts_of_a_request() {
        let [list, page, moved] = logs::requests(&ClientCore::new(Arc::new(Unused)));
        assert_eq!(list.target(), "/log/a%20b?ids=1,2&from=x");
        assert_eq!(list.headers()["X-Kind"], "k");
        let operation = page.operation().expect("a row");
        assert_eq!(operation.id(), "x/logs::list");
        assert_eq!(operation.expanded_type(), Some("Log"));
        assert!(operation.is_by_cursor() && operation.is_anonymous());
        assert_eq!(operation.stability_badge(), Some("a`b"));
        assert_eq!(operation.iam_actions(), ["a`b", "c"]);
        let body = moved.body().map(crate::Body::as_bytes);
        assert_eq!(body, Some(&b"\"text\""[..]));
        assert_eq!(logs::LogsApi::TABLE.len(), 2);
    }
}
