//! Attached domains: every field but the name can be changed.

use ovh_runtime::Error;

use super::{Differences, Observed, Reconcile, ensures, same_folder};
use crate::hosting::Domains;
use crate::types::{Domain, DomainUpdate, NewDomain};
use crate::wait::Work;
use crate::{Task, WaitPolicy};

impl Reconcile for Domains {
    type New = NewDomain;
    const WORK: Work = Work::Day;

    async fn find(&self, domain: &str) -> Result<Option<String>, Error> {
        Ok(Some(domain.to_owned()))
    }

    fn compare(_: &str, new: &NewDomain, is: &Observed<Domain>) -> Differences {
        let (is, mut differences) = Differences::of(is);
        macro_rules! optional {
            ($($field:ident),*) => {
                $(differences.open(stringify!($field), new.$field.as_ref(), is.$field.as_ref());)*
            };
        }
        differences.open("cdn", new.cdn.as_ref(), Some(&is.cdn));
        differences.open("firewall", new.firewall.as_ref(), Some(&is.firewall));
        optional!(ip_location, own_log);
        differences.open_text("path", &new.path, &is.path, same_folder);
        optional!(runtime_id);
        // A missing `ssl` means no SSL.
        differences.open("ssl", new.ssl.as_ref(), Some(&is.ssl.unwrap_or(false)));
        differences
    }

    async fn create(&self, _: &str, new: &NewDomain) -> Result<Task, Error> {
        Ok(self.attach(new).await?.plain())
    }

    async fn update(
        &self,
        domain: &str,
        _: &String,
        new: &NewDomain,
        differences: &Differences,
        _: WaitPolicy,
    ) -> Result<(), Error> {
        let mut update = DomainUpdate::new();
        // `bypassDNSConfiguration` is a parameter of each write, not a property of the domain.
        if let Some(bypass) = new.bypass_dns_configuration {
            update = update.bypass_dns_configuration(bypass);
        }
        macro_rules! copy {
            ($($field:ident),*) => {
                $(if let (true, Some(value)) = (differences.has(stringify!($field)), &new.$field) {
                    update = update.$field(value.clone());
                })*
            };
        }
        copy!(cdn, firewall, ip_location, own_log, runtime_id, ssl);
        if differences.has("path") {
            update = update.path(&*new.path);
        }
        Self::update(self, domain, &update).await.map(drop)
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
