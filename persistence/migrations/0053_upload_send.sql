-- Files are brought to Meta before they are sent, by effects of their own: events that
-- binaries of before cannot evolve.

-- +goose Up
ALTER TABLE upload ADD COLUMN barred boolean NOT NULL DEFAULT false; -- a picture or film that is coded as WhatsApp does not show it
UPDATE installation SET oldest = 53;

-- +goose Down
ALTER TABLE upload DROP COLUMN barred;
UPDATE installation SET oldest = 51;
