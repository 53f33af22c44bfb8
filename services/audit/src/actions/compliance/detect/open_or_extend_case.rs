//! Opens a case for a trigger, or extends the open one.

use crate::{
    AppState,
    domain::{CaseState, NoticeClock, PLATFORM},
    store::compliance::{
        case_evidence,
        cases::{self, Case},
    },
};
use chrono::{DateTime, Duration, Utc};
use mc_access::RequestContext;
use mc_contracts::{AlertRaised, Interaction};
use mc_detection::{Evidence, Rule, RuleBook, Subject, Trigger};
use mc_vocabulary::{AlertId, OrganizationId};
use sqlx::PgConnection;
use std::{collections::BTreeMap, sync::Arc};

/// Maximum number of events stored with a case; further events are only counted.
const MAX_EVIDENCE: i64 = 500;
/// A case of the platform itself is closed when it had no event for this long.
const QUIET: Duration = Duration::days(1);
const ACTOR: &str = "audit.detector";

/// All triggers of one rule and subject.
struct Merged {
    figure: u64,
    threshold: u64,
    evidence: Vec<Arc<Evidence>>,
}

/// Opens cases and extends open ones. The event and the audit record are enqueued in the same
/// transaction.
pub(super) async fn open_or_extend_cases(
    state: &AppState,
    transaction: &mut PgConnection,
    book: &RuleBook,
    triggers: Vec<Trigger>,
) -> Result<(), sqlx::Error> {
    let mut merged: BTreeMap<(OrganizationId, String, Subject), Merged> = BTreeMap::new();
    for trigger in triggers {
        let key = (trigger.organization_id, trigger.rule, trigger.subject);
        let of_case = merged.entry(key).or_insert(Merged {
            figure: 0,
            threshold: trigger.threshold,
            evidence: Vec::new(),
        });
        of_case.figure = of_case.figure.max(trigger.figure);
        of_case.evidence.extend(trigger.evidence);
    }
    for ((organization_id, rule, subject), mut found) in merged {
        let Some(rule) = book.rule(&rule) else { continue };
        found.evidence.sort();
        let about = (subject.kind, subject.id.as_str());
        let standing = cases::get_standing_for_update(transaction, organization_id.uuid(), &rule.id, about).await?;
        let standing = match standing {
            Some(case) if is_stale(&case, &found) => {
                close(transaction, case, state.clock.now()).await?;
                None
            }
            standing => standing,
        };
        match standing {
            Some(case) => extend(state, transaction, case, found).await?,
            None => open(state, transaction, organization_id, rule, subject, found).await?,
        }
    }
    Ok(())
}

/// Cases of the platform itself have no API to close them: after a day without events a new case is
/// opened.
fn is_stale(case: &Case, found: &Merged) -> bool {
    let next = found.evidence.first().map(|evidence| evidence.at);
    case.tree == PLATFORM && next.is_some_and(|next| next - case.last_event_at > QUIET)
}

async fn close(transaction: &mut PgConnection, mut case: Case, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    case.state = CaseState::Closed;
    case.concluded_at = Some(now);
    case.version += 1;
    cases::update_decision(transaction, &case).await
}

async fn open(
    state: &AppState,
    transaction: &mut PgConnection,
    organization_id: OrganizationId,
    rule: &Rule,
    subject: Subject,
    found: Merged,
) -> Result<(), sqlx::Error> {
    let now = state.clock.now();
    let (Some(first), Some(last)) = (found.evidence.first(), found.evidence.last()) else {
        return Ok(());
    };
    let case = Case {
        id: AlertId::new(),
        tree: organization_id.uuid(),
        rule: rule.id.clone(),
        title: rule.title.clone(),
        severity: rule.severity.as_str().to_owned(),
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.id,
        state: CaseState::Open,
        owner: None,
        starts_clock: rule.starts_clock,
        figure: stored(found.figure),
        threshold: stored(found.threshold),
        events: stored(found.evidence.len() as u64),
        first_event_at: first.at,
        last_event_at: last.at,
        opened_at: now,
        discovered_at: now,
        concluded_at: None,
        version: 1,
    };
    cases::insert(transaction, &case).await?;
    case_evidence::insert(transaction, case.tree, case.id, kept(&found.evidence, 0)).await?;
    let clock = NoticeClock::of_case(case.state, case.starts_clock, case.discovered_at, now);
    let alert = AlertRaised {
        alert_id: case.id,
        rule: case.rule.clone(),
        severity: case.severity.clone(),
        subject_kind: case.subject_kind.clone(),
        subject_id: case.subject_id.clone(),
        figure: found.figure,
        threshold: found.threshold,
        happened_at: case.last_event_at,
        raised_at: now,
        notice_due_at: clock.map(|clock| clock.due_at),
    };
    let organization_id = known(organization_id);
    state.mailbox.enqueue(transaction, organization_id, &alert).await?;
    let record = RequestContext::for_worker(ACTOR, &state.clock)
        .audit("audit.alert.raise", Interaction::Create)
        .entity("Alert", case.id)
        .detail("rule", case.rule.as_str())
        .detail("severity", case.severity.as_str())
        .detail("figure", case.figure)
        .detail("threshold", case.threshold)
        .detail("events", case.events);
    state
        .mailbox
        .enqueue(transaction, organization_id, &record)
        .await
        .map(drop)
}

async fn extend(
    state: &AppState,
    transaction: &mut PgConnection,
    mut case: Case,
    found: Merged,
) -> Result<(), sqlx::Error> {
    let fresh = kept(&found.evidence, case.events);
    let known_before = fresh.len() as u64 - case_evidence::insert(transaction, case.tree, case.id, fresh).await?;
    let added = found.evidence.len() as u64 - known_before;
    if added == 0 {
        return Ok(());
    }
    case.events += stored(added);
    case.figure = case.figure.max(stored(found.figure));
    for evidence in &found.evidence {
        case.first_event_at = case.first_event_at.min(evidence.at);
        case.last_event_at = case.last_event_at.max(evidence.at);
    }
    cases::update_events(transaction, &case).await?;
    let record = RequestContext::for_worker(ACTOR, &state.clock)
        .audit("audit.alert.extend", Interaction::Update)
        .entity("Alert", case.id)
        .detail("rule", case.rule.as_str())
        .detail("figure", case.figure)
        .detail("events_added", added)
        .detail("events", case.events);
    state
        .mailbox
        .enqueue(transaction, known(case.tree.into()), &record)
        .await
        .map(drop)
}

/// The events that are stored with a case that has `before` already.
fn kept(evidence: &[Arc<Evidence>], before: i64) -> &[Arc<Evidence>] {
    let room = usize::try_from(MAX_EVIDENCE - before).unwrap_or(0);
    evidence.get(..room.min(evidence.len())).unwrap_or_default()
}

/// The organization of the event; None for the platform itself.
fn known(organization_id: OrganizationId) -> Option<OrganizationId> {
    (organization_id.uuid() != PLATFORM).then_some(organization_id)
}

fn stored(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}
