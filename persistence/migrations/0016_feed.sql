-- Followers: who leads each, and how far it is. Binaries of before lead search by a lock of
-- their session and know nothing of this; two leaders of the search index write the same.

-- +goose Up
CREATE TABLE follower (
    name         text PRIMARY KEY,
    member       text, -- who leads; the lead ends with its lease. NULL: nobody does
    term         bigint NOT NULL DEFAULT 0, -- rises with each lead: what an earlier one still writes is refused
    next         bigint NOT NULL DEFAULT 0, -- every transaction below it has been read from the change log
    mark         bigint NOT NULL DEFAULT 0, -- the transaction that wrote its mark into the log; the mark goes with an emptied log
    looked_at    timestamptz NOT NULL DEFAULT '-infinity', -- when it had read so far
    rebuild      boolean NOT NULL DEFAULT false, -- asked for: what was derived goes, and all is walked
    walking      boolean NOT NULL DEFAULT false, -- over all conversations, in the order of their keys
    walk_number  text NOT NULL DEFAULT '', -- done up to there
    walk_contact text NOT NULL DEFAULT '',
    walked_at    timestamptz NOT NULL DEFAULT '-infinity' -- end of the last walk
) WITH (fillfactor = 50);

CREATE TABLE follower_problem ( -- conversations that a follower passed by, because the database does not take what comes of them
    name            text NOT NULL,
    phone_number_id text NOT NULL,
    contact_id      text NOT NULL,
    reason          text NOT NULL, -- SQLSTATE, or panic
    times           int NOT NULL DEFAULT 1,
    at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, phone_number_id, contact_id)
);

-- +goose Down
DROP TABLE follower_problem, follower;
