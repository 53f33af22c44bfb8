-- ehr-proxy's number of the decision; null where it was published by a release without numbers.
ALTER TABLE billing.consents ADD COLUMN sequence bigint;
