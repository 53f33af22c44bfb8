//! Assigns a case, changes its state, or adds a note.

use crate::{
    AppState,
    actions::compliance::get_alert::{Alert, COLUMN, GetAlertError, gather},
    domain::{CaseState, InvalidState},
    store::compliance::{
        case_notes,
        cases::{self, Case},
    },
};
use chrono::{DateTime, Utc};
use mc_access::{Principal, RequestContext, tenancy};
use mc_contracts::Interaction;
use mc_keyring::SealsError;
use mc_vocabulary::{AlertId, EventId, UserId};

/// A change; absent fields stay as they are.
#[derive(Debug, Clone, Default)]
pub struct UpdateAlert {
    /// The version that the caller has read; None: any.
    pub if_match: Option<i64>,
    /// The account responsible from now on.
    pub owner: Option<UserId>,
    /// The new state.
    pub state: Option<CaseState>,
    /// When the notice clock starts.
    pub discovered_at: Option<DateTime<Utc>>,
    /// A note; stored sealed.
    pub note: Option<String>,
}

/// Why the action was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum UpdateAlertError {
    /// Not in this organization.
    #[error("no such alert")]
    Unknown,
    /// It was changed since the caller read it.
    #[error("the alert is at another version")]
    VersionMismatch,
    /// The state cannot follow the current one.
    #[error("the state does not follow")]
    State(#[from] InvalidState),
    /// `no_breach` needs a note that says why (45 CFR 164.414(b)).
    #[error("a decision for no breach needs a note")]
    NoteMissing,
    /// The case is closed.
    #[error("the alert is closed")]
    Closed,
    /// The discovery lies in the future.
    #[error("the discovery lies in the future")]
    DiscoveryInFuture,
    /// A newer case of the same rule and subject is open.
    #[error("another case about the same stands")]
    AnotherStands,
    /// The note cannot be sealed.
    #[error("the note cannot be sealed")]
    Seal(#[from] SealsError),
    /// The case cannot be read.
    #[error("the alert cannot be shown")]
    Show(#[source] GetAlertError),
    /// The store failed.
    #[error("alerts cannot be changed")]
    Store(#[from] sqlx::Error),
}

/// Changes a case. The change is recorded with it.
pub async fn execute(
    context: &RequestContext,
    state: &AppState,
    id: AlertId,
    change: UpdateAlert,
) -> Result<Alert, UpdateAlertError> {
    let organization_id = context.organization_id();
    let now = state.clock.now();
    let note_id = EventId::new().uuid();
    let words_sealed = match &change.note {
        Some(words) => Some(
            state
                .seals
                .seal(organization_id, COLUMN, note_id, words.as_bytes())
                .await?,
        ),
        None => None,
    };
    let mut transaction = tenancy::begin(&state.pool, organization_id).await?;
    let case = cases::get_for_update(&mut transaction, organization_id.uuid(), id)
        .await?
        .ok_or(UpdateAlertError::Unknown)?;
    let before = case.state;
    let case = decide(case, &change, context.caller(), now)?;
    cases::update_decision(&mut transaction, &case)
        .await
        .map_err(|error| match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => UpdateAlertError::AnotherStands,
            _ => error.into(),
        })?;
    let note = case_notes::Note {
        id: note_id,
        noted_at: now,
        noted_by: context.subject().to_owned(),
        state: None,
        words_sealed,
    };
    case_notes::insert(&mut transaction, organization_id.uuid(), id, &note, change.state).await?;
    let record = context
        .audit("audit.alert.update", Interaction::Update)
        .entity("Alert", id)
        .detail("rule", case.rule.as_str())
        .detail("state_before", before.as_str())
        .detail("state", case.state.as_str())
        .detail("owner", case.owner.map(|owner| owner.to_string()))
        .detail("discovered_at", case.discovered_at.to_rfc3339())
        .detail("note", change.note.is_some())
        .detail("version", case.version);
    state
        .mailbox
        .enqueue(&mut transaction, Some(organization_id), &record)
        .await?;
    let alert = gather(state, &mut transaction, organization_id, case)
        .await
        .map_err(UpdateAlertError::Show)?;
    transaction.commit().await?;
    Ok(alert)
}

/// The case after the change.
fn decide(
    mut case: Case,
    change: &UpdateAlert,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<Case, UpdateAlertError> {
    if change.if_match.is_some_and(|seen| seen != case.version) {
        return Err(UpdateAlertError::VersionMismatch);
    }
    let only_words = change.owner.is_none() && change.state.is_none() && change.discovered_at.is_none();
    if case.state == CaseState::Closed && !only_words {
        return Err(UpdateAlertError::Closed);
    }
    if let Some(next) = change.state {
        case.state = case.state.then(next)?;
        if next == CaseState::NoBreach && change.note.is_none() {
            return Err(UpdateAlertError::NoteMissing);
        }
        case.concluded_at = (!matches!(next, CaseState::Open | CaseState::Investigating)).then_some(now);
        // Without an owner, the person who changes the state becomes the owner.
        case.owner = case.owner.or_else(|| caller.user_id().map(UserId::uuid));
    }
    if let Some(owner) = change.owner {
        case.owner = Some(owner.uuid());
    }
    if let Some(discovered_at) = change.discovered_at {
        if discovered_at > now {
            return Err(UpdateAlertError::DiscoveryInFuture);
        }
        case.discovered_at = discovered_at;
    }
    case.version += 1;
    Ok(case)
}
