package identity

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	discoveryLife = time.Hour
	// failureLife is how long a provider that failed is not asked again: strangers may
	// begin sign-ins.
	failureLife = 2 * time.Second
	// knownMost bounds what is remembered; a tenant has one provider.
	knownMost = 1000
)

// discovered is what a provider says of itself. mu has one ask at a time.
type discovered struct {
	mu       sync.Mutex
	provider *oidc.Provider
	err      error
	until    time.Time
}

// discover asks a provider of itself, or remembers.
func (h *Handlers) discover(ctx context.Context, issuer string) (*oidc.Provider, error) {
	h.mu.Lock()
	d := h.known[issuer]
	if d == nil {
		if len(h.known) >= knownMost {
			clear(h.known)
		}
		d = &discovered{}
		h.known[issuer] = d
	}
	h.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	if time.Now().Before(d.until) {
		return d.provider, d.err
	}
	// Not the caller's time: who goes away early must not make it fail for all.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	d.provider, d.err = h.ask(ctx, issuer)
	d.until = time.Now().Add(discoveryLife)
	if d.err != nil {
		d.until = time.Now().Add(failureLife)
	}
	return d.provider, d.err
}

// ask has a provider say where its parts are, live.
func (h *Handlers) ask(ctx context.Context, issuer string) (*oidc.Provider, error) {
	if err := h.usable(issuer); err != nil {
		return nil, err
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, h.client), issuer)
	if err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	var parts struct {
		Keys string `json:"jwks_uri"`
	}
	if err := p.Claims(&parts); err != nil {
		return nil, fmt.Errorf("discover: %w", err)
	}
	for _, at := range []string{p.Endpoint().AuthURL, p.Endpoint().TokenURL, parts.Keys} {
		if err := h.usable(at); err != nil {
			return nil, fmt.Errorf("discover: %w", err)
		}
	}
	return p, nil
}

// usable refuses an address that nothing may be sent to.
func (h *Handlers) usable(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return errors.New("want an address such as https://login.example.com")
	case u.Scheme != "https" && !(h.cfg.Private && u.Scheme == "http"):
		return errors.New("want https")
	}
	return nil
}
