package members

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

const (
	keyBefore = "secret-key-of-the-tests-0123456789" // as the site's engines have it
	keyAfter  = "secret-key-that-comes-after-it-98765"
)

// The key of an installation is changed while Ana writes: its two members are started
// anew one by one with both keys, the rotation is killed at random rows, and at the end
// both go on with the new key alone. All that was written leaves, and no token is ever
// unreadable.
func TestSecretKeyIsChangedUnderWay(t *testing.T) {
	t.Parallel()
	s := prosatest.NewSite(t, nil)
	one, two := s.StartProcess(t, nil), s.StartProcess(t, nil)
	s.Furnish(t, two.Url)
	d := s.Staffed(t, two.Url)
	pool, err := pgxpool.New(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	sealerOf := func(keys ...string) *persistence.Sealer {
		sealer, err := persistence.NewSealer(keys[0], keys[1:]...)
		if err != nil {
			t.Fatal(err)
		}
		return sealer
	}
	var rows []string
	registry := numbers.New(pool, sealerOf(keyBefore))
	for n := range 120 {
		id := fmt.Sprint(70_000_000_000_000 + n)
		rows = append(rows, id)
		if err := registry.Register(t.Context(), numbers.Registration{Number: numbers.Number{
			ID: wa.PhoneNumberID(id), TenantID: "main", AccountID: "21", PortfolioID: "33", TeamID: "main", Display: id, Token: "EAAG-" + id,
		}}); err != nil {
			t.Fatal(err)
		}
	}
	path, _ := d.Say(t, prosatest.Helena, "oi")
	prosatest.Expect(t, d.Ana.Post(t, path+"/claim", nil), http.StatusOK)
	both := map[string]string{"PROSA_SECRET_KEY": keyAfter, "PROSA_SECRET_KEYS_OLD": keyBefore}

	var url atomic.Pointer[string] // where Ana writes
	url.Store(&two.Url)
	written := int64(0)
	writes := func(n int) {
		t.Helper()
		ana := prosatest.Login(t, *url.Load(), "ana@lume.example", prosatest.TestPassword)
		for range n {
			written++
			ana.Write(t, path, fmt.Sprint("k", written), fmt.Sprint("frase ", written))
		}
	}
	left := func() {
		t.Helper()
		await.Eventually(t, "everything has left", prosatest.Counts(t, pool, written, `SELECT count(*) FROM message_status WHERE accepted_at IS NOT NULL AND failed_at IS NULL`))
	}
	stop := func(p *prosatest.Process) {
		t.Helper()
		p.Signal(t, syscall.SIGTERM)
		<-p.Done
	}
	writes(5)
	// One by one: a member with both keys beside one with the old one alone.
	stop(one)
	one = s.StartProcess(t, both)
	writes(5)
	url.Store(&one.Url)
	stop(two)
	two = s.StartProcess(t, both)
	writes(5)
	left()

	for round := range 5 {
		killedAt(t, s.Command(t, both, "secrets", "rotate"), pool, rows[rand.IntN(len(rows))])
		for _, number := range numbersOf(t, pool, sealerOf(keyAfter, keyBefore)) {
			if number.Token == "" {
				t.Errorf("round %d: the token of %s does not open", round, number.ID)
			}
		}
		writes(5)
	}
	out, err := s.Command(t, both, "secrets", "rotate").CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("everything is")) {
		t.Fatalf("to its end: %v\n%s", err, out)
	}
	for _, number := range numbersOf(t, pool, sealerOf(keyAfter)) {
		if number.Token == "" {
			t.Errorf("with the new key alone the token of %s does not open", number.ID)
		}
	}
	// The old key is taken away, one by one.
	alone := map[string]string{"PROSA_SECRET_KEY": keyAfter}
	stop(two)
	two = s.StartProcess(t, alone)
	writes(5)
	url.Store(&two.Url)
	stop(one)
	s.StartProcess(t, alone)
	writes(5)
	left()
	for name, p := range map[string]*prosatest.Process{"the first": one, "the second": two} {
		if strings.Contains(p.Log.String(), "refused") {
			t.Errorf("%s was refused by another member:\n%s", name, p.Log)
		}
	}
	if out, err := s.Command(t, map[string]string{"PROSA_SECRET_KEY": keyBefore}, "serve").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("PROSA_SECRET_KEY")) {
		t.Errorf("the key before starts: %v\n%s", err, out)
	}
	out, err = s.Command(t, alone, "secrets", "rotate").CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("PROSA_SECRET_KEYS_OLD")) {
		t.Errorf("without the key before: %v\n%s", err, out)
	}
}

func numbersOf(t *testing.T, pool *pgxpool.Pool, sealer *persistence.Sealer) []numbers.Number {
	t.Helper()
	list, err := numbers.New(pool, sealer).List(t.Context(), "main")
	if err != nil || len(list) < 120 {
		t.Fatalf("%d numbers, %v", len(list), err)
	}
	return list
}

// killedAt kills a rotation that has come to a row and is not let past it, or one that
// had nothing to do there and has ended.
func killedAt(t *testing.T, cmd *exec.Cmd, pool *pgxpool.Pool, row string) {
	t.Helper()
	held, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = held.Rollback(context.WithoutCancel(t.Context())) }()
	if _, err := held.Exec(t.Context(), `SELECT FROM phone_number WHERE id = $1 FOR UPDATE`, row); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	await.Eventually(t, "the rotation waits at the row", func() (any, bool) {
		select {
		case err := <-ended:
			ended <- err
			return nil, true
		default:
			n := prosatest.Scalar(t, pool, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
				AND wait_event_type = 'Lock' AND query LIKE '%phone_number%FOR NO KEY UPDATE%'`)
			return n, n > 0
		}
	})
	_ = cmd.Process.Kill()
	if err := <-ended; err == nil {
		t.Log("the rotation had nothing to do at the row, and has ended")
	}
}
