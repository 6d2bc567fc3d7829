//! The contract of a hosting: expiration, renewal and contacts.

use super::resource::{handle, operations};
use crate::types::{Service, ServiceUpdate};

handle! {
    /// The contract of a hosting: expiration, renewal and contacts.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::RenewalInput;
    ///
    /// let contract = client.hosting("example.ovh").service_infos();
    /// let done = contract.ensure_renewal(&RenewalInput::new().automatic(true)).await?;
    /// // unchanged; paid until 2027-03-01
    /// println!("{}; paid until {}", done.change, done.object.expiration);
    /// # Ok(())
    /// # }
    /// ```
    ServiceInfos
}

impl ServiceInfos {
    operations! {
        [services |contract| &contract.hosting]

        /// Reads the contract: expiration, renewal, contacts.
        fn get() -> Service;

        /// Changes the renewal.
        ///
        /// Set every field: the effect of omitting one is undocumented.
        /// [`ensure_renewal`](Self::ensure_renewal) does this.
        fn update(update: &ServiceUpdate) -> ();
    }
}
