//! The 13 calls of the guide in order, then the cleanup.

use std::fmt;
use std::time::Instant;

use ovh_web::handle::Hosting;
use ovh_web::types::{
    DatabaseCapacity, DumpDate, ModuleDependencyInput, NewDatabase, NewDatabaseType, NewDomain,
    NewDump, NewModule, NewUser, Secret, SshState,
};
use ovh_web::{Client, Error, WaitPolicy};

use crate::report::Report;

/// The objects to create, and the hosting.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) service: String,
    pub(crate) domain: String,
    pub(crate) path: &'static str,
    /// The user of the new database; it starts with the hosting's login.
    pub(crate) database_user: String,
    /// The FTP/SSH user, which starts with the hosting's login too.
    pub(crate) login: String,
    password: Secret,
    policy: WaitPolicy,
}

impl Plan {
    /// Returns a plan for the sandbox's hosting.
    pub(crate) fn sandbox(policy: WaitPolicy) -> Self {
        Self {
            service: "example.cluster01.hosting.ovh.net".to_owned(),
            domain: "shop.example.com".to_owned(),
            path: "shop",
            database_user: "exampleshop".to_owned(),
            login: "example-shop".to_owned(),
            password: password(),
            policy,
        }
    }

    /// Returns a plan for a real hosting, using its login. Only reads.
    pub(crate) async fn live(
        client: &Client,
        service: String,
        domain: String,
    ) -> Result<Self, Error> {
        let login = client.hosting(&service).get().await?.primary_login;
        Ok(Self {
            service,
            domain,
            path: "ovh-web-demo",
            database_user: format!("{login}demo"),
            login: format!("{login}-demo"),
            password: password(),
            policy: WaitPolicy::default(),
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, domain, .. } = self;
        let (user, login) = (&self.database_user, &self.login);
        writeln!(f, "On the hosting {}:", self.service)?;
        write!(f, "  attach the domain {domain} to the folder {path}, ")?;
        writeln!(f, "without changing its DNS")?;
        write!(f, "  order the free certificate, ")?;
        writeln!(f, "unless the hosting has one")?;
        writeln!(f, "  create the database of the user {user}")?;
        writeln!(f, "  install WordPress into {path}")?;
        writeln!(f, "  create the FTP/SSH user {login} with the home {path}")?;
        writeln!(f, "  back up the database, and restore the backup")?;
        write!(f, "Then delete all that was created.")
    }
}

/// A random password; what it protects is deleted at the end.
fn password() -> Secret {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).expect("every system that this runs on has a source of randomness");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Secret::new(format!("Aa1{hex}"))
}

