-- Domains that a company has proven to be its own. Those that stood before are not.

-- +goose Up

ALTER TABLE identity_provider
    ADD COLUMN domain_token text NOT NULL DEFAULT gen_random_uuid()::text, -- to be told by the name servers of a domain
    ADD COLUMN proven text[] NOT NULL DEFAULT '{}'; -- of domains, those that told it
DROP INDEX identity_provider_domain;
CREATE INDEX identity_provider_proven ON identity_provider USING gin (proven);

-- +goose Down
DROP INDEX identity_provider_proven;
CREATE INDEX identity_provider_domain ON identity_provider USING gin (domains);
ALTER TABLE identity_provider DROP COLUMN proven, DROP COLUMN domain_token;
