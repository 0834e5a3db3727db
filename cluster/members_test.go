package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/cluster/clustertest"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestMain(m *testing.M) {
	code := pgtest.Run(m, pgtest.NoFsync())
	if err := leaks(10 * time.Second); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// leaks waits for all goroutines to end. The remoting library sleeps two seconds
// after a connection that was given up.
func leaks(patience time.Duration) (err error) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if err = goleak.Find(); err == nil {
			return nil
		}
	}
	return err
}

// database is a database with the member table.
func database(t testing.TB) string {
	t.Helper()
	if raceEnabled {
		t.Skip("several members in one process race inside the remoting library")
	}
	url := pgtest.Database(t)
	exec(t, url, cluster.MemberDDL)
	return url
}

func exec(t testing.TB, url, sql string, args ...any) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// testSecret is common to the members of the tests.
const testSecret = "the secret of these members"

// quick is a configuration with short times.
func quick(url string) cluster.Config {
	return cluster.Config{DatabaseURL: url, Secret: testSecret, Lease: 10 * time.Second, Poll: 100 * time.Millisecond, Linger: 300 * time.Millisecond}
}

// ledger knows which member has which grain in memory.
type ledger struct {
	mu      sync.Mutex
	live    map[string]string
	doubles []string
	moved   atomic.Int32
}

func newLedger() *ledger { return &ledger{live: map[string]string{}} }

// kind is a kind whose grains stand in the ledger from their first message to
// the end of a Passivate that takes its time.
func (l *ledger) kind(member string, flush time.Duration) map[string]cluster.Factory {
	return kind("K", func(key string) cluster.Grain {
		l.mu.Lock()
		defer l.mu.Unlock()
		if other, ok := l.live[key]; ok {
			l.doubles = append(l.doubles, fmt.Sprintf("%s on %s and %s", key, other, member))
		}
		l.live[key] = member
		return grainFunc{
			receive: func(context.Context, proto.Message) (proto.Message, error) { return text(member), nil },
			passivate: func() {
				time.Sleep(flush) // stands for a slow end of the grain, waits for nothing
				l.mu.Lock()
				defer l.mu.Unlock()
				delete(l.live, key)
				l.moved.Add(1)
			},
		}
	})
}

func (l *ledger) check(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.doubles) > 0 {
		t.Errorf("%d double activations: %v", len(l.doubles), l.doubles[:min(5, len(l.doubles))])
	}
}

// load asks grains 0..n-1 from a member until stop is closed.
type load struct {
	wg       sync.WaitGroup
	stop     chan struct{}
	asked    atomic.Int32
	mu       sync.Mutex
	failures []error
}

func startLoad(t *testing.T, n int, members ...*cluster.Member) *load {
	l := &load{stop: make(chan struct{})}
	for g, m := range members {
		for w := range 4 {
			l.wg.Go(func() {
				for i := g*37 + w*11; ; i++ {
					select {
					case <-l.stop:
						return
					default:
					}
					ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 15*time.Second)
					_, err := m.Ask(ctx, "K", fmt.Sprint(i%n), text(""))
					cancel()
					l.asked.Add(1)
					if err != nil {
						l.mu.Lock()
						l.failures = append(l.failures, err)
						l.mu.Unlock()
					}
				}
			})
		}
	}
	return l
}

func (l *load) end() []error {
	close(l.stop)
	l.wg.Wait()
	return l.failures
}

func (l *load) more(t *testing.T, n int32) {
	t.Helper()
	from := l.asked.Load()
	clustertest.Until(t, "more asks", func() bool { return l.asked.Load() > from+n })
}

func noFailures(t *testing.T, l *load) {
	t.Helper()
	if f := l.end(); len(f) > 0 {
		t.Errorf("%d of %d asks failed, first: %v", len(f), l.asked.Load(), f[0])
	}
}

