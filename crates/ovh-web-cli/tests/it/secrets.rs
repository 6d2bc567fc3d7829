//! Secrets: where they come from, where they are stored, and where they never appear.

use ovh_web_cli::Exit;

use ovh_web_cli::generated::COMMANDS;

use crate::every::arguments;
use crate::support::{Tool, files};

const CREATE: &str =
    "databases create -H example.ovh --capacity sqlPerso --type mysql --user exampleshop";

#[tokio::test]
async fn generated_secret_is_stored_before_it_is_sent() {
    let tool = Tool::start().await;
    let path = tool.path("secret");
    let line = format!("{CREATE} --generate-password {path}");
    let ended = tool.run(&line).await.expect(Exit::Done);
    let text = tool.read("secret");
    let secret = text.trim_end();
    assert_eq!(secret.len(), 20);
    assert!(!format!("{ended:?}").contains(secret));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // The file is never replaced.
    let line = line.replace("exampleshop", "exampleblog");
    tool.run(&line)
        .await
        .expect(Exit::Usage)
        .says("never changed");
    assert_eq!(tool.read("secret"), text);
    assert_eq!(tool.calls("databases::create"), 1);
}

#[tokio::test]
async fn secret_is_stored_even_if_the_call_fails() {
    let tool = Tool::start().await;
    let path = tool.path("secret");
    let line = CREATE.replace("exampleshop", "wrong");
    let ended = tool
        .run(&format!("{line} --generate-password {path}"))
        .await;
    assert_ne!(ended.exit, Exit::Done);
    assert_eq!(tool.read("secret").trim_end().len(), 20);
}

#[tokio::test]
async fn failure_before_sending_leaves_no_file() {
    let tool = Tool::start().await;
    let path = tool.path("secret");
    let secret = format!("--generate-password {path}");
    let nowhere = tool.path("nowhere/secret");
    let change = "users change-password -H example.ovh";
    for line in [
        format!("databases create -H example.ovh {secret}"),
        format!("{CREATE} {secret} --quota s3cret"),
        format!("{CREATE} {secret} --columns nme"),
        format!("{CREATE} --generate-password {nowhere}"),
        format!("{change} .. {secret}"),
        format!("users create --where 'state = nothing' {secret}"),
    ] {
        let ended = tool.run(&line).await;
        assert_ne!(ended.exit, Exit::Failed, "{line}: {ended:?}");
        // Nothing that exists is in the way.
        assert!(!ended.err.contains("never changed"), "{line}: {ended:?}");
        assert!(!std::path::Path::new(&path).exists(), "{line}: {ended:?}");
    }
    let spec = "target-spec";
    let twice = format!(
        "webhosting websites create -H example.ovh --{spec}.fqdn a.example.com --{spec}.name a \
         --generate-{spec}.admin-configuration.admin-password {path} \
         --generate-{spec}.database-configuration.password {path}"
    );
    let ended = tool.run(&twice).await.expect(Exit::Usage);
    assert!(ended.err.contains("two secrets"), "{ended:?}");
    assert_eq!(tool.bed.sandbox.journal().changes().count(), 0);
    let tool = tool.without_credentials();
    tool.run(&format!("{CREATE} {secret}"))
        .await
        .expect(Exit::Credentials);
    assert!(!std::path::Path::new(&path).exists());
}

#[tokio::test]
async fn stored_secret_is_named_after_a_failure() {
    let tool = Tool::start().await;
    let path = tool.path("secret");
    let line = CREATE.replace("exampleshop", "wrong");
    let ended = tool
        .run(&format!("{line} --generate-password {path}"))
        .await;
    let again = format!("--password-file {path}");
    assert!(ended.err.contains(&again), "{ended:?}");
    tool.run(&format!("{CREATE} {again}"))
        .await
        .expect(Exit::Done);
    // Of work that failed too, what is in the file is wanted again.
    tool.bed.sandbox.fail_next_task("databases::create");
    let (line, path) = (CREATE.replace("shop", "blog"), tool.path("other"));
    let line = format!("{line} --generate-password {path}");
    let ended = tool.run(&line).await.expect(Exit::TaskFailed);
    ended.says(&format!("--password-file {path}"));
}

