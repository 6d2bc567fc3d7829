//! Attached domains: every field but the name can be changed.

use ovh_runtime::{Call, Error};

use super::{Differences, Resource, Seen, ensures, if_there, same_folder};
use crate::handle::Hosting;
use crate::types::{Domain, DomainUpdate, NewDomain};
use crate::wait::Work;
use crate::{Task, WaitPolicy};

struct Attached<'a> {
    hosting: &'a Hosting,
    name: &'a str,
}

impl Resource for Attached<'_> {
    type Object = Domain;
    type New = NewDomain;
    const WORK: Work = Work::Day;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the domain {}", self.name)
    }

    async fn read(&self) -> Result<Option<Seen<Domain>>, Error> {
        if_there(self.hosting.domains().get(self.name)).await
    }

    fn look(&self, _: &Domain) -> Call<Domain> {
        self.hosting.domains().get(self.name)
    }

    fn compare(&self, new: &NewDomain, seen: &Seen<Domain>) -> Differences {
        let (is, mut found) = (&seen.object, Differences::new(&seen.corrected));
        found.open("cdn", new.cdn.as_ref(), Some(&is.cdn));
        found.open("firewall", new.firewall.as_ref(), Some(&is.firewall));
        found.open(
            "ip_location",
            new.ip_location.as_ref(),
            is.ip_location.as_ref(),
        );
        found.open("own_log", new.own_log.as_ref(), is.own_log.as_ref());
        found.open_text("path", &new.path, &is.path, same_folder);
        found.open(
            "runtime_id",
            new.runtime_id.as_ref(),
            is.runtime_id.as_ref(),
        );
        // A missing `ssl` means no SSL.
        found.open("ssl", new.ssl.as_ref(), Some(&is.ssl.unwrap_or(false)));
        found
    }

    async fn create(&self, new: &NewDomain) -> Result<Task, Error> {
        Ok(self.hosting.domains().attach(new).await?.plain())
    }

    async fn update(
        &self,
        new: &NewDomain,
        _: &Domain,
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
        // The caller waits and compares the values.
        let _ = self.hosting.domains().update(self.name, &update).await?;
        Ok(())
    }

    async fn remove(&self, _: &Domain) -> Result<Task, Error> {
        self.hosting.domains().detach(self.name).await
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
    |this, name| Attached { hosting: this.hosting(), name }, |wanted| &wanted.domain;
    "Detaches a domain, if it is attached. Unlike with `detach_with`, the API's default decides \
     about its DNS records."
}
