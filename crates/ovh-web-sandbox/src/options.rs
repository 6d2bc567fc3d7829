//! The program's options. A handful of flags is no reason to make every test build a parser crate.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use ovh_web_sandbox::{RefusalShape, RefusedKey};

/// What `--help` says.
pub(crate) const HELP: &str = "\
ovh-web-sandbox: a local OVHcloud web hosting API, for trying and testing things.

Usage: ovh-web-sandbox [OPTIONS] [-- COMMAND [ARGUMENTS]]

  --port N           listen on this port              [default: a free port]
  --bind ADDRESS     listen on this address, 0.0.0.0 or :: for all   [default: 127.0.0.1]
  --host NAME        a name under which clients call; may be given several times. Requests with
                     another Host header are refused, but for this machine's names
  --hosting NAME     have this hosting; may be given several times. A name that ends in .json is
                     a file with hostings: {\"service\": \"a.example\", \"offer\": \"hosting-perso\"}
                                                      [default: example.cluster01.hosting.ovh.net]
  --seed N           other ids; the same seed gives the same ones   [default: 0]
  --keys HOW         random keys, or fixed ones that follow from the seed and that everybody
                     knows                            [default: random]
  --control-token T  let other machines use the sandbox's own routes with this token, as a bearer
                     token or as the password of HTTP Basic
  --speed X          tasks run X times as fast: 1 takes 3 s a task, 10 takes 0.3 s  [default: 1]
  --time-offset S    the server's clock is off by S seconds, to try that out [default: 0]
  --state FILE       resume the state of FILE if it exists, and save it there as it changes
  --faults FILE      set the faults of a JSON file, one or a list of them
  --access-token T   accept this bearer token too
  --iam ACTION       what policies grant bearers, * for anything; all if none is given
  --token-lifetime S bearer tokens from the token endpoint end after S seconds [default: 3599]
  --refusals SHAPE   refuse credentials with class and message (class), or with errorCode (old)
                     [default: SANDBOX_REFUSALS, or class]
  --refused-key HOW  a consumer key that its owner refused is unknown or invalid  [default: unknown]
  --lenient          drop the product rules that only a guide states [default: --strict]
  --tls              speak HTTPS, with a certificate authority made for this run
  --ca-file FILE     write the certificate authority there [default: a file in the temp folder]
  --public-url URL   check signatures against this scheme, host and port, for clients that
                     leave the port out of what they sign: --public-url https://localhost
  --log FILE         write the line per call there, not to standard error
  --version          the version
  --help             this text

With a COMMAND it runs that, with the variables that OVHcloud's clients read in its environment,
without your own OVH_* variables, and ends when the command does, with the same exit status
(128+N if signal N ended it):

  $ ovh-web-sandbox --speed 100 -- pytest

Without one it prints these variables, and then a line per call on standard error, until it is
stopped:

  $ ovh-web-sandbox --port 8080 > sandbox.env &
  $ until grep -q CONSUMER_KEY sandbox.env; do sleep 0.1; done; . ./sandbox.env
  $ curl $OVH_ENDPOINT/auth/time

Open http://127.0.0.1:8080/_sandbox/ in a browser to watch. Tests in other languages ask for
faults, reset and read the journal under the same address:

  $ curl -d '{\"operation\": \"databases::create\", \"status\": 503, \"times\": 2}' \\
         http://127.0.0.1:8080/_sandbox/faults

The keys open nothing but this sandbox. Without --state nothing is kept when it stops (Ctrl-C,
SIGTERM or SIGHUP). A refused signature is explained on standard error: what the server computed, over which
string, and the likely mistake.
";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Request {
    Help,
    Version,
    Run(Box<Options>),
}

/// The settings of a run.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Options {
    pub(crate) port: u16,
    pub(crate) bind: Option<IpAddr>,
    pub(crate) hosts: Vec<String>,
    pub(crate) fixed_keys: bool,
    pub(crate) control_token: Option<String>,
    pub(crate) hostings: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) speed: Option<f64>,
    pub(crate) time_offset: i64,
    pub(crate) state: Option<PathBuf>,
    pub(crate) faults: Option<PathBuf>,
    pub(crate) access_tokens: Vec<String>,
    pub(crate) iam: Vec<String>,
    pub(crate) token_lifetime: Option<u64>,
    pub(crate) refusals: Option<RefusalShape>,
    pub(crate) refused_key: RefusedKey,
    pub(crate) lenient: bool,
    pub(crate) tls: bool,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) public_url: Option<String>,
    pub(crate) log: Option<PathBuf>,
    /// A program and its arguments.
    pub(crate) command: Vec<String>,
}

