-- The row-level policy of every tenant table gets the name of what it does. Its rule is unchanged, and
-- no program uses the name.
DO $$
DECLARE t record;
BEGIN
    FOR t IN SELECT tablename FROM pg_policies WHERE schemaname = 'auth' AND policyname = 'wall' LOOP
        EXECUTE format('ALTER POLICY wall ON auth.%I RENAME TO tenant_isolation', t.tablename);
    END LOOP;
END $$;
