//! Decides which server may receive which credentials.
//!
//! The server must be named by the program or by the source of the credentials. Otherwise a file in
//! an untrusted folder could redirect keys from the environment.

use ovh_runtime::Error;

use super::PartValue;
use crate::config::Origin;
use crate::error::configuration;

/// Checks that a server that `origin` names may receive these credentials.
///
/// `what` is its name in errors: `endpoint`, `token server`.
pub(super) fn may_get<'a>(
    what: &str,
    url: &str,
    origin: &Origin,
    mut credentials: impl Iterator<Item = &'a PartValue>,
) -> Result<(), Error> {
    let foreign = credentials.find(|found| !found.origin.is_same_source(origin));
    let Some(found) = foreign.filter(|_| *origin != Origin::Program) else {
        return Ok(());
    };
    Err(configuration(format!(
        "the {what} {url} comes from {origin}, but {} comes from {}: credentials are only sent to a server that is \
         named in the same place",
        found.part.name(),
        found.origin
    ))
    .hint(format!(
        "if you trust it, set the {what} in the program, or where the credentials are"
    ))
    .build())
}

#[cfg(test)]
mod tests {
    use super::super::tests::refused;
    use super::super::{Explicit, resolve};
    use crate::config::{Part, Sources};
    use crate::credentials::Auth;
    use crate::{BaseUrl, Endpoint};

    #[test]
    fn keys_go_only_where_their_source_says() {
        let keys =
            "application_key = s3cr3t1\napplication_secret = s3cr3t2\nconsumer_key = s3cr3t3\n";
        let evil = "[default]\nendpoint = https://evil.example/1.0\n";
        let of_environment = |sources: Sources| {
            sources
                .variable("OVH_APPLICATION_KEY", "s3cr3t1")
                .variable("OVH_APPLICATION_SECRET", "s3cr3t2")
                .variable("OVH_CONSUMER_KEY", "s3cr3t3")
        };
        let refused = |explicit: &Explicit, sources: Sources, places: [&str; 2]| {
            let text = refused(explicit, &sources);
            for word in places.into_iter().chain(["https://evil.example/1.0"]) {
                assert!(text.contains(word), "no `{word}` in {text}");
            }
        };
        let none = Explicit::default();
        // The folder names the server; the environment or the home file holds the keys.
        let here = || Sources::new().file("./ovh.conf", evil);
        refused(
            &none,
            of_environment(here()),
            ["./ovh.conf, line 2", "OVH_APPLICATION_KEY"],
        );
        let token = here().variable("OVH_ACCESS_TOKEN", "s3cr3t");
        refused(&none, token, ["./ovh.conf", "OVH_ACCESS_TOKEN"]);
        let given = Explicit {
            parts: [(Part::AccessToken, "s3cr3t".into())].into(),
            ..Explicit::default()
        };
        refused(&given, here(), ["./ovh.conf", "the program"]);
        let profile =
            "[default]\nprofile = work\n[profile:work]\nendpoint = https://evil.example/1.0\n";
        let home = format!("[profile:work]\n{keys}");
        let split = Sources::new()
            .file("./ovh.conf", profile)
            .file("~/.ovh.conf", home);
        refused(&none, split, ["./ovh.conf, line 4", "~/.ovh.conf, line 2"]);
        // A section for the server covers only its own keys.
        let part = format!("{evil}[https://evil.example/1.0]\nconsumer_key = mine\n");
        let sources = Sources::new().file("./ovh.conf", part);
        let sources = sources
            .variable("OVH_APPLICATION_KEY", "s3cr3t1")
            .variable("OVH_APPLICATION_SECRET", "s3cr3t2");
        refused(
            &none,
            sources,
            ["./ovh.conf, line 2", "OVH_APPLICATION_KEY"],
        );

        // The same source, OVHcloud's own server, or the program.
        let together =
            of_environment(Sources::new()).variable("OVH_ENDPOINT", "https://own.example/1.0");
        resolve(&none, &together).expect("both from the environment");
        let together = format!("[profile:work]\nendpoint = https://own.example/1.0\n{keys}");
        let together = Sources::new().file(
            "./ovh.conf",
            format!("[default]\nprofile = work\n{together}"),
        );
        resolve(&none, &together).expect("both from one file");
        for region in [
            "ovh-ca",
            "https://ca.api.ovh.com/1.0",
            "https://ca.api.ovh.com/v2",
            "https://api.ca.ovhcloud.com/v1",
            "https://api.ovh.com/1.0",
        ] {
            let here =
                Sources::new().file("./ovh.conf", format!("[default]\nendpoint = {region}\n"));
            resolve(&none, &of_environment(here)).expect("OVHcloud's own");
        }
        let own = BaseUrl::new("https://own.example/1.0").expect("a base URL");
        let named = Explicit {
            endpoint: Some(Endpoint::at(own)),
            ..Explicit::default()
        };
        resolve(&named, &of_environment(here())).expect("named by the program");
    }

