//! Completion as shells call it: what is offered, what is asked for, and what is stored.

use std::sync::Arc;
use std::time::Duration;

use ovh_web::{BoxFuture, Clock};
use ovh_web_cli::Exit;
use ovh_web_sandbox::Fault;
use ovh_web_testing::LinkedClock;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{Tool, files, split};

/// A clock on which the limit of a completion passes at once, or never.
#[derive(Debug)]
struct Limit {
    clock: LinkedClock,
    has_passed: bool,
}

impl Clock for Limit {
    fn unix_time(&self) -> Duration {
        self.clock.unix_time()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }

    fn timeout(&self, limit: Duration) -> BoxFuture<'static, ()> {
        // The client's own limits are longer.
        match self.has_passed && limit <= Duration::from_secs(1) {
            true => Box::pin(std::future::ready(())),
            false => Box::pin(std::future::pending()),
        }
    }
}

fn set_limit(tool: &mut Tool, has_passed: bool) {
    let clock = tool.bed.clock.clone();
    tool.clock = Some(Arc::new(Limit { clock, has_passed }));
}

/// A tool that completes as fish calls it, with its cache in the test's folder.
async fn completing(mut tool: Tool) -> Tool {
    tool.extra.insert("COMPLETE".into(), "fish".into());
    tool.extra
        .insert("XDG_CACHE_HOME".into(), tool.path("cache"));
    set_limit(&mut tool, false);
    tool
}

