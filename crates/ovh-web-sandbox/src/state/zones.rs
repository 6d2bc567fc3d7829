//! DNS zones: records that calls change, and the records that name servers answer with. A refresh
//! deploys the changes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::dns::Deployed;
use super::hosting::{IPV4, IPV6, renewal};
use crate::clock::Moment;
use crate::ids::Ids;

/// The records of a zone by ID, as the API shows them.
type Records = BTreeMap<u64, Value>;

/// A refresh that was accepted: its end, and the records that it deploys.
#[derive(Clone)]
struct Refresh {
    end: Moment,
    records: Records,
}

/// A DNS zone of the account.
#[derive(Clone)]
pub(crate) struct Zone {
    pub(crate) name: String,
    pub(crate) created: Moment,
    pub(crate) last_update: Moment,
    /// The SOA record.
    pub(crate) soa: Value,
    pub(crate) dns_hosts: BTreeMap<u64, Value>,
    pub(crate) dns_logins: BTreeMap<String, Value>,
    pub(crate) ids: Ids,
    service_id: u64,
    staged: Records,
    deployed: Records,
    refresh: Option<Refresh>,
    refresh_time: Duration,
}

impl Zone {
    /// A new zone, which has only the records of its name servers.
    pub(crate) fn new(name: &str, ids: &Ids, now: Moment, refresh_time: Duration) -> Self {
        let name = name.to_ascii_lowercase();
        let servers = name_servers(&name);
        let soa = json!({
            "email": "tech.ovh.net.",
            "expire": 3_600_000,
            "nxDomainTtl": 300,
            "refresh": 86_400,
            "serial": first_serial(now),
            "server": format!("{}.", servers[0]),
            "ttl": 3600,
        });
        let mut zone = Self {
            created: now,
            last_update: now,
            soa,
            dns_hosts: BTreeMap::new(),
            dns_logins: BTreeMap::new(),
            ids: ids.clone(),
            service_id: ids.number(&format!("zone {name}")),
            staged: BTreeMap::new(),
            deployed: BTreeMap::new(),
            refresh: None,
            refresh_time,
            name,
        };
        for server in &servers {
            zone.add("", "NS", &format!("{server}."), 0);
        }
        zone.deploy_all();
        zone
    }

