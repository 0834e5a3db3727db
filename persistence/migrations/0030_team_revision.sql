-- What a team is called has a revision: whoever renames it names the one that he saw.

-- +goose Up
ALTER TABLE team ADD COLUMN revision bigint NOT NULL DEFAULT 1;

-- +goose Down
ALTER TABLE team DROP COLUMN revision;
