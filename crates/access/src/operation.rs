//! The operation of a route, the permission it requires, and the audit of refusals.

use crate::{context::RequestContext, principal::Principal, verifier::Verifier};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use mc_chassis::http::{Gate, Origin, Problem};
use mc_contracts::{AuditRecord, Interaction, Outcome};
use mc_vocabulary::{OrganizationId, Permission, problem};
use std::{future::Future, marker::PhantomData, ops::Deref, pin::Pin, sync::Arc};

/// One operation of the API. A route names it in the type of its context.
pub trait Operation: 'static {
    /// Action of the audit record, such as `billing.payment.read`.
    const ACTION: &'static str;
    /// Kind of interaction.
    const INTERACTION: Interaction;
    /// The permission that one of the caller's roles must grant; None where a valid token is enough
    /// and the action decides by the data.
    const PERMISSION: Option<Permission>;
    /// Detail of the 403, where there is one reason for it.
    const FORBIDDEN_DETAIL: &'static str;

    /// Whether `caller` may proceed to the action.
    fn permits(caller: &Principal, _request: &HttpRequest) -> bool {
        Self::PERMISSION.is_none_or(|permission| caller.may(permission))
    }

    /// Why `caller` may not proceed: the code in the record of the refusal, and the detail of the
    /// 403.
    fn refusal(_caller: &Principal, _request: &HttpRequest) -> (&'static str, &'static str) {
        ("role", Self::FORBIDDEN_DETAIL)
    }

    /// Adds what the path names to the record of a refusal.
    fn describe(record: AuditRecord, _request: &HttpRequest) -> AuditRecord {
        record
    }
}

/// Where refusals are recorded; implemented by the mailbox.
#[async_trait::async_trait]
pub trait RefusalLog: Send + Sync {
    /// Commits the record of a refusal. The response is sent only afterwards.
    ///
    /// # Errors
    /// If the record cannot be stored; the caller then gets 503.
    async fn record_refusal(&self, organization_id: OrganizationId, record: &AuditRecord) -> Result<(), sqlx::Error>;
}

/// A caller with a valid token and no grant yet. For routes whose refusal records name what is in
/// the body; all others use [`Authorized`]. If the body is invalid, a caller without the permission
/// gets 403 all the same, and the record names nothing of the body.
pub struct Caller<O> {
    context: RequestContext,
    request: HttpRequest,
    refusals: Option<Data<dyn RefusalLog>>,
    operation: PhantomData<O>,
}

impl<O: Operation> Caller<O> {
    /// Grants the operation, or records the refusal (completed by `describe`, with outcome
    /// `denied`) and returns 403.
    ///
    /// # Errors
    /// 403; 503 if the refusal cannot be recorded.
    pub async fn authorize(self, describe: impl FnOnce(AuditRecord) -> AuditRecord) -> Result<RequestContext, Problem> {
        if O::permits(self.context.caller(), &self.request) {
            return Ok(self.context);
        }
        let reason = O::refusal(self.context.caller(), &self.request);
        let record = describe(self.context.audit(O::ACTION, O::INTERACTION));
        Err(refuse(self.context.organization_id(), record, reason, self.refusals).await)
    }

    async fn of(
        caller: impl Future<Output = Result<Principal, Problem>>,
        request: HttpRequest,
        origin: Origin,
    ) -> Result<Self, Problem> {
        let caller = caller.await?;
        let clock = request
            .app_data::<Data<Verifier>>()
            .map(|verifier| verifier.clock().clone())
            .ok_or_else(|| Problem::new(problem::UNAUTHENTICATED))?;
        let refusals = request.app_data::<Data<dyn RefusalLog>>().cloned();
        Ok(Self {
            context: RequestContext::of(caller, origin, clock),
            request,
            refusals,
            operation: PhantomData,
        })
    }
}

/// Records a refusal and returns it. A caller who disconnects does not prevent the record.
async fn refuse(
    organization_id: OrganizationId,
    record: AuditRecord,
    (reason, detail): (&'static str, &'static str),
    refusals: Option<Data<dyn RefusalLog>>,
) -> Problem {
    let Some(refusals) = refusals else {
        return Problem::unavailable("Refusals cannot be recorded.");
    };
    let record = record.detail("reason", reason).outcome(Outcome::Denied);
    let recorded = actix_web::rt::spawn(async move { refusals.record_refusal(organization_id, &record).await });
    match recorded.await {
        Ok(Ok(())) => Problem::new(problem::FORBIDDEN).detail(detail),
        Ok(Err(error)) => error.into(),
        Err(error) => Problem::internal(&error),
    }
}

impl<O: Operation> FromRequest for Caller<O> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Principal::from_request(request, payload);
        let caller = Self::of(caller, request.clone(), Origin::of(request));
        let gate = Gate::of(request);
        Box::pin(async move {
            let caller = caller.await?;
            if O::permits(caller.context.caller(), &caller.request) {
                gate.open();
            } else {
                let (context, refusals) = (caller.context.clone(), caller.refusals.clone());
                let reason = O::refusal(context.caller(), &caller.request);
                let record = context.audit(O::ACTION, O::INTERACTION);
                gate.refuse(refuse(context.organization_id(), record, reason, refusals));
            }
            Ok(caller)
        })
    }
}

/// The context of a caller who was granted `O`. As an extractor it responds with 401 or, once the
/// refusal is recorded, 403. Dereferences to [`RequestContext`].
pub struct Authorized<O> {
    context: RequestContext,
    operation: PhantomData<O>,
}

impl<O> Deref for Authorized<O> {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.context
    }
}

impl<O: Operation> FromRequest for Authorized<O> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Principal::from_request(request, payload);
        let caller = Caller::<O>::of(caller, request.clone(), Origin::of(request));
        let (request, gate) = (request.clone(), Gate::of(request));
        Box::pin(async move {
            let context = caller.await?.authorize(|record| O::describe(record, &request)).await?;
            gate.open();
            Ok(Self {
                context,
                operation: PhantomData,
            })
        })
    }
}

/// The id in the path under `name`, if it is well formed.
pub fn path_id<T: std::str::FromStr>(request: &HttpRequest, name: &str) -> Option<T> {
    request.match_info().get(name)?.parse().ok()
}

/// The refusal log as application data of the handlers.
pub fn refusal_log(log: impl RefusalLog + 'static) -> Data<dyn RefusalLog> {
    Data::from(Arc::new(log) as Arc<dyn RefusalLog>)
}
