//! Files of sites: commands that are limited to some hostings of the file.

use ovh_web_cli::Exit;

use crate::sites::{run, write, writes};
use crate::support::Tool;

/// Three hostings with one change each.
async fn three() -> Tool {
    let tool = Tool::with_hostings(3, |_, seed| seed).await;
    let hosting = |n: usize| format!("[hosting.\"h00{n}.ovh\"]\nenv.APP = \"x\"\n");
    let text: Vec<String> = (0..3).map(hosting).collect();
    write(&tool, &text.concat());
    tool
}

#[tokio::test]
async fn plan_and_drift_are_limited_to_hostings() {
    let mut tool = three().await;
    for command in ["plan", "drift"] {
        let one = run(&tool, command, "-H h001.ovh").await;
        let one = one.expect(Exit::Pending).out;
        assert!(one.contains("h001.ovh") && !one.contains("h000.ovh"));
        let two = run(&tool, command, "-H h001.ovh --hosting H002.ovh").await;
        let two = two.expect(Exit::Pending).out;
        assert!(two.contains("h002.ovh") && !two.contains("h000.ovh"));
    }
    // The variable is for commands that need one hosting.
    let name = "h001.ovh".to_owned();
    tool.extra.insert("OVH_WEB_HOSTING".into(), name);
    for flags in ["", "--all"] {
        let all = run(&tool, "plan", flags).await.expect(Exit::Pending);
        assert!(all.out.ends_with("3 to create\n"), "{all:#?}");
    }
}

#[tokio::test]
async fn apply_is_limited_to_hostings() {
    let tool = three().await;
    let one = run(&tool, "apply", "--yes -H h001.ovh").await;
    let one = one.expect(Exit::Done);
    assert!(one.out.contains("1 done; "), "{one:#?}");
    assert_eq!(writes(&tool), 1);
    run(&tool, "drift", "-H h001.ovh").await.expect(Exit::Done);
    let plan = tool.path("plan.json");
    let saves = format!("-H h002.ovh --out {plan}");
    run(&tool, "plan", &saves).await.expect(Exit::Pending);
    let flags = format!("-H h002.ovh --plan {plan} --yes");
    run(&tool, "apply", &flags).await.expect(Exit::Done);
    assert_eq!(writes(&tool), 2);
    run(&tool, "apply", "--yes --all").await.expect(Exit::Done);
    assert_eq!(writes(&tool), 3);
}

#[tokio::test]
async fn hosting_that_the_file_lacks_is_refused() {
    let tool = three().await;
    for command in ["plan", "apply", "drift"] {
        let flags = "--yes -H h000.ovh -H h003.ovh";
        run(&tool, command, flags)
            .await
            .expect(Exit::Usage)
            .says("has no hosting \"h003.ovh\"")
            .says("did you mean `h00");
        run(&tool, command, "--yes -H x")
            .await
            .expect(Exit::Usage)
            .says("has no hosting \"x\"");
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn other_selections_are_refused() {
    let tool = three().await;
    let list = tool.path("list");
    std::fs::write(&list, "h001.ovh\n").unwrap();
    for command in ["plan", "apply", "drift"] {
        for flags in [format!("--from {list}"), "--where 'php < 8.2'".to_owned()] {
            let flags = format!("--yes {flags}");
            run(&tool, command, &flags)
                .await
                .expect(Exit::Usage)
                .says("leave --from and --where out");
        }
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}
