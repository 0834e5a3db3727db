-- Tenants that are being erased, and that were.

-- +goose Up
CREATE TABLE erasure ( -- what of a tenant is found by other keys than its own: kept until all of it is gone
    tenant_id  text PRIMARY KEY,
    numbers    text[] NOT NULL,
    accounts   text[] NOT NULL,
    portfolios text[] NOT NULL, -- whose contacts are its alone
    begun_at   timestamptz NOT NULL DEFAULT now(), -- its numbers are nobody's since then
    look_at    timestamptz NOT NULL DEFAULT now(),
    removed    bigint NOT NULL DEFAULT 0,
    left_over  boolean NOT NULL DEFAULT false, -- this pass met what cannot go yet, or removed something
    step       int NOT NULL DEFAULT 0, -- of the pass
    -- The raw bodies of webhooks are walked in the order of their keys, up to here.
    day        date NOT NULL DEFAULT '0001-01-01',
    source     bigint NOT NULL DEFAULT 0,
    seq        bigint NOT NULL DEFAULT 0
);
CREATE TABLE erased ( -- nothing is known of one but that it is gone: SHA-256 of its id, so that no late word brings it back
    tenant_hash bytea PRIMARY KEY,
    erased_at   timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE erased, erasure;
