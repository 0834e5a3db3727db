-- Which keys each member has, so that none is left behind when the key is changed.

-- +goose Up
ALTER TABLE member ADD COLUMN key_ids text[] NOT NULL DEFAULT '{}'; -- the one it seals with first; nothing is said of the keys

-- +goose Down
ALTER TABLE member DROP COLUMN key_ids;
