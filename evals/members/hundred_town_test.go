package members

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/evals/prosatest"
	"github.com/prosa-chat/prosa/gateway/simulator"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// How large the town is.
const (
	companyCount = 100
	appCount     = 10
)

// Two customers who write to every company, each known by the same address everywhere.
const (
	everybodysHelena = "5511900000901"
	everybodysBruno  = "5511900000902"
)

// company is a tenant. Whatever is written in it, of it or to it holds its word, and
// nothing of others does.
type company struct {
	index  int
	word   string
	name   string
	id     string
	number wa.PhoneNumberID
	app    *app
	phone  string // of the one customer whom no other company has
	admin  *prosatest.Person
	feed   *prosatest.LiveFeed
	thread string // the conversation with that customer, which its administrator owns

	mu     sync.Mutex
	said   []string // by customers
	sent   []string // by its administrator, and acknowledged
	closed bool     // nobody of it can write any more
}

// app is a Meta app of the installation, with a Meta of its own behind it.
type app struct {
	id, secret, token string
	meta              *simulator.Simulator
	companies         []*company
}

// town is an installation with its companies.
type town struct {
	db        *pgxpool.Pool
	processes []*prosatest.Process
	apps      []*app
	companies []*company
	operator  string // a key
	owners    map[string]int
	paths     []string // all GET routes without parameters
}

// numberOf, accountOf and portfolioOf are Meta's ids, by which a company is known
// wherever they stand.
func numberOf(n int) wa.PhoneNumberID { return wa.PhoneNumberID(fmt.Sprintf("88100%03d100", n)) }
func accountOf(n int) wa.AccountID    { return wa.AccountID(fmt.Sprintf("77100%03d100", n)) }
func portfolioOf(n int) wa.PortfolioID {
	return wa.PortfolioID(fmt.Sprintf("66100%03d100", n))
}
func tokenOf(n int) string { return fmt.Sprintf("access-token-of-marca%03dq", n) }

