//! The HTTP engine: reqwest, held on a short leash.
//!
//! One host, no redirects, no cookies, no repeats, no compression, TLS by rustls. What comes back
//! is a reply that was read to its end, or an error.

use std::time::Duration;

use bytes::Bytes;
use ovh_runtime::{Error, ErrorKind, Reply, Request};
use reqwest::header::HeaderMap;
use reqwest::{Method, Proxy, Url, redirect, retry};

use super::{failure, tls};
use crate::Endpoint;
use crate::endpoint::is_loopback;

/// More than any list of this API: what is longer is a mistake, or an attack on memory.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// How the engine is set up.
#[derive(Clone, Default)]
pub(crate) struct EngineSettings {
    pub(crate) connect_timeout: Duration,
    /// May hold a password.
    pub(crate) proxy: Option<ovh_runtime::Secret>,
    pub(crate) proxy_from_environment: bool,
    pub(crate) extra_ca_pem: Vec<Vec<u8>>,
    pub(crate) user_agent: String,
}

/// One request on its way out.
pub(super) struct Exchange<'a> {
    pub(super) request: &'a Request,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

pub(super) struct Engine {
    http: reqwest::Client,
    host: String,
}

impl Engine {
    pub(super) fn new(settings: &EngineSettings, endpoint: &Endpoint) -> Result<Self, Error> {
        let base = Url::parse(endpoint.base_url()).map_err(|source| {
            configuration("the base URL cannot be used")
                .source(source)
                .build()
        })?;
        let host = match (base.host_str(), base.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => return Err(configuration("the base URL names no host").build()),
        };
        let encrypted = base.scheme() == "https";
        let builder = reqwest::Client::builder()
            .https_only(encrypted)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .user_agent(&settings.user_agent)
            .connect_timeout(settings.connect_timeout);
        // An explicit proxy replaces those of the environment; without either there is none. A
        // proxy of the environment never sees plain HTTP, which would show it the signed calls.
        let builder = match &settings.proxy {
            Some(url) => builder.proxy(proxy(url.expose(), encrypted)?),
            None if settings.proxy_from_environment && encrypted => builder,
            None => builder.no_proxy(),
        };
        let builder =
            builder.tls_backend_preconfigured(tls::config(encrypted, &settings.extra_ca_pem)?);
        let http = builder.build().map_err(|source| {
            configuration("the HTTP engine cannot be set up")
                .source(source.without_url())
                .build()
        })?;
        Ok(Self { http, host })
    }

    /// Host and port, for error texts.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) async fn exchange(&self, exchange: Exchange<'_>) -> Result<Reply, Error> {
        let Exchange {
            request,
            url,
            headers,
            body,
        } = exchange;
        let method = match request.method() {
            ovh_runtime::Method::Get => Method::GET,
            ovh_runtime::Method::Post => Method::POST,
            ovh_runtime::Method::Put => Method::PUT,
            ovh_runtime::Method::Delete => Method::DELETE,
            other => {
                return Err(Error::invalid_argument(format!(
                    "the method {other} is not known here; nothing was sent"
                ))
                .request(request)
                .build());
            }
        };
        let mut outgoing = reqwest::Request::new(method, url);
        *outgoing.headers_mut() = headers;
        *outgoing.body_mut() = body.map(reqwest::Body::from);
        let response = self
            .http
            .execute(outgoing)
            .await
            .map_err(|error| failure::no_reply(request, &self.host, error))?;
        self.read(request, response).await
    }

    async fn read(
        &self,
        request: &Request,
        mut response: reqwest::Response,
    ) -> Result<Reply, Error> {
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let announced = response.content_length().unwrap_or(0);
        if announced > BODY_LIMIT as u64 {
            return Err(failure::too_long(request, &self.host, BODY_LIMIT));
        }
        let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0).min(64 * 1024));
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > BODY_LIMIT => {
                    return Err(failure::too_long(request, &self.host, BODY_LIMIT));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(Reply::new(status, headers, body)),
                Err(error) => return Err(failure::cut_off(request, &self.host, body.len(), error)),
            }
        }
    }
}

/// A proxy for every call. The URL is not shown: it may hold a password.
fn proxy(text: &str, encrypted: bool) -> Result<Proxy, Error> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some());
    let Some(url) = url else {
        return Err(configuration("the proxy's URL cannot be used")
            .hint("write it like http://proxy.example:3128")
            .build());
    };
    if !encrypted && !is_loopback(&url) {
        return Err(configuration(
            "plain HTTP calls would pass through a proxy on another machine",
        )
        .hint("use an https base URL, or no proxy")
        .build());
    }
    Proxy::all(url).map_err(|source| {
        configuration("the proxy cannot be used")
            .source(source.without_url())
            .build()
    })
}

fn configuration(message: &str) -> ovh_runtime::ErrorBuilder {
    Error::builder(ErrorKind::Configuration, message)
}
