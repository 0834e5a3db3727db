-- Who changed what: one line for each change of settings, rights, numbers and people.

-- +goose Up

CREATE TABLE audit (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    tenant_id   text NOT NULL REFERENCES tenant,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_kind     text NOT NULL CHECK (by_kind IN ('agent', 'integration', 'operator', 'system')),
    by_id       text NOT NULL,
    by_name     text NOT NULL, -- as it was then: names change, lines do not
    address     text NOT NULL,
    client      text NOT NULL,
    action      text NOT NULL,
    object_kind text NOT NULL,
    object_id   text NOT NULL,
    object_name text NOT NULL,
    before      jsonb,
    after       jsonb,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_by ON audit (tenant_id, by_id, id);
CREATE INDEX audit_object ON audit (tenant_id, object_kind, object_id, id);

-- A line is never changed, and goes only with its tenant: whoever erases one says so
-- for his transaction.
-- +goose StatementBegin
CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('prosa.erased_tenant', true) = OLD.tenant_id THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'lines of the audit are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();

-- +goose Down
DROP TABLE audit;
DROP FUNCTION audit_stays;
