//! `sites apply`: makes the account what the file says, and waits for it.

use std::future::{Future, pending};
use std::pin::pin;

use clap::{Arg, ArgAction, ArgMatches};
use ovh_web::sites::{Applied, ApplyOptions, Plan, SavedPlan, Sites, Stop};
use ovh_web::{Error, ErrorKind};

use super::numbers::Numbers;
use super::progress::Report;
use super::summary::{Ended, go_on};
use super::text::Style;
use super::{Loaded, facts, file_arguments, files, one};
use super::{summary, text};
use crate::account::Account;
use crate::confirm;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::{interrupts, unless_interrupted};
use crate::session::Session;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    command
        .about("Makes the account what the file says, and waits until it is")
        .args(file_arguments())
        .arg(
            Arg::new("plan")
                .long("plan")
                .value_name("FILE")
                .help("Apply only this saved plan; refused if what it compared has changed"),
        )
        .arg(
            Arg::new("allow-data-loss")
                .long("allow-data-loss")
                .action(ArgAction::SetTrue)
                .help("Allow the removal of databases, users and pruned domains"),
        )
        .after_help(
            "Examples:\n  ovh-web sites apply\n  ovh-web sites apply -H example.ovh\n  \
             ovh-web sites apply --plan plan.json --yes\n  \
             ovh-web sites apply --write-secrets 'users example-shop'\n\n\
             -H applies only a hosting of the file, and the DNS records of its sites; it may be repeated. \
             A plan that was saved with -H needs the same -H.\n\n\
             Shows the plan and asks; where nobody can answer, --yes is needed. If nothing is to \
             change, work in progress is waited for without a question. A failure stops \
             nothing else. The same command goes on after a failure, an interrupt or --deadline.\n\n\
             Exit codes: 0 done, 10 only something is left that the same command does later, such as \
             a certificate that waits for DNS, 6 conflicts or another plan, 130 interrupted. If all \
             failures are alike, their code, else 8.",
        )
}

pub(super) async fn run(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    if globals.dry_run {
        return Err(Failure::usage("`sites apply` has no dry run").hint("use `ovh-web sites plan`"));
    }
    if globals.no_wait {
        let message = "`sites apply` waits, since a change may need the one before";
        return Err(Failure::usage(message).hint("leave --no-wait out"));
    }
    facts::check(globals, &[&summary::COLUMNS[..], &["exit"]].concat())?;
    let loaded = Loaded::read(session, globals, matches)?;
    let saved = one(matches, "plan").map(files::read_plan).transpose()?;
    if !globals.yes && !session.console.is_interactive() {
        let message = "nobody can be asked here, and --yes is not given; nothing was sent";
        return Err(Failure::usage(message).hint(
            "add --yes to go on without a question; `ovh-web sites plan` shows the changes",
        ));
    }
    let account = Account::connect(session, globals).await?;
    let sites = loaded.sites(&account, globals);
    let job = Job {
        session,
        globals,
        account: &account,
        sites: &sites,
        allows_loss: matches.get_flag("allow-data-loss"),
    };
    let ended = job.run(saved).await;
    account.print_timing(session, globals);
    ended
}

/// A run of the command.
struct Job<'a> {
    session: &'a Session,
    globals: &'a Globals,
    account: &'a Account,
    sites: &'a Sites,
    allows_loss: bool,
}