/// Returns the candidates. A blank at the end starts a new argument.
async fn offered(tool: &Tool, line: &str) -> Vec<String> {
    let mut words = split(&format!("-- {line}"));
    if line.ends_with(' ') {
        words.push(String::new());
    }
    let ended = tool.run_words(words).await.expect(Exit::Done);
    assert_eq!(ended.err, "");
    let words = ended.out.lines();
    words
        .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn offers_words_flags_and_choices() {
    let tool = completing(Tool::start().await).await;
    for (line, expected) in [
        ("ovh-web databases cr", "create creation-capabilities"),
        ("ovh-web domain rec", "records"),
        ("ovh-web sites ap", "apply"),
        (
            "ovh-web sites apply --allow",
            "--allow-files-outside --allow-data-loss",
        ),
        ("ovh-web databases create --ty", "--type"),
        ("ovh-web databases create --type m", "mariadb mysql"),
        (
            "ovh-web databases create --type=m",
            "--type=mariadb --type=mysql",
        ),
        ("ovh-web databases list --col", "--columns"),
        (
            "ovh-web databases list --columns name,sta",
            "name,status name,state",
        ),
        ("ovh-web databases list --sort -nam", "-name"),
        ("ovh-web inventory --columns off", "offer"),
        ("ovh-web --output j", "json jsonl"),
        ("ovh-web --endpoint ovh-e", "ovh-eu"),
        ("ovh-web login --for database", "database-copies databases"),
        ("ovh-web completion ", "bash zsh fish powershell"),
        ("ovh-web schema databases::li", "databases::list"),
        ("ovh-web users update x --clear h", ""),
        (
            "ovh-web databases create --pass",
            "--password-file --password-stdin --password-env",
        ),
    ] {
        let found = offered(&tool, line).await;
        assert_eq!(found.join(" "), expected, "{line}");
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn offers_names_from_the_account() {
    let tool = completing(Tool::start().await).await;
    assert_eq!(
        offered(&tool, "ovh-web crons list -H ").await,
        ["example.ovh"]
    );
    assert_eq!(offered(&tool, "ovh-web users get ").await, ["example"]);
    assert_eq!(
        offered(&tool, "ovh-web users get -H example.ovh ex").await,
        ["example"]
    );
    assert_eq!(offered(&tool, "ovh-web users get x").await, [""; 0]);
    let websites = offered(&tool, "ovh-web webhosting websites get ").await;
    assert!(websites.iter().all(|id| id.len() == 36), "{websites:?}");
    let journal = tool.bed.sandbox.journal();
    journal.operation("hosting::list").exactly(1);
    journal.operation("users::list").exactly(1);
    journal.changes().exactly(0);
}

#[tokio::test]
async fn names_are_kept_for_a_minute() {
    let tool = completing(Tool::start().await).await;
    let line = "ovh-web users get ";
    // The seconds of the test itself count too. A clock that went back makes all names stale.
    for (skew, calls) in [(0, 1), (30, 1), (90, 2), (30, 3)] {
        tool.bed.clock.set_skew(skew);
        assert_eq!(offered(&tool, line).await, ["example"]);
        assert_eq!(tool.calls("users::list"), calls, "{skew}");
    }
    // Each key has a separate cache.
    let mut tool = tool;
    let other = tool.bed.sandbox.client_id().to_owned();
    let secret = tool.bed.sandbox.client_secret().to_owned();
    tool.extra.insert("OVH_CLIENT_ID".into(), other);
    tool.extra.insert("OVH_CLIENT_SECRET".into(), secret);
    tool.extra
        .insert("OVH_TOKEN_URL".into(), tool.bed.sandbox.token_url());
    for name in ["APPLICATION_KEY", "APPLICATION_SECRET", "CONSUMER_KEY"] {
        tool.extra.insert(format!("OVH_{name}"), String::new());
    }
    assert_eq!(offered(&tool, line).await, ["example"]);
    assert_eq!(tool.calls("users::list"), 4);
}

#[tokio::test]
async fn stale_names_are_used_if_reads_fail() {
    let tool = completing(Tool::start().await).await;
    let line = "ovh-web users get ";
    assert_eq!(offered(&tool, line).await, ["example"]);
    tool.bed.clock.set_skew(120);
    tool.bed
        .sandbox
        .faults()
        .add(Fault::everywhere().status(503));
    assert_eq!(offered(&tool, line).await, ["example"]);
    assert_eq!(tool.calls("users::list"), 2, "no retries");
    let nothing = offered(&tool, "ovh-web crons get ").await;
    assert!(
        nothing.iter().all(|word| word.starts_with('-')),
        "{nothing:?}"
    );
}

#[tokio::test]
async fn slow_server_is_not_waited_for() {
    let mut tool = completing(Tool::start().await).await;
    let line = "ovh-web users get -H example.ovh ";
    assert_eq!(offered(&tool, line).await, ["example"]);
    tool.bed.clock.set_skew(120);
    set_limit(&mut tool, true);
    assert_eq!(offered(&tool, line).await, ["example"]);
    let nothing = offered(&tool, "ovh-web crons list -H ").await;
    assert!(nothing.is_empty(), "{nothing:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn cache_is_private_and_has_no_secret() {
    use std::os::unix::fs::PermissionsExt;
    let tool = completing(Tool::start().await).await;
    offered(&tool, "ovh-web users get ").await;
    let folder = tool.folder.path().join("cache/ovh-web");
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let sandbox = &tool.bed.sandbox;
    let keys = [
        sandbox.application_key(),
        sandbox.application_secret(),
        sandbox.consumer_key(),
    ];
    let found = files(&folder);
    assert_eq!(found.len(), 2);
    for (path, text) in found {
        assert_eq!(mode(path.as_ref()), 0o600);
        for key in keys {
            assert!(!text.contains(key) && !path.contains(key), "{path}");
        }
        // Whatever a file says is checked like a response.
        std::fs::write(&path, format!("{text}$(touch x)\n`id`\n\u{1b}[2J\n")).unwrap();
    }
    assert_eq!(offered(&tool, "ovh-web users get ").await, ["example"]);
}

/// A server that answers every request with `names`.
async fn server_of(names: &[&str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let body = serde_json::to_string(names).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let _ = stream.read(&mut request).await;
            let length = body.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close");
            let _ = stream
                .write_all(format!("{head}\r\n\r\n{body}").as_bytes())
                .await;
        }
    });
    format!("http://{address}/1.0")
}

#[tokio::test]
async fn hostile_names_are_left_out() {
    let mut tool = completing(Tool::start().await).await;
    let names = [
        "$(id)",
        "-rf",
        "a b",
        "`id`",
        "x\u{7}y",
        "a'b",
        "a;b",
        "good.ovh",
        "\u{202e}x",
        "a\nb",
    ];
    tool.extra
        .insert("OVH_ENDPOINT".into(), server_of(&names).await);
    assert_eq!(offered(&tool, "ovh-web users list -H ").await, ["good.ovh"]);
    let found = files(&tool.folder.path().join("cache"));
    let [(_, text)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), ["good.ovh"]);
}

#[tokio::test]
async fn broken_settings_are_silent() {
    let mut tool = completing(Tool::start().await).await;
    tool.extra.insert("OVH_ENDPOINT".into(), "nowhere".into());
    assert_eq!(offered(&tool, "ovh-web users list -H ").await, [""; 0]);
    let line = "ovh-web users list --config /no/such/file --profile ";
    assert_eq!(offered(&tool, line).await, [""; 0]);
    assert_eq!(
        offered(&tool, "ovh-web databases cr").await,
        ["create", "creation-capabilities"]
    );
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn offers_profiles_of_the_chosen_file() {
    let tool = completing(Tool::start().await).await;
    let path = tool.path("own.conf");
    std::fs::write(
        &path,
        "[profile:work]\nendpoint = ovh-eu\n[profile:$(id)]\na = 1\n",
    )
    .unwrap();
    let line = format!("ovh-web users list --config {path} --profile ");
    assert_eq!(offered(&tool, &line).await, ["work"]);
}

#[tokio::test]
async fn variable_for_another_purpose_is_ignored() {
    let mut tool = Tool::start().await;
    for (value, line) in [
        ("yes", "users list"),
        ("bash", "users list"),
        ("", "users list"),
    ] {
        tool.extra.insert("COMPLETE".into(), value.into());
        tool.run(line).await.expect(Exit::Done);
    }
}
