-- Files that people and programs upload before they send them, and what Meta holds of
-- them. The pieces lie here, as those of customers' files do.

-- +goose Up
CREATE TABLE upload (
    tenant_id  text NOT NULL,
    id         text NOT NULL,
    by_id      text NOT NULL, -- the party that uploaded it: a person, or integration:key
    name       text NOT NULL, -- cleaned; never a path
    declared   text NOT NULL, -- the type that was said
    mime       text NOT NULL, -- the type that it is, by its content
    size       bigint NOT NULL DEFAULT 0, -- bytes
    sha256     bytea NOT NULL DEFAULT '',
    width      int NOT NULL DEFAULT 0, -- of a picture; 0: not known
    height     int NOT NULL DEFAULT 0,
    animated   boolean NOT NULL DEFAULT false,
    voice      boolean NOT NULL DEFAULT false, -- it may leave as a voice message
    kinds      text[] NOT NULL DEFAULT '{}', -- what it may be sent as, the best first
    shared     boolean NOT NULL DEFAULT false, -- it is of something that lasts, a quick reply say: everybody of the tenant may send it
    state      smallint NOT NULL DEFAULT 0, -- 0 it is coming in, 1 kept, 2 dropped: was kept, and is no longer
    expires_at timestamptz, -- of what nobody has sent; NULL: it lives with what uses it
    thumb      bytea, -- JPEG; NULL: none was asked for yet; empty: there can be none
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX upload_expires ON upload (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX upload_unsent ON upload (tenant_id, by_id) WHERE expires_at IS NOT NULL;
CREATE INDEX upload_kept ON upload (tenant_id, created_at) WHERE state = 1 AND expires_at IS NULL;

CREATE TABLE upload_chunk ( -- pieces of 1 MB, the last one shorter
    tenant_id text NOT NULL,
    upload_id text NOT NULL,
    n         int NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (tenant_id, upload_id, n)
);
ALTER TABLE upload_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL; -- compressed already, and read in parts

CREATE TABLE upload_use ( -- the messages that send a file
    phone_number_id text NOT NULL,
    message_id      text NOT NULL,
    contact_id      text NOT NULL,
    tenant_id       text NOT NULL,
    upload_id       text NOT NULL,
    PRIMARY KEY (phone_number_id, message_id)
);
CREATE INDEX upload_use_of ON upload_use (tenant_id, upload_id);

CREATE TABLE upload_media ( -- what Meta holds of a content, for a number
    phone_number_id text NOT NULL,
    sha256          bytea NOT NULL,
    mime            text NOT NULL, -- Meta keeps it with the type that it was told
    media_id        text NOT NULL,
    until           timestamptz NOT NULL, -- business time; Meta forgets it somewhat later
    PRIMARY KEY (phone_number_id, sha256, mime)
);
CREATE INDEX upload_media_until ON upload_media (until);

ALTER TABLE media ADD COLUMN thumb bytea; -- as of upload

-- +goose Down
ALTER TABLE media DROP COLUMN thumb;
DROP TABLE upload_media, upload_use, upload_chunk, upload;
