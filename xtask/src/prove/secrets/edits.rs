//! Which places of the sources are changed so that what they show is kept: tables, and a pure change
//! of one text.

use crate::failure::Failure;

/// A change of one place, which has to be there, and once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edit {
    pub(super) file: &'static str,
    from: &'static str,
    to: &'static str,
}

const fn edit(file: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { file, from, to }
}

/// Where the module goes, and what uses it, in our own crates.
pub(super) const OURS: [Edit; 9] = [
    edit(
        "crates/ovh-runtime/src/lib.rs",
        "\nmod secret;\n",
        "\nmod secret;\nmod shown;\n",
    ),
    // The one door of every secret.
    edit(
        "crates/ovh-runtime/src/secret.rs",
        "        Self(SecretString::from(text.as_str()))\n",
        "        crate::shown::secret(&text);\n        Self(SecretString::from(text.as_str()))\n",
    ),
    // The one door of every error.
    edit(
        "crates/ovh-runtime/src/error/builder.rs",
        "        Error(Box::new(self.0))\n",
        "        let error = Error(Box::new(self.0));
        let details: Vec<_> = error.details().collect();
        crate::shown::line(format_args!(\"error: {error} {error:?} {details:?}\"));
        let mut cause = std::error::Error::source(&error);
        while let Some(it) = cause {
            crate::shown::line(format_args!(\"cause: {it} {it:?}\"));
            cause = it.source();
        }
        error\n",
    ),
    edit(
        "crates/ovh-web/src/lib.rs",
        "\nmod builder;\n",
        "\nmod builder;\nmod shown;\n",
    ),
    edit(
        "crates/ovh-web/src/builder.rs",
        "    pub fn build(mut self) -> Result<Client, Error> {\n",
        "    pub fn build(self) -> Result<Client, Error> {
        crate::shown::line(format_args!(\"builder: {self:?}\"));
        let client = self.really_build()?;
        crate::shown::line(format_args!(\"client: {client:?}\"));
        Ok(client)
    }

    fn really_build(mut self) -> Result<Client, Error> {\n",
    ),
    edit(
        "crates/ovh-web/src/transport/mod.rs",
        "    async fn carry(&self, request: Request) -> Result<Reply, Error> {\n",
        "    async fn carry(&self, request: Request) -> Result<Reply, Error> {
        crate::shown::line(format_args!(\"request: {request:?}\"));\n",
    ),
    edit(
        "crates/ovh-web/src/transport/mod.rs",
        "        match outcome {\n            Ok(reply) => {\n",
        "        match outcome {
            Ok(reply) => {
                crate::shown::line(format_args!(\"reply: {reply:?}\"));\n",
    ),
    edit(
        "crates/ovh-web-sandbox/src/lib.rs",
        "\nmod secrets;\n",
        "\nmod secrets;\nmod shown;\n",
    ),
    edit(
        "crates/ovh-web-sandbox/src/journal/mod.rs",
        "            kept.entries.push_back(entry.clone());\n",
        "            crate::shown::line(format_args!(\"journal: {entry} {entry:?}\"));
            kept.entries.push_back(entry.clone());\n",
    ),
];

/// The same in the crate behind `tracing`, below its own folder.
pub(super) const TRACING: [Edit; 7] = [
    edit(
        "src/lib.rs",
        "pub mod callsite;\n",
        "mod shown;\npub mod callsite;\n",
    ),
    edit(
        "src/metadata.rs",
        "static MAX_LEVEL: AtomicUsize = AtomicUsize::new(LevelFilter::OFF_USIZE);",
        "static MAX_LEVEL: AtomicUsize = AtomicUsize::new(LevelFilter::TRACE_USIZE);",
    ),
    edit(
        "src/subscriber.rs",
        "    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::never()\n",
        "    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()\n",
    ),
    edit(
        "src/subscriber.rs",
        "    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {\n        false\n",
        "    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {\n        true\n",
    ),
    edit(
        "src/dispatcher.rs",
        "        self.subscriber().new_span(span)\n",
        "        crate::shown::line(format_args!(\"span: {} {:?}\", span.metadata().name(), span.values()));
        self.subscriber().new_span(span)\n",
    ),
    edit(
        "src/dispatcher.rs",
        "        self.subscriber().record(span, values)\n",
        "        crate::shown::line(format_args!(\"record: {values:?}\"));
        self.subscriber().record(span, values)\n",
    ),
    edit(
        "src/dispatcher.rs",
        "        let subscriber = self.subscriber();\n        if subscriber.event_enabled(event) {\n",
        "        let subscriber = self.subscriber();
        crate::shown::line(format_args!(\"event: {event:?}\"));
        if subscriber.event_enabled(event) {\n",
    ),
];

/// The same in the crate `log`.
pub(super) const LOG: [Edit; 3] = [
    edit("src/lib.rs", "\nmod serde;\n", "\nmod serde;\nmod shown;\n"),
    edit(
        "src/lib.rs",
        "static MAX_LOG_LEVEL_FILTER: AtomicUsize = AtomicUsize::new(0);",
        "static MAX_LOG_LEVEL_FILTER: AtomicUsize = AtomicUsize::new(5);",
    ),
    edit(
        "src/lib.rs",
        "    fn enabled(&self, _: &Metadata) -> bool {
        false
    }

    fn log(&self, _: &Record) {}\n",
        "    fn enabled(&self, _: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        crate::shown::line(format_args!(\"log: {} {}\", record.target(), record.args()));
    }\n",
    ),
];

/// A text with this change.
pub(super) fn changed(text: &str, edit: &Edit) -> Result<String, Failure> {
    match text.matches(edit.from).count() {
        1 => Ok(text.replacen(edit.from, edit.to, 1)),
        times => Err(Failure::new(format!(
            "{} has this {times} times and not once, so a copy of it cannot be made to keep what is \
             shown; bring the table of changes in line with it: {}",
            edit.file, edit.from
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_change_fits_the_sources_of_today() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for edit in &OURS {
            let text = std::fs::read_to_string(root.join(edit.file)).expect("a source");
            let changed = changed(&text, edit).expect("the place is there, once");
            assert!(changed.contains(edit.to), "{edit:?}");
        }
    }

    #[test]
    fn a_place_that_is_gone_or_there_twice_is_told() {
        let edit = edit("lib.rs", "a\n", "b\n");
        for text in ["", "a\na\n"] {
            let told = changed(text, &edit).expect_err("not once").to_string();
            assert!(told.contains("lib.rs has this"), "{told}");
        }
    }
}
