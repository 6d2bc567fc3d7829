//! Hints: the next command, as a newcomer needs it.

use ovh_web_cli::Exit;
use ovh_web_sandbox::{HostingSeed, Sandbox, SeedCertificate};

use crate::support::Tool;

#[tokio::test]
async fn deadline_names_the_command_that_waits() {
    let tool = Tool::start().await;
    let line = "domains attach -H example.ovh --domain shop.example.com --path shop \
        --bypass-dns-configuration true --deadline 1s";
    let ended = tool.run(line).await.expect(Exit::Deadline);
    assert!(
        ended.err.contains("ovh-web wait -H example.ovh "),
        "{}",
        ended.err
    );
    assert!(!ended.err.contains("client"), "{}", ended.err);
}

#[tokio::test]
async fn change_of_a_record_names_the_refresh() {
    let builder = Sandbox::builder().hosting("example.ovh");
    let tool = Tool::start_with(builder.zone("example.com")).await;
    for line in [
        "domain records create example.com --field-type A --target 192.0.2.1 --sub-domain a",
        "domain redirections create example.com --target https://example.org --type visible",
    ] {
        let ended = tool.run(line).await.expect(Exit::Done);
        let hint = "`ovh-web domain zones refresh example.com`";
        assert!(ended.err.contains(hint), "{}", ended.err);
    }
    let ended = tool.run("domain zones refresh example.com").await;
    assert_eq!(ended.expect(Exit::Done).err, "");
}

#[tokio::test]
async fn short_help_names_the_hosting() {
    let tool = Tool::start().await;
    let ended = tool.run("users list -h").await.expect(Exit::Done);
    assert!(ended.out.contains("-H, --hosting"), "{}", ended.out);
    assert!(!ended.out.contains("--profile"), "{}", ended.out);
}

#[tokio::test]
async fn help_has_its_example_on_the_first_screen() {
    let tool = Tool::start().await;
    let commands = [
        "",
        "hosting list",
        "databases create",
        "databases",
        "php",
        "login",
    ];
    for command in commands {
        for flag in ["-h", "--help"] {
            let ended = tool.run(&format!("{command} {flag}")).await;
            let help = ended.expect(Exit::Done).out;
            let before = help.split("Example").next().unwrap();
            assert!(before.lines().count() < 24, "{command} {flag}: {help}");
            assert!(!before.contains("--hosting <"), "{command} {flag}: {help}");
        }
    }
}

#[tokio::test]
async fn lists_of_objects_are_not_called_ids() {
    let tool = Tool::start().await;
    for command in ["crons list", "domain records list", "domain zones list"] {
        let help = tool.run(&format!("{command} --help")).await.out;
        let first = help.lines().next().unwrap();
        assert!(
            !first.contains("IDs") && !first.contains("names"),
            "{first}"
        );
    }
}

#[tokio::test]
async fn token_of_a_mail_is_not_generated() {
    let tool = Tool::start().await;
    let line = "services confirm-termination -H example.ovh --yes --generate-token new.txt";
    let ended = tool.run(line).await.expect(Exit::Usage);
    assert!(ended.err.contains("--token-file"), "{}", ended.err);
    assert!(!ended.err.contains("--generate"), "{}", ended.err);
    let ended = tool.run("services confirm-termination -h").await;
    assert!(!ended.out.contains("--generate"), "{}", ended.out);
    assert!(
        ended.out.contains("--token-file token.txt"),
        "{}",
        ended.out
    );
}

#[tokio::test]
async fn words_of_other_tools_lead_to_commands() {
    let tool = Tool::start().await;
    for (line, hint) in [
        ("ftp list", "did you mean `users`?"),
        ("users passwd", "did you mean `change-password`?"),
        ("domain attach", "`domains attach`"),
        ("export", "did you mean `inventory --all -o csv`?"),
        ("users canary", "`--help` lists what is possible"),
    ] {
        let ended = tool.run(line).await.expect(Exit::Usage);
        assert!(ended.err.contains(hint), "{line}: {}", ended.err);
    }
}

#[tokio::test]
async fn value_that_begins_with_a_dash_is_explained() {
    let tool = Tool::start().await;
    let line = "certificates create -H example.ovh --certificate";
    let pem = "-----BEGIN CERTIFICATE-----";
    let ended = tool.run(&format!("{line} '{pem}'")).await;
    let ended = ended.expect(Exit::Usage);
    assert!(ended.err.contains("--FLAG=-VALUE"), "{}", ended.err);
    assert!(!ended.err.contains("BEGIN"), "{}", ended.err);
    let ended = tool.run(&format!("{line}='{pem}' --dry-run")).await;
    assert_eq!(ended.json()["body"]["certificate"], pem);
}

#[tokio::test]
async fn expiry_of_certificates_needs_no_other_flag() {
    let seed = HostingSeed::new("example.ovh").certificate(SeedCertificate::Free);
    let tool = Tool::start_with(Sandbox::builder().hosting_with(seed)).await;
    for (within, count) in [("30d", 0), ("365d", 1)] {
        let ended = tool
            .run(&format!("inventory --expires-within {within}"))
            .await;
        assert_eq!(ended.json().as_array().unwrap().len(), count, "{within}");
    }
    let line = "inventory --by hosting --expires-within 30d";
    tool.run(line).await.expect(Exit::Usage);
}
