-- What administrators are told without asking, and what of it leaves by mail or to a
-- program of theirs.

-- +goose Up

CREATE TABLE notice (
    tenant_id   text NOT NULL REFERENCES tenant,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    kind        text NOT NULL,
    object_kind text NOT NULL,
    object_id   text NOT NULL,
    object_name text NOT NULL, -- as it was then
    detail      jsonb NOT NULL,
    began_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at    timestamptz, -- by itself: what it tells of is over
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX notice_open ON notice (tenant_id, kind, object_id) WHERE ended_at IS NULL;
CREATE INDEX notice_kind ON notice (kind) WHERE ended_at IS NULL;

CREATE TABLE delivery (
    id         text PRIMARY KEY,
    tenant_id  text NOT NULL REFERENCES tenant,
    channel    text NOT NULL CHECK (channel IN ('mail', 'webhook')),
    address    text NOT NULL,
    sealed     bytea NOT NULL, -- subject and text: they may hold a link that lets somebody in
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    next_try   timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries      int NOT NULL DEFAULT 0,
    ended_at   timestamptz, -- taken by its receiver, or given up
    error      text NOT NULL DEFAULT '' -- of the last try
);
CREATE INDEX delivery_due ON delivery (next_try) WHERE ended_at IS NULL;
CREATE INDEX delivery_tenant ON delivery (tenant_id, created_at);

CREATE TABLE notice_webhook (
    tenant_id     text PRIMARY KEY REFERENCES tenant,
    url           text NOT NULL,
    sealed_secret bytea NOT NULL
);

-- +goose Down
DROP TABLE notice_webhook, delivery, notice;
