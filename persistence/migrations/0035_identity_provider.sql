-- Signing in by a company's own OpenID Connect provider.

-- +goose Up

CREATE TABLE identity_provider (
    tenant_id       text PRIMARY KEY REFERENCES tenant,
    issuer          text NOT NULL,
    client_id       text NOT NULL,
    sealed_secret   bytea NOT NULL, -- encrypted with PROSA_SECRET_KEY
    domains         text[] NOT NULL, -- of the e-mail addresses of those who sign in by it, in lower case
    label           text NOT NULL,
    trusts_email    boolean NOT NULL, -- though the provider does not say that an address is verified
    trusts_factor   boolean NOT NULL, -- the second factor is the provider's matter
    exclusive       boolean NOT NULL, -- people of the domains have no other way in
    password_people text[] NOT NULL,  -- but these
    joins           boolean NOT NULL, -- whoever has no account is given one
    join_role       text NOT NULL CHECK (join_role IN ('agent', 'manager', 'auditor')),
    join_teams      text[] NOT NULL,
    revision        bigint NOT NULL DEFAULT 1,
    CHECK (cardinality(domains) > 0)
);
CREATE INDEX identity_provider_domain ON identity_provider USING gin (domains);

CREATE TABLE identity ( -- who somebody is at a provider
    tenant_id text NOT NULL REFERENCES tenant,
    issuer    text NOT NULL,
    subject   text NOT NULL,
    staff_id  text NOT NULL REFERENCES staff ON DELETE CASCADE,
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, issuer, subject),
    UNIQUE (staff_id, issuer)
);

-- +goose Down
DROP TABLE identity, identity_provider;
