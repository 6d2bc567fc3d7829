//! `ovh.conf`, environment variables and URLs: there is a client, or an error that shows no secret.

use ovh_web::config::Sources;
use ovh_web::{Client, Endpoint, ErrorKind};

use crate::Choices;
use crate::responses::{Canned, Time};

/// Part of every secret value.
const CANARY: &str = "c4n4ry";

const FILES: [&str; 5] = [
    "[default]\nendpoint = ovh-eu\n\n[ovh-eu]\napplication_key = c4n4ry\napplication_secret = c4n4ry\n\
     consumer_key = c4n4ry\n",
    "[default]\nendpoint=ovh-ca\n[ovh-ca]\nclient_id=c4n4ry\nclient_secret=c4n4ry\n",
    "; comment\n[default]\nprofile = work\n[profile:work]\nendpoint: ovh-us\naccess_token : c4n4ry\n\
     [profile:home]\nendpoint = https://example.com/1.0\napplication_key = c4n4ry\n",
    "[default]\nendpoint = http://127.0.0.1:8080/1.0\n[http://127.0.0.1:8080/1.0]\napplication_key=c4n4ry\n",
    "\u{feff}# only a comment\n",
];

/// Lines that mean something, or nearly.
const LINES: &str = "[default]|[ovh-eu]|[profile:work]|[]|[[]]|[a]b]|[|endpoint = |endpoint = OVH-EU|\
    endpoint = https://[::1]:443/1.0?x#y|endpoint = https://user:c4n4ry@example.com|\
    endpoint = http://127.0.0.1:99999|profile = work|profile =|application_key = c4n4ry|\
    APPLICATION_SECRET=c4n4ry|consumer_key : c4n4ry = c4n4ry|client_id = c4n4ry\0|\
    client_secret = c4n4ry é|access_token = c4n4ry|=|: c4n4ry|c4n4ry";

pub(crate) fn fuzz(choices: &mut Choices<'_>) {
    let mut sources = Sources::new();
    for number in 0..1 + choices.below(3) {
        let mut text = choices.pick(&FILES).to_owned();
        for _ in 0..choices.below(5) {
            if choices.once_in(2) {
                let mut lines: Vec<&str> = text.lines().collect();
                lines.insert(choices.below(lines.len() + 1), choices.word(LINES));
                text = lines.join(choices.word("\n|\r\n|\r|\u{2028}"));
            } else {
                choices.change(&mut text);
            }
        }
        sources = sources.file(format!("{number}.conf"), text);
    }
    for _ in 0..choices.below(4) {
        let name = choices.word(
            "APPLICATION_KEY|APPLICATION_SECRET|CONSUMER_KEY|CLIENT_ID|CLIENT_SECRET|ACCESS_TOKEN|ENDPOINT|PROFILE",
        );
        let value = match name {
            "ENDPOINT" | "PROFILE" => choices.text(),
            _ => format!("{CANARY}{}", choices.text()),
        };
        sources = sources.variable(format!("OVH_{name}"), value);
    }
    assert!(!format!("{sources:?}").contains(CANARY));
    let mut builder = Client::builder()
        .sources(sources)
        .clock(Time::at(1_700_000_000))
        .http(Canned::new([]));
    for _ in 0..choices.below(4) {
        builder = match choices.below(7) {
            0 => builder.endpoint(Endpoint::OvhEu),
            1 => builder.profile(choices.word("work|home|default||none")),
            2 => builder.access_token(format!("{CANARY}{}", choices.text())),
            3 => builder.without_consumer_key(),
            4 => builder.base_url(choices.text()),
            5 => builder.token_url(choices.text()),
            _ => builder.user_agent_suffix(choices.text()),
        };
    }
    let shown = match builder.build() {
        Ok(client) => format!("{client:?}"),
        Err(error) => {
            let kinds = [ErrorKind::Configuration, ErrorKind::InvalidArgument];
            assert!(kinds.contains(&error.kind()), "{error:?}");
            assert!(!error.message().is_empty());
            format!("{error} {error:?}")
        }
    };
    // The name of a profile, a section or an endpoint is shown.
    let names = ["no profile", "profile:", "endpoint", "base URL", "under ["];
    let is_name = names.iter().any(|name| shown.contains(name));
    assert!(!shown.contains(CANARY) || is_name, "{shown}");
}
