#![doc = include_str!("../README.md")]

use actix_web::{HttpResponse, http::StatusCode};
use aws_lc_rs::{aead, hkdf};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use mc_access::RequestContext;
use mc_chassis::http::{IdempotencyKey, Problem};
use mc_vocabulary::problem;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use std::future::Future;

/// The idempotency keys of one service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Idempotency {
    schema: &'static str,
    pool: PgPool,
}

/// A stored response, for repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: serde_json::Value,
    /// Headers of the response, such as `Location`.
    pub headers: Vec<(String, String)>,
}

impl StoredResponse {
    /// `status` with `body` as JSON.
    pub fn json(status: impl Into<u16>, body: &impl serde::Serialize) -> Self {
        Self {
            status: status.into(),
            body: serde_json::to_value(body).unwrap_or_default(),
            headers: Vec::new(),
        }
    }

    /// Adds a header, also for repeats.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The body as JSON, which contains no line break; headers, if any, on a second line.
    fn to_text(&self) -> String {
        match &self.headers[..] {
            [] => self.body.to_string(),
            headers => format!("{}\n{}", self.body, serde_json::json!(headers)),
        }
    }

    fn from_text(status: u16, text: &[u8]) -> Option<Self> {
        let mut lines = text.splitn(2, |byte| *byte == b'\n');
        let body = serde_json::from_slice(lines.next()?).ok()?;
        let headers = lines.next().map_or(Ok(Vec::new()), serde_json::from_slice).ok()?;
        Some(Self { status, body, headers })
    }

    fn response(&self, replayed: bool) -> HttpResponse {
        let mut response = HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK));
        if replayed {
            response.insert_header(("Idempotent-Replayed", "true"));
        }
        for (name, value) in &self.headers {
            response.insert_header((name.as_str(), value.as_str()));
        }
        if self.status >= 400 {
            response.content_type("application/problem+json");
        }
        response.json(&self.body)
    }
}

/// The right to do the work of one key once. The action stores its response with it, in the
/// transaction of the change that the response reports.
#[derive(Debug, Clone)]
pub struct IdempotencyClaim {
    schema: &'static str,
    scope: String,
    key_hash: String,
    sealing_key: [u8; 32],
    /// SHA-256 of the body as sent.
    digest: [u8; 32],
    /// End of the lease, as stored: the fence. It distinguishes this claim from a later one of
    /// another process, which took over when the lease had ended.
    locked_until: Option<DateTime<Utc>>,
}

/// Digest, state, status, sealed response, and whether it has expired.
type StoredRow = (Vec<u8>, String, Option<i32>, Option<Vec<u8>>, bool);

enum KeyState {
    Claimed(DateTime<Utc>),
    Running,
    OtherBody,
    Done(u16, Vec<u8>),
    /// Done, longer ago than the response is kept.
    Spent,
}

/// What a repeat gets whose first request is done, longer ago than its response is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AfterExpiry {
    /// A refusal: the work must not be done twice.
    Refuse,
    /// What the work answers: it keeps the request's reference and digest with its effect.
    AskTheWork,
}

impl Idempotency {
    /// Keys in the table `idempotency_keys` of `schema`.
    pub fn new(schema: &'static str, pool: PgPool) -> Self {
        Self { schema, pool }
    }

    /// Runs `work` once for the caller's `key` on `route` (such as `POST payment-intent`); a repeat
    /// gets the stored response, for 24 hours. After that the key is spent: a repeat is refused and
    /// the work is not done again. `body_digest` is the SHA-256 of the body as sent.
    ///
    /// # Errors
    /// The problem returned by `work` (nothing is stored then), 409 while another request with the
    /// key is running, also where it took over because this one was slower than its lease, 422 if
    /// the key was used with another body or is spent, 503 if the database is unavailable.
    pub async fn once<F, W>(
        &self,
        context: &RequestContext,
        route: &'static str,
        key: &IdempotencyKey,
        body_digest: [u8; 32],
        work: F,
    ) -> Result<HttpResponse, Problem>
    where
        F: FnOnce(IdempotencyClaim) -> W,
        W: Future<Output = Result<StoredResponse, Problem>>,
    {
        self.run((context, route, key, body_digest), AfterExpiry::Refuse, work)
            .await
    }