func TestTwoMembers(t *testing.T) {
	t.Parallel()
	url := database(t)
	kinds := func(name string) map[string]cluster.Factory {
		return kind("K", func(key string) cluster.Grain {
			return grainFunc{receive: func(ctx context.Context, msg proto.Message) (proto.Message, error) {
				switch msg.(*wrapperspb.StringValue).GetValue() {
				case "error":
					return nil, &cluster.Error{Code: "not_owner", Text: "ana"}
				case "panic":
					panic("boom")
				case "nothing":
					return nil, nil
				case "deadline":
					d, _ := ctx.Deadline()
					return text(time.Until(d).Round(time.Second).String()), nil
				}
				return text(name), nil
			}}
		})
	}
	a := clustertest.Start(t, quick(url), kinds("a"))
	b := clustertest.Start(t, quick(url), kinds("b"))
	clustertest.WaitMembers(t, a, b)

	at := map[string]int{}
	var remote string // a grain that lives on b
	for i := range 200 {
		key := fmt.Sprint(i)
		from := ask(t, a, "K", key, "x")
		if from != ask(t, b, "K", key, "x") {
			t.Fatalf("grain %s is on both", key)
		}
		at[from]++
		if from == "b" {
			remote = key
		}
		if want := map[string]string{a.ID(): "a", b.ID(): "b"}[a.Owner("K", key)]; want != from {
			t.Errorf("owner of %s is %s, answered by %s", key, want, from)
		}
	}
	if at["a"] < 60 || at["b"] < 60 {
		t.Errorf("uneven shares: %v", at)
	}

	for msg, want := range map[string]cluster.Error{
		"error":   {Code: "not_owner", Text: "ana"},
		"panic":   {Code: cluster.CodeInternal, Text: "panic"},
		"nothing": {Code: cluster.CodeInternal, Text: "the grain answered nothing"},
	} {
		var got *cluster.Error
		if _, err := a.Ask(t.Context(), "K", remote, text(msg)); !errors.As(err, &got) || *got != want {
			t.Errorf("%s: %v", msg, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	answer, err := cluster.Ask[*wrapperspb.StringValue](ctx, a, "K", remote, text("deadline"))
	if left, bad := time.ParseDuration(answer.GetValue()); err != nil || bad != nil || left <= 10*time.Second || left > 40*time.Second {
		t.Errorf("deadline on the other member: %v %v", answer, err)
	}
	if _, err := a.Ask(t.Context(), "K", remote, text(string(make([]byte, cluster.MaxBody)))); !errors.Is(err, &cluster.Error{Code: cluster.CodeTooLarge}) {
		t.Errorf("too large: %v", err)
	}
	var unknown *cluster.Error
	if err := cluster.AskWithBody(ctx, a, "K", remote, "prosa.none.v9.New", []byte{1, 2}); !errors.As(err, &unknown) || unknown.Code != cluster.CodeUnknownType {
		t.Errorf("unknown type: %v", err)
	}
	if got := ask(t, a, "K", remote, "x"); got != "b" {
		t.Errorf("after the unknown type: %q", got)
	}
}

func TestTellAndEndpointOfAnotherMember(t *testing.T) {
	t.Parallel()
	url := database(t)
	got := make(chan string, 100)
	kinds := kind("K", func(key string) cluster.Grain {
		return grainFunc{receive: func(_ context.Context, msg proto.Message) (proto.Message, error) {
			got <- msg.(*wrapperspb.StringValue).GetValue()
			return nil, nil
		}}
	})
	host := clustertest.Start(t, quick(url), kinds)
	gateway := clustertest.Start(t, quick(url), nil) // hosts nothing
	clustertest.WaitMembers(t, host, gateway)
	host.Handle("hub", func(_ context.Context, from string, msg proto.Message) {
		got <- from + " " + msg.(*wrapperspb.StringValue).GetValue()
	})
	want := []string{}
	for i := range 20 {
		gateway.Tell("K", "a", text(fmt.Sprint(i)))
		want = append(want, fmt.Sprint(i))
	}
	for _, w := range want {
		if g := <-got; g != w {
			t.Fatalf("got %s, want %s", g, w)
		}
	}
	gateway.TellMember(host.ID(), "hub", text("x"))
	if g := <-got; g != gateway.ID()+" x" {
		t.Errorf("endpoint got %q", g)
	}
	if n := gateway.Activations(); n != 0 {
		t.Errorf("%d grains on a member without kinds", n)
	}
}

// A member that joins under load takes its share over, and no grain is ever in
// two places; then one drains, and then another.
func TestJoinAndDrainWithoutDoubleActivation(t *testing.T) {
	t.Parallel()
	url := database(t)
	l := newLedger()
	const grains = 300
	a := clustertest.Start(t, quick(url), l.kind("a", 20*time.Millisecond))
	b := clustertest.Start(t, quick(url), l.kind("b", 20*time.Millisecond))
	clustertest.WaitMembers(t, a, b)
	work := startLoad(t, grains, a, b)
	work.more(t, 2*grains)

	c := clustertest.Start(t, quick(url), l.kind("c", 20*time.Millisecond))
	more := startLoad(t, grains, c)
	clustertest.WaitMembers(t, a, b, c)
	clustertest.Until(t, "c to have its share", func() bool { return c.Activations() > grains/5 })
	if l.moved.Load() == 0 {
		t.Error("nothing moved")
	}

	if err := a.Drain(t.Context()); err != nil {
		t.Errorf("drain: %v", err)
	}
	if n := a.Activations(); n != 0 {
		t.Errorf("%d grains left after the drain", n)
	}
	work.more(t, 2*grains)
	d := clustertest.Start(t, quick(url), l.kind("d", 20*time.Millisecond)) // joins while a still lingers as draining
	work.more(t, 2*grains)
	if err := b.Drain(t.Context()); err != nil {
		t.Errorf("drain: %v", err)
	}
	work.more(t, 2*grains)
	noFailures(t, more)
	noFailures(t, work) // the drained members' own callers, too
	l.check(t)
	for _, m := range []*cluster.Member{a, b} {
		if err := m.Stop(t.Context()); err != nil {
			t.Errorf("stop: %v", err)
		}
	}
	clustertest.WaitMembers(t, c, d)
}

// After a crash the survivors' asks either are repeated or end at once as
// unknown; the grains come back long before the lease of the dead would end.
func TestCrash(t *testing.T) {
	t.Parallel()
	url := database(t)
	l := newLedger()
	cfg := quick(url)
	cfg.Lease = 10 * time.Minute
	a := clustertest.Start(t, cfg, l.kind("a", 0))
	b := clustertest.Start(t, cfg, l.kind("b", 0))
	clustertest.WaitMembers(t, a, b)
	work := startLoad(t, 100, a)
	work.more(t, 500)
	var key string // lives on b
	for i := 0; a.Owner("K", key) != b.ID(); i++ {
		key = fmt.Sprint(i)
	}
	cluster.Crash(b)
	clustertest.Until(t, "the grain to be back", func() bool {
		answer, err := cluster.Ask[*wrapperspb.StringValue](t.Context(), a, "K", key, text(""))
		if err != nil && !errors.Is(err, cluster.ErrUnknown) {
			t.Errorf("ask: %v", err)
		}
		return err == nil && answer.GetValue() == "a"
	})
	clustertest.WaitMembers(t, a)
	for _, err := range work.end() {
		if !errors.Is(err, cluster.ErrUnknown) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an ask failed with %v", err)
		}
	}
	if !a.Ready() {
		t.Error("the survivor is not ready")
	}
}

// An ask in flight to a member that dies ends at once, not at its deadline.
func TestInFlightToADeadMember(t *testing.T) {
	t.Parallel()
	url := database(t)
	b := newBlocker()
	host := clustertest.Start(t, quick(url), kind("K", b.factory))
	asker := clustertest.Start(t, quick(url), nil)
	clustertest.WaitMembers(t, host, asker)
	errs := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := asker.Ask(ctx, "K", "a", text(""))
		errs <- err
	}()
	<-b.entered
	cluster.Crash(host)
	if err := <-errs; !errors.Is(err, cluster.ErrUnknown) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err = %v", err)
	}
	close(b.let)
}