/// Runs the program where files cannot become larger than so many bytes.
#[cfg(target_os = "linux")]
fn run_on_full_disk(tool: &Tool, bytes: usize, line: &str) -> std::process::Output {
    let limit = format!("trap '' XFSZ; exec prlimit --fsize={bytes} \"$0\" \"$@\"");
    std::process::Command::new("sh")
        .args(["-c", &limit, env!("CARGO_BIN_EXE_ovh-web")])
        .args(crate::support::split(line))
        .envs(tool.bed.sandbox.env())
        .output()
        .unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn full_disk_leaves_no_part_of_a_secret() {
    let tool = Tool::with_hostings(2, |_, seed| seed).await;
    let (secret, record) = (tool.path("secret"), tool.path("record"));
    let line =
        format!("users change-password h000 -H h000.ovh --no-wait --generate-password {secret}");
    let ended = run_on_full_disk(&tool, 10, &line);
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(!std::path::Path::new(&secret).exists());
    // The second line does not fit.
    let line = format!(
        "users change-password h000 --from {} --parallel 1 --no-wait --generate-password {secret}",
        tool.path("names")
    );
    std::fs::write(tool.path("names"), "h000.ovh\nh001.ovh\n").unwrap();
    run_on_full_disk(&tool, 40, &line);
    let text = tool.read("secret");
    assert_eq!((text.len(), text.ends_with('\n')), (30, true), "{text}");
    // A record that cannot be continued must not look as if nothing was sent.
    let line = format!(
        "crons create -H h000.ovh --command a --frequency '0 4 * * *' --language php8.3 \
         --no-wait --resume {record}"
    );
    let head = {
        let ended = run_on_full_disk(&tool, 10_000, &line);
        assert_eq!(ended.status.code(), Some(0), "{ended:?}");
        tool.read("record").find("\n{\"accepted").unwrap()
    };
    std::fs::remove_file(&record).unwrap();
    let ended = run_on_full_disk(&tool, head + 20, &line);
    let text = String::from_utf8_lossy(&ended.stderr);
    assert!(text.contains("the request was sent"), "{text}");
    assert_eq!(tool.calls("crons::create"), 2);
}

#[tokio::test]
async fn secret_of_one_hosting_is_not_used_for_another() {
    let tool = Tool::with_hostings(2, |_, seed| seed).await;
    let (secret, record) = (tool.path("secret"), tool.path("record"));
    let create = "users create --home shop --login";
    let flags = format!("--generate-password {secret} --resume {record}");
    let line = format!("{create} h000-shop -H h000.ovh {flags}");
    tool.run(&line).await.expect(Exit::Done);
    let other = line.replace("-H h000.ovh", "-H h001.ovh");
    let ended = tool.run(&other).await.expect(Exit::Usage);
    assert!(ended.err.contains("not the record"), "{ended:?}");
    tool.run(&line).await.expect(Exit::Done);
    assert_eq!(tool.calls("users::create"), 1);
}

#[tokio::test]
async fn file_of_another_kind_is_never_changed() {
    let tool = Tool::start().await;
    let (secret, record) = (tool.path("secret"), tool.path("record"));
    let line = format!("{CREATE} --generate-password {secret} --resume {record}");
    // Without a line end: the tool's own lines have one.
    std::fs::write(&secret, "canaryMine").unwrap();
    tool.run(&line).await.expect(Exit::Usage).says("last line");
    assert_eq!(tool.read("secret"), "canaryMine");
    std::fs::remove_file(&secret).unwrap();
    for text in [
        "[default]\nendpoint = ovh-eu",
        "no line end",
        "{\"command\": 1}",
    ] {
        std::fs::write(&record, text).unwrap();
        tool.run(&line).await.expect(Exit::Usage).says("record");
        assert_eq!(tool.read("record"), text);
    }
    assert_eq!(tool.bed.sandbox.journal().changes().count(), 0);
}

#[tokio::test]
async fn secrets_come_from_file_environment_and_stdin() {
    let mut tool = Tool::start().await;
    std::fs::write(tool.path("given"), "Canary1FromFile\nmore\n").unwrap();
    tool.extra
        .insert("MY_PASSWORD".into(), "Canary2FromEnv".into());
    tool.stdin = "Canary3FromStdin\n".to_owned();
    let given = tool.path("given");
    let sources = [
        format!("--password-file {given}"),
        "--password-env MY_PASSWORD".to_owned(),
        "--password-stdin".to_owned(),
    ];
    for (n, source) in sources.iter().enumerate() {
        let line = CREATE.replace("exampleshop", &format!("example{n}"));
        let resume = tool.path(&format!("resume{n}"));
        let line = format!("{line} {source} --resume {resume} -vv --timing");
        let ended = tool.run(&line).await.expect(Exit::Done);
        assert!(!format!("{ended:?}").contains("Canary"), "{ended:?}");
        assert!(!tool.read(&format!("resume{n}")).contains("Canary"));
        let dry = tool
            .run(&format!("{line} --dry-run"))
            .await
            .expect(Exit::Done);
        assert!(!format!("{dry:?}").contains("Canary") && dry.out.contains("[redacted]"));
    }
    assert_eq!(tool.calls("databases::create"), 3);
    let found = files(tool.folder.path());
    let with_canary = found.iter().filter(|(_, text)| text.contains("Canary"));
    assert_eq!(with_canary.count(), 1, "only the file that the test wrote");
}

#[tokio::test]
async fn required_secret_without_source_is_usage() {
    let tool = Tool::start().await;
    let line = "users create -H example.ovh --login example-shop --home shop";
    tool.run(line)
        .await
        .expect(Exit::Usage)
        .says("--generate-password");
    let line = format!("{line} --generate-password - --resume {}", tool.path("r"));
    tool.run(&line).await.expect(Exit::Usage).says("--resume");
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
}

#[tokio::test]
async fn variable_value_may_be_an_argument() {
    let tool = Tool::start().await;
    let line = "env-vars create -H example.ovh --key SHOP --type string --value plain";
    tool.run(line).await.expect(Exit::Done);
    assert_eq!(tool.calls("env_vars::create"), 1);
}

#[tokio::test]
async fn masked_value_of_a_variable_is_usage() {
    let mut tool = Tool::start().await;
    tool.extra.insert("MASK".into(), "*****".into());
    std::fs::write(
        tool.path("body"),
        r#"{"key": "SHOP", "type": "password", "value": "***"}"#,
    )
    .unwrap();
    let body = tool.path("body");
    for line in [
        "env-vars create -H example.ovh --key SHOP --type password --value-env MASK".to_owned(),
        "env-vars update -H example.ovh SHOP --value-env MASK".to_owned(),
        format!("env-vars create -H example.ovh --body {body}"),
    ] {
        let ended = tool.run(&line).await.expect(Exit::Usage);
        ended.says("--value is masked");
    }
    assert_eq!(tool.bed.sandbox.journal().total(), 0);
    tool.extra.insert("ANY".into(), "*".into());
    for line in [
        "env-vars create -H example.ovh --key ORIGIN --type string --value ***",
        "env-vars update -H example.ovh ORIGIN --value-env ANY",
    ] {
        tool.run(line).await.expect(Exit::Done);
    }
}

#[tokio::test]
async fn secrets_of_responses_are_shown_on_request() {
    let tool = Tool::start().await;
    let line = "hosting metrics-token -H example.ovh";
    let shown = tool.run(&format!("{line} --show-secrets")).await.json();
    let token = shown["token"].as_str().unwrap();
    let hidden = tool.run(line).await;
    assert!(!format!("{hidden:?}").contains(token), "{hidden:?}");
    assert_eq!(hidden.json()["token"], "[redacted]");
}

#[tokio::test]
async fn no_secret_flag_shows_its_value() {
    let mut tool = Tool::start().await;
    tool.extra.insert("CANARY".into(), "Canary7Secret".into());
    let commands = COMMANDS.iter().copied().flatten().enumerate();
    let secret = commands.filter(|(_, command)| command.flags.iter().any(|flag| flag.is_secret));
    let mut count = 0;
    for (n, command) in secret {
        for flag in command.flags.iter().filter(|flag| flag.is_secret) {
            let mut words = arguments(&tool, command, 1_000 + count);
            let name = flag.name;
            let given = [format!("--generate-{name}"), format!("--{name}-file")];
            if let Some(at) = words.iter().position(|word| given.contains(word)) {
                words.drain(at..at + 2);
            }
            words.extend([format!("--{name}-env"), "CANARY".to_owned()]);
            words.extend(["-vv", "--timing"].map(str::to_owned));
            let operation = ovh_web::operations::by_id(command.operation).unwrap();
            if !operation.method().is_safe() {
                words.push("--resume".to_owned());
                words.push(tool.path(&format!("record{n}-{count}")));
            }
            let ended = tool.run_words(words).await;
            assert_ne!(ended.exit, Exit::Usage, "{}: {ended:?}", command.path);
            assert!(!format!("{ended:?}").contains("Canary7"), "{ended:?}");
            count += 1;
        }
    }
    assert!(count > 10, "{count}");
    for (path, text) in files(tool.folder.path()) {
        assert!(!text.contains("Canary7"), "{path}");
    }
}
