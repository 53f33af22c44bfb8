//! What reads a whole tenant table on purpose, and why.

/// Part of a statement, and the reason.
pub const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "UNION SELECT organization_id FROM audit.batches UNION",
        "verification of the whole log, by hand: a tree that is missing in one table is found in another",
    ),
    (
        "DELETE FROM audit.contacts WHERE last_at < $1",
        "once an hour; an index on the time would be written again with every contact",
    ),
    (
        "SELECT organization_id, version FROM audit.knowledge",
        "one row an organization, and detection needs them all",
    ),
    (
        "envelope ->> 'type' = 'ehr-proxy.audit.recorded.v1'",
        "for evidence of a policy, and the outbox keeps the events of a day",
    ),
];

/// Indexes that do not begin with the organization, and the reason.
pub const WORK_QUEUES: &[(&str, &str)] = &[
    (
        ".outbox_waiting_by_type",
        "the relay publishes the events of every organization in their order",
    ),
    (".outbox_tallies", "a tally counts the records of every organization"),
    (
        "auth.sign_in_sources_updated",
        "counts of every organization are deleted when they are old",
    ),
    (
        "auth.sessions_of_user",
        "a person's sessions are ended together, and the person is of one organization",
    ),
    ("audit.checkpoints_newest", "health asks for the newest of all trees"),
    ("audit.inventory_due", "a worker reminds every organization"),
    (
        "audit.reports_open",
        "a worker builds the reports of every organization",
    ),
    (
        "auth.challenges_expired",
        "expired sign-ins of every organization are deleted",
    ),
    (
        "billing.payments_due",
        "a worker charges the payments of every organization",
    ),
    (
        "billing.payments_unscheduled",
        "a worker looks at the payments of every organization that have no next look",
    ),
    (
        "billing.surplus_intents_due",
        "a worker looks at the surplus intents of every organization",
    ),
    (
        "eligibility.verifications_good",
        "statements of the last release name no organization; it goes with the next release",
    ),
];
