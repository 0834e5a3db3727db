-- What all processes of an installation must agree on before they start.

-- +goose Up
CREATE TABLE installation ( -- one row
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- The oldest binary that may run on this schema, by the newest migration that it
    -- knows. A migration that older ones cannot live beside raises it to its own number.
    oldest      bigint NOT NULL,
    -- A known word sealed with PROSA_SECRET_KEY, by the first process that started.
    key_check   bytea
);
INSERT INTO installation (oldest) VALUES (11);

-- +goose Down
DROP TABLE installation;
