//! Authentication and permissions.

use crate::common::{self, Client, SHAPES, at, manual, manual_with, request};
use ovh_web_sandbox::{Fault, RefusalShape, RefusedKey, Sandbox};
use serde_json::json;

#[test]
fn a_signed_call_gets_in_under_both_base_paths() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    for prefix in ["/1.0", "/v1"] {
        let response = client.send("GET", &format!("{prefix}/hosting/web"), &[], None);
        assert_eq!(response.ok(), json!([common::SERVICE]));
        let id = response.header("x-ovh-queryid").expect("a query id");
        assert!(id.starts_with("EU.sandbox-1."), "{id}");
        assert!(
            response
                .header("date")
                .is_some_and(|date| date.ends_with("GMT"))
        );
    }
}

#[test]
fn signature_covers_query_and_body() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let client = Client::new(&sandbox);
        assert_eq!(
            client.get(&at("/database?user=%65xample&type=mysql")).ok(),
            json!([])
        );
        let url = format!("{}{}", sandbox.base_url(), at("/database?user=example"));
        let target = format!("/1.0{}", at("/database?user=%65xample"));
        let response = client.send_signed_for(&url, "GET", &target, &[], None);
        assert_eq!(response.code(400), "INVALID_SIGNATURE");
    }
}

#[test]
fn explains_wrong_secret_without_keys() {
    let sandbox = manual();
    let mut client = Client::new(&sandbox);
    client.secret.replace_range(..1, "_");
    let response = client.get("/hosting/web");
    assert_eq!(response.code(400), "INVALID_SIGNATURE");
    let entry = sandbox.journal().entries().remove(0);
    assert_eq!(entry.status, 400);
    assert_eq!(entry.identity, None);
    let help = entry.help.expect("help");
    for words in [
        "server computed $1$",
        "<secret>+<consumer key>+GET+http://127.0.0.1:",
        "wrong secret",
    ] {
        assert!(help.contains(words), "{help}");
    }
    assert!(!help.contains(sandbox.application_secret()));
    assert!(!help.contains(sandbox.consumer_key()));
}

#[test]
fn credentials_are_refused_in_either_shape() {
    let new = json!({"class": "Client::BadRequest", "message": "Invalid signature"});
    let old = json!({"errorCode": "INVALID_SIGNATURE", "httpCode": "400 Bad Request", "message": "Invalid signature"});
    for (shape, expected) in SHAPES.into_iter().zip([new, old]) {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let mut client = Client::new(&sandbox);
        client.secret.replace_range(..1, "_");
        let response = client.get("/hosting/web");
        assert_eq!((response.status, response.json()), (400, expected));
        // Other errors have a class in both formats.
        let response = Client::new(&sandbox).get("/hosting/web/nothing.example");
        assert_eq!(response.refused(404), "This service does not exist");
        assert_eq!(response.json()["class"], "Client::NotFound");
    }
}

#[test]
fn a_fault_chooses_the_shape_for_its_calls() {
    let builder = Sandbox::builder().refusals(RefusalShape::Class);
    let sandbox = manual_with(builder);
    let mut client = Client::new(&sandbox);
    client.consumer = "unknown".into();
    let fault = Fault::everywhere().refusals(RefusalShape::Old).times(1);
    assert!(fault.to_string().contains("refusals=\"old\""), "{fault}");
    sandbox.faults().add(fault);
    let body = client.get("/hosting/web").json();
    assert_eq!(
        body,
        json!({"errorCode": "NOT_CREDENTIAL", "httpCode": "403 Forbidden", "message": "This credential does not exist"})
    );
    let body = client.get("/hosting/web").json();
    assert_eq!(
        body,
        json!({"class": "Client::Forbidden", "message": "This credential does not exist"})
    );
}

