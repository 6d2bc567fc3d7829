//! Settings as key-value pairs, such as those of a sandbox. They count as set by the program.

use ovh_runtime::Secret;

use super::Part;
use crate::ClientBuilder;

impl ClientBuilder {
    /// Sets values by the names of OVHcloud's environment variables.
    ///
    /// The pairs come from `Sandbox::env` of `ovh-web-sandbox` or from a file of your own, and
    /// count as set by the program. Unknown names and empty values are ignored.
    pub fn from_pairs<K, V>(self, pairs: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: AsRef<str>,
        V: Into<Secret>,
    {
        pairs.into_iter().fold(self, |builder, (name, value)| {
            builder.pair(name.as_ref(), value.into())
        })
    }

    fn pair(self, name: &str, value: Secret) -> Self {
        if value.expose().is_empty() {
            return self;
        }
        match name {
            "OVH_ENDPOINT" => match value.expose().parse() {
                Ok(endpoint) => self.endpoint(endpoint),
                Err(_) => self.base_url(value.expose()),
            },
            "OVH_TOKEN_URL" => self.token_url(value.expose()),
            _ => match Part::all().find(|part| part.variable() == name) {
                Some(part) => self.part(part, value),
                None => self,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Sources;
    use crate::{Client, ClientBuilder, Endpoint, ErrorKind};

    #[test]
    fn pairs_count_as_set_by_program() {
        let keys = [
            ("OVH_ENDPOINT", "https://api.example.com/1.0"),
            ("OVH_APPLICATION_KEY", "k3y"),
            ("OVH_APPLICATION_SECRET", "s3cr3t"),
            ("OVH_CONSUMER_KEY", "c0nsumer"),
            ("OVH_ACCESS_TOKEN", ""),
            ("PATH", "/bin"),
        ];
        let client = Client::from_pairs(keys).expect("a client");
        assert_eq!(client.endpoint().base_url(), "https://api.example.com/1.0");
        // All values have the same source, so one key may be replaced.
        let other = Client::builder().from_pairs(keys).consumer_key("other");
        other.build().expect("a client");
        let named = [("OVH_ENDPOINT", "ovh-ca"), ("OVH_ACCESS_TOKEN", "t0ken")];
        let client = Client::from_pairs(named).expect("a client");
        assert_eq!(client.endpoint().name(), "ovh-ca");
        let service = [
            ("OVH_ENDPOINT", "https://api.example.com/1.0"),
            ("OVH_TOKEN_URL", "https://api.example.com/token"),
            ("OVH_CLIENT_ID", "id"),
            ("OVH_CLIENT_SECRET", "s3cr3t"),
        ];
        Client::from_pairs(service).expect("a client");
        for missing in [&keys[..3], &keys[1..], &keys[..0]] {
            let error = Client::from_pairs(missing.iter().copied()).expect_err("incomplete");
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!error.to_string().contains("s3cr3t"), "{error}");
        }
        let wrong = [("OVH_ENDPOINT", "ovh-mars"), ("OVH_ACCESS_TOKEN", "t0ken")];
        let error = Client::from_pairs(wrong).expect_err("no endpoint");
        assert_eq!(error.kind(), ErrorKind::Configuration);
    }

    const URL: &str = "http://sandbox:8080/1.0";
    const KEYS: &str = "application_key = a\napplication_secret = s\nconsumer_key = c\n";

    /// The sources of an endpoint: the program, its pairs, the environment, a file.
    fn ways() -> [ClientBuilder; 4] {
        let keys = [
            ("OVH_APPLICATION_KEY", "a"),
            ("OVH_APPLICATION_SECRET", "s"),
            ("OVH_CONSUMER_KEY", "c"),
        ];
        let of_environment = keys.into_iter().chain([("OVH_ENDPOINT", URL)]);
        let environment = of_environment
            .clone()
            .fold(Sources::new(), |sources, (name, value)| {
                sources.variable(name, value)
            });
        let file = format!("[default]\nendpoint = {URL}\n[{URL}]\n{KEYS}");
        [
            Client::builder().from_pairs(keys).base_url(URL),
            Client::builder().from_pairs(of_environment),
            Client::builder().sources(environment),
            Client::builder().sources(Sources::new().file("ovh.conf", file)),
        ]
    }

    #[test]
    fn only_the_program_allows_plain_http() {
        for builder in ways() {
            let client = builder.allow_plain_http("Sandbox").build();
            assert_eq!(client.expect("a client").endpoint().base_url(), URL);
        }
        for builder in ways() {
            let error = builder.allow_plain_http("other").build();
            let error = error.expect_err("another host");
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("plain HTTP"), "{error}");
        }
        let lines = "allow_plain_http = sandbox\nplain_http = sandbox\n";
        let file = format!("[default]\nendpoint = {URL}\n{lines}[{URL}]\n{KEYS}{lines}");
        let sources = Sources::new()
            .file("ovh.conf", file)
            .variable("OVH_ALLOW_PLAIN_HTTP", "sandbox");
        let error = Client::builder().sources(sources).build();
        error.expect_err("a file that allows itself");
        assert!(URL.parse::<Endpoint>().is_err());
    }

    #[test]
    fn token_server_needs_permission_too() {
        let builder = || {
            Client::builder()
                .endpoint(Endpoint::OvhEu)
                .client_id("id")
                .client_secret("secret")
                .token_url("http://sandbox/auth/oauth2/token")
        };
        builder().build().expect_err("plain HTTP");
        builder()
            .allow_plain_http("sandbox")
            .build()
            .expect("a client");
    }
}
