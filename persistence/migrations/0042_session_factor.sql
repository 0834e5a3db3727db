-- Sessions that were opened without asking for a second factor, by who is trusted with it.

-- +goose Up
ALTER TABLE session ADD COLUMN trusted boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE session DROP COLUMN trusted;
