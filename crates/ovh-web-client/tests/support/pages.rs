//! Responses to decode, and handwritten structs with the same fields. The client's decoding is
//! compared with them, in time (`tests/benches`) and memory (`tests/memory.rs`).

#![allow(
    dead_code,
    reason = "fields that are only decoded, and each user takes a part"
)]

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use ovh_runtime::{
    BoxFuture, ClientCore, DateTime, Error, HeaderMap, Request, Response, StatusCode, Transport,
};
use ovh_web_client::{Client, types};
use serde::Deserialize;
use serde_json::{Value, json};

/// A database, handwritten.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Database {
    pub database_service_deprecated: bool,
    pub database_type: Option<types::DatabaseService>,
    pub dumps: i64,
    #[serde(rename = "guiURL")]
    pub gui_url: Option<String>,
    pub last_check: Option<DateTime>,
    pub mode: types::DatabaseMode,
    pub name: String,
    pub port: i64,
    pub quota_size: Quantity,
    pub quota_used: Quantity,
    pub server: Option<String>,
    pub sqlperso_id: Option<i64>,
    pub state: types::DatabaseState,
    pub status: types::DatabaseStatus,
    pub task_id: Option<i64>,
    pub r#type: types::DatabaseType,
    pub user: String,
    pub version: types::DatabaseVersion,
    pub version_support: types::DatabaseVersionSupport,
}

/// A number with its unit, handwritten.
#[derive(Debug, Deserialize)]
pub struct Quantity {
    pub unit: String,
    pub value: f64,
}

/// A task, handwritten.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    pub done_date: Option<DateTime>,
    pub function: types::TaskFunction,
    pub id: i64,
    pub last_update: Option<DateTime>,
    pub object_id: Option<String>,
    pub object_type: Option<types::TaskObjectType>,
    pub start_date: DateTime,
    pub status: types::TaskStatus,
}

/// A hosting, handwritten.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hosting {
    pub available_boost_offer: Vec<AvailableOffer>,
    pub boost_offer: Option<types::Offer>,
    pub cluster: String,
    pub cluster_ip: Option<IpAddr>,
    pub cluster_ipv6: Option<IpAddr>,
    pub countries_ip: Option<Vec<CountriesIp>>,
    pub datacenter: String,
    pub default_attached_domain: Option<String>,
    pub display_name: Option<String>,
    pub filer: Option<String>,
    pub has_cdn: Option<bool>,
    pub has_hosted_ssl: Option<bool>,
    pub home: String,
    pub hosting_ip: Option<IpAddr>,
    pub hosting_ipv6: Option<IpAddr>,
    pub iam: Option<IamResource>,
    pub last_ovh_config_scan: Option<DateTime>,
    #[serde(rename = "multipleSSL")]
    pub multiple_ssl: bool,
    pub offer: types::Offer,
    pub operating_system: types::OperatingSystem,
    pub php_versions: Vec<PhpVersion>,
    pub primary_login: String,
    pub quota_size: Quantity,
    pub quota_used: Option<Quantity>,
    pub recommended_offer: Option<types::Offer>,
    pub resource_type: types::HostingResource,
    pub service_management_access: ServiceAccess,
    pub service_name: String,
    pub state: types::HostingState,
    pub token: Option<String>,
    pub traffic_quota_size: Option<Quantity>,
    pub traffic_quota_used: Option<Quantity>,
    pub updates: Vec<String>,
}

/// An offer with its price, handwritten.
#[derive(Debug, Deserialize)]
pub struct AvailableOffer {
    pub offer: types::Offer,
    pub price: Price,
}

/// A price, handwritten.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    pub currency_code: types::Currency,
    pub price_in_ucents: Option<i64>,
    pub text: String,
    pub value: f64,
}

/// Addresses by country, handwritten.
#[derive(Debug, Deserialize)]
pub struct CountriesIp {
    pub country: types::Country,
    pub ip: Option<IpAddr>,
    pub ipv6: Option<IpAddr>,
}

/// URN and tags, handwritten.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IamResource {
    pub display_name: Option<String>,
    pub id: String,
    pub state: Option<types::IamResourceState>,
    pub tags: Option<BTreeMap<String, String>>,
    pub urn: String,
}

/// A PHP version, handwritten.
#[derive(Debug, Deserialize)]
pub struct PhpVersion {
    pub support: types::PhpVersionState,
    pub version: String,
}

/// Addresses of a hosting by service, handwritten.
#[derive(Debug, Deserialize)]
pub struct ServiceAccess {
    pub ftp: Address,
    pub http: Address,
    pub ssh: Address,
}

/// An address, handwritten.
#[derive(Debug, Deserialize)]
pub struct Address {
    pub port: i64,
    pub url: String,
}

