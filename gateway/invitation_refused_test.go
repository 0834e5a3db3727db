package gateway_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

// refusal is what a problem says of where it stands and what would help.
type refusal struct{ Code, Reason, Field, Detail, Remedy string }

// office is all that an invitation may leave behind.
func (s *site) office() [3]int {
	return [3]int{
		s.counted(`SELECT count(*) FROM staff`), s.counted(`SELECT count(*) FROM invitation`),
		s.counted(`SELECT count(*) FROM audit WHERE action LIKE 'person.%'`),
	}
}

func (s *site) invite(root *person, emails ...string) (made invitations) {
	s.t.Helper()
	root.want(200, &made, "POST", "/api/v1/invitations", body{"emails": emails, "role": "agent"})
	return made
}

func (s *site) join(token string, status int) (p refusal) {
	s.t.Helper()
	s.stranger().want(status, &p, "POST", "/api/v1/invitation", body{"token": token, "name": "Bea", "password": password})
	return p
}

func (s *site) link(token string, status int) (p refusal) {
	s.t.Helper()
	s.stranger().want(status, &p, "POST", "/api/v1/invitation/link", body{"token": token})
	return p
}

// Who comes late is told so, makes no account, and gets in by a new link; the list
// still shows what was not taken up.
func TestInvitationLate(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	made := s.invite(root, "bea@x.example").Invitations[0]
	s.exec(`UPDATE invitation SET expires_at = now()`)
	before, token := s.office(), tokenOf(t, made.Link)
	for _, late := range []refusal{s.link(token, 410), s.join(token, 410)} {
		if late.Code != "link_used" || late.Reason != "expired" || late.Remedy == "" {
			t.Errorf("late: %+v", late)
		}
	}
	if after := s.office(); after != before {
		t.Errorf("left behind: %v, before %v", after, before)
	}
	var renewed struct{ Link string }
	root.want(200, &renewed, "POST", "/api/v1/invitations/"+made.ID+"/renew", nil)
	if old := s.link(token, 410); old.Reason == "expired" || !strings.Contains(old.Detail, "replaced") {
		t.Errorf("the link before: %+v", old)
	}
	s.join(tokenOf(t, renewed.Link), 200)
}

