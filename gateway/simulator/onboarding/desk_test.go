package onboarding_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	client "github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/simulator/onboarding"
)

const (
	whole   = "token-of-all"
	narrow  = "token-without-messaging"
	blind   = "token-without-management"
	past    = "token-of-yesterday"
	account = wa.AccountID("21")
	fresh   = wa.PhoneNumberID("1001")
	locked  = wa.PhoneNumberID("1002")
)

// meta is a simulated Graph, a clock and the client that asks it.
type meta struct {
	*testing.T
	desk  *onboarding.Desk
	graph *client.Client
	now   time.Time
	told  []string
}

func newMeta(t *testing.T) *meta {
	t.Helper()
	m := &meta{T: t, now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	scopes := []string{client.Messaging, client.Management}
	m.desk = onboarding.New(onboarding.Config{
		Numbers: []onboarding.Number{
			{ID: fresh, Display: "5571955500121", Name: "Lume", AccountID: account, Portfolio: "31", Token: "own", Fresh: true},
			{ID: locked, Display: "5571955500122", Name: "Lume", AccountID: account, Portfolio: "31", Token: "own", Fresh: true, PIN: "246810"},
			{ID: "2001", Display: "1", Name: "Other", AccountID: "22", Portfolio: "32", Token: "other"},
		},
		Grants: []onboarding.Grant{
			{Token: whole, Scopes: scopes, Accounts: []wa.AccountID{account}},
			{Token: narrow, Scopes: scopes[1:], Accounts: []wa.AccountID{account}},
			{Token: blind, Scopes: scopes[:1], Accounts: []wa.AccountID{account}},
			{Token: past, Scopes: scopes, Accounts: []wa.AccountID{account}, ExpiresAt: m.now.Add(-time.Hour)},
		},
		Now: func() time.Time { return m.now }, Digits: func(int) string { return "418206" },
		Tell: func(_, code string) { m.told = append(m.told, code) },
	})
	mux := http.NewServeMux()
	m.desk.Routes(mux)
	mux.HandleFunc("GET /{version}/{id}", func(w http.ResponseWriter, r *http.Request) {
		if !m.desk.Serve(w, r, r.PathValue("id")) {
			http.NotFound(w, r)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	graph := cloudapi.NewClient(cloudapi.Config{BaseURL: server.URL})
	t.Cleanup(graph.Close)
	m.graph = client.New(graph)
	return m
}

// refused checks why something is refused; "": it is not.
func (m *meta) refused(what string, err error, want client.Reason) {
	m.Helper()
	refusal, _ := errors.AsType[*client.Refusal](err)
	switch {
	case want == "" && err != nil, want != "" && (refusal == nil || refusal.Reason != want):
		m.Errorf("%s: %v; want %q", what, err, want)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	m := newMeta(t)
	got, err := m.graph.Inspect(t.Context(), whole, m.now)
	m.refused("whole", err, "")
	if got.AppID == "" || got.Kind != "SYSTEM_USER" || got.ExpiresAt != nil || got.Has(client.Business) ||
		!got.Has(client.Messaging) || !slices.Equal(got.Accounts, []wa.AccountID{account}) {
		t.Errorf("a token became %+v", got)
	}
	got, err = m.graph.Inspect(t.Context(), narrow, m.now)
	m.refused("narrow", err, "")
	if got.Has(client.Messaging) || !got.Has(client.Management) {
		t.Errorf("a token without messaging became %+v", got)
	}
	_, err = m.graph.Inspect(t.Context(), past, m.now)
	m.refused("past", err, client.TokenExpired)
	_, err = m.graph.Inspect(t.Context(), "nonsense", m.now)
	m.refused("nonsense", err, client.TokenInvalid)
}

func TestAccountsAndNumbers(t *testing.T) {
	t.Parallel()
	m := newMeta(t)
	got, err := m.graph.Account(t.Context(), account, whole)
	if err != nil || got.Portfolio != "31" {
		t.Errorf("account %+v, %v", got, err)
	}
	list, err := m.graph.Numbers(t.Context(), account, whole)
	if err != nil || len(list) != 2 || list[0].Verified || list[0].Live || list[0].Display != "+5571955500121" {
		t.Errorf("numbers %+v, %v", list, err)
	}
	_, err = m.graph.Account(t.Context(), "22", whole)
	m.refused("somebody else's account", err, client.Unseen)
	_, err = m.graph.Account(t.Context(), account, blind)
	m.refused("without management", err, client.NotPermitted)
	_, err = m.graph.Number(t.Context(), "2001", whole)
	m.refused("somebody else's number", err, client.Unseen)
	_, err = m.graph.Number(t.Context(), fresh, past)
	m.refused("expired", err, client.TokenExpired)
}

func TestSubscription(t *testing.T) {
	t.Parallel()
	m := newMeta(t)
	if list, err := m.graph.Subscribers(t.Context(), account, whole); err != nil || len(list) != 0 || m.desk.Hears(account) {
		t.Fatalf("before: %v, %v", list, err)
	}
	m.desk.Override(account, "https://elsewhere.example/hook")
	for range 2 {
		m.refused("subscribe", m.graph.Subscribe(t.Context(), account, whole), "")
	}
	list, err := m.graph.Subscribers(t.Context(), account, whole)
	if err != nil || len(list) != 1 || list[0].ID == "" || list[0].Override != "https://elsewhere.example/hook" || !m.desk.Hears(account) {
		t.Errorf("after: %+v, %v", list, err)
	}
	m.refused("without management", m.graph.Subscribe(t.Context(), account, blind), client.NotPermitted)
}

// A number is verified by a code that was told to it, and locked after wrong ones.
func TestVerification(t *testing.T) {
	t.Parallel()
	m := newMeta(t)
	ctx := t.Context()
	m.refused("register before", m.graph.Register(ctx, fresh, "123456", whole), client.Unverified)
	m.refused("a code without a request", m.graph.VerifyCode(ctx, fresh, "418206", whole), client.CodeWrong)
	m.refused("no such way", m.graph.RequestCode(ctx, fresh, "PIGEON", "pt_BR", whole), client.Refused)
	m.refused("request", m.graph.RequestCode(ctx, fresh, client.BySMS, "pt_BR", whole), "")
	for range 3 {
		m.refused("wrong", m.graph.VerifyCode(ctx, fresh, "000000", whole), client.CodeWrong)
	}
	m.refused("right, too late", m.graph.VerifyCode(ctx, fresh, "418206", whole), client.CodeTooOften)
	m.refused("another", m.graph.RequestCode(ctx, fresh, client.ByVoice, "pt_BR", whole), client.CodeTooOften)
	m.now = m.now.Add(12 * time.Hour)
	m.refused("another, later", m.graph.RequestCode(ctx, fresh, client.ByVoice, "pt_BR", whole), "")
	m.now = m.now.Add(11 * time.Minute)
	m.refused("right, expired", m.graph.VerifyCode(ctx, fresh, "418206", whole), client.CodeWrong)
	m.refused("a third", m.graph.RequestCode(ctx, fresh, client.BySMS, "pt_BR", whole), "")
	m.refused("right", m.graph.VerifyCode(ctx, fresh, "418206", whole), "")
	if len(m.told) != 3 {
		t.Errorf("%d codes were told, want 3", len(m.told))
	}
	m.refused("register", m.graph.Register(ctx, fresh, "123456", whole), "")
	if n, err := m.graph.Number(ctx, fresh, whole); err != nil || !n.Verified || !n.Live || !m.desk.Live(fresh) {
		t.Errorf("at the end: %+v, %v", n, err)
	}
}

// The PIN is the one that the number has, guesses are counted, and so is registering.
func TestRegistration(t *testing.T) {
	t.Parallel()
	m := newMeta(t)
	ctx := t.Context()
	m.refused("request", m.graph.RequestCode(ctx, locked, client.BySMS, "en_US", whole), "")
	m.refused("verify", m.graph.VerifyCode(ctx, locked, "418206", whole), "")
	for range 3 {
		m.refused("wrong", m.graph.Register(ctx, locked, "000000", whole), client.PinWrong)
	}
	m.refused("right, locked", m.graph.Register(ctx, locked, "246810", whole), client.PinTooMany)
	m.now = m.now.Add(12 * time.Hour)
	for range 7 {
		m.refused("right", m.graph.Register(ctx, locked, "246810", whole), "")
	}
	m.refused("an eleventh time", m.graph.Register(ctx, locked, "246810", whole), client.TooOften)
	m.now = m.now.Add(72 * time.Hour)
	m.refused("days later", m.graph.Register(ctx, locked, "246810", whole), "")
}

// Without Meta nothing is refused: it is not known.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	graph := cloudapi.NewClient(cloudapi.Config{BaseURL: "http://127.0.0.1:1"})
	defer graph.Close()
	_, err := client.New(graph).Inspect(t.Context(), whole, time.Now())
	if _, refused := errors.AsType[*client.Refusal](err); err == nil || refused {
		t.Errorf("%v", err)
	}
}
