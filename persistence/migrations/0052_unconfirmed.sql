-- Sends that nobody knows the outcome of are listed. Of all messages few were ever such,
-- and no later status changes what the index holds.

-- +goose Up
CREATE INDEX message_status_ambiguous ON message_status (phone_number_id, ambiguous_at) WHERE ambiguous_at IS NOT NULL;

-- +goose Down
DROP INDEX message_status_ambiguous;
