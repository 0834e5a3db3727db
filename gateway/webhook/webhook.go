package webhook

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/intake"
	"github.com/prosa-chat/prosa/persistence/metaapp"
)

// maxWebhookBody is the most that Meta puts into one POST.
const maxWebhookBody = 3 << 20

// Intake makes a body durable. It is called with bodies whose signature
// holds and owns them from then on.
type Intake interface {
	AppendFrom(ctx context.Context, from intake.Origin, body []byte) (intake.Row, error)
}

// Apps finds the Meta apps beside that of the configuration; *metaapp.Known is one. It
// is asked for each webhook, also for names that strangers made up.
type Apps interface {
	Find(id string) (*metaapp.Credentials, error)
}

// Config says what the webhook endpoint trusts. Without a secret every
// POST is refused, without a token every handshake.
type Config struct {
	Intake      Intake
	Apps        Apps     // nil: none but that of the configuration
	Secrets     []string // of the configuration's app: current and, while it changes, previous
	VerifyToken string
	MaxBody     int64          // in bytes; 0 is 3 MB, Meta's limit
	InFlight    int64          // bytes of all bodies that are being read or stored; 0 is 64 MB
	Proxies     []netip.Prefix // as in Config
	Logger      *slog.Logger   // nil: silent
	Meter       metric.Meter   // nil: none
}

// Hook is GET and POST /webhooks/meta, of the app of the configuration, and
// /webhooks/meta/{app} of each other. A POST is answered 200 when its raw
// body is committed, and only then; nothing of it is parsed in the request.
type Hook struct {
	cfg      Config
	posts    metric.Int64Counter
	refused  metric.Int64Counter
	results  map[int]metric.MeasurementOption
	duration metric.Float64Histogram
	budget   *bodyBudget
	spare    sync.Pool    // of *[pieceSize]byte
	logged   atomic.Int64 // second in which a failure was logged last
}

// New makes the handler. Its only error comes from the meter.
func New(cfg Config) (*Hook, error) {
	if cfg.MaxBody <= 0 {
		cfg.MaxBody = maxWebhookBody
	}
	cfg.InFlight = cmp.Or(cfg.InFlight, webhookBudget)
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Meter == nil {
		cfg.Meter = noop.Meter{}
	}
	posts, err := cfg.Meter.Int64Counter("prosa.gateway.webhook.posts", metric.WithUnit("{post}"),
		metric.WithDescription("Webhook POSTs by answer; 401 is a missing or wrong signature."))
	if err != nil {
		return nil, fmt.Errorf("make instrument: %w", err)
	}
	refused, err := cfg.Meter.Int64Counter("prosa.gateway.webhook.refused", metric.WithUnit("{post}"),
		metric.WithDescription("Webhook POSTs with a missing or wrong signature, by Meta app: its secret here may not be Meta's."))
	if err != nil {
		return nil, fmt.Errorf("make instrument: %w", err)
	}
	duration, err := cfg.Meter.Float64Histogram("prosa.gateway.webhook.duration", metric.WithUnit("s"),
		metric.WithDescription("From the first byte of a webhook to its durable acknowledgement."),
		metric.WithExplicitBucketBoundaries(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5))
	if err != nil {
		return nil, fmt.Errorf("make instrument: %w", err)
	}
	results := make(map[int]metric.MeasurementOption)
	for _, code := range []int{
		http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound,
		http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable,
	} {
		results[code] = metric.WithAttributeSet(attribute.NewSet(attribute.Int("code", code)))
	}
	budget := newBodyBudget(cfg.InFlight)
	if _, err := cfg.Meter.Int64ObservableGauge("prosa.gateway.webhook.inflight", metric.WithUnit("By"),
		metric.WithDescription("Bytes of webhook bodies that are being read or stored."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(budget.inFlight())
			return nil
		})); err != nil {
		return nil, fmt.Errorf("make instrument: %w", err)
	}
	return &Hook{
		cfg: cfg, posts: posts, refused: refused, results: results, duration: duration, budget: budget,
		spare: sync.Pool{New: func() any { return new([pieceSize]byte) }},
	}, nil
}

