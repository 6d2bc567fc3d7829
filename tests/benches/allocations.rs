//! How often a call allocates, ours beside by hand, and which piece does.
//!
//! A program of its own, since a counting allocator has its price.

#![allow(missing_docs, reason = "a program")]

#[path = "support/mod.rs"]
mod support;

use std::alloc::System;

use ovh_web::types::Hosting;
use ovh_web::{Client, Secret};
use ovh_web_tests::SERVICE;
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::clients::{self, Bare, CONSUMER, SECRET};
use support::{option, runtime, tell};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Often enough that what is built up once does not count.
const CALLS: u32 = 1000;

fn main() {
    let url: String = option("url", String::new());
    if url.is_empty() {
        // As `cargo bench` calls it: there is nobody to talk to.
        return;
    }
    runtime().block_on(measure(&url));
}

async fn measure(url: &str) {
    let ours = clients::typed(url, None);
    let hand = Bare::new(url, None, None).await;
    let offline = clients::offline().await;
    let (body, headers) = support::server::hosting().await;
    let (secret, consumer) = (Secret::from(SECRET), Secret::from(CONSUMER));
    let mut value = json!({ "calls": CALLS });
    macro_rules! count {
        ($name:literal, $work:expr) => {{
            for _ in 0..100 {
                std::hint::black_box($work);
            }
            let region = Region::new(ALLOCATOR);
            for _ in 0..CALLS {
                std::hint::black_box($work);
            }
            value[$name] = told(&region);
        }};
    }
    count!("ours", clients::call(&ours).await);
    count!("hand", hand.get(SERVICE).await);
    count!("offline", clients::call(&offline).await);
    count!("request", request(&ours));
    count!("url", reqwest::Url::parse(url).expect("a URL"));
    count!(
        "sign",
        ovh_web::signature(&secret, &consumer, "GET", url, b"", 1_700_000_000)
    );
    count!("sign-hand", clients::by_hand("GET", url, "", "1700000000"));
    count!("decode", decoded(&body));
    count!("canned", (headers.clone(), body.clone()));
    tell(&value);
}

fn request(client: &Client) -> ovh_web::Request {
    let request = client.hosting(SERVICE).get().into_request();
    request.expect("a fine route")
}

fn decoded(body: &[u8]) -> Hosting {
    serde_json::from_slice(body).expect("a hosting")
}

/// Allocations, of which reallocations, and bytes, each for one call.
fn told(region: &Region<'_, System>) -> Value {
    let change = region.change();
    let each = |count: usize| count as f64 / f64::from(CALLS);
    json!({
        "allocations": each(change.allocations),
        "reallocations": each(change.reallocations),
        "bytes": each(change.bytes_allocated),
    })
}