    /// The staged records.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&u64, &Value)> + Clone {
        self.staged.iter()
    }

    pub(crate) fn record(&self, id: u64) -> Option<&Value> {
        self.staged.get(&id)
    }

    /// The staged records: name, type and target, with `@` for the zone itself.
    pub(crate) fn lines(&self) -> Vec<String> {
        let text =
            |record: &Value, name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let line = |record: &Value| {
            let name = text(record, "subDomain");
            let name = if name.is_empty() { "@" } else { &name };
            format!(
                "{name} {} {}",
                text(record, "fieldType"),
                text(record, "target")
            )
        };
        self.staged.values().map(line).collect()
    }

    /// Adds a staged record.
    pub(crate) fn add(&mut self, subdomain: &str, kind: &str, target: &str, ttl: i64) -> u64 {
        let id = self.ids.next();
        let record = json!({
            "fieldType": kind,
            "id": id,
            "subDomain": subdomain.to_ascii_lowercase(),
            "target": shown(kind, target),
            "ttl": ttl,
            "zone": self.name,
        });
        self.staged.insert(id, record);
        id
    }

    /// Replaces a staged record.
    pub(crate) fn change(&mut self, id: u64, mut record: Value) {
        let text = |name: &str| record[name].as_str().unwrap_or_default();
        record["target"] = shown(text("fieldType"), text("target")).into();
        self.staged.insert(id, record);
    }

    /// Removes a staged record; `false` if there is no such record.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        self.staged.remove(&id).is_some()
    }

    /// Removes all staged records, except those of the name servers.
    pub(crate) fn clear(&mut self) {
        self.staged
            .retain(|_, record| record["fieldType"] == "NS" && record["subDomain"] == "");
    }

    /// `true` if the name servers answer with all staged records.
    pub(crate) fn is_deployed(&self) -> bool {
        self.refresh.is_none() && self.staged == self.deployed
    }

    /// Starts a refresh, unless one runs; `false` if it has no effect.
    ///
    /// Clients report that parallel refreshes of a zone get lost, with a success as the response.
    pub(crate) fn refresh(&mut self, now: Moment) -> bool {
        let is_idle = self.refresh.is_none();
        if is_idle {
            self.refresh = Some(Refresh {
                end: now + self.refresh_time,
                records: self.staged.clone(),
            });
        }
        is_idle
    }

    /// Ends a refresh that is due, and returns the records that it deployed.
    pub(super) fn settle(&mut self, now: Moment) -> Option<Deployed> {
        let refresh = self.refresh.take_if(|refresh| refresh.end <= now)?;
        self.deployed = refresh.records;
        self.last_update = refresh.end;
        let serial = self.soa["serial"].as_u64().unwrap_or_default();
        self.soa["serial"] = (serial + 1).into();
        Some(self.deployed())
    }

    /// Deploys all staged records at once.
    pub(super) fn deploy_all(&mut self) {
        self.deployed.clone_from(&self.staged);
    }

    /// The deployed records by full name and type.
    pub(super) fn deployed(&self) -> Deployed {
        let text =
            |record: &Value, name: &str| record[name].as_str().unwrap_or_default().to_owned();
        let mut deployed = Deployed::new();
        for record in self.deployed.values() {
            let name = self.full_name(&text(record, "subDomain"));
            let key = (name, text(record, "fieldType"));
            deployed
                .entry(key)
                .or_default()
                .insert(text(record, "target"));
        }
        deployed
    }

    fn full_name(&self, subdomain: &str) -> String {
        match subdomain {
            "" => self.name.clone(),
            subdomain => format!("{subdomain}.{}", self.name),
        }
    }

    /// A `domain.ZoneWithIAM`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "dnssecActivated": true,
            "dnssecSupported": true,
            "hasDnsAnycast": false,
            "iam": self.iam("dnsZone"),
            "lastUpdate": self.last_update.rfc3339(),
            "name": self.name,
            "nameServers": name_servers(&self.name),
        })
    }

    /// The names in IAM of the zone and of its domain name.
    pub(crate) fn urns(&self) -> [String; 2] {
        ["dnsZone", "domain"].map(|kind| self.urn(kind))
    }

    fn urn(&self, kind: &str) -> String {
        format!("urn:v1:eu:resource:{kind}:{}", self.name)
    }

    /// An `iam.ResourceMetadata`.
    fn iam(&self, kind: &str) -> Value {
        json!({
            "displayName": self.name,
            "id": self.ids.uuid(&format!("{kind} {}", self.name)),
            "state": "OK",
            "tags": {},
            "urn": self.urn(kind),
        })
    }

    /// The end of the contract.
    fn expiration(&self) -> Moment {
        self.created + Duration::from_secs(365 * 24 * 3600)
    }

    /// A `domain.DomainServiceWithIAM` for the domain name of the zone.
    pub(crate) fn domain_json(&self) -> Value {
        let contact = json!({"id": "sb0000-ovh"});
        json!({
            "contactAdmin": contact,
            "contactBilling": contact,
            "contactOwner": contact,
            "contactTech": contact,
            "dnssecState": "enabled",
            "dnssecSupported": true,
            "domain": self.name,
            "expirationDate": self.expiration().rfc3339(),
            "glueRecordIpv6Supported": true,
            "glueRecordMultiIpSupported": true,
            "hostSupported": true,
            "iam": self.iam("domain"),
            "lastUpdate": self.created.rfc3339(),
            "nameServerType": "hosted",
            "nameServers": self.server_ids().map(|(id, server)| json!({
                "id": id,
                "ipv4": null,
                "ipv6": null,
                "nameServer": server,
                "nameServerType": "hosted",
            })).collect::<Vec<_>>(),
            "offer": "gold",
            "owoSupported": true,
            "parentService": null,
            "renewalDate": self.expiration().rfc3339(),
            "renewalState": "automatic_renew",
            "serviceId": self.service_id,
            "state": "ok",
            "suspensionState": "not_suspended",
            "transferLockStatus": "locked",
            "whoisOwner": "sb0000-ovh",
        })
    }

    /// The name servers of the domain name with their IDs.
    pub(crate) fn server_ids(&self) -> impl Iterator<Item = (u64, String)> {
        let id = |server: &String| self.ids.number(&format!("{server} of {}", self.name));
        name_servers(&self.name)
            .into_iter()
            .map(move |server| (id(&server), server))
    }

    /// A `services.Service`.
    pub(crate) fn service_json(&self) -> Value {
        json!({
            "canDeleteAtExpiration": true,
            "contactAdmin": "sb0000-ovh",
            "contactBilling": "sb0000-ovh",
            "contactTech": "sb0000-ovh",
            "creation": self.created.day(),
            "domain": self.name,
            "engagedUpTo": null,
            "expiration": self.expiration().day(),
            "possibleRenewPeriod": [12],
            "renew": renewal(),
            "renewalType": "automaticV2016",
            "serviceId": self.service_id,
            "status": "ok",
        })
    }

    /// Points a name to a hosting, as attaching a domain does; `true` if that changes the zone.
    ///
    /// Guess: the records are deployed at once, and other staged changes stay staged. The zone's own
    /// name gets its `www` too, unless there is one.
    pub(super) fn point_to_hosting(&mut self, domain: &str) -> bool {
        let subdomain = domain.strip_suffix(&self.name).unwrap_or_default();
        let subdomain = subdomain.trim_end_matches('.');
        let mut changed = self.point(subdomain);
        let is_www = |record: &Value| record["subDomain"] == "www";
        if subdomain.is_empty() && !self.staged.values().any(is_www) {
            changed |= self.point("www");
        }
        changed
    }

    fn point(&mut self, subdomain: &str) -> bool {
        let points = |record: &Value| {
            let kind = record["fieldType"].as_str().unwrap_or_default();
            record["subDomain"] == subdomain && ["A", "AAAA", "CNAME"].contains(&kind)
        };
        let old: Vec<_> = self.staged.values().filter(|it| points(it)).collect();
        let is_here = |it: &&Value| [IPV4, IPV6].iter().any(|address| it["target"] == *address);
        if !old.is_empty() && old.iter().all(is_here) && self.is_deployed() {
            return false;
        }
        let ids = [("A", IPV4), ("AAAA", IPV6)]
            .map(|(kind, target)| self.add(subdomain, kind, target, 0));
        let new = self.staged.clone();
        let refreshing = self.refresh.as_mut().map(|refresh| &mut refresh.records);
        for records in [&mut self.staged, &mut self.deployed]
            .into_iter()
            .chain(refreshing)
        {
            records.retain(|_, record| !points(record));
            records.extend(ids.map(|id| (id, new[&id].clone())));
        }
        true
    }
}

/// The target as the API returns it.
///
/// From recorded responses: a text is quoted. From third-party reports: in strings of 255 bytes.
fn shown(kind: &str, target: &str) -> String {
    let inside = target.strip_prefix('"');
    let text = inside.and_then(|text| text.strip_suffix('"'));
    let text = text.unwrap_or(target);
    if kind != "TXT" || text.contains(['"', '\\']) {
        return target.to_owned();
    }
    let (mut shown, mut length) = ("\"".to_owned(), 0);
    for letter in text.chars() {
        length += letter.len_utf8();
        if length > 255 {
            length = letter.len_utf8();
            shown.push_str("\" \"");
        }
        shown.push(letter);
    }
    shown + "\""
}

/// The name servers of a zone.
pub(crate) fn name_servers(zone: &str) -> [String; 2] {
    let number = 100 + zone.len() % 50;
    [
        format!("dns{number}.ovh.net"),
        format!("ns{number}.ovh.net"),
    ]
}

/// The serial of a new zone: its date and two digits.
fn first_serial(now: Moment) -> u64 {
    let day: u64 = now.day().replace('-', "").parse().unwrap_or_default();
    day * 100
}
