//! Wrong arguments: refused before anything is sent, with a way out, and without values.

use ovh_web_cli::Exit;
use ovh_web_sandbox::Fault;

use crate::support::Tool;

/// Runs a line that must be refused. Nothing may be sent, and `s3cret` not repeated.
async fn refused(line: &str) -> String {
    let tool = Tool::start().await;
    let ended = tool.run(line).await.expect(Exit::Usage);
    assert_eq!(tool.bed.sandbox.journal().total(), 0, "{line}");
    assert!(
        !format!("{ended:?}").contains("s3cret"),
        "{line}: {ended:?}"
    );
    ended.err
}

#[tokio::test]
async fn mistakes_name_what_was_meant() {
    for (line, hint) in [
        ("database list", "databases"),
        ("databases crate", "create"),
        ("databases list --colums name", "--columns"),
        (
            "databases create -H example.ovh --user s3cret",
            "--capacity, --type",
        ),
        (
            "databases list -H example.ovh --parallel s3cret",
            "--parallel",
        ),
        ("databases list --where 'sate = s3cret'", "state"),
        ("databases list --where 'state ='", "expected a value"),
        ("databases list -H example.ovh --query '.['", "--query"),
        ("crons list --all -H example.ovh", "--all"),
        ("module-catalog list -H example.ovh", "no hosting"),
        ("databases list --deadline s3cret", "--deadline expects"),
        ("schema databases::creat", "databases::create"),
        ("users get a s3cret -H example.ovh", "`--help` lists"),
        ("api GET hosting", "begins with /"),
        ("api DELETE /hosting/web/.. --dry-run", "not allowed"),
    ] {
        let text = refused(line).await;
        assert!(text.contains(hint), "{line}: expected {hint:?} in {text}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_not_sent() {
    let line = "hosting update -H example.ovh --display-name caf\u{fffd}s3cret";
    let text = refused(line).await;
    assert!(text.contains("not UTF-8"), "{text}");
}

#[tokio::test]
async fn wrong_global_flags_need_no_account() {
    let tool = Tool::start().await.without_credentials();
    let missing = tool.path("missing");
    let from = format!("databases list --from {missing}");
    for (line, hint) in [
        ("databases list --where 'sate = active'", "state"),
        ("databases list --where 'state ='", "expected a value"),
        (
            "databases list --all --where 'state = active' --query '.['",
            "--query",
        ),
        ("databases list -H example.ovh --columns nam", "name"),
        (
            "databases list -H example.ovh --columns name,quota.x",
            "quota",
        ),
        (
            "databases list -H example.ovh --columns hosting",
            "no column",
        ),
        ("databases list --all --columns hosting,nam", "name"),
        ("databases list -H example.ovh --sort -nam", "name"),
        (
            "databases delete x -H example.ovh --yes --columns nme",
            "no column",
        ),
        ("crons delete 1 --all --yes --columns outcome,tsk", "task"),
        (
            "users delete x -H example.ovh --dry-run --columns paht",
            "path",
        ),
        (&from, "--from"),
        ("inventory --by sites", "--by"),
        ("inventory --columns ofer", "offer"),
        ("inventory --by site --sort ofer", "offer"),
        ("inventory --where 'sate = active'", "state"),
        (
            "inventory --expires-within s3cret",
            "--expires-within expects",
        ),
        ("php 8.3 --all --where 'phq < 8.2'", "php"),
        ("php 8.3 --all --columns form", "from"),
        ("php 8.3 --all --query '.['", "--query"),
        ("wait 1 -H example.ovh --columns otcome", "outcome"),
        ("doctor --sort stat", "state"),
        ("api GET /me --query '.['", "--query"),
        ("api GET /hosting/web/example.ovh --columns offre", "offer"),
        ("databases list --all --rate 0", "60/min"),
        ("databases list --all --rate s3cret", "60/min"),
        ("databases list --all --parallel 0", "--parallel"),
        ("databases list --all --parallel 1000", "--parallel"),
    ] {
        let ended = tool.run(line).await.expect(Exit::Usage);
        assert!(ended.err.contains(hint), "{line}: {hint}: {ended:?}");
        assert!(!ended.err.contains("s3cret"), "{line}: {ended:?}");
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn missing_input_files_are_usage_errors() {
    let tool = Tool::start().await.without_credentials();
    let file = tool.path("missing");
    let create =
        "databases create -H example.ovh --capacity sqlPerso --type mysql --user exampleshop";
    for line in [
        format!("{create} --body {file}"),
        format!("{create} --password-file {file}"),
        format!("api POST /me --body {file}"),
        format!("sandbox --hostings {file} -- true"),
        format!("login --endpoint ovh-eu --oauth2 x --client-secret-file {file}"),
    ] {
        tool.run(&line).await.expect(Exit::Usage).says("missing");
    }
    let line = format!("hosting list --config {file}");
    tool.run(&line).await.expect(Exit::Credentials);
}

#[tokio::test]
async fn columns_of_documents_may_be_absent() {
    let tool = Tool::with_hostings(1, |_, seed| seed.databases(1).users(0)).await;
    let line = "databases list -o csv --columns mode,guiURL --sort guiURL";
    let ended = tool.run(line).await.expect(Exit::Done);
    assert_eq!(ended.out, "mode,guiURL\nclassic,\n");
    // A name that no document has may be one of a newer API, which only the response shows.
    let line = "databases list -o csv --query '[.[] | {own: .mode}]' --columns";
    let ended = tool.run(&format!("{line} own")).await.expect(Exit::Done);
    assert_eq!(ended.out, "own\nclassic\n");
    tool.run(&format!("{line} onw"))
        .await
        .expect(Exit::Usage)
        .says("columns are own");
}

#[tokio::test]
async fn failed_output_says_that_it_was_sent() {
    let tool = Tool::start().await;
    let line = "crons create -H example.ovh --command job.php --frequency '0 4 * * *' \
        --language php8.3 --query '.id | keys'";
    let ended = tool.run(line).await.expect(Exit::Failed);
    assert!(ended.err.contains("the request was sent"), "{ended:?}");
    assert_eq!(tool.calls("crons::create"), 1);
}

#[tokio::test]
async fn failed_wait_says_that_the_write_was_sent() {
    let tool = Tool::start().await;
    let fault = Fault::on("tasks::get").status(403);
    tool.bed.sandbox.faults().add(fault);
    let line = "crons create -H example.ovh --command a --frequency '0 4 * * *' --language php8.3";
    let ended = tool.run(line).await.expect(Exit::NotAllowed);
    assert!(ended.err.contains("the request was sent"), "{ended:?}");
    // A request that was refused was not.
    let fault = Fault::on("crons::create").status(403);
    tool.bed.sandbox.faults().add(fault);
    let ended = tool.run(line).await.expect(Exit::NotAllowed);
    assert!(!ended.err.contains("the request was sent"), "{ended:?}");
    let line =
        "api POST /hosting/web/example.ovh/user/example/changePassword --yes --query '.x | keys'";
    std::fs::write(tool.path("body"), r#"{"password": "canaryPassw0rd"}"#).unwrap();
    let line = format!("{line} --body {}", tool.path("body"));
    let ended = tool.run(&line).await.expect(Exit::Failed);
    assert!(ended.err.contains("the request was sent"), "{ended:?}");
}

#[tokio::test]
async fn missing_credentials_name_the_login() {
    let tool = Tool::start().await.without_credentials();
    for line in [
        "hosting list",
        "hosting list -o json",
        "doctor",
        "php 8.3 --all",
    ] {
        let ended = tool.run(line).await.expect(Exit::Credentials);
        let printed = format!("{}{}", ended.out, ended.err);
        assert!(printed.contains("`ovh-web login`"), "{line}: {ended:?}");
    }
    let mut tool = Tool::start().await;
    tool.extra.insert("OVH_CONSUMER_KEY".into(), "wrong".into());
    let ended = tool.run("hosting list").await.expect(Exit::Credentials);
    assert!(ended.err.contains("`ovh-web login`"), "{ended:?}");
    // A command about credentials names what is wrong with them.
    tool.extra.insert("OVH_CONSUMER_KEY".into(), String::new());
    let ended = tool.run("logout").await.expect(Exit::Credentials);
    assert!(!ended.err.contains("`ovh-web login`"), "{ended:?}");
}

#[tokio::test]
async fn secrets_as_arguments_are_refused_unseen() {
    for line in [
        "databases create --capacity sqlPerso --type mysql --user exampleshop --password s3cret",
        "databases create --capacity sqlPerso --type mysql --user exampleshop --password=s3cret",
        "databases create --capacity sqlPerso --type mysql --user exampleshop --pasword s3cret",
        "databases create --capacity sqlPerso --type mysql --user exampleshop --pasword=s3cret",
        "databases create s3cret",
        "databases s3cret",
        "databases change-password s3cret",
        "users create --pass s3cret",
        "env-vars create --key KEY --type password --value s3cret",
        "databases list -xs3cret",
    ] {
        refused(line).await;
    }
}

#[tokio::test]
async fn body_and_flags_are_checked_before_sending() {
    let mut tool = Tool::start().await;
    tool.stdin = r#"{"capabilitie": "sqlPerso", "typ": "mysql"}"#.to_owned();
    let line = "databases create -H example.ovh --body - --user exampleshop";
    tool.run(line).await.expect(Exit::Usage).says("`type`");
    let line = "databases create -H example.ovh --body - --password-stdin";
    tool.run(line)
        .await
        .expect(Exit::Usage)
        .says("standard input");
    let line = "users update -H example.ovh example --clear home";
    tool.run(line).await.expect(Exit::Usage);
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn json_output_has_json_errors() {
    let tool = Tool::start().await;
    let ended = tool
        .run("databases get nothing -H example.ovh -o json")
        .await;
    let ended = ended.expect(Exit::NotFound);
    let error: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
    let error = &error["error"];
    assert_eq!(error["exit"], 5);
    assert_eq!(error["operation"], "databases::get");
    assert_eq!(error["path"], "/hosting/web/example.ovh/database/nothing");
    assert!(error["query_id"].is_string(), "{error}");
}

#[tokio::test]
async fn losses_need_a_name_and_yes() {
    let tool = Tool::start().await;
    tool.run("users delete nobody")
        .await
        .expect(Exit::Usage)
        .says("-H example.ovh");
    let line = "users delete nobody -H example.ovh";
    tool.run(line).await.expect(Exit::Usage).says("--yes");
    assert_eq!(tool.calls("users::delete"), 0);
    tool.run(&format!("{line} --yes"))
        .await
        .expect(Exit::NotFound);
    assert_eq!(tool.calls("users::delete"), 1);
    let line = "api DELETE /hosting/web/example.ovh/user/nobody";
    tool.run(line).await.expect(Exit::Usage).says("--yes");
    tool.run("api PUT /unknown")
        .await
        .expect(Exit::Usage)
        .says("--yes");
}

#[tokio::test]
async fn flags_without_effect_are_refused() {
    let tool = Tool::start().await;
    let record = tool.path("record");
    for line in [
        format!("api POST /me --yes --resume {record}"),
        format!("users list -H example.ovh --resume {record}"),
        format!("login --endpoint ovh-eu --resume {record}"),
        "api GET /me -H example.ovh".to_owned(),
        "login --endpoint ovh-eu --dry-run".to_owned(),
        "logout --dry-run".to_owned(),
        "wait 1 --all".to_owned(),
        "sandbox --speed=nan -- true".to_owned(),
        "sandbox --speed=-1 -- true".to_owned(),
    ] {
        tool.run(&line).await.expect(Exit::Usage);
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
    assert!(!std::path::Path::new(&record).exists());
}
