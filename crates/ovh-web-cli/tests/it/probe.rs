//! `probe`: what it finds, and what it does not show.

use std::collections::BTreeSet;

use ovh_web_cli::Exit;
use ovh_web_sandbox::{Builder, HostingSeed, RefusalShape, Sandbox, SeedCertificate};
use serde_json::{Value, json};

use crate::proxy::{Proxy, Reply};
use crate::support::Tool;

const HOSTING: &str = "canary-shop.ovh";

/// An account with something in most lists.
fn account() -> Builder {
    let seed = HostingSeed::new(HOSTING)
        .domains(3)
        .databases(3)
        .users(3)
        .modules(1)
        .crons(2)
        .tag("canary-key", "canary-value")
        .private_database("canary-private")
        .certificate(SeedCertificate::Free);
    Sandbox::builder().hosting_with(seed)
}

async fn tool(builder: Builder) -> Tool {
    let tool = Tool::start_with(builder).await;
    let create =
        "env-vars create -H canary-shop.ovh --key CANARY_KEY --type string --value canary-env";
    tool.run(create).await.expect(Exit::Done);
    tool
}

fn count(report: &Value, list: &str) -> usize {
    report[list].as_array().unwrap().len()
}

#[tokio::test]
async fn sandbox_is_as_documented() {
    let tool = tool(account()).await;
    let ended = tool.run("probe -H canary-shop.ovh").await;
    let report = ended.json();
    assert_eq!(report["findings"], json!([]), "{report:#}");
    assert!(
        report["read"]["200"].as_array().unwrap().len() > 60,
        "{report:#}"
    );
    assert_eq!(count(&report, "refusals"), 0, "{report:#}");
    println!("{report:#}");
}
