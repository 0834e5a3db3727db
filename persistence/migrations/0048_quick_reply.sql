-- Quick replies: texts that people write again and again, kept by a short word.

-- +goose Up
CREATE TABLE quick_reply (
    tenant_id  text NOT NULL REFERENCES tenant (id),
    id         text NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('own', 'team', 'company')),
    person_id  text NOT NULL DEFAULT '', -- of one that is a person's own
    team_id    text NOT NULL DEFAULT '', -- of a team's; that of a team that is gone is of the one that it went into
    shortcut   text NOT NULL, -- in small letters, without its slash
    title      text NOT NULL,
    text       text NOT NULL,
    upload_id  text NOT NULL DEFAULT '', -- a file that goes with it; '': none
    revision   bigint NOT NULL DEFAULT 1,
    used       bigint NOT NULL DEFAULT 0, -- times that it was inserted
    used_at    timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by text NOT NULL, -- the name of who changed it last
    PRIMARY KEY (tenant_id, id),
    CHECK ((visibility = 'own') = (person_id <> '') AND (visibility = 'team') = (team_id <> ''))
);
CREATE UNIQUE INDEX quick_reply_shortcut ON quick_reply (tenant_id, visibility, person_id, team_id, shortcut);

-- +goose Down
DROP TABLE quick_reply;
