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

/// Part of a statement on a tenant table that names no organization, and the reason.
pub const WITHOUT_ORGANIZATION: &[(&str, &str)] = &[
    // Secrets and ids by which an organization becomes known.
    (
        "FROM auth.users WHERE email_digest = $1",
        "a sign-in names the address alone",
    ),
    (
        "UPDATE auth.challenges SET attempts",
        "a second factor comes with the challenge's secret alone",
    ),
    (
        "FROM auth.refresh_tokens WHERE token_hash = $1 FOR UPDATE",
        "a refresh token is presented alone",
    ),
    (
        "FROM auth.clients WHERE id = $1",
        "a machine presents its id and secret alone",
    ),
    (
        "SELECT organization_id FROM auth.users WHERE id = $1",
        "an operator names the account alone",
    ),
    (
        "SELECT organization_id FROM billing.payments WHERE id = $1",
        "an event of the processor names the payment alone",
    ),
    // Workers, which act for every organization.
    (
        "billing.outbox",
        "the organization is a part of the envelope; the relay publishes the events of all",
    ),
    (
        "billing.inbox",
        "the organization is written by default; event ids are unique across organizations",
    ),
    (
        "DELETE FROM auth.challenges WHERE token_hash IN",
        "expired sign-ins of every organization",
    ),
    (
        "DELETE FROM auth.sign_in_sources WHERE (user_id, source) IN",
        "old counts of every organization",
    ),
    (
        "WHERE next_attempt_at <= $1",
        "a worker charges the payments of every organization",
    ),
    (
        "FROM audit.reports WHERE state IN",
        "a worker builds the reports of every organization",
    ),
    (
        "UPDATE audit.reports SET",
        "that worker, of a report that it has locked",
    ),
    (
        "DELETE FROM audit.report_parts WHERE report_id = $1",
        "that worker, of a report that it has locked",
    ),
    (
        "FROM audit.inventory WHERE state = 'open'",
        "a worker reminds every organization",
    ),
    (
        "FROM audit.batches WHERE sequence >",
        "detection and signing follow the log of all",
    ),
    (
        "FROM audit.batches WHERE logged_at <",
        "detection of all begins at one place of the log",
    ),
    (
        "coalesce(min(sequence), 1)",
        "detection of all begins at one place of the log",
    ),
    (
        "organization_id, version FROM audit.knowledge",
        "detection needs that of all",
    ),
    (
        "DELETE FROM audit.contacts WHERE last_at < $1",
        "old contacts of every organization",
    ),
    (
        "event_id = ANY($1)",
        "a batch of the queue has events of several organizations",
    ),
    ("AND pruned_at IS NULL", "a month is pruned in every tree"),
    ("WITH RECURSIVE step (id)", "the list of the organizations themselves"),
    (
        "UNION SELECT organization_id FROM audit.batches UNION",
        "the list of the organizations themselves",
    ),
    // Health and evidence of policies, which are the platform's.
    (
        "FROM audit.events WHERE event_id >= audit.first_id($1)",
        "evidence about the log of all",
    ),
    ("FROM audit.legal_holds WHERE released_at IS NULL", "a count over all"),
    (
        "FROM audit.checkpoints ORDER BY signed_at DESC",
        "health asks for the newest of all trees",
    ),
    (
        "email_sealed FROM auth.users ORDER BY id DESC",
        "whether the newest of all are sealed",
    ),
    (
        "WHERE context_sealed IS NOT NULL ORDER BY id DESC",
        "whether the newest of all are sealed",
    ),
    (
        "member_sealed FROM eligibility.coverages ORDER BY id DESC",
        "whether the newest of all are sealed",
    ),
    (
        "FROM billing.payments WHERE status = 'pending'",
        "health counts those of all",
    ),
    (
        "FROM ehr_proxy.connections ORDER BY id LIMIT",
        "health calls the EHRs of all",
    ),
    ("FROM ehr_proxy.outbox WHERE", "evidence about the records of all"),
    (
        "FROM billing.surplus_intents WHERE next_look_at IS NOT NULL",
        "health counts those of every organization",
    ),
];
