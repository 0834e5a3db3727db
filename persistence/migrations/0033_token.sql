-- Members hear within a second that a number has another token.

-- +goose Up
ALTER TABLE phone_number ADD COLUMN renewed_at timestamptz NOT NULL DEFAULT '-infinity'; -- when it last got a token
CREATE INDEX phone_number_renewed ON phone_number (renewed_at);

-- +goose Down
ALTER TABLE phone_number DROP COLUMN renewed_at;
