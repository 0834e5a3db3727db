-- The engine's first schema: tenants and numbers, people who work here, intake,
-- contacts, conversations with their journal, sending, timers, members.
-- Shapes and their costs: deploy/SCALE.md.

-- +goose Up

-- Tenants, numbers and teams -------------------------------------------------

CREATE TABLE tenant (
    id         text PRIMARY KEY,
    name       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE account ( -- a WhatsApp Business Account (WABA)
    id           text PRIMARY KEY,
    tenant_id    text NOT NULL REFERENCES tenant,
    portfolio_id text NOT NULL, -- scope of business-scoped user ids
    name         text NOT NULL DEFAULT ''
);

CREATE TABLE team (
    tenant_id text NOT NULL REFERENCES tenant,
    id        text NOT NULL,
    name      text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE phone_number (
    id            text PRIMARY KEY,
    tenant_id     text NOT NULL REFERENCES tenant,
    account_id    text NOT NULL REFERENCES account,
    team_id       text NOT NULL,
    display       text NOT NULL, -- as people write it; never a key
    name          text NOT NULL DEFAULT '',
    sealed_token  bytea, -- the access token, encrypted with PROSA_SECRET_KEY
    registered_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (tenant_id, team_id) REFERENCES team
);

-- People who work here --------------------------------------------------------

CREATE TABLE staff (
    id            text PRIMARY KEY,
    tenant_id     text NOT NULL REFERENCES tenant,
    email         text NOT NULL,
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('agent', 'manager', 'admin')),
    password_hash text NOT NULL,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX staff_email ON staff (lower(email));

CREATE TABLE staff_team (
    staff_id  text NOT NULL REFERENCES staff ON DELETE CASCADE,
    tenant_id text NOT NULL,
    team_id   text NOT NULL,
    PRIMARY KEY (staff_id, team_id),
    FOREIGN KEY (tenant_id, team_id) REFERENCES team
);

-- Only the hash of a session's token is stored: a copy of this table opens nothing.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY,
    staff_id   text NOT NULL REFERENCES staff ON DELETE CASCADE,
    csrf_token text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_staff ON session (staff_id);

-- Intake ----------------------------------------------------------------------

CREATE SEQUENCE intake_source_id;

CREATE TABLE intake_source ( -- a gateway process as the owner of its rows
    source      bigint PRIMARY KEY,
    owner       text NOT NULL, -- who pumps it now
    term        bigint NOT NULL DEFAULT 1, -- raised by each take-over: the fence of done_upto
    lease_until timestamptz NOT NULL,
    done_upto   bigint NOT NULL DEFAULT 0, -- every seq up to it is dealt with
    started_on  date NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date, -- no row of it lies in an older partition
    closed_at   timestamptz -- its process has ended and all of it is done
) WITH (fillfactor = 50);

CREATE TABLE intake ( -- raw webhook bodies, never updated, dropped by day
    day         date NOT NULL,
    source      bigint NOT NULL,
    seq         bigint NOT NULL,
    received_at timestamptz NOT NULL,
    body        bytea NOT NULL,
    PRIMARY KEY (day, source, seq)
) PARTITION BY RANGE (day);
ALTER TABLE intake ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE intake_problem ( -- what could not be applied, or is only stored
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day             date NOT NULL,
    source          bigint NOT NULL,
    seq             bigint NOT NULL,
    event_index     int NOT NULL, -- -1: the whole body
    tenant_id       text, -- NULL until the number is known
    phone_number_id text,
    conversation    text, -- the lane that stands behind it
    state           text NOT NULL CHECK (state IN ('failed', 'parked', 'stored', 'replayed')),
    kind            text NOT NULL, -- message, status, the name of a field, body
    reason          text NOT NULL,
    raw             bytea NOT NULL,
    received_at     timestamptz NOT NULL,
    noted_at        timestamptz NOT NULL DEFAULT now(),
    tries           int NOT NULL DEFAULT 0,
    UNIQUE (day, source, seq, event_index)
);
CREATE INDEX intake_problem_open ON intake_problem (state, id) WHERE state IN ('failed', 'parked');
CREATE INDEX intake_problem_number ON intake_problem (phone_number_id) WHERE state = 'parked';
CREATE INDEX intake_problem_lane ON intake_problem (conversation) WHERE state = 'failed';

-- Contacts --------------------------------------------------------------------

CREATE TABLE contact (
    portfolio_id text NOT NULL,
    id           text NOT NULL,
    name         text NOT NULL DEFAULT '',
    username     text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (portfolio_id, id)
);

CREATE TABLE alias (
    portfolio_id text NOT NULL,
    kind         text NOT NULL,
    value        text NOT NULL, -- case-sensitive, never rewritten
    contact_id   text NOT NULL,
    variant      boolean NOT NULL DEFAULT false, -- another spelling, not seen from Meta
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (portfolio_id, kind, value)
);
CREATE INDEX alias_contact ON alias (portfolio_id, contact_id);

CREATE TABLE merge_suggestion ( -- aliases of one message knew two contacts
    portfolio_id text NOT NULL,
    winner       text NOT NULL,
    other        text NOT NULL,
    reason       text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (portfolio_id, winner, other)
);

-- Conversations ---------------------------------------------------------------

CREATE TABLE conversation ( -- the gate, the snapshot and the inbox row
    phone_number_id  text NOT NULL,
    contact_id       text NOT NULL,
    version          bigint NOT NULL,
    decided_on       bigint NOT NULL, -- the version before; the gate compares with it
    snapshot         bytea NOT NULL,
    tenant_id        text NOT NULL,
    team_id          text NOT NULL,
    owner_kind       smallint NOT NULL,
    owner_id         text, -- NULL: nobody
    owner_name       text NOT NULL,
    owner_epoch      bigint NOT NULL,
    owned_since      timestamptz,
    phase            smallint NOT NULL,
    contact_name     text NOT NULL,
    contact_address  text NOT NULL,
    last_at          timestamptz NOT NULL,
    last_outbound    boolean NOT NULL,
    last_kind        text NOT NULL,
    last_preview     text NOT NULL,
    last_status      text NOT NULL,
    last_message_id  text NOT NULL,
    unread           int NOT NULL,
    window_closes_at timestamptz,
    snoozed_until    timestamptz,
    queued_since     timestamptz,
    started_at       timestamptz NOT NULL,
    PRIMARY KEY (phone_number_id, contact_id)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX conversation_inbox ON conversation (tenant_id, team_id, phase, last_at);
CREATE INDEX conversation_owner ON conversation (owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE event (
    phone_number_id text NOT NULL,
    contact_id      text NOT NULL,
    version         bigint NOT NULL,
    type            text NOT NULL,
    at              timestamptz NOT NULL,
    body            bytea NOT NULL,
    PRIMARY KEY (phone_number_id, contact_id, version)
) PARTITION BY HASH (phone_number_id, contact_id);

CREATE TABLE message (
    phone_number_id text NOT NULL,
    id              text NOT NULL, -- wamid of what came in, our own id of what we send
    contact_id      text NOT NULL,
    direction       smallint NOT NULL, -- 0 in, 1 out, 2 note
    author_kind     smallint NOT NULL,
    author_id       text NOT NULL,
    author_name     text NOT NULL,
    kind            text NOT NULL,
    sent_at         timestamptz NOT NULL,
    content         json NOT NULL, -- json, not jsonb: it is stored and read, never queried
    PRIMARY KEY (phone_number_id, id)
) PARTITION BY HASH (phone_number_id, id);

-- Narrow, apart from the wide message row, so that the three or four updates of
-- an outbound message are cheap.
CREATE TABLE message_status (
    phone_number_id text NOT NULL,
    message_id      text NOT NULL,
    contact_id      text NOT NULL,
    wamid           text,
    accepted_at     timestamptz,
    sent_at         timestamptz,
    delivered_at    timestamptz,
    read_at         timestamptz,
    played_at       timestamptz,
    failed_at       timestamptz,
    ambiguous_at    timestamptz,
    withdrawn_at    timestamptz,
    error_code      int NOT NULL DEFAULT 0,
    error_text      text NOT NULL DEFAULT '',
    PRIMARY KEY (phone_number_id, message_id)
) PARTITION BY HASH (phone_number_id);
CREATE UNIQUE INDEX message_status_wamid ON message_status (phone_number_id, wamid) WHERE wamid IS NOT NULL;

-- +goose StatementBegin
DO $$
BEGIN
    FOR i IN 0..7 LOOP
        EXECUTE format('CREATE TABLE event_%s PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
        EXECUTE format('CREATE TABLE message_%s PARTITION OF message FOR VALUES WITH (MODULUS 8, REMAINDER %s)', i, i);
        EXECUTE format('CREATE TABLE message_status_%s PARTITION OF message_status FOR VALUES WITH (MODULUS 8, REMAINDER %s) WITH (fillfactor = 80)', i, i);
    END LOOP;
END $$;
-- +goose StatementEnd

CREATE TABLE unmatched ( -- statuses of messages that we do not know (yet)
    phone_number_id text NOT NULL,
    wamid           text NOT NULL,
    status          text NOT NULL,
    at              timestamptz NOT NULL,
    error_code      int NOT NULL DEFAULT 0,
    error_text      text NOT NULL DEFAULT '',
    received_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (phone_number_id, wamid, status)
);

CREATE UNLOGGED TABLE change_log ( -- repairs the live feed; lost in a crash, which starts a new feed epoch
    xid             xid8 NOT NULL DEFAULT pg_current_xact_id(),
    tenant_id       text NOT NULL,
    phone_number_id text NOT NULL,
    contact_id      text NOT NULL,
    version         bigint NOT NULL,
    at              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX change_log_tail ON change_log (xid);

-- Sending ---------------------------------------------------------------------

CREATE TABLE outbox (
    phone_number_id  text NOT NULL,
    message_id       text NOT NULL,
    attempt          int NOT NULL,
    contact_id       text NOT NULL,
    state            text NOT NULL CHECK (state IN ('queued', 'claimed', 'accepted', 'rejected', 'ambiguous', 'withdrawn')),
    lane             smallint NOT NULL, -- actorpb.MessageClass: 1 code, 2 agent, 3 assistant, 4 utility, 5 marketing
    owner_epoch      bigint NOT NULL,
    turn_epoch       bigint NOT NULL DEFAULT 0,
    not_before       timestamptz NOT NULL,
    window_closes_at timestamptz, -- NULL: a template, which needs no window
    claimed_by       text,
    claimed_until    timestamptz,
    -- The outcome as the sender saw it, kept until the conversation has recorded it.
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

CREATE TABLE pace ( -- one token bucket for each number, by the database clock
    phone_number_id text PRIMARY KEY,
    rate            double precision NOT NULL DEFAULT 80, -- messages a second, in and out (Meta, throughput)
    factor          double precision NOT NULL DEFAULT 1, -- below 1 after 130429
    slow_until      timestamptz NOT NULL DEFAULT '-infinity', -- then factor rises again, step by step
    tokens          double precision NOT NULL DEFAULT 80,
    refilled_at     timestamptz NOT NULL DEFAULT now(),
    paused_until    timestamptz,
    served          int[] NOT NULL DEFAULT '{0,0,0}' -- assistant, utility, marketing within the 6:3:1 round
) WITH (fillfactor = 50);

CREATE TABLE timer (
    phone_number_id text NOT NULL,
    contact_id      text NOT NULL,
    kind            text NOT NULL,
    due_at          timestamptz NOT NULL,
    next_try        timestamptz NOT NULL,
    PRIMARY KEY (phone_number_id, contact_id, kind)
);
CREATE INDEX timer_due ON timer (next_try);

-- Members ---------------------------------------------------------------------

CREATE TABLE member ( -- processes of the cluster; a row is a lease
    cluster     text NOT NULL,
    id          text NOT NULL, -- new at each start
    slot        int NOT NULL, -- second half of the session's advisory lock
    address     text NOT NULL,
    kinds       text[] NOT NULL,
    draining    boolean NOT NULL DEFAULT false,
    joined_at   timestamptz NOT NULL,
    renewed_at  timestamptz NOT NULL,
    lease_until timestamptz NOT NULL,
    PRIMARY KEY (cluster, id)
) WITH (fillfactor = 50);

-- Other grains ----------------------------------------------------------------

CREATE TABLE stream (
    kind       text NOT NULL,
    id         text NOT NULL,
    version    bigint NOT NULL,
    decided_on bigint NOT NULL,
    snapshot   bytea NOT NULL,
    PRIMARY KEY (kind, id)
);

CREATE TABLE stream_event (
    kind    text NOT NULL,
    id      text NOT NULL,
    version bigint NOT NULL,
    type    text NOT NULL,
    at      timestamptz NOT NULL,
    body    bytea NOT NULL,
    PRIMARY KEY (kind, id, version)
);

-- +goose Down
DROP TABLE stream_event, stream, member, timer, pace, outbox, change_log, unmatched, message_status, message, event,
    conversation, merge_suggestion, alias, contact, intake_problem, intake, intake_source, session, staff_team,
    staff, phone_number, team, account, tenant;
DROP SEQUENCE intake_source_id;
