//! The records of a zone: reads, batches of writes, and their undo.
//!
//! `changes` decides what is written; this file sends it, and refreshes the zone.

use std::collections::BTreeSet;
use std::time::Duration;

use ovh_domain_client::records::ListRecords;
use ovh_domain_client::types::{NewRecord, Record, RecordType, RecordUpdate};
use ovh_runtime::{Call, Error, ErrorKind};

use super::batch::{
    Batch, BatchError, EnsuredRecords, RecordChange, RecordWrite, Undone, ZoneRecord,
};
use super::changes::{self, Plan, RecordSet, Wanted};
use super::normal;
use super::zone::Zone;
use crate::clock::within;
use crate::{Client, Listing};

/// The time to look for a record whose response was lost: the error waits for it.
const TIME_TO_IDENTIFY: Duration = Duration::from_secs(30);

/// The records of a DNS zone.
///
/// Each method that changes records reads the present ones of the same names, sends what differs,
/// refreshes the zone once, and waits until it is deployed. If nothing differs, or with a conflict,
/// it refreshes the zone only if an earlier change is not deployed. Batches of one zone run one after another in a
/// client and its clones; other programs are not locked out. If a call is dropped, the writes that it
/// has sent stay staged, and there is no [`Batch`] to undo them: the next batch of the zone refreshes
/// it.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::domain::NewRecord;
///
/// let records = client.zone("example.com").records();
/// for record in records.list().await? {
///     let name = record.sub_domain.unwrap_or_default();
///     println!("{name} {} {}", record.field_type, record.target);
/// }
/// let wanted = NewRecord::new("A", "192.0.2.1").sub_domain("shop");
/// for change in records.plan(&wanted).await? {
///     println!("{change}");
/// }
/// records.ensure(&wanted).await?.or_conflict()?;
/// # Ok(())
/// # }
/// ```
///
/// # Comparison
///
/// Records are found by name, type and target:
///
/// | part | equal |
/// |---|---|
/// | name | without case; empty for the zone itself |
/// | type | `TXT`, `SPF`, `DKIM` and `DMARC` as one, since all of them are published as `TXT`; a set removes only records of the type it names |
/// | target of `A`, `AAAA` | as addresses |
/// | target of `CNAME`, `DNAME`, `MX`, `NS`, `PTR`, `SRV` | without case and repeated spaces; a trailing dot makes a difference, since a name without one is below the zone |
/// | target of `TXT`, `SPF`, `DKIM`, `DMARC` | without the quotes around a single text; a text of more than 255 bytes also without its parts |
/// | other targets | as text |
/// | TTL | not compared if unset; 0 is the zone's default |
#[derive(Clone, Debug)]
pub struct Records {
    zone: Zone,
}

impl Records {
    pub(super) const fn new(zone: Zone) -> Self {
        Self { zone }
    }

    /// Returns the zone.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Lists the records.
    pub fn list(&self) -> Listing<Record, i64> {
        self.list_with(&ListRecords::default())
    }

    /// Lists the records that match the filter.
    pub fn list_with(&self, filter: &ListRecords) -> Listing<Record, i64> {
        Listing::new(
            (self.clone(), filter.clone()),
            |(handle, filter)| {
                let raw = handle.raw();
                raw.records().page(handle.zone.name(), filter)
            },
            |(handle, filter)| {
                let raw = handle.raw();
                raw.records().list(handle.zone.name(), filter)
            },
            |(handle, _), id| handle.get(*id),
        )
    }

    /// Reads a record.
    pub fn get(&self, id: i64) -> Call<Record> {
        self.raw().records().get(self.zone.name(), id)
    }

    /// Adds a record, or changes its TTL. Removes nothing.
    ///
    /// A CNAME excludes all other records of its name: one in the way is a
    /// [conflict](EnsuredRecords::or_conflict), and nothing is written.
    ///
    /// # Errors
    ///
    /// Returns an error if a call fails; it has the writes that were sent. Also if the name is `@`
    /// or ends with a dot, or if the type is in lower case.
    pub async fn ensure(&self, wanted: &NewRecord) -> Result<EnsuredRecords, BatchError> {
        self.apply(vec![Wanted::Present(wanted.clone())]).await
    }

