//! The address guard: a configured or discovered host must not resolve to a private network (SSRF).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::UpstreamError;

/// Accepts https to a host that may be public; http and literal private addresses only in test
/// mode. [`GuardedResolver`] checks host names when a connection is made, so that a changed DNS
/// answer is caught too.
pub(crate) fn check_url(url: &Url, allow_private_addresses: bool) -> Result<(), UpstreamError> {
    let literal_ok = match url.host() {
        None => false,
        Some(Host::Domain(_)) => true,
        Some(Host::Ipv4(address)) => allow_private_addresses || is_public(address.into()),
        Some(Host::Ipv6(address)) => allow_private_addresses || is_public(address.into()),
    };
    let scheme_ok = url.scheme() == "https" || (url.scheme() == "http" && allow_private_addresses);
    if literal_ok && scheme_ok {
        Ok(())
    } else {
        Err(UpstreamError::AddressRefused)
    }
}

/// Resolves names with the system resolver and keeps only public addresses.
pub(crate) struct GuardedResolver;

/// Every address of the name is private.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to no public address")]
pub(crate) struct AddressRefused;

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(AddressRefused.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is outside every special-purpose block (IANA registries, RFC 6890): not
/// loopback, private, shared, link-local (cloud metadata), unique-local, multicast, documentation
/// or reserved. An address that embeds an IPv4 address is checked by that address.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // ::ffff:0:0/96 mapped, 64:ff9b::/96 translated, 2002::/16 6to4
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            embedded(high, low)
        }
        // 2001::/23 protocol assignments (Teredo among them) and 2001:db8::/32 documentation
        [0x2001, second, ..] if second < 0x0200 || second == 0x0db8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // 2000::/3 is the only allocated global unicast block.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_inside_our_network_are_not_public() {
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "fe80::1",
            "fec0::1",
            "fd00:ec2::254",
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for text in [
            "1.1.1.1",
            "54.187.174.169",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn literal_addresses_in_any_notation_and_plain_http_are_refused() {
        let check = |text: &str, test_mode| check_url(&text.parse().unwrap(), test_mode).is_ok();
        for text in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "http://example.org/",
        ] {
            assert!(!check(text, false), "{text}");
        }
        assert!(check("https://example.org/", false));
        assert!(check("http://127.0.0.1:9/", true));
        assert!(!check("file:///etc/passwd", true));
        assert!(!check("ftp://example.org/", true));
    }
}
