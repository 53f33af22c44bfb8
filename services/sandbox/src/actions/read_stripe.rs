//! Reads Stripe's objects.

use super::change_intent::ChangeError;
use crate::{
    AppState,
    domain::{intent_form::Form, stripe_error::StripeError},
    store::stripe::{self, Page},
};
use chrono::{DateTime, TimeZone, Utc};
use serde_json::{Value, json};

/// One object.
///
/// # Errors
/// Stripe's 404 where there is none.
pub async fn find_object(state: &AppState, object: &str, id: &str) -> Result<Value, ChangeError> {
    let found = stripe::find(&mut *state.pool.acquire().await?, object, id).await?;
    Ok(found.ok_or_else(|| StripeError::missing(object, id))?)
}

/// A list object, newest first: `limit`, `starting_after`, and `created` with `gte`, `gt`, `lt` and
/// `lte`, in whole seconds.
///
/// # Errors
/// Stripe's 400 for an invalid parameter.
pub async fn list_objects(state: &AppState, object: &str, url: &str, form: &Form) -> Result<Value, ChangeError> {
    form.refuse_unknown(&["limit", "starting_after", "created", "customer", "type", "expand"])?;
    let limit: i64 = match form.get("limit") {
        None => 10,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=100).contains(limit))
            .ok_or_else(|| {
                StripeError::invalid("parameter_invalid_integer", "limit", "limit must be between 1 and 100.")
            })?,
    };
    let page = Page {
        limit,
        starting_after: form.get("starting_after").map(str::to_owned),
        created_from: time(form, "created[gte]", 0)?.max(time(form, "created[gt]", 1)?),
        created_before: earlier(time(form, "created[lt]", 0)?, time(form, "created[lte]", 1)?),
    };
    if let Some(after) = &page.starting_after
        && stripe::find(&mut *state.pool.acquire().await?, object, after)
            .await?
            .is_none()
    {
        return Err(StripeError::missing(object, after).into());
    }
    let mut data = stripe::list(&mut *state.pool.acquire().await?, object, &page).await?;
    let has_more = i64::try_from(data.len()).unwrap_or(i64::MAX) > limit;
    data.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(json!({ "object": "list", "url": url, "has_more": has_more, "data": data }))
}

/// Every payment intent with the fields that tests compare, newest first.
///
/// # Errors
/// Where the intents cannot be read.
pub async fn list_charges(state: &AppState) -> Result<Vec<Value>, sqlx::Error> {
    let page = Page {
        limit: 10_000,
        ..Page::default()
    };
    let intents = stripe::list(&mut *state.pool.acquire().await?, "payment_intent", &page).await?;
    let members = [
        "id",
        "status",
        "amount",
        "amount_received",
        "currency",
        "latest_charge",
        "metadata",
        "created",
    ];
    Ok(intents
        .iter()
        .map(|intent| {
            members
                .iter()
                .map(|member| ((*member).to_owned(), intent[*member].clone()))
                .collect()
        })
        .collect())
}

fn earlier(one: Option<DateTime<Utc>>, other: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The parameter, `later_by` seconds later: an object of the second 5 is created after 5 − 1 and
/// before 5 + 1.
fn time(form: &Form, name: &str, later_by: i64) -> Result<Option<DateTime<Utc>>, StripeError> {
    let Some(text) = form.get(name) else { return Ok(None) };
    let time = text
        .parse::<i64>()
        .ok()
        .and_then(|seconds| Utc.timestamp_opt(seconds.checked_add(later_by)?, 0).single());
    time.map(Some)
        .ok_or_else(|| StripeError::invalid("parameter_invalid_integer", name, "Invalid integer"))
}
