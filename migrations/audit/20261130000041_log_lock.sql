-- The lock of the one writer of the log.
INSERT INTO audit.locks VALUES ('log');
