//! Reads what is known of organisations where it has changed.

use super::Detector;
use crate::{domain::detection::Networks, store::knowledge};
use sqlx::PgConnection;

/// Brings the detector's knowledge up to date.
pub(super) async fn learn_known(connection: &mut PgConnection, detector: &mut Detector) -> Result<(), sqlx::Error> {
    for (tree, version) in knowledge::list_versions(connection).await? {
        if detector.versions.get(&tree) == Some(&version) {
            continue;
        }
        let members = knowledge::list_members(connection, tree).await?;
        let networks = Networks::new(knowledge::list_networks(connection, tree).await?);
        let thresholds = knowledge::find_thresholds(connection, tree).await?;
        detector.known.set(tree.into(), members, networks, thresholds);
        detector.versions.insert(tree, version);
    }
    Ok(())
}
