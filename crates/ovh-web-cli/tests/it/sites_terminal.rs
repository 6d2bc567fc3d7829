//! `sites apply` as a program on a terminal: the question, progress, and Ctrl-C.

use std::time::Duration;

use ovh_web_sandbox::{Fault, Sandbox};

use crate::interactive::environment;
use crate::terminal::Terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ovh-web");

/// Six changes, four of which start a task.
const FILE: &str = r#"
[hosting."example.ovh".users.example-shop]
home = "shop"
password = { generate = true, store = "secrets/users" }
[hosting."example.ovh".databases.exampleshop]
capacity = "sqlPerso"
type = "mysql"
password = { env = "PASSWORD" }
[hosting."example.ovh".env]
APP_ENV = "production"
[hosting."example.ovh".site."shop.example.com"]
folder = "shop"
[hosting."example.ovh".site."shop.example.com".dns]
zone = "example.com"
records = [
  { type = "A", targets = ["{ip}"] },
  { name = "www.example.com", type = "CNAME", targets = ["example.com."] },
]
"#;

/// A sandbox and a folder with a file of sites.
struct Place {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

impl Place {
    async fn start() -> Self {
        let builder = Sandbox::builder().hosting("example.ovh").speed(4.0);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sites.toml"), FILE).unwrap();
        Self {
            sandbox: builder.zone("example.com").start().await.unwrap(),
            folder,
        }
    }

    fn apply(&self, flags: &[&str]) -> Terminal {
        let file = self.folder.path().join("sites.toml");
        let mut words = vec!["sites", "apply", file.to_str().unwrap()];
        words.extend(flags);
        let mut environment = environment(&self.sandbox);
        environment.push(("PASSWORD".to_owned(), "canary1Password".to_owned()));
        environment.push(("NO_COLOR".to_owned(), "1".to_owned()));
        Terminal::start(PROGRAM, &words, &environment)
    }

    fn calls(&self, operation: &str) -> usize {
        self.sandbox.journal().operation(operation).count()
    }

    async fn until_called(&self, operation: &str) {
        while self.calls(operation) == 0 {
            tokio::task::yield_now().await;
        }
    }

    fn writes(&self) -> usize {
        self.sandbox.journal().changes().count()
    }
}

/// The operations that create the objects of the file, and how often each is called.
const CREATED: [(&str, usize); 5] = [
    ("domain/records::create", 2),
    ("users::create", 1),
    ("databases::create", 1),
    ("env_vars::create", 1),
    ("domains::attach", 1),
];

#[tokio::test(flavor = "multi_thread")]
async fn apply_asks_and_shows_a_line_per_hosting() {
    let place = Place::start().await;
    let mut terminal = place.apply(&[]);
    terminal.expect("  + env APP_ENV");
    terminal.expect("Apply 6 changes? [y/N] ");
    assert_eq!(place.writes(), 0);
    terminal.type_in("y\n");
    terminal.expect("example.com: 2 of 2: done\r\n");
    terminal.expect("example.ovh: 0 of 4: users example-shop");
    terminal.expect("\u{1b}[1A\r\u{1b}[J");
    terminal.expect("example.ovh: 4 of 4: done\r\n");
    terminal.expect("6 done; ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.to_lowercase().contains("canary"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_goes_on_after_ctrl_c() {
    let place = Place::start().await;
    // The write is being sent when the key is pressed.
    let delay = Duration::from_millis(500);
    let fault = Fault::on("databases::create").delay(delay);
    place.sandbox.faults().add(fault);
    let mut terminal = place.apply(&["--yes"]);
    terminal.expect("of 4: databases exampleshop");
    place.until_called("databases::create").await;
    terminal.type_in("\u{3}");
    terminal.expect("interrupted: what was sent ends first; again to stop at once");
    terminal.expect("interrupted: example.ovh: databases exampleshop");
    terminal.expect("1 interrupted, ");
    terminal.expect("to go on: ovh-web sites apply ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 130, "{shown}");
    assert_eq!(place.calls("env_vars::create"), 0, "{shown}");
    place.sandbox.faults().clear();
    let (code, shown) = place.apply(&["--yes"]).end();
    assert_eq!(code, 0, "{shown}");
    for (operation, calls) in CREATED {
        assert_eq!(place.calls(operation), calls, "{operation}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_stops_at_once_at_the_second_ctrl_c() {
    let place = Place::start().await;
    let never = Duration::from_secs(3_600);
    place
        .sandbox
        .faults()
        .add(Fault::on("users::create").delay(never));
    let mut terminal = place.apply(&["--yes"]);
    place.until_called("users::create").await;
    terminal.type_in("\u{3}");
    terminal.expect("again to stop at once");
    terminal.type_in("\u{3}");
    terminal.expect("what was sent may have been done");
    terminal.expect("to go on: ovh-web sites apply ");
    let (code, shown) = terminal.end();
    assert_eq!(code, 130, "{shown}");
    place.sandbox.faults().clear();
    let (code, shown) = place.apply(&["--yes"]).end();
    assert_eq!(code, 0, "{shown}");
    // The user was created, and its password was stored before.
    for (operation, calls) in CREATED {
        assert_eq!(place.calls(operation), calls, "{operation}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_shown_plan_is_applied() {
    let place = Place::start().await;
    let mut terminal = place.apply(&[]);
    terminal.expect("[y/N] ");
    // Somebody else is faster.
    let line = "env-vars create -H example.ovh --key APP_ENV --type string --value test";
    let words: Vec<&str> = line.split(' ').collect();
    let other = Terminal::start(PROGRAM, &words, &environment(&place.sandbox));
    assert_eq!(other.end().0, 0);
    let before = place.writes();
    terminal.type_in("y\n");
    terminal.expect("example.ovh: env APP_ENV");
    let (code, shown) = terminal.end();
    assert_eq!(code, 6, "{shown}");
    assert_eq!(place.writes(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_question_sends_nothing() {
    let place = Place::start().await;
    let mut terminal = place.apply(&[]);
    terminal.expect("[y/N] ");
    terminal.type_in("\u{3}");
    let (code, shown) = terminal.end();
    assert_eq!(code, 130, "{shown}");
    assert_eq!(place.writes(), 0);
}
