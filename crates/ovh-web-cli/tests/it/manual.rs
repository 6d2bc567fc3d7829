//! Help, version, completion scripts and man pages: complete, and without configuration or network.

use std::path::Path;
use std::process::{Command, Output};

use clap::Command as Parser;
use ovh_web_cli::Exit;

use crate::support::{Tool, files};

#[tokio::test]
async fn man_prints_the_page_of_the_tool() {
    let tool = Tool::start().await;
    let page = tool.run("man").await.expect(Exit::Done).out;
    for text in [
        ".TH OVH-WEB 1",
        ".SH SYNOPSIS",
        "ovh\\-web\\-databases(1)",
        "Go on with the other targets after a failure",
        "Exit codes: 0 done",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[tokio::test]
async fn man_writes_a_page_for_each_command() {
    let tool = Tool::start().await;
    let folder = tool.path("pages/man1");
    tool.run(&format!("man {folder}"))
        .await
        .expect(Exit::Done)
        .says(" pages in ");
    let found = files(folder.as_ref());
    let mut tree = ovh_web_cli::whole_tree();
    tree.build();
    assert_eq!(found.len(), count(&tree));
    for (path, page) in found {
        let name = Path::new(&path).file_stem().unwrap().to_str().unwrap();
        let title = format!(".TH {} 1 ", name.to_uppercase());
        assert!(page.contains(&title), "{path}: {page}");
        assert!(
            page.contains("\nExample") || page.contains("ovh\\-web\\-"),
            "{path}"
        );
        let is_own = name != "ovh-web";
        assert_eq!(page.contains("Flags of every command"), is_own, "{path}");
    }
}

/// The number of commands, groups included.
fn count(command: &Parser) -> usize {
    1 + command.get_subcommands().map(count).sum::<usize>()
}

#[tokio::test]
async fn every_help_has_an_example() {
    let tool = Tool::start().await;
    let mut tree = ovh_web_cli::whole_tree();
    tree.build();
    let mut lines = vec![String::new()];
    lines.extend(
        tree.get_subcommands()
            .map(|command| command.get_name().to_owned()),
    );
    for line in lines {
        for flag in ["-h", "--help"] {
            let help = tool.run(&format!("{line} {flag}")).await.expect(Exit::Done);
            assert!(help.out.contains("Example"), "{line}: {}", help.out);
        }
    }
}

#[test]
fn help_texts_have_no_full_stop() {
    let mut tree = ovh_web_cli::whole_tree();
    tree.build();
    check_stops(&tree);
}

fn check_stops(command: &Parser) {
    let path = command.get_display_name().unwrap_or_default().to_owned();
    let about = command.get_about().map(ToString::to_string);
    let about = about.unwrap_or_default();
    assert!(
        !about.is_empty() && !about.ends_with('.'),
        "{path}: {about}"
    );
    for argument in command
        .get_arguments()
        .filter(|argument| !argument.is_hide_set())
    {
        let help = argument.get_help().map(ToString::to_string);
        let help = help.unwrap_or_default().replace("...", "");
        let id = argument.get_id();
        assert!(!help.starts_with([':', ';', ' ']), "{path} {id}: {help:?}");
        assert!(
            !help.is_empty() && !help.ends_with('.'),
            "{path} {id}: {help:?}"
        );
    }
    command.get_subcommands().for_each(check_stops);
}

/// Settings that cannot be read: a file that is no text, an unknown endpoint, certificates and a
/// proxy that do not exist.
fn broken(line: &str, folder: &Path) -> Output {
    std::fs::write(folder.join(".ovh.conf"), b"\xff[").unwrap();
    std::fs::write(folder.join("ovh.conf"), "no setting").unwrap();
    Command::new(env!("CARGO_BIN_EXE_ovh-web"))
        .args(line.split(' '))
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        // Windows needs it.
        .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
        .env("OVH_ENDPOINT", "nowhere")
        .env("OVH_PROFILE", "nobody")
        .env("HTTPS_PROXY", "not a proxy")
        .env("SSL_CERT_FILE", "/no/such/file")
        .output()
        .unwrap()
}

#[test]
fn help_needs_no_configuration() {
    let folder = tempfile::tempdir().unwrap();
    for line in [
        "--version",
        "--help",
        "-h",
        "databases --help",
        "databases create --help",
        "doctor --help",
        "completion bash",
        "completion zsh",
        "completion fish",
        "completion powershell",
        "man",
        "man pages",
        "schema databases::create",
        "sites plan --help",
        "sites schema",
    ] {
        let output = broken(line, folder.path());
        assert!(output.status.success(), "{line}: {output:?}");
    }
    // The settings are broken indeed.
    let output = broken("whoami", folder.path());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}
