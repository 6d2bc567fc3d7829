//! Deploys a site: domain, database, user, settings, nightly job.
//!
//! It can be run any number of times: only differences are written.
//!
//! ```text
//! cargo run -p ovh-web --example deploy_site
//! cargo run -p ovh-web --example deploy_site -- --live --service NAME [--yes]
//! ```
//!
//! With `--live` it prints the changes, and makes them with `--yes`. The password of a new database
//! and user is read from SITE_PASSWORD.

#![allow(clippy::print_stdout, reason = "a command-line program")]

#[path = "common/mod.rs"]
mod common;

use ovh_web::types::{
    DatabaseCapacity, EnvVarType, Language, NewCron, NewDatabase, NewDatabaseType, NewDomain,
    NewEnvVar, NewUser, SshState,
};
use ovh_web::{Error, ErrorKind, Hosting};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, sandbox) = common::client().await?;
    let hosting = client.hosting(common::service());
    let login = hosting.get().await?.primary_login;
    let hosting = hosting.with_login(&*login);
    let password =
        std::env::var("SITE_PASSWORD").unwrap_or_else(|_| "onlyF0rTheSandbox".to_owned());
    let site = Site::new(&login, "shop.example.com", password);
    for (what, change) in plan(&hosting, &site).await? {
        println!("{what}: would be {change}");
    }
    if sandbox.is_none() && !common::flag("--yes") {
        println!("Nothing was written. Run it again with --yes to make these changes.");
        return Ok(());
    }
    for (what, change) in deploy(&hosting, &site).await? {
        println!("{what}: {change}");
    }
    Ok(())
}

/// The desired state of a site.
#[derive(Debug)]
pub(crate) struct Site {
    domain: NewDomain,
    database: NewDatabase,
    user: NewUser,
    variable: NewEnvVar,
    job: (String, String),
}

impl Site {
    /// A shop in its own folder. Names start with the hosting's login, as the API requires.
    pub(crate) fn new(login: &str, domain: &str, password: String) -> Self {
        Self {
            domain: NewDomain::new(domain, "shop")
                .ssl(true)
                .bypass_dns_configuration(true),
            database: NewDatabase::new(
                DatabaseCapacity::SqlPerso,
                NewDatabaseType::Mysql,
                format!("{login}shop"),
            )
            .password(password.clone()),
            user: NewUser::new("shop", format!("{login}-shop"), password)
                .ssh_state(SshState::Sftponly),
            variable: NewEnvVar::new("APP_ENV", EnvVarType::String, "production"),
            job: ("shop/nightly.php".to_owned(), "0 3 * * *".to_owned()),
        }
    }

    fn cron(&self, language: Language) -> NewCron {
        let (script, hours) = &self.job;
        NewCron::new(&**script, &**hours, language).description("the shop's nightly job")
    }
}

/// The steps, each with a description.
type Steps = Vec<(&'static str, String)>;

/// Returns what [`deploy`] would do. Only reads.
pub(crate) async fn plan(hosting: &Hosting, site: &Site) -> Result<Steps, Error> {
    let cron = site.cron(php(hosting).await?);
    let domain = hosting.domains().plan(&site.domain).await?;
    let database = hosting.databases().plan(&site.database).await?;
    let user = hosting.users().plan(&site.user).await?;
    let variable = hosting.env_vars().plan(&site.variable).await?;
    let job = hosting.crons().plan("shop-nightly", &cron).await?;
    Ok(vec![
        ("domain", domain.to_string()),
        ("database", database.to_string()),
        ("user", user.to_string()),
        ("variable", variable.to_string()),
        ("job", job.to_string()),
        ("certificate", certificate(hosting, false).await?.to_owned()),
    ])
}

/// Reconciles the hosting to the desired state of the site.
pub(crate) async fn deploy(hosting: &Hosting, site: &Site) -> Result<Steps, Error> {
    let cron = site.cron(php(hosting).await?);
    let domain = hosting.domains().ensure(&site.domain).await?;
    let database = hosting.databases().ensure(&site.database).await?;
    let user = hosting.users().ensure(&site.user).await?;
    let variable = hosting.env_vars().ensure(&site.variable).await?;
    let job = hosting.crons().ensure("shop-nightly", &cron).await?;
    Ok(vec![
        ("domain", domain.or_conflict()?.change.to_string()),
        ("database", database.or_conflict()?.change.to_string()),
        ("user", user.or_conflict()?.change.to_string()),
        ("variable", variable.or_conflict()?.change.to_string()),
        ("job", job.or_conflict()?.change.to_string()),
        // Last, since it is issued for the attached domains.
        ("certificate", certificate(hosting, true).await?.to_owned()),
    ])
}

/// Orders the free certificate, unless there is one.
async fn certificate(hosting: &Hosting, write: bool) -> Result<&'static str, Error> {
    match hosting.certificate().get().await {
        Ok(_) => return Ok("unchanged"),
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error),
    }
    if write {
        hosting.certificate().order_free().await?.wait().await?;
    }
    Ok("created")
}

/// Returns the newest PHP that a cron may use.
async fn php(hosting: &Hosting) -> Result<Language, Error> {
    let languages = hosting.crons().languages().await?.into_iter();
    languages
        .filter(|language| language.as_str().starts_with("php"))
        .max()
        .ok_or_else(|| {
            let message = "the offer of this hosting has no PHP for crons";
            Error::builder(ErrorKind::NotFound, message).build()
        })
}
