//! `ovh.conf`, environment and program: whatever they say, there is a client or an error that
//! tells the place and shows no secret.

use ovh_web::config::Sources;
use ovh_web::{Client, Endpoint, ErrorKind};

use crate::road::{Canned, Time};
use crate::{Choices, text};

/// Stands in every value that is a secret.
const CANARY: &str = "c4n4ry";

const FILES: &[&str] = &[
    "[default]\nendpoint = ovh-eu\n\n[ovh-eu]\napplication_key = c4n4ry-ak\napplication_secret = c4n4ry-as\n\
     consumer_key = c4n4ry-ck\n",
    "[default]\nendpoint=ovh-ca\n[ovh-ca]\nclient_id=c4n4ry-id\nclient_secret=c4n4ry-cs\n",
    "; comment\n[default]\nprofile = work\n[profile:work]\nendpoint: ovh-us\naccess_token : c4n4ry-at\n[profile:home]\n\
     endpoint = https://example.com/1.0\napplication_key = c4n4ry\n",
    "[default]\nendpoint = http://127.0.0.1:8080/1.0\n[http://127.0.0.1:8080/1.0]\napplication_key=c4n4ry\n\
     application_secret=c4n4ry\nconsumer_key=c4n4ry\n",
    "\u{feff}# only a comment\n",
    "",
];

/// A piece of a line that does something.
const PIECES: &[&str] = &[
    "[default]",
    "[ovh-eu]",
    "[profile:work]",
    "[profile:default]",
    "[]",
    "[[]]",
    "[a]b]",
    "[",
    "endpoint = ",
    "endpoint = OVH-EU",
    "endpoint = https://",
    "endpoint = https://[::1]:443/1.0?x#y",
    "endpoint = https://user:c4n4ry@example.com",
    "endpoint = http://127.0.0.1:99999",
    "profile = work",
    "profile =",
    "application_key = c4n4ry",
    "APPLICATION_SECRET=c4n4ry",
    "consumer_key : c4n4ry = c4n4ry",
    "client_id = c4n4ry\u{0}",
    "client_secret = c4n4ry é",
    "access_token = c4n4ry",
    "=",
    ": c4n4ry",
    "c4n4ry",
];

const VARIABLES: &[&str] = &[
    "OVH_ENDPOINT",
    "OVH_PROFILE",
    "OVH_APPLICATION_KEY",
    "OVH_APPLICATION_SECRET",
    "OVH_CONSUMER_KEY",
    "OVH_CLIENT_ID",
    "OVH_CLIENT_SECRET",
    "OVH_ACCESS_TOKEN",
];

pub(crate) fn target(data: &[u8]) {
    let choices = &mut Choices::new(data);
    let mut sources = Sources::new();
    for number in 0..1 + choices.below(3) {
        let mut text = choices.pick(FILES).to_owned();
        for _ in 0..choices.below(5) {
            match choices.below(3) {
                0 => {
                    let mut lines: Vec<&str> = text.lines().collect();
                    lines.insert(choices.below(lines.len() + 1), choices.pick(PIECES));
                    text = lines.join(choices.pick(&["\n", "\r\n", "\r", "\u{2028}"]));
                }
                1 => text::change_lines(&mut text, choices),
                _ => text::change(&mut text, choices),
            }
        }
        sources = sources.file(format!("{number}.conf"), text);
    }
    for _ in 0..choices.below(4) {
        let value = match choices.below(4) {
            0 => text::odd(choices),
            1 => CANARY.to_owned(),
            2 => choices
                .pick(&["ovh-eu", "work", "default", "soyoustart-ca"])
                .to_owned(),
            _ => format!("{CANARY}{}", text::odd(choices)),
        };
        // What is no secret by its place may be shown.
        let name = choices.pick(VARIABLES);
        let value = match name {
            "OVH_ENDPOINT" | "OVH_PROFILE" => value.replace(CANARY, "word"),
            _ => value,
        };
        sources = sources.variable(name, value);
    }
    assert!(!format!("{sources:?}").contains(CANARY));
    let time = Time::default();
    let mut builder = Client::builder()
        .sources(sources)
        .clock(time)
        .http(Canned::default());
    if choices.once_in(4) {
        builder = builder.endpoint(Endpoint::OvhEu);
    }
    if choices.once_in(4) {
        builder = builder.profile(choices.pick(&["work", "home", "default", "", "none"]));
    }
    if choices.once_in(4) {
        builder = builder.access_token(format!("{CANARY}{}", text::odd(choices)));
    }
    if choices.once_in(6) {
        builder = builder.without_consumer_key();
    }
    if choices.once_in(6) {
        builder = builder.base_url(text::odd(choices));
    }
    if choices.once_in(6) {
        builder = builder.token_url(text::odd(choices));
    }
    if choices.once_in(6) {
        builder = builder.user_agent_suffix(text::odd(choices));
    }
    let shown = match builder.build() {
        Ok(client) => format!("{client:?}"),
        Err(error) => {
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::Configuration | ErrorKind::InvalidArgument
                ),
                "{error:?}"
            );
            assert!(!error.message().is_empty());
            format!("{error} {error:?}")
        }
    };
    // What stands where the name of a profile, a section or an endpoint belongs is a name.
    let is_name = [
        "there is no profile",
        "profile:",
        "endpoint",
        "base URL",
        "under [",
    ]
    .iter()
    .any(|words| shown.contains(words));
    assert!(!shown.contains(CANARY) || is_name, "{shown}");
}
