//! Where a sign-in comes from.

use mc_keyring::BlindIndex;
use mc_vocabulary::UserId;
use std::net::{IpAddr, Ipv6Addr};

/// The network address of a sign-in, as the store holds it for one account: a keyed digest, so that
/// neither the address nor its use by several accounts is visible.
///
/// A host chooses the lower half of its IPv6 address at will (RFC 8981), so its network of 64 bits
/// is what counts.
pub fn source_digest(user_id: UserId, address: IpAddr, index: &BlindIndex) -> [u8; 32] {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
    };
    index.digest("sign_in_sources.source", &format!("{user_id} {network}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_keyring::Credentials;

    #[test]
    fn it_is_the_ipv4_address_or_the_ipv6_network_for_one_account() {
        let key = [("key", "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=")];
        let index = BlindIndex::from_credentials(&Credentials::from_fields("blind-index", key)).unwrap();
        let user = UserId::new();
        let digest = |user, address: &str| source_digest(user, address.parse().unwrap(), &index);
        assert_eq!(digest(user, "203.0.113.7"), digest(user, "::ffff:203.0.113.7"));
        assert_ne!(digest(user, "203.0.113.7"), digest(user, "203.0.113.8"));
        assert_eq!(digest(user, "2001:db8:1:2::7"), digest(user, "2001:db8:1:2:3::9"));
        assert_ne!(digest(user, "2001:db8:1:2::7"), digest(user, "2001:db8:1:3::7"));
        assert_ne!(digest(user, "203.0.113.7"), digest(UserId::new(), "203.0.113.7"));
    }
}
