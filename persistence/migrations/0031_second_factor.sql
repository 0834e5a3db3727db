-- A second step of signing in: codes of a person's phone.

-- +goose Up

CREATE TABLE second_factor ( -- both secrets are encrypted with PROSA_SECRET_KEY
    staff_id       text PRIMARY KEY REFERENCES staff ON DELETE CASCADE,
    sealed_secret  bytea, -- the one that counts
    sealed_pending bytea, -- one that no code has confirmed yet
    confirmed_at   timestamptz,
    used_steps     bigint[] NOT NULL DEFAULT '{}', -- of the last codes that were accepted
    failures       integer NOT NULL DEFAULT 0,     -- wrong codes since the last right one
    paused_until   timestamptz,
    CHECK ((sealed_secret IS NULL) = (confirmed_at IS NULL))
);

CREATE TABLE recovery_code ( -- only the hash of a code is stored; one that was used is gone
    staff_id  text NOT NULL REFERENCES staff ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    PRIMARY KEY (staff_id, code_hash)
);

CREATE TABLE signin_step ( -- who has proven the first step and is asked for the second; only the hash of the token is stored
    token_hash bytea PRIMARY KEY,
    staff_id   text NOT NULL REFERENCES staff ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);
CREATE INDEX signin_step_staff ON signin_step (staff_id);

-- +goose Down
DROP TABLE signin_step, recovery_code, second_factor;
