//! Websites from a repository, and their deployments.

use serde_json::{Value, json};

use super::hosting::Hosting;
use super::resources::{Key, Kind, Resource};
use super::tasks::End;
use crate::clock::Moment;

/// A path without its leading and trailing dots and slashes.
pub(crate) fn folder(path: &str) -> &str {
    path.trim_matches(['.', '/'])
}

impl Hosting {
    /// The website in a folder.
    pub(crate) fn website_in(&self, place: &str) -> Option<&Resource> {
        let mut websites = self.resources.values(Kind::Website);
        websites.find(|website| folder(website.text("path")) == place)
    }

    /// Returns `true` if a module is installed in a folder.
    pub(crate) fn has_module_in(&self, place: &str) -> bool {
        let mut modules = self.resources.values(Kind::Module);
        modules.any(|module| folder(module.text("path")) == place)
    }

    /// A `hosting.web.Website`.
    pub(crate) fn website_json(&self, website: &Resource) -> Value {
        let place = folder(website.text("path"));
        let domains: Vec<_> = self
            .resources
            .values(Kind::Domain)
            .filter(|domain| folder(domain.text("path")) == place)
            .map(|domain| {
                json!({
                    "cdn": domain.text("cdn") == "active",
                    "fqdn": domain.text("domain"),
                    "ssl": domain.flag("ssl"),
                })
            })
            .collect();
        let mut value = website.json();
        value["domains"] = domains.into();
        value["hostingDisplayName"] = self.display_name.as_deref().unwrap_or(&self.service).into();
        value
    }

    /// A deployment that starts now, with its key.
    pub(crate) fn new_deployment(
        &self,
        website: &Key,
        branch: &str,
        reset: bool,
        now: Moment,
    ) -> (Key, Resource) {
        let id = self.ids.next();
        let shown = json!({
            "date": now.rfc3339(),
            "id": id,
            "reset": reset,
            // Guess: the value for a deployment that a call started.
            "source": "manual",
            "status": "doing",
            "vcsBranch": branch,
            "vcsCommitId": null,
            "vcsCommitMessage": null,
            "websiteId": website.json(),
        });
        let resource = Resource::new(shown).with_hidden(json!([log(now, "The deployment starts")]));
        (Key::Number(id).within(website.clone()), resource)
    }

    /// Records the result of a deployment.
    pub(crate) fn end_deployment(&mut self, key: &Key, end: End) {
        let Some(deployment) = self.resources.find_mut(Kind::Deployment, key) else {
            return;
        };
        let message = match end.failed {
            true => "The deployment failed",
            false => "The deployment is done",
        };
        if let Some(lines) = deployment.hidden.as_array_mut() {
            lines.push(log(end.at, message));
        }
        if !end.failed {
            deployment.set("vcsCommitId", format!("{:040x}", 0x5eed_u32));
            deployment.set("vcsCommitMessage", "A commit that the sandbox made up");
        }
    }
}

/// A `hosting.web.website.deployment.LogsMessage`.
fn log(at: Moment, message: &str) -> Value {
    json!({"date": at.rfc3339(), "message": message})
}