    /// Like [`ensure`](Self::ensure), for many records with one refresh.
    ///
    /// With a conflict, none of them is written.
    pub async fn ensure_all(&self, wanted: &[NewRecord]) -> Result<EnsuredRecords, BatchError> {
        self.apply(present(wanted)).await
    }

    /// Makes these the only targets of a name and type: adds missing ones and removes others.
    ///
    /// Records that stay keep their TTL. Records of other types stay.
    ///
    /// # Errors
    ///
    /// Like [`ensure`](Self::ensure). Also if there is no target, or more than one of a CNAME.
    pub async fn ensure_set(
        &self,
        name: &str,
        field_type: impl Into<RecordType>,
        targets: &[impl AsRef<str>],
    ) -> Result<EnsuredRecords, BatchError> {
        self.ensure_sets(&[set(name, field_type, targets)]).await
    }

    /// Like [`ensure_set`](Self::ensure_set), for many sets with one refresh.
    ///
    /// With a conflict, none of them is written.
    pub async fn ensure_sets(&self, wanted: &[RecordSet]) -> Result<EnsuredRecords, BatchError> {
        self.apply(sets(wanted)).await
    }

    /// Removes the record with this name, type and target, if there is one.
    pub async fn ensure_absent(
        &self,
        name: &str,
        field_type: impl Into<RecordType>,
        target: &str,
    ) -> Result<EnsuredRecords, BatchError> {
        let wanted = absent(name, field_type.into(), target);
        self.apply(wanted).await
    }

    /// Returns the change that [`ensure`](Self::ensure) would make. Only reads.
    pub async fn plan(&self, wanted: &NewRecord) -> Result<Vec<RecordChange>, Error> {
        self.plan_all(std::slice::from_ref(wanted)).await
    }

    /// Returns the changes that [`ensure_all`](Self::ensure_all) would make. Only reads.
    pub async fn plan_all(&self, wanted: &[NewRecord]) -> Result<Vec<RecordChange>, Error> {
        Ok(self.compare(&present(wanted)).await?.changes)
    }

    /// Returns the changes that [`ensure_set`](Self::ensure_set) would make. Only reads.
    pub async fn plan_set(
        &self,
        name: &str,
        field_type: impl Into<RecordType>,
        targets: &[impl AsRef<str>],
    ) -> Result<Vec<RecordChange>, Error> {
        self.plan_sets(&[set(name, field_type, targets)]).await
    }

    /// Returns the changes that [`ensure_sets`](Self::ensure_sets) would make. Only reads.
    pub async fn plan_sets(&self, wanted: &[RecordSet]) -> Result<Vec<RecordChange>, Error> {
        Ok(self.compare(&sets(wanted)).await?.changes)
    }

    /// Returns the changes that [`ensure_absent`](Self::ensure_absent) would make. Only reads.
    pub async fn plan_absent(
        &self,
        name: &str,
        field_type: impl Into<RecordType>,
        target: &str,
    ) -> Result<Vec<RecordChange>, Error> {
        let wanted = absent(name, field_type.into(), target);
        Ok(self.compare(&wanted).await?.changes)
    }

    fn raw(&self) -> ovh_domain_client::Client {
        self.zone.client().raw_domain()
    }

    async fn apply(&self, wanted: Vec<Wanted>) -> Result<EnsuredRecords, BatchError> {
        let mut batch = Batch::new(self.zone.name());
        let applied = async {
            let _lock = self.lock().await;
            let present = self.present_of(&wanted).await?;
            batch.know(&present);
            let Plan { changes, writes } = changes::plan(&wanted, &present)?;
            let is_conflict = changes.iter().any(|it| it.change.is_conflict());
            let writes = if is_conflict { Vec::new() } else { writes };
            let refreshed = self.write(writes, &mut batch).await?;
            Ok((changes, refreshed))
        };
        match applied.await {
            Ok((changes, refreshed)) => Ok(EnsuredRecords {
                changes,
                batch,
                refreshed,
            }),
            Err(error) => Err(BatchError { error, batch }),
        }
    }

