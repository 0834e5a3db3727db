-- Where a message stands in its thread: threads are shown by place, then version. NULL in rows
-- from before: where it was sent. The order of a thread in SQL: deploy/RUNBOOK.md.

-- +goose Up
ALTER TABLE message ADD COLUMN place timestamptz;

-- +goose Down
ALTER TABLE message DROP COLUMN place;
