-- Locks of this service's own workers: rows, since an advisory lock belongs to the whole database and
-- every role that may connect can take it. The same in every schema.
CREATE TABLE eligibility.locks (name text PRIMARY KEY);
INSERT INTO eligibility.locks VALUES ('mailbox.relay'), ('mailbox.maintenance'), ('mailbox.tally');
REVOKE ALL ON eligibility.locks FROM mc_eligibility, mc_eligibility_serving, mc_eligibility_worker;
-- To lock a row is a kind of UPDATE.
GRANT SELECT, UPDATE (name) ON eligibility.locks TO mc_eligibility_worker;

-- Its arguments are bounded: no role may drop a day that deliveries or tallies still need.
ALTER FUNCTION eligibility.maintain_mailbox(integer, integer, integer) RENAME TO divide_mailbox_by_day;
REVOKE ALL ON FUNCTION eligibility.divide_mailbox_by_day(integer, integer, integer) FROM mc_eligibility_worker;
CREATE FUNCTION eligibility.maintain_mailbox(ahead integer, keep_outbox integer, keep_inbox integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    SELECT eligibility.divide_mailbox_by_day(least(ahead, 10), greatest(keep_outbox, 2), greatest(keep_inbox, 35))
$$;
REVOKE ALL ON FUNCTION eligibility.maintain_mailbox(integer, integer, integer) FROM PUBLIC, mc_eligibility, mc_eligibility_serving, mc_eligibility_worker;
GRANT EXECUTE ON FUNCTION eligibility.maintain_mailbox(integer, integer, integer) TO mc_eligibility_worker;
