//! The binary, run with its output and its log in pipes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use super::Client;

/// The signals that end the program. Below `nohup`, SIGHUP is ignored by whatever is started, these
/// tests and the program included.
pub fn ending_signals() -> Vec<&'static str> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    let is_hup_ignored = ignored.is_some_and(|mask| mask & 1 == 1);
    match is_hup_ignored {
        true => vec!["TERM", "INT"],
        false => vec!["TERM", "INT", "HUP"],
    }
}

pub struct Program {
    pub child: Child,
    pub out: BufReader<ChildStdout>,
    pub err: BufReader<ChildStderr>,
}

impl Program {
    pub fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ovh-web-sandbox"));
        command.args(arguments);
        Self::spawn(command)
    }

    /// Starts it from a shell that runs `limits` before.
    pub fn limited(limits: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{limits}; exec \"$0\" \"$@\"")])
            .arg(env!("CARGO_BIN_EXE_ovh-web-sandbox"))
            .args(arguments);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let err = BufReader::new(child.stderr.take().expect("its log"));
        Self { child, out, err }
    }

    /// The values of the four lines that it prints first.
    pub fn exports(&mut self) -> Vec<String> {
        let names = [
            "OVH_ENDPOINT",
            "OVH_APPLICATION_KEY",
            "OVH_APPLICATION_SECRET",
            "OVH_CONSUMER_KEY",
        ];
        names
            .iter()
            .map(|name| {
                let mut line = String::new();
                self.out.read_line(&mut line).expect("a line");
                let value = line
                    .trim_end()
                    .strip_prefix(&format!("export {name}='"))
                    .and_then(|rest| rest.strip_suffix('\''));
                value
                    .unwrap_or_else(|| panic!("no {name} in {line}"))
                    .to_owned()
            })
            .collect()
    }

    /// A client with the keys that it printed.
    pub fn client(&mut self) -> Client {
        let values = self.exports();
        let address = values[0]
            .split("://")
            .nth(1)
            .and_then(|rest| rest.strip_suffix("/1.0"));
        Client {
            address: address
                .and_then(|address| address.parse().ok())
                .expect("an address"),
            key: values[1].clone(),
            secret: values[2].clone(),
            consumer: values[3].clone(),
            skew: 0,
        }
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(sent.expect("kill").success());
    }

    /// The log up to and with the line that holds this.
    pub fn read_log_until(&mut self, words: &str) -> String {
        let mut log = String::new();
        while !log.lines().last().is_some_and(|line| line.contains(words)) {
            assert_ne!(self.err.read_line(&mut log).expect("text"), 0, "{log}");
        }
        log
    }

    /// Sends a signal, and gives what was logged since once the program has ended well.
    pub fn stop(mut self, signal: &str) -> String {
        self.signal(signal);
        let mut log = String::new();
        self.err.read_to_string(&mut log).expect("text");
        assert!(self.child.wait().expect("its end").success(), "{log}");
        log
    }
}
