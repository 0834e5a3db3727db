package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/identity"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Reasons for which a sign-in ends at the login page.
const (
	reasonOver       = "over"       // begun too long ago, elsewhere, or ended already
	reasonDown       = "down"       // the provider does not answer, or the settings are no longer right
	reasonRefused    = "refused"    // the provider refused, or the person did
	reasonInvalid    = "invalid"    // what the provider says does not hold
	reasonEmail      = "email"      // no e-mail
	reasonUnverified = "unverified" // nobody says that the e-mail is the person's
	reasonDomain     = "domain"
	reasonAccount    = "account"   // there is none
	reasonDisabled   = "disabled"  // it is
	reasonAnother    = "another"   // it is linked to somebody else
	reasonSuspended  = "suspended" // the company is
	reasonFull       = "full"      // it has as many accounts as it may have
	reasonStale      = "stale"     // the provider has let somebody in whom it knew already
	reasonPerson     = "person"    // somebody else than he who is signed in
	reasonInternal   = "internal"
)

// refusal is a reason with what the log is told.
type refusal struct {
	reason string
	err    error
}

func (r *refusal) Error() string { return r.reason + ": " + r.err.Error() }
func (r *refusal) Unwrap() error { return r.err }

func refuse(reason string, err error) error { return &refusal{reason, err} }

const (
	beginCookie = "prosa_provider"
	beginLabel  = "sign-in at a provider"
	beginPath   = "/api/v1/login/"
	beginLife   = 15 * time.Minute
)

// begun is what a sign-in was begun with. Its browser keeps it, sealed.
type begun struct {
	Tenant   wa.TenantID `json:"t"`
	Revision int64       `json:"r"` // of the provider's settings
	State    string      `json:"s"`
	Nonce    string      `json:"n"`
	Verifier string      `json:"v"`
	Until    int64       `json:"u"` // seconds of Unix time
	// Fresh: whoever is signed in already is to prove who he is, at the provider.
	Fresh bool `json:"f,omitempty"`
}

// Begin sends a browser to the provider of a company.
func (h *Handlers) Begin(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	fresh := r.URL.Query().Get("fresh") == "true"
	to, err := h.begin(w, r, fresh)
	return h.answer(w, r, to, fresh, err)
}

// home is where whoever began goes on.
func home(fresh bool) string {
	if fresh {
		return "/settings/account"
	}
	return "/"
}

func (h *Handlers) begin(w http.ResponseWriter, r *http.Request, fresh bool) (to string, err error) {
	if h.cfg.Providers == nil {
		return "", refuse(reasonDown, persistence.ErrNotFound)
	}
	// A page of somebody else's must not sign its visitors in where it wants them. Browsers
	// say where a request comes from (W3C Fetch Metadata); what says nothing is none.
	if from := r.Header.Get("Sec-Fetch-Site"); from == "cross-site" || from == "same-site" {
		return "", refuse(reasonOver, errors.New("begun by another site"))
	}
	of, err := h.cfg.Providers.Of(r.Context(), wa.TenantID(wa.CleanText(r.PathValue("company"))))
	switch {
	case errors.Is(err, persistence.ErrNotFound):
		return "", refuse(reasonDown, err)
	case err != nil:
		return "", err
	}
	provider, err := h.discover(r.Context(), of.Issuer)
	if err != nil {
		return "", refuse(reasonDown, err)
	}
	b := begun{
		Tenant: of.TenantID, Revision: of.Revision, State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(),
		Verifier: oauth2.GenerateVerifier(), Until: time.Now().Add(beginLife).Unix(), Fresh: fresh,
	}
	text, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("write what a sign-in was begun with: %w", err)
	}
	h.keep(w, r, base64.RawURLEncoding.EncodeToString(h.cfg.Sealer.Seal(beginLabel, string(text))), int(beginLife.Seconds()))
	options := []oauth2.AuthCodeOption{oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier)}
	if fresh { // OpenID Connect Core, section 3.1.2.1; auth_time must be told then
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return h.config(r, &of, provider).AuthCodeURL(b.State, options...), nil
}

func (h *Handlers) config(r *http.Request, of *identity.Provider, p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: of.ClientID, ClientSecret: of.Secret, Endpoint: p.Endpoint(), RedirectURL: h.cfg.Origin(r) + CallbackPath,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

func (h *Handlers) keep(w http.ResponseWriter, r *http.Request, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // a development server has no TLS; with TLS the cookie is secure
		Name: beginCookie, Value: value, Path: beginPath, MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: h.cfg.Secure(r),
	})
}

// Callback is where a provider sends a browser back to.
func (h *Handlers) Callback(w http.ResponseWriter, r *http.Request, _ staff.Session) error {
	b, err := h.opened(r)
	if err != nil {
		return h.answer(w, r, "", false, err)
	}
	to, err := h.arrive(w, r, &b)
	return h.answer(w, r, to, b.Fresh, err)
}

