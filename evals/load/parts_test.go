package load

import (
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/persistence/pgtest"
)

func TestSocketsAreMeasuredFromTheSchedule(t *testing.T) {
	t.Parallel()
	r := &runner{Config: small(toy{t: t}).withDefaults(), report: &Report{}}
	r.Sockets = 4
	var into Result
	err := r.with(t.Context(), Options{Teams: 1, Logins: 2}, func(s *site) error {
		tr := &traffic{tag: "lat", numbers: s.Numbers, contact: rounds(10)}
		w, err := r.watch(t.Context(), s, tr, 1)
		if err != nil {
			return err
		}
		defer w.close()
		calls := r.callers(s, tr)
		if _, err := calls.run(t.Context(), upTo(t.Context(), 0, 5)); err != nil { // before the plan: not counted
			return err
		}
		plan := schedule{time.Now(), 5, 20, 200}
		w.plan.Store(&plan)
		if _, err := calls.run(t.Context(), plan.jobs(t.Context())); err != nil {
			return err
		}
		w.wait(t.Context(), plan)
		w.tell(&into, plan)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := figure(t, &into, "sockets that saw a message, mean"); n != 4 {
		t.Errorf("seen by %v sockets, want 4", n)
	}
	if figure(t, &into, "webhook to socket p50") <= 0 || figure(t, &into, "rows not shown") != 0 || len(into.Notes) != 0 {
		t.Errorf("%+v", into)
	}
}

func TestAWrongPasswordIsTold(t *testing.T) {
	t.Parallel()
	r := &runner{Config: small(toy{t: t}).withDefaults(), report: &Report{}}
	err := r.with(t.Context(), Options{}, func(s *site) error {
		client := newClient(1)
		defer client.CloseIdleConnections()
		_, err := login(t.Context(), client, s.URL, Login{"ana@example.net", "wrong"})
		if err == nil || err.Error() != "log in: call the API: status 401 bad_login" {
			t.Errorf("error %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Two requests in one thread at a time would see each other's version as stale.
func TestEachThreadBelongsToOneWorker(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ workers, threads, n int }{{4, 10, 103}, {8, 3, 20}, {1, 5, 5}, {3, 3, 0}} {
		d := &desk{threads: make([]*thread, c.threads)}
		for i := range d.threads {
			d.threads[i] = &thread{}
		}
		var mu sync.Mutex
		busy, times, done := map[*thread]bool{}, map[*thread]int{}, map[int]bool{}
		err := d.each(t.Context(), c.workers, c.n, func(th *thread, i int) error {
			mu.Lock()
			if busy[th] || done[i] {
				t.Errorf("%+v: thing %d", c, i)
			}
			busy[th], done[i] = true, true
			times[th]++
			mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			busy[th] = false
			return nil
		})
		if err != nil || len(done) != c.n {
			t.Errorf("%+v: %d done, %v", c, len(done), err)
		}
		for _, n := range times {
			if n > c.n/c.threads+c.workers {
				t.Errorf("%+v: one thread got %d", c, n)
			}
		}
	}
	broken := errors.New("refused")
	d := &desk{threads: []*thread{{}, {}}}
	if err := d.each(t.Context(), 2, 1000, func(*thread, int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestFilledConversationsAreCopiesWithAddressesOfTheirOwn(t *testing.T) {
	t.Parallel()
	m, err := openMeter(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.close(t.Context()) })
	_, err = m.conn.Exec(t.Context(), `
		INSERT INTO contact (portfolio_id, id, name) VALUES ('p', 'first', 'Ana');
		INSERT INTO alias (portfolio_id, kind, value, contact_id) VALUES
			('p', 'phone', '`+phone(0)+`', 'first'), ('p', 'bsuid', '`+bsuid(0)+`', 'first');
		INSERT INTO event VALUES ('10', 'first', 1, 'ConversationStarted', now(), ''), ('10', 'first', 2, 'InboundReceived', now(), 'x');
		INSERT INTO message VALUES ('10', 'wamid.1', 'first', 0, 4, '', '', 'text', now(), '{}');
		INSERT INTO conversation (phone_number_id, contact_id, version, decided_on, snapshot, tenant_id, team_id,
			phase, contact_name, contact_address, last_at, last_outbound, last_preview, unread, started_at)
		VALUES ('10', 'first', 2, 0, 'state', 't', 'a', 1, 'Ana', '', now(), false, '', 1, now())`)
	if err != nil {
		t.Fatal(err)
	}
	numbers := []string{"10", "20", "30"}
	for _, part := range [][2]int64{{1, 9}, {10, 99}} {
		if err := m.fill(t.Context(), numbers, part[0], part[1]); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	tr := &traffic{numbers: numbers}
	for _, contact := range []int64{1, 50, 99} {
		err := m.one(t.Context(), `SELECT count(*) FROM alias a JOIN alias b USING (portfolio_id, contact_id)
			JOIN contact c ON c.id = a.contact_id JOIN conversation v USING (contact_id) JOIN event e USING (phone_number_id, contact_id)
			JOIN message m USING (phone_number_id, contact_id)
			WHERE a.value = $1 AND b.value = $2 AND v.phone_number_id = $3 AND v.version = 2 AND v.snapshot = 'state'`,
			[]any{phone(contact), bsuid(contact), tr.number(contact)}, &n)
		if err != nil || n != 2 {
			t.Errorf("contact %d: %d events, %v; want 2", contact, n, err)
		}
	}
	if err := m.one(t.Context(), `SELECT count(*) FROM conversation`, nil, &n); err != nil || n != 100 {
		t.Errorf("%d conversations, %v; want 100", n, err)
	}
}

func TestMeterSeesWhatTheServerDoes(t *testing.T) {
	t.Parallel()
	m, err := openMeter(t.Context(), pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.close(t.Context()) })
	before, err := m.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.conn.Exec(t.Context(), `CREATE TABLE busy AS SELECT md5(n::text) FROM generate_series(1, 200000) n`)
	if err != nil {
		t.Fatal(err)
	}
	after, err := m.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var into Result
	before.costs(&into, "", "msg", after, 1000)
	if wal := figure(t, &into, "WAL"); wal < 1000 {
		t.Errorf("%v bytes of WAL for each of 1,000", wal)
	}
	if runtime.GOOS != "linux" {
		t.Skip("processor time is read on Linux only")
	}
	all, background := figure(t, &into, "Postgres CPU"), figure(t, &into, "Postgres CPU, background part")
	if all < 20 || background > all || figure(t, &into, "engine and generator CPU") < 0 {
		t.Errorf("%v µs, %v in the background", all, background)
	}
	if m.lag.Abs() > time.Minute {
		t.Errorf("the server's clock is %v off on the same machine", m.lag)
	}
}
