package intake

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/metric/noop"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/standing"
	"github.com/prosa-chat/prosa/gateway/relaytest"
	"github.com/prosa-chat/prosa/persistence/consent"
	"github.com/prosa-chat/prosa/persistence/contacts"
	"github.com/prosa-chat/prosa/persistence/effects"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(pgtest.Wrap(m), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"))
}

// bench is a process with an applier.
type bench struct {
	*relaytest.Bench
	store   Store
	work    *background.Work
	applier *Applier
	killed  sync.Once
	// patience is how long an answer of a grain may take.
	patience time.Duration
}

type benchOptions struct {
	rows         int // in memory; 20,000
	inFlight     int // commands; 1,500
	giveUp       time.Duration
	patience     time.Duration // for an answer; 10 s
	unregistered bool
	member       string
	logger       *slog.Logger
}

// newBench starts a process on the database, which has our number.
func newBench(t *testing.T, pool *pgxpool.Pool, o benchOptions) *bench {
	t.Helper()
	if o.member == "" {
		o.member = "member-1"
	}
	b := &bench{Bench: relaytest.Open(t, pool, o.member, o.unregistered), patience: cmp.Or(o.patience, 10*time.Second)}
	b.store = Store{
		Intake: b.Intake, Problems: intake.NewProblems(pool), Numbers: b.Numbers,
		Directory: contacts.New(pool), Sends: effects.NewSends(pool, nil), Unmatched: intake.NewUnmatched(pool),
		Consent: consent.New(pool),
	}
	log := o.logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	var err error
	if b.work, err = background.New("prosa.test.", log, noop.Meter{}); err != nil {
		t.Fatal(err)
	}
	limits := Limits{Rows: cmp.Or(o.rows, 20_000), Bytes: 64 << 20, InFlight: cmp.Or(o.inFlight, 1500)}
	pauses := Pauses{
		Retry: time.Millisecond, GiveUp: cmp.Or(o.giveUp, 30*time.Second), Problems: time.Minute, TakeOver: 50 * time.Millisecond,
	}
	b.applier, err = New(Config{
		Work: b.work, Store: b.store, Limits: limits, Pauses: pauses, Logger: log, Meter: noop.Meter{}, Ask: b.ask,
		Templates: func(wa.AccountID, cloudapi.TemplateNews) {}, Standing: func(wa.TenantID, wa.AccountID, standing.News) {}, Member: o.member,
		LeaseValid: func() bool { return true }, Lost: func() []string { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Intake.OnStored(b.applier.Offer)
	b.applier.Start()
	t.Cleanup(b.kill)
	return b
}

// ask asks the grains as the relay does.
func (b *bench) ask(kind, key string, message proto.Message) (*actorpb.Outcome, error) {
	ctx, cancel := context.WithTimeout(b.work.Context(), b.patience)
	defer cancel()
	answer, err := b.Grains.Ask(ctx, kind, key, message)
	if err != nil {
		return nil, err
	}
	outcome, ok := answer.(*actorpb.Outcome)
	if !ok && kind != wa.PhoneNumberKind {
		return nil, errors.New("not an outcome")
	}
	return outcome, nil
}

// kill stops the process in the midst of its work, as a crash does.
func (b *bench) kill() {
	b.killed.Do(func() {
		b.work.End()
		b.applier.Stop()
		b.work.Wait()
		b.applier.Close()
	})
}