// ServeHTTP implements http.Handler.
func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		start := time.Now()
		code := h.receive(w, r)
		if code == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		w.WriteHeader(code)
		h.posts.Add(r.Context(), 1, h.results[code])
		if code == http.StatusOK {
			h.duration.Record(r.Context(), time.Since(start).Seconds())
		}
	case http.MethodGet, http.MethodHead:
		h.handshake(w, r)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// configured names the app of the configuration where apps are told apart.
const configured = "configuration"

// app is what a request is checked by, and the code of an answer that needs no look at
// it: an app that nobody has is not found, whatever else is wrong.
func (h *Hook) app(r *http.Request) (*metaapp.Credentials, int) {
	id := r.PathValue("app")
	if id == "" {
		return nil, http.StatusOK
	}
	if h.cfg.Apps == nil {
		return nil, http.StatusNotFound
	}
	app, err := h.cfg.Apps.Find(id)
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return nil, http.StatusNotFound
	case err != nil:
		h.logNotStored(err)
		return nil, http.StatusServiceUnavailable
	}
	return app, http.StatusOK
}

// handshake proves to Meta that the endpoint is ours (webhooks: verification).
func (h *Hook) handshake(w http.ResponseWriter, r *http.Request) {
	app, code := h.app(r)
	if code != http.StatusOK {
		w.WriteHeader(code)
		return
	}
	tokens := []string{h.cfg.VerifyToken}
	name := configured
	if app != nil {
		tokens, name = app.Tokens, app.ID
	}
	query := r.URL.Query()
	if query.Get("hub.mode") != "subscribe" || !oneOf(tokens, query.Get("hub.verify_token")) {
		h.cfg.Logger.Warn("webhook handshake refused", "app", name)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")  // the challenge is the caller's text
	_, _ = io.WriteString(w, query.Get("hub.challenge")) //nolint:gosec // plain text, see above
}

// oneOf compares with all tokens, in a time that says nothing of them. Empty ones never
// match.
func oneOf(tokens []string, given string) bool {
	same := 0
	for _, token := range tokens {
		if token != "" {
			same |= subtle.ConstantTimeCompare([]byte(token), []byte(given))
		}
	}
	return same == 1
}

// receive takes one POST and says what to answer.
func (h *Hook) receive(w http.ResponseWriter, r *http.Request) int {
	app, code := h.app(r)
	if code != http.StatusOK {
		return code
	}
	secrets, from := h.cfg.Secrets, intake.Origin{}
	if app != nil {
		secrets, from = app.Secrets, intake.Origin{App: app.ID, Tenant: app.TenantID}
	}
	verify, ok := signature.New(r.Header.Get(signature.Header), secrets...)
	if !ok {
		return h.refuse(r, app) // not worth reading
	}
	body, release, code := h.read(w, r, verify)
	if code != http.StatusOK {
		return code
	}
	defer release()
	if !verify.Holds() {
		return h.refuse(r, app)
	}
	if app != nil {
		app.Received(time.Now())
	}
	// Meta may hang up; a body that is here already is stored nevertheless, unless
	// the engine itself gives up.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), webhookStoreTime)
	defer cancel()
	stop := context.AfterFunc(r.Context(), func() {
		if errors.Is(context.Cause(r.Context()), rest.ErrAbandoned) {
			cancel()
		}
	})
	defer stop()
	if _, err := h.cfg.Intake.AppendFrom(ctx, from, body); err != nil {
		h.logNotStored(err)
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// refuse counts a webhook whose signature is not its app's.
func (h *Hook) refuse(r *http.Request, app *metaapp.Credentials) int {
	name := configured
	if app != nil {
		name = app.ID
		app.Refused(time.Now())
	}
	h.refused.Add(r.Context(), 1, metric.WithAttributes(attribute.String("app", name)))
	return http.StatusUnauthorized
}

// logNotStored tells of a store that is down once a second, not a thousand times:
// the counter has each of them.
func (h *Hook) logNotStored(err error) {
	now, last := time.Now().Unix(), h.logged.Load()
	if now != last && h.logged.CompareAndSwap(last, now) {
		h.cfg.Logger.Error("webhooks are not stored, Meta will send them again", "error", err)
	}
}
