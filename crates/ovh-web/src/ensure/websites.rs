//! Websites deployed from git, identified by their folder: only the branch can be changed.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, Update, ensures, same_folder};
use crate::hosting::Websites;
use crate::task::Task;
use crate::types::{NewWebsite, Website, WebsiteDeleteFiles, WebsiteUpdate};
use crate::wait::Work;

impl Reconcile for Websites {
    type New = NewWebsite;
    const WORK: Work = Work::Day;

    fn what(path: &str) -> String {
        format!("the website in the folder {path:?}")
    }

    async fn find(&self, path: &str) -> Result<Option<i64>, Error> {
        let mut found = self.list().await?.into_iter();
        let found = found.find(|website| same_folder(path, &website.path));
        Ok(found.map(|website| website.id))
    }

    fn compare(_: &str, new: &NewWebsite, is: &Observed<Website>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        differences.open("vcs_branch", Some(&new.vcs_branch), Some(&is.vcs_branch));
        let is_same = repository(&new.vcs_url) == repository(&is.vcs_url);
        differences.fixed("vcs_url", is_same, &new.vcs_url, &is.vcs_url);
        differences
    }

    async fn create(&self, _: &str, new: &NewWebsite) -> Result<Task, Error> {
        Self::create(self, new).await
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        let update = WebsiteUpdate::new().vcs_branch(to.new.vcs_branch.clone());
        Self::update(self, *to.key, &update).await.map(drop)
    }

    async fn remove(&self, id: &i64) -> Result<Task, Error> {
        self.delete(*id, WebsiteDeleteFiles::No).await
    }
}

/// The address of a repository without its optional end.
fn repository(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    url.strip_suffix(".git").unwrap_or(url)
}

ensures! {
    /// A changed branch is deployed by the next push or [`deploy`](Self::deploy).
    ///
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `path` | identifies the website, as a folder | no | required |
    /// | `vcs_branch` | yes | yes | required |
    /// | `vcs_url` | yes, with or without `.git` at the end | no | required |
    Websites: NewWebsite => Website,
    path: &str = |wanted| &wanted.path;
    "Disconnects a folder from its repository, if it is connected. The files stay."
}
