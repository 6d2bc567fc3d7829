//! Serves the content of a dump, as a storage does: whoever has the address may read it, whole or
//! in part.

use percent_encoding::percent_decode_str;

use super::Engine;
use super::respond::Verdict;
use crate::clock::Moment;
use crate::journal::Effect;
use crate::reply::{Answer, Raw, Refusal};
use crate::routes::ExtraRoute;
use crate::state::World;
use crate::state::dumps::Dump;
use crate::wire::{Incoming, form};

impl Engine {
    pub(super) fn download(&self, incoming: &Incoming) -> Verdict {
        let mut world = self.world();
        let result = serve(&mut world, self.clock.now(), incoming);
        Verdict {
            caller: None,
            help: None,
            effect: Effect::None,
            result,
        }
    }
}

/// Guess: how the storage refuses; the real one is not known.
fn serve(world: &mut World, now: Moment, incoming: &Incoming) -> Result<Answer, Refusal> {
    if !["GET", "HEAD"].contains(&&*incoming.method) {
        let words = "A dump can only be read";
        return Err(Refusal::new(405, "Client::MethodNotAllowed", words));
    }
    let (path, query) = incoming.path_and_query();
    let below = path
        .strip_prefix(ExtraRoute::DOWNLOAD.path)
        .unwrap_or_default();
    let (service, id) = below.split_once('/').ok_or_else(Refusal::no_route)?;
    let service = percent_decode_str(service).decode_utf8_lossy();
    let hosting = world.hosting(&service, now)?;
    let dump = hosting.dump(id, None)?;
    let token = hosting.dump_token(dump);
    let given = form(query.unwrap_or_default());
    if !given.contains(&("token".to_owned(), token)) {
        let words = "This address is not valid";
        return Err(Refusal::new(403, "Client::Forbidden", words));
    }
    if !dump.is_ready() {
        return Err(Refusal::no_object(id));
    }
    content(dump, incoming)
}

/// The content, or the part of it that is asked for.
fn content(dump: &Dump, incoming: &Incoming) -> Result<Answer, Refusal> {
    let body = dump.content.0.as_bytes();
    // The content of a dump never changes, so its number says which it is.
    let tag = format!("\"dump-{}\"", dump.id);
    let date = dump.creation.http_date();
    let mut headers = vec![
        ("accept-ranges", "bytes".to_owned()),
        ("etag", tag.clone()),
        ("last-modified", date.clone()),
        (
            "content-disposition",
            format!("attachment; filename=\"{}\"", dump.file_name()),
        ),
    ];
    let same = incoming
        .header("if-range")
        .is_none_or(|known| known == tag || known == date);
    let range = incoming.header("range").filter(|_| same);
    let (status, part) = match range.map(|range| part(range, body.len())) {
        None | Some(Part::Whole) => (200, 0..body.len()),
        Some(Part::Of(part)) => {
            let (first, last) = (part.start, part.end - 1);
            headers.push((
                "content-range",
                format!("bytes {first}-{last}/{}", body.len()),
            ));
            (206, part)
        }
        Some(Part::None) => {
            headers.push(("content-range", format!("bytes */{}", body.len())));
            (416, 0..0)
        }
    };
    Ok(Answer::raw(Raw {
        status,
        content_type: "application/octet-stream",
        headers,
        body: body[part].to_vec(),
    }))
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Everything: the header is not understood, or asks for several parts.
    Whole,
    Of(std::ops::Range<usize>),
    /// A part that is not there.
    None,
}

fn part(header: &str, length: usize) -> Part {
    let Some((first, last)) = header
        .strip_prefix("bytes=")
        .and_then(|it| it.split_once('-'))
    else {
        return Part::Whole;
    };
    let bounds = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Part::Whole,
    };
    if bounds.is_empty() {
        Part::None
    } else {
        Part::Of(bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_says() {
        for (header, expected) in [
            ("bytes=0-3", Part::Of(0..4)),
            ("bytes=4-", Part::Of(4..10)),
            ("bytes=-3", Part::Of(7..10)),
            ("bytes=8-99", Part::Of(8..10)),
            ("bytes=-99", Part::Of(0..10)),
            ("bytes=10-", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=3-1", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=", Part::Whole),
            ("bytes=-", Part::Whole),
        ] {
            assert_eq!(part(header, 10), expected, "{header}");
        }
    }
}
