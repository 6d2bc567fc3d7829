//! Rules for every workflow: actions are pinned, each job declares its rights, and outside text reaches
//! the shell through the environment only.

use std::fs;
use std::path::Path;

fn workflows() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        all.push((
            name.into_owned(),
            fs::read_to_string(&path).expect("a workflow"),
        ));
    }
    assert!(all.len() >= 4);
    all
}

/// Whether it is `owner/name@` with the hash of a commit, and its version for a person.
fn is_pinned(action: &str) -> bool {
    let Some((name, rest)) = action.split_once('@') else {
        return false;
    };
    let Some((hash, version)) = rest.split_once(" # v") else {
        return false;
    };
    name.split('/').count() >= 2
        && hash.len() == 40
        && hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && version.split('.').count() == 3
}

#[test]
fn actions_are_pinned_by_commit() {
    for action in [
        "a/b@v4",
        "a/b@main # v1.2.3",
        "a/b",
        "a/b@0123456789 # v1.2.3",
    ] {
        assert!(!is_pinned(action), "{action}");
    }
    let mut found = 0;
    for (name, text) in workflows() {
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, action) = line.split_once("uses: ").expect("an action");
            assert!(is_pinned(action), "{name}: {line}");
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

/// The jobs of a workflow, by name.
fn jobs(text: &str) -> Vec<(&str, Vec<&str>)> {
    let (_, behind) = text.split_once("\njobs:\n").expect("jobs");
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in behind.lines() {
        let is_own = line.starts_with("  ") && !line.starts_with("   ");
        let is_name = is_own && line.ends_with(':') && !line.contains('#');
        match (is_name, all.last_mut()) {
            (true, _) => all.push((line.trim_matches([' ', ':']), Vec::new())),
            (false, Some((_, lines))) => lines.push(line),
            (false, None) => {}
        }
    }
    all
}

#[test]
fn each_job_has_the_rights_that_it_needs() {
    for (name, text) in workflows() {
        assert!(text.contains("\npermissions: {}\n"), "{name}");
        for (job, lines) in jobs(&text) {
            let at = lines.iter().position(|line| *line == "    permissions:");
            let at = at.unwrap_or_else(|| panic!("{name}: {job} has no permissions"));
            let rights = lines[at + 1..]
                .iter()
                .take_while(|line| line.starts_with("      "));
            let rights: Vec<&str> = rights.map(|line| line.trim()).collect();
            let wanted: &[&str] = match (name.as_str(), job) {
                ("schema.yml", "report") => &["issues: write"],
                ("schema.yml", "propose") => &["contents: write", "pull-requests: write"],
                _ => &["contents: read"],
            };
            assert_eq!(rights, wanted, "{name}: {job}");
            let count = |what: &str| lines.iter().filter(|line| line.contains(what)).count();
            assert_eq!(
                count("uses: actions/checkout@"),
                count("persist-credentials: false"),
                "{name}: {job} leaves a token in the checkout"
            );
        }
    }
}

/// An expression in a script is put in as text before the shell reads it.
#[test]
fn no_script_has_an_expression() {
    for (name, text) in workflows() {
        let mut depth = None;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let indent = line.len() - line.trim_start().len();
            if depth.is_some_and(|depth| indent <= depth) {
                depth = None;
            }
            let own = line.trim_start().trim_start_matches("- ");
            let begins = own.starts_with("run:");
            if begins {
                depth = Some(line.find("run:").expect("it begins so"));
            }
            assert!(depth.is_none() || !line.contains("${{"), "{name}: {line}");
        }
        assert!(!text.contains("git add --all"), "{name}");
        assert!(!text.contains("pull_request_target"), "{name}");
    }
}
