package actors_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors"
	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/ledger"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/journal"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// knowing is a member whose facts grow old by a clock of the test, and which counts
// what it asks the database.
type knowing struct {
	*member
	known      *actors.Known
	now        time.Time
	statements atomic.Int32
	templates  hookedTemplates
}

// hookedTemplates reads templates as the journal does, and then lets something happen.
type hookedTemplates struct {
	actors.Journal
	after func()
}

func (h *hookedTemplates) Template(ctx context.Context, tenant wa.TenantID, number wa.PhoneNumberID, name, language string) (ledger.Template, error) {
	t, err := h.Journal.Template(ctx, tenant, number, name, language)
	if h.after != nil {
		h.after()
	}
	return t, err
}

func newKnowing(t *testing.T, pool *pgxpool.Pool) *knowing {
	t.Helper()
	m := &knowing{now: time.Now()}
	cfg := pool.Config()
	cfg.ConnConfig.Tracer = m
	traced, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	j := journal.New(traced, journal.Config{})
	t.Cleanup(func() {
		j.Close()
		traced.Close()
	})
	m.known = actors.NewKnown(func() time.Time { return m.now })
	m.templates.Journal = j
	m.member = &member{live: make(map[string]*mailbox), make: actors.Conversations(actors.Config{Journal: &m.templates, Known: m.known})}
	return m
}

// TraceQueryStart counts a statement.
func (m *knowing) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	m.statements.Add(1)
	return ctx
}

func (m *knowing) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// costs has a contact's conversation carry a command out, or refuse it, with so many
// statements.
func (m *knowing) costs(t *testing.T, want int32, contact string, cmd proto.Message, refusal string) {
	t.Helper()
	before := m.statements.Load()
	o, err := m.ask(t.Context(), "100:"+contact, cmd)
	if err != nil || o.Refusal != refusal {
		t.Errorf("%T to %s: %v, %v, want refusal %q", cmd, contact, o, err, refusal)
	}
	if n := m.statements.Load() - before; n != want {
		t.Errorf("%T to %s cost %d statements, want %d", cmd, contact, n, want)
	}
}

// What makes the traffic costs its append, one statement, and nothing for facts: a
// customer's message to an open conversation and what its owner writes always, a claim
// and a template once somebody has asked for the same within three seconds.
func TestFactsCostNoStatement(t *testing.T) {
	t.Parallel()
	pool := office(t)
	withTemplate(t, pool, "APPROVED")
	m := newKnowing(t, pool)
	for n := range 3 {
		m.costs(t, 2, fmt.Sprint("c", n), hello(fmt.Sprint("wamid.", n)), "") // it is loaded, too
	}
	m.costs(t, 2, "c0", &actorpb.Claim{By: ana}, "")
	m.costs(t, 1, "c1", &actorpb.Claim{By: ana}, "")
	m.costs(t, 2, "c0", ready(ana, "t0"), "")
	m.costs(t, 1, "c1", ready(ana, "t1"), "")
	for n := range 3 {
		m.costs(t, 1, "c0", hello(fmt.Sprint("wamid.more", n)), "")
		m.costs(t, 1, "c0", reply(ana, fmt.Sprint("e", n), 99), "")
		m.costs(t, 1, "c0", ready(ana, fmt.Sprint("more", n)), "")
	}
	m.now = m.now.Add(3*time.Second - 1)
	m.costs(t, 1, "c0", ready(ana, "still"), "")
	m.now = m.now.Add(1)
	m.costs(t, 2, "c0", ready(ana, "old"), "")
	m.now = m.now.Add(-time.Hour)
	m.costs(t, 2, "c0", ready(ana, "of tomorrow"), "")
}

// A seat that has changed is not owned by, however warm it is: the append holds to its
// revision, and the command is decided again on what is read. Nobody is refused from
// memory.
func TestSeatsAreHeldToTheirRevision(t *testing.T) {
	t.Parallel()
	pool := office(t)
	m := newKnowing(t, pool)
	for n := range 2 {
		m.costs(t, 2, fmt.Sprint("c", n), hello(fmt.Sprint("wamid.", n)), "")
	}
	m.costs(t, 2, "c0", &actorpb.Claim{By: ana}, "")
	pgtest.Exec(t, pool, `UPDATE staff SET disabled_at = now(), revision = revision + 1 WHERE id = 'ana'`)
	m.costs(t, 3, "c1", &actorpb.Claim{By: ana}, "seat_closed") // the append that lost, the state, the seat
	pgtest.Exec(t, pool, `UPDATE staff SET disabled_at = NULL, revision = revision + 1 WHERE id = 'ana'`)
	m.costs(t, 2, "c1", &actorpb.Claim{By: ana}, "")
}

// What a member writes of templates it knows at once; of what another writes, in three
// seconds. An approval that came back is believed at once in any case.
func TestTemplatesAreForgottenWhenTheyChange(t *testing.T) {
	t.Parallel()
	pool := office(t)
	withTemplate(t, pool, "APPROVED")
	m := newKnowing(t, pool)
	here, there := numbers.NewTemplates(pool), numbers.NewTemplates(pool)
	here.OnChanged(m.known.TemplatesChanged)
	becomes := func(at *numbers.Templates, status string) {
		t.Helper()
		if err := at.Change(t.Context(), "a1", numbers.TemplateChange{Name: "ready", Language: "pt-BR", Status: status}); err != nil {
			t.Fatal(err)
		}
	}
	m.costs(t, 2, "c0", hello("wamid.0"), "")
	m.costs(t, 2, "c0", &actorpb.Claim{By: ana}, "")
	m.costs(t, 2, "c0", ready(ana, "1"), "")
	becomes(here, "PAUSED")
	m.costs(t, 2, "c0", ready(ana, "2"), "no_template") // and whether it was sent before
	becomes(there, "APPROVED")
	m.costs(t, 2, "c0", ready(ana, "3"), "")
	becomes(there, "PAUSED")
	m.costs(t, 1, "c0", ready(ana, "4"), "") // the claim of the send finds out
	m.now = m.now.Add(3 * time.Second)
	m.costs(t, 2, "c0", ready(ana, "5"), "no_template")

	// Read before the change and answered after it: it is not kept.
	becomes(here, "APPROVED")
	m.templates.after = func() { becomes(here, "PAUSED") }
	m.costs(t, 2, "c0", ready(ana, "6"), "")
	m.templates.after = nil
	m.costs(t, 2, "c0", ready(ana, "7"), "no_template")
}
