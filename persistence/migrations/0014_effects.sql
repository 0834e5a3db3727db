-- What commits ask of the world, of every kind, in one table: a row from the append
-- that wants it to the append that records how it ended. Binaries of before know
-- nothing of it: all are to be down.

-- +goose Up
CREATE TABLE effect (
    kind             smallint NOT NULL, -- 1 a send, 2 the file of a message; ledger.EffectKind
    scope            text NOT NULL, -- the number, or the tenant where there is none: one's trouble is not another's
    grain            text NOT NULL, -- who is told how it ended: a contact's conversation with the number, else kind:key
    id               text NOT NULL, -- unique in its scope; of a send: the message
    attempt          int NOT NULL, -- fences earlier ones off
    class            smallint NOT NULL, -- lane of a send, actorpb.MessageClass: 1 code, 2 agent, 3 assistant, 4 utility, 5 marketing
    owner_epoch      bigint NOT NULL,
    turn_epoch       bigint NOT NULL,
    not_before       timestamptz NOT NULL,
    window_closes_at timestamptz, -- NULL: it needs no window
    -- 0 queued, 1 claimed; ended: 2 by its executor, 3 lost with its member, 4 withdrawn by an append, 5 expired with its window.
    state            smallint NOT NULL DEFAULT 0,
    claimed_by       text, -- a member; the claim ends with it
    refusals         smallint NOT NULL DEFAULT 0, -- how often the grain could not record the outcome
    changed_at       timestamptz NOT NULL DEFAULT now(), -- ended: told again some time after; infinity: not before somebody looked
    body             bytea NOT NULL, -- what its executor must know beyond the rest, 16 KB at most
    outcome          bytea, -- of 2: the one command that tells the grain, as actorpb.EncodeCommand writes it
    PRIMARY KEY (kind, scope, id, attempt)
) PARTITION BY LIST (kind);

CREATE TABLE effect_send PARTITION OF effect FOR VALUES IN (1)
    WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX effect_send_claim ON effect_send (scope, class, not_before) WHERE state = 0;
CREATE INDEX effect_send_held ON effect_send (claimed_by) WHERE state = 1;
CREATE INDEX effect_send_untold ON effect_send (changed_at) WHERE state > 1;

CREATE TABLE effect_rest PARTITION OF effect DEFAULT
    WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
-- Without class: the plain claim knows no lanes, and stops at the first that is not due.
CREATE INDEX effect_rest_claim ON effect_rest (kind, scope, not_before) WHERE state = 0;
CREATE INDEX effect_rest_held ON effect_rest (kind, claimed_by) WHERE state = 1;
CREATE INDEX effect_rest_untold ON effect_rest (kind, changed_at) WHERE state > 1;

-- What was sent and not recorded becomes the command that tells it, in the bytes of protobuf.
-- +goose StatementBegin
CREATE FUNCTION pg_temp.varint(n bigint) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
    b bytea := '';
BEGIN
    WHILE n > 127 LOOP
        b := b || set_byte('\x00', 0, (n & 127 | 128)::int);
        n := n >> 7;
    END LOOP;
    RETURN b || set_byte('\x00', 0, n::int);
END $$;
CREATE FUNCTION pg_temp.texts(field int, v text) RETURNS bytea LANGUAGE sql AS $$
    SELECT CASE WHEN v = '' THEN ''::bytea
        ELSE pg_temp.varint(field * 8 + 2) || pg_temp.varint(octet_length(convert_to(v, 'UTF8'))) || convert_to(v, 'UTF8') END
$$;
CREATE FUNCTION pg_temp.number(field int, v bigint) RETURNS bytea LANGUAGE sql AS $$
    SELECT CASE WHEN v <= 0 THEN ''::bytea ELSE pg_temp.varint(field * 8) || pg_temp.varint(v) END
$$;
-- +goose StatementEnd

-- Of what was claimed nobody knows whether it left: its members are down.
INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, window_closes_at,
    state, claimed_by, changed_at, body, outcome)
SELECT 1, phone_number_id, contact_id, message_id, attempt, lane, owner_epoch, turn_epoch, not_before, window_closes_at,
    CASE WHEN state = 'queued' THEN 0
        WHEN state IN ('accepted', 'rejected') THEN 2
        WHEN state IN ('claimed', 'ambiguous') THEN 3
        WHEN reason = 'window_closed' THEN 5
        ELSE 4 END,
    claimed_by, least(changed_at, now() - interval '2 s'), '',
    CASE state
        WHEN 'accepted' THEN convert_to('RecordAccepted', 'UTF8') || '\x00'
            || pg_temp.texts(1, message_id) || pg_temp.number(2, attempt) || pg_temp.texts(3, coalesce(wamid, ''))
        WHEN 'rejected' THEN convert_to('RecordRejected', 'UTF8') || '\x00'
            || pg_temp.texts(1, message_id) || pg_temp.number(2, attempt) || pg_temp.number(3, error_code)
            || pg_temp.texts(4, error_text) || pg_temp.number(5, retry::int)
            || pg_temp.number(6, (coalesce(extract(epoch FROM retry_after), 0) * 1000)::bigint)
    END
FROM outbox;
DROP TABLE outbox;

