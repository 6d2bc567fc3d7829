//! Credentials: `login`, `logout`, `whoami`, `doctor`, profiles, and the file that they live in.

use std::io::{Read, Write};

use ovh_web_cli::Exit;
use ovh_web_sandbox::Fault;

use crate::support::{Buffer, Ended, Tool, split};

/// Logs in while the owner of the account agrees.
async fn login(tool: &mut Tool, line: &str) -> Ended {
    login_after(tool, line, || ()).await
}

/// The same, with an action before the owner agrees.
async fn login_after(tool: &mut Tool, line: &str, action: impl FnOnce()) -> Ended {
    let sandbox = &tool.bed.sandbox;
    let key = sandbox.application_key().to_owned();
    let secret = sandbox.application_secret().to_owned();
    let endpoint = sandbox.base_url();
    // Only the application's own secret is in the environment.
    tool.extra.insert("APP_SECRET".into(), secret);
    for name in [
        "OVH_APPLICATION_KEY",
        "OVH_APPLICATION_SECRET",
        "OVH_CONSUMER_KEY",
        "OVH_ENDPOINT",
    ] {
        tool.extra.insert(name.into(), String::new());
    }
    let line = format!(
        "login --endpoint {endpoint} --application-key {key} \
         --application-secret-env APP_SECRET {line}"
    );
    let err = Buffer::default();
    let agree = async {
        while !err.text().contains("credentialToken=") {
            tokio::task::yield_now().await;
        }
        action();
        let text = err.text();
        let token = text.split("credentialToken=").nth(1).unwrap();
        approve(tool, token.split_whitespace().next().unwrap());
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = tool.run_into(split(&line), err.clone()) => ended,
        () = agree => unreachable!(),
    }
}

