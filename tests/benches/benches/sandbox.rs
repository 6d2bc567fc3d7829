//! Time that the sandbox takes to start and to answer, seen by our client.

#![allow(missing_docs, reason = "a program")]

use divan::Bencher;
use ovh_web_benches::runtime;
use ovh_web_sandbox::{HostingSeed, Sandbox};
use ovh_web_tests::{SERVICE, Scene};
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// A sandbox with a hosting of 20,000 objects.
fn large(runtime: &Runtime) -> Scene {
    let seed = HostingSeed::new("big.example");
    let seed = seed.domains(10_000).crons(10_000);
    runtime.block_on(Scene::of(Sandbox::builder().hosting_with(seed)))
}

#[divan::bench]
fn start() -> Sandbox {
    Sandbox::builder().start_now().expect("a port")
}

#[divan::bench]
fn get_hosting(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let scene = runtime.block_on(Scene::start());
    bencher.bench_local(|| {
        runtime.block_on(async {
            scene
                .client
                .hosting(SERVICE)
                .get()
                .await
                .expect("a hosting")
        })
    });
}

#[divan::bench]
fn get_hosting_with_20000_objects(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let scene = large(&runtime);
    bencher.bench_local(|| {
        runtime.block_on(async { scene.client.hosting("big.example").get().await.expect("it") })
    });
}

#[divan::bench]
fn list_ids_of_10000(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let scene = large(&runtime);
    let crons = scene.client.hosting("big.example").crons();
    bencher.bench_local(|| runtime.block_on(async { crons.list().ids().await.expect("ids") }));
}

#[divan::bench]
fn list_page_of_100_of_10000(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let scene = large(&runtime);
    let crons = scene.client.hosting("big.example").crons();
    bencher.bench_local(|| {
        let mut page = crons.list().page_size(100).stream();
        runtime.block_on(async { page.next().await.expect("a cron").expect("a page") })
    });
}
