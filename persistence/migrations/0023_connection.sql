-- Numbers that an administrator is connecting, and the language a number speaks.

-- +goose Up

CREATE TABLE connection_draft ( -- one a person: what was proven so far, for a day after the last step
    tenant_id    text NOT NULL REFERENCES tenant,
    person_id    text NOT NULL,
    body         jsonb NOT NULL,
    sealed_token bytea, -- encrypted with PROSA_SECRET_KEY
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);

ALTER TABLE phone_number ADD COLUMN language text NOT NULL DEFAULT ''; -- as pt-BR; empty: none was chosen

-- +goose Down
ALTER TABLE phone_number DROP COLUMN language;
DROP TABLE connection_draft;