#[test]
fn a_refused_key_is_unknown_or_invalid() {
    for (refused, code) in [
        (RefusedKey::Unknown, "NOT_CREDENTIAL"),
        (RefusedKey::Invalid, "INVALID_CREDENTIAL"),
    ] {
        for shape in SHAPES {
            let builder = Sandbox::builder().refusals(shape).refused_key(refused);
            let sandbox = manual_with(builder);
            let key = sandbox.consumer_key();
            sandbox.refuse(key).expect("a known key");
            let client = Client::new(&sandbox);
            assert_eq!(client.get("/auth/currentCredential").code(403), code);
            sandbox.expire(key).expect("a known key");
            let response = client.get("/auth/currentCredential");
            assert_eq!(response.code(403), "INVALID_CREDENTIAL");
            // Refused is not the end: the owner may change their mind.
            sandbox.validate(key).expect("a known key");
            client.get("/auth/currentCredential").ok();
        }
    }
}

#[test]
fn a_timestamp_outside_the_window_is_stale() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let mut client = Client::new(&sandbox);
        for skew in [-3600, 3600] {
            client.skew = skew;
            let response = client.post(&at("/database"), json!({}));
            assert_eq!(response.code(400), "QUERY_TIME_OUT");
            assert_eq!(response.refused(400), "Query out of time");
        }
        // A wrong signature and a wrong time are different errors.
        client.secret = "wrong".into();
        let response = client.get("/hosting/web");
        assert_eq!(response.code(400), "QUERY_TIME_OUT");
        client.skew = 0;
        assert_eq!(client.get("/hosting/web").code(400), "INVALID_SIGNATURE");
        let (key, consumer) = (sandbox.application_key(), sandbox.consumer_key());
        let untimed = [
            ("X-Ovh-Application", key),
            ("X-Ovh-Consumer", consumer),
            ("X-Ovh-Signature", "$1$0"),
        ];
        let response = request(client.address, "GET", "/1.0/hosting/web", &untimed, None);
        assert_eq!(response.code(400), "QUERY_TIME_OUT");
        sandbox.journal().changes().never();
    }
}

#[test]
fn a_url_signed_without_its_port_is_recognised() {
    let sandbox = manual();
    let client = Client::new(&sandbox);
    let url = "http://127.0.0.1/1.0/hosting/web";
    let response = client.send_signed_for(url, "GET", "/1.0/hosting/web", &[], None);
    assert_eq!(response.code(400), "INVALID_SIGNATURE");
    let help = sandbox.journal().entries().remove(0).help.expect("help");
    assert!(help.contains("without its port"), "{help}");
}

#[test]
fn keys_are_looked_at_in_order() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let unsigned = |headers: &[(&str, &str)]| {
            request(sandbox.address(), "GET", "/1.0/hosting/web", headers, None)
        };
        assert_eq!(unsigned(&[]).code(403), "INVALID_KEY");
        assert_eq!(
            unsigned(&[("X-Ovh-Application", "nobody")]).code(403),
            "INVALID_KEY"
        );
        let response = unsigned(&[("X-Ovh-Application", sandbox.application_key())]);
        response.no_login();

        let mut client = Client::new(&sandbox);
        client.consumer = "unknown".into();
        client.secret = "wrong as well".into();
        assert_eq!(client.get("/hosting/web").code(403), "NOT_CREDENTIAL");
        let mut client = Client::new(&sandbox);
        client.key = "unknown".into();
        assert_eq!(client.get("/hosting/web").code(403), "INVALID_KEY");
    }
}

#[test]
fn refuses_client_clock_off_by_an_hour() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape).time_offset(3600));
        let mut client = Client::new(&sandbox);
        assert_eq!(client.get("/hosting/web").code(400), "QUERY_TIME_OUT");
        let help = sandbox.journal().entries().remove(0).help.expect("help");
        assert!(help.contains("off the server's time"), "{help}");

        let response = request(sandbox.address(), "GET", "/1.0/auth/time", &[], None);
        let server = response.ok().as_i64().expect("a bare number");
        client.skew = server - common::unix_now();
        client.get("/hosting/web").ok();

        sandbox.set_time_offset(0);
        assert_eq!(client.get("/hosting/web").code(400), "QUERY_TIME_OUT");
    }
}