/// Makes the 13 calls, then deletes what they created.
pub(crate) async fn run(client: &Client, plan: &Plan, report: &Report) -> Result<(), Error> {
    let start = Instant::now();
    let (path, policy) = (plan.path, plan.policy);

    report.step(1, "hosting::list", "list hostings");
    report.result(client.hostings().names().await?.join(", "));
    let hosting = client.hosting(&plan.service);

    let title = format!("attach {} to {path}", plan.domain);
    report.step(2, "domains::attach", title);
    let domain = NewDomain::new(&*plan.domain, path)
        .ssl(true)
        .bypass_dns_configuration(true);
    let task = hosting.domains().attach(&domain).await?;
    report.created(format!("domain {}", plan.domain));
    report.wait(task, policy).await?;

    report.step(3, "certificates::create", "issue an SSL certificate");
    let ordered = issue_certificate(&hosting, policy, report).await?;

    let user = &*plan.database_user;
    let title = format!("create the database of {user}");
    report.step(4, "databases::create", title);
    let database = NewDatabase::new(DatabaseCapacity::SqlPerso, NewDatabaseType::Mysql, user)
        .password(plan.password.clone());
    let task = hosting.databases().create(&database).await?;
    report.created(format!("database {user}"));
    report.wait(task, policy).await?;

    report.step(5, "databases::list", "list databases");
    let databases = hosting.databases().list().await?;
    for database in &databases {
        let (name, version) = (&database.name, &database.version);
        report.result(format!("{name} ({} {version})", database.type_));
    }
    let mut databases = databases.into_iter();
    let database = databases.find(|database| database.user == user);
    let database = database.ok_or_else(|| missing("the new database is not in the list"))?;

    report.step(6, "module_catalog::list", "list installable modules");
    let modules = client.modules().list().await?;
    let names: Vec<_> = modules
        .iter()
        .map(|module| format!("{} {}", module.name, module.version))
        .collect();
    report.result(names.join(", "));
    let module = modules
        .iter()
        .filter(|module| module.active && module.name.eq_ignore_ascii_case("WordPress"))
        .max_by_key(|module| module.latest)
        .ok_or_else(|| missing("WordPress is not in the catalog"))?;

    let title = format!("describe the module {}", module.id);
    report.step(7, "module_catalog::get", title);
    let module = client.modules().get(module.id).await?;
    let languages = module.language.len();
    report.result(format!(
        "{} {}, in {languages} languages",
        module.name, module.version
    ));

    let title = format!("install {} into {path}", module.name);
    report.step(8, "modules::install", title);
    let mut dependency = ModuleDependencyInput::new()
        .name(&*database.name)
        .user(&*database.user)
        .password(plan.password.clone());
    if let Some(server) = &database.server {
        dependency = dependency.server(&**server).port(database.port);
    }
    let install = NewModule::new(module.id)
        .domain(&*plan.domain)
        .path(path)
        .admin_password(plan.password.clone())
        .dependencies(vec![dependency]);
    let task = hosting.modules().install(&install).await?;
    report.created(format!("module {}", module.name));
    report.wait(task, policy).await?;
    let mut modules = hosting.modules().list().await?.into_iter();
    let installed = modules.find(|module| module.path.trim_matches('/') == path);
    let installed = installed.ok_or_else(|| missing("the new module is not in the list"))?;

    let title = format!("create the FTP/SSH user {}", plan.login);
    report.step(9, "users::create", title);
    let user = NewUser::new(path, &*plan.login, plan.password.clone()).ssh_state(SshState::None);
    let task = hosting.users().create(&user).await?;
    report.created(format!("user {}", plan.login));
    report.wait(task, policy).await?;

    report.step(10, "users::list", "list FTP/SSH users");
    report.result(hosting.users().logins().await?.join(", "));

    let database = hosting.database(&*database.name);
    let title = format!("back up the database {}", database.name());
    report.step(11, "dumps::create", title);
    let dumps = database.dumps();
    let task = dumps.create(&NewDump::new(DumpDate::Now)).await?;
    report.created(format!("dump of {}", database.name()));
    let dump = report.wait(task, policy).await?;

    report.step(12, "dumps::list", "list backups");
    for dump in dumps.list().await? {
        let (id, created, deleted) = (dump.id, dump.creation_date, dump.deletion_date);
        report.result(format!("dump {id} of {created}, kept until {deleted}"));
    }

    let title = format!("restore the backup {}", dump.id);
    report.step(13, "dumps::restore", title);
    let dump = database.dump(dump.id);
    report.wait(dump.restore().await?, policy).await?;

    println!("\n    cleanup: delete what was created, the last first");
    report.wait(dump.delete().await?, policy).await?;
    report.removed();
    let task = hosting.users().delete(&plan.login).await?;
    report.wait(task, policy).await?;
    report.removed();
    let task = hosting.modules().uninstall(installed.id).await?;
    report.wait(task, policy).await?;
    report.removed();
    report.wait(database.delete().await?, policy).await?;
    report.removed();
    if ordered {
        let removal = hosting.certificate().delete().await?;
        removal.wait_with(policy).await?;
        report.result("certificate deleted");
        report.removed();
    }
    let task = hosting.domains().detach(&plan.domain).await?;
    report.wait(task, policy).await?;
    report.removed();
    let seconds = start.elapsed().as_secs_f64();
    println!("\nAll 13 calls of the guide were made, in {seconds:.1} s.");
    Ok(())
}

/// Orders the free certificate, unless there is one; `true` if it did.
async fn issue_certificate(
    hosting: &Hosting,
    policy: WaitPolicy,
    report: &Report,
) -> Result<bool, Error> {
    match hosting.certificate().get().await {
        Ok(certificate) => {
            let (provider, status) = (certificate.provider, certificate.status);
            report.result(format!("the hosting has one: {provider} ({status})"));
            return Ok(false);
        }
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error),
    }
    let order = hosting.certificate().order_free().await?;
    report.created("certificate".to_owned());
    let certificate = order.wait_with(policy).await?;
    let (provider, status) = (certificate.provider, certificate.status);
    report.result(format!(
        "{} certificate by {provider} is {status}",
        certificate.type_
    ));
    Ok(true)
}

fn missing(what: &str) -> Error {
    Error::builder(ovh_web::ErrorKind::NotFound, what)
        .hint("another program may be changing the hosting: check it in the control panel")
        .build()
}
