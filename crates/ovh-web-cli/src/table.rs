//! Lookups in the command table.

use ovh_web::Operation;

use crate::command::{Command, Flag};
use crate::generated::COMMANDS;

/// All generated commands.
pub(crate) fn all() -> impl Iterator<Item = &'static Command> {
    COMMANDS.iter().copied().flatten()
}

/// The command with these words: `databases create`.
pub(crate) fn by_path(path: &str) -> Option<&'static Command> {
    all().find(|command| command.path == path)
}

/// The command of an operation.
pub(crate) fn by_operation(id: &str) -> Option<&'static Command> {
    all().find(|command| command.operation == id)
}

/// The next words below `path`, each with the command that they complete, if they do.
pub(crate) fn below(path: &str) -> Vec<(&'static str, Option<&'static Command>)> {
    let mut found: Vec<(&'static str, Option<&'static Command>)> = Vec::new();
    for command in all() {
        let rest = match path.is_empty() {
            true => Some(command.path),
            false => command
                .path
                .strip_prefix(path)
                .and_then(|rest| rest.strip_prefix(' ')),
        };
        let Some(rest) = rest else { continue };
        let (word, leaf) = match rest.split_once(' ') {
            Some((word, _)) => (word, None),
            None => (rest, Some(command)),
        };
        match found.iter_mut().find(|(name, _)| *name == word) {
            Some((_, known)) => *known = known.or(leaf),
            None => found.push((word, leaf)),
        }
    }
    found
}

impl Command {
    /// The operation's row in the client's table.
    ///
    /// # Panics
    ///
    /// Panics if the table was generated from other documents than the client; a test checks all.
    pub(crate) fn row(&self) -> &'static Operation {
        ovh_web::operations::by_id(self.operation)
            .unwrap_or_else(|| panic!("no operation {}", self.operation))
    }

    /// `true` if the operation changes nothing.
    pub(crate) fn is_read(&self) -> bool {
        self.row().method().is_safe()
    }

    /// `true` if the route names a hosting.
    pub(crate) fn has_hosting(&self) -> bool {
        self.values.iter().any(|value| value.is_hosting)
    }

    /// The flag that sets a property of the body, by its wire name.
    pub(crate) fn body_flag(&self, wire: &str) -> Option<&'static Flag> {
        self.flags
            .iter()
            .find(|flag| matches!(flag.body_path().as_slice(), [name] if name == wire))
    }
}
