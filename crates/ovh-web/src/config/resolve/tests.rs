//! Tests of merging settings.

use ovh_runtime::ErrorKind;

use super::*;

const HOME: &str = "[default]\nendpoint = ovh-eu\n[ovh-eu]\napplication_key = home-ak\n\
                    application_secret = home-as\nconsumer_key = home-ck\n";

fn parts(settings: &Settings) -> (String, [String; 3]) {
    let Auth::Application {
        key,
        secret,
        consumer: Some(consumer),
    } = &settings.auth
    else {
        panic!("not signed: {settings:?}");
    };
    (
        settings.endpoint.to_string(),
        [key, secret, consumer].map(|secret| secret.expose().to_owned()),
    )
}

pub(super) fn refused(explicit: &Explicit, sources: &Sources) -> String {
    let error = resolve(explicit, sources).expect_err("must be refused");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let text = format!("{error} {error:?}");
    assert!(!text.contains("s3cr3t"), "{text}");
    text
}

#[test]
fn each_key_comes_from_highest_source() {
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
        parts: [(Part::ConsumerKey, "own-ck".into())].into(),
        ..Explicit::default()
    };
    let settings = resolve(&explicit, &sources).expect("complete");
    assert_eq!(parts(&settings).1[2], "own-ck");
}

#[test]
fn endpoint_selects_section() {
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
fn region_url_reads_named_section() {
    let sources = Sources::new()
        .variable("OVH_ENDPOINT", "https://eu.api.ovh.com/1.0")
        .file("~/.ovh.conf", HOME);
    let settings = resolve(&Explicit::default(), &sources).expect("complete");
    let expected = ["home-ak", "home-as", "home-ck"].map(str::to_owned);
    assert_eq!(parts(&settings), ("ovh-eu".to_owned(), expected));
}

#[test]
fn names_unreadable_files_if_values_missing() {
    let mut sources = Sources::new().variable("OVH_ENDPOINT", "ovh-eu");
    sources.unreadable = vec![
        "~/.ovh.conf: denied".to_owned(),
        "/etc/ovh.conf: denied".to_owned(),
    ];
    let text = refused(&Explicit::default(), &sources);
    assert!(
        text.contains("~/.ovh.conf: denied; /etc/ovh.conf: denied"),
        "{text}"
    );
    let sources = sources.file("./ovh.conf", HOME);
    resolve(&Explicit::default(), &sources).expect("nothing is missing");
}

#[test]
fn empty_value_counts_as_unset() {
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
fn missing_or_unknown_endpoint_lists_known() {
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
fn names_missing_parts_and_sources_of_rest() {
    let sources = Sources::new()
        .variable("OVH_ENDPOINT", "ovh-eu")
        .variable("OVH_APPLICATION_KEY", "s3cr3t1")
        .file("./ovh.conf", "[ovh-eu]\nconsumer_key = s3cr3t2\n");
    let text = refused(&Explicit::default(), &sources);
    for part in [
        "missing application_secret",
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
fn refuses_another_kind_of_credentials() {
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
        parts: [
            (Part::ApplicationKey, "ak".into()),
            (Part::ApplicationSecret, "as".into()),
            (Part::ConsumerKey, "ck".into()),
        ]
        .into(),
        ..Explicit::default()
    };
    let settings = resolve(&explicit, &mixed).expect("the program said all of it");
    assert_eq!(parts(&settings).1, ["ak", "as", "ck"]);
}

#[test]
fn names_line_of_malformed_file_or_value() {
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
fn debug_shows_no_secret() {
    let explicit = Explicit {
        endpoint: Some(Endpoint::OvhEu),
        parts: [
            (Part::ApplicationKey, "s3cr3t".into()),
            (Part::ApplicationSecret, "s3cr3t".into()),
            (Part::ConsumerKey, "s3cr3t".into()),
        ]
        .into(),
        ..Explicit::default()
    };
    let settings = resolve(&explicit, &Sources::new()).expect("complete");
    assert!(!format!("{explicit:?} {settings:?}").contains("s3cr3t"));
}

#[test]
fn finds_each_kind_in_each_source() {
    let environment = Sources::new()
        .variable("OVH_ENDPOINT", "ovh-ca")
        .variable("OVH_CLIENT_ID", "id")
        .variable("OVH_CLIENT_SECRET", "canary-secret");
    let file = Sources::new().file(
        "./ovh.conf",
        "[default]\nendpoint=ovh-ca\n[ovh-ca]\nclient_id=id\nclient_secret=canary-secret\n",
    );
    let program = Explicit {
        endpoint: Some(Endpoint::OvhCa),
        parts: [
            (Part::ClientId, "id".into()),
            (Part::ClientSecret, "canary-secret".into()),
        ]
        .into(),
        ..Explicit::default()
    };
    let none = Explicit::default();
    let beside = Sources::new().file("~/.ovh.conf", HOME.replace("ovh-eu", "ovh-ca"));
    for (explicit, sources) in [(&none, environment), (&none, file), (&program, beside)] {
        let settings = resolve(explicit, &sources).expect("complete");
        let Auth::OAuth2(tokens) = settings.auth else {
            panic!("not OAuth2: {settings:?}");
        };
        let secrets = tokens.secrets();
        let secrets: Vec<&str> = secrets.iter().map(Secret::expose).collect();
        assert_eq!(secrets, ["id", "canary-secret"]);
        assert_eq!(tokens.url(), "https://ca.ovh.com/auth/oauth2/token");
    }
    let token = Sources::new()
        .variable("OVH_ENDPOINT", "sys-eu")
        .variable("OVH_ACCESS_TOKEN", "t0ken");
    let settings = resolve(&none, &token).expect("complete");
    assert!(matches!(settings.auth, Auth::Bearer(token) if token.expose() == "t0ken"));
}

#[test]
fn refuses_incomplete_or_mixed_credentials() {
    let half = Sources::new()
        .variable("OVH_ENDPOINT", "ovh-eu")
        .variable("OVH_CLIENT_ID", "s3cr3t");
    let text = refused(&Explicit::default(), &half);
    for part in [
        "missing client_secret",
        "client_id from the environment",
        "OVH_CLIENT_SECRET",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    let two = half
        .variable("OVH_CLIENT_SECRET", "s3cr3t")
        .file("./ovh.conf", "[ovh-eu]\naccess_token = s3cr3t\n");
    let text = refused(&Explicit::default(), &two);
    for part in ["two kinds", "access_token from ./ovh.conf, line 2"] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    // A token and a complete pair, all from the program: still ambiguous.
    let both = Explicit {
        endpoint: Some(Endpoint::OvhEu),
        parts: [
            (Part::AccessToken, "s3cr3t".into()),
            (Part::ClientId, "s3cr3t".into()),
            (Part::ClientSecret, "s3cr3t".into()),
        ]
        .into(),
        ..Explicit::default()
    };
    let text = refused(&both, &Sources::new());
    assert!(
        text.contains("two kinds") && text.contains("client_id from the program"),
        "{text}"
    );
}

#[test]
fn oauth2_needs_known_endpoint_or_token_url() {
    let mut explicit = Explicit {
        endpoint: Some(Endpoint::KimsufiCa),
        parts: [
            (Part::ClientId, "s3cr3t".into()),
            (Part::ClientSecret, "s3cr3t".into()),
        ]
        .into(),
        ..Explicit::default()
    };
    let text = refused(&explicit, &Sources::new());
    for part in ["kimsufi-ca", "client_secret from the program", "token_url"] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    explicit.token_url = Some("http://example.com/token".to_owned());
    let text = refused(&explicit, &Sources::new());
    assert!(text.contains("plain HTTP"), "{text}");
    explicit.token_url = Some("https://example.com/token".to_owned());
    let settings = resolve(&explicit, &Sources::new()).expect("complete");
    assert!(
        matches!(settings.auth, Auth::OAuth2(tokens) if tokens.url() == "https://example.com/token")
    );
}

#[test]
fn application_alone_must_be_requested() {
    let sources = Sources::new().file("~/.ovh.conf", HOME);
    let explicit = Explicit {
        without_consumer_key: true,
        ..Explicit::default()
    };
    let settings = resolve(&explicit, &sources).expect("complete");
    let Auth::Application { key, consumer, .. } = settings.auth else {
        panic!("not an application: {settings:?}");
    };
    assert!(key.expose() == "home-ak" && consumer.is_none());
    let lacking = Sources::new().file(
        "~/.ovh.conf",
        "[default]\nendpoint=ovh-eu\n[ovh-eu]\napplication_key=s3cr3t\napplication_secret=s3cr3t\n",
    );
    let text = refused(&Explicit::default(), &lacking);
    assert!(
        text.contains("missing consumer_key") && text.contains("without_consumer_key"),
        "{text}"
    );
}

const PROFILES: &str = "[default]\nendpoint = ovh-eu\nprofile = work\n[ovh-eu]\napplication_key = eu\n\
                        application_secret = eu\nconsumer_key = eu\n[profile:work]\nendpoint = ovh-ca\n\
                        application_key = work\napplication_secret = work\nconsumer_key = work\n\
                        [profile:home]\napplication_key = home\napplication_secret = home\nconsumer_key = home\n";

#[test]
fn profile_by_program_then_env_then_file() {
    let files = Sources::new().file("~/.ovh.conf", PROFILES);
    for (program, variable, endpoint, key) in [
        (None, None, "ovh-ca", "work"),
        (None, Some("home"), "ovh-eu", "home"),
        (None, Some("default"), "ovh-eu", "eu"),
        (Some("home"), Some("work"), "ovh-eu", "home"),
        (Some("default"), Some("work"), "ovh-eu", "eu"),
    ] {
        let explicit = Explicit {
            profile: program.map(str::to_owned),
            ..Explicit::default()
        };
        let mut sources = files.clone();
        if let Some(name) = variable {
            sources = sources.variable("OVH_PROFILE", name);
        }
        let settings = resolve(&explicit, &sources).expect("complete");
        let expected = (endpoint.to_owned(), [key, key, key].map(str::to_owned));
        assert_eq!(parts(&settings), expected, "{program:?} {variable:?}");
    }
}

#[test]
fn environment_wins_over_profile_from_file() {
    let sources = Sources::new()
        .file("~/.ovh.conf", PROFILES)
        .variable("OVH_CONSUMER_KEY", "env")
        .variable("OVH_ENDPOINT", "ovh-us");
    let settings = resolve(&Explicit::default(), &sources).expect("complete");
    let expected = (
        "ovh-us".to_owned(),
        ["work", "work", "env"].map(str::to_owned),
    );
    assert_eq!(parts(&settings), expected);
    let explicit = Explicit {
        profile: Some("work".to_owned()),
        ..Explicit::default()
    };
    let settings = resolve(&explicit, &sources).expect("complete");
    let expected = (
        "ovh-ca".to_owned(),
        ["work", "work", "work"].map(str::to_owned),
    );
    assert_eq!(parts(&settings), expected);
}

#[test]
fn profile_is_isolated_and_unknown_lists_all() {
    let sources = Sources::new()
        .file("./ovh.conf", "[profile:bare]\nendpoint = ovh-eu\n")
        .file("~/.ovh.conf", PROFILES);
    let explicit = |name: &str| Explicit {
        profile: Some(name.to_owned()),
        ..Explicit::default()
    };
    let text = refused(&explicit("bare"), &sources);
    assert!(
        text.contains("no credentials") && text.contains("[profile:bare]"),
        "{text}"
    );
    let text = refused(&explicit("wrok"), &sources);
    for part in ["`wrok`", "the program", "bare, home, work"] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
}

#[test]
fn lists_each_setting_with_its_source() {
    let sources = Sources::new().variable("OVH_CONSUMER_KEY", "s3cr3t").file(
        "~/.ovh.conf",
        "[default]\nendpoint = ovh-ca\n[ovh-ca]\napplication_key = s3cr3t\n",
    );
    let explicit = Explicit {
        parts: [(Part::ClientId, "s3cr3t".into())].into(),
        ..Explicit::default()
    };
    let all = settings(&explicit, &sources).expect("a list");
    let shown = |name: &str| {
        let setting = all.iter().find(|setting| setting.name == name);
        let setting = setting.expect(name);
        let origin = setting.origin.as_ref().map(ToString::to_string);
        (setting.value.as_deref(), origin.unwrap_or_default())
    };
    let at = |line: u8| format!("~/.ovh.conf, line {line}");
    assert_eq!(shown("endpoint"), (Some("ovh-ca"), at(2)));
    assert_eq!(shown("application_key"), (None, at(4)));
    let variable = "the environment (OVH_CONSUMER_KEY)".to_owned();
    assert_eq!(shown("consumer_key"), (None, variable));
    assert_eq!(shown("client_id"), (None, "the program".to_owned()));
    for unset in ["profile", "token_url", "application_secret", "access_token"] {
        assert_eq!(shown(unset), (None, String::new()));
    }
    assert!(!format!("{all:?}").contains("s3cr3t"));
}

#[test]
fn incomplete_settings_are_listed() {
    let explicit = Explicit::default();
    let unset = |sources: &Sources| {
        let all = settings(&explicit, sources).expect("a list");
        let unset = all.iter().filter(|setting| setting.origin.is_none());
        (all.len(), unset.count())
    };
    assert_eq!(unset(&Sources::new()), (9, 9));
    let text = "[default]\nprofile = a\n[profile:a]\nconsumer_key = x\n";
    assert_eq!(unset(&Sources::new().file("./ovh.conf", text)), (9, 7));
    let unknown = Sources::new().variable("OVH_PROFILE", "b");
    settings(&explicit, &unknown).expect_err("no such profile");
}
