//! Checks the addresses that a download may request.
//!
//! They come from the API and from redirects, and must not lead to a local or private network.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ovh_runtime::{Error, ErrorKind};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::transport::EngineSettings;

/// The network that an address is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Network {
    Public,
    Private,
    Loopback,
}

/// The allowed addresses: public ones, and those in the same network as the API.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    allowed: Network,
    /// Hosts that may be in any network: the API's own, and proxies.
    trusted: Vec<String>,
    /// The API's base URL.
    api: Option<Url>,
}

impl Addresses {
    /// Creates the check for a client of the API at `base`, with its proxies.
    pub(super) fn new(base: &str, settings: &EngineSettings) -> Self {
        let api = Url::parse(base).ok();
        let api_host = api.as_ref().map(host);
        let allowed = api_host.as_deref().and_then(network);
        let proxy = settings
            .proxy
            .as_ref()
            .and_then(|proxy| proxy.parsed().ok());
        let proxy = proxy.map(|url| host(&url));
        Self {
            allowed: allowed.unwrap_or(Network::Public),
            trusted: api_host.into_iter().chain(proxy).collect(),
            api,
        }
    }

    /// Parses an address and checks it.
    pub(super) fn check(&self, address: &str) -> Result<Url, Error> {
        let refuse = |reason: &str| {
            let message = format!("refused the dump's address: {reason}; nothing was sent there");
            Err(Error::builder(ErrorKind::Connection, message).build())
        };
        let Ok(url) = Url::parse(address) else {
            return refuse("it is not a URL");
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it contains a user name or a password");
        }
        let network = network(&host(&url));
        let is_api = self.api.as_ref().map(Url::origin) == Some(url.origin());
        match url.scheme() {
            "http" if !is_api && network != Some(Network::Loopback) => {
                return refuse("it is not encrypted");
            }
            "http" | "https" => {}
            other => return refuse(&format!("expected the scheme https, found `{other}`")),
        }
        match network {
            Some(network) if network > self.allowed => refuse(match network {
                Network::Loopback => "it leads to this machine, and the API is elsewhere",
                _ => "it leads into a private network, and the API is elsewhere",
            }),
            _ => Ok(url),
        }
    }
}

/// Resolves names, and refuses addresses that are not allowed.
impl Resolve for Addresses {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let allowed = match self.trusted.contains(&name.to_ascii_lowercase()) {
            true => Network::Loopback,
            false => self.allowed,
        };
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((&*name, 0)).await?.collect();
            if found.iter().any(|one| network_of(one.ip()) > allowed) {
                let problem = "the name leads to this machine or into a private network, and the API is elsewhere";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, problem).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Returns the host of a URL without brackets and without a trailing dot.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Classifies a host; `None` for a name, which must be resolved first.
fn network(host: &str) -> Option<Network> {
    if host == "localhost" || host.ends_with(".localhost") {
        return Some(Network::Loopback);
    }
    host.parse().ok().map(network_of)
}

fn network_of(address: IpAddr) -> Network {
    match address {
        IpAddr::V4(address) => network_of_v4(address),
        IpAddr::V6(address) => network_of_v6(address),
    }
}

fn network_of_v4(address: Ipv4Addr) -> Network {
    let [first, second, ..] = address.octets();
    if address.is_loopback() || first == 0 {
        return Network::Loopback;
    }
    let shared = first == 100 && (64..128).contains(&second);
    let benchmark = first == 198 && (18..20).contains(&second);
    let is_near = address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || first >= 240
        || shared
        || benchmark
        || address.octets().starts_with(&[192, 0, 0])
        // The deprecated 6to4 relays.
        || address.octets().starts_with(&[192, 88, 99]);
    match is_near {
        true => Network::Private,
        false => Network::Public,
    }
}

fn network_of_v6(address: Ipv6Addr) -> Network {
    let segments = address.segments();
    let [.., high, low] = segments;
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        network_of_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Network::Loopback,
        // An IPv4 address embedded in IPv6: mapped, compatible, translated, tunneled.
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] | [0, 0, 0, 0, 0xffff, 0, ..] => embedded(high, low),
        [0x64, 0xff9b, 0, ..] => embedded(high, low),
        // Teredo inverts it; ISATAP appends it to any network.
        [0x2001, 0, ..] => embedded(!high, !low),
        [.., 0 | 0x200, 0x5efe, _, _] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Public IPv6 addresses are in 2000::/3. Others are local, such as those of a local
        // translator (64:ff9b:1::/48) or of segment routing (5f00::/16).
        [first, ..] if first & 0xe000 == 0x2000 => Network::Public,
        _ => Network::Private,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside(base: &str) -> Addresses {
        Addresses::new(base, &EngineSettings::default())
    }

