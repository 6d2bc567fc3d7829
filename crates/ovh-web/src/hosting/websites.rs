//! Websites deployed from git repositories, and their deployments.

use ovh_runtime::{Call, Error, List};

use super::resource::{handle, reads};
use crate::handle::Hosting;
use crate::types::{
    Deployment, DeploymentLog, DeploymentRequest, ListWebsites, NewWebsite, Website,
    WebsiteCreationCapabilities, WebsiteDeleteFiles, WebsiteUpdate,
};
use crate::wait::Work;
use crate::{Listing, Task};

handle! {
    /// The websites of a hosting that are deployed from git repositories.
    Websites
}

impl Websites {
    reads! {
        websites: Website, by ListWebsites;
        ids, ids_with, /// Their numbers.
        i64;
        /// Reads a website.
        get(id: i64) id => *id
    }

    /// Reads how many more websites can be created.
    pub fn creation_capabilities(&self) -> Call<WebsiteCreationCapabilities> {
        let raw = self.hosting.raw().websites();
        raw.creation_capabilities(self.hosting.service_name())
    }

    /// Connects a folder of the hosting to a repository, and deploys it.
    pub async fn create(&self, website: &NewWebsite) -> Result<Task, Error> {
        let raw = self.hosting.raw().websites();
        let task = raw.create(self.hosting.service_name(), website).await?;
        Ok(Task::started(&self.hosting, task).taking(Work::Day))
    }

    /// Changes the deployed branch.
    pub fn update(&self, id: i64, update: &WebsiteUpdate) -> Call<Website> {
        let raw = self.hosting.raw().websites();
        raw.update(self.hosting.service_name(), id, update)
    }

    /// Deploys the current content of the repository.
    pub async fn deploy(
        &self,
        id: i64,
        request: &DeploymentRequest,
    ) -> Result<Task<Website>, Error> {
        let raw = self.hosting.raw().websites();
        let task = raw.deploy(self.hosting.service_name(), id, request).await?;
        let task = Task::started(&self.hosting, task).taking(Work::Day);
        Ok(task.with_output(move |hosting| hosting.websites().get(id)))
    }

    /// Disconnects the folder from its repository, and keeps or deletes its files.
    pub async fn delete(&self, id: i64, files: WebsiteDeleteFiles) -> Result<Task, Error> {
        let raw = self.hosting.raw().websites();
        let task = raw.delete(self.hosting.service_name(), id, &files).await?;
        let what = format!("the website {id}");
        Ok(Task::started(&self.hosting, task)
            .removing(what, move |hosting| hosting.websites().get(id)))
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

impl Deployments {
    /// Lists the deployments.
    pub fn list(&self) -> Listing<Deployment, i64> {
        Listing::new(
            self.clone(),
            |of| {
                of.hosting
                    .raw()
                    .deployments()
                    .page(of.hosting.service_name(), of.website)
            },
            |of| {
                of.hosting
                    .raw()
                    .deployments()
                    .list(of.hosting.service_name(), of.website)
            },
            |of, id| of.get(*id),
        )
    }

    /// Returns the ids of the deployments.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.list().ids()
    }

    /// Reads a deployment.
    pub fn get(&self, id: i64) -> Call<Deployment> {
        let raw = self.hosting.raw().deployments();
        raw.get(self.hosting.service_name(), self.website, id)
    }

    /// Lists the log lines of a deployment.
    pub fn logs(&self, id: i64) -> Call<List<DeploymentLog>> {
        let raw = self.hosting.raw().deployments();
        raw.logs(self.hosting.service_name(), self.website, id)
    }
}
