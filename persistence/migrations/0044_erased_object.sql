-- What of Meta was an erased tenant's: webhooks of it that still come are dropped, and
-- no longer parked for ever, until somebody registers it again.

-- +goose Up
CREATE TABLE erased_object ( -- a number or an account: SHA-256 of its id at Meta
    object_hash bytea PRIMARY KEY,
    erased_at   timestamptz NOT NULL DEFAULT now()
);
INSERT INTO erased_object (object_hash)
SELECT DISTINCT sha256(convert_to(id, 'UTF8')) FROM erasure, unnest(numbers || accounts) AS id;

-- +goose Down
DROP TABLE erased_object;
