package load

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/persistence/pgtest"
)

// toy is as much of an engine as the webhook scenarios look at, on a real
// database: it stores intake rows and messages at once, one POST after another.
type toy struct {
	t       *testing.T
	pool    *pgxpool.Pool
	options Options
	refuse  int  // every so many POSTs get 503
	lose    bool // acknowledges without storing, now and then
	double  bool // receives some messages twice

	mu      *sync.Mutex // set by start
	posts   int
	sockets []*websocket.Conn
}

// start is Config.Start.
func (y toy) start(_ context.Context, o Options) (*Target, error) {
	url := pgtest.Database(y.t)
	pool, err := pgxpool.New(y.t.Context(), url)
	if err != nil {
		return nil, err
	}
	y.pool, y.options, y.mu = pool, o, new(sync.Mutex)
	_, err = pool.Exec(y.t.Context(), `CREATE TABLE intake_toy PARTITION OF intake DEFAULT;
		INSERT INTO intake_source (source, owner) VALUES (1, 'toy')`)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+webhookPath, y.webhook)
	mux.HandleFunc("POST /api/v1/login", y.login)
	mux.HandleFunc("GET /api/v1/ws", y.socket)
	server := httptest.NewServer(mux)
	target := &Target{URL: server.URL, AppSecret: testSecret, DatabaseURL: url, Token: "token", Stop: func(context.Context) error {
		server.Close()
		pool.Close()
		return nil
	}}
	for i := range o.Numbers {
		target.Numbers = append(target.Numbers, string(appendPadded(nil, int64(i), 5)))
	}
	for range o.Logins {
		target.Logins = append(target.Logins, Login{"ana@example.net", "password"})
	}
	return target, nil
}

func (y *toy) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get(signature.Header) != signature.Sign(testSecret, body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	y.posts++
	if y.refuse > 0 && y.posts%y.refuse == 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if err := y.store(context.WithoutCancel(r.Context()), body); err != nil {
		y.t.Error(err)
	}
}

func (y *toy) store(ctx context.Context, body []byte) error {
	if y.lose && y.posts%10 == 0 {
		return nil
	}
	_, err := y.pool.Exec(ctx, `INSERT INTO intake (day, source, seq, received_at, body)
		VALUES ((now() AT TIME ZONE 'UTC')::date, 1, $1, now(), $2)`, y.posts, body)
	if err != nil || y.options.Bare {
		return err
	}
	delivery, err := cloudapi.Parse(body)
	if err != nil {
		return err
	}
	for _, e := range delivery.Events {
		if err := y.receive(ctx, &e); err != nil {
			return err
		}
	}
	_, err = y.pool.Exec(ctx, `UPDATE intake_source SET done_upto = $1`, y.posts)
	return err
}

func (y *toy) receive(ctx context.Context, e *cloudapi.Event) error {
	if e.Kind != cloudapi.KindMessage {
		return errors.New("not a message")
	}
	tag, err := y.pool.Exec(ctx, `INSERT INTO message VALUES ($1, $2, $3, 0, 4, '', '', 'text', now(), '{}') ON CONFLICT DO NOTHING`,
		e.PhoneNumberID, e.Message.ID, e.Message.From[0].Value)
	if err != nil || tag.RowsAffected() == 0 && !y.double {
		return err
	}
	_, err = y.pool.Exec(ctx, `
		WITH v AS (SELECT count(*) + 1 AS version FROM event WHERE phone_number_id = $1 AND contact_id = $2)
		INSERT INTO event SELECT $1, $2, version, 'InboundReceived', now(), '' FROM v`, e.PhoneNumberID, e.Message.From[0].Value)
	if err != nil {
		return err
	}
	for _, conn := range y.sockets {
		row := map[string]any{"t": "row", "row": map[string]any{"last": map[string]any{"message_id": e.Message.ID}}}
		if err := conn.WriteJSON(row); err != nil {
			return err
		}
	}
	return nil
}

func (y *toy) login(w http.ResponseWriter, r *http.Request) {
	var in struct{ Email, Password string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Password != "password" {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"code":"bad_login"}`)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: "s"})
	_, _ = io.WriteString(w, `{"csrf_token":"c"}`)
}

func (y *toy) socket(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err != nil || c.Value != "s" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		y.t.Error(err)
		return
	}
	defer conn.Close()
	_ = conn.WriteJSON(map[string]any{"t": "hello"})
	for {
		var in map[string]string
		if conn.ReadJSON(&in) != nil {
			return
		}
		switch {
		case in["t"] == "identify" && in["csrf"] == "c":
			_ = conn.WriteJSON(map[string]any{"t": "ready"})
		case in["t"] == "subscribe" && in["stream"] == "inbox":
			y.mu.Lock()
			y.sockets = append(y.sockets, conn)
			_ = conn.WriteJSON(map[string]any{"t": "subscribed"})
			y.mu.Unlock()
		default:
			_ = conn.WriteJSON(map[string]any{"t": "error", "error": map[string]any{"name": "unknown_frame"}})
		}
	}
}
