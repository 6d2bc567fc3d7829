//! The actions of a step for each kind of object: change, wait, read, list.

use std::fmt;

use ovh_web::handle::Task;
use ovh_web::types::{
    CronUpdate, DomainUpdate, EnvVarType, Language, NewCron, NewDomain, NewEnvVar, NewUser,
    UserUpdate,
};
use ovh_web::{BoxFuture, Client, Error};

use super::model::{Kind, Object, Values};

/// Waits for work that was started. It can be called again.
pub(super) type Work = Box<dyn Fn() -> BoxFuture<'static, Result<(), Error>> + Send>;

/// Work that goes on.
pub(super) struct Started {
    pub(super) object: Object,
    /// The expected result.
    pub(super) new: Option<String>,
    pub(super) work: Work,
    /// `true` if a fault makes it fail.
    pub(super) fails: bool,
}

impl fmt::Debug for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started")
            .field("object", &self.object)
            .field("new", &self.new)
            .finish_non_exhaustive()
    }
}

/// The wait for a task and for the object that it gives.
fn task<T: Send + 'static>(task: Task<T>) -> Work {
    Box::new(move || {
        let task = task.clone();
        Box::pin(async move { task.wait().await.map(drop) })
    })
}

/// The wait for what the API gives no task for: the object is looked at until it settles.
macro_rules! pending {
    ($pending:expr) => {{
        let pending = std::sync::Arc::new($pending);
        let work: Work = Box::new(move || {
            let pending = std::sync::Arc::clone(&pending);
            Box::pin(async move { pending.wait().await.map(drop) })
        });
        work
    }};
}

/// Begins to change an object.
pub(super) async fn change(
    client: &Client,
    object: &Object,
    old: Option<&str>,
    new: Option<&str>,
) -> Result<Work, Error> {
    let hosting = client.hosting(&object.service);
    let name = &*object.name;
    Ok(match (object.kind, old, new) {
        (Kind::Domain, None, Some(new)) => {
            task(hosting.domains().attach(&NewDomain::new(name, new)).await?)
        }
        (Kind::Domain, Some(_), Some(new)) => {
            let update = DomainUpdate::new().path(new);
            pending!(hosting.domains().update(name, &update).await?)
        }
        (Kind::Domain, _, None) => task(hosting.domains().detach(name).await?),
        (Kind::User, None, Some(new)) => {
            let user = NewUser::new(new, name, "aLongPassword1");
            task(hosting.users().create(&user).await?)
        }
        (Kind::User, Some(_), Some(new)) => {
            let update = UserUpdate::new().home(new);
            pending!(hosting.users().update(name, &update).await?)
        }
        (Kind::User, _, None) => task(hosting.users().delete(name).await?),
        (Kind::EnvVar, None, Some(new)) => {
            let variable = NewEnvVar::new(name, EnvVarType::String, new);
            task(hosting.env_vars().create(&variable).await?)
        }
        (Kind::EnvVar, Some(_), Some(new)) => task(hosting.env_vars().update(name, new).await?),
        (Kind::EnvVar, _, None) => task(hosting.env_vars().delete(name).await?),
        (Kind::Cron, None, Some(new)) => {
            let cron = NewCron::new(name, new, Language::from("php8.4"));
            task(hosting.crons().create(&cron).await?)
        }
        (Kind::Cron, _, new) => {
            // The API knows a cron by a number, and its user by what it runs.
            let crons = hosting.crons().list().await?;
            let Some(id) = crons.iter().find(|it| it.command == name).map(|it| it.id) else {
                panic!("there is no cron {name}, and the model has it");
            };
            match new {
                Some(new) => {
                    let update = CronUpdate::new().frequency(new);
                    pending!(hosting.crons().update(id, &update).await?)
                }
                None => task(hosting.crons().delete(id).await?),
            }
        }
    })
}

/// The value of an object, if it is there.
pub(super) async fn read(client: &Client, object: &Object) -> Result<Option<String>, Error> {
    let hosting = client.hosting(&object.service);
    let name = &*object.name;
    match object.kind {
        Kind::Domain => there(hosting.domains().get(name).fresh(), |it| it.path).await,
        Kind::User => there(hosting.users().get(name).fresh(), |it| it.home).await,
        Kind::EnvVar => {
            there(hosting.env_vars().get(name).fresh(), |it| {
                it.value.expose().to_owned()
            })
            .await
        }
        Kind::Cron => {
            let mut found = list(client, &object.service, Kind::Cron).await?;
            Ok(found.remove(name))
        }
    }
}

async fn there<T>(
    call: impl IntoFuture<Output = Result<T, Error>>,
    value: impl FnOnce(T) -> String,
) -> Result<Option<String>, Error> {
    match call.into_future().await {
        Ok(object) => Ok(Some(value(object))),
        Err(error) if error.is_gone() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Everything of a kind, but for what a hosting has by itself.
pub(super) async fn list(client: &Client, service: &str, kind: Kind) -> Result<Values, Error> {
    let hosting = client.hosting(service);
    Ok(match kind {
        Kind::Domain => {
            let all = hosting.domains().list().await?;
            all.into_iter()
                .filter(|it| it.domain != service)
                .map(|it| (it.domain, it.path))
                .collect()
        }
        Kind::User => {
            let all = hosting.users().list().await?;
            all.into_iter()
                .filter(|it| !it.is_primary_account)
                .map(|it| (it.login, it.home))
                .collect()
        }
        Kind::EnvVar => {
            let all = hosting.env_vars().list().await?;
            all.into_iter()
                .map(|it| (it.key, it.value.expose().to_owned()))
                .collect()
        }
        Kind::Cron => {
            let all = hosting.crons().list().await?;
            all.into_iter()
                .map(|it| (it.command, it.frequency))
                .collect()
        }
    })
}
