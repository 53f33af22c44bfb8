//! The words and names that are ruled out, and where they are meant all the same.

/// Rooms and files that still have to follow, by the beginning of their paths.
pub const PENDING: &[&str] = &[];

/// Words and phrases in any case, also as a part of a name (`asked_at`), with what is written
/// instead. Words of a phrase may be separated by a line break.
pub const WORDS: &[(&str, &str)] = &[
    ("told", "reported, published, returned"),
    ("tell", "report, publish, return"),
    ("tells", "reports, publishes, returns"),
    ("telling", "reporting, publishing"),
    ("said", "stated, returned"),
    ("asked", "requested"),
    ("stands in", "is stored in"),
    ("stand in", "are stored in"),
    ("so many", "the count"),
    ("nobody's", "without an owner, anonymous"),
    ("about nobody", "synthetic"),
    ("comes out", "results"),
    ("goes through", "uses, passes"),
    ("post box", "outbox, inbox"),
    ("post boxes", "outboxes, inboxes"),
    ("desk", "state (AppState)"),
    ("wall", "tenant isolation"),
    ("walls", "tenant isolation"),
    ("judge", "interpret, evaluate"),
    ("judges", "interprets, evaluates"),
    ("judged", "interpreted, evaluated"),
    ("judging", "interpreting, evaluating"),
    ("breaks the glass", "emergency access"),
    ("broke the glass", "emergency access"),
    ("good once", "valid for one use"),
    ("breaker news", "breaker change"),
];

/// Phrases of the field that contain one of [`WORDS`].
pub const OF_THE_FIELD: &[&str] = &["front desk", "help desk", "wall clock", "wall time"];

/// Names that were replaced, in exact spelling. Those that are ordinary words as well (no
/// underscore) count in code only.
pub const NAMES: &[(&str, &str)] = &[
    ("Desk", "AppState"),
    ("post_alone", "enqueue_now"),
    ("first_time", "is_first_delivery"),
    ("audit_of", "RequestContext::audit"),
    ("audit_by", "RequestContext::audit_as"),
    ("announce_breaker", "publish_breaker_change"),
    ("Watched", "HealthProbe"),
    ("NotAState", "InvalidState"),
    ("NotAJustification", "InvalidJustification"),
    ("NotUnderstood", "Unreadable…"),
    ("OnRecord", "AuditTrail"),
    ("rest_after_failure", "lockout"),
    ("resting", "is_locked_out"),
    ("drop_pass", "invalidate"),
    ("Beside", "NewPaymentContext"),
    ("update_standing", "update_status"),
    ("update_taken", "update_status"),
    ("charge_due", "charge_next_due"),
    ("TAKEN_OVER_AFTER", "LEASE_TIMEOUT"),
    ("Opening", "AccessContext"),
    ("check_words", "reject_identifying_justification"),
    ("Pile", "Bucket"),
    ("Gathering", "Aggregator"),
    ("let_go", "evicted"),
    ("add_months", "create_partitions"),
    ("sort_events", "repartition"),
    ("compare_tally", "reconcile_tally"),
    ("open_tail", "start_stream"),
    ("Silence", "Unreachable"),
    ("Sighting", "ServiceStatus"),
    ("DOINGS", "VISIT_STEPS"),
    ("Mood", "Behavior"),
    ("feels", "behave"),
    ("meet_fault", "take_fault"),
    ("Draws", "RandomIds"),
    ("hangs_up_with_caller", "cancel_on_disconnect"),
    ("Reach", "FailureStage"),
    ("climbs", "has_dot_segments"),
    ("not_text_from", "invalid_utf8_from"),
    ("thought_of", "regression"),
    ("hidden!", "redact_debug!"),
    ("Teller", "Printer"),
    ("Gaps", "MissingParts"),
    ("forest", "trees"),
    ("Vary", "TestOptions"),
];

/// Where a word or name of the lists is meant, with the reason: beginning of the path, word.
pub const MEANT: &[(&str, &str, &str)] = &[
    ("crates/testkit/tests/house/words", "", "the lists themselves"),
    ("crates/x12", "desk", "a contact's name in sample files"),
    ("crates/hipaa", "desk", "a contact's name in sample files"),
    (
        "services/audit",
        "judged",
        "the column judged_until of a landed migration",
    ),
    (
        "migrations",
        "wall",
        "the old name of a policy, which the migration renames",
    ),
    (
        "services/billing/src/actions/work_off_due.rs",
        "charge_due",
        "the worker's name in stored audit records",
    ),
    (
        "services/ehr-proxy",
        "told",
        "the detail outcome_told_by of stored audit records",
    ),
];
