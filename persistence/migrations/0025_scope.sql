-- Rights finer than teams: by number, and own conversations only.

-- +goose Up

ALTER TABLE staff
    ADD COLUMN numbers  text[]  NOT NULL DEFAULT '{}', -- none: all that the teams allow
    ADD COLUMN own_only boolean NOT NULL DEFAULT false;
ALTER TABLE invitation
    ADD COLUMN numbers  text[]  NOT NULL DEFAULT '{}',
    ADD COLUMN own_only boolean NOT NULL DEFAULT false;
ALTER TABLE api_key ADD COLUMN numbers text[] NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE api_key DROP COLUMN numbers;
ALTER TABLE invitation DROP COLUMN numbers, DROP COLUMN own_only;
ALTER TABLE staff DROP COLUMN numbers, DROP COLUMN own_only;
