//! A few runs of every target with a fixed seed, so that a target that broke is seen at once. Long
//! runs are made by this package's program and by libFuzzer.

use ovh_web_fuzz::driver::{self, Plan, input};
use ovh_web_fuzz::{TARGETS, Target, target};

fn short(name: &str) {
    let target = target(name).expect("a target");
    let plan = Plan {
        seed: 8,
        from: 0,
        runs: target.short,
        trace: false,
    };
    if let Err(found) = driver::run(target, plan, &mut |_| ()) {
        panic!("{name}: {found}");
    }
}

#[test]
fn generator() {
    short("generator");
}

#[test]
fn models() {
    short("models");
}

#[test]
fn refusals() {
    short("refusals");
}

#[test]
fn settings() {
    short("settings");
}

#[test]
fn headers() {
    short("headers");
}

#[test]
fn sandbox() {
    short("sandbox");
}

#[test]
fn seeds_reproduce_and_panics_are_minimized() {
    for target in TARGETS {
        assert_eq!(input(target, 1, 5), input(target, 1, 5));
        assert_ne!(input(target, 1, 5), input(target, 2, 5));
        assert!((0..200).all(|run| input(target, 1, run).len() <= target.most));
    }
    let picky = Target {
        name: "picky",
        run: |data| assert!(!data.contains(&7), "a seven"),
        most: 512,
        short: 0,
    };
    let plan = Plan {
        seed: 1,
        from: 0,
        runs: 1000,
        trace: false,
    };
    let found = driver::run(&picky, plan, &mut |_| ()).expect_err("a seven comes up");
    assert!(found.message.contains("a seven"), "{found}");
    assert!(found.input.ends_with(&[7]), "{found}");
    assert!(
        found.input[..found.input.len() - 1]
            .iter()
            .all(|byte| *byte == 0),
        "{found}"
    );
}
