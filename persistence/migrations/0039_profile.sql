-- What a person can do, in which languages, when, and in which language the inbox speaks to him.

-- +goose Up
ALTER TABLE staff
    ADD COLUMN skills text[] NOT NULL DEFAULT '{}' CHECK (cardinality(skills) <= 50),
    ADD COLUMN languages text[] NOT NULL DEFAULT '{}' CHECK (cardinality(languages) <= 20), -- BCP 47
    ADD COLUMN time_zone text NOT NULL DEFAULT '',          -- IANA; empty: not chosen
    ADD COLUMN interface_language text NOT NULL DEFAULT ''; -- empty: that of the browser

-- +goose Down
ALTER TABLE staff DROP COLUMN skills, DROP COLUMN languages, DROP COLUMN time_zone, DROP COLUMN interface_language;