/// A page of databases. The properties are unordered, as in the API's responses.
pub fn databases(items: usize) -> String {
    page((0..items).map(|n| {
        json_text(&[
            ("name", json!(format!("example{n}.mysql.db"))),
            (
                "server",
                json!(format!("example{n}.mysql.db.hosting.ovh.net")),
            ),
            ("port", json!(3306)),
            ("user", json!(format!("example{n}"))),
            ("type", json!("mysql")),
            ("version", json!("8.4")),
            ("versionSupport", json!("SUPPORTED")),
            ("state", json!("ok")),
            ("status", json!("created")),
            ("mode", json!("classic")),
            ("quotaSize", json!({ "unit": "MB", "value": 1000 })),
            ("quotaUsed", json!({ "value": 17.25, "unit": "MB" })),
            ("lastCheck", json!("2026-05-04T03:02:01+02:00")),
            ("dumps", json!(n % 30)),
            (
                "guiURL",
                json!("https://phpmyadmin.cluster001.hosting.ovh.net/"),
            ),
            ("databaseType", json!("databasePerso")),
            ("databaseServiceDeprecated", json!(false)),
            ("sqlpersoId", Value::Null),
            ("taskId", Value::Null),
        ])
    }))
}

/// A page of tasks.
pub fn tasks(items: usize) -> String {
    page((0..items).map(|n| {
        json_text(&[
            ("id", json!(100_000_000 + n)),
            ("function", json!("web/cron/update")),
            ("status", json!("doing")),
            ("objectType", json!("Cron")),
            ("objectId", json!(n.to_string())),
            ("startDate", json!("2026-05-04T03:02:01+02:00")),
            ("lastUpdate", json!("2026-05-04T03:02:11+02:00")),
            ("doneDate", Value::Null),
        ])
    }))
}

/// One hosting.
pub fn hosting() -> String {
    let address = json!({ "url": "ftp.cluster001.hosting.ovh.net", "port": 21 });
    let offer = json!({ "offer": "PRO", "price": {
        "currencyCode": "EUR", "priceInUcents": 599_000_000, "text": "5.99 €", "value": 5.99 } });
    let country = json!({ "country": "FR", "ip": "192.0.2.1", "ipv6": "2001:db8::1" });
    let version = json!({ "support": "SUPPORTED", "version": "8.4" });
    json_text(&[
        ("serviceName", json!("example.com")),
        ("displayName", json!("The \"example\"")),
        ("state", json!("active")),
        ("offer", json!("PERSO")),
        ("recommendedOffer", Value::Null),
        ("boostOffer", Value::Null),
        ("availableBoostOffer", json!([offer, offer])),
        ("cluster", json!("cluster001")),
        ("clusterIp", json!("192.0.2.1")),
        ("clusterIpv6", json!("2001:db8::1")),
        ("hostingIp", json!("192.0.2.2")),
        ("hostingIpv6", json!("2001:db8::2")),
        ("countriesIp", json!([country, country, country, country])),
        ("datacenter", json!("gra")),
        ("defaultAttachedDomain", Value::Null),
        ("filer", json!("1234")),
        ("hasCdn", json!(true)),
        ("hasHostedSsl", json!(true)),
        ("multipleSSL", json!(false)),
        ("home", json!("/home/example")),
        ("primaryLogin", json!("example")),
        ("operatingSystem", json!("linux")),
        ("resourceType", json!("shared")),
        (
            "phpVersions",
            json!([version, version, version, version, version]),
        ),
        ("quotaSize", json!({ "unit": "GB", "value": 100 })),
        ("quotaUsed", json!({ "unit": "MB", "value": 1234.5 })),
        ("trafficQuotaSize", Value::Null),
        ("trafficQuotaUsed", json!({ "unit": "MB", "value": 1234.5 })),
        (
            "serviceManagementAccess",
            json!({ "ftp": address, "http": address, "ssh": address }),
        ),
        ("lastOvhConfigScan", json!("2026-05-04T03:02:01+02:00")),
        ("token", json!("aBcDeFgHiJkL")),
        ("updates", json!([])),
        (
            "iam",
            json!({
                "id": "01234567-89ab-cdef-0123-456789abcdef",
                "urn": "urn:v1:eu:resource:webHosting:example.com",
                "displayName": "example.com",
                "state": "OK",
                "tags": { "env": "production", "ovh:team": "web" },
            }),
        ),
    ])
}

/// The page with an object for `property` of one item in its middle, which is of another type.
pub fn with_a_bad_item(page: &str, property: &str) -> String {
    let mut items: Vec<&serde_json::value::RawValue> =
        serde_json::from_str(page).expect("a page that we made");
    let middle = items.len() / 2;
    let mut bad: Value = serde_json::from_str(items[middle].get()).expect("an item");
    bad[property] = json!({});
    let bad = serde_json::value::to_raw_value(&bad).expect("JSON");
    items[middle] = &bad;
    serde_json::to_string(&items).expect("JSON")
}

fn page(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn json_text(properties: &[(&str, Value)]) -> String {
    let parts: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", parts.join(","))
}

/// A client that returns this text for every call.
pub fn answering(text: &str) -> Client {
    Client::new(ClientCore::new(Arc::new(Always(text.as_bytes().to_vec()))))
}

struct Always(Vec<u8>);

impl Transport for Always {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, Error>> {
        let reply = Response::new(StatusCode::OK, HeaderMap::new(), self.0.clone());
        Box::pin(async move { Ok(reply) })
    }
}

/// Returns the output of a future that never has to wait.
pub fn now<T>(call: impl IntoFuture<Output = Result<T, Error>>) -> T {
    let mut future = pin!(call.into_future());
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => value.expect("an answer that decodes"),
        Poll::Pending => panic!("nothing here has to wait"),
    }
}
