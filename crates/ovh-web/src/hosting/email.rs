//! E-mail that the scripts of a hosting send, and the e-mail options of its offer.

use ovh_runtime::{Call, Error, List};

use super::family::handle;
use crate::Listing;
use crate::types::{
    Bounce, Email as EmailObject, EmailOption, EmailRequest, EmailUpdate, EmailVolume, Service,
};

handle! {
    /// The e-mail that the scripts of a hosting send.
    Email
}

impl Email {
    /// How it stands: volumes, address for errors, state.
    pub fn get(&self) -> Call<EmailObject> {
        self.hosting.raw().email().get(self.hosting.service_name())
    }

    /// Changes whom errors are sent to.
    pub fn update(&self, update: &EmailUpdate) -> Call<()> {
        let raw = self.hosting.raw().email();
        raw.update(self.hosting.service_name(), update)
    }

    /// The last e-mails that came back, so many at most.
    pub fn bounces(&self, limit: i64) -> Call<List<Bounce>> {
        let raw = self.hosting.raw().email();
        raw.bounces(self.hosting.service_name(), limit)
    }

    /// How much was sent on each day.
    pub fn volumes(&self) -> Call<List<EmailVolume>> {
        let raw = self.hosting.raw().email();
        raw.volumes(self.hosting.service_name())
    }

    /// Blocks, unblocks or throws away what waits to be sent.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn request(&self, request: &EmailRequest) -> Result<(), Error> {
        let raw = self.hosting.raw().email();
        // The API answers with some text that nothing is known of.
        raw.request(self.hosting.service_name(), request)
            .reply()
            .await
            .map(drop)
    }
}

handle! {
    /// The e-mail options of a hosting's offer.
    EmailOptions
}

impl EmailOptions {
    /// All of them.
    pub fn list(&self) -> Listing<EmailOption, i64> {
        Listing::new(
            self.hosting.clone(),
            |hosting| hosting.raw().email_options().page(hosting.service_name()),
            |hosting| hosting.raw().email_options().list(hosting.service_name()),
            |hosting, id| {
                hosting
                    .raw()
                    .email_options()
                    .get(hosting.service_name(), *id)
            },
        )
    }

    /// Their numbers.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.list().ids()
    }

    /// One of them.
    pub fn get(&self, id: i64) -> Call<EmailOption> {
        let raw = self.hosting.raw().email_options();
        raw.get(self.hosting.service_name(), id)
    }

    /// How one of them is paid and renewed.
    pub fn service(&self, id: i64) -> Call<Service> {
        let raw = self.hosting.raw().email_options();
        raw.service(self.hosting.service_name(), id)
    }

    /// Asks for the end of one of them. It has to be confirmed by e-mail.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn terminate(&self, id: i64) -> Result<(), Error> {
        let raw = self.hosting.raw().email_options();
        raw.terminate(self.hosting.service_name(), id)
            .reply()
            .await
            .map(drop)
    }
}