// arrive signs somebody in, and says where he goes on. Behind the # of the address, which
// no server is told.
func (h *Handlers) arrive(w http.ResponseWriter, r *http.Request, b *begun) (to string, err error) {
	q := r.URL.Query()
	if !rest.SameToken(q.Get("state"), b.State) {
		return "", refuse(reasonOver, errors.New("the state is another sign-in's"))
	}
	h.keep(w, r, "", -1) // it is good once
	of, err := h.cfg.Providers.Of(r.Context(), b.Tenant)
	switch {
	case errors.Is(err, persistence.ErrNotFound), err == nil && of.Revision != b.Revision:
		return "", refuse(reasonOver, errors.New("the settings were changed meanwhile"))
	case err != nil:
		return "", err
	}
	if word := q.Get("error"); word != "" {
		return "", refuse(reasonRefused, fmt.Errorf("the provider says %.60q", word))
	}
	if from := q.Get("iss"); from != "" && from != of.Issuer { // RFC 9207
		return "", refuse(reasonInvalid, errors.New("another provider answers"))
	}
	ctx, cancel := context.WithTimeout(r.Context(), flowTime)
	defer cancel()
	claims, err := h.redeem(ctx, r, &of, b, q.Get("code"))
	if err != nil {
		return "", err
	}
	p, err := h.cfg.Providers.Arrive(ctx, &of, claims)
	switch {
	case errors.Is(err, identity.ErrNoAccount):
		return "", refuse(reasonAccount, err)
	case errors.Is(err, identity.ErrAnother):
		return "", refuse(reasonAnother, err)
	case errors.Is(err, staff.ErrSeatClosed):
		return "", refuse(reasonDisabled, err)
	case err != nil:
		return "", named(err)
	}
	if b.Fresh {
		switch same, err := h.cfg.Prove(r, &p); {
		case err != nil:
			return "", err
		case !same:
			return "", refuse(reasonPerson, errors.New("the session is somebody else's, or has ended"))
		}
		return home(true), nil
	}
	if of.TrustsFactor {
		session, err := h.cfg.Open(ctx, p)
		if err != nil {
			return "", named(err)
		}
		h.cfg.Seat(w, r, &session)
		return "/", nil
	}
	session, step, err := h.cfg.Proceed(ctx, staff.Trusted(&p))
	switch {
	case err != nil:
		return "", named(err)
	case step == nil:
		h.cfg.Seat(w, r, &session)
		return "/", nil
	}
	return "/#signin=" + url.QueryEscape(string(step.Next)+"."+step.Token), nil
}

// named gives what a tenant may not have its reason.
func named(err error) error {
	if _, closed := errors.AsType[*persistence.ClosedError](err); closed {
		return refuse(reasonSuspended, err)
	}
	if _, full := errors.AsType[*persistence.LimitError](err); full {
		return refuse(reasonFull, err)
	}
	return err
}

// opened is what the browser began with.
func (h *Handlers) opened(r *http.Request) (b begun, err error) {
	cookie, err := r.Cookie(beginCookie)
	if err != nil || h.cfg.Providers == nil {
		return b, refuse(reasonOver, errors.New("this browser has begun nothing"))
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return b, refuse(reasonOver, err)
	}
	text, err := h.cfg.Sealer.Open(beginLabel, sealed)
	if err != nil {
		return b, refuse(reasonOver, err)
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return b, refuse(reasonOver, err)
	}
	if time.Now().Unix() > b.Until {
		return b, refuse(reasonOver, errors.New("begun too long ago"))
	}
	return b, nil
}

// answer sends a browser on. To the page, if anything was refused.
func (h *Handlers) answer(w http.ResponseWriter, r *http.Request, to string, fresh bool, err error) error {
	if err != nil {
		reason := reasonInternal
		if said, ok := errors.AsType[*refusal](err); ok {
			reason = said.reason
			h.cfg.Logger.InfoContext(r.Context(), "sign-in by a provider refused", "reason", reason, "error", clean(said.err))
		} else {
			h.cfg.Logger.ErrorContext(r.Context(), "sign-in by a provider failed", "error", problem.Of(err).Code, "cause", err)
		}
		h.cfg.Count(r.Context(), "provider_refused")
		to = home(fresh) + "#signin_failed=" + reason
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the code stands in this address
	http.Redirect(w, r, to, http.StatusSeeOther)     //nolint:gosec // to a page of ours, or to the provider that an administrator has set
	return nil
}

// clean is an error without what a provider's answer may hold.
func clean(err error) string {
	if said, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return fmt.Sprintf("the provider refuses the code: %.60q", said.ErrorCode)
	}
	return err.Error()
}
