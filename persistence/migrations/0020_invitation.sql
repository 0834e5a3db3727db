-- Invitations, and sessions that a person can tell apart.

-- +goose Up

CREATE TABLE invitation ( -- only the hash of a link's token is stored
    tenant_id  text NOT NULL REFERENCES tenant,
    id         text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    email      text NOT NULL,
    role       text NOT NULL CHECK (role IN ('agent', 'manager', 'admin')),
    teams      text[] NOT NULL,
    by_id      text NOT NULL,
    by_name    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX invitation_email ON invitation (tenant_id, lower(email)); -- inviting again ends the link before

ALTER TABLE session
    ADD COLUMN id      text NOT NULL DEFAULT gen_random_uuid()::text UNIQUE, -- names it without letting anybody in
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN client  text NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE session DROP COLUMN id, DROP COLUMN address, DROP COLUMN client;
DROP TABLE invitation;
