//! Plans a file of sites: reads the account, and returns what differs. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::Arc;

use futures_core::Stream;
use futures_util::StreamExt;
use futures_util::future::Either;
use futures_util::stream::{self, BoxStream};
use ovh_runtime::Error;

use super::account::{Account, Offers};
use super::compare::Facts;
use super::hosting::HostingPlanner;
use super::wanted::{HostingFacts, WantedHosting};
use super::zones::ZoneSets;
use super::{HostingPlan, Kind, Plan, PlannedChange, SecretStore, SitesFile};
use crate::Client;

/// The hostings that are planned at the same time, unless another number is set.
const PARALLEL: usize = 8;

/// An account and the file that says how it has to be.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use ovh_web::sites::{Sites, SitesFile};
///
/// let text = std::fs::read_to_string("sites.toml")?;
/// let file = SitesFile::parse("sites.toml", &text, |name| std::env::var(name).ok())?;
/// let plan = Sites::new(&client, file).plan().await?;
/// for (name, change) in plan.changes() {
///     // example.ovh: crons nightly: updated (command: a.php -> b.php)
///     println!("{name}: {change}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is read until a plan is made"]
pub struct Sites {
    pub(super) client: Client,
    pub(super) file: Arc<SitesFile>,
    pub(super) secrets: Option<Arc<dyn SecretStore>>,
    pub(super) parallel: usize,
    /// `None` for all.
    only: Option<BTreeSet<String>>,
    write_secrets: BTreeSet<String>,
}

impl Sites {
    /// Creates it. Nothing is read yet.
    pub fn new(client: &Client, file: SitesFile) -> Self {
        Self {
            client: client.clone(),
            file: Arc::new(file),
            secrets: None,
            parallel: PARALLEL,
            only: None,
            write_secrets: BTreeSet::new(),
        }
    }

    /// Sets the source of secrets. A plan only asks whether a store has a secret.
    pub fn secrets(mut self, secrets: impl SecretStore + 'static) -> Self {
        self.secrets = Some(Arc::new(secrets));
        self
    }

    /// Sets the number of hostings that are planned at the same time. 0 counts as 1. Default: 8.
    pub fn parallel(mut self, hostings: usize) -> Self {
        self.parallel = hostings.max(1);
        self
    }

    /// Limits plans to these hostings of the file, and to the DNS records of their sites.
    pub fn only<S: Into<String>>(mut self, hostings: impl IntoIterator<Item = S>) -> Self {
        self.only = Some(hostings.into_iter().map(Into::into).collect());
        self
    }

    /// The hostings of the file, unless they are limited.
    fn hostings(&self) -> impl Iterator<Item = &str> {
        self.file.hostings().filter(|name| self.is_chosen(name))
    }

    fn is_chosen(&self, name: &str) -> bool {
        match &self.only {
            Some(only) => only.iter().any(|it| it.eq_ignore_ascii_case(name)),
            None => true,
        }
    }

    /// Returns an error for a chosen hosting that the file does not have.
    fn check_only(&self) -> Result<(), Error> {
        let has = |name: &&String| self.file.hostings().any(|it| it.eq_ignore_ascii_case(name));
        match self.only.iter().flatten().find(|name| !has(name)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("the file has no hosting {name:?}");
                Err(Error::invalid_argument(message).build())
            }
        }
    }

    /// Writes the secrets of these existing objects again, such as `users example-shop`.
    pub fn write_secrets<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.write_secrets = names.into_iter().map(Into::into).collect();
        self
    }

    /// Plans all zones and hostings.
    ///
    /// # Errors
    ///
    /// Returns an error if the list of hostings fails, or if no hosting has an object of
    /// [`write_secrets`](Self::write_secrets). An error of one hosting or zone is in
    /// [`HostingPlan::error`].
    pub async fn plan(&self) -> Result<Plan, Error> {
        Ok(Run::begin(self).await?.plan().await)
    }

    /// Streams the plans of the zones, then those of the hostings, each in the order of their names.
    ///
    /// At most the [parallel](Self::parallel) ones are in memory. If the list of hostings fails, its
    /// error is the only item.
    #[must_use = "a stream does nothing until it is polled"]
    pub fn plans(&self) -> impl Stream<Item = Result<HostingPlan, Error>> + Send + Unpin {
        self.run().map(|next| next.map(|(_, plan)| plan))
    }

    fn run(&self) -> BoxStream<'_, Result<(Part, HostingPlan), Error>> {
        let begun = stream::once(Run::begin(self));
        let plans = begun.flat_map(|run| match run {
            Ok(run) => Either::Right(run.plans().map(Ok)),
            Err(error) => Either::Left(stream::once(ready(Err(error)))),
        });
        plans.boxed()
    }
}

/// A zone comes before the hostings.
#[derive(Clone, Copy)]
enum Part {
    Zone,
    Hosting,
}