-- A file that is wanted is an effect, and one that was being fetched is tried again.
INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, body)
SELECT 2, phone_number_id, contact_id, message_id, tries + 1, 0, 0, 0, CASE WHEN claimed_by IS NULL THEN next_try ELSE now() END,
    convert_to(json_build_object('media_id', media_id, 'mime', mime, 'sha256', sha256, 'file_name', file_name, 'wanted_at', wanted_at)::text, 'UTF8')
FROM media WHERE state = 'wanted';
-- What became of one and is not recorded is told.
INSERT INTO effect (kind, scope, grain, id, attempt, class, owner_epoch, turn_epoch, not_before, state, changed_at, body, outcome)
SELECT 2, phone_number_id, contact_id, message_id, greatest(tries, 1), 0, 0, 0, now(), 2, now() - interval '2 s', '',
    convert_to('RecordMedia', 'UTF8') || '\x00' || pg_temp.texts(1, message_id) || pg_temp.number(2, greatest(tries, 1))
        || pg_temp.number(3, (state = 'kept')::int) || pg_temp.texts(4, reason) || pg_temp.number(5, size)
FROM media WHERE NOT told AND state IN ('kept', 'failed');
-- media keeps what a file is.
DELETE FROM media WHERE state = 'wanted';
DROP INDEX media_wanted, media_untold, media_claimed;
UPDATE media SET attempt = tries WHERE state = 'failed';
ALTER TABLE media
    DROP CONSTRAINT media_state_check,
    ADD CONSTRAINT media_state_check CHECK (state IN ('kept', 'failed', 'dropped')),
    ALTER COLUMN state DROP DEFAULT,
    ALTER COLUMN attempt DROP DEFAULT,
    DROP COLUMN tries, DROP COLUMN next_try, DROP COLUMN told, DROP COLUMN claimed_by;

UPDATE installation SET oldest = 14;

-- +goose Down
CREATE TABLE outbox (
    phone_number_id  text NOT NULL,
    message_id       text NOT NULL,
    attempt          int NOT NULL,
    contact_id       text NOT NULL,
    state            text NOT NULL CHECK (state IN ('queued', 'claimed', 'accepted', 'rejected', 'ambiguous', 'withdrawn')),
    lane             smallint NOT NULL,
    owner_epoch      bigint NOT NULL,
    turn_epoch       bigint NOT NULL DEFAULT 0,
    not_before       timestamptz NOT NULL,
    window_closes_at timestamptz,
    claimed_by       text,
    claimed_until    timestamptz,
    wamid            text,
    error_code       int NOT NULL DEFAULT 0,
    error_text       text NOT NULL DEFAULT '',
    retry            boolean NOT NULL DEFAULT false,
    retry_after      interval,
    reason           text NOT NULL DEFAULT '',
    changed_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (phone_number_id, message_id, attempt)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX outbox_claim ON outbox (phone_number_id, lane, not_before) WHERE state = 'queued';
CREATE INDEX outbox_conversation ON outbox (phone_number_id, contact_id);
CREATE INDEX outbox_lease ON outbox (claimed_until) WHERE state = 'claimed';
CREATE INDEX outbox_outcome ON outbox (changed_at) WHERE state IN ('accepted', 'rejected', 'ambiguous', 'withdrawn');
-- What Meta had answered and nobody recorded comes back as unconfirmed: people judge it.
INSERT INTO outbox (phone_number_id, message_id, attempt, contact_id, state, lane, owner_epoch, turn_epoch, not_before,
    window_closes_at, claimed_by, reason)
SELECT scope, id, attempt, grain, CASE WHEN state = 0 THEN 'queued' WHEN state IN (4, 5) THEN 'withdrawn' ELSE 'ambiguous' END,
    class, owner_epoch, turn_epoch, not_before, window_closes_at, claimed_by,
    CASE state WHEN 4 THEN 'superseded' WHEN 5 THEN 'window_closed' ELSE '' END
FROM effect WHERE kind = 1;
ALTER TABLE media
    DROP CONSTRAINT media_state_check,
    ADD CONSTRAINT media_state_check CHECK (state IN ('wanted', 'kept', 'failed', 'dropped')),
    ALTER COLUMN state SET DEFAULT 'wanted',
    ALTER COLUMN attempt SET DEFAULT 0,
    ADD COLUMN tries int NOT NULL DEFAULT 0, ADD COLUMN next_try timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN told boolean NOT NULL DEFAULT false, ADD COLUMN claimed_by text;
UPDATE media m SET tries = attempt, told = NOT EXISTS (SELECT FROM effect e
    WHERE e.kind = 2 AND e.scope = m.phone_number_id AND e.id = m.message_id AND e.state > 1);
INSERT INTO media (phone_number_id, message_id, contact_id, media_id, mime, sha256, file_name, wanted_at, tries, next_try)
SELECT e.scope, e.id, e.grain, f.media_id, f.mime, f.sha256, f.file_name, f.wanted_at, e.attempt - 1, e.not_before
FROM effect e, json_to_record(convert_from(e.body, 'UTF8')::json)
    AS f(media_id text, mime text, sha256 text, file_name text, wanted_at timestamptz)
WHERE e.kind = 2 AND e.state < 2
ON CONFLICT DO NOTHING;
CREATE INDEX media_wanted ON media (phone_number_id, next_try) WHERE state = 'wanted';
CREATE INDEX media_untold ON media (next_try) WHERE NOT told AND state <> 'wanted';
CREATE INDEX media_claimed ON media (claimed_by) WHERE claimed_by IS NOT NULL;
DROP TABLE effect;
UPDATE installation SET oldest = 12;
