//! The kinds of problem that the API returns, each with a stable name (RFC 9457 `type`).

/// A kind of problem. Clients may rely on `code` and `status`; the texts may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemKind {
    /// Last part of the type URN `urn:medconnect:problem:<code>`. Never changes.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: &'static str,
    /// What the client can do about it.
    pub cure: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $code:literal, $status:literal, $title:literal, $cure:literal;)+) => {
        $(#[doc = $title] pub const $name: ProblemKind =
            ProblemKind { code: $code, status: $status, title: $title, cure: $cure };)+
        /// Every kind that any service may return, for the error catalogue.
        pub const GENERAL: &[ProblemKind] = &[$($name),+];
    };
}

kinds! {
    BAD_REQUEST = "bad-request", 400, "The request cannot be read", "Correct what is named here and send it again.";
    WEBHOOK_REFUSED = "webhook-refused", 400, "The webhook's signature is invalid", "Check the signing secret and the clock.";
    UNAUTHENTICATED = "unauthenticated", 401, "The caller is not authenticated", "Sign in, or refresh the access token, and send it as `Authorization: Bearer`.";
    PAYMENT_DECLINED = "payment-declined", 402, "The card was declined", "Use another card; nothing was charged.";
    CONSENT_REQUIRED = "consent-required", 403, "The patient has not consented to this", "Record the patient's consent first.";
    FORBIDDEN = "forbidden", 403, "The caller lacks the required permission", "Use an account whose role allows it.";
    NOT_FOUND = "not-found", 404, "The resource does not exist", "Check the id. Resources of other organizations are reported as missing.";
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "The route does not support this method", "See the OpenAPI document of the service.";
    REQUEST_TIMEOUT = "request-timeout", 408, "The request did not arrive in time", "Send it again without delays.";
    CONFLICT = "conflict", 409, "The resource has changed meanwhile", "Read it again and repeat the change.";
    IDEMPOTENCY_IN_PROGRESS = "idempotency-in-progress", 409, "The same request is still running", "Wait as `Retry-After` says and send it again with the same key.";
    PRECONDITION_FAILED = "precondition-failed", 412, "The resource is not at the version that the request names", "Read it again and repeat the change with the new version.";
    PAYLOAD_TOO_LARGE = "payload-too-large", 413, "The body is larger than this route accepts", "Send a smaller body.";
    URI_TOO_LONG = "uri-too-long", 414, "The request line is too long", "Shorten the URL.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", 415, "This route does not accept the media type of the body", "Send `Content-Type: application/json`.";
    UNPROCESSABLE = "unprocessable", 422, "The request is well-formed but not acceptable", "Correct the fields that are named here and send it again.";
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", 422, "The key was used for another request", "Use a new `Idempotency-Key` for a new request.";
    PRECONDITION_REQUIRED = "precondition-required", 428, "The request lacks a header that this route requires", "Add the header that `errors` names.";
    HEADER_FIELDS_TOO_LARGE = "header-fields-too-large", 431, "The headers are too long", "Send fewer or shorter headers.";
    RATE_LIMITED = "rate-limited", 429, "Too many requests", "Wait as `Retry-After` says.";
    INTERNAL = "internal", 500, "Internal error", "Report the trace id in `instance`.";
    BAD_GATEWAY = "bad-gateway", 502, "An upstream system returned an invalid response", "Report the trace id in `instance`; a retry rarely helps.";
    UNAVAILABLE = "service-unavailable", 503, "A component that this request needs is unavailable", "Wait as `Retry-After` says and send it again.";
}
