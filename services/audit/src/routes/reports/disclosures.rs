//! Disclosures made outside the system.

use crate::{
    AppState,
    actions::reports::record_disclosure::{self, RecordDisclosure},
    domain::report::disclosure::Exclusion,
};
use actix_web::{HttpResponse, post, web::Data};
use chrono::{DateTime, TimeDelta, Utc};
use garde::Validate;
use mc_access::{Authorized, Operation};
use mc_chassis::http::{Body, IdempotencyKey, Problem};
use mc_contracts::Interaction;
use mc_idempotency::StoredResponse;
use mc_vocabulary::{EventId, PatientId, Permission, problem};
use serde::{Deserialize, Serialize};

/// Why a disclosure is not accounted for (45 CFR 164.528(a)(1)); treatment, payment and operations
/// follow from the purpose.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// To the patient themself.
    Individual,
    /// Incident to a use that was allowed.
    Incidental,
    /// The patient had authorised it.
    Authorization,
    /// For the facility's directory, or to persons involved in the patient's care.
    Directory,
    /// For national security or intelligence.
    NationalSecurity,
    /// To correctional institutions or law enforcement in custody.
    Custody,
    /// As part of a limited data set.
    LimitedDataSet,
}

impl From<Basis> for Exclusion {
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Individual => Self::Individual,
            Basis::Incidental => Self::Incidental,
            Basis::Authorization => Self::Authorized,
            Basis::Directory => Self::Directory,
            Basis::NationalSecurity => Self::NationalSecurity,
            Basis::Custody => Self::Custody,
            Basis::LimitedDataSet => Self::LimitedDataSet,
        }
    }
}

/// A disclosure.
#[derive(Debug, Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisclosureBody {
    #[garde(skip)]
    patient_id: PatientId,
    /// When.
    #[garde(skip)]
    disclosed_at: DateTime<Utc>,
    /// Name of the person or organization that received it.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    recipient: String,
    /// Where it was sent.
    #[garde(inner(length(chars, min = 1, max = 300)))]
    #[schema(min_length = 1, max_length = 300)]
    #[serde(default)]
    recipient_address: Option<String>,
    /// What was disclosed, in a few words and without any value, such as `immunisation record`.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    description: String,
    /// Purpose: code of v3-ActReason, such as `PUBHLTH`.
    #[garde(length(bytes, min = 2, max = 20), ascii, alphanumeric)]
    #[schema(min_length = 2, max_length = 20, pattern = "^[A-Za-z0-9]+$")]
    purpose: String,
    /// The exclusion that applies, if any.
    #[garde(skip)]
    #[serde(default)]
    basis: Option<Basis>,
    /// Until when an agency has requested that the patient not be informed (164.528(a)(2)).
    #[garde(skip)]
    #[serde(default)]
    suspended_until: Option<DateTime<Utc>>,
}

/// A recorded disclosure.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Disclosed {
    /// Its id: `entity` of the event in the log.
    disclosure_id: EventId,
}

/// Records a disclosure outside the system.
pub struct DiscloseOutside;

impl Operation for DiscloseOutside {
    const ACTION: &str = "audit.disclosure.record";
    const INTERACTION: Interaction = Interaction::Read;
    const PERMISSION: Option<Permission> = Some(Permission::ComplianceManage);
    const FORBIDDEN_DETAIL: &str = "Only compliance and admins record disclosures.";
}

/// Records a disclosure made outside the system, so that it is accounted for.
#[utoipa::path(tag = "reports", request_body = DisclosureBody,
    params(("Idempotency-Key" = String, Header, description = "Repeats with the same key are answered, not done again")), responses(
    (status = 201, description = "It is on its way into the log", body = Disclosed),
    (status = 400, description = "Unreadable body or key", body = Problem),
    (status = 401, description = "No valid token", body = Problem),
    (status = 403, description = "Neither compliance nor admin", body = Problem),
    (status = 409, description = "The same request is still running", body = Problem),
    (status = 413, description = "Too large", body = Problem),
    (status = 415, description = "Not JSON", body = Problem),
    (status = 422, description = "A field is wrong, or the key was used for another request", body = Problem),
    (status = 428, description = "No Idempotency-Key", body = Problem),
))]
#[post("/disclosures")]
pub async fn disclose(
    state: Data<AppState>,
    context: Authorized<DiscloseOutside>,
    key: IdempotencyKey,
    body: Body<DisclosureBody>,
) -> Result<HttpResponse, Problem> {
    let recorded = body.value;
    let now = state.clock.now();
    if recorded.disclosed_at > now + TimeDelta::hours(1) || recorded.disclosed_at < now - TimeDelta::days(7_305) {
        return Err(Problem::new(problem::UNPROCESSABLE).at("/disclosed_at", "must be within the last twenty years"));
    }
    let command = RecordDisclosure {
        patient_id: recorded.patient_id,
        disclosed_at: recorded.disclosed_at,
        recipient: recorded.recipient,
        recipient_address: recorded.recipient_address,
        description: recorded.description,
        purpose: recorded.purpose.to_ascii_uppercase(),
        basis: recorded.basis.map(Exclusion::from),
        suspended_until: recorded.suspended_until,
    };
    let (state, context) = (&state, &*context);
    let written = |disclosure_id| StoredResponse::json(201_u16, &Disclosed { disclosure_id });
    state
        .idempotency
        .once(context, "POST disclosures", &key, body.digest, |claim| async move {
            Ok(record_disclosure::execute(context, state, command, &claim, written).await?)
        })
        .await
}
