//! A site, as either version of the API shows it, and the expiry of its certificate.

use std::fmt;

use ovh_runtime::DateTime;
use ovh_webhosting_client::types::{
    self, CertificateCurrentState, CertificateState, GitStatus, SslStatus,
};
use serde::Serialize;

use crate::types::{Domain, Hosting};

/// The version of the API that a list of sites comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SitesSource {
    /// Version 1, one request for each hosting: the beta was refused.
    V1,
    /// Version 2, all sites in pages.
    V2,
}

/// `v1` or `v2`.
impl fmt::Display for SitesSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        })
    }
}

/// A domain that a hosting of the account serves.
///
/// What only one version of the API knows is an `Option`: `None` means unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct HostedSite {
    /// The domain, such as `www.example.com`.
    pub domain: String,
    /// The service name of the hosting, for [`Client::hosting`](crate::Client::hosting).
    pub service_name: String,
    /// The folder that is served.
    pub path: String,
    /// The offer of the hosting, as this version of the API spells it.
    pub offer: String,
    /// The display name of the hosting.
    pub display_name: Option<String>,
    /// `true` if the domain has SSL.
    pub ssl: Option<bool>,
    /// `true` if the CDN is in front of the domain.
    pub cdn: Option<bool>,
    /// `true` if the application firewall is in front of the domain.
    pub firewall: Option<bool>,
    /// The state of the Git deployment into the folder.
    pub git: Option<GitStatus>,
    /// `true` for the default domain of the hosting. Only version 2 knows it.
    pub is_default: Option<bool>,
    /// The certificates that cover the domain.
    ///
    /// `None` if they are unknown: without
    /// [`with_certificates`](super::Sites::with_certificates), from version 1, or if the
    /// certificates of the hosting were refused.
    pub certificates: Option<Vec<CertificateCurrentState>>,
}

impl HostedSite {
    pub(super) fn of_v1(hosting: &Hosting, domain: Domain) -> Self {
        Self {
            domain: domain.domain,
            service_name: hosting.service_name.clone(),
            path: domain.path,
            offer: hosting.offer.to_string(),
            display_name: hosting.display_name.clone(),
            ssl: domain.ssl,
            cdn: is_active(domain.cdn.as_str()),
            firewall: is_active(domain.firewall.as_str()),
            git: Some(domain.vcs_status.as_str())
                .filter(|status| !status.is_empty())
                .map(|status| GitStatus::from(upper_snake(status))),
            is_default: None,
            certificates: None,
        }
    }

    /// Returns when the certificate of the domain expires.
    ///
    /// Of several certificates in use, it is the latest expiry.
    #[must_use]
    pub fn certificate_expiry(&self) -> CertificateExpiry {
        let Some(certificates) = &self.certificates else {
            return CertificateExpiry::Unknown;
        };
        let is_in_use = |it: &&CertificateCurrentState| it.state == CertificateState::Active;
        let mut in_use: Vec<_> = certificates.iter().filter(is_in_use).collect();
        if in_use.is_empty() {
            in_use = certificates.iter().collect();
        }
        let expiries: Option<Vec<DateTime>> = in_use.iter().map(|it| it.expired_at).collect();
        match expiries {
            None => CertificateExpiry::Unknown,
            Some(expiries) => match expiries.into_iter().max() {
                Some(expiry) => CertificateExpiry::At(expiry),
                None if self.ssl == Some(false) => CertificateExpiry::NoCertificate,
                // The list may lack the certificate of a domain that has SSL.
                None => CertificateExpiry::Unknown,
            },
        }
    }
}

impl From<types::Site> for HostedSite {
    fn from(site: types::Site) -> Self {
        let site = site.current_state;
        Self {
            domain: site.fqdn,
            service_name: site.hosting.service_name,
            path: site.path,
            offer: site.hosting.offer,
            display_name: Some(site.hosting.display_name).filter(|name| !name.is_empty()),
            ssl: match site.ssl.status {
                SslStatus::Active => Some(true),
                SslStatus::None => Some(false),
                _ => None,
            },
            cdn: is_active(site.cdn.status.as_str()),
            firewall: is_active(site.firewall.status.as_str()),
            git: Some(site.git.status).filter(|status| !status.as_str().is_empty()),
            is_default: site.is_default,
            certificates: None,
        }
    }
}

