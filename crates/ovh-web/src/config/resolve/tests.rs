//! The merging of settings, by examples.

use super::*;

const HOME: &str = "[default]\nendpoint = ovh-eu\n[ovh-eu]\napplication_key = home-ak\n\
                    application_secret = home-as\nconsumer_key = home-ck\n";

fn parts(settings: &Settings) -> (String, [String; 3]) {
    let credentials = &settings.credentials;
    (
        settings.endpoint.to_string(),
        [
            credentials.application_key(),
            credentials.application_secret(),
            credentials.consumer_key(),
        ]
        .map(|secret| secret.expose().to_owned()),
    )
}

fn refused(explicit: &Explicit, sources: &Sources) -> String {
    let error = resolve(explicit, sources).expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let text = format!("{error} {error:?}");
    assert!(!text.contains("s3cr3t"), "{text}");
    text
}

#[test]
fn each_key_comes_from_the_highest_place_that_has_it() {
    let sources = Sources::new()
        .variable("OVH_CONSUMER_KEY", "env-ck")
        .file("./ovh.conf", "[ovh-eu]\napplication_secret = here-as\n")
        .file("~/.ovh.conf", HOME)
        .file(
            "/etc/ovh.conf",
            "[default]\nendpoint = ovh-ca\n[ovh-eu]\napplication_key = etc-ak\n",
        );
    let explicit = Explicit::default();
    let settings = resolve(&explicit, &sources).expect("complete");
    assert_eq!(
        parts(&settings),
        (
            "ovh-eu".to_owned(),
            ["home-ak", "here-as", "env-ck"].map(str::to_owned)
        )
    );

    let explicit = Explicit {
        consumer_key: Some("own-ck".into()),
        ..Explicit::default()
    };
    let settings = resolve(&explicit, &sources).expect("complete");
    assert_eq!(parts(&settings).1[2], "own-ck");
}

#[test]
fn the_endpoint_decides_which_section_is_read() {
    let file = "[default]\nendpoint = ovh-eu\n[ovh-ca]\napplication_key = ca\napplication_secret = ca\n\
                consumer_key = ca\n[sys-eu]\napplication_key = sys\napplication_secret = sys\nconsumer_key = sys\n\
                [http://127.0.0.1:1/1.0]\napplication_key = own\napplication_secret = own\nconsumer_key = own\n";
    let files = Sources::new().file("./ovh.conf", file);
    for (name, value) in [
        ("ovh-ca", "ca"),
        ("sys-eu", "sys"),
        ("soyoustart-eu", "sys"),
        ("http://127.0.0.1:1/1.0", "own"),
        ("http://127.0.0.1:1/1.0/", "own"),
    ] {
        let sources = files.clone().variable("OVH_ENDPOINT", name);
        let settings = resolve(&Explicit::default(), &sources).expect(name);
        assert_eq!(parts(&settings).1, [value, value, value], "{name}");
    }
    let explicit = Explicit {
        endpoint: Some(Endpoint::OvhCa),
        ..Explicit::default()
    };
    let sources = files.variable("OVH_ENDPOINT", "sys-eu");
    let settings = resolve(&explicit, &sources).expect("complete");
    assert_eq!(parts(&settings).0, "ovh-ca");
}

#[test]
fn an_empty_value_counts_as_unset() {
    let sources = Sources::new()
        .variable("OVH_ENDPOINT", "")
        .variable("OVH_APPLICATION_KEY", " ")
        .variable("OVH_CLIENT_ID", "")
        .file("./ovh.conf", "[ovh-eu]\nconsumer_key =\n")
        .file("~/.ovh.conf", HOME);
    let settings = resolve(&Explicit::default(), &sources).expect("complete");
    assert_eq!(parts(&settings).1, ["home-ak", "home-as", "home-ck"]);
}

#[test]
fn no_endpoint_and_an_unknown_one_list_the_known_ones() {
    let none = refused(&Explicit::default(), &Sources::new());
    assert!(
        none.contains("OVH_ENDPOINT") && none.contains("ovh-us"),
        "{none}"
    );
    let unknown = refused(
        &Explicit::default(),
        &Sources::new().file("./ovh.conf", "[default]\nendpoint = ovh-mars"),
    );
    for part in ["ovh-mars", "./ovh.conf, line 2", "soyoustart-eu"] {
        assert!(unknown.contains(part), "{unknown}");
    }
}

#[test]
fn missing_parts_are_named_together_with_the_places_of_the_others() {
    let sources = Sources::new()
        .variable("OVH_ENDPOINT", "ovh-eu")
        .variable("OVH_APPLICATION_KEY", "s3cr3t1")
        .file("./ovh.conf", "[ovh-eu]\nconsumer_key = s3cr3t2\n");
    let text = refused(&Explicit::default(), &sources);
    for part in [
        "lack application_secret",
        "application_key from the environment (OVH_APPLICATION_KEY)",
        "consumer_key from ./ovh.conf, line 2",
        "OVH_APPLICATION_SECRET",
        "https://eu.api.ovh.com/createToken/",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    let nothing = refused(
        &Explicit::default(),
        &Sources::new().variable("OVH_ENDPOINT", "ovh-us"),
    );
    assert!(nothing.contains("no credentials for ovh-us"), "{nothing}");
}

#[test]
fn credentials_of_another_kind_are_refused_and_never_passed_over() {
    let only = Sources::new()
        .variable("OVH_ENDPOINT", "ovh-eu")
        .variable("OVH_ACCESS_TOKEN", "s3cr3t");
    let text = refused(&Explicit::default(), &only);
    assert!(text.contains("access_token from the environment"), "{text}");

    let mixed = Sources::new()
        .variable("OVH_CLIENT_ID", "s3cr3t")
        .variable("OVH_CLIENT_SECRET", "s3cr3t")
        .file("~/.ovh.conf", HOME);
    let text = refused(&Explicit::default(), &mixed);
    for part in [
        "two kinds",
        "application_key from ~/.ovh.conf, line 4",
        "client_id from the environment (OVH_CLIENT_ID)",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }

    let explicit = Explicit {
        endpoint: Some(Endpoint::OvhEu),
        application_key: Some("ak".into()),
        application_secret: Some("as".into()),
        consumer_key: Some("ck".into()),
    };
    let settings = resolve(&explicit, &mixed).expect("the program said all of it");
    assert_eq!(parts(&settings).1, ["ak", "as", "ck"]);
}

#[test]
fn a_malformed_file_and_a_value_that_no_header_carries_name_their_line() {
    let text = refused(
        &Explicit::default(),
        &Sources::new().file("./ovh.conf", "[default]\n\ns3cr3t"),
    );
    assert!(text.contains("./ovh.conf, line 3"), "{text}");
    let text = refused(
        &Explicit::default(),
        &Sources::new()
            .variable("OVH_APPLICATION_SECRET", "s3cr3t\u{a0}x")
            .file("~/.ovh.conf", HOME),
    );
    assert!(
        text.contains("application_secret from the environment"),
        "{text}"
    );
}

#[test]
fn settings_show_no_secret() {
    let explicit = Explicit {
        endpoint: Some(Endpoint::OvhEu),
        application_key: Some("s3cr3t".into()),
        application_secret: Some("s3cr3t".into()),
        consumer_key: Some("s3cr3t".into()),
    };
    let settings = resolve(&explicit, &Sources::new()).expect("complete");
    assert!(!format!("{explicit:?} {settings:?}").contains("s3cr3t"));
}
