-- How far the log was read by the signer of checkpoints and by detection, and the tallies of other
-- services: requests read them, workers write them.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit.followers, audit.tallies, audit.detectors FROM mc_audit_serving;
REVOKE DELETE, TRUNCATE ON audit.tallies FROM mc_audit, mc_audit_worker;
