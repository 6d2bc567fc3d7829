//! Records the log of this process at the finest level.
//!
//! The facade logs with `tracing`, the HTTP engine with `log`.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

static TEXT: Mutex<String> = Mutex::new(String::new());
static SPANS: AtomicU64 = AtomicU64::new(1);
static INSTALL: Once = Once::new();

/// The log of the process. It is shared by all tests in it.
#[derive(Clone, Copy, Debug)]
pub struct Log(());

impl Log {
    /// Starts recording, unless it has started already.
    ///
    /// Every test of the program must call it first: a span that is used earlier is never logged.
    ///
    /// # Panics
    ///
    /// If something else in the process has taken the log.
    #[must_use]
    pub fn keep() -> Self {
        INSTALL.call_once(|| {
            tracing::subscriber::set_global_default(Keeper).expect("no other subscriber");
            log::set_logger(&Keeper).expect("no other logger");
            log::set_max_level(log::LevelFilter::Trace);
        });
        Self(())
    }

    /// Returns everything logged so far.
    #[must_use]
    pub fn text(&self) -> String {
        TEXT.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Keeper;

fn keep(line: fmt::Arguments<'_>) {
    let mut text = TEXT.lock().unwrap_or_else(PoisonError::into_inner);
    text.write_fmt(line).expect("memory takes everything");
    text.push('\n');
}

/// The fields of a span or an event, in a line.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").expect("memory takes everything");
    }
}

fn fields(visit: impl FnOnce(&mut Fields)) -> String {
    let mut fields = Fields(String::new());
    visit(&mut fields);
    fields.0
}

impl Subscriber for Keeper {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let name = span.metadata().name();
        keep(format_args!("{name}{}", fields(|it| span.record(it))));
        Id::from_u64(SPANS.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        keep(format_args!("{}", fields(|it| values.record(it))));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let target = event.metadata().target();
        keep(format_args!("{target}{}", fields(|it| event.record(it))));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Keeper {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        keep(format_args!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}