    async fn undo(&self, done: &Batch) -> Result<Undone, BatchError> {
        let mut batch = Batch::new(self.zone.name());
        let undone = async {
            let _lock = self.lock().await;
            let both = |write: &RecordWrite| [write.before.clone(), write.after.clone()];
            let touched = done.writes.iter().flat_map(both).flatten();
            let names: BTreeSet<String> = touched.map(|it| normal::name(&it.name)).collect();
            let present = self.present(&names).await?;
            batch.know(&present);
            let plan = changes::undo(done, &present);
            let refreshed = self.write(plan.writes, &mut batch).await?;
            Ok((plan.changed, plan.uncertain, refreshed))
        };
        match undone.await {
            Ok((changed, uncertain, refreshed)) => Ok(Undone {
                changed,
                uncertain,
                batch,
                refreshed,
            }),
            Err(error) => Err(BatchError { error, batch }),
        }
    }

    async fn lock(&self) -> tokio::sync::OwnedMutexGuard<()> {
        self.zone.client().locks().acquire(self.zone.name()).await
    }

    async fn compare(&self, wanted: &[Wanted]) -> Result<Plan, Error> {
        changes::plan(wanted, &self.present_of(wanted).await?)
    }

    /// Reads the records of the wanted names, unless a wanted one is refused.
    async fn present_of(&self, wanted: &[Wanted]) -> Result<Vec<ZoneRecord>, Error> {
        wanted.iter().try_for_each(Wanted::check)?;
        let names = wanted.iter().map(|it| normal::name(it.name())).collect();
        self.present(&names).await
    }

    /// Reads the records of these names: of one name with a filter, of several in one list.
    async fn present(&self, names: &BTreeSet<String>) -> Result<Vec<ZoneRecord>, Error> {
        let mut filter = ListRecords::default();
        match (names.first(), names.len()) {
            (None, _) => return Ok(Vec::new()),
            (Some(name), 1) => filter = filter.sub_domain(name.as_str()),
            _ => {}
        }
        let records = self.list_with(&filter).await?;
        let records = records.into_iter().map(ZoneRecord::from);
        // The server's filter may match loosely.
        Ok(records
            .filter(|record| names.contains(&normal::name(&record.name)))
            .collect())
    }

    /// Sends the writes one after another, then one refresh. Returns `true` if it refreshed.
    ///
    /// Without writes, it refreshes only what an earlier batch has left staged.
    async fn write(&self, writes: Vec<RecordWrite>, batch: &mut Batch) -> Result<bool, Error> {
        if writes.is_empty() && self.zone.status().await?.is_deployed {
            return Ok(false);
        }
        for write in writes {
            let mut sent = write.clone();
            let result = self.send(&write, &mut sent).await;
            // An undecodable response comes after the write.
            let may_be_applied =
                |error: &Error| error.maybe_applied() || matches!(error.kind(), ErrorKind::Decode);
            let is_sent = result.as_ref().err().is_none_or(may_be_applied);
            if is_sent && write.before.is_none() && sent.after.as_ref().is_some_and(is_nameless) {
                self.identify(&mut sent, batch).await;
            }
            let is_created =
                write.before.is_none() && sent.after.as_ref().is_some_and(|it| !is_nameless(it));
            if is_sent {
                batch.writes.push(sent);
            }
            match result {
                // The creation was accepted, but its response has no record.
                Err(error) if is_created && error.status().is_some_and(|it| it.is_success()) => {}
                result => result?,
            }
        }
        self.zone.deploy().await?;
        Ok(true)
    }

    /// Finds the record of a write whose response was lost or has no ID: the only new one with its
    /// values.
    ///
    /// It looks right away, before somebody else is likely to create the same record. Without a
    /// find, or if the zone cannot be read, `undo` only reports such a record.
    async fn identify(&self, sent: &mut RecordWrite, batch: &Batch) {
        let Some(new) = &mut sent.after else {
            return;
        };
        let names = BTreeSet::from([normal::name(&new.name)]);
        let clock = self.zone.client().clock();
        let found = within(&**clock, TIME_TO_IDENTIFY, self.present(&names)).await;
        let own = batch.writes.iter().filter_map(|it| it.after.as_ref()?.id);
        let known: BTreeSet<i64> = batch.known.iter().copied().chain(own).collect();
        let is_new = |it: &ZoneRecord| it.id.is_some_and(|id| !known.contains(&id));
        // The server fills in a TTL that is left out.
        let has_values = |it: &ZoneRecord| it.is_same(new) && [0, it.ttl].contains(&new.ttl);
        let present = found.and_then(Result::ok).unwrap_or_default();
        let mut found = present
            .into_iter()
            .filter(|it| is_new(it) && has_values(it));
        if let (Some(one), None) = (found.next(), found.next()) {
            *new = one;
        }
    }

