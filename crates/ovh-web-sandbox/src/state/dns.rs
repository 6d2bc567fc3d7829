//! The DNS: records that a test sets, and the deployed records of the account's zones. It has the
//! proof that a foreign domain needs, and says where domains point.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The most names with records of a type, and the most TXT records of a name.
const MOST_RECORDS: usize = 1_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Dns {
    txt: BTreeMap<String, BTreeSet<String>>,
    addresses: BTreeMap<String, IpAddr>,
    zones: BTreeMap<String, Deployed>,
}

/// The deployed records of a zone: the targets by name and type.
pub(crate) type Deployed = BTreeMap<(String, String), BTreeSet<String>>;

impl Dns {
    /// Adds a TXT record, unless there are too many.
    pub(crate) fn set_txt(&mut self, name: &str, value: &str) -> bool {
        let name = name.to_ascii_lowercase();
        if !has_space(&self.txt, &name) {
            return false;
        }
        let values = self.txt.entry(name).or_default();
        values.contains(value) || values.len() < MOST_RECORDS && values.insert(value.to_owned())
    }

    /// Sets the A or AAAA record of a name, unless there are too many.
    pub(crate) fn set_address(&mut self, name: &str, address: IpAddr) -> bool {
        let name = name.to_ascii_lowercase();
        let has_space = has_space(&self.addresses, &name);
        if has_space {
            self.addresses.insert(name, address);
        }
        has_space
    }

    /// Takes the deployed records of a zone.
    pub(crate) fn deploy(&mut self, zone: &str, records: Deployed) -> bool {
        self.zones.insert(zone.to_owned(), records);
        true
    }

    pub(super) fn has_zones(&self) -> bool {
        !self.zones.is_empty()
    }

    /// The zone that a name is in, with its deployed records.
    fn zone_of<'n>(&self, name: &'n str) -> Option<(&'n str, &Deployed)> {
        parents(name).find_map(|parent| Some((parent, self.zones.get(parent)?)))
    }

    pub(super) fn is_in_zone(&self, name: &str) -> bool {
        self.zone_of(name).is_some()
    }

    /// The targets of a name, or of the wildcard above a name that has no records.
    fn targets(&self, name: &str, kind: &str) -> impl Iterator<Item = &str> {
        let targets = self.zone_of(name).and_then(|(_, zone)| {
            let wildcards = parents(name).skip(1).map(|parent| format!("*.{parent}"));
            let mut names = std::iter::once(name.to_owned()).chain(wildcards);
            let name = names.find(|name| zone.keys().any(|(other, _)| other == name))?;
            zone.get(&(name, kind.to_owned()))
        });
        targets.into_iter().flatten().map(String::as_str)
    }

    /// The addresses of a name by the zones of the account, if its zone is one of them.
    pub(super) fn zone_addresses(&self, name: &str) -> Option<Vec<IpAddr>> {
        self.zone_of(name)?;
        let mut name = name.to_owned();
        // A loop of aliases has no address.
        for _ in 0..8 {
            let Some(alias) = self.targets(&name, "CNAME").next() else {
                break;
            };
            let alias = alias.to_ascii_lowercase();
            name = match (alias.strip_suffix('.'), self.zone_of(&name)) {
                (Some(absolute), _) => absolute.to_owned(),
                (None, Some((zone, _))) => format!("{alias}.{zone}"),
                (None, None) => alias,
            };
        }
        let kinds = ["A", "AAAA"].into_iter();
        let targets = kinds.flat_map(|kind| self.targets(&name, kind));
        Some(targets.filter_map(|target| target.parse().ok()).collect())
    }

    pub(super) fn has_txt(&self, name: &str, value: &str) -> bool {
        let values = self.txt.get(name);
        values.is_some_and(|values| values.contains(value))
            || self
                .targets(name, "TXT")
                .any(|it| it.trim_matches('"') == value)
    }

    pub(super) fn address(&self, name: &str) -> Option<IpAddr> {
        self.addresses.get(name).copied()
    }
}

/// A name and its parents, as far as the last two labels.
pub(super) fn parents(name: &str) -> impl Iterator<Item = &str> {
    fn parent<'a>(name: &&'a str) -> Option<&'a str> {
        name.split_once('.').map(|(_, parent)| parent)
    }
    std::iter::successors(Some(name), parent).filter(|name| name.contains('.'))
}

fn has_space<T>(records: &BTreeMap<String, T>, name: &str) -> bool {
    records.len() < MOST_RECORDS || records.contains_key(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dns(records: &[(&str, &str, &str)]) -> Dns {
        let mut deployed = Deployed::new();
        for (name, kind, target) in records {
            let targets = deployed.entry(((*name).to_owned(), (*kind).to_owned()));
            targets.or_default().insert((*target).to_owned());
        }
        let mut dns = Dns::default();
        dns.deploy("example.com", deployed);
        dns
    }

    fn addresses(dns: &Dns, name: &str) -> usize {
        dns.zone_addresses(name).expect("a name of the zone").len()
    }

    #[test]
    fn alias_without_last_dot_is_below_the_zone() {
        let dns = dns(&[
            ("example.com", "A", "192.0.2.1"),
            ("www.example.com", "CNAME", "example.com."),
            ("shop.example.com", "CNAME", "www"),
            ("lost.example.com", "CNAME", "example.com"),
        ]);
        assert_eq!(addresses(&dns, "www.example.com"), 1);
        assert_eq!(addresses(&dns, "shop.example.com"), 1);
        assert_eq!(addresses(&dns, "lost.example.com"), 0);
    }

    #[test]
    fn wildcard_answers_for_names_without_records() {
        let dns = dns(&[
            ("*.example.com", "A", "192.0.2.1"),
            ("mail.example.com", "MX", "1 mx."),
        ]);
        assert_eq!(addresses(&dns, "www.example.com"), 1);
        assert_eq!(addresses(&dns, "a.b.example.com"), 1);
        assert_eq!(addresses(&dns, "mail.example.com"), 0);
        assert_eq!(addresses(&dns, "example.com"), 0);
    }
}
