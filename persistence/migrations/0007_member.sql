-- What a process holds, it holds as a member: it ends with the member's lease.

-- +goose Up
ALTER TABLE intake_source ADD COLUMN member text; -- who holds it; NULL: nobody
ALTER TABLE intake_source DROP COLUMN lease_until;

-- +goose Down
ALTER TABLE intake_source ADD COLUMN lease_until timestamptz NOT NULL DEFAULT now();
ALTER TABLE intake_source ALTER COLUMN lease_until DROP DEFAULT;
ALTER TABLE intake_source DROP COLUMN member;
