//! Deploys a site from a git repository, with a PHP version. If that fails, PHP is rolled back.
//!
//! After an error, run it again: nothing is created twice.
//!
//! ```sh
//! # On a sandbox:
//! cargo run -p ovh-web-sandbox -- --speed 4 -- cargo run -p ovh-web --example deploy_site -- \
//!     example.cluster01.hosting.ovh.net https://github.com/example/site.git main site 8.3
//! # On your account:
//! cargo run -p ovh-web --example deploy_site -- SERVICE REPOSITORY BRANCH FOLDER PHP
//! ```

#![allow(clippy::print_stdout, reason = "a command-line program")]

use std::env;

use anyhow::bail;
use ovh_web::handle::Hosting;
use ovh_web::hosting::{OvhConfigs, Websites};
use ovh_web::types::{
    DeploymentRequest, NewWebsite, OvhConfig, OvhConfigChange, Website, WebsiteStatus,
};
use ovh_web::{ChangeKind, Client, Error};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = env::args().skip(1);
    let (names, flags): (Vec<_>, Vec<_>) = args.partition(|it| it.starts_with(|c| c != '-'));
    let ([service, repository, branch, folder, php], []) = (&names[..], &flags[..]) else {
        bail!("usage: deploy_site SERVICE REPOSITORY BRANCH FOLDER PHP");
    };
    let site = Site {
        folder: folder.clone(),
        branch: branch.clone(),
        repository: repository.clone(),
        php: php.clone(),
    };
    let hosting = Client::from_env()?.hosting(service);
    let mut lines = Vec::new();
    let result = deploy(&hosting, &site, &mut lines).await;
    for line in lines {
        println!("{line}");
    }
    Ok(result?)
}

/// The desired state of a site.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The folder of the hosting.
    pub(crate) folder: String,
    pub(crate) branch: String,
    pub(crate) repository: String,
    /// The PHP version of the whole hosting.
    pub(crate) php: String,
}

/// Deploys a site, and adds a line to the report for each step.
pub(crate) async fn deploy(
    hosting: &Hosting,
    site: &Site,
    report: &mut Vec<String>,
) -> Result<(), Error> {
    // A private repository needs this key before it can be deployed.
    let key = hosting.ensure_ssh_key().await?;
    report.push(format!("deploy key: {}", key.public_key));
    let configs = hosting.ovh_configs();
    let before = configs.current("").await?;
    let wanted = OvhConfigChange::new().engine_version(site.php.as_str());
    let php = configs.ensure("", &wanted).await?.or_conflict()?;
    report.push(format!("PHP: {}", php.change));
    let result = release(&hosting.websites(), site, report).await;
    if result.is_err() && php.change.is_write() {
        // The error of the deployment is returned in any case.
        report.push(match roll_back(&configs, &before).await {
            Ok(Some(config)) => format!("PHP: rolled back to {}", config.engine_version),
            Ok(None) => "PHP: not rolled back: there is no old configuration".to_owned(),
            Err(error) => format!("PHP: not rolled back: {error}"),
        });
    }
    result
}

/// Connects the folder to the repository, deploys it, and reports the log.
async fn release(websites: &Websites, site: &Site, report: &mut Vec<String>) -> Result<(), Error> {
    let result = connect_and_deploy(websites, site, report).await;
    match log(websites, site).await {
        Ok(lines) => report.extend(lines),
        Err(error) => report.push(format!("log: {error}")),
    }
    result
}

async fn connect_and_deploy(
    websites: &Websites,
    site: &Site,
    report: &mut Vec<String>,
) -> Result<(), Error> {
    // A website whose first deployment failed has to be created again.
    if let Some(website) = find(websites, site).await? {
        if website.status == WebsiteStatus::InitialError {
            websites.ensure_absent(&site.folder).await?;
        }
    }
    let wanted = NewWebsite::new(&*site.folder, &*site.branch, &*site.repository);
    let website = websites.ensure(&wanted).await?.or_conflict()?;
    report.push(format!("repository: {}", website.change));
    // A new website is deployed when it is created.
    if website.change.kind != ChangeKind::Created {
        let request = DeploymentRequest::new();
        let task = websites.deploy(website.object.id, &request).await?;
        task.wait().await?;
    }
    report.push("deployed".to_owned());
    Ok(())
}

/// Returns the log of the latest deployment.
async fn log(websites: &Websites, site: &Site) -> Result<Vec<String>, Error> {
    let Some(website) = find(websites, site).await? else {
        return Ok(Vec::new());
    };
    let deployments = websites.deployments(website.id);
    let Some(latest) = deployments.latest().await? else {
        return Ok(Vec::new());
    };
    let log = deployments.logs(latest.id).await?.all()?.into_iter();
    let lines = log.map(|it| format!("log: {} {}", it.date, it.message));
    Ok(lines.collect())
}

async fn find(websites: &Websites, site: &Site) -> Result<Option<Website>, Error> {
    let mut all = websites.list().await?.into_iter();
    let bare = |path: &str| path.trim_matches(['.', '/']).to_owned();
    Ok(all.find(|website| bare(&website.path) == bare(&site.folder)))
}

/// Rolls PHP back to the newest old configuration with the settings of `before`.
async fn roll_back(configs: &OvhConfigs, before: &OvhConfig) -> Result<Option<OvhConfig>, Error> {
    let current = configs.current("").await?;
    let mut history = configs.history().await?;
    let settings = OvhConfigChange::from(before);
    history.retain(|old| old.path == before.path && OvhConfigChange::from(old) == settings);
    let Some(old) = history.iter().max_by_key(|old| (old.creation_date, old.id)) else {
        return Ok(None);
    };
    let task = configs.rollback(current.id, old.id).await?;
    Ok(Some(task.wait().await?))
}
