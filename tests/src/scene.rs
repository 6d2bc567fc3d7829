//! A sandbox and a client for one test, with helpers for assertions.

use std::ops::{Deref, DerefMut};

use ovh_web::{ClientBuilder, Error, ErrorKind};
use ovh_web_sandbox::{Builder, Entry, Sandbox};
use ovh_web_testing::TestBed;

/// The default hosting of a sandbox.
pub const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// A sandbox for one test, and a client with its keys.
#[derive(Debug)]
pub struct Scene(TestBed);

impl Scene {
    /// A sandbox with one hosting.
    pub async fn start() -> Self {
        Self(TestBed::start().await)
    }

    /// A sandbox with other settings. Its clock is a manual one in any case.
    pub async fn of(builder: Builder) -> Self {
        Self(TestBed::start_with(builder).await)
    }

    /// A builder with the sandbox's address and keys, for clients that differ in one thing.
    pub fn builder(&self) -> ClientBuilder {
        self.client_builder()
    }

    /// The last call that the sandbox saw.
    ///
    /// # Panics
    ///
    /// If there was none.
    #[must_use]
    pub fn last_call(&self) -> Entry {
        self.sandbox
            .journal()
            .entries()
            .pop()
            .expect("a call in the journal")
    }
}

impl Deref for Scene {
    type Target = TestBed;

    fn deref(&self) -> &TestBed {
        &self.0
    }
}

impl DerefMut for Scene {
    fn deref_mut(&mut self) -> &mut TestBed {
        &mut self.0
    }
}

/// The operations that changed something, in order.
#[must_use]
pub fn changes(sandbox: &Sandbox) -> Vec<&'static str> {
    let changes = sandbox.journal().changes();
    changes
        .entries()
        .iter()
        .filter_map(|entry| entry.operation)
        .collect()
}

/// Returns the error of a failed call after checking its kind and message.
///
/// # Panics
///
/// If the call succeeded, or the error is another.
#[track_caller]
pub fn fails<T>(result: Result<T, Error>, kind: ErrorKind, words: &[&str]) -> Error {
    let Err(error) = result else {
        panic!("a {kind:?} was expected, and the call succeeded");
    };
    assert_eq!(error.kind(), kind, "{error:?}");
    let text = error.to_string();
    for word in words {
        assert!(text.contains(word), "no `{word}` in {text}");
    }
    error
}
