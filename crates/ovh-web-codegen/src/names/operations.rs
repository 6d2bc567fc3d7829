//! The name of an operation, from its method, its route and the segments that are collections.
//!
//! | route (below the section) | GET | POST | PUT | DELETE |
//! |---|---|---|---|---|
//! | `/cron` with a `/cron/{id}` | `crons::list` | `crons::create` | | |
//! | `/cron/{id}` | `crons::get` | | `crons::update` | `crons::delete` |
//! | `/database/{name}/copy` | `database_copies::list` | ... | | |
//! | `/database/{name}/restore` | | `databases::restore` | | |
//! | `/vcs/supported`, without a service | `catalog::vcs_supported` | | | |
//! | `/email`, an object of the service | `hosting::email` | | `hosting::update_email` | |

use std::collections::BTreeSet;

use super::case::{plural, singular, snake};
use super::lock::Name;

/// The parts of a name.
pub(crate) struct Route<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// The static start of the section's routes: `/hosting/web`.
    pub(crate) section: &'a str,
    /// The other paths of the section.
    pub(crate) paths: &'a BTreeSet<String>,
    /// The methods of the path.
    pub(crate) methods: &'a BTreeSet<String>,
}

/// Proposes a name for a route that the lock does not have.
pub(crate) fn propose(route: &Route<'_>) -> Name {
    let below = route.path.strip_prefix(route.section).unwrap_or(route.path);
    let segments: Vec<&str> = below
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    let mut collections: Vec<String> = Vec::new();
    let mut leaf: Vec<String> = Vec::new();
    let mut prefix = route.section.to_owned();
    let mut is_item = false;
    for (index, segment) in segments.iter().enumerate() {
        prefix.push('/');
        prefix.push_str(segment);
        if segment.starts_with('{') {
            // The first value after the section is the service.
            is_item = index == 0 || leaf.is_empty();
            continue;
        }
        let below = format!("{prefix}/{{");
        let has_items = route
            .paths
            .range(below.clone()..)
            .next()
            .is_some_and(|path| path.starts_with(&below));
        if has_items {
            let mut words: Vec<String> = std::mem::take(&mut leaf);
            words.push(snake(segment).trim_end_matches('_').to_owned());
            collections.push(words.join("_"));
            is_item = false;
        } else {
            leaf.push(snake(segment).trim_end_matches('_').to_owned());
        }
    }
    let module = match collections.split_last() {
        // A route without a service.
        None if !leaf.is_empty() && !below.contains('{') => "catalog".to_owned(),
        None => snake(home(route.section)),
        Some((last, parents)) => {
            let mut words: Vec<String> = parents.iter().map(|parent| singular(parent)).collect();
            words.push(plural(last));
            words.join("_")
        }
    };
    // A segment that starts with a digit has a leading underscore.
    let joined = |name: String| name.replace("__", "_");
    Name::new(joined(module), joined(verb(route, &leaf, is_item)))
}

/// The name of a section, from the common prefix of its routes.
pub(crate) fn home(section: &str) -> &str {
    let mut words = section.split('/').rev();
    let named = words.find(|word| !matches!(*word, "" | "v2" | "web"));
    named.unwrap_or("api")
}

fn verb(route: &Route<'_>, leaf: &[String], is_item: bool) -> String {
    let noun = leaf.join("_");
    let verb = match (route.method, leaf.is_empty(), is_item) {
        ("GET", true, true) => "get".to_owned(),
        ("GET", true, false) => "list".to_owned(),
        ("POST", true, false) => "create".to_owned(),
        ("POST", true, true) => "post".to_owned(),
        ("PUT", true, _) => "update".to_owned(),
        ("DELETE", true, _) => "delete".to_owned(),
        ("GET", false, _) => noun,
        ("POST", false, _) if route.methods.contains("GET") => format!("create_{noun}"),
        ("POST", false, _) => noun,
        ("PUT", false, _) => format!("update_{noun}"),
        (method, false, _) => format!("{}_{noun}", method.to_lowercase()),
        (method, true, _) => method.to_lowercase(),
    };
    if super::case::is_keyword(&verb) {
        format!("{verb}_")
    } else {
        verb
    }
}

/// The route without the names of its parameters, which are not part of the request.
pub(crate) fn shape(route: &str) -> String {
    let segments = route.split('/').map(|segment| match segment {
        value if value.starts_with('{') => "{}",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(method: &str, path: &str, all: &[(&str, &str)]) -> String {
        let paths = all.iter().map(|(_, path)| (*path).to_owned()).collect();
        let methods = all
            .iter()
            .filter(|(_, candidate)| *candidate == path)
            .map(|(method, _)| (*method).to_owned())
            .collect();
        propose(&Route {
            method,
            path,
            section: "/hosting/web",
            paths: &paths,
            methods: &methods,
        })
        .to_string()
    }

    #[test]
    fn proposes_names_of_operations() {
        let all = [
            ("GET", "/hosting/web"),
            ("GET", "/hosting/web/moduleList/{id}"),
            ("GET", "/hosting/web/vcs/supported"),
            ("GET", "/hosting/web/{serviceName}"),
            ("PUT", "/hosting/web/{serviceName}"),
            ("GET", "/hosting/web/{serviceName}/database"),
            ("POST", "/hosting/web/{serviceName}/database"),
            ("DELETE", "/hosting/web/{serviceName}/database/{name}"),
            (
                "POST",
                "/hosting/web/{serviceName}/database/{name}/changePassword",
            ),
            ("GET", "/hosting/web/{serviceName}/database/{name}/copy"),
            (
                "GET",
                "/hosting/web/{serviceName}/database/{name}/copy/{id}",
            ),
            ("GET", "/hosting/web/{serviceName}/ssl"),
            ("POST", "/hosting/web/{serviceName}/ssl"),
            ("PUT", "/hosting/web/{serviceName}/email"),
            ("POST", "/hosting/web/{serviceName}/email/request"),
        ];
        let got: Vec<String> = all
            .iter()
            .map(|(method, path)| name(method, path, &all))
            .collect();
        assert_eq!(
            got,
            [
                "hosting::list",
                "module_lists::get",
                "catalog::vcs_supported",
                "hosting::get",
                "hosting::update",
                "databases::list",
                "databases::create",
                "databases::delete",
                "databases::change_password",
                "database_copies::list",
                "database_copies::get",
                "hosting::ssl",
                "hosting::create_ssl",
                "hosting::update_email",
                "hosting::email_request",
            ]
        );
    }
}
