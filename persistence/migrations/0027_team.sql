-- Teams that were merged or removed, and jobs that carry their conversations over;
-- for each conversation of a job whom it goes to. A member of before that takes up
-- such a job ends it with nothing done; whoever knows the kind takes it up again.

-- +goose Up
ALTER TABLE team
    ADD COLUMN removed_at timestamptz,
    ADD COLUMN into_id    text; -- the team that has what was this one's
CREATE INDEX team_removed ON team (tenant_id, id) WHERE removed_at IS NOT NULL;

ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('hand_over', 'team_gone'));
ALTER TABLE job_item ADD COLUMN target text NOT NULL DEFAULT ''; -- a person's id; '' is as the job says

-- +goose Down
DELETE FROM job WHERE kind <> 'hand_over';
ALTER TABLE job_item DROP COLUMN target;
ALTER TABLE job DROP CONSTRAINT job_kind_check;
ALTER TABLE job ADD CONSTRAINT job_kind_check CHECK (kind IN ('hand_over'));
ALTER TABLE team DROP COLUMN removed_at, DROP COLUMN into_id;
