-- When administrators were told of a notice: what comes and goes is told once an hour,
-- and what stays after that is told, too.

-- +goose Up
ALTER TABLE notice ADD COLUMN told_at timestamptz;
UPDATE notice SET told_at = began_at;

-- +goose Down
ALTER TABLE notice DROP COLUMN told_at;
