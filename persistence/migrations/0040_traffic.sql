-- What goes through each number, and what Meta said of it over time. Counted in memory
-- and added every few seconds; nothing on the way of a message reads or waits for it.

-- +goose Up

CREATE TABLE traffic (
    phone_number_id text NOT NULL REFERENCES phone_number ON DELETE CASCADE,
    span            int NOT NULL CHECK (span IN (10, 3600)), -- seconds: the last minutes, and hours for a month
    at              timestamptz NOT NULL, -- when the span began
    received        int NOT NULL DEFAULT 0, -- messages of customers
    sent            int NOT NULL DEFAULT 0, -- messages that Meta took
    failed          int NOT NULL DEFAULT 0, -- messages that Meta refused for good, or reported as failed
    echoes          int NOT NULL DEFAULT 0, -- messages written on the phone of a number with coexistence
    PRIMARY KEY (phone_number_id, span, at)
) WITH (fillfactor = 70);
CREATE INDEX traffic_at ON traffic (span, at);

CREATE TABLE rating (
    phone_number_id text NOT NULL REFERENCES phone_number ON DELETE CASCADE,
    at              timestamptz NOT NULL,
    quality         text NOT NULL,
    tier            text NOT NULL,
    PRIMARY KEY (phone_number_id, at)
);
INSERT INTO rating (phone_number_id, at, quality, tier)
SELECT phone_number_id, coalesce(read_at, now()), quality, tier FROM standing WHERE quality <> '' OR tier <> '';

-- +goose Down
DROP TABLE rating;
DROP TABLE traffic;
