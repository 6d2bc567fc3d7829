//! Wrong arguments: refused before anything is sent, with a way out, and without values.

use ovh_web_cli::Exit;

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
        ("databases list --deadline s3cret", "90s"),
        ("schema databases::creat", "databases::create"),
        ("api GET hosting", "begins with /"),
    ] {
        let text = refused(line).await;
        assert!(text.contains(hint), "{line}: expected {hint:?} in {text}");
    }
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
