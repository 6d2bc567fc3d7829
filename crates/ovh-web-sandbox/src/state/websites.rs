//! Websites that come from a repository, and their deployments.

use serde_json::{Value, json};

use super::generic_resources::{Key, Kind, Record};
use super::hosting::Hosting;
use crate::clock::Moment;

impl Hosting {
    /// The status of the website in a folder.
    pub(crate) fn website_status(&self, folder: &str) -> Option<&str> {
        self.website_in(folder)
            .map(|(_, website)| website.text("status"))
    }

    /// The website in a folder.
    pub(crate) fn website_in(&self, folder: &str) -> Option<(&Key, &Record)> {
        self.records
            .all(Kind::Website)
            .find(|(_, website)| website.text("path").trim_matches(['.', '/']) == folder)
    }

    /// A `hosting.web.Website`.
    pub(crate) fn website_json(&self, website: &Record) -> Value {
        let folder = website.text("path").trim_matches(['.', '/']);
        let domains: Vec<_> = self
            .domains
            .values()
            .filter(|domain| domain.folder() == folder)
            .map(|domain| json!({"cdn": domain.cdn == "active", "fqdn": domain.domain, "ssl": domain.ssl}))
            .collect();
        let mut value = website.json();
        value["domains"] = domains.into();
        value["hostingDisplayName"] = self.display_name.as_deref().unwrap_or(&self.service).into();
        value
    }

    /// Adds a deployment that is under way.
    pub(crate) fn add_deployment(&mut self, website: &Key, reset: bool, now: Moment) -> Key {
        let id = self.ids.next();
        let branch = self
            .records
            .find(Kind::Website, website)
            .map(|website| website.text("vcsBranch").to_owned());
        let shown = json!({
            "date": now.rfc3339(),
            "id": id,
            "reset": reset,
            // Guess: the word for a deployment that was asked for by a call.
            "source": "manual",
            "status": "doing",
            "vcsBranch": branch,
            "vcsCommitId": null,
            "vcsCommitMessage": null,
            "websiteId": website.json(),
        });
        let mut record = Record::new(shown).keeping(json!([log(now, "The deployment starts")]));
        record.task = Some(id);
        let key = Key::Number(id).within(website.clone());
        self.records.insert(Kind::Deployment, key.clone(), record);
        key
    }

    /// A deployment is over.
    pub(super) fn settle_deployment(
        &mut self,
        website: &Key,
        deployment: &Key,
        fine: bool,
        at: Moment,
    ) {
        // Guess: a website whose first deployment failed says so; a later one leaves what was there.
        let first = self.records.parts(Kind::Deployment, website).count() == 1;
        let status = (!fine && first).then_some("initialError");
        self.release_record(Kind::Website, website, status);
        let (status, words) = if fine {
            ("successful", "The deployment is done")
        } else {
            ("failed", "The deployment failed")
        };
        self.release_record(Kind::Deployment, deployment, Some(status));
        if let Ok(record) = self.records.get_mut(Kind::Deployment, deployment) {
            if let Some(lines) = record.kept.as_array_mut() {
                lines.push(log(at, words));
            }
            if fine {
                record.set("vcsCommitId", format!("{:040x}", 0x5eed_u32));
                record.set("vcsCommitMessage", "A commit that the sandbox made up");
            }
        }
    }
}

/// A `hosting.web.website.deployment.LogsMessage`.
fn log(at: Moment, message: &str) -> Value {
    json!({"date": at.rfc3339(), "message": message})
}
