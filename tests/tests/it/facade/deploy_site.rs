//! The example `deploy_site`, with faults in the middle.

use ovh_web::Error;
use ovh_web_sandbox::Fault;
use ovh_web_tests::{SERVICE, Scene, changes};

use super::examples::deploy_site::{Site, deploy};

fn site(php: &str) -> Site {
    Site {
        folder: "site".to_owned(),
        branch: "main".to_owned(),
        repository: "https://github.com/example/site.git".to_owned(),
        php: php.to_owned(),
    }
}

/// Runs the example, and returns its lines without the dates of the log.
async fn run(scene: &Scene, php: &str) -> (Vec<String>, Result<(), Error>) {
    let mut lines = Vec::new();
    let result = deploy(&scene.hosting(), &site(php), &mut lines).await;
    assert!(lines.remove(0).starts_with("deploy key: ssh-"));
    let short = |line: String| match line.find(" The deployment") {
        Some(at) => format!("log:{}", &line[at..]),
        None => line,
    };
    (lines.into_iter().map(short).collect(), result)
}

async fn php(scene: &Scene) -> String {
    let config = scene.hosting().ovh_configs().current("").await;
    config.expect("a configuration").engine_version.to_string()
}

#[tokio::test]
async fn deploy_site_rolls_php_back_after_a_failure() {
    let scene = Scene::start().await;
    // The first deployment fails, so the website has to be created again.
    scene.sandbox.fail_next_task("websites::create");
    let (lines, result) = run(&scene, "8.3").await;
    result.expect_err("the deployment failed");
    assert_eq!(
        lines,
        [
            "PHP: updated (engine_version: 8.4 -> 8.3)",
            "log: The deployment starts",
            "log: The deployment failed",
            "PHP: rolled back to 8.4",
        ]
    );
    assert_eq!(php(&scene).await, "8.4");

    let (lines, result) = run(&scene, "8.3").await;
    result.expect("deployed");
    assert_eq!(lines[1..3], ["repository: created", "deployed"]);
    assert_eq!(php(&scene).await, "8.3");

    // A later deployment fails: the newest configuration with the old version is used.
    scene.sandbox.fail_next_task("websites::deploy");
    let (lines, result) = run(&scene, "8.2").await;
    result.expect_err("the deployment failed");
    assert_eq!(lines[1], "repository: unchanged");
    assert_eq!(
        lines[3..],
        ["log: The deployment failed", "PHP: rolled back to 8.3"]
    );
    assert_eq!(php(&scene).await, "8.3");

    // Without a change of PHP, nothing is rolled back.
    scene.sandbox.journal().clear();
    scene.sandbox.fail_next_task("websites::deploy");
    let (lines, result) = run(&scene, "8.3").await;
    result.expect_err("the deployment failed");
    assert_eq!(lines[0], "PHP: unchanged");
    assert_eq!(changes(&scene.sandbox), ["websites::deploy"]);
}

#[tokio::test]
async fn deploy_site_runs_again_after_lost_responses() {
    let scene = Scene::start().await;
    for operation in [
        "hosting::create_ssh_key",
        "websites::create",
        "websites::deploy",
    ] {
        let lost = Fault::on(operation).reset_after().times(1);
        scene.sandbox.faults().add(lost);
    }
    let mut lines = Vec::new();
    let first = deploy(&scene.hosting(), &site("8.3"), &mut lines).await;
    first.expect_err("the response about the key was lost");
    let (lines, result) = run(&scene, "8.3").await;
    result.expect_err("the response about the website was lost");
    assert_eq!(lines.last().expect("a line"), "PHP: rolled back to 8.4");
    let (_, result) = run(&scene, "8.3").await;
    result.expect_err("the response about the deployment was lost");
    let (lines, result) = run(&scene, "8.3").await;
    result.expect("deployed");
    assert!(
        lines.contains(&"log: The deployment is done".to_owned()),
        "{lines:?}"
    );
    assert_eq!(php(&scene).await, "8.3");

    let journal = scene.sandbox.journal();
    journal.operation("hosting::create_ssh_key").exactly(1);
    journal.operation("websites::create").exactly(1);
    let state = scene.sandbox.state();
    let websites = state.websites(SERVICE);
    let deployments = &websites[0].deployments;
    assert!(deployments.iter().all(|it| it.status == "successful"));
    assert_eq!((websites.len(), deployments.len()), (1, 3));
}
