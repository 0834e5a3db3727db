-- Who changed what of the whole installation, of no tenant's.

-- +goose Up

CREATE TABLE installation_audit (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    by_kind     text NOT NULL CHECK (by_kind IN ('operator', 'system')),
    by_id       text NOT NULL,
    by_name     text NOT NULL, -- as it was then
    address     text NOT NULL,
    client      text NOT NULL,
    action      text NOT NULL,
    object_kind text NOT NULL,
    object_id   text NOT NULL,
    object_name text NOT NULL,
    before      jsonb,
    after       jsonb
);

-- +goose StatementBegin
CREATE FUNCTION installation_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lines of the audit are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER installation_audit_stays BEFORE UPDATE OR DELETE ON installation_audit
    FOR EACH ROW EXECUTE FUNCTION installation_audit_stays();
CREATE TRIGGER installation_audit_whole BEFORE TRUNCATE ON installation_audit
    FOR EACH STATEMENT EXECUTE FUNCTION installation_audit_stays();

-- +goose Down
DROP TABLE installation_audit;
DROP FUNCTION installation_audit_stays;
