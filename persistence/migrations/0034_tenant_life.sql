-- The life of tenants: what state each is in and what it may have; the keys of whoever
-- runs the installation; what of a number is counted and whether it may send at all.

-- +goose Up
ALTER TABLE tenant
    ADD COLUMN state            text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'closing')),
    ADD COLUMN reason           text NOT NULL DEFAULT '', -- why it is not active, as its people are told
    ADD COLUMN state_at         timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN erase_at         timestamptz, -- of one that is closing: everything of it is removed from then on
    ADD COLUMN max_numbers      int CHECK (max_numbers >= 0), -- NULL: as many as it likes, as with the other two
    ADD COLUMN max_seats        int CHECK (max_seats >= 1),
    ADD COLUMN monthly_messages bigint CHECK (monthly_messages >= 0),
    ADD CONSTRAINT tenant_erased_when_closing CHECK ((state = 'closing') = (erase_at IS NOT NULL));

ALTER TABLE pace
    ADD COLUMN closed     boolean NOT NULL DEFAULT false, -- its tenant is not active: nothing is claimed
    ADD COLUMN sent       bigint NOT NULL DEFAULT 0, -- messages handed to Meta in sent_month, each once
    ADD COLUMN sent_month date NOT NULL DEFAULT '2000-01-01'; -- its first day, UTC, by business time

CREATE TABLE operator_key ( -- only the hash of the key itself is stored
    id           text PRIMARY KEY,
    name         text NOT NULL,
    key_hash     bytea NOT NULL UNIQUE,
    last_four    text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    used_at      timestamptz, -- written down once a minute at most
    used_address text NOT NULL DEFAULT '',
    revoked_at   timestamptz
);

-- +goose Down
DROP TABLE operator_key;
ALTER TABLE pace DROP COLUMN closed, DROP COLUMN sent, DROP COLUMN sent_month;
ALTER TABLE tenant DROP CONSTRAINT tenant_erased_when_closing;
ALTER TABLE tenant DROP COLUMN state, DROP COLUMN reason, DROP COLUMN state_at, DROP COLUMN erase_at, DROP COLUMN max_numbers,
    DROP COLUMN max_seats, DROP COLUMN monthly_messages;