impl Job<'_> {
    async fn run(&self, mut saved: Option<SavedPlan>) -> Outcome<Exit> {
        let is_text = facts::format(self.globals).is_none();
        if !self.globals.yes {
            let plan = unless_interrupted(self.session, self.sites.plan()).await??;
            if let Some(saved) = &saved {
                saved.check(&plan)?;
            }
            if let Some(exit) = self.ask(&plan, is_text)? {
                return Ok(exit);
            }
            // Only what was shown is applied.
            saved = Some(saved.unwrap_or_else(|| SavedPlan::of(&plan)));
        }
        let stop = Stop::new();
        let mut options = ApplyOptions::new()
            .allow_data_loss(self.allows_loss)
            .stop(stop.clone());
        if let Some(saved) = saved {
            options = options.saved_plan(saved);
        }
        let shows_plan = self.globals.yes && is_text;
        let report = Report::new(self.session, self.globals, is_text, shows_plan);
        let work = self.sites.apply(&options, &report);
        let (applied, ended) = self.until_ended(work, &stop, &report).await?;
        report.finish();
        summary::print(self.session, self.globals, self.account, &applied, ended)
    }

    /// Shows the plan, and asks. Returns the exit code if there is nothing to apply.
    fn ask(&self, plan: &Plan, is_text: bool) -> Outcome<Option<Exit>> {
        let numbers = Numbers::of(plan);
        let waits = plan.changes().any(|(_, planned)| planned.in_progress);
        match (is_text, numbers.writes()) {
            (true, 0) => {
                self.show(plan)?;
                // Without a change, work in progress is waited for, and nothing is asked.
                return Ok((!waits).then(|| numbers.exit()));
            }
            // The result has the same form, whether something was to do or not.
            (false, 0) => return Ok(None),
            (true, _) => self.show(plan)?,
            (false, _) => {
                // The question needs the plan, and standard output is for the result.
                let text = text::plan(plan, Style::Plain);
                text.lines()
                    .for_each(|line| self.session.console.note(line));
            }
        }
        let lost = numbers.losses();
        if lost > 0 && !self.allows_loss {
            let message = "the plan removes objects with their data; nothing was sent";
            return Err(Failure::new(Exit::Conflict, message).hint(ALLOW));
        }
        let changes = match numbers.writes() {
            1 => "1 change".to_owned(),
            writes => format!("{writes} changes"),
        };
        let loss = match lost {
            0 => String::new(),
            lost => format!(", {lost} of them with loss of data"),
        };
        confirm::ask(self.session, &format!("Apply {changes}{loss}?"))?;
        Ok(None)
    }

    fn show(&self, plan: &Plan) -> Outcome {
        let text = text::plan(plan, Style::of(self.session));
        self.session.console.output(&text)
    }

    /// Waits for the end. A first interrupt or the deadline stops the changes between two of them;
    /// a second interrupt leaves everything.
    async fn until_ended(
        &self,
        work: impl Future<Output = Result<Applied, Error>>,
        stop: &Stop,
        report: &Report<'_>,
    ) -> Outcome<(Applied, Ended)> {
        let mut work = pin!(work);
        let mut ended = Ended::ByItself;
        let (mut first, mut second) = (
            pin!(interrupts(self.session, 1)),
            pin!(interrupts(self.session, 2)),
        );
        let deadline = async {
            match self.globals.deadline {
                Some(deadline) => self.account.clock().sleep(deadline).await,
                None => pending().await,
            }
        };
        let mut deadline = pin!(deadline);
        loop {
            tokio::select! {
                biased;
                applied = &mut work => return Ok((applied.map_err(refused)?, ended)),
                () = &mut first, if ended != Ended::Interrupted => {
                    if !report.is_planned() {
                        return Err(Failure::interrupted());
                    }
                    ended = Ended::Interrupted;
                    stop.stop();
                    report.finish();
                    self.session
                        .console
                        .note("interrupted: what was sent ends first; again to stop at once");
                }
                () = &mut deadline, if ended == Ended::ByItself => {
                    ended = Ended::AtDeadline;
                    stop.stop();
                }
                () = &mut second, if ended == Ended::Interrupted => {
                    report.finish();
                    let message = format!(
                        "interrupted after {} changes; what was sent may have been done",
                        report.ended()
                    );
                    let failure = Failure::new(Exit::Interrupted, message);
                    return Err(failure.hint(format!("to go on: {}", go_on(&self.session.arguments))));
                }
            }
        }
    }
}

const ALLOW: &str =
    "add --allow-data-loss, or take the objects out of `absent` and `prune` in the file";

/// A plan that was refused before anything was sent. The library's hint is code.
fn refused(error: Error) -> Failure {
    let is_loss = error.kind() == ErrorKind::Conflict
        && error
            .hint()
            .is_some_and(|hint| hint.contains("loss of data"));
    let failure = Failure::from(error);
    match is_loss {
        true => failure.hint(ALLOW),
        false => failure,
    }
}