/// `None` for a value that is unknown to this version of the client.
fn is_active(status: &str) -> Option<bool> {
    match status {
        "active" | "ACTIVE" => Some(true),
        "none" | "NONE" => Some(false),
        _ => None,
    }
}

/// `initialError` is `INITIAL_ERROR` in version 2.
fn upper_snake(text: &str) -> String {
    let mut upper = String::new();
    for letter in text.chars() {
        if letter.is_ascii_uppercase() {
            upper.push('_');
        }
        upper.push(letter.to_ascii_uppercase());
    }
    upper
}

/// Returns `true` if the certificate is valid for the domain.
pub(super) fn covers(certificate: &CertificateCurrentState, domain: &str) -> bool {
    let names = std::iter::once(&certificate.main_domain).chain(&certificate.additional_domains);
    names.into_iter().any(|name| match name.strip_prefix("*.") {
        // A wildcard stands for one label.
        Some(parent) => domain
            .split_once('.')
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent)),
        None => name.eq_ignore_ascii_case(domain),
    })
}

/// The expiry of a site's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateExpiry {
    /// The API does not tell it, or was not asked.
    Unknown,
    /// The domain has no certificate.
    NoCertificate,
    /// The certificate is valid until this time.
    At(DateTime),
}

/// `unknown`, `none` or the date.
impl fmt::Display for CertificateExpiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::NoCertificate => f.write_str("none"),
            Self::At(expiry) => expiry.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(domain: &str, state: &str, expiry: Option<&str>) -> CertificateCurrentState {
        let json = serde_json::json!({
            "additionalDomains": ["*.example.net"],
            "certificateType": "LETSENCRYPT",
            "createdAt": "2026-01-02T03:04:05Z",
            "expiredAt": expiry,
            "mainDomain": domain,
            "state": state,
        });
        serde_json::from_value(json).expect("a certificate")
    }

    fn site(certificates: Option<Vec<CertificateCurrentState>>, ssl: bool) -> HostedSite {
        HostedSite {
            domain: "www.example.com".to_owned(),
            service_name: "example.ovh".to_owned(),
            path: "www".to_owned(),
            offer: "PRO".to_owned(),
            display_name: None,
            ssl: Some(ssl),
            cdn: None,
            firewall: None,
            git: None,
            is_default: None,
            certificates,
        }
    }

    #[test]
    fn certificate_covers_names_and_wildcards() {
        let certificate = certificate("Www.Example.com", "ACTIVE", None);
        assert!(covers(&certificate, "www.example.com"));
        assert!(covers(&certificate, "shop.example.net"));
        for other in ["example.com", "example.net", "a.shop.example.net"] {
            assert!(!covers(&certificate, other), "{other}");
        }
    }

    #[test]
    fn unknown_expiry_is_not_none() {
        let expiry = |certificates, ssl| {
            let site = site(certificates, ssl);
            site.certificate_expiry().to_string()
        };
        assert_eq!(expiry(None, false), "unknown");
        assert_eq!(expiry(Some(vec![]), true), "unknown");
        assert_eq!(expiry(Some(vec![]), false), "none");
        let unknown = certificate("a", "ACTIVE", None);
        let known = certificate("a", "ACTIVE", Some("2026-03-02T03:04:05Z"));
        let old = certificate("a", "EXPIRED", None);
        assert_eq!(expiry(Some(vec![known.clone(), unknown]), true), "unknown");
        let both = expiry(Some(vec![old, known]), true);
        assert!(both.starts_with("2026-03-02"), "{both}");
    }

    #[test]
    fn git_status_of_v1_is_translated() {
        assert_eq!(
            GitStatus::from(upper_snake("initialError")),
            GitStatus::InitialError
        );
        assert_eq!(
            GitStatus::from(upper_snake("disabled")),
            GitStatus::Disabled
        );
    }
}
