package relay

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
	apply "github.com/prosa-chat/prosa/gateway/intake"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/media"
	"github.com/prosa-chat/prosa/persistence/numbers"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/uploads"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(pgtest.Wrap(m), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"))
}

// bench is a process with a relay.
type bench struct {
	*relaytest.Bench
	store Store
	relay *Relay
}

type benchOptions struct {
	limits       Limits
	pauses       Pauses
	unregistered bool
	http         *http.Client
	member       string
	logger       *slog.Logger
	leaseValid   func() bool
	lost         func() []string
	executors    []executor
	fleet        bool // keep how numbers fare
}

// newBench starts a process on the database, which has our number.
func newBench(t *testing.T, pool *pgxpool.Pool, o benchOptions) *bench {
	t.Helper()
	if o.member == "" {
		o.member = "member-1"
	}
	b := &bench{Bench: relaytest.Open(t, pool, o.member, o.unregistered)}
	b.store = Store{
		Store: apply.Store{
			Intake: b.Intake, Problems: intake.NewProblems(pool), Numbers: b.Numbers,
			Consent: consent.New(pool), Directory: contacts.New(pool), Sends: effects.NewSends(pool, nil), Effects: effects.NewTable(pool, nil), Unmatched: intake.NewUnmatched(pool),
		},
		Alarms: effects.NewAlarms(pool, nil), Templates: numbers.NewTemplates(pool), Media: media.New(pool), Uploads: uploads.New(pool),
	}
	if o.fleet {
		b.store.Fleet = fleet.New(pool)
		if err := b.store.Fleet.Adopt(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if o.pauses == (Pauses{}) {
		o.pauses = Pauses{Retry: time.Millisecond, Poll: 20 * time.Millisecond, Sweep: 20 * time.Millisecond, TakeOver: 50 * time.Millisecond}
	}
	client := cloudapi.NewClient(cloudapi.Config{BaseURL: b.Meta.URL, HTTP: o.http})
	var err error
	b.relay, err = New(Config{
		Asker: b.Grains, Store: b.store, Client: client, Member: o.member, Limits: o.limits, Pauses: o.pauses, Logger: o.logger,
		LeaseValid: o.leaseValid, Lost: o.lost, executors: o.executors,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Intake.OnStored(b.relay.Intake().Offer)
	b.relay.Start()
	t.Cleanup(func() {
		b.kill()
		client.Close()
	})
	return b
}

// kill stops the relay in the midst of its work, as a crash does.
func (b *bench) kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	b.relay.Stop(ctx)
}
