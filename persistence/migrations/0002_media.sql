-- Files that customers send. Meta keeps a webhook's media for seven days only, so
-- the relay fetches each one; the pieces lie here, so that one Postgres is the
-- whole installation and every member can serve a file.

-- +goose Up
CREATE TABLE media (
    phone_number_id text NOT NULL,
    message_id      text NOT NULL, -- wamid of the message that brought it
    contact_id      text NOT NULL,
    media_id        text NOT NULL, -- Meta's
    mime            text NOT NULL, -- as Meta declares it; never trusted
    sha256          text NOT NULL, -- as the webhook says it, hex or base64; '' when it does not
    file_name       text NOT NULL, -- written by the customer; never a path
    state           text NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'kept', 'failed', 'dropped')),
    tries           int NOT NULL DEFAULT 0, -- raised by each claim: the fence of an attempt
    next_try        timestamptz NOT NULL DEFAULT now(), -- while claimed, the end of the lease; once over, when to tell again
    reason          text NOT NULL DEFAULT '', -- of a failure, a code
    told            boolean NOT NULL DEFAULT false, -- the conversation has recorded what became of it
    attempt         int NOT NULL DEFAULT 0, -- whose pieces count, once kept
    size            bigint NOT NULL DEFAULT 0, -- bytes, once kept
    wanted_at       timestamptz NOT NULL DEFAULT now(),
    changed_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (phone_number_id, message_id)
);
CREATE INDEX media_wanted ON media (phone_number_id, next_try) WHERE state = 'wanted';
CREATE INDEX media_untold ON media (next_try) WHERE NOT told AND state <> 'wanted';
CREATE INDEX media_kept ON media (changed_at) WHERE state = 'kept';

CREATE TABLE media_chunk ( -- pieces of 1 MB, the last one shorter
    phone_number_id text NOT NULL,
    message_id      text NOT NULL,
    attempt         int NOT NULL,
    n               int NOT NULL,
    bytes           bytea NOT NULL,
    PRIMARY KEY (phone_number_id, message_id, attempt, n)
);
-- Pictures and sound are compressed already, and a part of a piece is read alone.
ALTER TABLE media_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- +goose Down
DROP TABLE media_chunk, media;
