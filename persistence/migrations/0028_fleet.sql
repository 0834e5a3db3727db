-- How each number fares, as Meta tells it and as we see it. A table of its own: it is
-- written every few minutes, and what is known of a number is read by everything.

-- +goose Up

CREATE TABLE standing (
    phone_number_id  text PRIMARY KEY REFERENCES phone_number ON DELETE CASCADE,
    due_at           timestamptz NOT NULL DEFAULT now(), -- when Meta is asked next
    claimed_at       timestamptz,
    lease_until      timestamptz,
    read_at          timestamptz, -- when Meta last answered
    failure          text NOT NULL DEFAULT '',
    quality          text NOT NULL DEFAULT '',
    tier             text NOT NULL DEFAULT '',
    throughput       text NOT NULL DEFAULT '',
    status           text NOT NULL DEFAULT '',
    can_send         text NOT NULL DEFAULT '',
    name_status      text NOT NULL DEFAULT '',
    restriction      text NOT NULL DEFAULT '',
    restricted_until timestamptz,
    token            text NOT NULL DEFAULT '' CHECK (token IN ('', 'good', 'dead', 'missing')),
    token_since      timestamptz,
    token_expires_at timestamptz,
    token_asked_at   timestamptz,
    received_at      timestamptz, -- last webhook about the number; half a minute late
    sent_at          timestamptz, -- last message that Meta took; half a minute late
    troubles         text[] NOT NULL DEFAULT '{}', -- the worst first, as they were judged last
    trouble_since    timestamptz
) WITH (fillfactor = 50);
CREATE INDEX standing_due ON standing (due_at);
INSERT INTO standing (phone_number_id) SELECT id FROM phone_number;

-- +goose Down
DROP TABLE standing;
