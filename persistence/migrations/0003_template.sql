-- Approved messages: what each business account has, and when it was read.

-- +goose Up

CREATE TABLE template (
    account_id text NOT NULL REFERENCES account ON DELETE CASCADE,
    name       text NOT NULL,
    language   text NOT NULL, -- as Meta lists it: en_US
    tenant_id  text NOT NULL REFERENCES tenant,
    meta_id    text NOT NULL,
    category   text NOT NULL, -- MARKETING, UTILITY, AUTHENTICATION
    status     text NOT NULL, -- APPROVED, PENDING, REJECTED, PAUSED, …
    quality    text NOT NULL DEFAULT '', -- GREEN, YELLOW, RED
    reason     text NOT NULL DEFAULT '', -- why Meta rejected it
    components jsonb NOT NULL,
    PRIMARY KEY (account_id, name, language)
);

-- One row for each account: who reads its list is a claim that runs out. A wake-up
-- moves due_at, also while the list is being read.
CREATE TABLE template_sync (
    account_id  text PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    due_at      timestamptz NOT NULL DEFAULT now(),
    claimed_at  timestamptz,
    lease_until timestamptz,
    synced_at   timestamptz, -- NULL: never
    failures    int NOT NULL DEFAULT 0,
    error       text NOT NULL DEFAULT ''
);
INSERT INTO template_sync (account_id) SELECT id FROM account;

-- +goose Down
DROP TABLE template_sync;
DROP TABLE template;