/// Reads the arguments, without the program's name. The error is a sentence.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut options = Options::default();
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            options.command = arguments.collect();
            if options.command.is_empty() {
                return Err("-- goes before a command".into());
            }
            break;
        }
        let (flag, inline) = match argument.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        match (flag.as_str(), &inline) {
            ("--help" | "-h", None) => return Ok(Request::Help),
            ("--version" | "-V", None) => return Ok(Request::Version),
            ("--strict" | "--lenient", None) => {
                options.lenient = flag == "--lenient";
                continue;
            }
            ("--tls", None) => {
                options.tls = true;
                continue;
            }
            (
                "--help" | "-h" | "--version" | "-V" | "--tls" | "--strict" | "--lenient",
                Some(_),
            ) => {
                return Err(format!("{flag} takes no value"));
            }
            _ => {}
        }
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{flag} needs a value"))
        };
        match flag.as_str() {
            "--port" => options.port = number(&flag, &value()?)?,
            "--bind" => {
                let address = value()?;
                let bare = address.trim_start_matches('[').trim_end_matches(']');
                let read = bare.parse().map_err(|_| "--bind takes an IP address")?;
                options.bind = Some(read);
            }
            "--host" => options.hosts.push(host_name(value()?)?),
            "--keys" => {
                options.fixed_keys = match value()?.as_str() {
                    "fixed" => true,
                    "random" => false,
                    _ => return Err("--keys takes random or fixed".into()),
                }
            }
            "--control-token" => {
                let token = value()?;
                let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
                if token.len() < 8 || !token.chars().all(plain) {
                    return Err("--control-token takes at least 8 letters, digits, - or _".into());
                }
                options.control_token = Some(token);
            }
            "--hosting" => options.hostings.push(value()?),
            "--seed" => options.seed = number(&flag, &value()?)?,
            "--speed" => {
                let speed: f64 = number(&flag, &value()?)?;
                if !(speed.is_finite() && speed > 0.0) {
                    return Err("--speed takes a number greater than 0".into());
                }
                options.speed = Some(speed);
            }
            "--time-offset" => options.time_offset = number(&flag, &value()?)?,
            "--state" => options.state = Some(value()?.into()),
            "--faults" => options.faults = Some(value()?.into()),
            "--access-token" => options.access_tokens.push(value()?),
            "--iam" => options.iam.push(value()?),
            "--token-lifetime" => options.token_lifetime = Some(number(&flag, &value()?)?),
            "--refusals" => {
                let shape = RefusalShape::from_name(&value()?);
                options.refusals = Some(shape.ok_or("--refusals takes class or old")?);
            }
            "--refused-key" => {
                options.refused_key = match value()?.as_str() {
                    "unknown" => RefusedKey::Unknown,
                    "invalid" => RefusedKey::Invalid,
                    _ => return Err("--refused-key takes unknown or invalid".into()),
                }
            }
            "--log" => options.log = Some(value()?.into()),
            "--ca-file" => options.ca_file = Some(value()?.into()),
            "--public-url" => {
                let url = value()?;
                if !(url.starts_with("http://") || url.starts_with("https://")) {
                    return Err(
                        "--public-url takes a URL that begins with http:// or https://".into(),
                    );
                }
                options.public_url = Some(url);
            }
            _ => return Err(format!("there is no option {flag}")),
        }
    }
    if options.ca_file.is_some() && !options.tls {
        return Err("--ca-file goes with --tls".into());
    }
    Ok(Request::Run(Box::new(options)))
}

/// A name as it stands in `Host`, without a port.
fn host_name(name: String) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        Ok(name)
    } else {
        Err("--host takes a name, without scheme and port".into())
    }
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
            bind: Some([0, 0, 0, 0].into()),
            hosts: vec!["sandbox".into(), "sandbox.test".into()],
            fixed_keys: true,
            control_token: Some("canary-control".into()),
            hostings: vec!["a.b".into(), "c.d".into()],
            seed: 7,
            speed: Some(10.0),
            time_offset: -5,
            state: Some("s.json".into()),
            faults: Some("f.json".into()),
            access_tokens: vec!["t".into()],
            iam: vec!["webHosting:*".into()],
            token_lifetime: Some(9),
            refusals: Some(RefusalShape::Old),
            refused_key: RefusedKey::Invalid,
            lenient: true,
            tls: true,
            ca_file: Some("ca.pem".into()),
            public_url: Some("https://localhost".into()),
            log: Some("calls.log".into()),
            command: vec!["pytest".into(), "--port".into(), "-k".into()],
        };
        let line = "--port 8080 --bind 0.0.0.0 --host sandbox --host=sandbox.test --keys fixed \
                    --control-token canary-control --hosting=a.b --hosting c.d --seed=7 --speed 10 --time-offset=-5 \
                    --state s.json --faults=f.json --access-token t --iam webHosting:* --token-lifetime 9 \
                    --refusals old --refused-key=invalid --strict --lenient --tls \
                    --ca-file ca.pem --public-url https://localhost --log calls.log -- pytest --port -k";
        assert_eq!(read(line), Ok(Request::Run(Box::new(expected))));
        assert_eq!(read("--port 1 --help"), Ok(Request::Help));
        assert_eq!(read("--version"), Ok(Request::Version));
        for bind in ["--bind ::1", "--bind=[::1]"] {
            let bind_only = Options {
                bind: Some(std::net::Ipv6Addr::LOCALHOST.into()),
                ..Options::default()
            };
            assert_eq!(read(bind), Ok(Request::Run(Box::new(bind_only))));
        }
    }

    #[test]
    fn mistakes_are_sentences() {
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
            ("--ca-file x", "goes with --tls"),
            ("--port 1 --", "before a command"),
            ("pytest", "no option pytest"),
            ("--public-url localhost", "begins with http"),
        ] {
            let error = read(line).expect_err(line);
            assert!(error.contains(words), "{line} gave {error}");
        }
    }
}
