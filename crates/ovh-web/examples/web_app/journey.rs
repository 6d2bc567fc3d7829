//! The 13 calls of the guide in order, then the cleanup.

use std::error::Error as StdError;
use std::time::Instant;

use ovh_web::types::{
    DatabaseCapacity, DumpDate, ModuleDependencyInput, NewDatabase, NewDatabaseType, NewDomain,
    NewDump, NewModule, NewUser, Secret, SshState,
};
use ovh_web::{Client, Error, Hosting, WaitPolicy};

use crate::options::Options;
use crate::report::Report;

/// The objects to create, and the hosting.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) service: String,
    pub(crate) domain: String,
    pub(crate) path: String,
    /// The user of the new database; it starts with the hosting's login.
    pub(crate) database_user: String,
    /// The FTP/SSH user, which starts with the hosting's login too.
    pub(crate) login: String,
    pub(crate) application: String,
    pub(crate) keep: bool,
    password: Secret,
    policy: WaitPolicy,
}

impl Plan {
    /// Returns a plan for the sandbox's hosting.
    pub(crate) fn sandbox(policy: WaitPolicy) -> Self {
        Self {
            service: "example.cluster01.hosting.ovh.net".to_owned(),
            domain: "shop.example.com".to_owned(),
            path: "shop".to_owned(),
            database_user: "exampleshop".to_owned(),
            login: "example-shop".to_owned(),
            application: "WordPress".to_owned(),
            keep: false,
            password: password(),
            policy,
        }
    }

