//! The options of the program.
//!
//! A parser crate would make every user's tests slower to build.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ovh_web_sandbox::{Builder, RefusalShape, RefusedKey};

pub(crate) const HELP: &str = "\
ovh-web-sandbox: a local OVHcloud web hosting API for demos, tests and CI

Usage: ovh-web-sandbox [OPTIONS] [-- COMMAND [ARGUMENTS]]

  --port N           listen on this port              [default: a free port]
  --bind ADDRESS     listen on this address, 0.0.0.0 or :: for all   [default: 127.0.0.1]
  --host NAME        accept this name in the Host header, besides those of this machine; may be
                     given several times
  --hosting NAME     add this hosting; may be given several times. A name that ends in .json is a
                     file with hostings: {\"service\": \"a.example\", \"offer\": \"hosting-perso\"}
                                                      [default: example.cluster01.hosting.ovh.net]
  --zone NAME        add this DNS zone and its domain name; may be given several times
  --seed N           the seed of all ids              [default: 0]
  --keys KIND        random keys, or fixed ones, which are derived from the seed and public
                                                      [default: random]
  --control-token T  let other machines use the control API with this token, as a bearer token or
                     as the password of HTTP Basic
  --speed X          run tasks X times faster: 1 takes 3 s a task, 10 takes 0.3 s  [default: 1]
  --time-offset S    add S seconds to the server's time             [default: 0]
  --state FILE       resume the state in FILE if it exists, and save the state there
  --faults FILE      add the faults of a JSON file, one or a list of them
  --access-token T   accept this bearer token
  --iam ACTION       grant bearer tokens this IAM action, * matches anything [default: all]
  --token-lifetime S let bearer tokens expire after S seconds       [default: 3599]
  --refusals SHAPE   the format of errors about credentials: class and message (class), or
                     errorCode (old)                  [default: SANDBOX_REFUSALS, or class]
  --refused-key KIND the error for a consumer key that its owner refused: unknown or invalid
                                                      [default: unknown]
  --lenient          drop the product rules that only a guide states [default: --strict]
  --tls              serve HTTPS, with a new certificate authority
  --ca-file FILE     write the authority's certificate to FILE [default: a file in the temp folder]
  --public-url URL   check signatures against this scheme, host and port, for clients that
                     leave the port out of what they sign: --public-url https://localhost
  --log FILE         write the log to FILE instead of standard error
  --version          the version
  --help             this text

With a COMMAND the sandbox runs it, and exits with its status (128+N for signal N). The command
gets the environment variables of OVHcloud's clients, and none of your own OVH_* variables:

  $ ovh-web-sandbox --speed 100 -- pytest

Without one the sandbox prints these variables, and logs each call on standard error:

  $ ovh-web-sandbox --port 8080 > sandbox.env &
  $ until grep -q CONSUMER_KEY sandbox.env; do sleep 0.1; done; . ./sandbox.env
  $ curl $OVH_ENDPOINT/auth/time

Open http://127.0.0.1:8080/_sandbox/ in a browser to watch. The control API for tests in other
languages has the same address:

  $ curl -d '{\"operation\": \"databases::create\", \"status\": 503, \"times\": 2}' \\
         http://127.0.0.1:8080/_sandbox/faults

The keys are valid for this sandbox only. Without --state the state is lost when the sandbox stops
(Ctrl-C, SIGTERM or SIGHUP). The log explains a wrong signature: the signature that the server
computed, the signed string, and the likely mistake.
";

#[derive(Debug)]
pub(crate) enum Request {
    Help,
    Version,
    Run(Box<Options>),
}

#[derive(Debug, Default)]
pub(crate) struct Options {
    /// The settings that are read from no file.
    pub(crate) builder: Builder,
    /// Names, and files that end in `.json`.
    pub(crate) hostings: Vec<String>,
    pub(crate) faults: Option<PathBuf>,
    pub(crate) fixed_keys: bool,
    pub(crate) state: Option<PathBuf>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) log: Option<PathBuf>,
    /// A program and its arguments.
    pub(crate) command: Vec<String>,
}

