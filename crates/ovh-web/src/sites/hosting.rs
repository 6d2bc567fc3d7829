//! The plan of one hosting: reads the kinds that the file names, compares them, and checks limits.

use std::collections::BTreeSet;

use ovh_runtime::{Error, ErrorKind, FromJson};

use super::compare::{self, Decision, Facts};
use super::limits::{self, OfferLimits, capability};
use super::read::{List, read};
use super::wanted::WantedHosting;
use super::{HostingPlan, Kind, PlannedChange, Unreadable};
use crate::hosting::handle::Hosting;
use crate::pending::{HasStatus, Observed, ProvisioningState};
use crate::types::{Domain, ListOvhConfigs, OvhConfig};
use crate::wait::{Lookup, lookup};
use crate::{ChangeKind, Listing};

/// Plans one hosting.
pub(super) struct HostingPlanner<'a> {
    pub(super) hosting: &'a Hosting,
    pub(super) wanted: &'a WantedHosting,
    pub(super) facts: Facts<'a>,
    pub(super) limits: OfferLimits,
    pub(super) plan: HostingPlan,
}

impl HostingPlanner<'_> {
    /// Reads and compares each kind that the file names.
    pub(super) async fn run(mut self) -> Result<HostingPlan, Error> {
        for kind in self.wanted.kinds() {
            match kind {
                Kind::Config => self.config().await?,
                Kind::Users => self.users().await?,
                Kind::Databases => self.databases().await?,
                Kind::Env => self.env_vars().await?,
                Kind::Crons => self.crons().await?,
                Kind::Domains => self.domains().await?,
                // A zone has a separate plan; the certificate is compared with its domains.
                Kind::Dns | Kind::Certificate => {}
            }
        }
        Ok(self.plan)
    }

    /// Reads a list. `None` if it did not decode completely.
    async fn list<T: FromJson + Send + 'static, I: Send + 'static>(
        &mut self,
        kind: Kind,
        list: Listing<T, I>,
    ) -> Result<Option<Vec<Observed<T>>>, Error> {
        let List {
            objects,
            unreadable,
        } = read(list).await?;
        match unreadable {
            None => Ok(Some(objects)),
            Some(error) => {
                self.unreadable(kind, error.message().to_owned());
                Ok(None)
            }
        }
    }

    fn unreadable(&mut self, kind: Kind, message: String) {
        self.plan.unreadable.push(Unreadable { kind, message });
    }

    /// Checks the limits of the offer, and adds the changes to the plan.
    fn add(&mut self, kind: Kind, mut changes: Vec<PlannedChange>, present: usize) {
        self.limits.check(kind, &mut changes, present);
        compare::keep_pruned(kind, &mut changes);
        self.plan.changes.extend(changes);
    }

    async fn config(&mut self) -> Result<(), Error> {
        let configs = self.hosting.ovh_configs();
        let current = configs.list_with(&ListOvhConfigs::default().historical(false));
        let list = self.list(Kind::Config, current).await?;
        let (Some(list), Some(wanted)) = (list, &self.wanted.config) else {
            return Ok(());
        };
        let is = compare::current_config(&list);
        let decision = compare::planned_config(&wanted.value, is.clone());
        if decision.is_nothing() {
            return Ok(());
        }
        let mut change = decision.planned(Kind::Config, "", Some(&wanted.place));
        if let (Ok(is), true) = (is, limits::needs_versions(&change)) {
            self.versions(&mut change, is).await?;
        }
        self.plan.changes.push(change);
        Ok(())
    }

    async fn versions(
        &self,
        change: &mut PlannedChange,
        is: &Observed<OvhConfig>,
    ) -> Result<(), Error> {
        let call = self.hosting.ovh_configs().capabilities();
        let available = capability(call, |_| true).await?;
        if let Some(Ok(available)) = available.map(|it| it.all()) {
            limits::check_versions(change, is, &available);
        }
        Ok(())
    }

    async fn users(&mut self) -> Result<(), Error> {
        let users = self.hosting.users();
        let Some(list) = self.list(Kind::Users, users.list()).await? else {
            return Ok(());
        };
        let changes = compare::users(&self.facts, self.wanted, &list);
        let present = stay(&list).filter(|it| it.login != self.facts.login);
        let present = present.count();
        self.add(Kind::Users, changes, present);
        Ok(())
    }

    async fn databases(&mut self) -> Result<(), Error> {
        let databases = self.hosting.databases();
        let list = self.list(Kind::Databases, databases.list());
        let Some(list) = list.await? else {
            return Ok(());
        };
        let mut changes = compare::databases(&self.facts, self.wanted, &list);
        if limits::needs_creation(&changes) {
            let call = databases.creation_capabilities().fresh();
            let available = capability(call, |_| true).await?;
            if let Some(Ok(available)) = available.map(|it| it.all()) {
                limits::check_databases(&mut changes, &available);
            }
        }
        self.add(Kind::Databases, changes, stay(&list).count());
        Ok(())
    }

    async fn env_vars(&mut self) -> Result<(), Error> {
        let variables = self.hosting.env_vars();
        let list = self.list(Kind::Env, variables.list());
        let Some(list) = list.await? else {
            return Ok(());
        };
        let changes = compare::env_vars(&self.facts, self.wanted, &list);
        self.add(Kind::Env, changes, stay(&list).count());
        Ok(())
    }

    async fn crons(&mut self) -> Result<(), Error> {
        let crons = self.hosting.crons();
        let Some(list) = self.list(Kind::Crons, crons.list()).await? else {
            return Ok(());
        };
        let mut changes = compare::crons(self.wanted, &list);
        if limits::needs_languages(&changes) {
            if let Some(available) = capability(crons.languages(), |_| true).await? {
                limits::check_languages(&mut changes, &available);
            }
        }
        self.add(Kind::Crons, changes, stay(&list).count());
        Ok(())
    }

    /// Plans the domains, then the certificate for those that are attached after the changes.
    async fn domains(&mut self) -> Result<(), Error> {
        let domains = self.hosting.domains();
        let Some(list) = self.list(Kind::Domains, domains.list()).await? else {
            if !self.wanted.certificate.is_empty() {
                let message = "the list of domains did not decode completely".to_owned();
                self.unreadable(Kind::Certificate, message);
            }
            return Ok(());
        };
        let changes = compare::domains(&self.facts, self.wanted, &list);
        let is_own = |it: &&Domain| !self.facts.is_default_domain(&it.domain);
        let present = stay(&list).filter(is_own).count();
        let mut attached: BTreeSet<String> = stay(&list)
            .map(|it| it.domain.to_ascii_lowercase())
            .collect();
        let first = self.plan.changes.len();
        self.add(Kind::Domains, changes, present);
        for planned in &self.plan.changes[first..] {
            match planned.change.kind {
                ChangeKind::Created => drop(attached.insert(planned.name.clone())),
                ChangeKind::Removed => drop(attached.remove(&planned.name)),
                _ => {}
            }
        }
        match self.wanted.certificate.is_empty() {
            true => Ok(()),
            false => self.certificate(&attached).await,
        }
    }

    async fn certificate(&mut self, attached: &BTreeSet<String>) -> Result<(), Error> {
        let kind = Kind::Certificate;
        let (raw, service) = (self.hosting.raw().certificates(), self.facts.service);
        let covered = match lookup(raw.domains(service).fresh().await) {
            Ok(Lookup::Found(covered)) => covered,
            Ok(Lookup::Missing(_)) => Vec::new(),
            Err(error) if error.kind() == ErrorKind::Decode => {
                self.unreadable(kind, error.message().to_owned());
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let covered = covered.iter().map(|name| name.to_ascii_lowercase());
        let coverage = compare::coverage(&self.wanted.certificate, attached, &covered.collect());
        if compare::is_covered(&coverage) {
            return Ok(());
        }
        let certificate = match lookup(self.hosting.certificate().get().fresh().await) {
            Ok(Lookup::Found(certificate)) => Some(certificate),
            Ok(Lookup::Missing(_)) => None,
            Err(error) if error.kind() == ErrorKind::Decode => {
                self.unreadable(kind, error.message().to_owned());
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let decision: Decision = compare::planned_certificate(coverage, certificate);
        let change = decision.planned(kind, "", Some(&self.wanted.place));
        self.plan.changes.push(change);
        Ok(())
    }
}

/// The objects that are not being deleted.
fn stay<O: HasStatus>(list: &[Observed<O>]) -> impl Iterator<Item = &O> {
    let objects = list.iter().map(|is| &is.object);
    objects.filter(|it| it.state() != ProvisioningState::Deleting)
}