    /// Returns a plan for a real hosting, using its login. Only reads.
    pub(crate) async fn live(
        client: &Client,
        options: &Options,
    ) -> Result<Self, Box<dyn StdError>> {
        let service = options.service.clone().unwrap_or_default();
        let login = client.hosting(&service).get().await?.primary_login;
        let password = match (options.keep, std::env::var("WEB_APP_PASSWORD")) {
            (_, Ok(given)) if !given.is_empty() => Secret::new(given),
            (true, _) => {
                return Err(
                    "--keep needs a password in WEB_APP_PASSWORD, since you have to know it".into(),
                );
            }
            (false, _) => password(),
        };
        Ok(Self {
            service,
            domain: options.domain.clone().unwrap_or_default(),
            path: "ovh-web-demo".to_owned(),
            database_user: format!("{login}demo"),
            login: format!("{login}-demo"),
            application: "WordPress".to_owned(),
            keep: options.keep,
            password,
            policy: WaitPolicy::default(),
        })
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
pub(crate) async fn travel(client: &Client, plan: &Plan, report: &Report) -> Result<(), Error> {
    let begun = Instant::now();

    report.step(1, "hosting::list", "find my hostings");
    let names = client.hostings().names().await?;
    report.answer(names.join(", "));
    let hosting = client.hosting(&plan.service);

    report.step(
        2,
        "domains::attach",
        &format!(
            "attach the domain {} to the folder {}",
            plan.domain, plan.path
        ),
    );
    let domain = NewDomain::new(&*plan.domain, &*plan.path)
        .ssl(true)
        .bypass_dns_configuration(true);
    let task = hosting.domains().attach(&domain).await?;
    report.created(format!("domain {}", plan.domain));
    report.wait(task, plan.policy).await?;

    report.step(3, "certificates::create", "issue an SSL certificate");
    let ordered = issue_certificate(&hosting, plan, report).await?;

    report.step(
        4,
        "databases::create",
        &format!("create the database of {}", plan.database_user),
    );
    let database = NewDatabase::new(
        DatabaseCapacity::SqlPerso,
        NewDatabaseType::Mysql,
        &*plan.database_user,
    )
    .password(plan.password.clone());
    let task = hosting.databases().create(&database).await?;
    report.created(format!("database {}", plan.database_user));
    report.wait(task, plan.policy).await?;

    report.step(5, "databases::list", "list databases");
    let databases = hosting.databases().list().await?;
    for database in &databases {
        report.answer(format!(
            "{} ({} {})",
            database.name, database.type_, database.version
        ));
    }
    let database = databases
        .iter()
        .find(|database| database.user == plan.database_user)
        .ok_or_else(|| missing("the new database is not in the list"))?;

    report.step(6, "module_catalog::list", "list installable modules");
    let modules = client.modules().list().await?;
    report.answer(
        modules
            .iter()
            .map(|module| format!("{} {}", module.name, module.version))
            .collect::<Vec<_>>()
            .join(", "),
    );
    let module = modules
        .iter()
        .filter(|module| module.active && module.name.eq_ignore_ascii_case(&plan.application))
        .max_by_key(|module| module.latest)
        .ok_or_else(|| missing("the application is not in the catalogue"))?;

    report.step(
        7,
        "module_catalog::get",
        &format!("describe the module {}", module.id),
    );
    let module = client.modules().get(module.id).await?;
    report.answer(format!(
        "{} {} ({}), in {} languages",
        module.name,
        module.version,
        module.branch,
        module.language.len()
    ));

    report.step(
        8,
        "modules::install",
        &format!("install {} into {}", module.name, plan.path),
    );
    let dependency = ModuleDependencyInput::new()
        .name(&*database.name)
        .user(&*database.user)
        .password(plan.password.clone());
    let dependency = match &database.server {
        Some(server) => dependency.server(&**server).port(database.port),
        None => dependency,
    };
    let install = NewModule::new(module.id)
        .domain(&*plan.domain)
        .path(&*plan.path)
        .admin_password(plan.password.clone())
        .dependencies(vec![dependency]);
    let task = hosting.modules().install(&install).await?;
    report.created(format!("application {}", module.name));
    report.wait(task, plan.policy).await?;
    let installed = hosting
        .modules()
        .list()
        .await?
        .into_iter()
        .find(|candidate| candidate.path.trim_matches('/') == plan.path)
        .ok_or_else(|| missing("the new application is not in the list"))?;

    report.step(
        9,
        "users::create",
        &format!("create the FTP/SSH user {}", plan.login),
    );
    let user =
        NewUser::new(&*plan.path, &*plan.login, plan.password.clone()).ssh_state(SshState::None);
    let task = hosting.users().create(&user).await?;
    report.created(format!("user {}", plan.login));
    report.wait(task, plan.policy).await?;

    report.step(10, "users::list", "list FTP/SSH users");
    report.answer(hosting.users().logins().await?.join(", "));

    report.step(
        11,
        "dumps::create",
        &format!("back up the database {}", database.name),
    );
    let database = hosting.database(&*database.name);
    let task = database
        .dumps()
        .create(&NewDump::new(DumpDate::Now))
        .await?;
    report.created(format!("dump of {}", plan.database_user));
    report.wait(task, plan.policy).await?;

    report.step(12, "dumps::list", "list backups");
    let dumps = database.dumps().list().await?;
    for dump in &dumps {
        report.answer(format!(
            "dump {} of {}, kept until {}",
            dump.id, dump.creation_date, dump.deletion_date
        ));
    }
    let dump = dumps
        .iter()
        .max_by_key(|dump| dump.creation_date)
        .ok_or_else(|| missing("the new dump is not in the list"))?;

    report.step(
        13,
        "dumps::restore",
        &format!("restore the backup {}", dump.id),
    );
    report
        .wait(database.dump(dump.id).restore().await?, plan.policy)
        .await?;

    if plan.keep {
        report.part("kept, as was asked for (--keep)");
    } else {
        report.part("cleanup: what was created goes, the last first");
        report
            .wait(database.dump(dump.id).delete().await?, plan.policy)
            .await?;
        report.removed(&format!("dump of {}", plan.database_user));
        report
            .wait(hosting.users().delete(&plan.login).await?, plan.policy)
            .await?;
        report.removed(&format!("user {}", plan.login));
        report
            .wait(
                hosting.modules().uninstall(installed.id).await?,
                plan.policy,
            )
            .await?;
        report.removed(&format!("application {}", module.name));
        report.wait(database.delete().await?, plan.policy).await?;
        report.removed(&format!("database {}", plan.database_user));
        if ordered {
            hosting
                .certificate()
                .delete()
                .await?
                .wait_with(plan.policy)
                .await?;
            report.removed("certificate");
            report.answer("certificate removed");
        }
        report
            .wait(hosting.domains().detach(&plan.domain).await?, plan.policy)
            .await?;
        report.removed(&format!("domain {}", plan.domain));
    }
    report.summary(begun);
    Ok(())
}

/// Orders the free certificate, unless there is one; `true` if it did.
async fn issue_certificate(hosting: &Hosting, plan: &Plan, report: &Report) -> Result<bool, Error> {
    match hosting.certificate().get().await {
        Ok(certificate) => {
            report.answer(format!(
                "the hosting has one already: {} ({})",
                certificate.provider, certificate.status
            ));
            return Ok(false);
        }
        Err(error) if error.is_gone() => {}
        Err(error) => return Err(error),
    }
    let begun = Instant::now();
    let order = hosting.certificate().order_free().await?;
    report.created("certificate");
    let certificate = order.wait_with(plan.policy).await?;
    report.answer(format!(
        "{} certificate by {} is {} after {:.1} s",
        certificate.type_,
        certificate.provider,
        certificate.status,
        begun.elapsed().as_secs_f64()
    ));
    Ok(true)
}

fn missing(what: &str) -> Error {
    Error::builder(ovh_web::ErrorKind::NotFound, what)
        .hint("look at the hosting in the control panel: something else may be changing it")
        .build()
}