    /// Sends one write. A created record gets the values of the response.
    async fn send(&self, write: &RecordWrite, sent: &mut RecordWrite) -> Result<(), Error> {
        let (raw, zone) = (self.raw(), self.zone.name());
        let before = write.before.as_ref().and_then(|is| Some((is.id?, is)));
        let raw = raw.records();
        match (before, &write.after) {
            (None, None) => Ok(()),
            (None, Some(new)) => {
                let created = raw.create(zone, &body(new)).await?;
                sent.after = Some(ZoneRecord {
                    // Known to OVHcloud's Terraform provider: the response may lack the ID.
                    id: Some(created.id).filter(|id| *id != 0),
                    ttl: created.ttl.unwrap_or(new.ttl),
                    target: Some(created.target)
                        .filter(|it| !it.is_empty())
                        .unwrap_or_else(|| new.target.clone()),
                    ..new.clone()
                });
                Ok(())
            }
            (Some((id, is)), Some(new)) => {
                let mut update = RecordUpdate::new();
                if is.target != new.target {
                    update = update.target(new.target.as_str());
                }
                if is.name != new.name {
                    update = update.sub_domain(new.name.as_str());
                }
                if is.ttl != new.ttl {
                    update = update.ttl(new.ttl);
                }
                raw.update(zone, id, &update).await
            }
            (Some((id, _)), None) => match raw.delete(zone, id).await {
                // Deleted by an earlier attempt, or by another client.
                Err(error) if error.is_gone() => Ok(()),
                result => result,
            },
        }
    }
}

fn is_nameless(record: &ZoneRecord) -> bool {
    record.id.is_none()
}

/// The body that creates a record. 0 and empty are left out: they are the API's defaults.
fn body(new: &ZoneRecord) -> NewRecord {
    let mut body = NewRecord::new(new.field_type.clone(), new.target.as_str());
    if !new.name.is_empty() {
        body = body.sub_domain(new.name.as_str());
    }
    if new.ttl != 0 {
        body = body.ttl(new.ttl);
    }
    body
}

fn present(wanted: &[NewRecord]) -> Vec<Wanted> {
    wanted.iter().cloned().map(Wanted::Present).collect()
}

fn sets(wanted: &[RecordSet]) -> Vec<Wanted> {
    wanted.iter().cloned().map(Wanted::Set).collect()
}

fn set(name: &str, field_type: impl Into<RecordType>, targets: &[impl AsRef<str>]) -> RecordSet {
    RecordSet::new(name, field_type, targets.iter().map(AsRef::as_ref))
}

fn absent(name: &str, field_type: RecordType, target: &str) -> Vec<Wanted> {
    let (name, target) = (name.to_owned(), target.to_owned());
    vec![Wanted::Absent(name, field_type, target)]
}

impl Batch {
    /// Restores the records that the batch has written, and refreshes the zone.
    ///
    /// Other records stay. A record that was changed after the batch is reported in
    /// [`Undone::changed`], and not overwritten. If the response of a write was lost, the record that
    /// it may have created was looked for right after it; one that appeared later may be somebody
    /// else's and is only reported in [`Undone::uncertain`]. A second `undo` changes nothing.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use ovh_web::domain::NewRecord;
    ///
    /// let records = client.zone("example.com").records();
    /// let done = records.ensure(&NewRecord::new("A", "192.0.2.1")).await?.or_conflict()?;
    /// std::fs::write("batch.json", serde_json::to_vec(&done.batch)?)?;
    /// // Later, in another program:
    /// let batch: ovh_web::domain::Batch = serde_json::from_slice(&std::fs::read("batch.json")?)?;
    /// for left in batch.undo(&client).await?.changed {
    ///     println!("changed by somebody else: {left:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn undo(&self, client: &Client) -> Result<Undone, BatchError> {
        client.zone(&self.zone).records().undo(self).await
    }
}
