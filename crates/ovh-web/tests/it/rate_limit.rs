//! Tests the timeout while waiting for the rate limit.

use ovh_web::Client;
use ovh_web_sandbox::Sandbox;

#[tokio::test]
async fn timeout_before_rate_limit_sends_nothing() {
    let sandbox = Sandbox::start().await.expect("a sandbox");
    let client = Client::builder()
        .from_pairs(sandbox.env())
        .rate_limit(ovh_web::RateLimit::per_minute(1))
        .build()
        .expect("a client");
    let ask = || {
        client
            .hosting("example.cluster01.hosting.ovh.net")
            .databases()
            .names()
    };
    ask().await.expect("the first has its turn at once");
    let calls = sandbox.journal().total();
    let error = ask()
        .timeout(std::time::Duration::from_millis(50))
        .await
        .expect_err("the next turn is a minute away");
    assert!(error.is_timeout() && !error.maybe_applied(), "{error}");
    assert!(error.to_string().contains("nothing"), "{error}");
    assert_eq!(sandbox.journal().total(), calls);
}
