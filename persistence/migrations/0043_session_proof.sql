-- When the owner of a session has proven anew at the company's provider who he is.

-- +goose Up
ALTER TABLE session ADD COLUMN proven_at timestamptz;

-- +goose Down
ALTER TABLE session DROP COLUMN proven_at;
