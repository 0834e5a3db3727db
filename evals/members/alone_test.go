package members

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
)

// A process that is alone with a database of its own stands still, or its database
// does, or dies, for as long as would cost any member of a cluster its lease. Nobody
// would start it anew, and nobody can have taken what it has: the same process goes
// on, as the same member. Webhooks come all the while, and Ana writes: nothing that
// was acknowledged is lost, and nothing is doubled.
func TestI01ProcessThatIsAloneGoesOn(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]struct {
		long bool
		do   func(*testing.T, *alone)
	}{
		"it sleeps": {true, func(t *testing.T, a *alone) {
			a.process.Signal(t, syscall.SIGSTOP)
			waitFor(20 * time.Second)
			a.process.Signal(t, syscall.SIGCONT)
		}},
		"its database hangs": {true, func(t *testing.T, a *alone) {
			a.signalDatabase(t, syscall.SIGSTOP)
			waitFor(9 * time.Second)
			a.signalDatabase(t, syscall.SIGCONT)
		}},
		"its database is killed": {false, func(t *testing.T, a *alone) { a.signalDatabase(t, syscall.SIGKILL) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if trouble.long && testing.Short() {
				t.Skip("waits for longer than a lease")
			}
			a := startAlone(t)
			a.d.Say(t, prosatest.Helena, "antes")
			in := a.d.Ana.Connect(t)
			in.Subscribe(t, "inbox", nil)
			member := a.member(t)
			l := press(t, a.process.Url)
			written := a.write(t)
			l.acknowledged(t, 50)

			trouble.do(t, a)

			await.Eventually(t, "the engine is ready", await.Is(http.StatusOK, func() int {
				code, _ := await.Fetch(t.Context(), a.process.Url+"/readyz")
				return code
			}))
			l.acknowledged(t, 50)
			l.stop()
			a.pool.Reset() // its connections may be of before
			l.driver.verify(t, a.pool)
			a.eachOnce(t, written())
			if now := a.member(t); now != member {
				t.Errorf("member %s became %s", member, now)
			}
			select {
			case <-a.process.Done:
				t.Fatal("the process ended")
			default:
			}
			if _, err := a.d.Sim.Say(prosatest.Helena, prosatest.Brasil, "depois"); err != nil {
				t.Fatal(err)
			}
			in.Wait(t, "the row after it, or a resync", func(f map[string]any) bool {
				return f["t"] == "resync" || prosatest.RowSaying("depois")(f)
			})
			if log := a.process.Log.String(); strings.Contains(log, "fenced") || strings.Contains(log, "letting all grains go") {
				t.Error("the member fenced itself")
			}
		})
	}
}

// alone is a process with a database of its own.
type alone struct {
	process *prosatest.Process
	data    string
	d       *prosatest.Desk
	pool    *pgxpool.Pool
}

func startAlone(t *testing.T) *alone {
	t.Helper()
	s := prosatest.NewSite(t, nil)
	a := &alone{data: prosatest.EmbeddedFolder(t)}
	a.process = s.StartProcess(t, map[string]string{"DATABASE_URL": "", "PROSA_DATA": a.data})
	s.Furnish(t, a.process.Url)
	a.d = s.Staffed(t, a.process.Url)
	secret, err := os.ReadFile(filepath.Join(a.data, "password"))
	if err != nil {
		t.Fatal(err)
	}
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword("prosa", string(secret)), Path: "/prosa",
		RawQuery: url.Values{"host": {filepath.Join(a.data, "run")}, "port": {"5432"}}.Encode(),
	}
	if a.pool, err = pgxpool.New(t.Context(), address.String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.pool.Close)
	return a
}

// member is the id of the one member in the table.
func (a *alone) member(t *testing.T) (id string) {
	t.Helper()
	if err := a.pool.QueryRow(t.Context(), `SELECT string_agg(id, ' ') FROM member WHERE lease_until > now()`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// signalDatabase reaches all processes of the server, the parent first.
func (a *alone) signalDatabase(t *testing.T, sig syscall.Signal) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(a.data, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	parent, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parent, parent))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(parent, sig); err != nil {
		t.Fatal(err)
	}
	for field := range strings.FieldsSeq(string(children)) {
		if pid, err := strconv.Atoi(field); err == nil {
			_ = syscall.Kill(pid, sig) // it may have ended
		}
	}
}

// write has Ana write one text after the other, each until it is taken. written stops
// that and says what was.
func (a *alone) write(t *testing.T) (written func() []string) {
	t.Helper()
	path := a.d.Ana.Find(t, "Helena")
	prosatest.Expect(t, a.d.Ana.Post(t, path+"/claim", map[string]any{}), http.StatusOK)
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	var texts []string
	t.Cleanup(func() { cancel(); done.Wait() })
	done.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			text := fmt.Sprintf("resposta %03d", n)
			for {
				answer, err := a.d.Ana.Try(t.Context(), http.MethodPost, path+"/messages",
					map[string]any{"echo_id": text, "text": text, "despite_stale": true})
				if err == nil && (answer.Status == http.StatusCreated || answer.Status == http.StatusOK) {
					break
				}
				if t.Context().Err() != nil {
					return
				}
				waitFor(50 * time.Millisecond)
			}
			texts = append(texts, text)
			waitFor(100 * time.Millisecond)
		}
	})
	return func() []string {
		cancel()
		done.Wait()
		return texts
	}
}

// eachOnce waits until the phone shows what was written, and that once.
func (a *alone) eachOnce(t *testing.T, texts []string) {
	t.Helper()
	if len(texts) == 0 {
		t.Fatal("Ana wrote nothing")
	}
	await.Eventually(t, "all of Ana's texts are on the phone", func() (any, bool) {
		got := a.d.FromBusiness(prosatest.Helena)
		return len(got), len(got) >= len(texts)
	})
	prosatest.Grows(t, "no send is under way", a.pool, 1, `SELECT (count(*) = 0)::int FROM effect WHERE kind = 1`)
	got := a.d.FromBusiness(prosatest.Helena)
	slices.Sort(got)
	if !slices.Equal(got, texts) {
		t.Errorf("the phone shows %q; Ana wrote %q", got, texts)
	}
}