    #[test]
    fn allows_only_https_or_this_machine() {
        let (far, here) = (
            beside("https://eu.api.ovh.com/1.0"),
            beside("http://127.0.0.1:8080/1.0"),
        );
        far.check("https://dumps.example.net/a?token=t")
            .expect("a public address");
        for near in [
            "http://127.0.0.1:80/a",
            "http://localhost/a",
            "https://[::1]/a",
        ] {
            here.check(near).expect(near);
        }
        let named = beside("http://sandbox:8080/1.0");
        named.check("http://sandbox:8080/a").expect("the API");
        named.check("http://sandbox:8081/a").expect_err("another");
        for address in [
            "http://dumps.example.net/a?token=s3cr3t",
            "file:///etc/passwd",
            "ftp://dumps.example.net/a",
            "https://user:s3cr3t@dumps.example.net/a",
            "https://s3cr3t@dumps.example.net/a",
            "/a",
        ] {
            for addresses in [&far, &here] {
                let error = addresses.check(address).expect_err(address);
                assert!(!error.to_string().contains("s3cr3t"));
            }
        }
    }

    #[test]
    fn refuses_addresses_nearer_than_the_api() {
        let far = beside("https://eu.api.ovh.com/1.0");
        let inside = beside("https://10.1.2.3/1.0");
        let here = beside("https://localhost:8443/1.0");
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "2130706433",
            "0x7f.1",
            "017700000001",
            "0.0.0.0",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
            "[2a01::5efe:127.0.0.1]",
        ] {
            let address = format!("https://{host}/a");
            far.check(&address).expect_err(host);
            inside.check(&address).expect_err(host);
            here.check(&address).expect(host);
        }
        for host in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[fd00::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[::ffff:192.168.1.1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1:7f00:0:100:808:808]",
            "[2a01::200:5efe:10.0.0.1]",
            "192.0.0.192",
            "192.88.99.1",
            "[5f00::1]",
            "[100::1]",
        ] {
            let address = format!("https://{host}/a");
            far.check(&address).expect_err(host);
            inside.check(&address).expect(host);
        }
        for host in [
            "172.32.0.1",
            "8.8.8.8",
            "[2001:4860::8888]",
            "100.128.0.1",
            "[2001::f7f7:f7f7]",
        ] {
            far.check(&format!("https://{host}/a")).expect(host);
        }
    }

    #[tokio::test]
    async fn refuses_name_that_resolves_to_loopback() {
        // A name that needs no DNS.
        let resolve = |addresses: &Addresses| {
            let name = "127.0.0.1".parse().expect("a name");
            addresses.resolve(name)
        };
        let far = beside("https://eu.api.ovh.com/1.0");
        let Err(error) = resolve(&far).await else {
            panic!("the name was resolved");
        };
        assert!(error.to_string().contains("this machine"), "{error}");
        assert!(resolve(&beside("http://127.0.0.1/1.0")).await.is_ok());
        let mut proxied = far;
        proxied.trusted.push("127.0.0.1".to_owned());
        assert!(resolve(&proxied).await.is_ok());
    }
}
