//! Reads the command line of the examples, builds their client, and plans or makes their changes.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    clippy::print_stdout,
    reason = "each example uses a part, and is a command-line program"
)]

use std::{collections::BTreeMap, env, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use ovh_web::{Client, ClientBuilder};
use ovh_web_sandbox::{Builder, Sandbox};

/// The default hosting of a sandbox.
pub(crate) const SERVICE: &str = "example.cluster01.hosting.ovh.net";

/// The arguments of the command line, each with its value.
pub(crate) struct Args(BTreeMap<String, Option<String>>);

/// Reads the command line: `--live`, and the `known` arguments of the example.
///
/// These are flags and options with a value, such as `--yes --domain NAME`.
pub(crate) fn args(known: &str) -> Result<Args> {
    let known = format!("--live {known}");
    let mut values = BTreeMap::new();
    let mut rest = env::args().skip(1).peekable();
    while let Some(argument) = rest.next() {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (&*argument, None),
        };
        let mut all = known.split("--").skip(1).map(str::trim_end);
        let is_named = |it: &&str| it.split(' ').next() == name.strip_prefix("--");
        let Some(expected) = all.find(is_named) else {
            bail!("unknown argument {argument}: expected {known}");
        };
        let has_value = expected.contains(' ');
        let is_value = |next: &String| has_value && !next.starts_with("--");
        let value = value.or_else(|| rest.next_if(is_value));
        let is_complete = has_value == value.is_some() && value.as_deref() != Some("");
        ensure!(is_complete, "expected --{expected}, found {argument}");
        let former = values.insert(name.to_owned(), value);
        ensure!(former.is_none(), "{name} is given twice");
    }
    Ok(Args(values))
}

impl Args {
    /// Returns `true` if the command line has this flag.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns `true` for a sandbox or with `--yes`. Otherwise it says that nothing is written.
    pub(crate) fn may_write(&self) -> bool {
        let may_write = !self.flag("--live") || self.flag("--yes");
        if !may_write {
            println!("Nothing is written. Run it again with --yes to make these changes.");
        }
        may_write
    }

    /// Returns the value of this option.
    pub(crate) fn option(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned().flatten()
    }

    /// Returns the value of this option. Without `--live` there is a default.
    pub(crate) fn option_or(&self, name: &str, default: &str) -> Result<String> {
        let default = (!self.flag("--live")).then(|| default.to_owned());
        let value = self.option(name).or(default);
        value.with_context(|| format!("with --live, {name} is required"))
    }

    /// Returns the hosting: `--service NAME`, or the sandbox's.
    pub(crate) fn service(&self) -> Result<String> {
        self.option_or("--service", SERVICE)
    }

    /// Returns a client and, without `--live`, its sandbox.
    pub(crate) async fn client(&self) -> Result<(Client, Option<Sandbox>)> {
        let (builder, sandbox) = self.builder(Sandbox::builder()).await?;
        Ok((builder.build()?, sandbox))
    }

    /// Returns the builder of a client and, without `--live`, its sandbox.
    ///
    /// With `--live` the settings are those of OVHcloud's own clients: `OVH_*` variables or
    /// `ovh.conf`.
    pub(crate) async fn builder(&self, seeds: Builder) -> Result<(ClientBuilder, Option<Sandbox>)> {
        if self.flag("--live") {
            return Ok((Client::builder().from_env(), None));
        }
        // At this speed, a finished task disappears before the first poll unless it stays longer.
        let seconds = Duration::from_secs;
        let seeds = seeds.task_times(seconds(1), seconds(2), seconds(600));
        let sandbox = seeds.speed(20.0).start().await?;
        let builder = Client::builder().from_pairs(sandbox.env());
        Ok((builder, Some(sandbox)))
    }
}

/// Returns the password in an environment variable. For a sandbox there is a default.
pub(crate) fn password(variable: &str, sandbox: Option<&Sandbox>) -> Result<String> {
    match env::var(variable) {
        Ok(password) if !password.is_empty() => Ok(password),
        _ if sandbox.is_some() => Ok("onlyF0rTheSandbox".to_owned()),
        _ => bail!("set {variable} to the password of new users and databases"),
    }
}

/// Makes the change of an object with `ensure` or, without `write`, only plans it.
macro_rules! change {
    ($write:expr, $handle:expr, $($wanted:expr),+) => {
        match $write {
            true => $handle.ensure($($wanted),+).await?.or_conflict()?.change,
            false => $handle.plan($($wanted),+).await?,
        }
    };
}
pub(crate) use change;
