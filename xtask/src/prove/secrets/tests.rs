//! What is found in what was shown, and what is told of it.

use super::*;

fn place() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn a_secret_is_found_in_every_form_and_left_out_of_what_is_told() {
    let kept = place();
    let put = |name: &str, text: &str| {
        std::fs::write(kept.path().join(name), text).expect("a file");
    };
    put("secret-tests-1", "word \"one\"\u{1e}short\u{1e}");
    put(
        "secret-tests-2",
        "on-purpose-in-output\u{1e}never shown\u{1e}",
    );
    put(
        "shown-tests-1",
        "plain: word \"one\", word \"one\"\nquoted: word \\\"one\\\"\nshort\n",
    );
    put(
        "output-0",
        "GET /x?y=word%20%22one%22\non-purpose-in-output\nnothing\n",
    );
    let mut searched = Searched::default();
    search(kept.path(), &mut searched).expect("readable");
    assert_eq!(searched.secrets, 4);
    assert_eq!(searched.short, BTreeSet::from(["short".to_owned()]));
    let found = &searched.found;
    assert_eq!(found.lines, 6);
    let leaks: Vec<_> = found.leaks.keys().map(String::as_str).collect();
    assert_eq!(
        leaks,
        [
            "GET /x?y=<SECRET>",
            "plain: <SECRET>, <SECRET>",
            "quoted: <SECRET>"
        ]
    );
    assert_eq!(
        found.on_purpose,
        BTreeSet::from(["on-purpose-in-output".to_owned()])
    );

    let outcome = report(&searched);
    let figures: Vec<_> = outcome
        .targets
        .iter()
        .map(|it| (it.figure.as_str(), it.reached))
        .collect();
    assert_eq!(figures, [("3", false), ("5", false)]);
    assert!(
        outcome
            .text
            .contains("* 1 times: `plain: <SECRET>, <SECRET>`")
    );
    assert!(!outcome.text.contains("one\""), "{}", outcome.text);
}

#[test]
fn what_may_be_shown_is_told_with_its_reason_and_a_key_may_not() {
    for public in [
        "3LmkU4GK0Iw1wREt",
        "\"EU.ruiit73z2nlfazxy\"",
        "$1$00125c058dd4c4192e517abf489188f07f18ed56",
        "1795602976",
        "https://eu.api.ovh.com/1.0",
        "kimsufi-eu",
        "//evil.example/me",
        "********",
    ] {
        assert!(search::may_be_shown(public).is_some(), "{public}");
    }
    for secret in [
        "7GR2uha9RJ0K06uGzqz4D18HthWlCsh3",
        "canary-secret",
        "a long password",
        "s3cr3t",
        "c4n4ry-ck",
        // As long as an application key, and like an endpoint: a canary is never let off.
        "canary0000000000",
        "canary-for-eu",
    ] {
        assert_eq!(search::may_be_shown(secret), None);
        assert!(!search::is_short(secret), "{secret}");
    }
}
