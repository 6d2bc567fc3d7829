//! The question before data is lost.

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::printable::shell_word;
use crate::prompt;
use crate::select::Targets;
use crate::session::Session;

/// Asks whether to go on. Without a terminal, `--yes` is needed.
pub(crate) fn confirm(
    session: &Session,
    globals: &Globals,
    action: &str,
    loss: &str,
    targets: Option<&Targets>,
) -> Outcome {
    if let Some(targets) = targets
        && !targets.is_explicit
    {
        return Err(
            Failure::usage("this write loses data, so the hosting must be named").hint(format!(
                "add -H {}",
                shell_word(&targets.names.join(" -H "))
            )),
        );
    }
    if globals.yes {
        return Ok(());
    }
    let on = match targets.map(|targets| targets.names.as_slice()) {
        None => String::new(),
        Some([one]) => format!(" on {one}"),
        Some(several) => format!(" on {} hostings", several.len()),
    };
    if !session.console.is_interactive() {
        return Err(Failure::usage(format!("{action}{on} loses data: {loss}"))
            .hint("add --yes to go on without a question; --dry-run shows what would be sent"));
    }
    ask(session, &format!("{loss} {action}{on}?"))
}

/// Asks a question that only `y` answers with yes.
pub(crate) fn ask(session: &Session, question: &str) -> Outcome {
    let answer = prompt::ask(session, &format!("{question} [y/N] "))?;
    match answer.as_deref().map(str::trim) {
        Some("y" | "Y" | "yes" | "Yes") => Ok(()),
        _ => Err(Failure::new(Exit::Failed, "nothing was sent")),
    }
}
