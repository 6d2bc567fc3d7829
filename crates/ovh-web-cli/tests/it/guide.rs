//! The guide's 13 calls as the 13 commands of the README, one after the other.

use ovh_web_cli::Exit;
use serde_json::Value;

use crate::support::Tool;

/// The commands in the README's table, without the program's name.
fn commands() -> Vec<String> {
    let readme = include_str!("../../../../README.md");
    let table = readme
        .lines()
        .skip_while(|line| *line != "| # | purpose | command | Rust |");
    let rows = table.take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split(" | ").nth(2));
    let commands = cells.filter_map(|cell| cell.strip_prefix("`ovh-web ")?.strip_suffix('`'));
    commands.map(str::to_owned).collect()
}

#[tokio::test]
async fn thirteen_commands_do_the_guides_journey() {
    let tool = Tool::start().await;
    let commands = commands();
    assert_eq!(commands.len(), 13);
    let secret = tool.path("secret");
    let mut dump = String::new();
    let mut operations = Vec::new();
    for command in commands {
        let command = command
            .replace("shop.secret", &secret)
            .replace("ftp.secret", &tool.path("ftp"))
            .replace("DUMP", &dump);
        let ended = tool.run(&command).await.expect(Exit::Done);
        let value = match ended.out.is_empty() {
            true => Value::Null,
            false => ended.json(),
        };
        if command.starts_with("dumps list") {
            dump = value[0]["id"].to_string();
        }
        let last = tool.bed.sandbox.journal().calls();
        operations.extend(last.entries().iter().filter_map(|entry| entry.operation));
    }
    for operation in [
        "hosting::list",
        "domains::attach",
        "certificates::create",
        "databases::create",
        "databases::list",
        "module_catalog::list",
        "module_catalog::get",
        "modules::install",
        "users::create",
        "users::list",
        "dumps::create",
        "dumps::list",
        "dumps::restore",
    ] {
        assert!(
            operations.contains(&operation),
            "{operation}: {operations:?}"
        );
    }
    let state = tool.bed.sandbox.state();
    let databases = state.databases("example.ovh");
    let is_there = databases
        .iter()
        .any(|database| database.name == "exampleshop.mysql.db");
    assert!(is_there, "{databases:?}");
}
