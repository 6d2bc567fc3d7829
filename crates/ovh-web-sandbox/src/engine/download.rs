//! Serves the content of a dump, as a storage does. The URL has a token instead of a signature.

use percent_encoding::percent_decode_str;

use super::Engine;
use super::call::CallResult;
use crate::clock::Moment;
use crate::http::{HttpRequest, HttpResponse};
use crate::response::{Refusal, Response};
use crate::routes::ExtraRoute;
use crate::state::World;
use crate::state::resources::Resource;

impl Engine {
    pub(super) fn download(&self, request: &HttpRequest) -> CallResult {
        let result = serve(&mut self.world(), self.clock.now(), request);
        (None, result)
    }
}

/// Guess: the errors of the storage; the real ones are unknown.
fn serve(world: &mut World, now: Moment, request: &HttpRequest) -> Result<Response, Refusal> {
    if !["GET", "HEAD"].contains(&&*request.method) {
        let message = "A dump is read with GET or HEAD";
        return Err(Refusal::new(405, "Client::MethodNotAllowed", message));
    }
    let below = request.path().strip_prefix(ExtraRoute::DOWNLOAD.path);
    let below = below.unwrap_or_default();
    let (service, id) = below.split_once('/').ok_or_else(Refusal::no_route)?;
    let service = percent_decode_str(service).decode_utf8_lossy();
    let hosting = world.hosting(&service, now)?;
    let dump = hosting.dump(id)?;
    let token = hosting.dump_token(dump);
    if request.query().get("token") != Some(&token) {
        let message = "The token of this URL is not valid";
        return Err(Refusal::new(403, "Client::Forbidden", message));
    }
    if dump.text("status") == "creating" {
        return Err(Refusal::no_object(id));
    }
    Ok(content(dump, request))
}

/// The content, or the requested range of it.
fn content(dump: &Resource, request: &HttpRequest) -> Response {
    let body = dump.hidden.as_str().unwrap_or_default().as_bytes();
    let length = body.len();
    // The content of a dump never changes, so its id is a valid ETag.
    let tag = format!("\"dump-{}\"", dump.number("id"));
    let date = dump.moment("creationDate").map(Moment::http_date);
    let date = date.unwrap_or_default();
    let unchanged = |known: &str| known == tag || known == date;
    let is_fresh = request.header("if-range").is_none_or(unchanged);
    let range = request.header("range").filter(|_| is_fresh);
    let (status, part, content_range) = match range.map(|range| parse_range(range, length)) {
        None | Some(Range::Whole) => (200, 0..length, None),
        Some(Range::Part(part)) => {
            let shown = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            (206, part, Some(shown))
        }
        Some(Range::Unsatisfiable) => (416, 0..0, Some(format!("bytes */{length}"))),
    };
    let (database, id) = (dump.text("databaseName"), dump.number("id"));
    let file = format!("attachment; filename=\"{database}-{id}.sql\"");
    let headers = [
        ("content-type", "application/octet-stream"),
        ("accept-ranges", "bytes"),
        ("etag", &tag),
        ("last-modified", &date),
        ("content-disposition", &file),
    ];
    let mut response = HttpResponse::new(status, &headers, body[part].to_vec());
    let content_range = content_range.map(|range| ("content-range", range));
    response.headers.extend(content_range);
    Response::raw(response)
}

/// The bytes that a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// All: the header is not understood, or asks for several ranges.
    Whole,
    Part(std::ops::Range<usize>),
    Unsatisfiable,
}

fn parse_range(header: &str, length: usize) -> Range {
    let Some((first, last)) = header
        .strip_prefix("bytes=")
        .and_then(|it| it.split_once('-'))
    else {
        return Range::Whole;
    };
    let bounds = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Range::Whole,
    };
    if bounds.is_empty() {
        Range::Unsatisfiable
    } else {
        Range::Part(bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        for (header, expected) in [
            ("bytes=0-3", Range::Part(0..4)),
            ("bytes=4-", Range::Part(4..10)),
            ("bytes=-3", Range::Part(7..10)),
            ("bytes=8-99", Range::Part(8..10)),
            ("bytes=-99", Range::Part(0..10)),
            ("bytes=10-", Range::Unsatisfiable),
            ("bytes=-0", Range::Unsatisfiable),
            ("bytes=3-1", Range::Whole),
            ("bytes=0-1,4-5", Range::Whole),
            ("lines=0-1", Range::Whole),
            ("bytes=", Range::Whole),
            ("bytes=-", Range::Whole),
        ] {
            assert_eq!(parse_range(header, 10), expected, "{header}");
        }
    }
}
