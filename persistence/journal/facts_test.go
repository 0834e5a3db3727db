package journal_test

import (
	"errors"
	"testing"

	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

// A template is found under its number, in whichever way its language is written, by
// the tenant of the number alone; of a list that was never read nothing is told.
func TestTemplateFacts(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	pgtest.Exec(t, pool, `INSERT INTO tenant (id, name) VALUES ('acme', 'Acme'), ('other', 'Other')`)
	pgtest.Exec(t, pool, `INSERT INTO team (tenant_id, id, name) VALUES ('acme', 'sales', 'Sales')`)
	pgtest.Exec(t, pool, `INSERT INTO account (id, tenant_id, portfolio_id) VALUES ('a1', 'acme', 'p1')`)
	pgtest.Exec(t, pool, `INSERT INTO phone_number (id, tenant_id, account_id, team_id, display) VALUES ('100', 'acme', 'a1', 'sales', '+1')`)
	pgtest.Exec(t, pool, `INSERT INTO template (account_id, tenant_id, name, language, meta_id, category, status, components)
		VALUES ('a1', 'acme', 'ready', 'pt_BR', '1', 'UTILITY', 'APPROVED', '[{"type":"BODY","text":"Oi"}]')`)
	if got, err := j.Template(t.Context(), "acme", "100", "ready", "pt_BR"); err != nil || got.Read || got.Status != "" {
		t.Errorf("of a list that was never read: %+v, %v", got, err)
	}
	pgtest.Exec(t, pool, `INSERT INTO template_sync (account_id, error) VALUES ('a1', 'no token')`)
	if got, err := j.Template(t.Context(), "acme", "100", "ready", "pt_BR"); err != nil || got.Read || got.Failure != "no token" {
		t.Errorf("of a list that could not be read: %+v, %v", got, err)
	}
	pgtest.Exec(t, pool, `UPDATE template_sync SET synced_at = now(), error = ''`)
	for _, language := range []string{"pt_BR", "pt-BR"} {
		got, err := j.Template(t.Context(), "acme", "100", "ready", language)
		if err != nil || !got.Read || got.Status != "APPROVED" || got.Language != "pt_BR" || got.Category != "UTILITY" || len(got.Components) == 0 {
			t.Errorf("%s: %+v, %v", language, got, err)
		}
	}
	if got, err := j.Template(t.Context(), "acme", "100", "ready", "es"); err != nil || !got.Read || got.Status != "" {
		t.Errorf("an unknown language: %+v, %v", got, err)
	}
	if _, err := j.Template(t.Context(), "other", "100", "ready", "pt_BR"); !errors.Is(err, persistence.ErrNotFound) {
		t.Errorf("by another tenant: %v", err)
	}
	for _, test := range []struct {
		tenant wa.TenantID
		team   wa.TeamID
		want   bool
	}{{"acme", "sales", true}, {"other", "sales", false}, {"acme", "billing", false}} {
		if has, err := j.HasTeam(t.Context(), test.tenant, test.team); err != nil || has != test.want {
			t.Errorf("%s of %s: %v, %v", test.team, test.tenant, has, err)
		}
	}
}

// What a send is about is found by its own id, and what is ours by Meta's as well; only
// in its conversation.
func TestMessageFacts(t *testing.T) {
	t.Parallel()
	j, pool := storetest.Journal(t)
	key := wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: "c1"}
	pgtest.Exec(t, pool, `INSERT INTO message (phone_number_id, id, contact_id, direction, author_kind, author_id, author_name, kind, sent_at, content)
		VALUES ($1, 'wamid.in', 'c1', 0, 4, 'c1', '', 'text', now(), '{}'), ($1, 'ours', 'c1', 1, 1, 'ana', 'Ana', 'media', now(), '{}')`, storetest.Number)
	pgtest.Exec(t, pool, `INSERT INTO message_status (phone_number_id, message_id, contact_id, wamid) VALUES ($1, 'ours', 'c1', 'wamid.out')`, storetest.Number)
	for _, test := range []struct {
		name, id wa.MessageID
		way      ledger.Direction
		kind     wa.ContentKind
	}{
		{"wamid.in", "wamid.in", ledger.DirectionIn, wa.KindText},
		{"ours", "ours", ledger.DirectionOut, wa.KindMedia},
		{"wamid.out", "ours", ledger.DirectionOut, wa.KindMedia},
	} {
		if m, err := j.Message(t.Context(), key, test.name); err != nil || m.ID != test.id || m.Direction != test.way || m.Kind != test.kind {
			t.Errorf("%s: %+v, %v", test.name, m, err)
		}
	}
	other := wa.ConversationKey{PhoneNumberID: storetest.Number, ContactID: "c2"}
	for _, at := range []struct {
		key wa.ConversationKey
		id  wa.MessageID
	}{{key, "wamid.none"}, {other, "wamid.in"}, {other, "wamid.out"}} {
		if m, err := j.Message(t.Context(), at.key, at.id); !errors.Is(err, persistence.ErrNotFound) {
			t.Errorf("%s of %s: %+v, %v", at.id, at.key, m, err)
		}
	}
}
