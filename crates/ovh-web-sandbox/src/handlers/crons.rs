//! Crons.

use serde_json::json;

use super::resources::Filter::{Equal, Like};
use super::resources::{numbered, task_response, with_body, work};
use super::{
    Context, Handler, HandlerResult, bad_value, delete_of, get, get_of, list_of, not_one_of, post,
    put,
};
use crate::response::{Refusal, Response};
use crate::rules::Rule;
use crate::state::hosting::Hosting;
use crate::state::resources::{Kind, Work};

pub(super) const ALL: &[Handler] = &[
    list_of(
        "cron",
        Kind::Cron,
        &[
            Like("command"),
            Like("description"),
            Like("email"),
            Equal("language"),
        ],
    ),
    post("cron", create),
    get_of("cron/{id}", Kind::Cron),
    put("cron/{id}", update),
    delete_of("cron/{id}", Kind::Cron, "cron/delete"),
    get("cronAvailableLanguage", languages),
];

/// Guess: the languages that an offer includes.
const LANGUAGES: &[&str] = &[
    "other", "php7.4", "php8.0", "php8.1", "php8.2", "php8.3", "php8.4", "python3",
];

fn languages(_: &mut Hosting, _: &Context<'_>) -> HandlerResult {
    Ok(Response::json(LANGUAGES.into()))
}

fn create(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    let body = &cx.body;
    check(hosting, cx)?;
    if body.required("command").trim().is_empty() {
        return bad_value("$.command", "expected a command");
    }
    let shown = json!({
        "command": body.required("command"),
        "description": body.text("description"),
        "email": body.text("email"),
        "frequency": body.required("frequency"),
        "language": body.required("language"),
        "status": body.text("status").unwrap_or("enabled"),
    });
    let (key, cron) = numbered(hosting, shown);
    let work = Work::create("cron/create");
    let task = hosting.create(cx.now, Kind::Cron, &key, cron, work);
    Ok(task_response(hosting, cx, task))
}

fn check(hosting: &Hosting, cx: &Context<'_>) -> Result<(), Refusal> {
    let language = cx.body.text("language");
    if language.is_some_and(|it| !LANGUAGES.contains(&it)) {
        return not_one_of("$.language", LANGUAGES);
    }
    if let Some(command) = cx.body.text("command") {
        if hosting.rules.enforces(Rule::CronCommand) {
            check_command(command)?;
        }
    }
    match cx.body.text("frequency") {
        Some(frequency) if !is_frequency(frequency) => bad_value(
            "$.frequency",
            "expected five fields: minute, hour, day, month, day of the week",
        ),
        _ => Ok(()),
    }
}

/// Checks a command by the rules of the guides.
fn check_command(command: &str) -> Result<(), Refusal> {
    if command.chars().count() > 100 || command.contains("..") || command.contains('?') {
        // Guess: the wording.
        return bad_value(
            "$.command",
            "expected at most 100 characters, without `..` and without a query",
        );
    }
    Ok(())
}

/// The names of months and days.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Returns `true` if a text has five fields of numbers, names, ranges, lists and steps. The minute
/// is ignored.
fn is_frequency(text: &str) -> bool {
    let fields: Vec<_> = text.split_whitespace().collect();
    let none: &[&str] = &[];
    let limits = [
        (0, 23, none),
        (1, 31, none),
        (1, 12, &MONTHS),
        (0, 7, &DAYS),
    ];
    fields.len() == limits.len() + 1
        && fields
            .iter()
            .skip(1)
            .zip(limits)
            .all(|(field, (low, high, names))| {
                field.split(',').all(|part| {
                    let (range, step) = part.split_once('/').unwrap_or((part, "1"));
                    let number = |text: &str| {
                        names.iter().any(|name| name.eq_ignore_ascii_case(text))
                            || text
                                .parse::<u8>()
                                .is_ok_and(|number| (low..=high).contains(&number))
                    };
                    step.parse::<u8>().is_ok_and(|step| step > 0)
                        && (range == "*"
                            || range
                                .split_once('-')
                                .map_or_else(|| number(range), |(a, b)| number(a) && number(b)))
                })
            })
}

/// Guess: the wording of the response, which the document describes as a text.
fn update(hosting: &mut Hosting, cx: &Context<'_>) -> HandlerResult {
    check(hosting, cx)?;
    let update = Work::update("cron/update").set(cx.body.0.clone());
    let response = work(hosting, cx, Kind::Cron, update)?;
    let text = format!("The cron {} is being updated", cx.path.get("id"));
    Ok(with_body(response, text))
}

#[cfg(test)]
mod tests {
    use super::is_frequency;

    #[test]
    fn a_frequency_has_five_fields() {
        for (text, fine) in [
            ("0 4 * * *", true),
            ("*/15 0-6,12 1 * 0", true),
            ("0 4 * *", false),
            ("0 24 * * *", false),
            ("0 4 * Jan mon", true),
            ("0 4 * mon jan", false),
            ("? * * * *", true),
            ("? */0 * * *", false),
            ("", false),
        ] {
            assert_eq!(is_frequency(text), fine, "{text}");
        }
    }
}
