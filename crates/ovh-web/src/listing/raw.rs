//! Lists of raw requests, whose objects are JSON values.

use ovh_runtime::{ClientCore, Error, Method, Operation, Request};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Listing, Object, Source};
use crate::operations;

impl Listing<Value, Value> {
    /// Creates the list of a request. With `is_paged`, the server is asked for pages.
    pub(crate) fn of_request(core: ClientCore, request: Request, is_paged: bool) -> Self {
        let get = request.operation().and_then(getter);
        let is_by_cursor = request.operation().is_some_and(Operation::is_by_cursor);
        let [for_page, for_ids] = [core.clone(), core.clone()];
        let [page, ids] = [request.clone(), request.clone()];
        let mut listing = Self::from_source(Source {
            page: Box::new(move || for_page.page(page.clone())),
            ids: Box::new(move || for_ids.call(ids.clone())),
            get: Box::new(move |id| match get {
                // With is_paged, the server has ignored paging and answered with ids.
                Some(get) if is_paged => {
                    Object::Call(core.call_result(object_of(&request, get, &id)))
                }
                _ => Object::Value(id),
            }),
        });
        listing.options.is_plain = !is_paged;
        listing.options.is_by_cursor = is_by_cursor;
        listing
    }
}

/// Returns the operation that reads one object of a list.
fn getter(list: &'static Operation) -> Option<&'static Operation> {
    operations::all().find(|row| {
        let rest = row.path().strip_prefix(list.path());
        let name = rest.and_then(|rest| rest.strip_prefix("/{")?.strip_suffix('}'));
        *row.method() == Method::GET && name.is_some_and(|name| !name.contains('/'))
    })
}

/// The request of one object.
fn object_of(list: &Request, get: &'static Operation, id: &Value) -> Result<Request, Error> {
    let path = list.target().split('?').next().unwrap_or_default();
    // Both versions of the path have the route at their end.
    let segments = get.path().split('/').rev().skip(1);
    let of_list = segments.zip(path.split('/').rev());
    let values = of_list.filter(|(segment, _)| segment.starts_with('{'));
    let mut values: Vec<_> = values
        .map(|(_, value)| percent_decode_str(value).decode_utf8_lossy())
        .collect();
    values.reverse();
    let id = match id {
        Value::String(name) => name.clone(),
        number => number.to_string(),
    };
    values.push(id.into());
    let values: Vec<&str> = values.iter().map(|value| &**value).collect();
    Ok(Request::to(Method::GET, get.target(&values)?)?.with_operation(get))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str) -> &'static Operation {
        operations::by_id(id).expect(id)
    }

    #[test]
    fn object_has_values_of_list_and_id() {
        let list = row("dumps::list");
        let get = getter(list).expect("an operation");
        assert_eq!(get.id(), "dumps::get");
        let target = list.target(&["a/b", "c"]).expect("fine values");
        for target in [format!("{target}?type=now"), format!("/v1{target}")] {
            let request = Request::to(Method::GET, target).expect("a route");
            let request = request.with_operation(list);
            let object = object_of(&request, get, &7.into()).expect("a request");
            assert_eq!(object.target(), "/hosting/web/a%2Fb/database/c/dump/7");
            object_of(&request, get, &"..".into()).expect_err("refused");
        }
        assert_eq!(getter(row("hosting::get")), None);
    }
}
