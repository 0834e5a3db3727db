-- What a process holds, it holds as a member: it ends with the member's lease. The
-- database knows the key that its secrets are sealed with, and the oldest release
-- that may work with it.

-- +goose Up
ALTER TABLE intake_source ADD COLUMN member text; -- who holds it; NULL: nobody
ALTER TABLE intake_source DROP COLUMN lease_until;

CREATE TABLE secret_check ( -- one row, written once
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    value     bytea NOT NULL -- derived from the secret key, says nothing about it
);

CREATE TABLE schema_requirement ( -- each migration that older binaries must not meet adds a row
    migration bigint PRIMARY KEY,
    release   int NOT NULL -- the oldest that may run beside it
);

-- +goose Down
DROP TABLE schema_requirement, secret_check;
ALTER TABLE intake_source ADD COLUMN lease_until timestamptz NOT NULL DEFAULT now();
ALTER TABLE intake_source ALTER COLUMN lease_until DROP DEFAULT;
ALTER TABLE intake_source DROP COLUMN member;