/// One run over the account.
pub(super) struct Run<'a> {
    pub(super) sites: &'a Sites,
    pub(super) account: Account,
    pub(super) zones: BTreeMap<String, ZoneSets>,
    offers: Offers,
}

impl<'a> Run<'a> {
    pub(super) async fn begin(sites: &'a Sites) -> Result<Arc<Self>, Error> {
        sites.check_only()?;
        let account = Account::read(&sites.client, &sites.file).await?;
        let mut run = Self {
            sites,
            account,
            zones: BTreeMap::new(),
            offers: Offers::default(),
        };
        let mut unused = sites.write_secrets.clone();
        let mut others = Vec::new();
        for name in sites.file.hostings() {
            let is_chosen = sites.is_chosen(name);
            let has_records = sites.file.kinds(name).contains(&Kind::Dns);
            if !has_records && (!is_chosen || unused.is_empty()) {
                continue;
            }
            match run.wanted(name) {
                Ok((wanted, _)) if is_chosen => {
                    for (zone, sets) in &wanted.dns {
                        run.zones.entry(zone.clone()).or_default().add(sets);
                    }
                    unused.retain(|name| !wanted.has_secret(name));
                }
                Ok((wanted, _)) => others.push((None, wanted)),
                // Its own plan has the error. Its names need no account.
                Err(_) => {
                    let wanted = sites.file.wanted(name, &HostingFacts::sample());
                    let Ok(wanted) = wanted else {
                        continue;
                    };
                    unused.retain(|name| !wanted.has_secret(name));
                    others.push((Some(name), wanted));
                }
            }
        }
        for (unread, wanted) in &others {
            for (zone, sets) in &wanted.dns {
                if let Some(zone) = run.zones.get_mut(zone) {
                    zone.compare_with(sets, *unread);
                }
            }
        }
        match unused.first() {
            None => Ok(Arc::new(run)),
            Some(name) => {
                let message = format!("no hosting of the file has the secret {name:?}");
                Err(Error::invalid_argument(message)
                    .hint("expected a kind and a name: `users example-shop`")
                    .build())
            }
        }
    }

    pub(super) async fn plan(self: Arc<Self>) -> Plan {
        let mut plan = Plan::default();
        let mut all = self.plans();
        while let Some((part, of)) = all.next().await {
            match part {
                Part::Zone => plan.zones.push(of),
                Part::Hosting => plan.hostings.push(of),
            }
        }
        plan
    }

    fn plans(self: Arc<Self>) -> impl Stream<Item = (Part, HostingPlan)> + Send + use<'a> {
        let parallel = self.sites.parallel;
        let zones: Vec<String> = self.zones.keys().cloned().collect();
        let of_zones = Arc::clone(&self);
        let zones = stream::iter(zones).map(move |zone| {
            let run = Arc::clone(&of_zones);
            async move {
                let sets = run.zones.get(&zone);
                let plan = match sets {
                    Some(sets) => sets.plan(&run.sites.client, &zone).await,
                    None => HostingPlan::new(&zone),
                };
                (Part::Zone, plan)
            }
        });
        let hostings = stream::iter(self.sites.hostings()).map(move |name| {
            let run = Arc::clone(&self);
            async move { (Part::Hosting, run.hosting(name).await) }
        });
        zones.buffered(parallel).chain(hostings.buffered(parallel))
    }

    pub(super) fn wanted(&self, name: &str) -> Result<(WantedHosting, &HostingFacts), Error> {
        let file = &self.sites.file;
        let (_, facts) = self.account.get(name, file.place(name))?;
        let wanted = file.wanted(name, facts);
        let wanted = wanted.map_err(|error| Error::invalid_argument(error.to_string()).build());
        Ok((wanted?, facts))
    }

    pub(super) async fn hosting(&self, name: &str) -> HostingPlan {
        self.compare(name)
            .await
            .unwrap_or_else(|error| HostingPlan {
                error: Some(error),
                ..HostingPlan::new(name)
            })
    }

    async fn compare(&self, name: &str) -> Result<HostingPlan, Error> {
        let (wanted, facts) = self.wanted(name)?;
        let (found, _) = self.account.get(name, Some(&wanted.place))?;
        let hosting = self.sites.client.hosting(&*found.service);
        let planner = HostingPlanner {
            limits: self.offers.limits(&hosting, found.offer.as_ref()).await?,
            hosting: &hosting,
            facts: Facts {
                service: &found.service,
                login: &facts.login,
                default_domain: found.default_domain.as_deref(),
                secrets: self.sites.secrets.as_deref(),
                written: &self.sites.write_secrets,
            },
            plan: HostingPlan::new(name),
            wanted: &wanted,
        };
        let mut plan = planner.run().await?;
        let changes = plan.changes.into_iter();
        plan.changes = changes.map(PlannedChange::named_as_in_the_file).collect();
        Ok(plan)
    }
}
