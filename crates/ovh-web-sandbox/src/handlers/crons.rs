//! Crons.

use super::resources::{self, numbered, with_body, work};
use super::*;

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
    value("cronAvailableLanguage", |_, _| LANGUAGES.into()),
];

/// Guess: the languages that an offer includes.
const LANGUAGES: &[&str] = &[
    "other", "php7.4", "php8.0", "php8.1", "php8.2", "php8.3", "php8.4", "python3",
];

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
    let cron = numbered(hosting, shown);
    resources::create(hosting, cx, Kind::Cron, cron, Work::create("cron/create"))
}

fn check(hosting: &Hosting, cx: &Context<'_>) -> Result<(), Refusal> {
    let language = cx.body.text("language");
    if language.is_some_and(|it| !LANGUAGES.contains(&it)) {
        return not_one_of("$.language", LANGUAGES);
    }
    if hosting.rules.enforces(Rule::CronCommand) {
        check_command(cx.body.text("command").unwrap_or_default())?;
    }
    let is_valid = cx.body.text("frequency").is_none_or(is_frequency);
    let problem = "expected five fields: minute, hour, day, month, day of the week";
    Refusal::unless(is_valid, "$.frequency", problem)
}

/// Checks a command by the rules of the guides.
fn check_command(command: &str) -> Result<(), Refusal> {
    let is_valid =
        command.chars().count() <= 100 && !command.contains("..") && !command.contains('?');
    // Guess: the wording.
    let problem = "expected at most 100 characters, without `..` and without a query";
    Refusal::unless(is_valid, "$.command", problem)
}

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
