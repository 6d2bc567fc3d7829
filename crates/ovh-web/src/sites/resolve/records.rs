//! DNS records of sites.
//!
//! A record stands with its full name in the file, and below its zone in a record set.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use ovh_domain_client::types::RecordType;

use super::{Resolver, names};
use crate::domain::RecordSet;
use crate::sites::entries::{DnsEntry, RecordEntry};
use crate::sites::node::Text;
use crate::sites::place::{Place, Placed};

/// The bytes of a record set, and of each of its targets, besides their texts.
const SET: usize = 64;

impl Resolver<'_> {
    /// Adds the records of a site with these domains.
    pub(super) fn dns(&mut self, dns: &DnsEntry, site: &Text, domains: &BTreeMap<String, &Text>) {
        let zone_name = dns.zone.as_ref().unwrap_or(site);
        let Some(zone) = names::domain(zone_name, self.to) else {
            return;
        };
        for record in dns.records.iter().flatten() {
            let place = &record.place;
            let Some((type_, targets)) = self.targets(place, &record.value) else {
                continue;
            };
            let full = match &record.value.name {
                Some(name) => match names::record(name, self.to) {
                    Some(full) => vec![(full, name)],
                    None => continue,
                },
                None => {
                    let domains = domains.iter();
                    domains.map(|(name, text)| (name.clone(), *text)).collect()
                }
            };
            let size = targets.iter().map(|target| SET + target.len());
            let size = SET + zone.len() + size.sum::<usize>();
            for (full, text) in full {
                if !self.budget.take(size, place, self.to) {
                    return;
                }
                let Some(name) = below(&full, &zone) else {
                    let message = format!("`{text}` is not in the zone `{zone_name}`");
                    self.to.add(place, message);
                    continue;
                };
                let set = RecordSet::new(name, type_.clone(), targets.clone());
                self.record_set(&zone, place, text, set);
            }
        }
    }

    fn record_set(&mut self, zone: &str, place: &Place, text: &Text, value: RecordSet) {
        let sets = self.wanted.dns.entry(zone.to_owned()).or_default();
        let key = (zone.to_owned(), set_key(&value));
        let first = self.sets.get(&key).and_then(|index| sets.get(*index));
        match first {
            Some(first) if first.value.targets != value.targets => {
                let (type_, first) = (&value.field_type, &first.place);
                let message = format!(
                    "the records `{text}` of type {type_} are given differently at {first}"
                );
                self.to.add(place, message);
            }
            Some(_) => {}
            None => {
                let place = place.clone();
                self.sets.insert(key, sets.len());
                sets.push(Placed { place, value });
            }
        }
    }

    /// Returns the type and the distinct targets in order.
    fn targets(
        &mut self,
        place: &Place,
        record: &RecordEntry,
    ) -> Option<(RecordType, Vec<String>)> {
        let before = self.to.count();
        let Some(type_) = &record.type_ else {
            self.to.add(place, "missing field `type`");
            return None;
        };
        let type_ = RecordType::from(type_.as_str().to_ascii_uppercase());
        let mut targets = Vec::new();
        for text in record.targets.iter().flatten() {
            let Some(target) = names::plain(text, "the value of a record", self.to) else {
                continue;
            };
            let target = target.trim();
            let expected = match type_ {
                _ if target.is_empty() => "the value of a record",
                RecordType::A if target.parse::<Ipv4Addr>().is_err() => "an IPv4 address",
                RecordType::Aaaa if target.parse::<Ipv6Addr>().is_err() => "an IPv6 address",
                _ => {
                    targets.push(target.to_owned());
                    continue;
                }
            };
            let message = format!("expected {expected}, found `{text}`");
            self.to.add(&text.place, message);
        }
        targets.sort();
        targets.dedup();
        let count = targets.len();
        if self.to.count() > before {
            return None;
        }
        if count == 0 {
            self.to.add(place, "missing field `targets`");
        } else if type_ == RecordType::Cname && count > 1 {
            self.to.add(place, "a name has at most one CNAME record");
        }
        (self.to.count() == before).then_some((type_, targets))
    }
}

/// The name and type of a record set.
pub(in crate::sites) type SetKey = (String, RecordType);

pub(in crate::sites) fn set_key(set: &RecordSet) -> SetKey {
    (set.name.clone(), set.field_type.clone())
}

/// Returns the name below a zone: empty for the zone itself.
fn below<'n>(name: &'n str, zone: &str) -> Option<&'n str> {
    match name.strip_suffix(zone)? {
        "" => Some(""),
        name => name.strip_suffix('.'),
    }
}
