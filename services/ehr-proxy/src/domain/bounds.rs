//! The bounds within which the operator lets a connection's secret be used.

use super::Connection;
use mc_vocabulary::OrganizationId;
use std::collections::BTreeSet;
use url::{Origin, Url};

/// The fields of a connection's secret that state its bounds. Each holds one or more values,
/// separated by white space.
pub const BOUND_FIELDS: [&str; 4] = ["organizations", "base_url", "token_origin", "scopes"];

/// Where and for whom a secret may be used. An organization's administrator names the secret and
/// the address; whether the one may be sent to the other is the operator's decision, who stored the
/// secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    organizations: Organizations,
    base_urls: Vec<Url>,
    token_origins: Vec<Origin>,
    scopes: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Organizations {
    /// `*`: one secret is still used by one organization at a time.
    Any,
    These(Vec<OrganizationId>),
}

/// Why a secret may not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum BoundsError {
    /// The secret lacks a bound, as one of a release without bounds does.
    #[error("field {0} of its secret is missing")]
    Missing(&'static str),
    /// A bound cannot be read.
    #[error("field {0} of its secret is not valid")]
    Invalid(&'static str),
    /// The connection, or what its address names, is outside of a bound.
    #[error("it is outside of field {0} of its secret")]
    Outside(&'static str),
}

impl BoundsError {
    /// The field of the secret.
    pub fn field(self) -> &'static str {
        match self {
            Self::Missing(field) | Self::Invalid(field) | Self::Outside(field) => field,
        }
    }
}

impl Bounds {
    /// Reads the bounds from the fields of a secret.
    ///
    /// # Errors
    /// [`BoundsError::Missing`] and [`BoundsError::Invalid`]: a secret without readable bounds is
    /// not used at all.
    pub fn read<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Result<Self, BoundsError> {
        Ok(Self {
            organizations: Organizations::read(&values(&field, "organizations")?)?,
            base_urls: parse_all(&values(&field, "base_url")?, "base_url", base_url)?,
            token_origins: parse_all(&values(&field, "token_origin")?, "token_origin", origin)?,
            scopes: values(&field, "scopes")?.into_iter().map(str::to_owned).collect(),
        })
    }

    /// Checks all that is known of a connection before its EHR is called.
    ///
    /// # Errors
    /// [`BoundsError::Outside`].
    pub fn check(&self, connection: &Connection) -> Result<(), BoundsError> {
        let organization = match &self.organizations {
            Organizations::Any => true,
            Organizations::These(these) => these.contains(&connection.organization_id),
        };
        let wanted = without_slash(&connection.base_url);
        let base_url = self.base_urls.iter().any(|allowed| without_slash(allowed) == wanted);
        let mut scopes = connection.scope.split_whitespace();
        if !organization {
            Err(BoundsError::Outside("organizations"))
        } else if !base_url {
            Err(BoundsError::Outside("base_url"))
        } else if !scopes.all(|scope| self.scopes.contains(scope)) {
            Err(BoundsError::Outside("scopes"))
        } else {
            Ok(())
        }
    }

    /// Checks the token endpoint that the EHR's discovery names, before anything is signed for it.
    ///
    /// # Errors
    /// [`BoundsError::Outside`].
    pub fn check_token_endpoint(&self, endpoint: &Url) -> Result<(), BoundsError> {
        if self.token_origins.contains(&endpoint.origin()) {
            Ok(())
        } else {
            Err(BoundsError::Outside("token_origin"))
        }
    }
}

impl Organizations {
    fn read(values: &[&str]) -> Result<Self, BoundsError> {
        if values == ["*"] {
            return Ok(Self::Any);
        }
        let parse = |value: &str| value.parse().ok();
        parse_all(values, "organizations", parse).map(Self::These)
    }
}

fn values<'a>(field: &impl Fn(&str) -> Option<&'a str>, name: &'static str) -> Result<Vec<&'a str>, BoundsError> {
    let values: Vec<_> = field(name).unwrap_or_default().split_whitespace().collect();
    if values.is_empty() {
        Err(BoundsError::Missing(name))
    } else {
        Ok(values)
    }
}

fn parse_all<T>(values: &[&str], name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, BoundsError> {
    let parsed: Option<Vec<_>> = values.iter().map(|value| parse(value)).collect();
    parsed.ok_or(BoundsError::Invalid(name))
}

fn base_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    plain.then_some(url)
}

/// An origin alone (RFC 6454): scheme, host and port.
fn origin(text: &str) -> Option<Origin> {
    let url = base_url(text)?;
    (url.path() == "/").then(|| url.origin())
}

fn without_slash(url: &Url) -> &str {
    url.as_str().trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ConnectionKind;
    use mc_vocabulary::ConnectionId;

    const ORGANIZATION: &str = "01936d00-0000-7000-8000-000000000001";
    const OTHER: &str = "01936d00-0000-7000-8000-000000000002";

    fn bounds(changed: &str, value: &str) -> Result<Bounds, BoundsError> {
        let fields = [
            ("organizations", ORGANIZATION),
            (
                "base_url",
                "https://ehr.example.org/r4 https://ehr.example.org/r4-test/",
            ),
            ("token_origin", "https://login.example.org"),
            ("scopes", "system/Patient.rs\nsystem/Encounter.rus"),
        ];
        let fields = fields.map(|(name, text)| (name, if name == changed { value } else { text }));
        Bounds::read(|name| fields.iter().find(|field| field.0 == name).map(|field| field.1))
    }

    fn connection(organization: &str, base_url: &str, scope: &str) -> Connection {
        Connection {
            id: ConnectionId::new(),
            organization_id: organization.parse().unwrap(),
            kind: ConnectionKind::SmartBackendServices,
            base_url: base_url.parse().unwrap(),
            secret_name: "ehr-northside".to_owned(),
            scope: scope.to_owned(),
            revision: 1,
        }
    }

    #[test]
    fn a_connection_is_inside_or_the_bound_that_it_leaves_is_named() {
        let bounds = bounds("", "").unwrap();
        let patient = "system/Patient.rs";
        for (organization, base_url, scope, outside) in [
            (ORGANIZATION, "https://ehr.example.org/r4", patient, None),
            (ORGANIZATION, "https://EHR.example.org:443/r4/", patient, None),
            (
                ORGANIZATION,
                "https://ehr.example.org/r4-test",
                "system/Encounter.rus system/Patient.rs",
                None,
            ),
            (OTHER, "https://ehr.example.org/r4", patient, Some("organizations")),
            (ORGANIZATION, "http://ehr.example.org/r4", patient, Some("base_url")),
            (
                ORGANIZATION,
                "https://ehr.example.org/r4/other",
                patient,
                Some("base_url"),
            ),
            (
                ORGANIZATION,
                "https://ehr.example.org/r4/../r5",
                patient,
                Some("base_url"),
            ),
            (
                ORGANIZATION,
                "https://ehr.example.org.evil.test/r4",
                patient,
                Some("base_url"),
            ),
            (
                ORGANIZATION,
                "https://ehr.example.org:8443/r4",
                patient,
                Some("base_url"),
            ),
            (
                ORGANIZATION,
                "https://ehr.example.org/r4",
                "system/Patient.rs system/*.rs",
                Some("scopes"),
            ),
        ] {
            let checked = bounds.check(&connection(organization, base_url, scope));
            assert_eq!(checked.err().map(BoundsError::field), outside, "{base_url} {scope}");
        }
    }

    #[test]
    fn a_token_endpoint_is_compared_by_its_origin() {
        let bounds = bounds("", "").unwrap();
        let check = |endpoint: &str| bounds.check_token_endpoint(&endpoint.parse().unwrap()).is_ok();
        assert!(check("https://login.example.org/oauth2/token"));
        for outside in [
            "http://login.example.org/oauth2/token",
            "https://login.example.org:8443/oauth2/token",
            "https://login.example.org.evil.test/oauth2/token",
            "https://login.example.org@evil.test/oauth2/token",
            "data:text/plain,x",
        ] {
            assert!(!check(outside), "{outside}");
        }
    }

    #[test]
    fn a_secret_without_a_readable_bound_is_not_used() {
        for field in BOUND_FIELDS {
            assert_eq!(bounds(field, " \n"), Err(BoundsError::Missing(field)));
        }
        for (field, value) in [
            ("organizations", "northside"),
            ("organizations", "* 01936d00-0000-7000-8000-000000000001"),
            ("base_url", "ehr.example.org"),
            ("base_url", "https://user:word@ehr.example.org"),
            ("base_url", "https://ehr.example.org/?x=1"),
            ("token_origin", "https://login.example.org/oauth2/token"),
            ("token_origin", "data:text/plain,x"),
        ] {
            assert_eq!(bounds(field, value), Err(BoundsError::Invalid(field)), "{value}");
        }
    }

    #[test]
    fn an_asterisk_allows_every_organization() {
        let bounds = bounds("organizations", "*").unwrap();
        let connection = connection(OTHER, "https://ehr.example.org/r4", "system/Patient.rs");
        assert_eq!(bounds.check(&connection), Ok(()));
    }
}
