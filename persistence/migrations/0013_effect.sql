-- A claim of a file lives as long as its member, as that of a send does: what a dead
-- member was fetching is fetched by another at once, not when a long lease ends.
-- Binaries of before leave the column empty, and their claims to the lease.

-- +goose Up
ALTER TABLE media ADD COLUMN claimed_by text; -- while claimed: a member
CREATE INDEX media_claimed ON media (claimed_by) WHERE claimed_by IS NOT NULL;

-- +goose Down
ALTER TABLE media DROP COLUMN claimed_by;