/// Approves the key as its owner does in the browser.
fn approve(tool: &Tool, token: &str) {
    let form = format!("credentialToken={token}&validity=86400&decision=approve");
    let address = tool.bed.sandbox.address();
    let request = format!(
        "POST /auth/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.contains("Approved"), "{response}");
}

#[tokio::test]
async fn login_writes_a_file_that_only_its_owner_reads() {
    let mut tool = Tool::start().await;
    let old = "; my settings\r\n[other]\r\nkey = value\r\n";
    std::fs::write(tool.folder.path().join(".ovh.conf"), old).unwrap();
    let ended = login(&mut tool, "--no-browser").await.expect(Exit::Done);
    let text = tool.read(".ovh.conf");
    assert!(text.starts_with(old), "{text}");
    assert!(text.contains("consumer_key"), "{text}");
    assert!(!ended.err.contains(tool.bed.sandbox.application_secret()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = tool.folder.path().join(".ovh.conf");
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // The file is enough for the next command, and for `logout`.
    let config = tool.path(".ovh.conf");
    let line = format!("hosting list --config {config}");
    tool.run(&line).await.expect(Exit::Done);
    tool.run(&format!("logout --config {config}"))
        .await
        .expect(Exit::Done);
    assert!(!tool.read(".ovh.conf").contains("consumer_key"));
    let ended = tool.run(&line).await.expect(Exit::Credentials);
    assert!(!ended.err.contains("build the client"), "{ended:?}");
}

#[tokio::test]
async fn login_asks_for_the_wanted_rights_only() {
    let mut tool = Tool::start().await;
    let config = tool.path("own.conf");
    let line = format!("--for databases --read-only --profile shop --config {config} --no-browser");
    login(&mut tool, &line).await.expect(Exit::Done);
    assert!(tool.read("own.conf").contains("[profile:shop]"));
    assert!(!tool.folder.path().join(".ovh.conf").exists());
    let account = format!("--profile shop --config {config}");
    tool.run(&format!("databases list -H example.ovh {account}"))
        .await
        .expect(Exit::Done);
    tool.run(&format!("users list -H example.ovh {account}"))
        .await
        .expect(Exit::NotAllowed);
    let line = format!("databases delete x -H example.ovh --yes {account}");
    tool.run(&line).await.expect(Exit::NotAllowed);
    let ended = tool.run(&format!("whoami {account}")).await.json();
    let rules = ended["credential"]["rules"].as_array().unwrap();
    assert!(
        rules
            .iter()
            .all(|rule| rule["method"] == "GET" || rule["path"] == "/auth/logout")
    );
}

#[tokio::test]
async fn doctor_says_what_is_wrong() {
    let mut tool = Tool::start().await;
    let good = tool.run("doctor").await.json();
    let states: Vec<&str> = good
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect();
    assert!(states.iter().all(|state| *state == "ok"), "{good:#}");
    let endpoint = tool.bed.sandbox.base_url();
    let ended = tool.run(&format!("doctor --endpoint {endpoint}")).await;
    assert!(ended.out.contains("(from a flag)"), "{ended:?}");
    tool.bed
        .sandbox
        .faults()
        .add(Fault::everywhere().clock_skew(3_600));
    let skewed = tool.run("doctor -o csv").await.expect(Exit::Done);
    // A second may pass between the two readings.
    let differences = ["'-3600 s", "'-3599 s"].map(|it| format!("clock,warning,{it}"));
    assert!(
        differences.iter().any(|it| skewed.out.contains(it)),
        "{}",
        skewed.out
    );
    tool.extra.insert("OVH_CONSUMER_KEY".into(), "wrong".into());
    let refused = tool.run("doctor -o csv").await.expect(Exit::Credentials);
    assert!(
        refused.out.contains("credentials,problem"),
        "{}",
        refused.out
    );
    assert!(
        refused
            .out
            .contains("from the environment (OVH_CONSUMER_KEY)")
    );
    tool.extra.insert("OVH_ENDPOINT".into(), String::new());
    let none = tool.run("doctor -o csv").await.expect(Exit::Credentials);
    assert!(none.out.contains("no endpoint is set"), "{}", none.out);
}

#[tokio::test]
async fn sandbox_flag_needs_no_account() {
    let mut tool = Tool::start().await;
    for name in ["OVH_ENDPOINT", "OVH_APPLICATION_KEY"] {
        tool.extra.insert(name.into(), String::new());
    }
    let list = tool.run("hosting list --sandbox").await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn login_keeps_what_was_written_meanwhile() {
    let mut tool = Tool::start().await;
    let path = tool.folder.path().join(".ovh.conf");
    std::fs::write(&path, "[one]\n").unwrap();
    let edited = path.clone();
    let edit = move || std::fs::write(&edited, "[one]\n[two]\n").unwrap();
    let ended = login_after(&mut tool, "--no-browser", edit).await;
    ended.expect(Exit::Done);
    let text = tool.read(".ovh.conf");
    assert!(text.starts_with("[one]\n[two]\n"), "{text}");
    assert!(text.contains("consumer_key"), "{text}");
}

#[tokio::test]
async fn login_leaves_no_key_that_nobody_has() {
    let mut tool = Tool::start().await;
    let missing = tool.path("missing");
    let line = format!("--no-browser --config {missing}/own.conf");
    let ended = login(&mut tool, &line).await.expect(Exit::Usage);
    assert!(ended.err.contains(&missing), "{ended:?}");
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
    // The folder disappears while the owner agrees.
    let folder = tool.path("folder");
    std::fs::create_dir(&folder).unwrap();
    let line = format!("--no-browser --config {folder}/own.conf");
    let remove = move || std::fs::remove_dir(&folder).unwrap();
    let ended = login_after(&mut tool, &line, remove).await;
    ended.expect(Exit::Credentials).says("was ended again");
    assert_eq!(tool.calls("auth::logout"), 1);
}

#[tokio::test]
async fn login_refuses_rights_that_it_cannot_limit() {
    let tool = Tool::start().await.without_credentials();
    let line = "login --endpoint ovh-eu --for database";
    let ended = tool.run(line).await.expect(Exit::Usage);
    assert!(ended.err.contains("databases"), "{ended:?}");
    for flags in ["--read-only", "--for databases", "--application-key x"] {
        let line = format!("login --endpoint ovh-eu --oauth2 id --client-secret-env X {flags}");
        let ended = tool.run(&line).await.expect(Exit::Usage);
        assert!(ended.err.contains("--oauth2"), "{ended:?}");
    }
}

#[tokio::test]
async fn hosting_of_login_limits_only_its_own_routes() {
    let mut tool = Tool::start().await;
    let config = tool.path("own.conf");
    let line = format!("--for domain,users -H example.ovh --config {config} --no-browser");
    login(&mut tool, &line).await.expect(Exit::Done);
    let ended = tool.run(&format!("whoami --config {config}")).await.json();
    let rules = ended["credential"]["rules"].as_array().unwrap();
    let has = |path: &str| rules.iter().any(|rule| rule["path"] == path);
    assert!(has("/domain/*/task") && has("/hosting/web/example.ovh/user"));
    assert!(!has("/domain/example.ovh/task"), "{rules:#?}");
}

#[tokio::test]
async fn logout_removes_a_key_that_ended_before() {
    let mut tool = Tool::start().await;
    login(&mut tool, "--no-browser").await.expect(Exit::Done);
    let config = tool.path(".ovh.conf");
    let text = tool.read(".ovh.conf");
    let line = format!("logout --config {config}");
    tool.run(&line).await.expect(Exit::Done);
    std::fs::write(&config, text).unwrap();
    let ended = tool.run(&line).await.expect(Exit::Done);
    assert!(ended.err.contains("was not valid any more"), "{ended:?}");
    assert!(!tool.read(".ovh.conf").contains("consumer_key"));
}
