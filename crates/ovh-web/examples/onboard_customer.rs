//! Onboards a customer: PHP version, domain, database, user, nightly job, certificate.
//!
//! It can be run any number of times: only differences are written, and only with `--yes`. The
//! password of a new database and user is read from CUSTOMER_PASSWORD.
//!
//! ```sh
//! export CUSTOMER_PASSWORD=aLongPassword1
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 -- cargo run -p ovh-web --example onboard_customer -- \
//!     example.cluster01.hosting.ovh.net shop.example.com --yes
//! # On your account:
//! cargo run -p ovh-web --example onboard_customer -- SERVICE DOMAIN [--yes]
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::env;

use anyhow::{bail, ensure};
use ovh_web::types::{
    DatabaseCapacity, NewCron, NewDatabase, NewDatabaseType, NewDomain, NewUser,
    OvhConfigAvailableEngineVersion, OvhConfigChange, OvhConfigEngineName, SshState,
};
use ovh_web::{Client, Error, handle::Hosting};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = env::args().skip(1);
    let (names, flags): (Vec<_>, Vec<_>) = args.partition(|it| it.starts_with(|c| c != '-'));
    let write = flags == ["--yes"];
    let ([service, domain], true) = (&names[..], write || flags.is_empty()) else {
        bail!("usage: onboard_customer SERVICE DOMAIN [--yes]");
    };
    let password = env::var("CUSTOMER_PASSWORD").unwrap_or_default();
    ensure!(
        !password.is_empty(),
        "set CUSTOMER_PASSWORD to the password of new users and databases"
    );
    let hosting = Client::from_env()?.hosting(service);
    let login = hosting.get().await?.primary_login;
    let hosting = hosting.with_login(&*login);
    let customer = Customer::new(&login, domain, password);
    for (step, change) in plan(&hosting, &customer).await? {
        println!("{step}: would be {change}");
    }
    if !write {
        println!("Nothing is written. Run it again with --yes to make these changes.");
        return Ok(());
    }
    for (step, change) in onboard(&hosting, &customer).await? {
        println!("{step}: {change}");
    }
    Ok(())
}

/// The desired state of a customer's site.
#[derive(Debug)]
pub(crate) struct Customer {
    php: OvhConfigChange,
    domain: NewDomain,
    database: NewDatabase,
    user: NewUser,
    job: NewCron,
}

impl Customer {
    /// A shop in its own folder. Names start with the hosting's login, as the API requires.
    pub(crate) fn new(login: &str, domain: &str, password: String) -> Self {
        Self {
            php: OvhConfigChange::new()
                .engine_name(OvhConfigEngineName::Php)
                .engine_version(OvhConfigAvailableEngineVersion::V8_3),
            domain: NewDomain::new(domain, "shop").ssl(true),
            database: NewDatabase::new(
                DatabaseCapacity::SqlPerso,
                NewDatabaseType::Mysql,
                format!("{login}shop"),
            )
            .password(password.clone()),
            user: NewUser::new("shop", format!("{login}-shop"), password)
                .ssh_state(SshState::Sftponly),
            job: NewCron::new("shop/nightly.php", "0 3 * * *", "php8.3")
                .description("the shop's nightly job"),
        }
    }
}

/// The steps, each with a description.
type Steps = Vec<(&'static str, String)>;

/// Returns what [`onboard`] would do. Only reads.
pub(crate) async fn plan(hosting: &Hosting, customer: &Customer) -> Result<Steps, Error> {
    let domain = hosting.domains().plan(&customer.domain).await?;
    let certificate = match domain.is_write() {
        true => "checked once the domain is ready".to_owned(),
        false => {
            let names = [&customer.domain.domain];
            hosting.certificate().plan(names).await?.to_string()
        }
    };
    let php = hosting.ovh_configs().plan("", &customer.php).await?;
    let database = hosting.databases().plan(&customer.database).await?;
    let user = hosting.users().plan(&customer.user).await?;
    let job = hosting.crons().plan("shop-nightly", &customer.job).await?;
    Ok(vec![
        ("PHP", php.to_string()),
        ("domain", domain.to_string()),
        ("database", database.to_string()),
        ("user", user.to_string()),
        ("job", job.to_string()),
        ("certificate", certificate),
    ])
}

/// Reconciles the hosting to the desired state. After an error, run it again.
pub(crate) async fn onboard(hosting: &Hosting, customer: &Customer) -> Result<Steps, Error> {
    let php = hosting.ovh_configs().ensure("", &customer.php).await?;
    let domain = hosting.domains().ensure(&customer.domain).await?;
    let database = hosting.databases().ensure(&customer.database).await?;
    let user = hosting.users().ensure(&customer.user).await?;
    let job = hosting.crons();
    let job = job.ensure("shop-nightly", &customer.job).await?;
    let mut steps = vec![
        ("PHP", php.or_conflict()?.change.to_string()),
        ("domain", domain.or_conflict()?.change.to_string()),
        ("database", database.or_conflict()?.change.to_string()),
        ("user", user.or_conflict()?.change.to_string()),
        ("job", job.or_conflict()?.change.to_string()),
    ];
    // Last, since it is issued for attached domains. The state names what is left to do, such as
    // a DNS record at another provider.
    let certificate = hosting.certificate();
    let certificate = certificate.ensure([&customer.domain.domain]).await?;
    let certificate = certificate.or_conflict()?;
    steps.push(("certificate", certificate.change.to_string()));
    let domains = certificate.object.domains.iter();
    steps.extend(domains.map(|domain| ("HTTPS", domain.to_string())));
    Ok(steps)
}
