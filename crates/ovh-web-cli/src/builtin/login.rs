//! `login` and `logout`: credentials for the tool, in a configuration file of OVHcloud's form.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches};
use ovh_web::config::{self, Setting};
use ovh_web::{AccessRules, Client, ClientBuilder, Endpoint, ErrorKind, Method, Secret};

use crate::account;
use crate::body::nearest;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::global::Globals;
use crate::interrupt::{unless_interrupted, unless_stopped};
use crate::prompt::{self, Hidden};
use crate::session::{Session, without_mark};
use crate::table;

pub(super) fn arguments(command: clap::Command) -> clap::Command {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let switch = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    command
        .args([
            text("application-key", "KEY", "The application key"),
            text(
                "application-secret-file",
                "FILE",
                "The application secret, from the first line of a file",
            ),
            text(
                "application-secret-env",
                "NAME",
                "The application secret, from an environment variable",
            ),
            // The rights of a service account are those of its policies.
            text("oauth2", "CLIENT_ID", "A service account instead of keys").conflicts_with_all([
                "application-key",
                "application-secret-file",
                "application-secret-env",
                "for",
                "read-only",
            ]),
            text(
                "client-secret-file",
                "FILE",
                "The secret of the service account, from the first line of a file",
            ),
            text(
                "client-secret-env",
                "NAME",
                "The secret of the service account, from an environment variable",
            ),
            text(
                "for",
                "RESOURCES",
                "Rights for these only, such as databases,domains",
            )
            .value_delimiter(','),
            switch("read-only", "Rights to read only"),
            switch("no-browser", "Print the address instead of opening it"),
        ])
        .after_help("Example:\n  ovh-web login --endpoint ovh-eu --for databases,domains")
}

pub(super) fn no_arguments(command: clap::Command) -> clap::Command {
    command.after_help("Example:\n  ovh-web logout")
}

pub(super) async fn login(
    session: &Session,
    globals: &Globals,
    matches: &ArgMatches,
) -> Outcome<Exit> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let rules = rules(globals, matches)?;
    let path = file(session, globals)?;
    // A file that cannot be read or created is found before anybody agrees.
    read(&path)?;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    if let Some(folder) = folder {
        std::fs::read_dir(folder).map_err(|error| Failure::input(folder.display(), &error))?;
    }
    let endpoint = endpoint(session, globals)?;
    let base = builder(session, &endpoint)?;
    let (client, parts) = match text("oauth2") {
        Some(id) => {
            let secret = secret(session, matches, "client-secret")?;
            let base = base.client_id(id.as_str()).client_secret(secret.clone());
            let client = base.build()?;
            let parts = vec![("client_id", Secret::from(id)), ("client_secret", secret)];
            (client, parts)
        }
        None => keys(session, matches, &endpoint, base, rules).await?,
    };
    let identity = unless_interrupted(session, client.identity()).await??;
    if let Err(failure) = store(globals, &path, &endpoint, &parts) {
        let has_key = parts.iter().any(|(name, _)| *name == "consumer_key");
        return Err(match has_key {
            true => failure.hint(match client.logout().await {
                Ok(()) => "the new consumer key was ended again",
                Err(_) => {
                    "the new consumer key is valid and stored nowhere: end it in the control panel"
                }
            }),
            false => failure,
        });
    }
    let account = identity.account;
    session.console.note(&format!(
        "logged in{}; the credentials are in {}",
        if account.is_empty() {
            String::new()
        } else {
            format!(" as {account}")
        },
        path.display()
    ));
    Ok(Exit::Done)
}

