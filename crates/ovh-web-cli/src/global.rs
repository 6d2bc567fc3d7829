//! The flags that every command takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, value_parser};

use crate::failure::{Failure, Outcome};

/// The format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
    JsonLines,
    Yaml,
    Csv,
    Tsv,
}

/// The values of the global flags.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globals {
    pub(crate) hosting: Vec<String>,
    pub(crate) all: bool,
    pub(crate) from: Option<String>,
    /// The hostings in the file of `--from`, once it is read.
    pub(crate) listed: Vec<String>,
    pub(crate) filter: Option<String>,
    pub(crate) parallel: usize,
    pub(crate) rate: Option<u32>,
    pub(crate) keep_going: bool,
    pub(crate) resume: Option<PathBuf>,
    pub(crate) no_wait: bool,
    pub(crate) deadline: Option<Duration>,
    pub(crate) dry_run: bool,
    pub(crate) yes: bool,
    pub(crate) output: Option<Format>,
    pub(crate) columns: Vec<String>,
    pub(crate) sort: Option<String>,
    pub(crate) query: Option<String>,
    pub(crate) raw_csv: bool,
    pub(crate) show_secrets: bool,
    pub(crate) timing: bool,
    pub(crate) verbose: u8,
    pub(crate) profile: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) config: Option<PathBuf>,
    pub(crate) sandbox: bool,
}

const TARGETS: &str = "Targets";
const WRITES: &str = "Writes";
const OUTPUT: &str = "Output";
const ACCOUNT: &str = "Account";

/// The flags that `-h` shows too.
const BASIC: &[&str] = &["hosting", "all", "output"];

/// The arguments of the global flags.
pub(crate) fn arguments() -> Vec<Arg> {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    let targets = [
        text("hosting", "NAME", "The hosting; may be repeated")
            .short('H')
            .action(ArgAction::Append),
        switch("all", "All hostings of the account"),
        text(
            "from",
            "FILE",
            "Hostings from a file, one a line; - is standard input",
        ),
        text(
            "where",
            "EXPR",
            "Hostings that match, such as 'state = active and php < 8.2'",
        ),
        text(
            "parallel",
            "N",
            "Targets in work at the same time [default: 8]",
        )
        .value_parser(value_parser!(u16).range(1..=256)),
        text("rate", "N/min", "Limit of requests per minute"),
        switch("keep-going", "Go on with the other targets after a failure"),
    ];
    let writes = [
        text(
            "resume",
            "FILE",
            "Record of what was done; the same command goes on with it",
        ),
        switch("wait", "Wait until the work is done (the default)").overrides_with("no-wait"),
        switch("no-wait", "Return once the server has accepted the work"),
        text("deadline", "TIME", "Longest wait, such as 90s, 10m, 2h"),
        switch("dry-run", "Show what would be sent, and send nothing"),
        switch("yes", "Do not ask before data is lost").short('y'),
    ];
    let output = [
        text(
            "output",
            "FORMAT",
            "table, json, jsonl, yaml, csv or tsv [default: table on a terminal, else json]",
        )
        .short('o')
        .hide_possible_values(true)
        .value_parser(["table", "json", "jsonl", "yaml", "csv", "tsv"]),
        text(
            "columns",
            "NAMES",
            "Columns of table, csv and tsv, separated by commas",
        )
        .value_delimiter(','),
        text("sort", "COLUMN", "Sort by a column; -COLUMN in reverse").allow_hyphen_values(true),
        text(
            "query",
            "FILTER",
            "Filter of the output in the syntax of jq",
        ),
        switch(
            "raw-csv",
            "No ' before cells that spreadsheets take for formulas",
        ),
        switch("show-secrets", "Show secrets of responses"),
        switch("timing", "Print requests, retries and seconds at the end"),
        Arg::new("verbose")
            .long("verbose")
            .short('v')
            .action(ArgAction::Count)
            .help("Show requests; -vv with their times"),
    ];
    let account = [
        text("profile", "NAME", "Section of the configuration file"),
        text("endpoint", "NAME", "Region, such as ovh-eu, or a URL"),
        text(
            "config",
            "FILE",
            "Configuration file, instead of the usual ones",
        ),
        switch("sandbox", "Run against a new sandbox, without an account"),
    ];
    let headed = |heading, arguments: Vec<Arg>| {
        arguments.into_iter().map(move |argument| {
            let is_basic = BASIC.iter().any(|name| argument.get_id() == name);
            argument
                .global(true)
                .help_heading(heading)
                .hide_short_help(!is_basic)
        })
    };
    headed(TARGETS, targets.into())
        .chain(headed(WRITES, writes.into()))
        .chain(headed(OUTPUT, output.into()))
        .chain(headed(ACCOUNT, account.into()))
        .collect()
}

