//! A temporary workspace for each test, and the commands run in it.

pub mod one_section;
pub mod pull_request;
#[cfg(unix)]
pub mod week;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use xtask::env::Env;

/// A folder that looks like the workspace as far as the commands can see.
pub struct Root {
    folder: tempfile::TempDir,
}

/// The result of a command.
#[derive(Debug)]
pub struct Run {
    pub code: u8,
    pub out: String,
    pub err: String,
}

/// The sections of a test workspace.
const SOURCES: &str = r#"
[section."/hosting/web"]
client = "ovh-web-client"
url = "https://eu.api.ovh.com/v1/hosting/web.json?format=openapi3"

[section."/auth"]
client = "ovh-web-client"
url = "https://eu.api.ovh.com/v1/auth.json?format=openapi3"
"#;

impl Root {
    /// The sections named, not yet fetched, and nothing else.
    pub fn empty() -> Self {
        let root = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        root.write("schema/sources.toml", SOURCES);
        root
    }

    /// Both sections fetched: the small one from the fixtures, and a very small one.
    pub fn fetched() -> Self {
        let root = Self::empty();
        root.write("in/web.json", &small().to_string());
        for from in [root.path("in/web.json"), fixture_path("auth.json")] {
            let run = root.run(&["fetch", "--from", from.to_str().expect("UTF-8")]);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
        }
        fs::remove_dir_all(root.path("in")).expect("it was there");
        root
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    pub fn write_bytes(&self, path: &Path, bytes: &[u8]) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, bytes).expect("it can be written");
    }

    /// Runs git, independent of its configuration on this machine.
    pub fn git(&self, args: &[&str]) -> String {
        let settings = [
            "user.name=n",
            "user.email=e@example.com",
            "commit.gpgsign=false",
            "core.hooksPath=/dev/null",
            "core.autocrlf=false",
        ];
        let settings = settings.iter().flat_map(|setting| ["-c", setting]);
        let mut git = std::process::Command::new("git");
        let git = git.current_dir(self.path("")).args(settings).args(args);
        let output = git.output().expect("git runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Every file with its bytes.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn walk(folder: &Path, root: &Path, all: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, root, all);
                } else {
                    let name = path.strip_prefix(root).expect("below the root").to_owned();
                    all.insert(name, fs::read(&path).expect("readable"));
                }
            }
        }
        let mut all = BTreeMap::new();
        walk(self.folder.path(), self.folder.path(), &mut all);
        all
    }

    /// Runs a command on the second of January 2027, without any waiting.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_at(self.edge(), args)
    }

    /// The world as `run` has it.
    pub fn edge(&self) -> Env<'static> {
        let today = chrono::NaiveDate::from_ymd_opt(2027, 1, 2).expect("a date");
        Env {
            sleep: &|_| {},
            ..Env::new(today)
        }
    }

    /// Runs a command in a world of the test's own.
    pub fn run_at(&self, edge: Env<'_>, args: &[&str]) -> Run {
        run_in(self.folder.path(), edge, args)
    }
}

/// Runs a command in a folder that looks like the workspace, or is it.
pub fn run_in(root: &Path, edge: Env<'_>, args: &[&str]) -> Run {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = [
        "cargo xtask".into(),
        "--root".into(),
        root.as_os_str().to_owned(),
    ]
    .into_iter()
    .chain(args.iter().map(Into::into));
    let code = xtask::run_at(args, edge, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run {
        code,
        out: text(out),
        err: text(err),
    }
}

pub fn fixture_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/fixtures/schema")
        .join(name)
}

pub fn fixture(name: &str) -> String {
    fs::read_to_string(fixture_path(name)).expect("the fixture is there")
}

/// A document of the section `/hosting/web` with one operation and one schema.
pub fn small() -> serde_json::Value {
    serde_json::json!({
        "openapi": "3.0.0",
        "info": {"title": "OVHcloud API specification", "version": "1.0"},
        "paths": {"/hosting/web/{serviceName}/cron/{id}": {"get": {
            "summary": "Get this object",
            "parameters": [
                {"in": "path", "name": "id", "required": true,
                 "schema": {"type": "integer", "format": "int64"}},
                {"in": "path", "name": "serviceName", "required": true,
                 "schema": {"type": "string"}}
            ],
            "security": [{"oAuth2AuthCode": []}],
            "responses": {"200": {"description": "ok", "content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/hosting.web.Cron"}
            }}}}
        }}},
        "components": {"schemas": {"hosting.web.Cron": {"type": "object", "properties": {
            "command": {"type": "string", "description": "Command to execute"},
            "status": {"type": "string", "readOnly": true}
        }}}}
    })
}

/// A server on this machine that answers each path with the reply given for it, word for word, and
/// closes the connection. It ends with the test process.
pub fn serve(replies: &[(&'static str, String)]) -> String {
    let replies = replies.to_vec();
    let server = Server::start(move |request| {
        let reply = replies.iter().find(|(known, _)| *known == path(request));
        Answer::Text(reply.map_or_else(unexpected, |(_, reply)| reply.clone()))
    });
    server.base
}

/// The reply to what a test did not think of.
pub fn unexpected() -> String {
    "HTTP/1.1 500 Unexpected\r\n\r\n".to_owned()
}

/// The path of a request.
pub fn path(request: &str) -> &str {
    request.split(' ').nth(1).unwrap_or_default()
}

/// The answer of a server, after which it closes the connection.
pub enum Answer {
    /// It says this, word for word.
    Text(String),
    /// It says this, and then nothing more until the other side gives up.
    Hang(String),
    /// It says this, and then one letter after the other until the other side gives up.
    Flood(String),
}

/// A server on this machine. It ends with the test process.
pub struct Server {
    pub base: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts one that answers each request, which it gets with all its headers.
    pub fn start(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (heard, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                let mut stream = stream.expect("a connection");
                std::thread::spawn(move || {
                    let request = head(&mut stream);
                    heard.lock().expect("no panic").push(request.clone());
                    give(&mut stream, &answer(&request));
                });
            }
        });
        Self { base, requests }
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }

    /// Their paths.
    pub fn paths(&self) -> Vec<String> {
        let requests = self.requests();
        requests
            .iter()
            .map(|request| path(request).to_owned())
            .collect()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        request.push(byte[0]);
    }
    String::from_utf8_lossy(&request).into_owned()
}

fn give(stream: &mut TcpStream, answer: &Answer) {
    let (Answer::Text(text) | Answer::Hang(text) | Answer::Flood(text)) = answer;
    // The other side may have gone already.
    let _ = stream.write_all(text.as_bytes());
    match answer {
        Answer::Text(_) => {}
        Answer::Hang(_) => {
            let _ = stream.read(&mut [0]);
        }
        Answer::Flood(_) => while stream.write_all(&[b' '; 4096]).is_ok() {},
    }
}

/// A reply with status 200 and `body`.
pub fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