/// Parses the arguments, without the program's name.
pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut options = Options::default();
    let (mut tls, mut lenient) = (false, false);
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            options.command = arguments.collect();
            if options.command.is_empty() {
                return Err("-- goes before a command".into());
            }
            break;
        }
        let (flag, inline) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (&*argument, None),
        };
        match flag {
            "--help" | "-h" | "--version" | "-V" | "--strict" | "--lenient" | "--tls"
                if inline.is_some() =>
            {
                return Err(format!("{flag} takes no value"));
            }
            "--help" | "-h" => return Ok(Request::Help),
            "--version" | "-V" => return Ok(Request::Version),
            "--strict" => lenient = false,
            "--lenient" => lenient = true,
            "--tls" => tls = true,
            _ => options.set(flag, inline.or_else(|| arguments.next()))?,
        }
    }
    if lenient {
        options.builder = options.builder.lenient();
    }
    if tls {
        options.builder = options.builder.tls();
    } else if options.ca_file.is_some() {
        return Err("--ca-file needs --tls".into());
    }
    Ok(Request::Run(Box::new(options)))
}

impl Options {
    /// Sets an option with a value.
    fn set(&mut self, flag: &str, value: Option<String>) -> Result<(), String> {
        let builder = std::mem::take(&mut self.builder);
        let text = || value.ok_or_else(|| format!("{flag} needs a value"));
        let path = |text: String| Some(PathBuf::from(text));
        self.builder = match flag {
            "--port" => builder.port(number(flag, &text()?)?),
            "--bind" => builder.bind(address(&text()?)?),
            "--host" => builder.host(host_name(text()?)?),
            "--control-token" => builder.control_token(token(text()?)?),
            "--seed" => builder.seed(number(flag, &text()?)?),
            "--speed" => builder.speed(speed(number(flag, &text()?)?)?),
            "--time-offset" => builder.time_offset(number(flag, &text()?)?),
            "--access-token" => builder.access_token(text()?),
            "--iam" => builder.iam(text()?),
            "--token-lifetime" => {
                let seconds = number(flag, &text()?)?;
                builder.token_lifetime(Duration::from_secs(seconds))
            }
            "--public-url" => builder.public_url(web_url(text()?)?),
            "--refusals" => {
                let shape = RefusalShape::from_name(&text()?);
                builder.refusals(shape.ok_or("--refusals takes class or old")?)
            }
            "--refused-key" => builder.refused_key(match &*text()? {
                "unknown" => RefusedKey::Unknown,
                "invalid" => RefusedKey::Invalid,
                _ => return Err("--refused-key takes unknown or invalid".into()),
            }),
            "--zone" => builder.zone(text()?),
            "--keys" => {
                self.fixed_keys = match &*text()? {
                    "fixed" => true,
                    "random" => false,
                    _ => return Err("--keys takes random or fixed".into()),
                };
                builder
            }
            _ => {
                match flag {
                    "--hosting" => self.hostings.push(text()?),
                    "--faults" => self.faults = path(text()?),
                    "--state" => self.state = path(text()?),
                    "--ca-file" => self.ca_file = path(text()?),
                    "--log" => self.log = path(text()?),
                    _ => return Err(format!("there is no option {flag}")),
                }
                builder
            }
        };
        Ok(())
    }
}

fn number<T: FromStr>(flag: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{flag} takes a number, not {text:?}"))
}

/// The value, if it is valid.
fn expect<T>(value: T, is_valid: bool, expected: &str) -> Result<T, String> {
    is_valid.then_some(value).ok_or_else(|| expected.to_owned())
}

fn speed(speed: f64) -> Result<f64, String> {
    let is_valid = speed.is_finite() && speed > 0.0;
    expect(speed, is_valid, "--speed takes a number greater than 0")
}

