-- Lists with filters, counts and the details of a conversation.

-- +goose Up

-- What filters and counts ask stands in the index, behind the order of a list: a
-- walk reads the rows that fit and no others, and counting reads no row at all.
DROP INDEX conversation_inbox;
CREATE INDEX conversation_inbox ON conversation
    (tenant_id, team_id, phase, last_at, phone_number_id, owner_id, unread, last_outbound);

-- Owners keep what they resolved, so that "mine" must not walk all of it.
DROP INDEX conversation_owner;
CREATE INDEX conversation_owner ON conversation (owner_id, phase, last_at) WHERE owner_id IS NOT NULL;

-- What is told beside a thread, the newest first, in threads of any length.
CREATE INDEX event_story ON event (phone_number_id, contact_id, type, version)
    WHERE type IN ('OwnerChanged', 'PhaseChanged', 'NoteAdded');

-- +goose Down
DROP INDEX event_story;
DROP INDEX conversation_inbox, conversation_owner;
CREATE INDEX conversation_inbox ON conversation (tenant_id, team_id, phase, last_at);
CREATE INDEX conversation_owner ON conversation (owner_id) WHERE owner_id IS NOT NULL;
