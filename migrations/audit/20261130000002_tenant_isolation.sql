-- The row-level policy of every tenant table gets the name of what it does. Its rule is unchanged, and
-- no program uses the name. Partitions of audit.events have no policies: their parent's applies.
DO $$
DECLARE t record;
BEGIN
    FOR t IN SELECT tablename FROM pg_policies WHERE schemaname = 'audit' AND policyname = 'wall' LOOP
        EXECUTE format('ALTER POLICY wall ON audit.%I RENAME TO tenant_isolation', t.tablename);
    END LOOP;
END $$;
