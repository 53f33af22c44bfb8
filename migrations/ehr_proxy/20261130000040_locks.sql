-- Locks of this service's own workers: rows, since an advisory lock belongs to the whole database and
-- every role that may connect can take it. The same in every schema.
CREATE TABLE ehr_proxy.locks (name text PRIMARY KEY);
INSERT INTO ehr_proxy.locks VALUES ('mailbox.relay'), ('mailbox.maintenance'), ('mailbox.tally');
REVOKE ALL ON ehr_proxy.locks FROM mc_ehr_proxy, mc_ehr_proxy_serving, mc_ehr_proxy_worker;
-- To lock a row is a kind of UPDATE.
GRANT SELECT, UPDATE (name) ON ehr_proxy.locks TO mc_ehr_proxy_worker;

-- Its arguments are bounded: no role may drop a day that deliveries or tallies still need.
ALTER FUNCTION ehr_proxy.maintain_mailbox(integer, integer, integer) RENAME TO divide_mailbox_by_day;
REVOKE ALL ON FUNCTION ehr_proxy.divide_mailbox_by_day(integer, integer, integer) FROM mc_ehr_proxy_worker;
CREATE FUNCTION ehr_proxy.maintain_mailbox(ahead integer, keep_outbox integer, keep_inbox integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$
    SELECT ehr_proxy.divide_mailbox_by_day(least(ahead, 10), greatest(keep_outbox, 2), greatest(keep_inbox, 35))
$$;
REVOKE ALL ON FUNCTION ehr_proxy.maintain_mailbox(integer, integer, integer) FROM PUBLIC, mc_ehr_proxy, mc_ehr_proxy_serving, mc_ehr_proxy_worker;
GRANT EXECUTE ON FUNCTION ehr_proxy.maintain_mailbox(integer, integer, integer) TO mc_ehr_proxy_worker;