var (
	marks = regexp.MustCompile(`(?:marca|(?:88|77|66)100)(\d{3})(?:q|100)`)
	uuids = regexp.MustCompile(`[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// strangers are the companies other than this one that a text says anything of.
func (w *town) strangers(of *company, text []byte) (list []string) {
	for _, m := range marks.FindAllSubmatch(text, -1) {
		if n, _ := strconv.Atoi(string(m[1])); n != of.index {
			list = append(list, string(m[0]))
		}
	}
	for _, id := range uuids.FindAll(text, -1) {
		if n, known := w.owners[string(id)]; known && n != of.index {
			list = append(list, string(id))
		}
	}
	return list
}

// buildTown starts two members, and has the operator make the companies, whose
// administrators come by their links and connect a number each.
func buildTown(t *testing.T) *town {
	t.Helper()
	w := &town{owners: map[string]int{}}
	byNumber := w.plan(t)
	front := httptest.NewServer(w.graph(byNumber))
	t.Cleanup(front.Close)
	s := prosatest.NewSite(t, nil)
	pool, err := pgxpool.New(t.Context(), s.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	w.db = pool
	for range 2 {
		w.processes = append(w.processes, s.StartProcess(t, map[string]string{"PROSA_GRAPH_URL": front.URL}))
	}
	sealer, err := persistence.NewSealer(s.Env()["PROSA_SECRET_KEY"])
	if err != nil {
		t.Fatal(err)
	}
	for n, a := range w.apps {
		if _, err := pool.Exec(t.Context(), `INSERT INTO meta_app (id, name, sealed_secret, sealed_verify_token) VALUES ($1, $1, $2, $3)`,
			a.id, sealer.Seal(persistence.AppSecretLabel(a.id), a.secret), sealer.Seal(persistence.AppVerifyTokenLabel(a.id), a.token)); err != nil {
			t.Fatal(err)
		}
		a.meta.SetWebhook(w.processes[n%2].Url + "/webhooks/meta/" + a.id)
	}
	for _, a := range w.apps {
		await.Eventually(t, "app "+a.id+" is known", func() (any, bool) { err := a.meta.Handshake(t.Context()); return err, err == nil })
	}
	key, err := tenants.New(pool, staff.New(pool)).MakeKey(t.Context(), "Deploy")
	if err != nil {
		t.Fatal(err)
	}
	w.operator = key.Secret
	w.each(t, w.companies, w.found)
	for _, c := range w.companies {
		w.owners[c.id], w.owners[c.admin.Id] = c.index, c.index
		c.feed = c.admin.Connect(t)
		c.feed.Subscribe(t, "inbox", nil)
	}
	w.paths = plainPaths(t, w.companies[0].admin)
	return w
}

// plan makes the apps and companies as Meta has them, and says which Meta has a number.
func (w *town) plan(t *testing.T) map[string]*app {
	t.Helper()
	byNumber := map[string]*app{}
	for n := range appCount {
		a := &app{id: fmt.Sprintf("app%d", n), secret: fmt.Sprintf("secret-of-the-app-%d-0123456789", n), token: fmt.Sprintf("verify-%d", n)}
		config := simulator.Config{
			AppSecret: a.secret, NeedProof: true, VerifyToken: a.token, Seed: int64(n + 1),
			Faults: chance.Faults{chance.Batch: 0.3, chance.Duplicate: 0.1, chance.Reorder: 0.05},
			Phones: []simulator.Phone{{WaID: everybodysHelena, Name: "Helena Prado"}, {WaID: everybodysBruno, Name: "Bruno Lima"}},
		}
		for i := n; i < companyCount; i += appCount {
			c := &company{index: i, word: fmt.Sprintf("marca%03dq", i), app: a, number: numberOf(i), phone: fmt.Sprintf("5521977%06d", i)}
			c.name = "Empresa " + c.word
			config.Numbers = append(config.Numbers, simulator.Number{
				ID: c.number, Display: fmt.Sprintf("5511955%06d", i), Name: c.name, AccountID: accountOf(i), Portfolio: portfolioOf(i), Token: tokenOf(i),
			})
			config.Phones = append(config.Phones, simulator.Phone{WaID: c.phone, Name: "Cliente " + c.word})
			a.companies = append(a.companies, c)
			byNumber[string(c.number)], byNumber[string(accountOf(i))] = a, a
		}
		a.meta = simulator.New(config)
		if err := a.meta.Open("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.meta.Close() })
		w.apps = append(w.apps, a)
		w.companies = append(w.companies, a.companies...)
	}
	slices.SortFunc(w.companies, func(a, b *company) int { return a.index - b.index })
	return byNumber
}

// graph is Meta's one address: a call goes to the Meta whose number or account it names.
func (w *town) graph(by map[string]*app) http.Handler {
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		a := w.apps[0]
		if parts := strings.Split(r.In.URL.Path, "/"); len(parts) > 2 && by[parts[2]] != nil {
			a = by[parts[2]]
		}
		to, err := url.Parse(a.meta.URL())
		if err != nil {
			panic(err)
		}
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = to.Scheme, to.Host, to.Host
	}}
}

// each does something for many companies at once, in goroutines that may not end the test.
func (w *town) each(t *testing.T, list []*company, do func(context.Context, *company) error) {
	t.Helper()
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(8)
	for _, c := range list {
		g.Go(func() error {
			if err := do(ctx, c); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

// found makes a company, from the operator's word to its first number.
func (w *town) found(ctx context.Context, c *company) error {
	url := w.processes[c.index%2].Url
	var made struct {
		Tenant struct{ ID string }
		Link   string
	}
	body := map[string]any{"name": c.name, "admin_email": "admin@" + c.word + ".example"}
	if err := w.operate(ctx, http.MethodPost, "", body, &made); err != nil {
		return err
	}
	c.id = made.Tenant.ID
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	c.admin = &prosatest.Person{Url: url, Http: &http.Client{Jar: jar, Timeout: await.Patience}}
	_, token, _ := strings.Cut(made.Link, "#invitation=")
	joined, err := c.ordered(ctx, http.MethodPost, "/api/v1/invitation", map[string]any{"token": token, "name": "Renata " + c.word, "password": prosatest.TestPassword})
	if err != nil {
		return err
	}
	c.admin.Csrf, c.admin.Id = joined.Text("csrf_token"), joined.Text("agent.id")
	for _, o := range []struct {
		path string
		body map[string]any
	}{
		{"/api/v1/teams", map[string]any{"id": "apoio", "name": "Apoio " + c.word}},
		{"/api/v1/invitations", map[string]any{"emails": []string{"bia@" + c.word + ".example"}, "role": "agent", "teams": []string{"main"}}},
		{"/api/v1/numbers", map[string]any{
			"id": c.number, "account_id": accountOf(c.index), "portfolio_id": portfolioOf(c.index), "team_id": "main",
			"display": fmt.Sprintf("5511955%06d", c.index), "name": c.name, "token": tokenOf(c.index), "app_id": c.app.id,
		}},
	} {
		if _, err := c.ordered(ctx, http.MethodPost, o.path, o.body); err != nil {
			return err
		}
	}
	return nil
}

// ordered asks as the administrator, and is an error unless that is done.
func (c *company) ordered(ctx context.Context, method, path string, body any) (prosatest.Answer, error) {
	a, err := c.admin.Try(ctx, method, path, body)
	if err == nil && a.Status/100 != 2 {
		err = fmt.Errorf("%s %s: %d %v", method, path, a.Status, a.Body)
	}
	return a, err
}

// operate asks as the operator, of all tenants or of one.
func (w *town) operate(ctx context.Context, method, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	raw, err := fetched(ctx, http.DefaultClient, method, w.processes[0].Url+"/api/v1/operator/tenants"+path, text, w.operator)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// fetched is the body of an answer, which is an error unless its status is 200.
func fetched(ctx context.Context, by *http.Client, method, url string, body []byte, bearer string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := by.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s %s", method, url, res.Status, raw)
	}
	return raw, err
}

// read is what the administrator gets, as it comes.
func (c *company) read(ctx context.Context, path string) ([]byte, error) {
	return fetched(ctx, c.admin.Http, http.MethodGet, c.admin.Url+path, nil, "")
}

// plainPaths are the routes that show something and need to be told nothing.
func plainPaths(t *testing.T, who *prosatest.Person) (list []string) {
	t.Helper()
	paths, _ := prosatest.Expect(t, who.Get(t, "/api/v1/openapi.json"), http.StatusOK).At("paths").(map[string]any)
	for path, operations := range paths {
		if prosatest.Walk(operations, "get") == nil || strings.Contains(path, "{") || strings.Contains(path, "/operator/") || strings.HasSuffix(path, "/ws") {
			continue
		}
		// These are to be told something; search is asked by a step of its own.
		if !slices.Contains([]string{"/api/v1/search", "/api/v1/fleet/touched", "/api/v1/login/callback"}, path) && strings.HasPrefix(path, "/api/v1/") {
			list = append(list, path)
		}
	}
	if len(list) < 25 {
		t.Errorf("only %q", list)
	}
	slices.Sort(list)
	return list
}

// archive is what an export holds: the rows of each table.
func (w *town) archive(ctx context.Context, c *company) (map[string][]byte, error) {
	raw, err := fetched(ctx, http.DefaultClient, http.MethodGet, w.processes[c.index%2].Url+"/api/v1/operator/tenants/"+c.id+"/export", nil, w.operator)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		all[f.Name] = text
	}
	return all, nil
}

// named are the tables that hold any of the words, as text or as bytes, with how many rows.
func (w *town) named(t *testing.T, words ...string) map[string]int64 {
	t.Helper()
	tables, err := persistence.Collect(t.Context(), w.db, "list tables", pgx.RowTo[string], `
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	var hidden []string
	for _, word := range words {
		hidden = append(hidden, fmt.Sprintf("%x", word))
	}
	found := map[string]int64{}
	for _, table := range tables {
		n := prosatest.Scalar(t, w.db, `SELECT count(*) FROM `+table+` x WHERE x::text ~ $1`, strings.Join(append(hidden, words...), "|"))
		if n > 0 {
			found[table] = n
		}
	}
	return found
}

// ticking calls do at each tick until ctx ends.
func ticking(ctx context.Context, every time.Duration, do func(n int)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			do(n)
		}
	}
}
