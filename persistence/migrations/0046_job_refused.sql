-- Items of jobs that were refused for good: they are not done, and not tried again.

-- +goose Up
ALTER TABLE job_item DROP CONSTRAINT job_item_state_check,
    ADD CONSTRAINT job_item_state_check CHECK (state IN ('begun', 'done', 'failed', 'refused'));
ALTER TABLE job ADD COLUMN refused int NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE job DROP COLUMN refused;
UPDATE job_item SET state = 'done' WHERE state = 'refused';
ALTER TABLE job_item DROP CONSTRAINT job_item_state_check,
    ADD CONSTRAINT job_item_state_check CHECK (state IN ('begun', 'done', 'failed'));
