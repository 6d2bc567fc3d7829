//! DNS records that a test sets: the proof that a foreign domain needs, and where domains point.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The most names with records of a type, and the most TXT records of a name.
const MOST_RECORDS: usize = 1_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Dns {
    txt: BTreeMap<String, BTreeSet<String>>,
    addresses: BTreeMap<String, IpAddr>,
}

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

    pub(super) fn has_txt(&self, name: &str, value: &str) -> bool {
        let values = self.txt.get(name);
        values.is_some_and(|values| values.contains(value))
    }

    pub(super) fn address(&self, name: &str) -> Option<IpAddr> {
        self.addresses.get(name).copied()
    }
}

fn has_space<T>(records: &BTreeMap<String, T>, name: &str) -> bool {
    records.len() < MOST_RECORDS || records.contains_key(name)
}
