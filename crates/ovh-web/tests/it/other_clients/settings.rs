//! Their configuration tests as a table: the settings, and the result.

use ovh_web::config::Sources;

use super::{EU, Is, Turns};

const CA: &str = "https://ca.api.ovh.com/1.0";

fn environment(pairs: &[(&str, &str)]) -> Sources {
    let add = |sources: Sources, (name, value): &(&str, &str)| sources.variable(*name, *value);
    pairs.iter().fold(Sources::new(), add)
}

/// Builds files in order of precedence.
pub(super) fn files(texts: [&str; 3]) -> Sources {
    let names = ["./ovh.conf", "~/.ovh.conf", "/etc/ovh.conf"];
    let add = |sources: Sources, (name, text): (&str, &str)| sources.file(name, text);
    names.into_iter().zip(texts).fold(Sources::new(), add)
}

pub(super) const KEYS: &str = "[default]\nendpoint = ovh-eu\n[ovh-eu]\napplication_key = ak\napplication_secret = as\n\
                    consumer_key = ck\n";
pub(super) const ACCOUNT: &str =
    "[default]\nendpoint = ovh-eu\n[ovh-eu]\nclient_id = id\nclient_secret = canary-secret\n";

/// Name, relation, sources, and result.
pub(super) fn configurations() -> Vec<(&'static str, Is, Sources, Turns)> {
    use Is::{Other, Same};
    use Turns::{Bearer, Refused, Signed, Token};
    let all = ["ak", "as", "ck"];
    let whole = [
        ("OVH_ENDPOINT", "ovh-eu"),
        ("OVH_APPLICATION_KEY", "ak"),
        ("OVH_APPLICATION_SECRET", "as"),
        ("OVH_CONSUMER_KEY", "ck"),
    ];
    let account = [
        ("OVH_ENDPOINT", "ovh-ca"),
        ("OVH_CLIENT_ID", "id"),
        ("OVH_CLIENT_SECRET", "canary-secret"),
    ];
    vec![
        ("all from the environment", Same, environment(&whole), Signed(EU, all)),
        ("all from one file", Same, files(["", KEYS, ""]), Signed(EU, all)),
        (
            "the system's file alone",
            Same,
            files(["", "", KEYS]),
            Signed(EU, all),
        ),
        (
            "three files, key by key, the nearest first",
            Same,
            files([
                "[ovh-eu]\nconsumer_key = ck\n",
                "[ovh-eu]\napplication_secret = as\nconsumer_key = user\n",
                "[default]\nendpoint = ovh-eu\n[ovh-eu]\napplication_key = ak\napplication_secret = system\n",
            ]),
            Signed(EU, all),
        ),
        (
            "the environment before the files",
            Same,
            files([KEYS, "", ""]).variable("OVH_CONSUMER_KEY", "env"),
            Signed(EU, ["ak", "as", "env"]),
        ),
        (
            "the endpoint of the environment chooses the section",
            Same,
            files([
                "[default]\nendpoint = ovh-eu\n[ovh-ca]\napplication_key = ak\napplication_secret = as\nconsumer_key = ck\n",
                "",
                "",
            ])
            .variable("OVH_ENDPOINT", "ovh-ca"),
            Signed(CA, all),
        ),
        (
            "go-ovh: a section named by a URL",
            Same,
            files([
                "[default]\nendpoint = https://api.example.com:4242\n[https://api.example.com:4242]\napplication_key = ak\n\
                 application_secret = as\nconsumer_key = ck\n",
                "",
                "",
            ]),
            Signed("https://api.example.com:4242", all),
        ),
        (
            "node-ovh: a short name",
            Same,
            environment(&[("OVH_ENDPOINT", "sys-ca"), whole[1], whole[2], whole[3]]),
            Signed("https://ca.api.soyoustart.com/1.0", all),
        ),
        (
            "an account from the environment",
            Same,
            environment(&account),
            Token(CA, "https://ca.ovh.com/auth/oauth2/token"),
        ),
        (
            "an account from a file",
            Same,
            files(["", ACCOUNT, ""]),
            Token(EU, "https://www.ovh.com/auth/oauth2/token"),
        ),
        (
            "go-ovh: a token",
            Same,
            environment(&[whole[0], ("OVH_ACCESS_TOKEN", "token")]),
            Bearer(EU),
        ),
        (
            "an endpoint that is not known",
            Same,
            environment(&[("OVH_ENDPOINT", "ovh-mars"), whole[1], whole[2], whole[3]]),
            Refused(&["ovh-mars", "ovh-eu"]),
        ),
        (
            "no credentials",
            Same,
            environment(&whole[..1]),
            Refused(&["no credentials", "OVH_APPLICATION_KEY", "OVH_CLIENT_ID"]),
        ),
        (
            "a key without its secret",
            Same,
            environment(&[whole[0], whole[1], whole[3]]),
            Refused(&["application_secret"]),
        ),
        (
            "a secret without its key",
            Same,
            environment(&[whole[0], whole[2], whole[3]]),
            Refused(&["missing application_key"]),
        ),
        (
            "go-ovh: a consumer key alone is half an application",
            Same,
            environment(&[whole[0], whole[3]]),
            Refused(&["application_key and application_secret"]),
        ),
        (
            "an id without its secret",
            Same,
            environment(&account[..2]),
            Refused(&["client_secret"]),
        ),
        (
            "a secret without its id",
            Same,
            environment(&[account[0], account[2]]),
            Refused(&["client_id"]),
        ),
        (
            "an account in the environment and an application in a file",
            Same,
            files([KEYS, "", ""])
                .variable("OVH_CLIENT_ID", "id")
                .variable("OVH_CLIENT_SECRET", "canary-secret"),
            Refused(&["two kinds", "./ovh.conf, line 4", "OVH_CLIENT_ID"]),
        ),
        (
            "go-ovh: a token beside an application",
            Same,
            files([KEYS, "", ""]).variable("OVH_ACCESS_TOKEN", "token"),
            Refused(&["two kinds"]),
        ),
        (
            "an account at an endpoint that has none",
            Same,
            environment(&[("OVH_ENDPOINT", "kimsufi-eu"), account[1], account[2]]),
            Refused(&["kimsufi-eu does not offer OAuth2"]),
        ),
        (
            "go-ovh: a file that cannot be read as one",
            Same,
            files(["[default\n", "", ""]),
            Refused(&["./ovh.conf, line 1"]),
        ),
        (
            "the command line's profile",
            Same,
            files([
                "[default]\nprofile = work\n[profile:work]\nendpoint = ovh-ca\napplication_key = ak\napplication_secret = as\n\
                 consumer_key = ck\n",
                KEYS,
                "",
            ]),
            Signed(CA, all),
        ),
        (
            "no endpoint",
            Other("no-endpoint"),
            environment(&whole[1..]),
            Refused(&["no endpoint", "OVH_ENDPOINT"]),
        ),
        (
            "an empty variable",
            Other("empty-variable"),
            files([KEYS, "", ""])
                .variable("OVH_CONSUMER_KEY", "")
                .variable("OVH_CLIENT_ID", ""),
            Signed(EU, all),
        ),
        (
            "no consumer key",
            Other("no-consumer-key"),
            environment(&whole[..3]),
            Refused(&["consumer_key", "without_consumer_key"]),
        ),
        (
            "a URL with a slash at its end",
            Other("trailing-slash"),
            environment(&[("OVH_ENDPOINT", "https://eu.api.ovh.com/1.0/"), whole[1], whole[2], whole[3]]),
            Signed(EU, all),
        ),
        (
            "a URL without encryption",
            Other("plain-http"),
            environment(&[("OVH_ENDPOINT", "http://api.example.com/1.0"), whole[1], whole[2], whole[3]]),
            Refused(&["plain HTTP"]),
        ),
        (
            "a comment behind a value",
            Other("inline-comment"),
            files([
                "[default]\nendpoint = ovh-eu ; Europe\n[ovh-eu]\napplication_key=ak\n",
                "",
                "",
            ]),
            Refused(&["ovh-eu ; Europe"]),
        ),
    ]
}
