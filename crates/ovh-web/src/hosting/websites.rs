//! Websites deployed from git repositories, and their deployments.

use ovh_runtime::{Call, Error, List};

use super::created::Creation;
use super::resource::{Collection, handle, operations, pending, reads};
use crate::hosting::handle::Hosting;
use crate::task::Task;
use crate::types::{
    Deployment, DeploymentLog, DeploymentRequest, ListWebsites, NewWebsite, Vcs, VcsWebhooks,
    Website, WebsiteCreationCapabilities, WebsiteDeleteFiles, WebsiteUpdate,
};
use crate::wait::Work;

handle! {
    /// The websites of a hosting that are deployed from git repositories.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::NewWebsite;
    ///
    /// let hosting = client.hosting("example.ovh");
    /// // A private repository needs this deploy key first.
    /// println!("{}", hosting.ensure_ssh_key().await?.public_key);
    /// let wanted = NewWebsite::new("site", "main", "git@github.com:example/site.git");
    /// let done = hosting.websites().ensure(&wanted).await?.or_conflict()?;
    /// // created
    /// println!("{}: {}", done.object.path, done.change);
    /// # Ok(())
    /// # }
    /// ```
    Websites
}

reads! {
    Websites: websites |websites| &websites.hosting;
    /// Reads a website.
    get(id: i64) -> Website, "website", "websites";
    ids: i64; ids_with(filter: ListWebsites)
}

pending! { Websites: websites(id: i64) -> Website, "website" }

impl Websites {
    operations! {
        [websites |websites| &websites.hosting]

        /// Reads how many more websites can be created.
        fn creation_capabilities() -> WebsiteCreationCapabilities;

        /// Connects a folder of the hosting to a repository, and deploys it.
        async fn create(website: &NewWebsite) -> Task =
            |websites, task| websites.started(task).taking(Work::Day);

        /// Changes the deployed branch.
        fn update(id: i64, update: &WebsiteUpdate) -> Website;

        /// Returns the webhook URL that deploys each push. It is a secret.
        ///
        /// `path` is the folder of the website.
        fn webhooks(path: &str, vcs: &Vcs) -> VcsWebhooks => vcs.webhooks(path, vcs);

        /// Disconnects the folder from its repository, and keeps or deletes its files.
        async fn delete(id: i64, files: WebsiteDeleteFiles) -> Task
            => websites.delete(id, &files)
            = |websites, task| websites.removing(task, id);
    }

    /// Deploys the current content of the repository.
    ///
    /// The task returns the deployment, whose log is in [`Deployments::logs`]. After an error,
    /// [`Deployments::latest`] returns it.
    ///
    /// Operation: `websites::deploy`.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::DeploymentRequest;
    ///
    /// let websites = client.hosting("example.ovh").websites();
    /// let deployments = websites.deployments(7);
    /// let task = websites.deploy(7, &DeploymentRequest::new()).await?;
    /// if let Err(error) = task.wait().await {
    ///     if let Some(failed) = deployments.latest().await? {
    ///         for line in deployments.logs(failed.id).await?.all()? {
    ///             eprintln!("{} {}", line.date, line.message);
    ///         }
    ///     }
    ///     return Err(error);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn deploy(
        &self,
        id: i64,
        request: &DeploymentRequest,
    ) -> Result<Task<Deployment>, Error> {
        let what = format!("deployment of the website {id}");
        let deployments = self.deployments(id);
        let creation = Creation::begin(&deployments, what, |it: &Deployment| it.id).await;
        let raw = self.hosting.raw().websites();
        let task = raw.deploy(self.hosting.service_name(), id, request).await?;
        let task = self.started(task).taking(Work::Day);
        Ok(creation.output_of(task, |_| true))
    }

    /// Lists the code platforms from which websites can be deployed.
    ///
    /// Operation: `vcs::supported`.
    pub fn platforms(&self) -> Call<Vec<Vcs>> {
        self.hosting.raw().vcs().supported()
    }

    /// Returns the handle of a website's deployments.
    #[must_use]
    pub fn deployments(&self, id: i64) -> Deployments {
        Deployments {
            hosting: self.hosting.clone(),
            website: id,
        }
    }
}

/// The deployments of a website.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let deployments = client.hosting("example.ovh").websites().deployments(7);
/// for deployment in deployments.list().await? {
///     println!("{} {}: {}", deployment.date, deployment.vcs_branch, deployment.status);
/// }
/// if let Some(latest) = deployments.latest().await? {
///     for line in deployments.logs(latest.id).await?.all()? {
///         println!("{} {}", line.date, line.message);
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Deployments {
    hosting: Hosting,
    website: i64,
}

reads! {
    Deployments: deployments |of| &of.hosting, of.website;
    /// Reads a deployment.
    get(id: i64) -> Deployment, "deployment", "deployments";
    ids: i64
}

impl Deployments {
    operations! {
        [deployments |of| &of.hosting, of.website]

        /// Lists the log lines of a deployment.
        fn logs(id: i64) -> List<DeploymentLog>;
    }

    /// Returns the latest deployment; `None` if there is none.
    pub async fn latest(&self) -> Result<Option<Deployment>, Error> {
        let all = self.list().await?.into_iter();
        Ok(all.max_by_key(|deployment| (deployment.date, deployment.id)))
    }
}
