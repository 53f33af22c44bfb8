-- What is searched and sorted by is compared byte by byte: the order is the same on every machine, which the cursors of a search rely on, and an
-- event enters its indexes in less time. (A locale's order depends on the library that the server was built with.)
ALTER TABLE audit.events
    ALTER COLUMN action TYPE text COLLATE "C",
    ALTER COLUMN actor_id TYPE text COLLATE "C",
    ALTER COLUMN patient TYPE text COLLATE "C",
    ALTER COLUMN entity_id TYPE text COLLATE "C",
    ALTER COLUMN trace_id TYPE text COLLATE "C";
