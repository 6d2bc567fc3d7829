//! Crons.

use serde_json::json;

use super::generic_resources::{self, task_answer};
use super::{Context, Handler};
use crate::reply::{Answer, Refusal};
use crate::rules::Rule;
use crate::state::generic_resources::{Change, Key, Kind, Record};

pub(super) const ALL: &[Handler] = &[
    Handler::new("GET", "/hosting/web/{serviceName}/cron", list),
    Handler::new("POST", "/hosting/web/{serviceName}/cron", create),
    Handler::new("GET", "/hosting/web/{serviceName}/cron/{id}", get),
    Handler::new("PUT", "/hosting/web/{serviceName}/cron/{id}", update),
    Handler::new("DELETE", "/hosting/web/{serviceName}/cron/{id}", delete),
    Handler::new(
        "GET",
        "/hosting/web/{serviceName}/cronAvailableLanguage",
        languages,
    ),
];

/// Guess: which of the known languages an offer has.
const LANGUAGES: &[&str] = &[
    "other", "php7.4", "php8.0", "php8.1", "php8.2", "php8.3", "php8.4", "python3",
];

fn languages(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    cx.hosting()?;
    Ok(Answer::json(LANGUAGES.into()))
}

fn list(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    generic_resources::list(cx, Kind::Cron, |query, cron| {
        ["command", "description", "email"]
            .iter()
            .all(|name| query.like(name, cron.text(name)))
            && query.filters("language", cron.text("language"))
    })
}

fn create(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let now = cx.now;
    let body = &cx.body;
    check(cx)?;
    if body.required("command").trim().is_empty() {
        return Err(Refusal::bad_value("$.command", "empty"));
    }
    let mut shown = json!({
        "command": body.required("command"),
        "description": body.text("description"),
        "email": body.text("email"),
        "frequency": body.required("frequency"),
        "language": body.required("language"),
        "status": body.text("status").unwrap_or("enabled"),
    });
    let hosting = cx.hosting()?;
    let id = hosting.ids.next();
    shown["id"] = id.into();
    let (key, record) = (Key::Number(id), Record::new(shown));
    let task = hosting.create_record(Kind::Cron, key, record, "cron/create", now);
    Ok(task_answer(
        hosting,
        task,
        now,
        format!("cron {id} is being created"),
    ))
}

fn check(cx: &Context<'_>) -> Result<(), Refusal> {
    if cx
        .body
        .text("language")
        .is_some_and(|it| !LANGUAGES.contains(&it))
    {
        return Err(Refusal::bad_value(
            "$.language",
            format!("this offer has {}", LANGUAGES.join(", ")),
        ));
    }
    if let Some(command) = cx.body.text("command") {
        if cx.world.rules.enforces(Rule::CronCommand) {
            check_command(command)?;
        }
    }
    match cx.body.text("frequency") {
        Some(frequency) if !is_frequency(frequency) => Err(Refusal::bad_value(
            "$.frequency",
            "five fields as in a crontab: minute, hour, day, month, day of the week",
        )),
        _ => Ok(()),
    }
}

/// What a command must not be, from the guides.
fn check_command(command: &str) -> Result<(), Refusal> {
    if command.chars().count() > 100 || command.contains("..") || command.contains('?') {
        // Guess: the words.
        return Err(Refusal::bad_value(
            "$.command",
            "at most 100 characters, without .. and without a query",
        ));
    }
    Ok(())
}

/// The names of months and days, each from the number that the first stands for.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Whether a text is five fields of numbers, names, ranges, lists and steps. The minute is ignored.
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

fn get(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    generic_resources::get(cx, Kind::Cron, &key)
}

/// Guess: the words of the answer, which the document gives as a text.
fn update(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    check(cx)?;
    let change = Change::Set(cx.body.0.clone());
    let mut answer =
        generic_resources::work(cx, Kind::Cron, &key, ("updating", "cron/update"), change)?;
    answer.body = format!("The cron {key} is being updated").into();
    Ok(answer)
}

fn delete(cx: &mut Context<'_>) -> Result<Answer, Refusal> {
    let key = Key::parse(cx.path.get("id"));
    let work = ("deleting", "cron/delete");
    generic_resources::work(cx, Kind::Cron, &key, work, Change::Gone)
}

#[cfg(test)]
mod tests {
    use super::is_frequency;

    #[test]
    fn a_frequency_is_five_fields() {
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
