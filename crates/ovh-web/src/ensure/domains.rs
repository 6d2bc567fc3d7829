//! Attached domains: every field but the name can be changed.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, Update, changed, ensures, same_folder};
use crate::hosting::Domains;
use crate::task::Task;
use crate::types::{Domain, DomainUpdate, NewDomain};
use crate::wait::Work;

impl Reconcile for Domains {
    type New = NewDomain;
    const WORK: Work = Work::Day;

    async fn find(&self, domain: &str) -> Result<Option<String>, Error> {
        Ok(Some(domain.to_owned()))
    }

    fn compare(_: &str, new: &NewDomain, is: &Observed<Domain>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        differences.open("cdn", new.cdn.as_ref(), Some(&is.cdn));
        differences.open("firewall", new.firewall.as_ref(), Some(&is.firewall));
        let (location, logs) = (new.ip_location.as_ref(), new.own_log.as_ref());
        differences.open("ip_location", location, is.ip_location.as_ref());
        differences.open("own_log", logs, is.own_log.as_ref());
        differences.open_text("path", &new.path, &is.path, same_folder);
        let runtime = new.runtime_id.as_ref();
        differences.open("runtime_id", runtime, is.runtime_id.as_ref());
        // A missing `ssl` means no SSL.
        differences.open("ssl", new.ssl.as_ref(), Some(&is.ssl.unwrap_or(false)));
        differences
    }

    async fn create(&self, _: &str, new: &NewDomain) -> Result<Task, Error> {
        Ok(self.attach(new).await?.plain())
    }

    async fn update(&self, to: Update<'_, Self>) -> Result<(), Error> {
        let mut update = changed!(
            DomainUpdate::new(),
            to,
            [path],
            [cdn, firewall, ip_location, own_log, runtime_id, ssl]
        );
        // `bypassDNSConfiguration` is a parameter of each write, not a property of the domain.
        if let Some(bypass) = to.new.bypass_dns_configuration {
            update = update.bypass_dns_configuration(bypass);
        }
        Self::update(self, to.name, &update).await.map(drop)
    }

    async fn remove(&self, domain: &String) -> Result<Task, Error> {
        self.detach(domain).await
    }
}

ensures! {
    /// | field | compared | can be changed | if `None` |
    /// |---|---|---|---|
    /// | `domain` | identifies the domain | no | required |
    /// | `path` | yes, as a folder: a leading `./`, surrounding slashes and the absolute path are ignored | yes | required |
    /// | `bypass_dns_configuration` | no: it is sent with each write | no | a write may change the DNS zone |
    /// | `cdn` | yes | yes | a new domain has the API's default |
    /// | `firewall` | yes | yes | a new domain has the API's default |
    /// | `ip_location` | yes | yes | a new domain has the hosting's address |
    /// | `own_log` | yes | yes | a new domain has no separate logs |
    /// | `runtime_id` | yes | yes | a new domain has the hosting's default runtime |
    /// | `ssl` | yes; missing means no SSL | yes | a new domain has the API's default |
    Domains: NewDomain => Domain,
    name: &str = |wanted| &wanted.domain;
    "Detaches a domain, if it is attached. Unlike with `detach_with`, the API's default decides \
     about its DNS records."
}
