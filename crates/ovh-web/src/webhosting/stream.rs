//! The stream of sites: pages of version 2, or the domains of each hosting of version 1.
//!
//! Only the first page of version 2 can lead to version 1.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use ovh_runtime::{Call, Error, ErrorKind, Page, PageCounter, StatusCode};
use ovh_webhosting_client::sites::ListSites;
use ovh_webhosting_client::types::{self, CertificateCurrentState};

use super::site::{HostedSite, SitesSource, covers};
use super::{SiteList, Sites, client};
use crate::ListingStream;
use crate::macros::partial_debug;
use crate::types::{Domain, Hosting};

/// Concurrent calls for the certificates of hostings.
const CONCURRENT_CALLS: usize = 8;
/// Sizes to try after a refused one.
const SMALLER_PAGES: [u64; 2] = [100, 20];

type Item = Result<HostedSite, Error>;

/// Streams the sites of [`Sites`](super::Sites).
///
/// A site that cannot be decoded yields an error, and the stream continues. If a page of version 2
/// fails, its error is the last item; a hosting of version 1 that cannot be read is one error.
#[must_use = "a stream does nothing until it is polled"]
pub struct SiteStream {
    items: Pin<Box<dyn Stream<Item = Item> + Send>>,
    source: Arc<OnceLock<SitesSource>>,
    failed: Arc<AtomicBool>,
}

impl SiteStream {
    pub(super) fn new(options: Sites) -> Self {
        let (source, failed) = (Arc::new(OnceLock::new()), Arc::new(AtomicBool::new(false)));
        let state = State {
            raw: options.client.raw_webhosting(),
            size: Some(options.page_size),
            source: Arc::clone(&source),
            failed: Arc::clone(&failed),
            ready: VecDeque::new(),
            next: Next::First,
            options,
            certificates: HashMap::new(),
            is_size_refused: Arc::default(),
        };
        let items = futures_util::stream::unfold(state, |mut state| async move {
            let item = state.item().await?;
            Some((item, state))
        });
        Self {
            items: Box::pin(items),
            source,
            failed,
        }
    }

    /// Returns `true` if a page of version 2, or the list of hostings, could not be read.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn into_list(self, sites: Vec<HostedSite>) -> SiteList {
        let source = self.source().unwrap_or(SitesSource::V2);
        SiteList { sites, source }
    }

    /// Returns the next site, or `None` at the end.
    pub async fn next(&mut self) -> Option<Result<HostedSite, Error>> {
        poll_fn(|cx| self.items.as_mut().poll_next(cx)).await
    }

    /// Returns the version of the API that the sites come from. `None` before the first page.
    #[must_use]
    pub fn source(&self) -> Option<SitesSource> {
        self.source.get().copied()
    }
}

impl Stream for SiteStream {
    type Item = Result<HostedSite, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.as_mut().poll_next(cx)
    }
}

partial_debug!(SiteStream, |stream| source = stream.source());

struct State {
    options: Sites,
    raw: client::Client,
    /// The page size; `None` for the server's own.
    size: Option<u64>,
    source: Arc<OnceLock<SitesSource>>,
    failed: Arc<AtomicBool>,
    ready: VecDeque<Item>,
    next: Next,
    /// The certificates of each hosting. `None` if they were refused.
    certificates: HashMap<String, Option<Vec<CertificateCurrentState>>>,
    /// `true` if the lists of certificates refuse the page size that the list of sites takes.
    is_size_refused: Arc<AtomicBool>,
}

/// The next request.
enum Next {
    First,
    Page(String, PageCounter),
    Hostings(ListingStream<Hosting>),
    Domains(ListingStream<Hosting>, Box<Hosting>, ListingStream<Domain>),
    End,
}