// Of two who open one link at once one gets in, and the other reads why.
func TestInvitationTwice(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	token := tokenOf(t, s.invite(root, "bea@x.example").Invitations[0].Link)
	var wg sync.WaitGroup
	refused := make([]refusal, 4)
	statuses := make([]int, len(refused))
	people := make([]*person, len(refused))
	for i := range people {
		people[i] = s.stranger()
		people[i].want(200, nil, "POST", "/api/v1/invitation/link", body{"token": token}) // the form is open
	}
	for i, b := range people {
		wg.Go(func() {
			in := body{"token": token, "name": fmt.Sprintf("Bea %d", i), "password": password}
			answer := b.call("POST", "/api/v1/invitation", in)
			defer answer.Body.Close()
			statuses[i] = answer.StatusCode
			if err := json.NewDecoder(answer.Body).Decode(&refused[i]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	in := 0
	for i, p := range refused {
		switch {
		case statuses[i] == 200:
			in++
		case statuses[i] != 410 || p.Code != "link_used" || !strings.Contains(p.Detail, "used") || p.Remedy == "":
			t.Errorf("answered %d: %+v", statuses[i], p)
		}
	}
	accounts, joined := s.counted(`SELECT count(*) FROM staff WHERE email = 'bea@x.example'`),
		s.counted(`SELECT count(*) FROM audit WHERE action = 'person.joined'`)
	if in != 1 || accounts != 1 || joined != 1 {
		t.Errorf("%d got in, %d accounts, %d lines of the audit, want one of each", in, accounts, joined)
	}
	if later := s.link(token, 410); later.Code != "link_used" || later.Reason != "" {
		t.Errorf("afterwards: %+v", later)
	}
}

// Who is invited again gets another link with what was said last; the link before ends
// and says that there is a newer one.
func TestInvitationAgain(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	first := s.invite(root, "bea@x.example").Invitations[0]
	var again invitations
	root.want(200, &again, "POST", "/api/v1/invitations", body{"emails": []string{"BEA@x.example"}, "role": "manager", "teams": []string{"blue"}})
	if n := s.counted(`SELECT count(*) FROM invitation`); n != 1 || again.Invitations[0].ID != first.ID || again.Invitations[0].Role != "manager" {
		t.Errorf("%d invitations, again: %+v", n, again)
	}
	for _, old := range []refusal{s.link(tokenOf(t, first.Link), 410), s.join(tokenOf(t, first.Link), 410)} {
		if old.Code != "link_used" || !strings.Contains(old.Detail, "newer") {
			t.Errorf("the link before: %+v", old)
		}
	}
	s.join(tokenOf(t, again.Invitations[0].Link), 200)
	if n := s.counted(`SELECT count(*) FROM staff WHERE lower(email) = 'bea@x.example' AND role = 'manager'`); n != 1 {
		t.Errorf("%d accounts", n)
	}
}

// Each mistake in a list is told at its field with what would help, however long the
// list is, and nobody of it is invited.
func TestInvitationLists(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root := s.hire("t1", "root", staff.RoleAdmin)
	ana := s.hire("t2", "ana", staff.RoleAgent)
	manager := s.hire("t1", "mia", staff.RoleManager)
	key := s.program(makeKey(root, "own", nil, "admin").Secret)
	s.invite(root, "open@x.example")
	before := s.office()
	long := make([]string, 10_000)
	for i := range long {
		long[i] = fmt.Sprintf("%s.%d@%s.example", strings.Repeat("a", 60), i, strings.Repeat("b", 170))
	}
	endless := append([]string{strings.Repeat("x", 5<<20)}, long...)
	for name, test := range map[string]struct {
		who    *person
		status int
		want   refusal
		emails []string
		role   string
	}{
		"10,000":           {root, 400, refusal{"bad_request", "", "emails", "10000 addresses: want at most 100", "100 at a time"}, long, "agent"},
		"endless":          {root, 400, refusal{"bad_request", "", "emails", "want at most 100", "100 at a time"}, endless, "agent"},
		"twice":            {root, 400, refusal{"bad_request", "", "emails", "A@x.example stands there twice", ""}, []string{"a@x.example", "b@x.example", " A@x.example"}, "agent"},
		"a person":         {root, 409, refusal{"email_taken", "", "emails", "MIA@x.example", "leave the address out"}, []string{"a@x.example", "MIA@x.example"}, "agent"},
		"of others":        {root, 409, refusal{"email_taken", "", "emails", s.emailOf(ana.id), "leave the address out"}, []string{"a@x.example", s.emailOf(ana.id)}, "agent"},
		"a role above":     {key, 403, refusal{"forbidden", "", "role", "no administrators", "let an administrator"}, []string{"a@x.example", "open@x.example"}, "admin"},
		"nobody's to give": {manager, 403, refusal{"forbidden", "", "", "", "ask"}, []string{"a@x.example"}, "agent"},
	} {
		var p refusal
		test.who.want(test.status, &p, "POST", "/api/v1/invitations", body{"emails": test.emails, "role": test.role})
		if p.Code != test.want.Code || p.Field != test.want.Field || !strings.Contains(p.Detail, test.want.Detail) || !strings.Contains(p.Remedy, test.want.Remedy) {
			t.Errorf("%s: %+v, want %+v", name, p, test.want)
		}
	}
	if after := s.office(); after != before {
		t.Errorf("left behind: %v, before %v", after, before)
	}
	if n := s.counted(`SELECT count(*) FROM invitation WHERE email = 'open@x.example' AND role = 'agent'`); n != 1 {
		t.Error("a refused list has changed an open invitation")
	}
}
