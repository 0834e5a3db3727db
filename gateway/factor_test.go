package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/prosa-chat/prosa/evals/await"
	"github.com/prosa-chat/prosa/persistence/staff"
)

type halfSignIn struct{ Next, Token string }

func codeOf(t *testing.T, secret string, off time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(off))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func (s *site) half(name string) (half halfSignIn) {
	s.t.Helper()
	s.stranger().want(202, &half, "POST", "/api/v1/login", body{"email": name + "@x.example", "password": password})
	return half
}

// From setting a factor up to signing in with it, losing it and having it removed.
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana, eva := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red"), s.hire("t2", "eva", staff.RoleAdmin)
	var p answeredProblem
	ana.want(400, &p, "POST", "/api/v1/me/factor", body{"password": "guess"})
	if p.Field != "password" {
		t.Errorf("a wrong password: %+v", p)
	}
	var begun struct {
		Secret, Address string
		QR              struct {
			Size int
			Path string
		}
	}
	ana.want(200, &begun, "POST", "/api/v1/me/factor", body{"password": password})
	if !strings.Contains(begun.Address, begun.Secret) || begun.QR.Size < 29 || !strings.HasPrefix(begun.QR.Path, "M4 4h1v1h-1z") {
		t.Errorf("enrolment: %+v", begun)
	}
	ana.want(400, &p, "POST", "/api/v1/me/factor/confirm", body{"code": "000000"})
	if p.Field != "code" || !strings.Contains(p.Remedy, "clock") {
		t.Errorf("a wrong code: %+v", p)
	}
	var codes struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}
	ana.want(200, &codes, "POST", "/api/v1/me/factor/confirm", body{"code": codeOf(t, begun.Secret, -30*time.Second)})
	if len(codes.RecoveryCodes) != 10 {
		t.Fatalf("recovery codes: %q", codes.RecoveryCodes)
	}

	half := s.half("ana")
	if half.Next != "code" {
		t.Errorf("next: %+v", half)
	}
	in := s.stranger()
	in.want(401, nil, "GET", "/api/v1/me", nil)
	in.want(410, nil, "POST", "/api/v1/login/enrol", body{"token": half.Token})
	in.want(400, &p, "POST", "/api/v1/login/code", body{"token": half.Token, "code": "000000"})
	if p.Field != "code" {
		t.Errorf("a wrong code: %+v", p)
	}
	in.want(200, nil, "POST", "/api/v1/login/code", body{"token": half.Token, "code": codeOf(t, begun.Secret, 0)})
	in.want(200, nil, "GET", "/api/v1/me", nil)
	in.want(410, &p, "POST", "/api/v1/login/code", body{"token": half.Token, "code": codes.RecoveryCodes[0]})
	if p.Code != "step_over" {
		t.Errorf("once more: %+v", p)
	}
	half = s.half("ana")
	s.stranger().want(200, nil, "POST", "/api/v1/login/code", body{"token": half.Token, "code": codes.RecoveryCodes[0]})
	var now struct {
		On           bool
		RecoveryLeft int `json:"recovery_left"`
		Demanded     bool
	}
	ana.want(200, &now, "GET", "/api/v1/me/factor", nil)
	if !now.On || now.RecoveryLeft != 9 || now.Demanded {
		t.Errorf("%+v", now)
	}

	lost := "/api/v1/agents/" + ana.id + "/factor"
	ana.want(403, nil, "DELETE", lost, nil)
	eva.want(404, nil, "DELETE", lost, nil)
	root.want(409, nil, "DELETE", "/api/v1/agents/"+root.id+"/factor", nil)
	root.want(204, nil, "DELETE", lost, nil)
	root.want(404, nil, "DELETE", lost, nil)
	ana.want(401, nil, "GET", "/api/v1/me", nil)
	s.logsIn("ana", password, 200)
	if n := s.counted(`SELECT count(*) FROM audit WHERE action = 'person.factor_removed' AND by_id = $1`, root.id); n != 1 {
		t.Errorf("%d lines of the removal", n)
	}
}

// askedNow waits until the session of a person has ended, for a second factor is asked
// for: the policy is looked at once a second.
func (s *site) askedNow(b *person) {
	s.t.Helper()
	var p answeredProblem
	await.Eventually(s.t, "the end of the session", func() (any, bool) {
		answer := b.call("GET", "/api/v1/me", nil)
		defer answer.Body.Close()
		_ = json.NewDecoder(answer.Body).Decode(&p)
		return answer.Status, answer.StatusCode == http.StatusUnauthorized
	})
	if p.Code != "no_session" || !strings.Contains(p.Detail+p.Remedy, "second factor") {
		s.t.Errorf("%+v", p)
	}
}

// The policy leads who must have a factor to it at the next sign-in, before anything
// else. Sessions that are open then end at their next request, unless their owner has
// one; API keys stay.
func TestDemandedFactor(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	rita := s.hire("t1", "rita", staff.RoleAdmin)
	var p answeredProblem
	root.want(400, &p, "PUT", "/api/v1/settings/signin", body{"seen_version": 0, "settings": body{"factor": "sometimes"}})
	if p.Field != "settings.factor" {
		t.Errorf("an unknown policy: %+v", p)
	}
	ana.want(403, nil, "PUT", "/api/v1/settings/signin", body{"seen_version": 0, "settings": body{"factor": "all"}})
	root.want(200, nil, "PUT", "/api/v1/settings/signin", body{"seen_version": 0, "settings": body{"factor": "admins"}})
	s.exec(`UPDATE config SET effective_from = now()`)
	ana.want(200, nil, "GET", "/api/v1/me", nil)
	s.logsIn("ana", password, 200)
	s.askedNow(rita)
	if n := s.counted(`SELECT count(*) FROM session WHERE staff_id = $1`, rita.id); n != 0 {
		t.Errorf("%d sessions of her are left", n)
	}
	half := s.half("root")
	if half.Next != "enrol" {
		t.Fatalf("next: %+v", half)
	}
	in := s.stranger()
	in.want(410, nil, "POST", "/api/v1/login/code", body{"token": half.Token, "code": "000000"})
	var begun struct{ Secret string }
	in.want(200, &begun, "POST", "/api/v1/login/enrol", body{"token": half.Token})
	var me struct {
		RecoveryCodes []string `json:"recovery_codes"`
	}
	in.want(200, &me, "POST", "/api/v1/login/enrol/confirm", body{"token": half.Token, "code": codeOf(t, begun.Secret, 0)})
	if len(me.RecoveryCodes) != 10 {
		t.Errorf("recovery codes: %q", me.RecoveryCodes)
	}
	in.want(200, nil, "GET", "/api/v1/me", nil)
	root.want(200, nil, "GET", "/api/v1/me", nil) // open since before, and he has a factor now
	root.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{"role": "admin"})
	s.askedNow(ana) // she is asked since she is an administrator
	root.want(409, &p, "POST", "/api/v1/me/factor/off", body{"password": password, "code": me.RecoveryCodes[0]})
	if p.Code != "factor_demanded" {
		t.Errorf("turned off: %+v", p)
	}
	root.want(200, nil, "PUT", "/api/v1/settings/signin", body{"seen_version": 1, "settings": body{"factor": "optional"}})
	s.exec(`UPDATE config SET effective_from = now() - interval '1 second' WHERE version = 2`)
	root.want(http.StatusNoContent, nil, "POST", "/api/v1/me/factor/off", body{"password": password, "code": me.RecoveryCodes[0]})
	s.logsIn("root", password, 200)
}
