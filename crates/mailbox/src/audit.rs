//! Records of refusals.

use crate::Mailbox;
use mc_access::RefusalLog;
use mc_contracts::AuditRecord;
use mc_vocabulary::OrganizationId;

#[async_trait::async_trait]
impl RefusalLog for Mailbox {
    async fn record_refusal(&self, organization_id: OrganizationId, record: &AuditRecord) -> Result<(), sqlx::Error> {
        self.enqueue_now(Some(organization_id), record).await
    }
}