impl Globals {
    /// Reads the flags.
    pub(crate) fn from_matches(matches: &ArgMatches) -> Outcome<Self> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let texts = |name: &str| {
            let values = matches.get_many::<String>(name);
            values.map(|all| all.cloned().collect()).unwrap_or_default()
        };
        let output = text("output").map(|name| match name.as_str() {
            "table" => Format::Table,
            "jsonl" => Format::JsonLines,
            "yaml" => Format::Yaml,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            _ => Format::Json,
        });
        Ok(Self {
            hosting: texts("hosting"),
            all: matches.get_flag("all"),
            from: text("from"),
            listed: Vec::new(),
            filter: text("where"),
            parallel: matches
                .get_one::<u16>("parallel")
                .map_or(8, |n| (*n).into()),
            rate: text("rate").map(|text| rate(&text)).transpose()?,
            keep_going: matches.get_flag("keep-going"),
            resume: text("resume").map(PathBuf::from),
            no_wait: matches.get_flag("no-wait"),
            deadline: text("deadline")
                .map(|text| duration("--deadline", &text))
                .transpose()?,
            dry_run: matches.get_flag("dry-run"),
            yes: matches.get_flag("yes"),
            output,
            columns: texts("columns"),
            sort: text("sort"),
            query: text("query"),
            raw_csv: matches.get_flag("raw-csv"),
            show_secrets: matches.get_flag("show-secrets"),
            timing: matches.get_flag("timing"),
            verbose: matches.get_count("verbose"),
            profile: text("profile"),
            endpoint: text("endpoint"),
            config: text("config").map(PathBuf::from),
            sandbox: matches.get_flag("sandbox"),
        })
    }

    /// `true` if more than one hosting may be selected.
    pub(crate) const fn is_fleet(&self) -> bool {
        self.all || self.from.is_some() || self.filter.is_some() || self.hosting.len() > 1
    }
}

/// Reads `60/min` or `60`.
fn rate(text: &str) -> Outcome<u32> {
    let number = text.strip_suffix("/min").unwrap_or(text);
    let number = number.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Failure::usage("--rate expects requests per minute, such as 60/min"))
}

/// Reads the value of a flag: `90s`, `10m`, `2h` or `1d`.
pub(crate) fn duration(flag: &str, text: &str) -> Outcome<Duration> {
    let split = text.len() - text.chars().last().map_or(0, char::len_utf8);
    let unit = match &text[split..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 0,
    };
    let number = text[..split].parse::<u64>().ok().filter(|_| unit > 0);
    let seconds = number.and_then(|number| number.checked_mul(unit));
    seconds.map(Duration::from_secs).ok_or_else(|| {
        Failure::usage(format!(
            "{flag} expects a number and s, m, h or d, such as 90s"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations_and_rates() {
        let duration = |text| duration("--deadline", text);
        assert_eq!(duration("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("2h").unwrap(), Duration::from_secs(7_200));
        for text in ["", "5", "m", "-1s", "1é", "99999999999999999999d"] {
            let failure = duration(text).unwrap_err();
            assert!(failure.message.starts_with("--deadline expects"), "{text}");
        }
        assert_eq!(rate("60/min").unwrap(), 60);
        assert!(rate("0").is_err() && rate("1/s").is_err());
    }
}
