-- What an administrator holds back of a number, and jobs that do so with many.

-- +goose Up
ALTER TABLE pace
    ADD COLUMN hold         smallint NOT NULL DEFAULT 0, -- 1: what machines send, 2: all
    ADD COLUMN hold_version bigint NOT NULL DEFAULT 0; -- of the number that said so
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('hand_over', 'team_gone', 'hold'));
ALTER TABLE phone_number ADD COLUMN revision bigint NOT NULL DEFAULT 1; -- of what administrators set

-- +goose Down
ALTER TABLE phone_number DROP COLUMN revision;
DELETE FROM job WHERE kind = 'hold';
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('hand_over', 'team_gone'));
ALTER TABLE pace DROP COLUMN hold, DROP COLUMN hold_version;
