-- Requests and the workers of the platform get a role and a policy each; the role of the last
-- release keeps its own until the next release. The same in every schema.
DO $$
DECLARE
    of_schema CONSTANT regnamespace := 'auth'::regnamespace;
    serving CONSTANT regrole := 'mc_auth_serving'::regrole;
    worker CONSTANT regrole := 'mc_auth_worker'::regrole;
    last_release CONSTANT regrole := 'mc_auth'::regrole;
    new_roles CONSTANT text := format('%s, %s', serving, worker);
    part record;
    granted record;
BEGIN
    -- What the old role may do with a table, a column, a sequence or a function, the new ones may;
    -- nothing else that the defaults of the schema gave them.
    FOR part IN SELECT oid::regclass AS name, relkind, relacl FROM pg_class
        WHERE relnamespace = of_schema AND relkind IN ('r', 'p', 'v', 'S')
    LOOP
        EXECUTE format('REVOKE ALL ON %s %s FROM %s', CASE part.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, part.name, new_roles);
        FOR granted IN SELECT privilege_type FROM aclexplode(part.relacl) WHERE grantee = last_release LOOP
            EXECUTE format('GRANT %s ON %s %s TO %s', granted.privilege_type,
                CASE part.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, part.name, new_roles);
        END LOOP;
    END LOOP;
    FOR part IN SELECT a.attrelid::regclass AS name, a.attname, x.privilege_type
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) x
        WHERE c.relnamespace = of_schema AND x.grantee = last_release
    LOOP
        EXECUTE format('GRANT %s (%I) ON TABLE %s TO %s', part.privilege_type, part.attname, part.name, new_roles);
    END LOOP;
    FOR part IN SELECT oid::regprocedure AS name, EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = last_release) AS may_call
        FROM pg_proc WHERE pronamespace = of_schema AND proacl IS NOT NULL
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM %s', part.name, new_roles);
        IF part.may_call THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', part.name, new_roles);
        END IF;
    END LOOP;
    -- Which migrations were applied is read, and written by the owner alone.
    IF to_regclass('auth._sqlx_migrations') IS NOT NULL THEN
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON auth._sqlx_migrations FROM %s', new_roles);
    END IF;

    -- A data key is read and added, and never changed or removed: what it sealed would be lost.
    IF to_regclass('auth.data_keys') IS NOT NULL THEN
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON auth.data_keys FROM %s, %s', new_roles, last_release);
        ALTER TABLE auth.data_keys ENABLE ROW LEVEL SECURITY;
        -- Programs of the last release read it in no transaction of an organization.
        EXECUTE format('CREATE POLICY tenant_isolation ON auth.data_keys TO %s USING (true)', last_release);
    END IF;

    -- The comparison is made with uuids, and the setting read once per statement: the planner may
    -- use an index that begins with the organization.
    FOR part IN SELECT polrelid::regclass AS name FROM pg_policy JOIN pg_class c ON c.oid = polrelid
        WHERE c.relnamespace = of_schema AND polname = 'tenant_isolation'
    LOOP
        EXECUTE format('ALTER POLICY tenant_isolation ON %s RENAME TO last_release', part.name);
        EXECUTE format('ALTER POLICY last_release ON %s TO %s', part.name, last_release);
        EXECUTE format('CREATE POLICY tenant_isolation ON %s TO %s USING (organization_id = (SELECT tenancy.current_organization())) '
            'WITH CHECK (organization_id = (SELECT tenancy.current_organization()))', part.name, serving);
        EXECUTE format('CREATE POLICY platform_workers ON %s TO %s USING (true)', part.name, worker);
    END LOOP;
END $$;
