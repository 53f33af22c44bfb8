//! A patient's decision, written down.

use super::chart::{self, ChartError};
use crate::{
    AppState,
    domain::{Consent, ConsentDecision, ConsentPurpose},
    gateway::EhrError,
    store::consents,
};
use mc_access::{Principal, tenancy};
use mc_chassis::http::Origin;
use mc_contracts::{ConsentRecorded, Interaction};
use mc_mailbox::{IdempotencyClaim, StoredResponse};
use mc_vocabulary::{ConsentId, EncounterId, PatientId, Role, UserId};

const ACTION: &str = "ehr.consent.record";
/// Roles that write down what a patient decides.
const RECORDERS: [Role; 4] = [Role::Admin, Role::Staff, Role::Nurse, Role::Doctor];
/// Roles that a permission for the whole organisation opens charts to.
const TREATING: [Role; 2] = [Role::Doctor, Role::Nurse];

/// What was decided.
pub struct RecordConsent {
    /// By whom.
    pub patient_id: PatientId,
    /// About what.
    pub purpose: ConsentPurpose,
    /// Which way.
    pub decision: ConsentDecision,
    /// For which visit; None: every visit.
    pub encounter_id: Option<EncounterId>,
    /// To whom; None: everyone of the organisation whose role allows it.
    pub grantee: Option<UserId>,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum RecordConsentError {
    /// Neither the patient nor somebody who writes decisions down.
    #[error("the caller writes no decisions of this patient down")]
    InvalidRecorder,
    /// Nobody opens a chart to themselves.
    #[error("the decision would open the chart to the one who writes it down")]
    InOwnFavour,
    /// Nobody decides about the visit of somebody else.
    #[error("the visit is not this patient's")]
    NotTheirVisit,
    /// Whose visit it is cannot be found out.
    #[error("the visit cannot be looked up")]
    Lookup(#[source] ChartError),
    /// The store.
    #[error("the decision cannot be stored")]
    Store(#[from] sqlx::Error),
}

/// Whether the caller writes down, or reads, what `patient_id` decides.
pub(super) fn may_record(caller: &Principal, patient_id: &PatientId) -> bool {
    caller.is_self(patient_id) || RECORDERS.iter().any(|role| caller.has_role(*role))
}

/// Writes the decision down, once for `claim`; a later one replaces an earlier one. Whoever may not is refused, on record.
///
/// # Errors
/// [`RecordConsentError`].
pub async fn record_consent(
    state: &AppState,
    command: RecordConsent,
    caller: &Principal,
    claim: &IdempotencyClaim,
    origin: &Origin,
) -> Result<StoredResponse, RecordConsentError> {
    if let Some((error, reason)) = refusal(&command, caller) {
        let wanted = state
            .mailbox
            .audit_of(ACTION, Interaction::Create, caller, origin)
            .patient(command.patient_id)
            .detail("reason", reason)
            .validated(false);
        state.mailbox.record_refusal(caller, wanted).await?;
        return Err(error);
    }
    if let Some(encounter_id) = &command.encounter_id {
        check_visit(state, caller, encounter_id, &command.patient_id).await?;
    }
    let consent = Consent {
        id: ConsentId::new(),
        patient_id: command.patient_id,
        purpose: command.purpose,
        decision: command.decision,
        encounter_id: command.encounter_id,
        grantee: command.grantee,
        recorded_by: caller.subject.clone(),
        recorded_at: state.clock.now(),
    };
    let event = ConsentRecorded::from(&consent);
    let record = state
        .mailbox
        .audit_of(ACTION, Interaction::Create, caller, origin)
        .entity("Consent", consent.id)
        .patient(consent.patient_id.clone())
        .detail("purpose", consent.purpose.as_str())
        .detail("decision", consent.decision.as_str())
        .detail("for_one_visit", consent.encounter_id.is_some())
        .detail("grantee", consent.grantee.map(|id| id.to_string()))
        .validated(true);
    let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
    consents::insert(&mut transaction, caller.organization_id, &consent).await?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &event)
        .await?;
    state
        .mailbox
        .enqueue(&mut transaction, Some(caller.organization_id), &record)
        .await?;
    let answer = StoredResponse::json(201_u16, &event);
    claim.store(&mut transaction, &answer).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// Why the caller may not, and the word for it in the audit log.
fn refusal(command: &RecordConsent, caller: &Principal) -> Option<(RecordConsentError, &'static str)> {
    if !may_record(caller, &command.patient_id) {
        Some((RecordConsentError::InvalidRecorder, "role"))
    } else if opens_to_recorder(command, caller) {
        Some((RecordConsentError::InOwnFavour, "own_favour"))
    } else {
        None
    }
}

/// Billing charges a visit on the word about that visit: it must be the word of the patient who was there. The EHR knows
/// who was. It is asked where a patient speaks for themselves, or where somebody else has decided about the visit before;
/// staff who write a first decision down are believed, so that this works while the EHR is away.
async fn check_visit(
    state: &AppState,
    caller: &Principal,
    encounter_id: &EncounterId,
    patient_id: &PatientId,
) -> Result<(), RecordConsentError> {
    let contested = {
        let mut transaction = tenancy::begin(&state.pool, caller.organization_id).await?;
        consents::find_other_decider(&mut transaction, caller.organization_id, encounter_id, patient_id).await?
    };
    if !contested && !caller.is_self(patient_id) {
        return Ok(());
    }
    let whose = async {
        let connection = chart::connection(state, caller).await?;
        let encounter = state.ehrs.of(&connection)?.encounter(encounter_id).await?;
        Ok(chart::patient_of(&encounter)?)
    };
    match whose.await {
        Ok(whose) if whose == *patient_id => Ok(()),
        Ok(_) | Err(ChartError::Ehr(EhrError::NotFound)) => Err(RecordConsentError::NotTheirVisit),
        Err(error) => Err(RecordConsentError::Lookup(error)),
    }
}

/// A permission by which the one who writes it down opens the chart to themselves. A second person writes such a one down.
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