    /// As [`Idempotency::once`], for work that keeps [`IdempotencyClaim::reference`] and
    /// [`IdempotencyClaim::digest`] with its effect for as long as the effect lasts, and looks
    /// there first: once the stored response has expired, it is run for a repeat, and answers with
    /// what it finds.
    ///
    /// # Errors
    /// As [`Idempotency::once`]; it is the work that refuses another body under an expired key.
    pub async fn once_on_record<F, W>(
        &self,
        context: &RequestContext,
        route: &'static str,
        key: &IdempotencyKey,
        body_digest: [u8; 32],
        work: F,
    ) -> Result<HttpResponse, Problem>
    where
        F: FnOnce(IdempotencyClaim) -> W,
        W: Future<Output = Result<StoredResponse, Problem>>,
    {
        self.run((context, route, key, body_digest), AfterExpiry::AskTheWork, work)
            .await
    }

    async fn run<F, W>(
        &self,
        (context, route, key, body_digest): (&RequestContext, &'static str, &IdempotencyKey, [u8; 32]),
        after_expiry: AfterExpiry,
        work: F,
    ) -> Result<HttpResponse, Problem>
    where
        F: FnOnce(IdempotencyClaim) -> W,
        W: Future<Output = Result<StoredResponse, Problem>>,
    {
        let caller = format!("{}/{}", context.organization_id(), context.subject());
        let mut claim = IdempotencyClaim::new(self.schema, &caller, route, key, body_digest);
        match self.find(&claim, after_expiry).await? {
            KeyState::Running => Err(Problem::new(problem::IDEMPOTENCY_IN_PROGRESS).retry_after_s(1)),
            KeyState::OtherBody => Err(Problem::new(problem::IDEMPOTENCY_KEY_REUSED)
                .at("header:Idempotency-Key", "was used with another body")),
            KeyState::Spent => Err(Problem::new(problem::IDEMPOTENCY_KEY_REUSED).at(
                "header:Idempotency-Key",
                "was used by a request that is done; its response is no longer kept",
            )),
            KeyState::Done(status, sealed) => claim.open(status, sealed).map(|stored| stored.response(true)),
            KeyState::Claimed(locked_until) => {
                claim.locked_until = Some(locked_until);
                match work(claim.clone()).await {
                    Ok(stored) => Ok(stored.response(false)),
                    Err(problem) => match self.abandon(&claim).await {
                        // Another process took over while this one was slow: its response counts.
                        Ok(false) => Err(Problem::new(problem::IDEMPOTENCY_IN_PROGRESS).retry_after_s(1)),
                        // If this fails too, the lease expires.
                        Ok(true) | Err(_) => Err(problem),
                    },
                }
            }
        }
    }

    fn find<'a>(
        &'a self,
        claim: &'a IdempotencyClaim,
        after_expiry: AfterExpiry,
    ) -> BoxFuture<'a, Result<KeyState, sqlx::Error>> {
        Box::pin(async move {
            // A running row whose lease has expired belongs to a process that died, or will be too
            // late: its work is repeated. The end of the lease is the fence: in the life of a row
            // it only grows, even if the clock is set back.
            let sql = format!(
                "INSERT INTO {0}.idempotency_keys AS i (scope, key_hash, digest, state, locked_until, expires_at) \
             VALUES ($1, $2, $3, 'running', now() + interval '60 seconds', now() + interval '24 hours') \
             ON CONFLICT (scope, key_hash) DO UPDATE SET \
               locked_until = greatest(excluded.locked_until, i.locked_until + interval '1 microsecond'), \
               digest = excluded.digest, state = 'running', status = NULL, response = NULL, expires_at = excluded.expires_at \
             WHERE (i.expires_at < now() AND (i.state = 'running' OR $4)) \
               OR (i.state = 'running' AND i.locked_until < now() AND i.digest = excluded.digest) \
             RETURNING locked_until",
                self.schema
            );
            let claimed: Option<DateTime<Utc>> = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(&claim.scope)
                .bind(&claim.key_hash)
                .bind(&claim.digest[..])
                .bind(after_expiry == AfterExpiry::AskTheWork)
                .fetch_optional(&self.pool)
                .await?;
            if let Some(locked_until) = claimed {
                return Ok(KeyState::Claimed(locked_until));
            }
            let sql = format!(
                "SELECT digest, state, status, response, expires_at < now() FROM {}.idempotency_keys WHERE scope = $1 AND key_hash = $2",
                self.schema
            );
            let row: Option<StoredRow> = sqlx::query_as(AssertSqlSafe(sql))
                .bind(&claim.scope)
                .bind(&claim.key_hash)
                .fetch_optional(&self.pool)
                .await?;
            Ok(match row {
                Some((stored, ..)) if stored != claim.digest => KeyState::OtherBody,
                Some((_, state, .., true)) if state == "done" => KeyState::Spent,
                Some((_, state, Some(status), Some(answer), false)) if state == "done" => {
                    KeyState::Done(u16::try_from(status).unwrap_or(200), answer)
                }
                // Deleted between the two statements, or still running: the caller repeats in a
                // second.
                _ => KeyState::Running,
            })
        })
    }

    /// Releases the key; false if the claim was lost to another process meanwhile.
    fn abandon<'a>(&'a self, claim: &'a IdempotencyClaim) -> BoxFuture<'a, Result<bool, sqlx::Error>> {
        Box::pin(async move {
            let sql = format!(
                "DELETE FROM {}.idempotency_keys \
             WHERE scope = $1 AND key_hash = $2 AND state = 'running' AND locked_until = $3",
                self.schema
            );
            sqlx::query(AssertSqlSafe(sql))
                .bind(&claim.scope)
                .bind(&claim.key_hash)
                .bind(claim.locked_until)
                .execute(&self.pool)
                .await
                .map(|deleted| deleted.rows_affected() == 1)
        })
    }
}