fn address(text: &str) -> Result<IpAddr, String> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .map_err(|_| "--bind takes an IP address".into())
}

fn host_name(text: String) -> Result<String, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let is_name = !text.is_empty() && text.chars().all(is_allowed);
    expect(
        text,
        is_name,
        "--host takes a name, without scheme and port",
    )
}

fn token(text: String) -> Result<String, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let is_token = text.len() >= 8 && text.chars().all(is_allowed);
    let expected = "--control-token takes at least 8 letters, digits, - or _";
    expect(text, is_token, expected)
}

fn web_url(text: String) -> Result<String, String> {
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    let expected = "--public-url takes a URL that begins with http:// or https://";
    expect(text, is_url, expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    /// The options, whose secrets are not shown.
    fn options(line: &str) -> Options {
        match read(line) {
            Ok(Request::Run(options)) => *options,
            other => panic!("{line} gave {other:?}"),
        }
    }

    #[test]
    fn parses_both_spellings() {
        let expected = Options {
            builder: Builder::default()
                .port(8080)
                .bind([0, 0, 0, 0])
                .host("sandbox")
                .host("sandbox.test")
                .control_token("canary-control")
                .seed(7)
                .speed(10.0)
                .time_offset(-5)
                .access_token("t")
                .iam("webHosting:*")
                .token_lifetime(Duration::from_secs(9))
                .refusals(RefusalShape::Old)
                .refused_key(RefusedKey::Invalid)
                .lenient()
                .tls()
                .public_url("https://localhost"),
            fixed_keys: true,
            hostings: vec!["a.b".into(), "c.d".into()],
            state: Some("s.json".into()),
            faults: Some("f.json".into()),
            ca_file: Some("ca.pem".into()),
            log: Some("calls.log".into()),
            command: vec!["pytest".into(), "--port".into(), "-k".into()],
        };
        let line = "--port 8080 --bind 0.0.0.0 --host sandbox --host=sandbox.test --keys fixed \
                    --control-token canary-control --hosting=a.b --hosting c.d --seed=7 --speed 10 --time-offset=-5 \
                    --state s.json --faults=f.json --access-token t --iam webHosting:* --token-lifetime 9 \
                    --refusals old --refused-key=invalid --strict --lenient --tls \
                    --ca-file ca.pem --public-url https://localhost --log calls.log -- pytest --port -k";
        // The clocks of both started at different times.
        let shown = |options: Options| {
            let text = format!("{options:?}");
            let (before, clock) = text.split_once("now: ").expect("a clock");
            format!("{before}{}", &clock[27..])
        };
        assert_eq!(shown(options(line)), shown(expected));
        assert!(matches!(read("--port 1 --help"), Ok(Request::Help)));
        assert!(matches!(read("--version"), Ok(Request::Version)));
        for bind in ["--bind ::1", "--bind=[::1]"] {
            let expected = Builder::default().bind(std::net::Ipv6Addr::LOCALHOST);
            let builder = options(bind).builder;
            assert_eq!(format!("{builder:?}"), format!("{expected:?}"));
        }
    }

    #[test]
    fn explains_invalid_options() {
        for (line, words) in [
            ("--port", "needs a value"),
            ("--port 99999", "--port takes a number"),
            ("--bind localhost", "an IP address"),
            ("--host http://a:1", "without scheme"),
            ("--keys old", "random or fixed"),
            ("--control-token short", "at least 8"),
            ("--refusals new", "class or old"),
            ("--refused-key=gone", "unknown or invalid"),
            ("--speed 0", "greater than 0"),
            ("--speed NaN", "greater than 0"),
            ("--verbose", "no option --verbose"),
            ("--tls=yes", "takes no value"),
            ("--ca-file x", "needs --tls"),
            ("--port 1 --", "before a command"),
            ("pytest", "no option pytest"),
            ("--public-url localhost", "begins with http"),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(words), "{line} gave {error}");
        }
    }
}
