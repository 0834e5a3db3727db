-- Several Meta apps in one installation: each has its own callback address, secret and
-- verify token, and numbers know by which app they are connected.

-- +goose Up

CREATE TABLE meta_app (
    id                           text PRIMARY KEY, -- stands in the callback address
    tenant_id                    text REFERENCES tenant, -- NULL: of the whole installation
    name                         text NOT NULL,
    -- A secret that was replaced is good until its term ends or somebody drops it.
    sealed_secret                bytea NOT NULL,
    sealed_secret_previous       bytea,
    secret_changed_at            timestamptz NOT NULL DEFAULT now(),
    secret_previous_until        timestamptz,
    sealed_verify_token          bytea NOT NULL,
    sealed_verify_token_previous bytea,
    verify_token_changed_at      timestamptz NOT NULL DEFAULT now(),
    verify_token_previous_until  timestamptz,
    created_at                   timestamptz NOT NULL DEFAULT now(),
    -- What the gateways saw, written down every few seconds at most.
    received_at                  timestamptz,
    refused                      bigint NOT NULL DEFAULT 0,
    refused_at                   timestamptz
);
CREATE INDEX meta_app_tenant ON meta_app (tenant_id);

ALTER TABLE phone_number ADD COLUMN app_id text REFERENCES meta_app; -- NULL: that of the configuration
CREATE INDEX phone_number_app ON phone_number (app_id) WHERE app_id IS NOT NULL;

-- By which app a body came, and whose that was then; NULL: the configuration's, which
-- may speak of every number.
ALTER TABLE intake ADD COLUMN app_id text, ADD COLUMN app_tenant text;
ALTER TABLE intake_problem ADD COLUMN app_tenant text;

-- +goose Down
ALTER TABLE intake_problem DROP COLUMN app_tenant;
ALTER TABLE intake DROP COLUMN app_id, DROP COLUMN app_tenant;
ALTER TABLE phone_number DROP COLUMN app_id;
DROP TABLE meta_app;
