//! Time and allocations of one call: our client, reqwest by hand, and the parts of a call.

#![allow(missing_docs, reason = "a program")]

use divan::{AllocProfiler, Bencher, black_box};
use ovh_web::Secret;
use ovh_web::types::Hosting;
use ovh_web_benches::{ByHand, CONSUMER, SECRET, client, offline, response, runtime, serve};
use ovh_web_tests::SERVICE;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench]
fn by_hand(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let client = ByHand::new(&serve(&response(&runtime)));
    bencher.bench_local(|| runtime.block_on(client.get()));
}

#[divan::bench]
fn ovh_web(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let client = client(&serve(&response(&runtime)));
    let call = || runtime.block_on(async { client.hosting(SERVICE).get().await });
    // The first call asks for the server's time.
    call().expect("a hosting");
    bencher.bench_local(|| call().expect("a hosting"));
}

#[divan::bench]
fn ovh_web_without_network(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let client = offline(response(&runtime));
    let call = || runtime.block_on(async { client.hosting(SERVICE).get().await });
    call().expect("a hosting");
    bencher.bench_local(|| call().expect("a hosting"));
}

#[divan::bench]
fn part_build_request(bencher: Bencher<'_, '_>) {
    let client = client("http://127.0.0.1:9/1.0");
    bencher.bench_local(|| client.hosting(SERVICE).get().into_request());
}

#[divan::bench]
fn part_sign(bencher: Bencher<'_, '_>) {
    let (secret, consumer) = (Secret::from(SECRET), Secret::from(CONSUMER));
    let url = "https://eu.api.ovh.com/v1/hosting/web/example.cluster01.hosting.ovh.net";
    bencher.bench_local(|| {
        ovh_web::signature(
            &secret,
            &consumer,
            "GET",
            black_box(url),
            b"",
            1_700_000_000,
        )
    });
}

#[divan::bench]
fn part_decode(bencher: Bencher<'_, '_>) {
    let reply = response(&runtime());
    bencher.bench_local(|| -> Hosting {
        serde_json::from_slice(black_box(reply.body())).expect("a hosting")
    });
}
