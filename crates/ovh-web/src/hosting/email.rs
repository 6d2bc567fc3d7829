//! E-mail sent by a hosting's scripts, and the e-mail options of its offer.

use ovh_runtime::List;

use super::resource::{handle, operations, reads};
use crate::types::{
    Bounce, Email as EmailObject, EmailOption, EmailRequest, EmailUpdate, EmailVolume, Service,
};

handle! {
    /// The e-mail sent by the scripts of a hosting.
    Email
}

impl Email {
    operations! {
        [email |email| &email.hosting]

        /// Reads volumes, error address and state.
        fn get() -> EmailObject;

        /// Changes the address that receives error reports.
        fn update(update: &EmailUpdate) -> ();

        /// Lists the latest bounced e-mails, up to `limit`.
        fn bounces(limit: i64) -> List<Bounce>;

        /// Lists the number of e-mails sent per day.
        fn volumes() -> List<EmailVolume>;

        /// Blocks, unblocks or purges the queue.
        async fn request(request: &EmailRequest) -> () = |_email| ();
    }
}

handle! {
    /// The e-mail options of a hosting's offer.
    EmailOptions
}

reads! {
    EmailOptions: email_options |options| &options.hosting;
    /// Reads an option.
    get(id: i64) -> EmailOption, "e-mail option", "options";
    ids: i64
}

impl EmailOptions {
    operations! {
        [email_options |options| &options.hosting]

        /// Reads the billing and renewal of an option.
        fn service(id: i64) -> Service;

        /// Requests the termination of an option, to be confirmed by e-mail.
        async fn terminate(id: i64) -> () = |_options| ();
    }
}
