//! Time to decode a response: generated models against structs with serde's derive.

#![allow(missing_docs, reason = "a program")]

#[path = "../../../crates/ovh-web-client/tests/support/pages.rs"]
mod pages;

use divan::Bencher;
use ovh_web_client::Client;
use pages::now;

fn main() {
    divan::main();
}

fn bench<T>(bencher: Bencher<'_, '_>, text: &str, work: impl Fn(&Client) -> T) {
    let client = pages::answering(text);
    bencher.bench_local(|| work(&client));
}

#[divan::bench]
fn databases_1000_serde(bencher: Bencher<'_, '_>) {
    bench(bencher, &pages::databases(1000), |client| {
        let reply = now(client.databases().list("x", &Default::default()).response());
        serde_json::from_slice::<Vec<pages::Database>>(reply.body()).expect("a page")
    });
}

#[divan::bench]
fn databases_1000(bencher: Bencher<'_, '_>) {
    bench(bencher, &pages::databases(1000), |client| {
        now(client.databases().page("x", &Default::default()))
    });
}

#[divan::bench]
fn databases_1000_one_malformed(bencher: Bencher<'_, '_>) {
    let text = pages::with_a_bad_item(&pages::databases(1000), "dumps");
    bench(bencher, &text, |client| {
        now(client.databases().page("x", &Default::default()))
    });
}

#[divan::bench]
fn tasks_1000_serde(bencher: Bencher<'_, '_>) {
    bench(bencher, &pages::tasks(1000), |client| {
        let reply = now(client.tasks().list("x", &Default::default()).response());
        serde_json::from_slice::<Vec<pages::Task>>(reply.body()).expect("a page")
    });
}

#[divan::bench]
fn tasks_1000(bencher: Bencher<'_, '_>) {
    bench(bencher, &pages::tasks(1000), |client| {
        now(client.tasks().page("x", &Default::default()))
    });
}

#[divan::bench]
fn hosting_serde(bencher: Bencher<'_, '_>) {
    bench(bencher, &pages::hosting(), |client| {
        let reply = now(client.hosting().get("x").response());
        serde_json::from_slice::<pages::Hosting>(reply.body()).expect("a hosting")
    });
}

#[divan::bench]
fn hosting(bencher: Bencher<'_, '_>) {
    bench(bencher, &pages::hosting(), |client| {
        now(client.hosting().get("x"))
    });
}
