package tenants

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
	"github.com/prosa-chat/prosa/persistence/tenants"
)

// Guarded is guarded, for handlers of other topics that an operator's key opens.
func (h *Handlers) Guarded(handle rest.Handler) rest.Handler {
	return h.guarded(func(w http.ResponseWriter, r *http.Request) error { return handle(w, r, staff.Session{}) })
}

// guarded is a handler for whoever bears a good operator key, who is named in the audit
// of the tenant that he touches. A person's session, or a tenant's API key, is none.
func (h *Handlers) guarded(handle func(http.ResponseWriter, *http.Request) error) rest.Handler {
	return func(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
		if h.cfg.Tenants == nil {
			return problem.New(code.NotFound, "")
		}
		address, now := h.cfg.Callers.Address(r), h.cfg.Now()
		if h.wrong.tooMany(address, now) {
			return problem.New(code.TooManyAttempts, "too many wrong operator keys from this address")
		}
		scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			p := problem.New(code.NoSession, "this needs an operator key as a bearer token")
			p.Remedy = "make one with prosa operator key"
			return p
		}
		secret = strings.TrimSpace(secret)
		k, err := tenants.Key{}, error(persistence.ErrNotFound)
		if tenants.Shaped(secret) {
			k, err = h.cfg.Tenants.KeyOf(r.Context(), secret, address)
		}
		switch {
		case errors.Is(err, persistence.ErrNotFound):
			if tenants.Shaped(secret) { // a tenant's key is a mistake, and no guess
				h.wrong.count(address, now)
			}
			p := problem.New(code.NoSession, "the operator key is unknown or revoked")
			p.Remedy = "make one with prosa operator key"
			return p
		case err != nil:
			return err
		}
		by := audit.By{Kind: audit.ByOperator, ID: k.ID, Name: k.Name, Address: address, Client: r.UserAgent()}
		return handle(w, r.WithContext(audit.Acting(r.Context(), by)))
	}
}

// How many wrong keys an address may show in a while, and how many addresses are
// remembered: a key cannot be guessed, but each guess costs a look at the database.
const (
	wrongMost   = 10
	wrongWhile  = time.Minute
	wrongPlaces = 10_000
)

// wrongKeys counts wrong keys by address.
type wrongKeys struct {
	mu     sync.Mutex
	places map[string]wrongCount
}

type wrongCount struct {
	since time.Time
	n     int
}

func (w *wrongKeys) tooMany(address string, now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.places[address]
	return c.n >= wrongMost && now.Sub(c.since) < wrongWhile
}

func (w *wrongKeys) count(address string, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.places[address]
	if now.Sub(c.since) >= wrongWhile {
		c = wrongCount{since: now}
	}
	c.n++
	if w.places == nil || len(w.places) >= wrongPlaces {
		w.places = make(map[string]wrongCount)
	}
	w.places[address] = c
}
