-- What tenants configure, as documents: each kind has versions, and each version says from
-- when it holds. The first kind is how long customers' files are kept. Binaries of before
-- remove files by their own setting whatever a tenant wants: all are to be down.

-- +goose Up
CREATE TABLE config ( -- never updated
    tenant_id      text NOT NULL REFERENCES tenant,
    kind           text NOT NULL,
    version        bigint NOT NULL, -- from 1, without gaps
    body           json NOT NULL, -- whole: what its author did not name stands in it too
    effective_from timestamptz NOT NULL, -- by this database's clock; of those that hold the highest version counts
    author         text NOT NULL, -- an account
    note           text NOT NULL, -- why, in the author's words
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, version)
);

-- Raised with each publication, after which its row is locked until the commit: publications
-- of a tenant come one after the other. Members look here each second.
CREATE TABLE config_head (
    tenant_id text PRIMARY KEY REFERENCES tenant,
    rev       bigint NOT NULL
) WITH (fillfactor = 50);

-- Files are removed by tenant, thus by number: the oldest of all say nothing any more.
DROP INDEX media_kept;
CREATE INDEX media_kept ON media (phone_number_id, changed_at) WHERE state = 'kept';

UPDATE installation SET oldest = 17;

-- +goose Down
DROP INDEX media_kept;
CREATE INDEX media_kept ON media (changed_at) WHERE state = 'kept';
DROP TABLE config_head, config;
UPDATE installation SET oldest = 15;
