-- Accounts that change: rights with a revision, links to set a password, and jobs,
-- which carry out by and by what touches many conversations.

-- +goose Up

ALTER TABLE staff
    ADD COLUMN revision bigint NOT NULL DEFAULT 1; -- raised by each change of rights; appends that make an owner hold on to it

CREATE TABLE password_reset ( -- only the hash of a link's token is stored
    token_hash bytea PRIMARY KEY,
    staff_id   text NOT NULL UNIQUE REFERENCES staff ON DELETE CASCADE, -- a new link ends the one before
    by_id      text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE job ( -- what is left of it is found from what it is about: a crash loses nothing
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  text NOT NULL REFERENCES tenant,
    kind       text NOT NULL CHECK (kind IN ('hand_over')),
    key        text NOT NULL, -- of what: the person's id
    body       jsonb NOT NULL,
    by_id      text NOT NULL,
    by_name    text NOT NULL,
    done       int NOT NULL DEFAULT 0,
    failed     int NOT NULL DEFAULT 0, -- at their last try; they are tried again
    claimed_by text, -- a member; void when its lease ends
    next_try   timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz
) WITH (fillfactor = 50);
CREATE INDEX job_due ON job (next_try) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX job_one ON job (tenant_id, kind, key) WHERE ended_at IS NULL;

CREATE TABLE job_item (
    job_id   bigint NOT NULL REFERENCES job ON DELETE CASCADE,
    item     text NOT NULL,
    state    text NOT NULL CHECK (state IN ('begun', 'done', 'failed')),
    result   text NOT NULL DEFAULT '',
    tries    int NOT NULL DEFAULT 1,
    next_try timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, item)
);

-- +goose Down
DROP TABLE job_item, job, password_reset;
ALTER TABLE staff DROP COLUMN revision;
