-- A scheduled send is part of a conversation's state and leaves by its alarm. A binary of
-- before does not know it: it would answer that alarm with nothing to wait for.

-- +goose Up
UPDATE installation SET oldest = 51;

-- +goose Down
UPDATE installation SET oldest = 17;
