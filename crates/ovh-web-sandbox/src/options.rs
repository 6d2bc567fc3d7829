//! The program's options. A handful of flags is no reason to make every test build a parser crate.

use std::str::FromStr;

/// What `--help` says.
pub(crate) const HELP: &str = "\
ovh-web-sandbox: a local OVHcloud web hosting API, for trying and testing things.

Usage: ovh-web-sandbox [OPTIONS]

  --port N           listen on 127.0.0.1:N            [default: a free port]
  --hosting NAME     have this hosting; may be given several times
                                                      [default: example.cluster01.hosting.ovh.net]
  --seed N           other keys and ids; the same seed gives the same ones   [default: 0]
  --speed X          tasks run X times as fast: 1 takes 3 s a task, 10 takes 0.3 s  [default: 1]
  --time-offset S    the server's clock is off by S seconds, to try that out [default: 0]
  --help             this text

It prints the variables that OVHcloud's clients read, and then a line per call on standard error:

  $ ovh-web-sandbox --port 8080 > sandbox.env &
  $ . ./sandbox.env
  $ curl $OVH_ENDPOINT/auth/time

The keys open nothing but this sandbox. Nothing is kept when it stops (Ctrl-C or SIGTERM).
What it does not imitate yet answers 501. A refused signature is explained on standard error:
what the server computed, over which string, and the likely mistake.
";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Request {
    Help,
    Run(Options),
}

/// The settings of a run.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) hostings: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) speed: f64,
    pub(crate) time_offset: i64,
}

/// Reads the arguments, without the program's name. The error is a sentence.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut options = Options {
        port: 0,
        hostings: Vec::new(),
        seed: 0,
        speed: 1.0,
        time_offset: 0,
    };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let (flag, inline) = match argument.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        if matches!(flag.as_str(), "--help" | "-h") {
            return Ok(Request::Help);
        }
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{flag} needs a value"))
        };
        match flag.as_str() {
            "--port" => options.port = number(&flag, &value()?)?,
            "--hosting" => options.hostings.push(value()?),
            "--seed" => options.seed = number(&flag, &value()?)?,
            "--speed" => {
                options.speed = number(&flag, &value()?)?;
                if !(options.speed.is_finite() && options.speed > 0.0) {
                    return Err("--speed takes a number greater than 0".into());
                }
            }
            "--time-offset" => options.time_offset = number(&flag, &value()?)?,
            _ => return Err(format!("there is no option {flag}")),
        }
    }
    Ok(Request::Run(options))
}

fn number<T: FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{flag} takes a number, not {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let expected = Options {
            port: 8080,
            hostings: vec!["a.b".into(), "c.d".into()],
            seed: 7,
            speed: 10.0,
            time_offset: -5,
        };
        let line = "--port 8080 --hosting=a.b --hosting c.d --seed=7 --speed 10 --time-offset=-5";
        assert_eq!(read(line), Ok(Request::Run(expected)));
        assert_eq!(read("--port 1 --help"), Ok(Request::Help));
    }

    #[test]
    fn mistakes_are_sentences() {
        for (line, words) in [
            ("--port", "needs a value"),
            ("--port 99999", "--port takes a number"),
            ("--speed 0", "greater than 0"),
            ("--speed NaN", "greater than 0"),
            ("--verbose", "no option --verbose"),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(words), "{line} gave {error}");
        }
    }
}
