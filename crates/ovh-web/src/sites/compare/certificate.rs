//! The certificate of a hosting: the domains that it covers, and those that it has to cover.
//!
//! The DNS of the domains is not read: a domain that points elsewhere stays pending when applied.

use std::collections::BTreeSet;

use super::Decision;
use crate::ensure::{CertificateCoverage, CoverageState, DomainCoverage};
use crate::pending::{HasStatus, ProvisioningState};
use crate::types::Certificate;
use crate::{ChangeKind, FieldChange};

/// Returns the state of the wanted domains, once the domains are attached as planned.
pub(in crate::sites) fn coverage(
    wanted: &BTreeSet<String>,
    attached: &BTreeSet<String>,
    covered: &BTreeSet<String>,
) -> Vec<DomainCoverage> {
    let state = |name: &String| {
        if !attached.contains(name) {
            CoverageState::NotAttached
        } else if covered.contains(name) {
            CoverageState::Covered
        } else {
            CoverageState::Uncovered
        }
    };
    let domain = |name: &String| DomainCoverage {
        domain: name.clone(),
        state: state(name),
        is_listed: covered.contains(name),
    };
    wanted.iter().map(domain).collect()
}

/// Returns `true` if there is nothing to do.
pub(in crate::sites) fn is_covered(domains: &[DomainCoverage]) -> bool {
    let mut states = domains.iter().map(|it| it.state);
    states.all(|state| state == CoverageState::Covered)
}

/// Plans the certificate, if it does not cover all domains.
pub(in crate::sites) fn planned_certificate(
    mut domains: Vec<DomainCoverage>,
    certificate: Option<Certificate>,
) -> Decision {
    let state = certificate.as_ref().map(HasStatus::state);
    if matches!(state, None | Some(ProvisioningState::Deleting)) {
        for domain in &mut domains {
            if domain.state == CoverageState::Covered {
                domain.state = CoverageState::Uncovered;
            }
        }
    }
    let missing: Vec<&str> = domains
        .iter()
        .filter(|it| it.state == CoverageState::NotAttached)
        .map(|it| it.domain.as_str())
        .collect();
    let reason = (!missing.is_empty()).then(|| format!("not attached: {}", missing.join(", ")));
    let coverage = CertificateCoverage {
        certificate,
        domains,
    };
    let mut change = coverage.change();
    // `ensure` waits for it, and compares again.
    if state == Some(ProvisioningState::InProgress) && change.kind == ChangeKind::Conflict {
        change.kind = ChangeKind::Updated;
    }
    match (change.kind, reason) {
        (ChangeKind::Conflict, _) => Decision::conflict(
            change,
            "the certificate cannot be reissued with other domains",
        ),
        (ChangeKind::Unchanged, Some(reason)) => {
            let to = coverage.domains.iter().map(|it| it.domain.as_str());
            let to: Vec<&str> = to.collect();
            change.fields.push(FieldChange {
                name: "domains",
                from: None,
                to: Some(to.join(", ")),
            });
            Decision::conflict(change, reason)
        }
        (_, reason) => Decision {
            reason,
            ..change.into()
        },
    }
}
