//! Who acts, from where and under which trace: the context of every action.

use crate::principal::Principal;
use mc_chassis::{http::Origin, telemetry};
use mc_contracts::{Actor, ActorKind, AuditRecord, Envelope, Interaction, Outcome};
use mc_vocabulary::{Clock, OrganizationId};
use std::collections::BTreeMap;

/// The context of an action: actor, origin and trace. Audit records are made from it.
///
/// Only this crate creates one. For a caller of the API it exists only once a permission was
/// granted ([`crate::Authorized`], [`crate::Caller::authorize`]); for the platform's own work it
/// names the event, the worker or the anonymous request.
///
/// The fields are private: a context cannot be constructed without a grant.
///
/// ```compile_fail,E0451
/// use mc_access::{Principal, RequestContext};
///
/// fn without_a_grant(actor: Principal, origin: mc_chassis::http::Origin, clock: mc_vocabulary::Clock) -> RequestContext {
///     RequestContext { actor, origin, clock }
/// }
/// ```
///
/// An action takes a context, so it cannot be called with a caller who was not granted anything:
///
/// ```compile_fail,E0308
/// use mc_access::{Principal, RequestContext};
///
/// fn action(_context: &RequestContext) {}
///
/// fn route(caller: &Principal) {
///     action(caller);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct RequestContext<A = Principal> {
    actor: A,
    origin: Origin,
    clock: Clock,
}

/// The platform itself, or a caller who is not known (yet).
#[derive(Debug, Clone)]
pub struct System {
    actor: Actor,
    organization_id: Option<OrganizationId>,
}

/// Who can act: a [`Principal`] or the [`System`].
pub trait Acting {
    /// The actor as named in audit records.
    fn actor(&self) -> Actor;
    /// The organization acted for; None where it is unknown, or for work across all organizations.
    fn tenant(&self) -> Option<OrganizationId>;
}

impl Acting for Principal {
    fn actor(&self) -> Actor {
        Actor {
            kind: if self.is_client {
                ActorKind::Client
            } else {
                ActorKind::User
            },
            id: self.subject.clone(),
            roles: self.roles.iter().map(ToString::to_string).collect(),
            session_id: self.session_id.map(|id| id.to_string()),
            device_id: self.device_id.clone(),
        }
    }

    fn tenant(&self) -> Option<OrganizationId> {
        Some(self.organization_id)
    }
}

impl Acting for System {
    fn actor(&self) -> Actor {
        self.actor.clone()
    }

    fn tenant(&self) -> Option<OrganizationId> {
        self.organization_id
    }
}

impl<A: Acting> RequestContext<A> {
    /// An audit record of the actor's interaction now, with outcome success. Add its subject and
    /// enqueue it in the action's transaction.
    pub fn audit(&self, action: &str, interaction: Interaction) -> AuditRecord {
        self.audit_as(self.actor.actor(), action, interaction)
    }

    /// The same for an actor who became known while the request was handled, as at sign-in.
    pub fn audit_as(&self, actor: Actor, action: &str, interaction: Interaction) -> AuditRecord {
        AuditRecord {
            action: action.to_owned(),
            interaction,
            outcome: Outcome::Success,
            actor,
            occurred_at: self.clock.now(),
            source_ip: self.origin.ip,
            trace_id: self.origin.trace_id.clone(),
            patient_id: None,
            entity: None,
            purpose: None,
            justification: None,
            emergency: false,
            details: BTreeMap::new(),
        }
    }

    /// The organization acted for; None where it is unknown, or for work across all organizations.
    pub fn tenant(&self) -> Option<OrganizationId> {
        self.actor.tenant()
    }

    /// Source address and trace of the request.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl RequestContext {
    /// A context of `caller`. Not public: [`crate::Caller::authorize`] is the only way to one.
    pub(crate) fn of(caller: Principal, origin: Origin, clock: Clock) -> Self {
        Self {
            actor: caller,
            origin,
            clock,
        }
    }

    /// The caller, authenticated by an access token.
    pub fn caller(&self) -> &Principal {
        &self.actor
    }

    /// The caller's organization (tenant).
    pub fn organization_id(&self) -> OrganizationId {
        self.actor.organization_id
    }

    /// The caller's user or client id, as stored with what they create.
    pub fn subject(&self) -> &str {
        &self.actor.subject
    }
}

impl RequestContext<System> {
    /// The context of an event that `consumer` applies, in the event's organization and the trace
    /// that the consumer continues.
    pub fn for_event(envelope: &Envelope, consumer: &str, clock: &Clock) -> Self {
        Self::system(
            Actor::system(consumer),
            envelope.organization_id,
            current_trace(),
            clock,
        )
    }

    /// The context of the worker `name`, across organizations, in the current trace.
    pub fn for_worker(name: &str, clock: &Clock) -> Self {
        Self::system(Actor::system(name), None, current_trace(), clock)
    }

    /// The context of a request without an access token: `actor` is [`Actor::anonymous`] for a
    /// sign-in, or the sender that a webhook's signature authenticated.
    pub fn for_anonymous(actor: Actor, origin: Origin, clock: &Clock) -> Self {
        Self::system(actor, None, origin, clock)
    }

    fn system(actor: Actor, organization_id: Option<OrganizationId>, origin: Origin, clock: &Clock) -> Self {
        Self {
            actor: System { actor, organization_id },
            origin,
            clock: clock.clone(),
        }
    }
}

fn current_trace() -> Origin {
    Origin {
        ip: None,
        trace_id: telemetry::trace_id().unwrap_or_default(),
    }
}
