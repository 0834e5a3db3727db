-- Programs that work with the API: keys with rights, instead of a person's password.

-- +goose Up

CREATE TABLE api_key ( -- only the hash of the key itself is stored
    tenant_id    text NOT NULL REFERENCES tenant,
    id           text NOT NULL UNIQUE,
    name         text NOT NULL,
    key_hash     bytea NOT NULL UNIQUE,
    last_four    text NOT NULL, -- by which people tell keys apart
    rights       text[] NOT NULL,
    policy       text NOT NULL CHECK (policy IN ('own', 'through')),
    all_teams    boolean NOT NULL,
    teams        text[] NOT NULL,
    by_id        text NOT NULL,
    by_name      text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    used_at      timestamptz, -- written down once a minute at most
    used_address text NOT NULL DEFAULT '',
    revoked_at   timestamptz,
    PRIMARY KEY (tenant_id, id)
);

-- +goose Down
DROP TABLE api_key;