#[test]
fn consumer_key_is_valid_until_logout() {
    for shape in SHAPES {
        let sandbox = manual_with(Sandbox::builder().refusals(shape));
        let mut client = Client::new(&sandbox);
        let wanted = json!({
        "accessRules": [{"method": "GET", "path": "/auth/*"}, {"method": "POST", "path": "/auth/logout"}],
        "redirection": null,
    })
    .to_string();
        let application = [("X-Ovh-Application", sandbox.application_key())];
        let target = "/1.0/auth/credential";
        let response = request(
            sandbox.address(),
            "POST",
            target,
            &application,
            Some(&wanted),
        )
        .ok();
        assert_eq!(response["state"], "pendingValidation");
        let url = response["validationUrl"].as_str().expect("a URL");
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        client.consumer = response["consumerKey"].as_str().expect("a key").to_owned();

        assert_eq!(
            client.get("/auth/currentCredential").code(403),
            "INVALID_CREDENTIAL"
        );
        sandbox.validate(&client.consumer).expect("a known key");
        let credential = client.get("/auth/currentCredential").ok();
        assert_eq!(credential["status"], "validated");
        assert_eq!(
            credential["rules"][0],
            json!({"method": "GET", "path": "/auth/*"})
        );
        assert_eq!(client.get("/auth/details").ok()["method"], "account");

        let response = client.get("/hosting/web");
        assert_eq!(response.code(403), "NOT_GRANTED_CALL");
        let last = sandbox.journal().entries().pop().expect("an entry");
        let help = last.help.expect("help");
        assert!(help.contains("its rules: GET /auth/*"), "{help}");

        client.post_nothing("/auth/logout").ok();
        assert_eq!(client.get("/auth/details").code(403), "INVALID_CREDENTIAL");
        assert!(sandbox.validate("never seen").is_err());
    }
}

#[test]
fn a_credential_wants_an_application_and_rules() {
    let sandbox = manual();
    let post = |headers: &[(&str, &str)], body: &str| {
        request(
            sandbox.address(),
            "POST",
            "/1.0/auth/credential",
            headers,
            Some(body),
        )
    };
    assert_eq!(post(&[], "{}").code(403), "INVALID_KEY");
    let known = [("X-Ovh-Application", sandbox.application_key())];
    assert!(post(&known, "{}").refused(400).contains("$.accessRules"));
    let response = post(&known, r#"{"accessRules":[{"method":"PATCH","path":"/"}]}"#);
    assert!(response.refused(400).contains("$.accessRules[0].method"));
}

#[test]
fn rules_bound_what_a_key_may_do() {
    for shape in SHAPES {
        let builder = Sandbox::builder()
            .refusals(shape)
            .grant("GET", "/hosting/web")
            .grant("GET", "/hosting/web/*/database*");
        let sandbox = manual_with(builder);
        let client = Client::new(&sandbox);
        client.get("/hosting/web").ok();
        client.get(&at("/database")).ok();
        assert_eq!(client.get(&at("/user")).code(403), "NOT_GRANTED_CALL");
        let response = client.post(&at("/database"), json!({}));
        assert_eq!(response.code(403), "NOT_GRANTED_CALL");
    }
}

#[test]
fn keys_of_the_caller_are_taken() {
    let fixed = manual_with(
        Sandbox::builder()
            .application_key("AK")
            .application_secret("AS")
            .consumer_key("CK"),
    );
    assert_eq!(fixed.env()[1].1, "AK");
    Client::new(&fixed).get("/hosting/web").ok();
    let shown = format!(
        "{fixed:?} {:?}",
        Sandbox::builder().application_secret("AS9")
    );
    assert!(
        !shown.contains("AS9") && !shown.contains("\"CK\""),
        "{shown}"
    );
}
