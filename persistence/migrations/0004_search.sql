-- Search: the words of messages and of the people behind conversations. Written by one follower
-- after the commit, never by the append. Both tables can be truncated: the follower fills them anew.

-- +goose Up

CREATE TABLE message_search (
    phone_number_id text NOT NULL,
    message_id      text NOT NULL,
    contact_id      text NOT NULL,
    version         bigint NOT NULL, -- of the event that brought it: its place in the thread
    at              timestamptz NOT NULL,
    text_id         text, -- the message that holds its text now, when it was edited
    words           tsvector NOT NULL, -- with t=<tenant>, d=<day> and m=<month>, so that the index cuts by them
    PRIMARY KEY (phone_number_id, message_id)
);
-- The list of what waits for the index proper is read by each search, and saves WAL the longer it is.
CREATE INDEX message_search_words ON message_search USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 2048);

CREATE TABLE conversation_search ( -- up to where a conversation is indexed, and the words of its contact
    phone_number_id text NOT NULL,
    contact_id      text NOT NULL,
    version         bigint NOT NULL,
    words           tsvector NOT NULL, -- name, username, addresses, every end of a phone; with t=<tenant>
    PRIMARY KEY (phone_number_id, contact_id)
) WITH (fillfactor = 80);
CREATE INDEX conversation_search_words ON conversation_search USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 2048);

-- +goose Down
DROP TABLE conversation_search, message_search;
