package gateway_test

import (
	"net/http"
	"net/http/cookiejar"
	"testing"

	"github.com/prosa-chat/prosa/gateway"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Strangers have spent an account's allowance at an address: the browser that has
// logged in to the account before gets in, one with another's mark does not.
func TestKnownBrowserIsNotSlowedByStrangers(t *testing.T) {
	t.Parallel()
	sealer, err := persistence.NewSealer("a key of the tests, long enough")
	if err != nil {
		t.Fatal(err)
	}
	s := startSite(t, func(c *gateway.Config) { c.Sealer = sealer })
	s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t1", "eva", staff.RoleAgent, "red")
	fresh := func() *person {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b := &person{s: s, url: s.url, http: &http.Client{Jar: jar, Transport: &http.Transport{}}}
		t.Cleanup(b.http.CloseIdleConnections)
		return b
	}
	right := map[string]string{"email": "Ana@x.example ", "password": password}
	known := fresh()
	known.want(200, nil, "POST", "/api/v1/login", right)
	fresh().limited(401, "/api/v1/login", map[string]string{"email": "ana@x.example", "password": "guess"})
	known.want(200, nil, "POST", "/api/v1/login", right)
	eva.want(429, nil, "POST", "/api/v1/login", right) // her mark is for her account
	fresh().want(429, nil, "POST", "/api/v1/login", right)
}
