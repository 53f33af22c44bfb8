//! Records a patient's consent decision.

use super::chart::{self, ChartError};
use crate::{
    AppState,
    domain::{Consent, ConsentDecision, ConsentPurpose},
    gateway::EhrError,
    store::consents,
};
use mc_access::{Principal, RequestContext, tenancy};
use mc_contracts::{ConsentRecorded, Interaction, Outcome};
use mc_idempotency::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{ConsentId, EncounterId, PatientId, Role, UserId};

const ACTION: &str = "ehr.consent.record";
/// Roles that record a patient's decisions.
const RECORDERS: [Role; 4] = [Role::Admin, Role::Staff, Role::Nurse, Role::Doctor];
/// Roles to which a permit for the whole organization opens charts.
const TREATING: [Role; 2] = [Role::Doctor, Role::Nurse];

/// The decision.
pub struct RecordConsent {
    /// The patient who decided.
    pub patient_id: PatientId,
    /// What the consent is for.
    pub purpose: ConsentPurpose,
    /// Permit or deny.
    pub decision: ConsentDecision,
    /// The visit; None: every visit.
    pub encounter_id: Option<EncounterId>,
    /// The user the consent is given to; None: everyone in the organization whose role allows it.
    pub grantee: Option<UserId>,
}

/// Why the decision was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordConsentError {
    /// Neither the patient nor a role that records decisions.
    #[error("the caller may not record decisions of this patient")]
    InvalidRecorder,
    /// A permit that would open the chart to the caller who records it.
    #[error("the decision would open the chart to the user who records it")]
    InOwnFavour,
    /// The visit is another patient's.
    #[error("the visit is another patient's")]
    NotTheirVisit,
    /// The visit's patient cannot be read.
    #[error("the visit cannot be read")]
    Lookup(#[source] ChartError),
    /// The store failed.
    #[error("the decision cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Whether there is a patient whose decisions the caller records, or reads.
pub fn records_decisions(caller: &Principal) -> bool {
    caller.patient_id.as_ref().is_some_and(|id| caller.is_self(id)) || is_recorder(caller)
}

/// Whether the caller records, or reads, the decisions of `patient_id`.
pub(super) fn may_record(caller: &Principal, patient_id: &PatientId) -> bool {
    caller.is_self(patient_id) || is_recorder(caller)
}

fn is_recorder(caller: &Principal) -> bool {
    RECORDERS.iter().any(|role| caller.has_role(*role))
}

/// Records the decision, once for `claim`; a later decision replaces an earlier one. A refusal is
/// recorded.
///
/// # Errors
/// [`RecordConsentError`].
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    command: RecordConsent,
    claim: &IdempotencyClaim,
) -> Result<StoredResponse, RecordConsentError> {
    if let Some((error, reason)) = refusal(&command, context.caller()) {
        record_refusal(context, state, &command.patient_id, reason).await?;
        return Err(error);
    }
    let mut transaction = match begin(context, state, &command).await {
        Ok(transaction) => transaction,
        Err(error) => {
            if let RecordConsentError::NotTheirVisit = error {
                record_refusal(context, state, &command.patient_id, "not_their_visit").await?;
            }
            return Err(error);
        }
    };
    let mut consent = Consent {
        id: ConsentId::new(),
        patient_id: command.patient_id,
        purpose: command.purpose,
        decision: command.decision,
        encounter_id: command.encounter_id,
        grantee: command.grantee,
        recorded_by: context.subject().to_owned(),
        recorded_at: state.clock.now(),
        sequence: None,
    };
    let record = context
        .audit(ACTION, Interaction::Create)
        .entity("Consent", consent.id)
        .patient(consent.patient_id.clone())
        .detail("purpose", consent.purpose.as_str())
        .detail("decision", consent.decision.as_str())
        .detail("for_one_visit", consent.encounter_id.is_some())
        .detail("grantee", consent.grantee.map(|id| id.to_string()))
        .validated(true);
    let sequence = consents::insert(&mut transaction, context.organization_id(), &consent).await?;
    consent.sequence = Some(sequence);
    let event = ConsentRecorded::from(&consent);
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &event)
        .await?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(context.organization_id()), &record)
        .await?;
    let answer = StoredResponse::json(201_u16, &event);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Commits the record of a refusal.