/// Writes the credentials into the file.
fn store(
    globals: &Globals,
    path: &Path,
    endpoint: &str,
    parts: &[(&'static str, Secret)],
) -> Outcome {
    // Others may have written meanwhile.
    let old = read(path)?;
    let section = match &globals.profile {
        Some(name) => format!("profile:{name}"),
        None => endpoint.to_owned(),
    };
    // Settings of another kind would make the credentials ambiguous.
    let kinds = [
        "application_key",
        "application_secret",
        "consumer_key",
        "client_id",
        "client_secret",
        "access_token",
    ];
    let mut settings: Vec<(&str, Option<&str>)> = kinds
        .iter()
        .map(|name| {
            let part = parts.iter().find(|(part, _)| part == name);
            (*name, part.map(|(_, value)| value.expose()))
        })
        .collect();
    let text = match &globals.profile {
        Some(_) => {
            settings.push(("endpoint", Some(endpoint)));
            config::edit(&old, &section, &settings)?
        }
        None => {
            let named = [("endpoint", Some(endpoint))];
            let text = config::edit(&old, "default", &named)?;
            config::edit(text.expose(), &section, &settings)?
        }
    };
    Ok(config::write(path, &text)?)
}

/// The text of a configuration file; empty if there is none.
fn read(path: &Path) -> Outcome<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(Failure::io(path.display(), &error)),
    }
}

/// Ends the consumer key. A key that the server no longer knows has ended.
async fn end(session: &Session, client: &Client) -> Outcome {
    match unless_stopped(session, client.logout()).await? {
        Err(error) if error.kind() == ErrorKind::Authentication => {
            session.console.note("the key was not valid any more");
            Ok(())
        }
        other => Ok(other?),
    }
}

pub(super) async fn logout(session: &Session, globals: &Globals, _: &ArgMatches) -> Outcome<Exit> {
    let builder = account::settings(session, globals)?;
    let settings = builder.settings()?;
    let client = builder.clock(session.clock.clone()).build()?;
    let origin = settings
        .iter()
        .find(|setting| setting.name == "consumer_key")
        .and_then(|setting| setting.origin.clone());
    match origin {
        None => {
            return Err(
                Failure::new(Exit::Credentials, "there is no consumer key to end")
                    .hint("a service account ends in OVHcloud's control panel"),
            );
        }
        Some(config::Origin::File { path, section, .. }) => {
            end(session, &client).await?;
            let old = std::fs::read_to_string(&path).map_err(|error| Failure::io(&path, &error))?;
            let text = config::edit(&old, &section, &[("consumer_key", None)])?;
            config::write(&path, &text)?;
            session
                .console
                .note(&format!("logged out; the key is no longer in {path}"));
        }
        Some(origin) => {
            end(session, &client).await?;
            session
                .console
                .note(&format!("logged out; remove the key from {origin}"));
        }
    }
    Ok(Exit::Done)
}

/// The file that `login` writes: never `./ovh.conf` by itself.
fn file(session: &Session, globals: &Globals) -> Outcome<PathBuf> {
    match (&globals.config, &session.home) {
        (Some(path), _) => Ok(path.clone()),
        (None, Some(home)) => Ok(home.join(".ovh.conf")),
        (None, None) => Err(Failure::usage(
            "there is no home folder: name a file with --config",
        )),
    }
}

/// The region: from the flag, the environment, or the question.
fn endpoint(session: &Session, globals: &Globals) -> Outcome<String> {
    if let Some(endpoint) = &globals.endpoint {
        return Ok(endpoint.clone());
    }
    if let Some(endpoint) = session.variable("OVH_ENDPOINT") {
        return Ok(endpoint.to_owned());
    }
    if !session.console.is_interactive() {
        return Err(Failure::usage("missing --endpoint").hint("such as ovh-eu, ovh-ca or ovh-us"));
    }
    let line = prompt::ask(session, "Region (ovh-eu, ovh-ca, ovh-us) [ovh-eu]: ")?;
    Ok(line
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .unwrap_or_else(|| "ovh-eu".to_owned()))
}

fn builder(session: &Session, endpoint: &str) -> Outcome<ClientBuilder> {
    let builder = Client::builder().clock(session.clock.clone());
    Ok(match endpoint.contains("://") {
        true => builder.base_url(endpoint),
        false => builder.endpoint(endpoint.parse::<Endpoint>()?),
    })
}

