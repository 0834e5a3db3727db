-- What Meta lets a number begin stops apart from what it answers.

-- +goose Up
ALTER TABLE pace ADD COLUMN campaigns_until timestamptz; -- NULL, or past: it may

-- +goose Down
ALTER TABLE pace DROP COLUMN campaigns_until;
