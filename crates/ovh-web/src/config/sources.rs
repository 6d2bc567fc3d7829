//! Settings from the environment and configuration files.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ovh_runtime::{Error, Secret};

use super::Part;
use crate::error::configuration;
use crate::macros::partial_debug;
#[cfg(feature = "reqwest")]
use crate::transport::proxy::ProxySettings;

/// The contents of environment and configuration files, as values.
///
/// [`Client::from_env`](crate::Client::from_env) reads the real ones. Pass your own to the builder
/// in a test, or if settings are stored elsewhere.
#[derive(Clone, Default)]
pub struct Sources {
    pub(super) environment: BTreeMap<String, Secret>,
    pub(super) files: Vec<(PathBuf, Secret)>,
    #[cfg(feature = "reqwest")]
    pub(crate) proxy: Option<ProxySettings>,
    /// Files that exist and cannot be read, each with the reason.
    pub(crate) unreadable: Vec<String>,
}

impl Sources {
    /// Creates empty sources.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an environment variable, such as `OVH_ENDPOINT`. Empty counts as unset.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Adds the text of a configuration file. Earlier files take precedence.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>, text: impl Into<Secret>) -> Self {
        self.files.push((path.into(), text.into()));
        self
    }

    /// Returns the configuration files that were read, in order of precedence.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| &**path)
    }

    /// Returns the files that exist and cannot be read, each with the reason.
    #[must_use]
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Reads the `OVH_*` variables and the existing configuration files.
    ///
    /// The files are `./ovh.conf`, `~/.ovh.conf` and `/etc/ovh.conf`.
    ///
    /// On Windows `~` is `%USERPROFILE%`, and `/etc/ovh.conf` is not read: any user of the machine
    /// could create it and redirect other users' keys to another endpoint.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable or a file is not UTF-8, or if a proxy variable is not a URL.
    /// An unreadable file is an error of [`build`](crate::ClientBuilder::build), and only if
    /// settings are missing.
    pub fn from_system() -> Result<Self, Error> {
        Self::of_system(None)
    }

    /// Reads the `OVH_*` variables and this configuration file, instead of those in known places.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable or the file is not UTF-8, if the file cannot be read, or if a
    /// proxy variable is not a URL.
    pub fn from_system_and_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let sources = Self::of_system(Some(path))?;
        let problem = match sources.unreadable.first() {
            Some(problem) => problem.clone(),
            None if sources.files.is_empty() => format!("{} does not exist", path.display()),
            None => return Ok(sources),
        };
        Err(configuration(format!("the configuration file cannot be read: {problem}")).build())
    }

    fn of_system(file: Option<&Path>) -> Result<Self, Error> {
        // Without HOME, as in a systemd unit, it asks the user database.
        #[allow(
            deprecated,
            reason = "deprecated for Windows only, and in old releases"
        )]
        let user_home = env::home_dir();
        let variable = |name: &str| env::var_os(name);
        let files = match file {
            Some(path) => vec![path.to_owned()],
            None => places(cfg!(windows), variable, user_home),
        };
        Self::gathered(variable, files)
    }

    /// The same with any environment and files.
    fn gathered(
        variable: impl Fn(&str) -> Option<OsString>,
        files: Vec<PathBuf>,
    ) -> Result<Self, Error> {
        let mut sources = Self {
            #[cfg(feature = "reqwest")]
            proxy: ProxySettings::of_environment(&variable)?,
            ..Self::default()
        };
        let others = ["OVH_ENDPOINT", "OVH_PROFILE", "OVH_TOKEN_URL"];
        for name in Part::all().map(Part::variable).chain(others) {
            if let Some(value) = variable(name) {
                let value = value.into_string().map_err(|_| {
                    configuration(format!("the environment variable {name} is not UTF-8")).build()
                })?;
                sources = sources.variable(name, value);
            }
        }
        for path in files {
            match read(&path) {
                Ok(None) => {}
                Ok(Some(bytes)) => {
                    let text = text(&path, bytes)?;
                    sources = sources.file(path, text);
                }
                Err(error) => {
                    let problem = format!("{}: {error}", path.display());
                    sources.unreadable.push(problem);
                }
            }
        }
        Ok(sources)
    }
}

partial_debug!(
    Sources,
    |sources| variables = sources.environment.keys(),
    files = sources
        .files
        .iter()
        .map(|(path, _)| path)
        .collect::<Vec<_>>()
);

/// The possible files, in order of precedence.
fn places(
    is_windows: bool,
    variable: impl Fn(&str) -> Option<OsString>,
    user_home: Option<PathBuf>,
) -> Vec<PathBuf> {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let home = match is_windows {
        // Like OVH's own clients: some shells set HOME to a folder that other programs ignore.
        true => set("USERPROFILE").or_else(|| set("HOME")),
        false => set("HOME"),
    };
    let user_home = user_home.filter(|home| !home.as_os_str().is_empty());
    let home = home.map(PathBuf::from).or(user_home);
    let mut places = vec![PathBuf::from("./ovh.conf")];
    places.extend(home.map(|home| home.join(".ovh.conf")));
    if !is_windows {
        places.push(PathBuf::from("/etc/ovh.conf"));
    }
    places
}

