-- Locks of this service's own workers: rows, since an advisory lock belongs to the whole database and
-- every role that may connect can take it. The same in every schema.
CREATE TABLE console.locks (name text PRIMARY KEY);
INSERT INTO console.locks VALUES ('mailbox.relay'), ('mailbox.maintenance'), ('mailbox.tally');
REVOKE ALL ON console.locks FROM mc_console, mc_console_serving, mc_console_worker;
-- To lock a row is a kind of UPDATE.
GRANT SELECT, UPDATE (name) ON console.locks TO mc_console_worker;

-- Its arguments are bounded: no role may drop a day that deliveries or tallies still need.
ALTER FUNCTION console.maintain_mailbox(integer, integer, integer) RENAME TO divide_mailbox_by_day;
REVOKE ALL ON FUNCTION console.divide_mailbox_by_day(integer, integer, integer) FROM mc_console_worker;
CREATE FUNCTION console.maintain_mailbox(ahead integer, keep_outbox integer, keep_inbox integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    SELECT console.divide_mailbox_by_day(least(ahead, 10), greatest(keep_outbox, 2), greatest(keep_inbox, 35))
$$;
REVOKE ALL ON FUNCTION console.maintain_mailbox(integer, integer, integer) FROM PUBLIC, mc_console, mc_console_serving, mc_console_worker;
GRANT EXECUTE ON FUNCTION console.maintain_mailbox(integer, integer, integer) TO mc_console_worker;
