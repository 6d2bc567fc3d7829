//! A plan as text for people: a block for each zone and hosting, a sign for each change.
//!
//! Names and values come from a server or from whoever wrote the file, so all of them are escaped.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ovh_web::sites::{HostingPlan, Kind, Plan, PlannedChange};
use ovh_web::{Change, ChangeKind, FieldChange};

use super::numbers::Numbers;
use crate::failure::Failure;
use crate::printable::printable;
use crate::session::Session;

/// The style of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Colored,
    /// The signs are at the start of the line, where the syntax `diff` colors them.
    Diff,
}

impl Style {
    /// Colors on a terminal, unless `NO_COLOR` is set.
    pub(super) fn of(session: &Session) -> Self {
        let is_colored = session.console.terminals().stdout;
        match is_colored && session.variable("NO_COLOR").is_none() {
            true => Self::Colored,
            false => Self::Plain,
        }
    }

    fn signed(self, sign: char, text: &str) -> String {
        let color = match sign {
            '+' => 32,
            '-' | '!' => 31,
            _ => 33,
        };
        match self {
            Self::Plain => format!("  {sign} {text}\n"),
            Self::Colored => format!("  \u{1b}[{color}m{sign}\u{1b}[0m {text}\n"),
            Self::Diff => format!("{sign} {text}\n"),
        }
    }
}

/// The whole plan, and its numbers in the last line.
pub(super) fn plan(plan: &Plan, style: Style) -> String {
    let numbers = Numbers::of(plan).text();
    let body = parts(plan, style);
    match body.is_empty() {
        true => format!("{numbers}\n"),
        false => format!("{body}\n{numbers}\n"),
    }
}

/// The blocks of all zones and hostings that have something to tell.
pub(super) fn parts(plan: &Plan, style: Style) -> String {
    let zones = plan.zones.iter().map(|part| part_of("zone ", part, style));
    let hostings = plan.hostings.iter().map(|part| part_of("", part, style));
    let blocks: Vec<String> = zones.chain(hostings).flatten().collect();
    blocks.join("\n")
}

fn part_of(prefix: &str, part: &HostingPlan, style: Style) -> Option<String> {
    let mut text = String::new();
    let mut together = BTreeSet::new();
    for planned in &part.changes {
        match unverified(planned) {
            None => add_change(&mut text, planned, style),
            Some(key) if together.insert(key) => add_unverified(&mut text, part, key, style),
            Some(_) => {}
        }
    }
    for unreadable in &part.unreadable {
        let line = format!("{}: not readable: {}", unreadable.kind, unreadable.message);
        text.push_str(&style.signed('!', &printable(&line)));
    }
    if let Some(error) = &part.error {
        let failure = Failure::from(error);
        // The mistakes of a file are one a line.
        for line in failure.message.lines() {
            text.push_str(&style.signed('!', &format!("error: {}", printable(line))));
        }
        if let Some(hint) = &failure.hint {
            let _ = writeln!(text, "      hint: {}", printable(hint));
        }
    }
    let name = printable(&part.name);
    let heading = match style {
        Style::Diff => format!("# {prefix}{name}"),
        Style::Plain => format!("{prefix}{name}"),
        Style::Colored => format!("\u{1b}[1m{prefix}{name}\u{1b}[0m"),
    };
    (!text.is_empty()).then(|| format!("{heading}\n{text}"))
}

/// The kind and the fields of an object of which only that is known that they cannot be verified.
fn unverified(planned: &PlannedChange) -> Option<(Kind, &[&'static str])> {
    let change = &planned.change;
    let is_only = change.kind == ChangeKind::Unchanged && reason(planned).is_none();
    (is_only && !change.unverified.is_empty()).then_some((planned.kind, &change.unverified))
}

/// One line for all such objects of a hosting.
fn add_unverified(
    text: &mut String,
    part: &HostingPlan,
    key: (Kind, &[&'static str]),
    style: Style,
) {
    let alike = part.changes.iter().filter(|it| unverified(it) == Some(key));
    let names: Vec<String> = alike.map(|it| printable(&it.name)).collect();
    let title = format!("{} {}", key.0, names.join(", "));
    let line = format!(
        "{}: cannot be verified: {}",
        title.trim_end(),
        key.1.join(", ")
    );
    text.push_str(&style.signed('?', &line));
}

/// A change, and a line for each of its fields.
fn add_change(text: &mut String, planned: &PlannedChange, style: Style) {
    let (sign, change) = (sign(planned), &planned.change);
    let mut line = title(planned);
    let is_unverified = change.kind == ChangeKind::Unchanged && !change.unverified.is_empty();
    if is_unverified {
        let _ = write!(
            line,
            ": cannot be verified: {}",
            change.unverified.join(", ")
        );
    }
    if let Some(reason) = reason(planned) {
        let _ = write!(line, ": {}", printable(reason));
    }
    if let (ChangeKind::Conflict, Some(place)) = (change.kind, &planned.place) {
        let _ = write!(line, " ({})", printable(&place.to_string()));
    }
    text.push_str(&style.signed(sign, &line));
    for field in fields(change) {
        let _ = writeln!(text, "      {field}");
    }
    if !is_unverified && !change.unverified.is_empty() {
        let fields = change.unverified.join(", ");
        let _ = writeln!(text, "      cannot be verified: {fields}");
    }
}

/// `crons nightly`
pub(super) fn title(planned: &PlannedChange) -> String {
    match &*planned.name {
        "" => planned.kind.to_string(),
        name => format!("{} {}", planned.kind, printable(name)),
    }
}

/// The reason of a conflict, or what there is to know of a change before it is applied.
pub(super) fn reason(planned: &PlannedChange) -> Option<&str> {
    match &planned.reason {
        None if planned.loses_data() => Some("its data is lost"),
        None if planned.in_progress => Some("work in progress"),
        reason => reason.as_deref(),
    }
}

/// Created, updated, removed, in conflict, or not verified.
pub(super) const fn sign(planned: &PlannedChange) -> char {
    match planned.change.kind {
        ChangeKind::Created => '+',
        ChangeKind::Updated => '~',
        ChangeKind::Removed => '-',
        ChangeKind::Conflict => '!',
        _ => '?',
    }
}

/// `folder: www -> shop`, or `folder: shop` for an object that does not exist or that goes.
pub(super) fn fields(change: &Change) -> impl Iterator<Item = String> {
    // A conflict may be that of any change.
    let is_whole = matches!(
        change.kind,
        ChangeKind::Created | ChangeKind::Removed | ChangeKind::Conflict
    );
    let is_new = is_whole && change.fields.iter().all(|it| it.from.is_none());
    let is_gone = is_whole && change.fields.iter().all(|it| it.to.is_none());
    change.fields.iter().map(move |field| {
        let FieldChange { name, from, to, .. } = field;
        let (from, to) = (value(from.as_deref()), value(to.as_deref()));
        match (is_new, is_gone) {
            (true, _) => format!("{name}: {to}"),
            (_, true) => format!("{name}: {from}"),
            _ => format!("{name}: {from} -> {to}"),
        }
    })
}

/// A value: quoted unless it is a single word.
fn value(value: Option<&str>) -> String {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | '[' | ']');
    match value {
        None => "none".to_owned(),
        Some(text) if !text.is_empty() && text.chars().all(is_plain) => text.to_owned(),
        Some(text) => printable(&format!("{text:?}")),
    }
}
