//! The pieces of which a call consists, each alone and without a network.

use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::Duration;

use ovh_web::types::Hosting;
use ovh_web::{Request, Secret};
use ovh_web_tests::SERVICE;
use serde_json::json;

use crate::support::clients::{self, CONSUMER, SECRET};
use crate::support::usage::Meter;
use crate::support::{option, tell};

/// As long as a real one.
const URL: &str = "https://eu.api.ovh.com/v1/hosting/web/example.cluster01.hosting.ovh.net";

/// Measures each piece in turn, round after round, and tells nanoseconds of the processor.
pub(crate) async fn run() {
    let (calls, rounds) = (option("calls", 2000_u32), option("rounds", 10_u32));
    let client = clients::offline().await;
    let (body, _) = crate::support::server::hosting().await;
    let (secret, consumer) = (Secret::from(SECRET), Secret::from(CONSUMER));
    let mut found: Vec<(&str, Vec<f64>)> =
        ["call", "request", "url", "sign", "span", "timer", "decode"]
            .map(|name| (name, Vec::new()))
            .into();
    for round in 0..=rounds {
        for (name, costs) in &mut found {
            let meter = Meter::start();
            for _ in 0..calls {
                match *name {
                    "call" => drop(std::hint::black_box(clients::call(&client).await)),
                    "request" => request(&client),
                    "url" => {
                        let url = reqwest::Url::parse(std::hint::black_box(URL));
                        std::hint::black_box(url.expect("a URL"));
                    }
                    "sign" => {
                        let made =
                            ovh_web::signature(&secret, &consumer, "GET", URL, b"", 1_700_000_000);
                        std::hint::black_box(made);
                    }
                    "span" => span(),
                    "timer" => timer().await,
                    "decode" => {
                        let read: Hosting =
                            serde_json::from_slice(std::hint::black_box(&body)).expect("a hosting");
                        drop(std::hint::black_box(read));
                    }
                    _ => unreachable!("a name of the list"),
                }
            }
            // The first round warms up.
            if round > 0 {
                costs.push(meter.stop().cpu * 1e9 / f64::from(calls));
            }
        }
    }
    let mut value = json!({ "calls": calls });
    for (name, costs) in found {
        value[name] = json!(costs);
    }
    tell(&value);
}

/// The value that is to be sent: checked and escaped path, no network.
fn request(client: &ovh_web::Client) {
    let request: Result<Request, _> = client.hosting(SERVICE).get().into_request();
    drop(std::hint::black_box(request));
}

/// The two spans of a call and its event, with nobody listening, as in most programs.
fn span() {
    for _ in 0..2 {
        let span = tracing::debug_span!(
            "measured",
            operation = %"hosting::get",
            status = tracing::field::Empty,
        );
        let _inside = span.enter();
        span.record("status", 200);
    }
    tracing::debug!(milliseconds = 1, "answered");
}

/// The two time limits of a call: a timer is set, looked at once and taken back.
async fn timer() {
    for limit in [300, 180] {
        let mut sleep = Box::pin(tokio::time::sleep(Duration::from_secs(limit)));
        poll_fn(|cx| {
            let _ = sleep.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }
}
