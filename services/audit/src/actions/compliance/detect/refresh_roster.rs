//! Reads the roster of organizations where it has changed.

use crate::{actions::compliance::detect::Detector, store::compliance::roster};
use mc_detection::Networks;
use sqlx::PgConnection;

/// Brings the detector's roster up to date.
pub(super) async fn refresh_roster(connection: &mut PgConnection, detector: &mut Detector) -> Result<(), sqlx::Error> {
    for (tree, version) in roster::list_versions(connection).await? {
        if detector.versions.get(&tree) == Some(&version) {
            continue;
        }
        let members = roster::list_members(connection, tree).await?;
        let networks = Networks::new(roster::list_networks(connection, tree).await?);
        let thresholds = roster::find_thresholds(connection, tree).await?;
        detector.roster.set(tree.into(), members, networks, thresholds);
        detector.versions.insert(tree, version);
    }
    Ok(())
}