/// Requests a consumer key, and waits until its owner agrees.
async fn keys(
    session: &Session,
    matches: &ArgMatches,
    endpoint: &str,
    base: ClientBuilder,
    rules: AccessRules,
) -> Outcome<(Client, Vec<(&'static str, Secret)>)> {
    let key = match matches.get_one::<String>("application-key") {
        Some(key) => key.clone(),
        None => match session.variable("OVH_APPLICATION_KEY") {
            Some(key) => key.to_owned(),
            None => ask_for_key(session, endpoint)?,
        },
    };
    let app_secret = match session.variable("OVH_APPLICATION_SECRET") {
        Some(value) if !is_secret_given(matches, "application-secret") => Secret::from(value),
        _ => secret(session, matches, "application-secret")?,
    };
    let client = base
        .application_key(key.as_str())
        .application_secret(app_secret.clone())
        .without_consumer_key()
        .build()?;
    let pending = unless_interrupted(session, client.request_credential(rules)).await??;
    let address = pending.validation_url();
    session.console.note("Log in and agree at:");
    session.console.note(&format!("  {address}"));
    if session.console.is_interactive() && !matches.get_flag("no-browser") {
        open_browser(address);
    }
    session.console.note("waiting for your agreement ...");
    let mut interrupts = session.interrupts.clone();
    let client = tokio::select! {
        validated = pending.wait_validated() => validated.map_err(|error| Failure::of_wait(&error))?,
        Ok(_) = interrupts.wait_for(|count| *count > 0) => {
            return Err(Failure::new(Exit::Interrupted, "interrupted; nothing was stored"));
        }
    };
    let parts = vec![
        ("application_key", Secret::from(key)),
        ("application_secret", app_secret),
        ("consumer_key", pending.consumer_key().clone()),
    ];
    Ok((client, parts))
}

fn ask_for_key(session: &Session, endpoint: &str) -> Outcome<String> {
    let page = endpoint
        .parse::<Endpoint>()
        .ok()
        .and_then(|endpoint| endpoint.create_token_page())
        .map(|page| page.replace("/createToken", "/createApp"));
    let made_at = page.map_or_else(String::new, |page| format!("Keys are made at {page}"));
    if !session.console.is_interactive() {
        return Err(Failure::usage("missing --application-key").hint(made_at));
    }
    session.console.note(&made_at);
    let line = prompt::ask(session, "Application key: ")?;
    line.map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .ok_or_else(|| Failure::usage("the application key is empty"))
}

fn is_secret_given(matches: &ArgMatches, name: &str) -> bool {
    let given = |source: &str| matches.contains_id(&format!("{name}-{source}"));
    given("file") || given("env")
}

/// A secret from a file, the environment, or the terminal.
fn secret(session: &Session, matches: &ArgMatches, name: &str) -> Outcome<Secret> {
    let text = |source: &str| matches.get_one::<String>(&format!("{name}-{source}"));
    if let Some(path) = text("file") {
        let content =
            std::fs::read_to_string(path).map_err(|error| Failure::input(path, &error))?;
        let content = without_mark(content);
        let line = content.lines().next().filter(|line| !line.is_empty());
        return line
            .map(Secret::from)
            .ok_or_else(|| Failure::usage(format!("--{name}-file: the first line is empty")));
    }
    if let Some(variable) = text("env") {
        return session
            .variable(variable)
            .map(Secret::from)
            .ok_or_else(|| Failure::usage(format!("--{name}-env: the variable is not set")));
    }
    if !session.console.is_interactive() {
        return Err(Failure::usage(format!(
            "missing --{name}-file or --{name}-env"
        )));
    }
    let line = Hidden::start(session)?.ask(&format!("{name}: "))?;
    match line.is_empty() {
        true => Err(Failure::usage(format!("{name} is empty"))),
        false => Ok(Secret::from(line)),
    }
}

/// The rights for what is wanted, and no more.
fn rules(globals: &Globals, matches: &ArgMatches) -> Outcome<AccessRules> {
    let is_wanted = |method: &Method| !matches.get_flag("read-only") || method.is_safe();
    let groups: Vec<&String> = matches.get_many("for").into_iter().flatten().collect();
    let hosting = match globals.hosting.as_slice() {
        [] => "*",
        [one] => one,
        _ => return Err(Failure::usage("login takes -H once")),
    };
    let mut wanted = BTreeSet::new();
    let mut add = |method: &Method, path: &str| {
        if is_wanted(method) {
            // Other services have parameters of this name too.
            let path = match path.strip_prefix("/hosting/web/{serviceName}") {
                Some(rest) => format!("/hosting/web/{hosting}{rest}"),
                None => path.to_owned(),
            };
            wanted.insert((method.to_string(), any_values(&path)));
        }
    };
    for name in &groups {
        let rows: Vec<_> = table::all()
            .filter(|row| {
                let rest = row.path.strip_prefix(name.as_str());
                rest.is_some_and(|rest| rest.starts_with(' '))
            })
            .collect();
        if rows.is_empty() {
            let failure = Failure::usage("--for names an unknown resource");
            let known = crate::generated::GROUPS.iter().map(|(path, _)| *path);
            return Err(match nearest(name, known) {
                Some(near) => failure.hint(format!("did you mean `{near}`?")),
                None => failure,
            });
        }
        for row in rows {
            add(row.row().method(), row.row().path());
        }
    }
    let mut rules = AccessRules::new().own_key();
    rules = rules.allow(Method::GET, "/auth/details");
    if groups.is_empty() {
        let methods: Vec<Method> = [Method::GET, Method::POST, Method::PUT, Method::DELETE]
            .into_iter()
            .filter(|method| is_wanted(method))
            .collect();
        return match hosting {
            "*" => {
                for path in ["/hosting/web", "/v2/webhosting", "/domain"] {
                    rules = rules.recursive(&methods, path);
                }
                Ok(rules)
            }
            name if matches.get_flag("read-only") => Ok(rules.read_hosting(name)),
            name => Ok(rules.manage_hosting(name)),
        };
    }
    // Every command finds hostings and waits for tasks. The hosting itself is left out where it is
    // not named: in a rule `*` stands for any text, so that `/hosting/web/*` allows everything below.
    add(&Method::GET, "/hosting/web");
    add(&Method::GET, "/hosting/web/{serviceName}/tasks");
    add(&Method::GET, "/hosting/web/{serviceName}/tasks/{id}");
    if hosting != "*" {
        add(&Method::GET, "/hosting/web/{serviceName}");
    }
    for (method, path) in wanted {
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Failure::new(Exit::Failed, "a method is not valid"))?;
        rules = rules.allow(method, path);
    }
    Ok(rules)
}

/// A route with `*` for its parameters.
fn any_values(path: &str) -> String {
    let segments = path
        .split('/')
        .map(|segment| match segment.starts_with('{') {
            true => "*",
            false => segment,
        });
    segments.collect::<Vec<_>>().join("/")
}

/// Opens an address in the browser. If that fails, the address was printed.
fn open_browser(address: &str) {
    let program = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    let quiet = std::process::Stdio::null;
    let _ = std::process::Command::new(program)
        .arg(address)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .spawn();
}

/// Whether a setting is set, for `doctor`.
pub(super) fn shown(setting: &Setting) -> String {
    match (&setting.origin, &setting.value) {
        (None, _) => "not set".to_owned(),
        (Some(config::Origin::Program), Some(value)) => format!("{value} (from a flag)"),
        (Some(origin), Some(value)) => format!("{value} (from {origin})"),
        (Some(origin), None) => format!("set (from {origin})"),
    }
}
