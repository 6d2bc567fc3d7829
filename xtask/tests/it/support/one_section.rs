//! One section, fetched from servers of all kinds.

use super::{Answer, Root, Run, Server, ok, path, small, unexpected};
use std::cell::RefCell;
use std::sync::Mutex;
use std::time::Duration;
use xtask::download::Limits;
use xtask::env::Env;

pub const WEB: &str = "/v1/hosting/web.json?format=openapi3";
pub const NATIVE: &str = "/1.0/hosting/web.json";
pub const WAITS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(2)];

pub const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nnothing";

/// A server with one reply for each path, and 500 for all others.
pub fn server(replies: &[(&'static str, String)]) -> Server {
    let replies = replies.to_vec();
    Server::start(move |request| {
        let reply = replies.iter().find(|(known, _)| *known == path(request));
        Answer::Text(reply.map_or_else(unexpected, |(_, reply)| reply.clone()))
    })
}

/// A server that gives these answers, one after the other.
pub fn in_turn(answers: Vec<Answer>) -> Server {
    let answers = Mutex::new(answers.into_iter());
    Server::start(move |_| {
        let next = answers.lock().expect("no panic").next();
        next.unwrap_or_else(|| Answer::Text(unexpected()))
    })
}

/// Fetches the one section, and tells how long was waited before each further attempt.
pub fn fetch(root: &Root, limits: Limits, base: &str, more: &[&str]) -> (Run, Vec<Duration>) {
    let waits = RefCell::new(Vec::new());
    let edge = Env {
        sleep: &|time| waits.borrow_mut().push(time),
        limits,
        ..root.edge()
    };
    let run = root.run_at(
        edge,
        &[&["fetch", "hosting-web", "--base", base], more].concat(),
    );
    (run, waits.into_inner())
}

pub fn limits() -> Limits {
    Limits::default()
}

pub fn status(line: &str) -> Answer {
    Answer::Text(format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n"))
}

pub fn redirect(to: &str) -> String {
    format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
}

pub fn good() -> String {
    ok(&small().to_string())
}
