//! Websites of a hosting in version 2: created with domain, module and database in one request.
//!
//! Their work shows in the object: its status, its tasks, and a wanted beside a current state.

use ovh_runtime::{Call, Error, Page, PageStream};
use ovh_webhosting_client::types::{
    CurrentTask, CurrentTaskStatus, NewWebsite, NewWebsiteSpec, ResourceStatus, Website,
    WebsiteDomain, WebsiteSpecInput, WebsiteUpdate,
};

use crate::Pending;
use crate::hosting::handle::Hosting;
use crate::pending::{HasStatus, ProvisioningState};
use crate::wait::Work;

impl Hosting {
    /// Returns the handle of the websites of version 2 (beta).
    #[must_use]
    pub fn site_websites(&self) -> SiteWebsites {
        SiteWebsites {
            hosting: self.clone(),
        }
    }
}

/// The websites of a hosting, in version 2 of the API (beta).
///
/// A website is a folder with its domains. Version 1 has the name for folders that are deployed from
/// Git repositories: [`Hosting::websites`].
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// let mut websites = client.hosting("example.ovh").site_websites().list();
/// while let Some(website) = websites.next().await {
///     let website = website?;
///     println!("{}: {}", website.id, website.current_state.path);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SiteWebsites {
    hosting: Hosting,
}

impl SiteWebsites {
    /// Returns the hosting.
    #[must_use]
    pub const fn hosting(&self) -> &Hosting {
        &self.hosting
    }

    /// Streams the websites.
    pub fn list(&self) -> PageStream<Website> {
        let raw = self.hosting.client().raw_webhosting();
        all(raw.websites().page(self.hosting.service_name()))
    }

    /// Streams the domains of a website.
    pub fn domains(&self, id: &str) -> PageStream<WebsiteDomain> {
        let raw = self.hosting.client().raw_webhosting();
        let service = self.hosting.service_name();
        all(raw.websites().domains_page(service, id))
    }

    /// Reads a website.
    pub fn get(&self, id: &str) -> Call<Website> {
        let raw = self.hosting.client().raw_webhosting();
        raw.websites().get(self.hosting.service_name(), id)
    }

    /// Creates a website: attaches its domain, and installs a module and its database, if wanted.
    ///
    /// Unless `bypass_dns_configuration` is set, the domain's DNS records are changed.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::webhosting::types::NewWebsiteSpec;
    ///
    /// let websites = client.hosting("example.ovh").site_websites();
    /// let wanted = NewWebsiteSpec::new("shop.example.com", "shop").path("shop");
    /// let website = websites.create(wanted).await?.wait().await?;
    /// println!("{}: {}", website.id, website.current_state.path);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, website: NewWebsiteSpec) -> Result<Pending<Website>, Error> {
        let raw = self.hosting.client().raw_webhosting();
        let body = NewWebsite::new(website);
        let service = self.hosting.service_name();
        Ok(self.pending(raw.websites().create(service, &body).await?))
    }

    /// Renames a website.
    pub async fn rename(
        &self,
        id: &str,
        name: impl Into<String>,
    ) -> Result<Pending<Website>, Error> {
        let raw = self.hosting.client().raw_webhosting();
        let body = WebsiteUpdate::new().target_spec(WebsiteSpecInput::new(name));
        let service = self.hosting.service_name();
        Ok(self.pending(raw.websites().update(service, id, &body).await?))
    }

    fn pending(&self, website: Website) -> Pending<Website> {
        let (handle, id) = (self.clone(), website.id.clone());
        let what = format!("the website {id}");
        Pending::new(&self.hosting, what, move || handle.get(&id))
            .with_first(website)
            .taking(Work::Day)
    }
}

/// All pages, in the server's own size, since its largest one is undocumented.
fn all<T: 'static>(call: Call<Page<T>>) -> PageStream<T> {
    call.fresh().stream()
}

impl HasStatus for Website {
    fn status(&self) -> &str {
        self.resource_status.as_str()
    }

    /// Ready once nothing is in progress, and the current state is the wanted one.
    fn state(&self) -> ProvisioningState {
        let tasks = self.current_tasks.as_deref().unwrap_or_default();
        let failed = Some(CurrentTaskStatus::Error);
        if tasks.iter().any(|task| task.status == failed) {
            return ProvisioningState::Failed;
        }
        match self.resource_status {
            ResourceStatus::Error => ProvisioningState::Failed,
            ResourceStatus::Deleting => ProvisioningState::Deleting,
            ResourceStatus::Ready
                if tasks.is_empty() && self.current_state.name == self.target_spec.name =>
            {
                ProvisioningState::Ready
            }
            _ => ProvisioningState::InProgress,
        }
    }

    fn reason(&self) -> Option<String> {
        let of_task = |task: &CurrentTask| match task.status {
            Some(CurrentTaskStatus::WaitingUserInput) => {
                vec![format!("`{}` waits for user input", task.type_)]
            }
            _ => {
                let errors = task.errors.iter().flatten();
                errors.map(|error| error.message.clone()).collect()
            }
        };
        let tasks = self.current_tasks.iter().flatten();
        let reasons: Vec<String> = tasks.flat_map(of_task).collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn website(status: &str, task: Option<&str>, name: &str) -> Website {
        let task = task.map(|status| {
            serde_json::json!({"id": "1", "link": "/", "status": status, "type": "website/create"})
        });
        let json = serde_json::json!({
            "checksum": "c",
            "currentState": {
                "git": {"status": "DISABLED", "vcsBranch": null, "vcsUrl": null},
                "linkedDomains": 1, "module": {"enabled": false}, "name": "shop", "path": "shop",
            },
            "currentTasks": task.into_iter().collect::<Vec<_>>(),
            "id": "1",
            "resourceStatus": status,
            "targetSpec": {"name": name},
        });
        serde_json::from_value(json).expect("a website")
    }

    #[test]
    fn website_is_ready_without_open_work() {
        use ProvisioningState::{Deleting, Failed, InProgress, Ready};
        for (status, task, name, state) in [
            ("READY", None, "shop", Ready),
            ("READY", None, "new", InProgress),
            ("READY", Some("RUNNING"), "shop", InProgress),
            ("CREATING", Some("PENDING"), "shop", InProgress),
            ("UPDATING", Some("ERROR"), "shop", Failed),
            ("ERROR", None, "shop", Failed),
            ("DELETING", None, "shop", Deleting),
            ("OUT_OF_SYNC", None, "shop", InProgress),
            ("SOMETHING_NEW", None, "shop", InProgress),
        ] {
            let website = website(status, task, name);
            assert_eq!(website.state(), state, "{status} {task:?} {name}");
        }
    }
}
