//! Certificates of a hosting and of single domains: free, or imported by the customer.

use serde_json::json;

use super::hosting::Hosting;
use super::resources::{Key, Kind, Resource};
use crate::clock::Moment;
use crate::rules::Rule;

/// The most names of a free certificate.
const MOST_NAMES: usize = 99;

/// Guess: the longest name of a free certificate; the common name has space for no more.
const LONGEST_NAME: usize = 64;

/// A `hosting.web.SSL`. The imported key and certificate are not stored.
pub(crate) fn resource(imported: bool, now: Moment) -> Resource {
    let shown = json!({
        "isReportable": false,
        "provider": if imported { "CUSTOM" } else { "LETSENCRYPT" },
        "regenerable": !imported,
        "type": if imported { "CUSTOM" } else { "DV" },
    });
    Resource::created(shown).with_hidden(json!({
        "created": now.unix_millis(),
        "domains": [],
        "reissues": [],
    }))
}

impl Hosting {
    pub(crate) fn is_too_long(&self, name: &str) -> bool {
        name.len() > LONGEST_NAME && self.rules.enforces(Rule::CertificateLimits)
    }

    /// The attached domains that a free certificate can cover: they have SSL and point here.
    pub(crate) fn certified_names(&self) -> Vec<String> {
        let anywhere = !self.rules.enforces(Rule::CertificateNeedsDomain);
        let most = match self.rules.enforces(Rule::CertificateLimits) {
            true => MOST_NAMES,
            false => usize::MAX,
        };
        let domains = self.resources.values(Kind::Domain);
        let with_ssl = domains.filter(|domain| domain.flag("ssl"));
        with_ssl
            .map(|domain| domain.text("domain"))
            .filter(|name| anywhere || self.points_here(name))
            .filter(|name| !self.is_too_long(name))
            .take(most)
            .map(str::to_owned)
            .collect()
    }

    /// Sets the names that a certificate covers: its domain, or the attached domains, or if there
    /// are none the default domain.
    pub(crate) fn issue_certificate(&mut self, kind: Kind, key: &Key, at: Moment) {
        let names = match kind {
            Kind::Certificate => self.certified_names(),
            _ => Vec::new(),
        };
        let own = names.is_empty().then(|| key.to_string());
        let names: Vec<_> = names.into_iter().chain(own).collect();
        if let Some(certificate) = self.resources.find_mut(kind, key) {
            certificate.hidden["domains"] = names.into();
            certificate.hidden["issued"] = at.unix_millis().into();
        }
    }
}