impl IdempotencyClaim {
    fn new(schema: &'static str, caller: &str, route: &str, key: &IdempotencyKey, digest: [u8; 32]) -> Self {
        let scope = format!("{caller} {route}");
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("{scope}\n{}", key.0).as_bytes());
        let mut sealing_key = [0; 32];
        let info: [&[u8]; 1] = [b"idempotent answer"];
        // 32 bytes are within HKDF's limit, so this cannot fail.
        if let Ok(okm) = hkdf::Salt::new(hkdf::HKDF_SHA256, scope.as_bytes())
            .extract(key.0.as_bytes())
            .expand(&info, hkdf::HKDF_SHA256)
        {
            let _ = okm.fill(&mut sealing_key);
        }
        Self {
            schema,
            scope,
            key_hash: hex::encode(hash),
            sealing_key,
            digest,
            locked_until: None,
        }
    }

    /// A stable reference of this request: the same key, caller and route give the same reference.
    /// Work finds what it already created by it, if a process died before it stored the response.
    pub fn reference(&self) -> String {
        self.key_hash.clone()
    }

    /// SHA-256 of the request's body as sent. Work whose effect must not happen twice keeps it with
    /// the effect, which outlives the key.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Stores the response in the transaction of the change that it reports.
    ///
    /// # Errors
    /// If the database fails; [`sqlx::Error::RowNotFound`] if the claim was lost to another process
    /// meanwhile, so that the change is rolled back.
    pub fn store<'a>(
        &'a self,
        transaction: &'a mut PgConnection,
        answer: &'a StoredResponse,
    ) -> BoxFuture<'a, Result<(), sqlx::Error>> {
        Box::pin(async move {
            let sealed = self.seal(answer).map_err(|error| sqlx::Error::Encode(error.into()))?;
            let sql = format!(
                "UPDATE {}.idempotency_keys SET state = 'done', status = $3, response = $4 \
             WHERE scope = $1 AND key_hash = $2 AND state = 'running' AND locked_until = $5",
                self.schema
            );
            sqlx::query(AssertSqlSafe(sql))
                .bind(&self.scope)
                .bind(&self.key_hash)
                .bind(i32::from(answer.status))
                .bind(sealed)
                .bind(self.locked_until)
                .execute(transaction)
                .await
                .and_then(|updated| match updated.rows_affected() {
                    1 => Ok(()),
                    _ => Err(sqlx::Error::RowNotFound),
                })
        })
    }

    fn cipher(&self) -> Result<aead::RandomizedNonceKey, aws_lc_rs::error::Unspecified> {
        aead::RandomizedNonceKey::new(&aead::AES_256_GCM, &self.sealing_key)
    }

    fn seal(&self, answer: &StoredResponse) -> Result<Vec<u8>, &'static str> {
        let mut text = answer.to_text().into_bytes();
        let nonce = self
            .cipher()
            .and_then(|cipher| cipher.seal_in_place_append_tag(aead::Aad::from(self.key_hash.as_bytes()), &mut text))
            .map_err(|_| "the response cannot be sealed")?;
        Ok([&nonce.as_ref()[..], &text].concat())
    }

    fn open(&self, status: u16, sealed: Vec<u8>) -> Result<StoredResponse, Problem> {
        let fault = || Problem::new(problem::INTERNAL);
        let (nonce, text) = sealed.split_at_checked(aead::NONCE_LEN).ok_or_else(fault)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| fault())?;
        let mut text = text.to_vec();
        let cipher = self.cipher().map_err(|_| fault())?;
        let text = cipher
            .open_in_place(nonce, aead::Aad::from(self.key_hash.as_bytes()), &mut text)
            .map_err(|_| fault())?;
        StoredResponse::from_text(status, text).ok_or_else(fault)
    }
}

mod sweep;
#[cfg(test)]
mod tests;