impl State {
    async fn item(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            match std::mem::replace(&mut self.next, Next::End) {
                Next::End => return None,
                Next::First if self.options.source == Some(SitesSource::V1) => self.use_v1(),
                Next::First => match self.first_page().await {
                    Ok(page) => {
                        let _ = self.source.set(SitesSource::V2);
                        self.take(page, PageCounter::default()).await;
                    }
                    Err(error) if self.options.source.is_none() && is_unavailable(&error) => {
                        self.use_v1();
                    }
                    Err(error) => return Some(self.fail(error)),
                },
                Next::Page(cursor, counter) => match self.page(Some(cursor)).await {
                    Ok(page) => self.take(page, counter).await,
                    Err(error) => return Some(self.fail(error)),
                },
                Next::Hostings(mut hostings) => {
                    let hosting = hostings.next().await?;
                    if hostings.has_failed() {
                        return hosting.err().map(|error| self.fail(error));
                    }
                    let domains = hosting.map(|hosting| {
                        let handle = self.options.client.hosting(&*hosting.service_name);
                        (hosting, handle.domains().list().stream())
                    });
                    match domains {
                        Ok((hosting, domains)) => {
                            self.next = Next::Domains(hostings, Box::new(hosting), domains);
                        }
                        Err(error) => {
                            self.next = Next::Hostings(hostings);
                            return Some(Err(error));
                        }
                    }
                }
                Next::Domains(hostings, hosting, mut domains) => match domains.next().await {
                    None => self.next = Next::Hostings(hostings),
                    Some(domain) => {
                        let site = domain.map(|domain| HostedSite::of_v1(&hosting, domain));
                        self.next = Next::Domains(hostings, hosting, domains);
                        return Some(site);
                    }
                },
            }
        }
    }

    fn use_v1(&mut self) {
        let _ = self.source.set(SitesSource::V1);
        self.next = Next::Hostings(self.options.client.hostings().list().stream());
    }

    /// Ends the stream with an error.
    fn fail(&self, error: Error) -> Item {
        self.failed.store(true, Ordering::Relaxed);
        Err(error)
    }

    /// Reads the first page, with smaller sizes if the server refuses one.
    async fn first_page(&mut self) -> Result<Page<types::Site>, Error> {
        let wanted = self.size;
        let smaller = SMALLER_PAGES.into_iter().map(Some);
        let smaller = smaller.filter(|size| *size < wanted).chain([None]);
        let mut refusal = match self.page(None).await {
            Err(error) if error.kind() == ErrorKind::BadRequest => error,
            result => return result,
        };
        for size in smaller {
            self.size = size;
            match self.page(None).await {
                Err(error) if error.kind() == ErrorKind::BadRequest => refusal = error,
                result => return result,
            }
        }
        Err(refusal)
    }

    fn page(&self, cursor: Option<String>) -> Call<Page<types::Site>> {
        let mut call = self.raw.sites().page(&ListSites::default()).fresh();
        if let Some(size) = self.size {
            call = call.size(size);
        }
        if let Some(cursor) = cursor {
            call = call.cursor(cursor);
        }
        call
    }

    /// Takes the sites of a page, with their certificates.
    async fn take(&mut self, page: Page<types::Site>, mut counter: PageCounter) {
        let next = counter.next_cursor(page.next_cursor.as_deref());
        let mut items: Vec<Item> = page
            .items
            .into_iter()
            .map(|site| site.map(HostedSite::from))
            .collect();
        if self.options.certificates {
            self.read_certificates(&items).await;
            for site in items.iter_mut().flatten() {
                site.certificates = self.covering(site);
            }
        }
        self.ready.extend(items);
        match (next, page.next_cursor) {
            (Ok(true), Some(cursor)) => self.next = Next::Page(cursor, counter),
            (Err(error), _) => {
                let failed = self.fail(error);
                self.ready.push_back(failed);
            }
            _ => {}
        }
    }

    fn covering(&self, site: &HostedSite) -> Option<Vec<CertificateCurrentState>> {
        let all = self.certificates.get(&site.service_name)?.as_ref()?;
        let covering = all.iter().filter(|it| covers(it, &site.domain));
        Some(covering.cloned().collect())
    }

    /// Reads the certificates of hostings that are new on this page.
    ///
    /// A refused certificate is unknown; any other error becomes an item.
    async fn read_certificates(&mut self, items: &[Item]) {
        let names = items.iter().flatten().map(|site| site.service_name.clone());
        let new: BTreeSet<String> = names
            .filter(|name| !self.certificates.contains_key(name))
            .collect();
        let (raw, size, refused) = (self.raw.clone(), self.size, self.is_size_refused.clone());
        let calls = futures_util::stream::iter(new).map(move |name| {
            let (raw, refused) = (raw.clone(), refused.clone());
            async move {
                let size = size.filter(|_| !refused.load(Ordering::Relaxed));
                let mut result = certificates(&raw, &name, size).await;
                let is_refused = |error: &Error| error.kind() == ErrorKind::BadRequest;
                if size.is_some() && result.as_ref().is_err_and(is_refused) {
                    refused.store(true, Ordering::Relaxed);
                    result = certificates(&raw, &name, None).await;
                }
                (name, result)
            }
        });
        let mut calls = calls.buffered(CONCURRENT_CALLS);
        while let Some((name, certificates)) = calls.next().await {
            let certificates = match certificates {
                Ok(certificates) => Some(certificates),
                Err(error) => {
                    if !is_unavailable(&error) {
                        self.ready.push_back(Err(error));
                    }
                    None
                }
            };
            self.certificates.insert(name, certificates);
        }
    }
}

/// Returns all certificates of a hosting, in pages of that size or of the server's own.
async fn certificates(
    raw: &client::Client,
    name: &str,
    size: Option<u64>,
) -> Result<Vec<CertificateCurrentState>, Error> {
    let mut call = raw.hostings().certificates_page(name).fresh();
    if let Some(size) = size {
        call = call.size(size);
    }
    let mut stream = call.stream();
    let mut all = Vec::new();
    while let Some(certificate) = stream.next().await {
        all.push(certificate?.current_state);
    }
    Ok(all)
}

/// Returns `true` if the operation is not available to the account: 404, or 403 for a permission.
fn is_unavailable(error: &Error) -> bool {
    error.is_not_found()
        || (error.kind() == ErrorKind::Forbidden && error.status() == Some(StatusCode::FORBIDDEN))
}
