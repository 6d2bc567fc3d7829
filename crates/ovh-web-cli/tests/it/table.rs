//! Every command of the table: valid for clap, with help, and with the row of its operation.

use ovh_web_cli::generated::{COMMANDS, GROUPS};
use ovh_web_cli::{Exit, command::Command};

use crate::support::Tool;

fn all() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().copied().flatten()
}

#[test]
fn every_operation_has_one_command() {
    let mut operations: Vec<&str> = all().map(|command| command.operation).collect();
    operations.sort_unstable();
    let mut expected: Vec<&str> = ovh_web::operations::all().map(|row| row.id()).collect();
    expected.sort_unstable();
    assert_eq!(operations, expected);
    let mut paths: Vec<&str> = all().map(|command| command.path).collect();
    let count = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), count);
    // A command that is also a group would hide the group.
    for path in &paths {
        let below = format!("{path} ");
        let hidden = paths.iter().find(|other| other.starts_with(&below));
        assert_eq!(hidden, None, "{path}");
    }
}

#[test]
fn every_command_is_valid_for_clap() {
    ovh_web_cli::whole_tree().debug_assert();
}

#[tokio::test]
async fn every_command_has_help_without_a_network() {
    let tool = Tool::start().await;
    for command in all() {
        let ended = tool.run(&format!("{} --help", command.path)).await;
        let ended = ended.expect(Exit::Done);
        assert!(ended.out.contains("Example:"), "{}", command.path);
        assert!(ended.out.contains("Sends "), "{}", command.path);
    }
    for (group, _) in GROUPS {
        tool.run(&format!("{group} --help"))
            .await
            .expect(Exit::Done);
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}
