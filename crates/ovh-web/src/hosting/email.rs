//! E-mail sent by a hosting's scripts, and the e-mail options of its offer.

use ovh_runtime::{Call, Error, List};

use super::resource::handle;
use crate::Listing;
use crate::types::{
    Bounce, Email as EmailObject, EmailOption, EmailRequest, EmailUpdate, EmailVolume, Service,
};

handle! {
    /// The e-mail sent by the scripts of a hosting.
    Email
}

impl Email {
    /// Reads volumes, error address and state.
    pub fn get(&self) -> Call<EmailObject> {
        self.hosting.raw().email().get(self.hosting.service_name())
    }

    /// Changes the address that receives error reports.
    pub fn update(&self, update: &EmailUpdate) -> Call<()> {
        let raw = self.hosting.raw().email();
        raw.update(self.hosting.service_name(), update)
    }

    /// Lists the latest bounced e-mails, up to `limit`.
    pub fn bounces(&self, limit: i64) -> Call<List<Bounce>> {
        let raw = self.hosting.raw().email();
        raw.bounces(self.hosting.service_name(), limit)
    }

    /// Lists the number of e-mails sent per day.
    pub fn volumes(&self) -> Call<List<EmailVolume>> {
        let raw = self.hosting.raw().email();
        raw.volumes(self.hosting.service_name())
    }

    /// Blocks, unblocks or purges the queue.
    pub async fn request(&self, request: &EmailRequest) -> Result<(), Error> {
        let raw = self.hosting.raw().email();
        // The API returns an undocumented text.
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
    /// Lists the options.
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

    /// Returns the ids of the options.
    pub fn ids(&self) -> Call<Vec<i64>> {
        self.list().ids()
    }

    /// Reads an option.
    pub fn get(&self, id: i64) -> Call<EmailOption> {
        let raw = self.hosting.raw().email_options();
        raw.get(self.hosting.service_name(), id)
    }

    /// Reads the billing and renewal of an option.
    pub fn service(&self, id: i64) -> Call<Service> {
        let raw = self.hosting.raw().email_options();
        raw.service(self.hosting.service_name(), id)
    }

    /// Requests the termination of an option, to be confirmed by e-mail.
    pub async fn terminate(&self, id: i64) -> Result<(), Error> {
        let raw = self.hosting.raw().email_options();
        raw.terminate(self.hosting.service_name(), id)
            .reply()
            .await
            .map(drop)
    }
}
