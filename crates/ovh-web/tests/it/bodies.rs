//! Tests of request bodies from files: refused input, and positions in errors.
use std::fmt::Debug;

use ovh_web::types::{
    CronUpdate, NewCron, NewDatabase, NewDomain, NewModule, NewUser, WebsiteUpdate,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

fn json_error<T: DeserializeOwned + Debug>(text: &str) -> serde_json::Error {
    serde_json::from_str::<T>(text).expect_err(text)
}

#[test]
fn refuses_unknown_keys_with_the_nearest_name() {
    for (key, nearest) in [
        ("bypassDnsConfiguration", "bypassDNSConfiguration"),
        ("bypassDNSconfig", "bypassDNSConfiguration"),
        ("sssl", "ssl"),
        ("SSL", "ssl"),
        ("firwall", "firewall"),
        ("ownlog", "ownLog"),
        ("runtime-id", "runtimeId"),
    ] {
        let text = format!(r#"{{"domain":"a.example.com","path":"www","{key}":true}}"#);
        let message = json_error::<NewDomain>(&text).to_string();
        let wanted = format!("unknown field `{key}`, did you mean `{nearest}`?");
        assert!(message.starts_with(&wanted), "{message}");
    }
    // A Rust name is suggested if it is nearer than the wire names.
    let message = json_error::<NewDatabase>(r#"{"capasity":"sqlPerso"}"#).to_string();
    assert!(message.contains("did you mean `capacity`?"), "{message}");
}

#[test]
fn lists_fields_if_no_name_is_near() {
    let message = json_error::<WebsiteUpdate>(r#"{"owner":"me"}"#).to_string();
    assert!(
        message.starts_with("unknown field `owner`, expected `vcsBranch`"),
        "{message}"
    );
    let message = json_error::<NewUser>(r#"{"x":1}"#).to_string();
    assert!(
        message.starts_with(
            "unknown field `x`, expected one of `home`, `login`, `password`, `sshState`"
        ),
        "{message}"
    );
}

#[test]
fn takes_the_rust_name_and_the_wire_name() {
    let text = r#"{"capacity":"sqlPerso","type_":"mysql","user":"exampleshop"}"#;
    let by_rust: NewDatabase = serde_json::from_str(text).expect("the names of the type");
    let text = r#"{"capabilitie":"sqlPerso","type":"mysql","user":"exampleshop"}"#;
    let by_wire: NewDatabase = serde_json::from_str(text).expect("the names on the wire");
    let [by_rust, by_wire] = [by_rust, by_wire].map(|body| serde_json::to_string(&body));
    assert_eq!(by_wire.expect("JSON"), text);
    assert_eq!(by_rust.expect("JSON"), text);
    let text = "domain = 'a.example.com'\npath = 'www'\nbypass_dns_configuration = true";
    let domain: NewDomain = toml::from_str(text).expect("TOML");
    assert_eq!(domain.bypass_dns_configuration, Some(true));
}

#[test]
fn refuses_duplicate_fields() {
    for text in [
        r#"{"capacity":"sqlPerso","capabilitie":"sqlPro"}"#,
        r#"{"capabilitie":null,"capabilitie":"sqlPro"}"#,
    ] {
        let message = json_error::<NewDatabase>(text).to_string();
        let wanted = "duplicate field `capabilitie`";
        let is_null = text.contains("null");
        assert!(is_null || message.starts_with(wanted), "{message}");
    }
    let text = r#"{"email":null,"email":"a@example.com"}"#;
    let message = json_error::<CronUpdate>(text).to_string();
    assert!(message.starts_with("duplicate field `email`"), "{message}");
}

#[test]
fn points_at_the_key_in_json() {
    let text = "{\n  \"domain\": \"a.example.com\",\n  \"sssl\": true,\n  \"path\": \"www\"\n}";
    let error = json_error::<NewDomain>(text);
    assert_eq!((error.line(), error.column()), (3, 8), "{error}");
    // A value of the wrong type is located too.
    let text = "{\n  \"domain\": \"a.example.com\",\n  \"ssl\": \"yes\",\n  \"path\": \"www\"\n}";
    let error = json_error::<NewDomain>(text);
    assert_eq!((error.line(), error.column()), (3, 14), "{error}");
}

#[test]
fn points_at_the_key_in_toml() {
    #[derive(Debug, Deserialize)]
    struct Site {
        #[allow(dead_code, reason = "never read")]
        domain: NewDomain,
    }
    let text = "[domain]\ndomain = 'a.example.com'\npath = 'www'\nfirwall = 'none'\nssl = true\n";
    let error = toml::from_str::<Site>(text).expect_err("an unknown key");
    let span = error.span().expect("a position");
    assert_eq!(&text[span], "firwall", "{error}");
    assert!(error.message().contains("`firewall`"), "{error}");
    let text = "[domain]\ndomain = 'a.example.com'\npath = 7\n";
    let error = toml::from_str::<Site>(text).expect_err("a number");
    assert_eq!(&text[error.span().expect("a position")], "7", "{error}");
}

#[test]
fn refuses_unknown_keys_in_nested_bodies() {
    let text = "{\"moduleId\": 1, \"dependencies\": [\n{\"nam\": \"x\"}]}";
    let error = json_error::<NewModule>(text);
    assert_eq!(error.line(), 2, "{error}");
    assert!(
        error.to_string().contains("did you mean `name`?"),
        "{error}"
    );
}

#[test]
fn names_a_missing_field_by_its_wire_name() {
    let error = json_error::<NewDomain>(r#"{"path":"www"}"#);
    assert!(error.to_string().starts_with("missing field `domain`"));
    let error = json_error::<NewDomain>(r#"["www"]"#);
    assert!(
        error.to_string().contains("expected a NewDomain object"),
        "{error}"
    );
}

#[test]
fn null_differs_from_absent() {
    let text = r#"{"command":null,"email":null}"#;
    let update: CronUpdate = serde_json::from_str(text).expect("a body");
    assert!(update.command.is_none());
    assert!(update.description.is_absent());
    let written = serde_json::to_string(&update).expect("JSON");
    assert_eq!(written, r#"{"email":null}"#);
    let error = json_error::<NewCron>(r#"{"command":null}"#);
    assert!(error.to_string().contains("invalid type: null"), "{error}");
}

#[test]
fn error_does_not_quote_a_secret() {
    let text = r#"{"home":"www","login":"example-shop","password":["canary-pass"]}"#;
    let error = json_error::<NewUser>(text);
    assert!(!error.to_string().contains("canary-pass"), "{error}");
    let text = "home = 'www'\nlogin = 'example-shop'\npassword = 73195486\n";
    let error = toml::from_str::<NewUser>(text).expect_err("a number");
    assert!(!error.message().contains("73195486"), "{error}");
    assert_eq!(&text[error.span().expect("a position")], "73195486");
}

#[test]
fn hostile_key_is_one_short_line() {
    let key = format!("a\\nb{}", "x".repeat(5000));
    let error = json_error::<NewUser>(&format!(r#"{{"{key}":1}}"#)).to_string();
    assert!(error.len() < 300 && !error.contains('\n'), "{error}");
}

#[test]
fn body_can_be_flattened() {
    #[derive(Debug, Deserialize)]
    struct Site {
        owner: String,
        #[serde(flatten)]
        domain: NewDomain,
    }
    let text = r#"{"owner":"me","domain":"a.example.com","path":"www","runtime_id":3}"#;
    let site: Site = serde_json::from_str(text).expect("both");
    assert_eq!((&*site.owner, site.domain.runtime_id), ("me", Some(3)));
}

ovh_runtime::model! {
    /// A model with unnamed properties.
    pub struct Open {
        /// The id.
        id: i64 = "id",
        => rest:
        /// All other properties.
        more: std::collections::BTreeMap<String, Vec<i64>>,
    }
}

ovh_runtime::body! {
    /// A body with unnamed properties.
    pub struct OpenUpdate {
        => optional:
        /// The id.
        id: i64 = "id",
        => rest:
        /// All other properties.
        more: std::collections::BTreeMap<String, String>,
    }
}

#[test]
fn keeps_unnamed_properties() {
    let text = r#"{"a":[1],"id":7,"b":[]}"#;
    let open: Open = serde_json::from_str(text).expect("an open model");
    assert_eq!((open.id, open.more["a"].as_slice()), (7, [1].as_slice()));
    let again = serde_json::to_string(&open).expect("JSON");
    assert_eq!(again, r#"{"id":7,"a":[1],"b":[]}"#);
    let error = serde_json::from_str::<Vec<Open>>(r#"[{"id":7,"a":["x"]}]"#);
    let error = error.expect_err("no number").to_string();
    assert!(error.contains("`a[0]`: "), "{error}");

    let body =
        OpenUpdate::new().more([("a".to_owned(), "x".to_owned()), ("id".into(), "y".into())]);
    assert_eq!(serde_json::to_string(&body).expect("JSON"), r#"{"a":"x"}"#);
    let body: OpenUpdate = serde_json::from_str(r#"{"a":"x","id":7}"#).expect("an open body");
    assert_eq!((body.id, body.more["a"].as_str()), (Some(7), "x"));
    for text in [r#"{"a":"x","a":"y"}"#, r#"{"id":1,"id":2}"#, r#"{"a":1}"#] {
        serde_json::from_str::<OpenUpdate>(text).expect_err(text);
    }
}
