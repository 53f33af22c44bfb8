-- Locks of this service's own workers: rows, since an advisory lock belongs to the whole database and
-- every role that may connect can take it. The same in every schema.
CREATE TABLE auth.locks (name text PRIMARY KEY);
INSERT INTO auth.locks VALUES ('mailbox.relay'), ('mailbox.maintenance'), ('mailbox.tally');
REVOKE ALL ON auth.locks FROM mc_auth, mc_auth_serving, mc_auth_worker;
-- To lock a row is a kind of UPDATE.
GRANT SELECT, UPDATE (name) ON auth.locks TO mc_auth_worker;

-- Its arguments are bounded: no role may drop a day that deliveries or tallies still need.
ALTER FUNCTION auth.maintain_mailbox(integer, integer, integer) RENAME TO divide_mailbox_by_day;
REVOKE ALL ON FUNCTION auth.divide_mailbox_by_day(integer, integer, integer) FROM mc_auth_worker;
CREATE FUNCTION auth.maintain_mailbox(ahead integer, keep_outbox integer, keep_inbox integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    SELECT auth.divide_mailbox_by_day(least(ahead, 10), greatest(keep_outbox, 2), greatest(keep_inbox, 35))
$$;
REVOKE ALL ON FUNCTION auth.maintain_mailbox(integer, integer, integer) FROM PUBLIC, mc_auth, mc_auth_serving, mc_auth_worker;
GRANT EXECUTE ON FUNCTION auth.maintain_mailbox(integer, integer, integer) TO mc_auth_worker;
