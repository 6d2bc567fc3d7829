//! DNS zones, their records, and domain names, with the feature `domain`.
//!
//! Changes of records are staged by the server: name servers answer with them after a refresh. The
//! methods of [`Records`] send one refresh after all changes, never two at the same time for one
//! zone, and wait until the zone is deployed.
//!
//! ```no_run
//! # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
//! use ovh_web::domain::NewRecord;
//!
//! let records = client.zone("example.com").records();
//! let wanted = [
//!     NewRecord::new("A", "192.0.2.1"),
//!     NewRecord::new("CNAME", "example.com.").sub_domain("www").ttl(3600),
//! ];
//! let done = records.ensure_all(&wanted).await?.or_conflict()?;
//! for change in &done.changes {
//!     println!("{change}"); // www CNAME example.com.: created
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Operations without a method here are in [`Client::raw_domain`], such as DynHost logins or the
//! import of a zone file.

mod batch;
mod changes;
mod normal;
mod records;
pub(crate) mod zone;

use ovh_runtime::Call;

pub use batch::{
    Batch, BatchError, ChangedRecord, EnsuredRecords, RecordChange, RecordWrite, Undone, ZoneRecord,
};
pub use changes::RecordSet;
pub use records::Records;

#[doc(no_inline)]
pub use ovh_domain_client as client;
#[doc(no_inline)]
pub use ovh_domain_client::records::ListRecords;
#[doc(no_inline)]
pub use ovh_domain_client::types::{self, NewRecord, RecordType};

use crate::{Client, Listing};
use zone::Zone;

impl Client {
    /// Returns the generated client, with every operation of `/domain`.
    #[must_use]
    pub fn raw_domain(&self) -> client::Client {
        client::Client::new(self.raw().core().clone())
    }

    /// Lists the DNS zones of the account.
    pub fn zones(&self) -> Listing<types::Zone> {
        Listing::new(
            self.raw_domain(),
            |client| client.zones().page(&Default::default()),
            |client| client.zones().list(&Default::default()),
            |client, name| client.zones().get(name),
        )
    }

    /// Returns the handle of a DNS zone, such as `example.com`.
    #[must_use]
    pub fn zone(&self, name: impl Into<String>) -> Zone {
        Zone::new(self.clone(), name.into())
    }

    /// Lists the domain names of the account.
    pub fn domain_names(&self) -> Listing<types::Domain> {
        Listing::new(
            self.raw_domain(),
            |client| client.domains().page(&Default::default()),
            |client| client.domains().list(&Default::default()),
            |client, name| client.domains().get(name),
        )
    }

    /// Reads a domain name: expiry, name servers, DNSSEC state, transfer lock.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let domain = client.domain_name("example.com").await?;
    /// println!("expires on {}", domain.expiration_date);
    /// println!("DNSSEC: {}, lock: {}", domain.dnssec_state, domain.transfer_lock_status);
    /// for server in &domain.name_servers {
    ///     println!("{server:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn domain_name(&self, name: &str) -> Call<types::Domain> {
        self.raw_domain().domains().get(name)
    }
}
