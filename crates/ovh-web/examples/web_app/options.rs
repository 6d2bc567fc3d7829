//! Parses the command line.

/// The output of `--help`.
pub(crate) const HELP: &str = "\
Runs OVHcloud's guide \"create and manage a web application\", all 13 calls of it.

    cargo run -p ovh-web --example web_app                  against a sandbox in this process
    cargo run -p ovh-web --example web_app -- --live ...    against the real API

  --live             use the configuration of OVHcloud's own clients: OVH_* variables or ovh.conf
  --service NAME     the hosting to work on (needed with --live)
  --domain NAME      the domain to attach (needed with --live); its DNS is left alone
  --yes              with --live: really write; without it, only what would happen is shown
  --keep             do not remove at the end what was created; with --live the passwords are then
                     taken from WEB_APP_PASSWORD
  --help             this text";

/// The command-line options.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) live: bool,
    pub(crate) service: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) yes: bool,
    pub(crate) keep: bool,
}

impl Options {
    /// Parses the arguments; `None` for `--help`.
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or(format!("{argument} wants a name behind it"))
            };
            match argument.as_str() {
                "--live" => options.live = true,
                "--service" => options.service = Some(value()?),
                "--domain" => options.domain = Some(value()?),
                "--yes" => options.yes = true,
                "--keep" => options.keep = true,
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("`{other}` is not an option of this program")),
            }
        }
        let needed = [
            ("--service", &options.service),
            ("--domain", &options.domain),
        ];
        for (name, value) in needed {
            match (options.live, value) {
                (true, None) => return Err(format!("--live needs {name} NAME")),
                (false, Some(_)) => {
                    return Err(format!(
                        "{name} goes with --live; the sandbox has its own hosting"
                    ));
                }
                _ => {}
            }
        }
        Ok(Some(options))
    }
}