/// Reads a file; `None` if it does not exist.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    use io::ErrorKind::{NotADirectory, NotFound};
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Decodes the text of a file.
fn text(path: &Path, bytes: Vec<u8>) -> Result<Secret, Error> {
    String::from_utf8(bytes).map(Secret::from).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
        configuration(format!(
            "{}, line {line}: the text is not UTF-8",
            path.display()
        ))
        .hint("save it as UTF-8; some editors and shells of Windows write UTF-16")
        .build()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_not_values() {
        let sources = Sources::new()
            .variable("OVH_APPLICATION_SECRET", "s3cr3t")
            .file("./ovh.conf", "[ovh-eu]\nconsumer_key = s3cr3t");
        let shown = format!("{sources:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
        assert!(shown.contains("OVH_APPLICATION_SECRET") && shown.contains("ovh.conf"));
    }

    #[test]
    fn each_system_has_its_files_in_order() {
        let shown = |is_windows, variables: &[(&str, &str)]| -> Vec<String> {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name)?;
                Some(OsString::from(found.1))
            };
            let places = places(is_windows, variable, None).into_iter();
            // The separator is the machine's, whatever system is passed.
            places
                .map(|path| path.display().to_string().replace('\\', "/"))
                .collect()
        };
        let both = [("HOME", "/home/a"), ("USERPROFILE", "C:/Users/a")];
        assert_eq!(
            shown(false, &both),
            ["./ovh.conf", "/home/a/.ovh.conf", "/etc/ovh.conf"]
        );
        assert_eq!(shown(true, &both), ["./ovh.conf", "C:/Users/a/.ovh.conf"]);
        assert_eq!(shown(true, &both[..1]), ["./ovh.conf", "/home/a/.ovh.conf"]);
        for none in [&[][..], &[("HOME", "")]] {
            assert_eq!(shown(false, none), ["./ovh.conf", "/etc/ovh.conf"]);
            assert_eq!(shown(true, none), ["./ovh.conf"]);
        }
    }

    #[test]
    fn home_from_user_database_without_env() {
        let home = Some(PathBuf::from("/of-user"));
        for variables in [None, Some("")] {
            let places = places(false, |_| variables.map(OsString::from), home.clone());
            let own = Path::new("/of-user/.ovh.conf");
            assert!(places.iter().any(|place| place == own), "{places:?}");
        }
        let places = places(false, |_| Some("/home/a".into()), home);
        assert_eq!(places[1], Path::new("/home/a/.ovh.conf"));
    }

    #[test]
    fn missing_file_is_none_folder_is_error() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(read(&here.join("no-such-file")).expect("fine").is_none());
        let below_a_file = read(&here.join("Cargo.toml/ovh.conf")).expect("fine");
        assert!(below_a_file.is_none());
        let bytes = read(&here.join("Cargo.toml")).expect("readable");
        assert!(bytes.is_some_and(|bytes| bytes.starts_with(b"[package]")));
        read(here).expect_err("a folder is no file");
    }

    #[test]
    fn unreadable_file_does_not_stop_others() {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/unreadable-home");
        let variable = |name: &str| match name {
            "HOME" => Some(home.as_os_str().to_owned()),
            "OVH_CONSUMER_KEY" => Some("a-key".into()),
            _ => None,
        };
        let sources = Sources::gathered(variable, places(cfg!(windows), variable, None));
        let sources = sources.expect("the rest is there");
        assert_eq!(sources.unreadable().len(), 1, "{:?}", sources.unreadable);
        assert!(sources.unreadable()[0].contains("unreadable-home"));
        assert_eq!(sources.environment.len(), 1);
    }

    #[test]
    fn non_utf8_file_is_error_with_line() {
        let path = here_fixture();
        let bytes = read(&path).expect("readable").expect("there");
        let error = text(&path, bytes).expect_err("not UTF-8");
        assert!(error.to_string().contains("line 2:"), "{error}");
        assert!(error.to_string().contains("latin1.conf"), "{error}");
    }

    #[test]
    fn home_variable_selects_file() {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/home");
        let gathered = |home: Option<&Path>, other: Option<&Path>| {
            let variable = |name: &str| match name {
                "HOME" => home.map(|home| home.as_os_str().to_owned()),
                "USERPROFILE" => other.map(|home| home.as_os_str().to_owned()),
                "OVH_PROFILE" => Some("work".into()),
                "HTTPS_PROXY" => Some("proxy:1".into()),
                "OVH_CONSUMER_KEY" => Some("a-key".into()),
                _ => None,
            };
            let sources = Sources::gathered(variable, places(cfg!(windows), variable, None));
            sources.expect("all of it is text")
        };
        let own = |sources: &Sources| {
            let path = home.join(".ovh.conf");
            let found = sources.files.iter().find(|(file, _)| *file == path);
            found.map(|(_, text)| text.expose().contains("at-home"))
        };
        let sources = gathered(Some(&home), None);
        assert_eq!(own(&sources), Some(true));
        let proxy = sources.proxy.as_ref().map(|proxy| proxy.url.expose());
        assert_eq!(proxy, Some("http://proxy:1"));
        let names: Vec<&String> = sources.environment.keys().collect();
        assert_eq!(names, ["OVH_CONSUMER_KEY", "OVH_PROFILE"]);
        let of_windows = cfg!(windows).then_some(true);
        assert_eq!(own(&gathered(None, Some(&home))), of_windows);
        assert_eq!(own(&gathered(None, None)), None);
        // An empty HOME is unset, not the current folder.
        let nowhere = gathered(Some(Path::new("")), None);
        let is_relative = |path: &PathBuf| path.as_path() == Path::new(".ovh.conf");
        assert!(!nowhere.files.iter().any(|(path, _)| is_relative(path)));
    }

    #[test]
    fn chosen_file_must_be_readable() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = Sources::from_system_and_file(here.join("Cargo.toml")).expect("a file");
        assert_eq!(own.paths().collect::<Vec<_>>(), [here.join("Cargo.toml")]);
        for (name, why) in [("no-such-file", "does not exist"), ("src", "src: ")] {
            let error = Sources::from_system_and_file(here.join(name)).expect_err(name);
            assert!(error.message().contains(why), "{error}");
        }
    }

    fn here_fixture() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/latin1.conf")
    }
}
