//! The work itself: say what is wanted, and `ensure` it.

use ovh_web::types::{
    DatabaseCapacity, EnvVarType, Language, NewCron, NewDatabase, NewDatabaseType, NewDomain,
    NewEnvVar, NewUser, SshState,
};
use ovh_web::{Change, Error, ErrorKind, Hosting};

/// A site as it has to be.
#[derive(Debug)]
pub(crate) struct Site {
    domain: NewDomain,
    database: NewDatabase,
    user: NewUser,
    variable: NewEnvVar,
    job: (String, String),
}

impl Site {
    /// A shop in a folder of its own. Names begin with the hosting's login, as the API wants it.
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

type Steps = Vec<(&'static str, Change)>;

/// What [`deploy`] would do. Only reads.
pub(crate) async fn plan(hosting: &Hosting, site: &Site) -> Result<Steps, Error> {
    let cron = site.cron(php(hosting).await?);
    Ok(vec![
        ("domain", hosting.domains().plan(&site.domain).await?),
        ("database", hosting.databases().plan(&site.database).await?),
        ("user", hosting.users().plan(&site.user).await?),
        ("variable", hosting.env_vars().plan(&site.variable).await?),
        ("job", hosting.crons().plan("shop-nightly", &cron).await?),
        ("certificate", certificate(hosting, false).await?),
    ])
}

/// Brings the hosting into the state that the site wants.
pub(crate) async fn deploy(hosting: &Hosting, site: &Site) -> Result<Steps, Error> {
    let cron = site.cron(php(hosting).await?);
    let (databases, env_vars) = (hosting.databases(), hosting.env_vars());
    let job = hosting.crons().ensure("shop-nightly", &cron).await?;
    let steps = vec![
        (
            "domain",
            hosting.domains().ensure(&site.domain).await?.change,
        ),
        ("database", databases.ensure(&site.database).await?.change),
        ("user", hosting.users().ensure(&site.user).await?.change),
        ("variable", env_vars.ensure(&site.variable).await?.change),
        ("job", job.change),
        // Last, since it is made for the domains that are there.
        ("certificate", certificate(hosting, true).await?),
    ];
    for (what, change) in &steps {
        if let Change::Conflict { fields } = change {
            let text = format!("the {what} is there with another {}", fields.join(", "));
            return Err(Error::builder(ErrorKind::Conflict, text)
                .hint("remove it by hand, if nothing in it is needed")
                .build());
        }
    }
    Ok(steps)
}

/// The hosting's free certificate, which is ordered unless there is any.
async fn certificate(hosting: &Hosting, write: bool) -> Result<Change, Error> {
    match hosting.certificate().get().await {
        Ok(_) => return Ok(Change::Unchanged),
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(error),
    }
    if write {
        hosting.certificate().order_free().await?.wait().await?;
    }
    Ok(Change::Created)
}

/// Returns the newest PHP that a cron may use here.
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
