//! Decodes the main types as the library does, for its corrections.

use std::future::IntoFuture;

use ovh_web::{Correction, CorrectionKind, Error, ErrorKind};
use serde_json::Value;

use super::privacy::Word;
use super::report::{Finding, Seen};
use super::tour::Tour;

/// Reads the main types, and adds the library's corrections and failures.
pub(super) async fn read(tour: &mut Tour<'_>) {
    let client = tour.client.clone();
    let (raw, hosting) = (client.raw(), tour.hosting);
    const WEB: &str = "/hosting/web/{serviceName}";
    check(tour, WEB, raw.hosting().get(hosting).with_corrections()).await;
    /// A route below the hosting, without another value.
    macro_rules! single {
        ($($module:ident $route:literal;)*) => {$(
            let route = concat!("/hosting/web/{serviceName}", $route);
            check(tour, route, raw.$module().get(hosting).with_corrections()).await;
        )*};
    }
    /// The objects of a list, by ids that are texts or numbers.
    macro_rules! each {
        ($ids:ident: $($module:ident $list:literal $value:literal;)*) => {$(
            let list = concat!("/hosting/web/{serviceName}", $list);
            let route = concat!("/hosting/web/{serviceName}", $list, $value);
            for id in items(tour, list).iter().filter_map(Value::$ids) {
                check(tour, route, raw.$module().get(hosting, id).with_corrections()).await;
            }
        )*};
    }
    single! {
        services "/serviceInfos";
        certificates "/ssl";
        cdn "/cdn";
        email "/email";
        configuration "/configuration";
    }
    each! { as_str:
        databases "/database" "/{name}";
        domains "/attachedDomain" "/{domain}";
        users "/user" "/{login}";
        env_vars "/envVar" "/{key}";
        indy "/indy" "/{login}";
    }
    each! { as_i64:
        crons "/cron" "/{id}";
        modules "/module" "/{id}";
        ovh_configs "/ovhConfig" "/{id}";
        runtimes "/runtime" "/{id}";
        websites "/website" "/{id}";
        own_logs "/ownLogs" "/{id}";
    }
}

/// The first items of a list below the hosting.
fn items(tour: &Tour<'_>, list: &str) -> Vec<Value> {
    let key = (list.to_owned(), vec![tour.hosting.to_owned()]);
    tour.items.get(&key).cloned().unwrap_or_default()
}

async fn check<T>(
    tour: &mut Tour<'_>,
    route: &'static str,
    call: impl IntoFuture<Output = Result<(T, Vec<Correction>), Error>>,
) {
    let mut seen = Seen::default();
    match call.await {
        Ok((_, corrections)) => {
            for correction in corrections {
                let place = Word::from(correction.type_name());
                let place = place.and("::").and(correction.field());
                let finding = Finding::new("the library corrects it", &place);
                seen.add(match correction.kind() {
                    CorrectionKind::Missing => finding.found("nothing"),
                    CorrectionKind::NumberAsText => finding.found("number as text"),
                    _ => finding,
                });
            }
        }
        Err(error) if error.kind() == ErrorKind::Decode => {
            let place = Word::from("response");
            seen.add(Finding::new("the library cannot decode it", &place));
        }
        // The tour has shown the refusal.
        Err(_) => {}
    }
    tour.take(&mut seen);
    tour.report.add(&Word::from(route), seen);
}
