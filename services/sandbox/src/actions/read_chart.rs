//! Reads charts: one resource, or a search.

use super::authorize::{ChartError, authorize, behave};
use crate::{
    AppState,
    domain::search::Search,
    store::charts::{self, StoredResource},
};
use chrono::{DateTime, SecondsFormat, Utc};
use mc_fhir::Resource;
use serde_json::{Map, Value};

/// A resource with its version.
#[derive(Debug)]
pub struct Versioned {
    /// The resource, with version and time in `meta`.
    pub resource: Resource,
    /// `meta.versionId`.
    pub version: i32,
    /// `meta.lastUpdated`.
    pub updated_at: DateTime<Utc>,
}

/// One page of a search.
#[derive(Debug)]
pub struct Found {
    /// The page.
    pub resources: Vec<Resource>,
    /// The count on all pages.
    pub total: usize,
    /// Offset of the next page.
    pub next_offset: Option<usize>,
}

/// Reads one resource.
///
/// # Errors
/// [`ChartError`].
pub async fn read_chart(
    state: &AppState,
    token: Option<&str>,
    resource_type: &str,
    id: &str,
) -> Result<Versioned, ChartError> {
    let grant = authorize(state, token, resource_type, 'r').await?;
    let mut connection = state.pool.acquire().await?;
    let stored = charts::find(&mut connection, &grant.organization, resource_type, id).await?;
    drop(connection);
    let stored = stored.ok_or(ChartError::NotFound)?;
    behave(
        state,
        &grant.organization,
        &stored.patient_id,
        token.unwrap_or_default(),
    )
    .await?;
    versioned(stored)
}

/// Searches one type in one patient's chart. A chart that does not exist or belongs to another
/// organization is empty.
///
/// # Errors
/// [`ChartError`].
pub async fn search_charts(
    state: &AppState,
    token: Option<&str>,
    resource_type: &str,
    search: &Search,
) -> Result<Found, ChartError> {
    let grant = authorize(state, token, resource_type, 's').await?;
    behave(
        state,
        &grant.organization,
        &search.patient_id,
        token.unwrap_or_default(),
    )
    .await?;
    let mut connection = state.pool.acquire().await?;
    let stored = charts::list(&mut connection, &grant.organization, resource_type, &search.patient_id).await?;
    drop(connection);
    let mut resources = Vec::new();
    for stored in stored {
        let text: Value = serde_json::from_str(&stored.body).unwrap_or_default();
        if search.matches(&text) {
            resources.push(versioned(stored)?.resource);
        }
    }
    let total = resources.len();
    let page: Vec<_> = resources.into_iter().skip(search.offset).take(search.count).collect();
    let next = search.offset + page.len();
    Ok(Found {
        resources: page,
        total,
        next_offset: (next < total && next > search.offset).then_some(next),
    })
}

/// The stored text with version and time in its `meta`.
///
/// # Errors
/// Where the stored text is not a resource.
pub fn versioned(stored: StoredResource) -> Result<Versioned, ChartError> {
    let mut resource = Resource::parse(stored.body.as_bytes())?;
    let mut meta: Map<String, Value> = resource.get("meta")?.unwrap_or_default();
    meta.insert("versionId".to_owned(), stored.version.to_string().into());
    meta.insert(
        "lastUpdated".to_owned(),
        stored.updated_at.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
    );
    resource.set("meta", &meta)?;
    Ok(Versioned {
        resource,
        version: stored.version,
        updated_at: stored.updated_at,
    })
}
