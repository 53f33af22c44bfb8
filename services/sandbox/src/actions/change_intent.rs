//! Changes a payment intent once for each idempotency key: the effect and its response are one
//! transaction, so that a repeat finds both or neither.

use super::random;
use crate::{
    AppState,
    domain::{
        card::Card,
        fault::{Fault, Target},
        intent::{self, Confirmed, RandomIds},
        intent_form::{Form, NewIntent, read_cancellation, read_confirmation},
        stripe_error::StripeError,
    },
    store::{
        faults,
        stripe::{self, StoredAnswer},
        webhooks,
    },
};
use aws_lc_rs::digest;
use chrono::{DateTime, Duration, Utc};
use mc_chassis::transaction::Transaction;
use serde_json::Value;
use sqlx::PgConnection;

/// Delay of a reordered webhook.
const REORDERED_BY: Duration = Duration::seconds(2);

/// A change of a payment intent.
#[derive(Debug, Clone)]
pub enum Command {
    /// Create an intent.
    Create,
    /// Charge the intent with this id.
    Confirm(String),
    /// Cancel the intent with this id.
    Cancel(String),
    /// Complete the cardholder's authentication, successfully or not.
    Authenticate(String, bool),
}

/// The response.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Value,
    /// Whether it is the stored response of an earlier request with the same key.
    pub replayed: bool,
    /// `req_…`.
    pub request_id: String,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Stripe's own refusal.
    #[error(transparent)]
    Refused(#[from] StripeError),
    /// The store failed.
    #[error("the intent could not be stored")]
    Database(#[from] sqlx::Error),
}

/// The result of a command: the response, and the events that report it with the intent at that
/// time.
struct Change {
    status: u16,
    body: Value,
    events: Vec<(&'static str, Value)>,
}

/// Executes `command`, or returns the stored response of the same key.
///
/// # Errors
/// [`ChangeError`]; nothing is changed then, and the key can be used again.
pub async fn change_intent(
    state: &AppState,
    command: &Command,
    form: &Form,
    key: Option<&str>,
) -> Result<Answer, ChangeError> {
    let mut transaction = Transaction::begin(&state.pool, None).await?;
    match change_once(&mut transaction, command, form, key, state.clock.now()).await {
        Ok(answer) => {
            transaction.commit().await?;
            state.webhooks.notify_one();
            Ok(answer)
        }
        Err(error) => {
            // Explicitly, not on drop: the key must be free before the caller gets the response.
            transaction.rollback().await?;
            Err(error)
        }
    }
}

async fn change_once(
    connection: &mut PgConnection,
    command: &Command,
    form: &Form,
    key: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Answer, ChangeError> {
    let request_id = random::alphanumeric(14);
    let text = format!("{command:?}\0{}", form.canonical());
    let request_sha256 = digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec();
    if let Some(key) = key {
        if !stripe::get_key_for_update(connection, key).await? {
            return Err(StripeError::key_in_use().into());
        }
        if let Some(first) = stripe::find_answer(connection, key).await? {
            if first.request_sha256 != request_sha256 {
                return Err(StripeError::key_reused().into());
            }
            let status = u16::try_from(first.status).unwrap_or(500);
            return Ok(Answer {
                status,
                body: first.body,
                replayed: true,
                request_id,
            });
        }
    }
    let Change { status, body, events } = apply(connection, command, form, now).await?;
    for (kind, object) in &events {
        publish(connection, kind, object, (&request_id, key), now).await?;
    }
    if let Some(key) = key {
        let answer = StoredAnswer {
            request_sha256,
            status: i16::try_from(status).unwrap_or(500),
            body: body.clone(),
        };
        stripe::insert_answer(connection, key, &answer, now).await?;
    }
    Ok(Answer {
        status,
        body,
        replayed: false,
        request_id,
    })
}

async fn apply(
    connection: &mut PgConnection,
    command: &Command,
    form: &Form,
    now: DateTime<Utc>,
) -> Result<Change, ChangeError> {
    let ids = RandomIds {
        id: format!("3{}", random::alphanumeric(23)),
        secret: random::alphanumeric(25),
    };
    match command {
        Command::Create => create(connection, form, &ids, now).await,
        Command::Confirm(id) => {
            let (payment_method, return_url) = read_confirmation(form)?;
            let mut object = load(connection, id).await?;
            let confirmed = intent::confirm(&mut object, payment_method, return_url.as_deref(), &ids)?;
            save(connection, object, confirmed).await
        }
        Command::Authenticate(id, succeeds) => {
            let mut object = load(connection, id).await?;
            let confirmed = intent::authenticate(&mut object, *succeeds, &ids)?;
            save(connection, object, confirmed).await
        }
        Command::Cancel(id) => {
            let reason = read_cancellation(form)?;
            let mut object = load(connection, id).await?;
            intent::cancel(&mut object, reason, now)?;
            save(
                connection,
                object,
                Confirmed {
                    event: "payment_intent.canceled",
                    refusal: None,
                },
            )
            .await
        }
    }
}

async fn create(
    connection: &mut PgConnection,
    form: &Form,
    ids: &RandomIds,
    now: DateTime<Utc>,
) -> Result<Change, ChangeError> {
    let wanted = NewIntent::read(form)?;
    if let Some(method) = wanted
        .payment_method
        .as_deref()
        .filter(|method| Card::find(method).is_none())
    {
        let message = format!("No such PaymentMethod: '{method}'");
        return Err(StripeError::invalid("resource_missing", "payment_method", message).into());
    }
    let mut object = intent::new(&wanted, ids, now);
    let mut events = vec![("payment_intent.created", object.clone())];
    let mut refusal = None;
    if wanted.confirm {
        let confirmed = intent::confirm(&mut object, None, wanted.return_url.as_deref(), ids)?;
        events.push((confirmed.event, object.clone()));
        refusal = confirmed.refusal;
    }
    stripe::insert_object(connection, "payment_intent", &object, now).await?;
    let (status, body) = refusal.unwrap_or((200, object));
    Ok(Change { status, body, events })
}

async fn load(connection: &mut PgConnection, id: &str) -> Result<Value, ChangeError> {
    let object = stripe::get_for_update(connection, "payment_intent", id).await?;
    Ok(object.ok_or_else(|| StripeError::missing("payment_intent", id))?)
}

async fn save(connection: &mut PgConnection, object: Value, confirmed: Confirmed) -> Result<Change, ChangeError> {
    stripe::update_object(connection, &object).await?;
    let events = vec![(confirmed.event, object.clone())];
    let (status, body) = confirmed.refusal.unwrap_or((200, object));
    Ok(Change { status, body, events })
}

/// Stores the event and its webhook.
async fn publish(
    connection: &mut PgConnection,
    kind: &str,
    object: &Value,
    request: (&str, Option<&str>),
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let event = intent::event(&format!("3{}", random::alphanumeric(23)), kind, object, request, now);
    stripe::insert_object(connection, "event", &event, now).await?;
    let late = kind == "payment_intent.created"
        && faults::update_used(connection, Target::Stripe, Fault::WebhooksReordered).await?;
    let due_at = if late { now + REORDERED_BY } else { now };
    let id = event["id"].as_str().unwrap_or_default();
    webhooks::insert(connection, (id, kind), &event.to_string(), due_at).await
}
