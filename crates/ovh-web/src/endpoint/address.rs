//! Further addresses of OVHcloud's regions.

use super::{BaseUrl, Endpoint};

/// An address of a region besides that of [`Endpoint::base_url`].
///
/// Calls go to the address that the user names. Keys and file sections are those of the region.
pub(super) struct Address {
    pub(super) region: Endpoint,
    pub(super) base_url: &'static str,
    pub(super) token_url: &'static str,
    pub(super) create_token_page: &'static str,
}

impl Address {
    pub(super) const ALL: &[Self] = &[
        // From the changes that OVHcloud proposes for its own clients (2026).
        Self {
            region: Endpoint::OvhEu,
            base_url: "https://api.eu.ovhcloud.com/1.0",
            token_url: "https://auth.eu.ovhcloud.com/oauth2/token",
            create_token_page: "https://auth.eu.ovhcloud.com/api/createToken",
        },
        Self {
            region: Endpoint::OvhCa,
            base_url: "https://api.ca.ovhcloud.com/1.0",
            token_url: "https://auth.ca.ovhcloud.com/oauth2/token",
            create_token_page: "https://auth.ca.ovhcloud.com/api/createToken",
        },
        // The first address, from third-party reports.
        Self {
            region: Endpoint::OvhEu,
            base_url: "https://api.ovh.com/1.0",
            token_url: "https://www.ovh.com/auth/oauth2/token",
            create_token_page: "https://api.ovh.com/createToken/",
        },
    ];

    /// Returns the address with this base URL.
    pub(super) fn at(base: &BaseUrl) -> Option<&'static Self> {
        let mut all = Self::ALL.iter();
        all.find(|address| address.base_url == base.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_address_has_keys_of_its_region() {
        for path in ["", "/v1", "/1.0/"] {
            let text = format!("https://api.eu.ovhcloud.com{path}");
            let endpoint: Endpoint = text.parse().expect("a base URL");
            let base = "https://api.eu.ovhcloud.com/1.0";
            assert_eq!(endpoint.base_url(), base);
            assert_eq!(endpoint.names(), [base, "ovh-eu"]);
            assert!(endpoint.is_ovhcloud());
            let page = endpoint.create_token_page().expect("a page");
            assert_eq!(page, "https://auth.eu.ovhcloud.com/api/createToken");
        }
        for text in [
            "https://api.eu.ovhcloud.com/v2",
            "https://own.example.com/1.0",
        ] {
            let endpoint: Endpoint = text.parse().expect("a base URL");
            assert_eq!(endpoint.names(), [text]);
            assert_eq!(endpoint.token_url(), None);
        }
    }
}