// A database session that breaks is opened again; nobody is fenced, no grain
// moves.
func TestLostSessionIsNoCrash(t *testing.T) {
	t.Parallel()
	url := database(t)
	l := newLedger()
	var fenced atomic.Int32
	cfg := quick(url)
	cfg.OnFenced = func(string) { fenced.Add(1) }
	a := clustertest.Start(t, cfg, l.kind("a", 0))
	b := clustertest.Start(t, cfg, l.kind("b", 0))
	clustertest.WaitMembers(t, a, b)
	work := startLoad(t, 100, a, b)
	work.more(t, 1000)
	joined := a.Members()
	moved := l.moved.Load()
	for range 3 {
		exec(t, url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'prosa member %' AND datname = current_database()")
		work.more(t, 2000)
		clustertest.Until(t, "the sessions to be back", func() bool { return locks(t, url) == 2 })
	}
	noFailures(t, work)
	l.check(t)
	if fenced.Load() != 0 || l.moved.Load() != moved || !a.Ready() || !b.Ready() || fmt.Sprint(a.Members()) != fmt.Sprint(joined) {
		t.Errorf("fenced %d, moved %d, ready %v %v", fenced.Load(), l.moved.Load()-moved, a.Ready(), b.Ready())
	}
}

// A session that stays lost for longer than the others believe in us: both
// members refuse work meanwhile, then join anew without their old grains.
func TestSessionLostForLongMeansRejoining(t *testing.T) {
	t.Parallel()
	url := database(t)
	l := newLedger()
	var fenced atomic.Int32
	cfg := quick(url)
	cfg.Lease = 8 * time.Second
	cfg.OnFenced = func(string) { fenced.Add(1) }
	a := clustertest.Start(t, cfg, l.kind("a", 0))
	b := clustertest.Start(t, cfg, l.kind("b", 0))
	clustertest.WaitMembers(t, a, b)
	work := startLoad(t, 100, a, b)
	work.more(t, 1000)

	admin := connect(t, elsewhere(t, url))
	defer admin.Close(t.Context())
	name := connect(t, url).Config().Database
	for _, sql := range []string{
		"ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'",
	} {
		if _, err := admin.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	clustertest.Until(t, "the members to distrust themselves", func() bool { return !a.LeaseValid() && !b.LeaseValid() })
	if _, err := admin.Exec(t.Context(), "ALTER DATABASE "+name+" WITH ALLOW_CONNECTIONS true"); err != nil {
		t.Fatal(err)
	}
	clustertest.Until(t, "the members to be back", func() bool { return a.Ready() && b.Ready() })
	clustertest.WaitMembers(t, a, b)
	work.more(t, 1000)
	noFailures(t, work)
	l.check(t)
	if fenced.Load() != 0 || l.moved.Load() < 50 {
		t.Errorf("fenced %d, released %d", fenced.Load(), l.moved.Load())
	}
}

// elsewhere is the same server's database postgres.
func elsewhere(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/postgres"
	return u.String()
}

func locks(t *testing.T, url string) (n int) {
	t.Helper()
	conn := connect(t, url)
	defer conn.Close(t.Context())
	err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A member that cannot renew fences itself before its lease ends, and answers
// nothing from then on.
func TestLeaseExpiryFences(t *testing.T) {
	t.Parallel()
	url := database(t)
	cfg := quick(url)
	cfg.Lease = 2 * time.Second
	fenced := make(chan string, 2)
	cfg.OnFenced = func(reason string) { fenced <- reason }
	m := clustertest.Start(t, cfg, kind("K", echo))
	ask(t, m, "K", "a", "x")

	conn := connect(t, url)
	defer conn.Close(t.Context())
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "LOCK TABLE member IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(cfg.Lease) // the last renewal was before
	select {
	case <-fenced:
	case <-time.After(time.Minute):
		t.Fatal("not fenced")
	}
	pauseFor(t, time.Until(end))
	if m.LeaseValid() || m.Ready() {
		t.Error("still valid")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := m.Ask(ctx, "K", "a", text("")); !errors.Is(err, cluster.ErrNoMember) {
		t.Errorf("a fenced member: %v", err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Error(err)
	}
	if len(fenced) != 0 {
		t.Error("fenced twice")
	}
}

func TestStruckOffMemberFences(t *testing.T) {
	t.Parallel()
	url := database(t)
	cfg := quick(url)
	fenced := make(chan string, 2)
	cfg.OnFenced = func(reason string) { fenced <- reason }
	m := clustertest.Start(t, cfg, kind("K", echo))
	exec(t, url, "DELETE FROM member")
	select {
	case <-fenced:
	case <-time.After(time.Minute):
		t.Fatal("not fenced")
	}
	if m.LeaseValid() {
		t.Error("still valid")
	}
}

// Members of another cluster in the same database are nobody to us.
func TestClustersAreApart(t *testing.T) {
	t.Parallel()
	url := database(t)
	cfg := quick(url)
	a := clustertest.Start(t, cfg, kind("K", echo))
	cfg.Name = "other"
	b := clustertest.Start(t, cfg, kind("K", echo))
	clustertest.WaitMembers(t, a)
	clustertest.WaitMembers(t, b)
}

// A process that comes back at the address of a dead one replaces it at once.
func TestRestartAtTheSameAddress(t *testing.T) {
	t.Parallel()
	url := database(t)
	l := newLedger()
	a := clustertest.Start(t, quick(url), l.kind("a", 0))
	b := clustertest.Start(t, quick(url), l.kind("b", 0))
	clustertest.WaitMembers(t, a, b)
	for i := range 50 {
		ask(t, a, "K", fmt.Sprint(i), "")
	}
	cfg := quick(url)
	cfg.Listen = b.Address()
	cluster.Crash(b)
	c := clustertest.Start(t, cfg, l.kind("c", 0))
	clustertest.WaitMembers(t, a, c)
	for i := range 50 {
		got := ask(t, a, "K", fmt.Sprint(i), "")
		if want := map[string]string{a.ID(): "a", c.ID(): "c"}[a.Owner("K", fmt.Sprint(i))]; got != want {
			t.Errorf("grain %d answered by %s, owner %s", i, got, want)
		}
	}
}
