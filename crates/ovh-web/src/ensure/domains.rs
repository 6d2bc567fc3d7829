//! Attached domains: everything but the name can be changed.

use ovh_runtime::{Call, Error};

use super::{Differences, Thing, differs, ensures, if_there, same_folder};
use crate::WaitPolicy;
use crate::handle::Hosting;
use crate::types::{Domain, DomainUpdate, NewDomain};

struct Attached<'a> {
    hosting: &'a Hosting,
    name: &'a str,
}

impl Thing for Attached<'_> {
    type Object = Domain;
    type New = NewDomain;

    fn hosting(&self) -> &Hosting {
        self.hosting
    }

    fn what(&self) -> String {
        format!("the domain {}", self.name)
    }

    async fn read(&self) -> Result<Option<Domain>, Error> {
        if_there(self.hosting.domains().get(self.name)).await
    }

    fn look(&self, _: &Domain) -> Call<Domain> {
        self.hosting.domains().get(self.name)
    }

    fn compare(&self, new: &NewDomain, is: &Domain) -> Differences {
        let mut found = Differences::default();
        found.open("cdn", differs(new.cdn.as_ref(), Some(&is.cdn)));
        found.open(
            "firewall",
            differs(new.firewall.as_ref(), Some(&is.firewall)),
        );
        found.open(
            "ip_location",
            differs(new.ip_location.as_ref(), is.ip_location.as_ref()),
        );
        found.open(
            "own_log",
            differs(new.own_log.as_ref(), is.own_log.as_ref()),
        );
        found.open("path", !same_folder(&new.path, &is.path));
        found.open(
            "runtime_id",
            differs(new.runtime_id.as_ref(), is.runtime_id.as_ref()),
        );
        // A domain that says nothing about SSL has none.
        found.open(
            "ssl",
            differs(new.ssl.as_ref(), Some(&is.ssl.unwrap_or(false))),
        );
        found
    }

    async fn create(&self, new: &NewDomain, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.domains().attach(new).await?;
        task.plain().wait_with(policy).await.map(drop)
    }

    async fn update(
        &self,
        new: &NewDomain,
        _: &Domain,
        differences: &Differences,
        _: WaitPolicy,
    ) -> Result<(), Error> {
        let mut update = DomainUpdate::new();
        // Whether the DNS is left alone is no property of the domain, but of every change.
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
        // Waiting is the caller's, with an eye on the values.
        let _ = self.hosting.domains().update(self.name, &update).await?;
        Ok(())
    }

    async fn remove(&self, _: &Domain, policy: WaitPolicy) -> Result<(), Error> {
        let task = self.hosting.domains().detach(self.name).await?;
        task.wait_with(policy).await.map(drop)
    }
}

ensures! {
    Domains: NewDomain => Domain,
    |this, name| Attached { hosting: this.hosting(), name }, |wanted| &wanted.domain;
    "Sees to it that a domain is not attached."
}
