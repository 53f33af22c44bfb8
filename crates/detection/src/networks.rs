//! Where an address is: networks as data. An address of no known network is not evaluated.

use ipnet::IpNet;
use std::net::IpAddr;

/// A network and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Addresses, as `192.0.2.0/24`.
    pub addresses: IpNet,
    /// Name of the place.
    pub place: String,
    /// North, in degrees.
    pub latitude: f64,
    /// East, in degrees.
    pub longitude: f64,
}

/// A network that cannot be used; the message says what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    /// The addresses are not in CIDR notation.
    #[error("expected addresses as 192.0.2.0/24 or 2001:db8::/32")]
    Addresses,
    /// Latitude or longitude is out of range.
    #[error("expected a latitude of -90 to 90 and a longitude of -180 to 180")]
    Position,
}

impl Network {
    /// A network from its parts. Host bits of the addresses are cleared.
    ///
    /// # Errors
    /// [`InvalidNetwork::Addresses`] where the addresses are not in CIDR notation,
    /// [`InvalidNetwork::Position`] where the position is out of range.
    pub fn new(addresses: &str, place: &str, latitude: f64, longitude: f64) -> Result<Self, InvalidNetwork> {
        let addresses: IpNet = addresses.trim().parse().map_err(|_| InvalidNetwork::Addresses)?;
        if !((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude)) {
            return Err(InvalidNetwork::Position);
        }
        Ok(Self {
            addresses: addresses.trunc(),
            place: place.to_owned(),
            latitude,
            longitude,
        })
    }

    /// Great-circle distance.
    pub fn distance_km(&self, other: &Self) -> f64 {
        const EARTH_RADIUS_KM: f64 = 6_371.0;
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = (to - from) / 2.0;
        let east = (other.longitude - self.longitude).to_radians() / 2.0;
        let haversine = north.sin().powi(2) + from.cos() * to.cos() * east.sin().powi(2);
        2.0 * EARTH_RADIUS_KM * haversine.min(1.0).sqrt().asin()
    }
}

/// The networks of an organization, the longest prefix first.
#[derive(Debug, Clone, Default)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// From networks in any order.
    pub fn new(mut networks: Vec<Network>) -> Self {
        networks.sort_by_key(|network| std::cmp::Reverse(network.addresses.prefix_len()));
        Self(networks)
    }

    /// The network with the longest prefix that contains the address.
    pub fn find(&self, address: IpAddr) -> Option<&Network> {
        self.0.iter().find(|network| network.addresses.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins_and_distances_are_great_circles() {
        let boston = Network::new("192.0.2.7/24", "Boston", 42.36, -71.06).unwrap();
        let paris = Network::new("192.0.2.128/25", "Paris", 48.86, 2.35).unwrap();
        assert!((boston.distance_km(&paris) - 5_530.0).abs() < 20.0);
        let networks = Networks::new(vec![boston, paris]);
        let place = |text: &str| networks.find(text.parse().unwrap()).map(|n| n.place.as_str());
        assert_eq!(place("192.0.2.5"), Some("Boston"));
        assert_eq!(place("192.0.2.200"), Some("Paris"));
        assert_eq!(place("198.51.100.1"), None);
        assert_eq!(Network::new("here", "x", 0.0, 0.0), Err(InvalidNetwork::Addresses));
        assert_eq!(
            Network::new("10.0.0.0/8", "x", 91.0, 0.0),
            Err(InvalidNetwork::Position)
        );
    }
}
