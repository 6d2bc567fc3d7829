//! The CDN of a hosting: its domains, their options, and its operations.

use ovh_runtime::List;

use super::resource::{handle, operations};
use crate::Pending;
use crate::hosting::handle::Hosting;
use crate::types::{
    Cdn as CdnObject, CdnAvailableOption, CdnDomain as CdnDomainObject, CdnDomainPurgeQuery,
    CdnOperation, CdnOption, CdnOptionUpdate, NewCdnOption,
};

handle! {
    /// The CDN of a hosting.
    ///
    /// ```no_run
    /// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
    /// let cdn = client.hosting("example.ovh").cdn();
    /// for domain in cdn.domains().await?.all()? {
    ///     println!("{}: {}", domain.name, domain.status);
    ///     if domain.need_refresh {
    ///         cdn.domain(domain.name).refresh().await?.wait().await?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    Cdn
}

impl Cdn {
    operations! {
        [cdn |cdn| &cdn.hosting]

        /// Reads the CDN.
        fn get() -> CdnObject;

        /// Lists the options that the offer includes.
        fn available_options() -> List<CdnAvailableOption>;

        /// Lists the domains served by the CDN.
        fn domains() -> List<CdnDomainObject> => cdn_domains.list();

        /// Lists the operations, running and finished.
        fn operations() -> List<CdnOperation> => cdn_operations.list();
    }

    /// Returns the handle of a domain.
    #[must_use]
    pub fn domain(&self, name: impl Into<String>) -> CdnDomain {
        CdnDomain {
            hosting: self.hosting.clone(),
            name: name.into(),
        }
    }

    /// Returns an operation, to wait for.
    pub fn operation(&self, id: i64) -> Pending<CdnOperation> {
        pending(&self.hosting, id).resumed()
    }
}

/// One domain of a CDN.
///
/// ```no_run
/// # async fn example(client: ovh_web::Client) -> Result<(), ovh_web::Error> {
/// use ovh_web::types::{CdnDomainPurgeQuery, CdnPurgeType};
///
/// let domain = client.hosting("example.ovh").cdn().domain("www.example.com");
/// for option in domain.options().await?.all()? {
///     println!("{}", option.name);
/// }
/// let images = CdnDomainPurgeQuery::default();
/// let images = images.pattern("/images/").pattern_type(CdnPurgeType::Folder);
/// domain.purge(&images).await?.wait().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CdnDomain {
    hosting: Hosting,
    name: String,
}

impl CdnDomain {
    operations! {
        [cdn_domains |domain| &domain.hosting, &domain.name]

        /// Reads the domain.
        fn get() -> CdnDomainObject;

        /// Empties the cache, all of it or what matches a pattern.
        async fn purge(what: &CdnDomainPurgeQuery) -> Pending<CdnOperation> =
            |domain, operation| started(&domain.hosting, operation);

        /// Applies changed options.
        async fn refresh() -> Pending<CdnOperation> =
            |domain, operation| started(&domain.hosting, operation);

        /// Lists the options of the domain, in one request.
        fn options() -> List<CdnOption> => cdn_options.list();

        /// Reads an option.
        fn option(name: &str) -> CdnOption => cdn_options.get(name);

        /// Adds a cache rule, which takes effect with the next [`refresh`](Self::refresh).
        fn create_option(option: &NewCdnOption) -> CdnOption => cdn_options.create(option);

        /// Changes an option, from the next [`refresh`](Self::refresh) on.
        fn update_option(name: &str, update: &CdnOptionUpdate) -> CdnOption
            => cdn_options.update(name, update);

        /// Deletes a cache rule, or resets another option, with the next
        /// [`refresh`](Self::refresh).
        fn delete_option(name: &str) -> () => cdn_options.delete(name);
    }
}

fn started(hosting: &Hosting, operation: CdnOperation) -> Pending<CdnOperation> {
    pending(hosting, operation.id).with_first(operation)
}

fn pending(hosting: &Hosting, id: i64) -> Pending<CdnOperation> {
    let of = hosting.clone();
    Pending::new(hosting, format!("the CDN operation {id}"), move || {
        of.raw().cdn_operations().get(of.service_name(), id)
    })
}
