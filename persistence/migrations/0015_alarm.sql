-- One alarm a grain, of whatever kind: it rings at the earliest of all that the grain
-- waits for, or before, and the grain says when to ring next. Binaries of before ring
-- by the old table: all are to be down.

-- +goose Up
CREATE TABLE alarm (
    grain       text PRIMARY KEY, -- kind:key
    version     bigint NOT NULL, -- of the grain, that knows of it: an answer of before does not move it
    due_at      timestamptz NOT NULL,
    next_try    timestamptz NOT NULL -- due_at, or later while the grain is asked
);
CREATE INDEX alarm_due ON alarm (next_try);
INSERT INTO alarm (grain, version, due_at, next_try)
SELECT 'Conversation:' || phone_number_id || ':' || contact_id, 0, min(due_at), min(due_at)
FROM timer GROUP BY phone_number_id, contact_id;
DROP TABLE timer;

UPDATE installation SET oldest = 15;

-- +goose Down
CREATE TABLE timer (
    phone_number_id text NOT NULL,
    contact_id      text NOT NULL,
    kind            text NOT NULL,
    due_at          timestamptz NOT NULL,
    next_try        timestamptz NOT NULL,
    PRIMARY KEY (phone_number_id, contact_id, kind)
);
CREATE INDEX timer_due ON timer (next_try);
-- Each of both kinds: a conversation removes what it knows nothing of.
INSERT INTO timer
SELECT split_part(grain, ':', 2), split_part(grain, ':', 3), kind, due_at, due_at
FROM alarm CROSS JOIN unnest('{snooze,send}'::text[]) AS kind WHERE grain LIKE 'Conversation:%';
DROP TABLE alarm;
UPDATE installation SET oldest = 14;
