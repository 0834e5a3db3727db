-- A portfolio belongs to one tenant, suggestions to merge are found from either
-- side, and numbers in trouble are looked at.

-- +goose Up

CREATE TABLE portfolio ( -- Meta's business: the scope of BSUIDs, contacts and aliases
    id        text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant
);
-- Where two tenants had named one, the first to get messages of it keeps it.
INSERT INTO portfolio (id, tenant_id)
SELECT DISTINCT ON (a.portfolio_id) a.portfolio_id, a.tenant_id
FROM account a LEFT JOIN phone_number n ON n.account_id = a.id
ORDER BY a.portfolio_id, n.registered_at NULLS LAST, a.id;

CREATE INDEX merge_suggestion_other ON merge_suggestion (portfolio_id, other);

-- When to ask Meta how a number fares that is stopped or paused; NULL: it is well.
ALTER TABLE pace ADD COLUMN look_at timestamptz;
CREATE INDEX pace_look ON pace (look_at) WHERE look_at IS NOT NULL;

-- +goose Down
DROP INDEX pace_look;
ALTER TABLE pace DROP COLUMN look_at;
DROP INDEX merge_suggestion_other;
DROP TABLE portfolio;
