//! E-mail sent by a hosting's scripts, and the e-mail options of its offer.

use ovh_runtime::List;

use super::resource::{handle, operations, reads};
use crate::types::{
    Bounce, Email as EmailObject, EmailOption, EmailRequest, EmailUpdate, EmailVolume, Service,
};

handle! {
    /// The e-mail sent by the scripts of a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// use ovh_web::types::EmailUpdate;
    ///
    /// let email = client.hosting("example.ovh").email();
    /// let read = email.get().await?;
    /// println!("{} sent today, at most {}", read.sent_today, read.max_per_day);
    /// for bounce in email.bounces(10).await?.all()? {
    ///     println!("{}: {}", bounce.to.unwrap_or_default(), bounce.message.unwrap_or_default());
    /// }
    /// email.update(&EmailUpdate::new().email("admin@example.com")).await?;
    /// # Ok(())
    /// # }
    /// ```
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
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let options = client.hosting("example.ovh").email_options();
    /// for option in options.list().await? {
    ///     let contract = options.service(option.id).await?;
    ///     println!("{}: paid until {}", option.domain, contract.expiration);
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
