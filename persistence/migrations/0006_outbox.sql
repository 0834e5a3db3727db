-- What the sweeper looks for each second, apart from what waits to be sent: a long
-- queue must not be read through for a few rows.

-- +goose Up
CREATE INDEX outbox_lease ON outbox (claimed_until) WHERE state = 'claimed';
CREATE INDEX outbox_outcome ON outbox (changed_at) WHERE state IN ('accepted', 'rejected', 'ambiguous', 'withdrawn');

-- +goose Down
DROP INDEX outbox_lease, outbox_outcome;
