//! Websites deployed from git repositories, and their deployments.

use ovh_runtime::List;

use super::resource::{Collection, handle, operations, reads};
use crate::Task;
use crate::handle::Hosting;
use crate::types::{
    Deployment, DeploymentLog, DeploymentRequest, ListWebsites, NewWebsite, Website,
    WebsiteCreationCapabilities, WebsiteDeleteFiles, WebsiteUpdate,
};
use crate::wait::Work;

handle! {
    /// The websites of a hosting that are deployed from git repositories.
    Websites
}

reads! {
    Websites: websites |websites| &websites.hosting;
    /// Reads a website.
    get(id: i64) -> Website, "website", "websites";
    ids: i64; ids_with(filter: ListWebsites)
}

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

        /// Deploys the current content of the repository.
        async fn deploy(id: i64, request: &DeploymentRequest) -> Task<Website> =
            |websites, task| websites.changing(task, id).taking(Work::Day);

        /// Disconnects the folder from its repository, and keeps or deletes its files.
        async fn delete(id: i64, files: WebsiteDeleteFiles) -> Task
            => websites.delete(id, &files)
            = |websites, task| websites.removing(task, id);
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
}
