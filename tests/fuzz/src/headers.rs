//! Headers that the client reads: `Date`, `Age`, `Retry-After`, the page headers. Whatever
//! they say, the call ends within its time, and its error quotes no secret.

use std::time::Duration;

use ovh_runtime::{ClientCore, Method, Page, Request, Response};
use ovh_web::{Client, Credentials, Endpoint};
use serde_json::Value;

use crate::road::{Canned, Time};
use crate::{Choices, refusals, text};

const NAMES: &[&str] = &[
    "Date",
    "date",
    "Age",
    "Retry-After",
    "retry-after",
    "X-Pagination-Number",
    "X-Pagination-Size",
    "X-Pagination-Total",
    "X-Pagination-Elements",
    "Content-Type",
    "X-OVH-QUERYID",
    "Location",
];

const VALUES: &[&str] = &[
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "Mon, 06 Nov 1994 08:49:37 GMT",
    "Fri, 31 Dec 9999 23:59:60 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Tue, 02 Jan 2024 03:04:05 +1400",
    "Sat, 01 Jan 0000 00:00:00 GMT",
    "0",
    "1",
    "120",
    " 7 ",
    "-5",
    "1e3",
    "0x10",
    "99999999999999999999999999999",
    "18446744073709551615",
    "9223372036854775807",
];

const TOTAL: Duration = Duration::from_secs(300);

pub(crate) fn target(data: &[u8]) {
    let choices = &mut Choices::new(data);
    let starts = [1_700_000_000, 0, 784_111_777, 253_402_300_799, u64::MAX / 2];
    let time = Time::at(Duration::from_secs(starts[choices.below(starts.len())]));
    // The first answer is that of `/auth/time`.
    let mut replies = vec![Response::new(200, headers(choices), clock(choices))];
    for _ in 0..1 + choices.below(4) {
        replies.push(match choices.below(4) {
            0 => Response::new(200, headers(choices), page(choices)),
            1 => Response::new(429, headers(choices), refusals::body(choices)),
            2 => Response::new(503, headers(choices), refusals::body(choices)),
            _ => refusals::reply(choices),
        });
    }
    let client = Client::builder()
        .endpoint(Endpoint::OvhEu)
        .credentials(Credentials::new(
            "c4n4ry-ak-0",
            "c4n4ry-as-0",
            "c4n4ry-ck-0",
        ))
        .clock(time.clone())
        .total_timeout(TOTAL)
        .http(Canned::new(replies))
        .build()
        .expect("complete settings");
    for _ in 0..1 + choices.below(2) {
        let call = async {
            match choices.below(3) {
                0 => page_of(&client).await,
                1 => client.request(Method::Post, "/me").send().await,
                _ => client.request(Method::Get, "/me").reply().await.map(drop),
            }
        };
        let (outcome, passed) = time.run(call);
        assert!(passed <= TOTAL, "{passed:?}");
        if let Err(error) = outcome {
            let shown = format!("{error} {error:?}");
            for secret in ["c4n4ry-as-0", "c4n4ry-ck-0"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }
}

/// Asks for a list, a page a request.
async fn page_of(client: &Client) -> Result<(), ovh_web::Error> {
    let core = ClientCore::new(client.transport());
    let request = Request::to(Method::Get, "/me")?;
    let page = core.call::<Page<Value>>(request).await?;
    let _ = format!("{:?}", page.numbers);
    // A server may have pages without end; one that sends nothing new is not asked again and again.
    let mut stream = client.hosting("example.ovh").crons().list().stream();
    for _ in 0..100 {
        match stream.next().await {
            Some(item) => drop(item?),
            None => break,
        }
    }
    Ok(())
}

fn headers(choices: &mut Choices<'_>) -> Vec<(String, String)> {
    (0..choices.below(6))
        .map(|_| {
            let mut value = match choices.below(3) {
                0 | 1 => choices.pick(VALUES).to_owned(),
                _ => text::odd(choices),
            };
            for _ in 0..choices.below(3) {
                text::change(&mut value, choices);
            }
            (choices.pick(NAMES).to_owned(), value)
        })
        .collect()
}

/// Possible responses to `/auth/time`.
fn clock(choices: &mut Choices<'_>) -> Vec<u8> {
    match choices.below(3) {
        0 => b"1700000000".to_vec(),
        1 => choices
            .pick(&[
                "0",
                "-1",
                "784111777",
                "9223372036854775807",
                "-9223372036854775808",
                "1.5",
                "\"1\"",
                "",
            ])
            .into(),
        _ => choices.bytes(12).to_vec(),
    }
}

fn page(choices: &mut Choices<'_>) -> Vec<u8> {
    choices
        .pick(&[
            "[]",
            "null",
            "[1,2]",
            "[{}]",
            "[{},1,null]",
            "[[",
            "{}",
            "\"text\"",
            // A secret where something else was promised is not quoted by the error.
            "\"c4n4ry-as-0\"",
            "{\"id\":\"c4n4ry-ck-0\"}",
            "[{\"id\":\"c4n4ry-ck-0\"}]",
            "",
        ])
        .into()
}
