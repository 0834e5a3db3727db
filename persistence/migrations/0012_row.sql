-- A row of a list is the snapshot: what is only shown is read from it. Columns
-- stay for what SQL filters, sorts or matches, and for words, which are no part of
-- a snapshot. Binaries of before write the dropped ones: all are to be down.

-- +goose Up
ALTER TABLE conversation
    DROP COLUMN owner_kind,
    DROP COLUMN owner_name,
    DROP COLUMN owner_epoch,
    DROP COLUMN owned_since,
    DROP COLUMN last_kind,
    DROP COLUMN last_status,
    DROP COLUMN last_message_id,
    DROP COLUMN snoozed_until,
    DROP COLUMN queued_since;
UPDATE installation SET oldest = 12;

-- +goose Down
-- The columns come back empty: each conversation fills its own with its next event.
ALTER TABLE conversation
    ADD COLUMN owner_kind      smallint NOT NULL DEFAULT 0,
    ADD COLUMN owner_name      text NOT NULL DEFAULT '',
    ADD COLUMN owner_epoch     bigint NOT NULL DEFAULT 0,
    ADD COLUMN owned_since     timestamptz,
    ADD COLUMN last_kind       text NOT NULL DEFAULT '',
    ADD COLUMN last_status     text NOT NULL DEFAULT '',
    ADD COLUMN last_message_id text NOT NULL DEFAULT '',
    ADD COLUMN snoozed_until   timestamptz,
    ADD COLUMN queued_since    timestamptz;
UPDATE installation SET oldest = 11;