    #[test]
    fn token_server_is_trusted_like_endpoint() {
        let secrets = "client_id = id\nclient_secret = s3cr3t\n";
        let of_environment = |sources: Sources| {
            let sources = sources.variable("OVH_CLIENT_ID", "id");
            sources
                .variable("OVH_CLIENT_SECRET", "s3cr3t")
                .variable("OVH_ENDPOINT", "ovh-eu")
        };
        let url = |sources: &Sources| {
            let settings = resolve(&Explicit::default(), sources).expect("complete");
            match settings.auth {
                Auth::OAuth2(tokens) => tokens.url().to_owned(),
                other => panic!("{other:?}"),
            }
        };
        let evil = "[ovh-eu]\ntoken_url = https://evil.example/token\n";
        let here = Sources::new().file("./ovh.conf", evil);
        let text = refused(&Explicit::default(), &of_environment(here.clone()));
        for word in [
            "token server https://evil.example/token",
            "./ovh.conf, line 2",
            "OVH_CLIENT_ID",
        ] {
            assert!(text.contains(word), "{text}");
        }
        let home = here.file(
            "~/.ovh.conf",
            format!("[default]\nendpoint = ovh-eu\n[ovh-eu]\n{secrets}"),
        );
        assert!(refused(&Explicit::default(), &home).contains("~/.ovh.conf"));

        let own = "https://own.example/token";
        let variable = of_environment(Sources::new()).variable("OVH_TOKEN_URL", own);
        assert_eq!(url(&variable), own);
        let file = format!("[default]\nendpoint = ovh-eu\n[ovh-eu]\n{secrets}token_url = {own}\n");
        assert_eq!(url(&Sources::new().file("./ovh.conf", file)), own);
        for ovh in [
            "https://ca.ovh.com/auth/oauth2/token",
            "https://auth.ca.ovhcloud.com/oauth2/token",
        ] {
            let file = format!("[ovh-eu]\ntoken_url = {ovh}\n");
            let sources = Sources::new().file("./ovh.conf", file);
            assert_eq!(url(&of_environment(sources)), ovh);
        }
        // A region given as URL has its token server.
        for (base, server) in [
            ("https://eu.api.ovh.com/1.0", "https://www.ovh.com/auth"),
            (
                "https://api.eu.ovhcloud.com/v1",
                "https://auth.eu.ovhcloud.com",
            ),
        ] {
            let region = of_environment(Sources::new()).variable("OVH_ENDPOINT", base);
            assert_eq!(url(&region), format!("{server}/oauth2/token"));
        }
        for bad in [
            "http://own.example/token",
            "own.example",
            "https://u:s3cr3t@own.example/",
        ] {
            let text = refused(
                &Explicit::default(),
                &of_environment(Sources::new()).variable("OVH_TOKEN_URL", bad),
            );
            assert!(text.contains("OVH_TOKEN_URL"), "{text}");
        }
    }
}
