-- +goose Up

CREATE TABLE consent ( -- what may not be sent to a person; no row: nothing was ever said
    portfolio_id text        NOT NULL,
    contact_id   text        NOT NULL,
    scope        text        NOT NULL, -- '': marketing, of every number of the portfolio; else the number that blocks the person
    stopped      boolean     NOT NULL,
    said_at      timestamptz NOT NULL, -- what was said later counts, in whichever order it comes
    by_kind      text        NOT NULL, -- customer, meta, agent
    by_id        text        NOT NULL DEFAULT '',
    by_name      text        NOT NULL DEFAULT '',
    PRIMARY KEY (portfolio_id, contact_id, scope)
);

-- +goose Down

DROP TABLE consent;
