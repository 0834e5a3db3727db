-- How many open conversations a person is to have at most.

-- +goose Up
ALTER TABLE staff ADD COLUMN capacity integer NOT NULL DEFAULT 0 CHECK (capacity BETWEEN 0 AND 500); -- 0: no limit

-- +goose Down
ALTER TABLE staff DROP COLUMN capacity;
