//! Which of several decisions about a visit counts.

use crate::app::consent;
use chrono::{DateTime, Duration, Utc};
use mc_access::tenancy;
use mc_billing::{startup::SERVICE, store::consents};
use mc_contracts::{ConsentDecision, ConsentRecorded};
use mc_testkit::Database;
use mc_vocabulary::{EncounterId, OrganizationId};

struct Visit {
    database: Database,
    organization_id: OrganizationId,
    encounter_id: EncounterId,
}

impl Visit {
    async fn new() -> Self {
        Self {
            database: Database::fresh(SERVICE.schema, SERVICE.migrations).await,
            organization_id: OrganizationId::new(),
            encounter_id: "enc-1".parse().unwrap(),
        }
    }

    async fn hears(&self, decision: ConsentDecision, recorded_at: DateTime<Utc>, sequence: Option<i64>) {
        let event = ConsentRecorded {
            recorded_at,
            sequence,
            ..consent(decision)
        };
        let mut transaction = tenancy::begin(&self.database.serving, self.organization_id)
            .await
            .unwrap();
        consents::update_latest(&mut transaction, self.organization_id, &self.encounter_id, &event)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn hears_denial_for_every_visit(&self, recorded_at: DateTime<Utc>, sequence: Option<i64>) {
        let event = ConsentRecorded {
            recorded_at,
            sequence,
            ..consent(ConsentDecision::Deny)
        };
        let mut transaction = tenancy::begin(&self.database.serving, self.organization_id)
            .await
            .unwrap();
        consents::update_denial(&mut transaction, self.organization_id, &event)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn permitted(&self) -> bool {
        let mut transaction = tenancy::begin(&self.database.serving, self.organization_id)
            .await
            .unwrap();
        consents::find_permit(&mut transaction, self.organization_id, &self.encounter_id)
            .await
            .unwrap()
            .is_some()
    }
}

#[actix_web::test]
async fn the_decision_with_the_highest_sequence_counts_whatever_the_clocks_and_the_order_of_arrival() {
    let (visit, now) = (Visit::new().await, DateTime::UNIX_EPOCH);
    visit.hears(ConsentDecision::Permit, now, Some(5)).await;
    // From a process whose clock is an hour behind.
    visit
        .hears(ConsentDecision::Deny, now - Duration::hours(1), Some(6))
        .await;
    assert!(!visit.permitted().await);
    visit
        .hears(ConsentDecision::Permit, now + Duration::hours(1), Some(4))
        .await;
    assert!(!visit.permitted().await, "it was decided before the others");
    visit
        .hears(ConsentDecision::Permit, now - Duration::hours(1), Some(7))
        .await;
    assert!(visit.permitted().await);
}

#[actix_web::test]
async fn a_decision_of_a_release_without_sequence_is_ordered_by_time() {
    let (visit, now) = (Visit::new().await, DateTime::UNIX_EPOCH);
    visit.hears(ConsentDecision::Deny, now, None).await;
    visit
        .hears(ConsentDecision::Permit, now - Duration::hours(1), None)
        .await;
    assert!(!visit.permitted().await);
    visit
        .hears(ConsentDecision::Permit, now + Duration::minutes(1), Some(1))
        .await;
    assert!(visit.permitted().await);
    visit
        .hears(ConsentDecision::Deny, now + Duration::minutes(2), None)
        .await;
    assert!(!visit.permitted().await);
}

#[actix_web::test]
async fn a_denial_for_every_visit_ends_the_permits_with_lower_sequences_whatever_the_order_of_arrival() {
    let (visit, now) = (Visit::new().await, DateTime::UNIX_EPOCH);
    visit.hears_denial_for_every_visit(now, Some(6)).await;
    // Recorded before, and late.
    visit
        .hears(ConsentDecision::Permit, now + Duration::hours(1), Some(5))
        .await;
    assert!(!visit.permitted().await);
    visit
        .hears(ConsentDecision::Permit, now - Duration::hours(1), Some(7))
        .await;
    assert!(visit.permitted().await);
    visit
        .hears_denial_for_every_visit(now + Duration::hours(2), Some(4))
        .await;
    assert!(visit.permitted().await, "an old denial");
    visit.hears_denial_for_every_visit(now, Some(8)).await;
    assert!(!visit.permitted().await);
    // Of a release without sequences.
    visit.hears_denial_for_every_visit(now, None).await;
    visit
        .hears(ConsentDecision::Permit, now + Duration::hours(1), None)
        .await;
    assert!(visit.permitted().await);
}
