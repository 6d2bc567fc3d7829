//! Progress while a file is applied: a line for each hosting on a terminal, else a line per change.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ovh_web::sites::{AppliedChange, Event, Outcome, Plan, Progress};

use super::text::{Style, plan, sign, title};
use crate::global::Globals;
use crate::output::cut;
use crate::printable::printable;
use crate::session::Session;

/// The hostings in work that are shown at the same time.
const SHOWN: usize = 16;
/// The width of a terminal that does not tell it.
const WIDTH: u16 = 80;

/// Prints events, and remembers what has ended.
pub(super) struct Report<'s> {
    session: &'s Session,
    is_terminal: bool,
    /// The list of what was done is in the same stream as the summary, unless that one has facts.
    is_text: bool,
    /// The plan is printed when it is made, unless it was shown before.
    shows_plan: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_planned: bool,
    /// One for each hosting or zone with changes.
    lines: Vec<Line>,
    /// The lines that are on the screen and change.
    on_screen: usize,
    ended: usize,
}

/// The progress of a hosting or a zone.
struct Line {
    of: String,
    /// `true` from its first change to its last one.
    is_active: bool,
    total: usize,
    ended: usize,
    left: usize,
    now: String,
}

impl Line {
    fn text(&self, width: usize) -> String {
        let (of, ended, total) = (&self.of, self.ended, self.total);
        let text = format!("{of}: {ended} of {total}: {}", self.now);
        cut(&printable(&text), width)
    }
}

impl<'s> Report<'s> {
    pub(super) fn new(
        session: &'s Session,
        globals: &Globals,
        is_text: bool,
        shows_plan: bool,
    ) -> Self {
        // Lines about requests come between those that change.
        let has_requests = globals.verbose > 0;
        Self {
            session,
            is_terminal: session.console.terminals().stderr && !has_requests,
            is_text,
            shows_plan,
            state: Mutex::default(),
        }
    }

    /// `true` once changes may have been sent.
    pub(super) fn is_planned(&self) -> bool {
        self.state().is_planned
    }

    /// The changes that have ended.
    pub(super) fn ended(&self) -> usize {
        self.state().ended
    }

    /// Leaves the lines as they are; what is printed next stands below.
    pub(super) fn finish(&self) {
        self.state().on_screen = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn planned(&self, state: &mut State, new: &Plan) {
        state.is_planned = true;
        if self.shows_plan {
            // The changes are made even if nobody reads about them.
            let _ = self
                .session
                .console
                .print(&plan(new, Style::of(self.session)));
        }
        let parts = new.zones.iter().chain(&new.hostings);
        let lines = parts.map(|part| Line {
            of: part.name.clone(),
            is_active: false,
            total: part
                .changes
                .iter()
                .filter(|it| it.change.is_write())
                .count(),
            ended: 0,
            left: 0,
            now: String::new(),
        });
        state.lines = lines.filter(|line| line.total > 0).collect();
    }

    /// A plain line for a change that has ended.
    fn note(&self, applied: &AppliedChange) {
        let (of, planned) = (&applied.of, &applied.planned);
        let outcome = match &applied.outcome {
            // Its message follows at the end, with the place and the hint.
            Outcome::Failed(_) => "failed".to_owned(),
            other => other.to_string(),
        };
        let (sign, title) = (sign(planned), title(planned));
        let console = &self.session.console;
        let line = format!("{of}: {sign} {title}: {outcome}");
        match self.is_text {
            // The changes are made even if nobody reads about them.
            true => drop(console.print(&format!("{}\n", printable(&line)))),
            false => console.note(&line),
        }
    }

    /// Prints the active lines again. Lines that are `done` stay above them.
    fn draw(&self, state: &mut State, done: Option<Line>) {
        if !self.is_terminal {
            return;
        }
        let width = self.session.console.terminals().width.unwrap_or(WIDTH);
        let width = usize::from(width).saturating_sub(1);
        let active = state.lines.iter().filter(|line| line.is_active);
        let active: Vec<&Line> = active.take(SHOWN).collect();
        let (before, on_screen) = (state.on_screen, active.len());
        let lines = done.iter().chain(active).map(|line| line.text(width));
        let lines: Vec<String> = lines.collect();
        self.session.console.replace_lines(before, &lines);
        state.on_screen = on_screen;
    }
}

impl Progress for Report<'_> {
    fn event(&self, event: Event<'_>) {
        let state = &mut *self.state();
        match event {
            Event::Planned(new) => self.planned(state, new),
            Event::Started { of, planned } => {
                if let Some(line) = find(state, of) {
                    line.is_active = true;
                    line.now = title(planned);
                }
                self.draw(state, None);
            }
            Event::Ended(applied) => {
                if !applied.planned.change.is_write() {
                    return;
                }
                state.ended += 1;
                if let Some(line) = find(state, &applied.of) {
                    line.ended += 1;
                    line.left += usize::from(!applied.outcome.is_done());
                }
                match self.is_terminal {
                    true => self.draw(state, None),
                    false => self.note(applied),
                }
            }
            Event::Finished { of } => {
                let place = state.lines.iter().position(|line| line.of == of);
                let done = place.map(|place| state.lines.remove(place));
                let done = done.map(|mut line| {
                    line.now = match line.left {
                        0 => "done".to_owned(),
                        left => format!("{left} not done"),
                    };
                    line
                });
                self.draw(state, done);
            }
            _ => {}
        }
    }
}

fn find<'l>(state: &'l mut State, of: &str) -> Option<&'l mut Line> {
    state.lines.iter_mut().find(|line| line.of == of)
}