async fn record_refusal(
    context: &RequestContext,
    state: &AppState,
    patient_id: &PatientId,
    reason: &str,
) -> Result<(), sqlx::Error> {
    let record = context
        .audit(ACTION, Interaction::Create)
        .patient(patient_id.clone())
        .detail("reason", reason)
        .validated(false)
        .outcome(Outcome::Denied);
    state
        .mailbox
        .enqueue_now(Some(context.organization_id()), &record)
        .await
}

/// Why the caller is refused, and the code for the audit log.
fn refusal(command: &RecordConsent, caller: &Principal) -> Option<(RecordConsentError, &'static str)> {
    if !may_record(caller, &command.patient_id) {
        Some((RecordConsentError::InvalidRecorder, "role"))
    } else if opens_to_recorder(command, caller) {
        Some((RecordConsentError::InOwnFavour, "own_favour"))
    } else {
        None
    }
}

/// Begins the transaction that adds the decision, once it is known that a named visit is the
/// patient's own.
///
/// Billing charges a visit by the decision about that visit, so the decision must be that of the
/// visit's patient. The EHR is read where patients decide for themselves, or where a decision of
/// another patient about the visit exists. A first decision recorded by staff is accepted without
/// it, so that this works while the EHR is unavailable. Whether it is the first is read under the
/// lock of the visit's decisions; the EHR is read outside of any transaction.
async fn begin(
    context: &RequestContext,
    state: &AppState,
    command: &RecordConsent,
) -> Result<tenancy::Transaction, RecordConsentError> {
    let (organization_id, patient_id) = (context.organization_id(), &command.patient_id);
    let encounter_id = command.encounter_id.as_ref();
    let mut is_own = false;
    if let Some(encounter_id) = encounter_id.filter(|_| context.caller().is_self(patient_id)) {
        check_visit(context, state, encounter_id, patient_id).await?;
        is_own = true;
    }
    loop {
        let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
        consents::lock_order(&mut transaction, organization_id, patient_id, encounter_id).await?;
        let Some(encounter_id) = encounter_id.filter(|_| !is_own) else {
            return Ok(transaction);
        };
        if !consents::find_other_decider(&mut transaction, organization_id, encounter_id, patient_id).await? {
            return Ok(transaction);
        }
        transaction.rollback().await?;
        check_visit(context, state, encounter_id, patient_id).await?;
        is_own = true;
    }
}

/// Whether the visit is the patient's own, as the EHR has it.
async fn check_visit(
    context: &RequestContext,
    state: &AppState,
    encounter_id: &EncounterId,
    patient_id: &PatientId,
) -> Result<(), RecordConsentError> {
    let whose = async {
        let connection = chart::connection(context, state).await?;
        let encounter = state.ehrs.get(&connection)?.encounter(encounter_id).await?;
        Ok(chart::patient_of(&encounter)?)
    };
    match whose.await {
        Ok(whose) if whose == *patient_id => Ok(()),
        Ok(_) | Err(ChartError::Ehr(EhrError::NotFound)) => Err(RecordConsentError::NotTheirVisit),
        Err(error) => Err(RecordConsentError::Lookup(error)),
    }
}

/// Whether it is a permit that opens the chart to the caller. Someone else must record such a
/// permit.
fn opens_to_recorder(command: &RecordConsent, caller: &Principal) -> bool {
    if command.decision != ConsentDecision::Permit
        || command.purpose != ConsentPurpose::Treatment
        || caller.is_self(&command.patient_id)
    {
        return false;
    }
    match command.grantee {
        Some(grantee) => caller.user_id() == Some(grantee),
        None => TREATING.iter().any(|role| caller.has_role(*role)),
    }
}
