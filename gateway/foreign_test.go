package gateway_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// describedRoute is one route, as openapi.json describes it; a test holds the document to
// the routes.
type describedRoute struct {
	method, path string
	fields       []string // of its body
	query        []string
}

// describedRoutes lists all routes but those that are about one's own account and session.
func describedRoutes(t *testing.T) (list []describedRoute) {
	t.Helper()
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
			Body       struct {
				Content map[string]struct {
					Schema struct{ Properties map[string]any }
				}
			} `json:"requestBody"`
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`/(login|logout|logout_all|password|reset|link|ws|demo)\b`)
	for path, methods := range doc.Paths {
		for method, of := range methods {
			if own.MatchString(path) || method == "parameters" {
				continue
			}
			o := describedRoute{method: strings.ToUpper(method), path: path}
			for name := range of.Body.Content["application/json"].Schema.Properties {
				o.fields = append(o.fields, name)
			}
			for _, p := range of.Parameters {
				if p.In == "query" {
					o.query = append(o.query, p.Name)
				}
			}
			slices.Sort(o.fields)
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b describedRoute) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	if len(list) < 30 {
		t.Fatalf("%d routes found", len(list))
	}
	return list
}

// realm is what belongs to one team.
type realm struct {
	ids    []string // that a stranger may have heard of
	secret string   // stands in all its words, and in nothing that is asked
}

// realms are red and blue of tenant t1, and t2.
func (s *site) realms() (red, blue, two realm) {
	make := func(number, contact, secret string) realm {
		id := s.inbound(number, contact, "wamid."+contact, secret+" hello")
		s.exec(`UPDATE conversation SET contact_name = $2 WHERE contact_id = $1`, contact, secret+" person")
		s.exec(`INSERT INTO intake_problem (day, source, seq, event_index, tenant_id, phone_number_id, state, kind, reason, raw, received_at)
			SELECT current_date, 1, n.id::bigint, 0, n.tenant_id, n.id, 'failed', 'message', $2, '{}', now() FROM phone_number n WHERE id = $1`, number, secret)
		s.exec(`INSERT INTO unmatched (phone_number_id, wamid, status, at, error_text) VALUES ($1, $2, 'failed', now(), $2)`, number, secret)
		s.exec(`INSERT INTO template (account_id, name, language, tenant_id, meta_id, category, status, components)
			SELECT account_id, $2, 'en', tenant_id, $2, 'UTILITY', 'APPROVED', '[]' FROM phone_number WHERE id = $1 AND id = '900'`, number, strings.ToLower(secret))
		s.exec(`INSERT INTO config (tenant_id, kind, version, body, effective_from, author, note, created_at)
			SELECT tenant_id, 'media', id::bigint, '{"keep_days": 1}', now(), $2, $2, now() FROM phone_number WHERE id = $1`, number, secret)
		return realm{[]string{id, number, contact, "wamid." + contact}, secret}
	}
	return make("100", "k1", "REDWORD"), make("200", "k2", "BLUEWORD"), make("900", "k3", "TWOWORD")
}

// intruder is somebody, and what is not theirs.
type intruder struct {
	*person
	own     realm
	foreign []realm
	// theirs are ids of which no path may be answered.
	theirs []string
}

// asks sends a random request: foreign ids and own ones in every place.
func (i *intruder) asks(o describedRoute, rng *rand.Rand, ids []string) {
	t := i.s.t
	t.Helper()
	pick := func() string { return ids[rng.IntN(len(ids))] }
	var about []string // the first names what it is about
	path := regexp.MustCompile(`\{\w+\}`).ReplaceAllStringFunc(o.path, func(string) string {
		about = append(about, pick())
		return url.PathEscape(about[len(about)-1])
	})
	query := url.Values{}
	for _, name := range o.query {
		if rng.IntN(2) == 0 {
			query.Set(name, pick())
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	var sent any
	if len(o.fields) > 0 {
		fields := map[string]any{}
		for _, name := range o.fields {
			switch rng.IntN(3) {
			case 0:
				fields[name] = pick()
			case 1:
				fields[name] = []string{pick(), pick()}
			}
		}
		sent = fields
	}
	answer := i.call(o.method, path, sent)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode < 300 && len(about) > 0 && slices.Contains(i.theirs, about[0]) {
		t.Errorf("%s %s: %d: %s", o.method, path, answer.StatusCode, text)
	}
	i.sees(o.method+" "+path, string(text))
}

func (i *intruder) sees(where, text string) {
	i.s.t.Helper()
	for _, r := range i.foreign {
		if strings.Contains(strings.ToUpper(text), r.secret) {
			i.s.t.Errorf("%s tells of %s: %s", where, r.secret, text)
		}
	}
}

// I10: whatever is asked, and with whatever ids, nobody gets what belongs to another
// tenant, or to a team that is not theirs, and changes nothing of it.
func TestI10NobodyGetsWhatIsForeign(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	red, blue, two := s.realms()
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	bia := s.hire("t1", "bia", staff.RoleAgent, "blue")
	ada, tom := s.hire("t1", "ada", staff.RoleAdmin), s.hire("t2", "twoword-tom", staff.RoleAdmin)
	two.ids = append(two.ids, tom.id)
	one := []string{ana.id, bia.id, ada.id}
	own := s.hire("t1", "own", staff.RoleAgent, "red", "blue")
	byNumber, manager := s.hire("t1", "num", staff.RoleAgent, "red", "blue"), s.hire("t1", "boss", staff.RoleManager)
	for _, p := range []*person{byNumber, manager} {
		ada.want(200, nil, "PATCH", "/api/v1/agents/"+p.id, body{"numbers": []string{"100"}})
	}
	ada.want(200, nil, "PATCH", "/api/v1/agents/"+own.id, body{"own_only": true})
	ada.want(200, nil, "POST", path(red.ids[0], "assign"), body{"agent_id": own.id})
	var key madeKey
	ada.want(200, &key, "POST", "/api/v1/keys", body{"name": "Shop", "rights": []string{"read", "write"}, "policy": "own", "all_teams": true, "numbers": []string{"100"}})
	notBlue := append([]string{blue.ids[0], blue.ids[1]}, two.ids...)
	intruders := map[string]*intruder{
		"agent of red":        {ana, red, []realm{blue, two}, append([]string{blue.ids[0]}, two.ids...)},
		"agent of blue":       {bia, blue, []realm{red, two}, append([]string{red.ids[0]}, two.ids...)},
		"admin":               {ada, red, []realm{two}, two.ids},
		"agent of a number":   {byNumber, red, []realm{blue, two}, notBlue},
		"manager of a number": {manager, red, []realm{blue, two}, notBlue},
		"key of a number":     {s.program(key.Secret), red, []realm{blue, two}, notBlue},
		"agent of his own":    {own, red, []realm{blue, two}, notBlue},
		"another's admin":     {tom, two, []realm{red, blue}, slices.Concat(red.ids, blue.ids, one)},
		"another's manager":   {s.hire("t2", "twoword-mia", staff.RoleManager), two, []realm{red, blue}, slices.Concat(red.ids, blue.ids, one)},
	}
	for name, i := range intruders {
		t.Run(name, func(t *testing.T) {
			state := func() (all string) {
				err := s.pool.QueryRow(t.Context(), `SELECT string_agg(concat(contact_id, version, team_id, owner_id, phase), ' ' ORDER BY contact_id)
					FROM conversation WHERE phone_number_id || ':' || contact_id = ANY($1)`, i.theirs).Scan(&all)
				if err != nil {
					t.Fatal(err)
				}
				return all
			}
			people := `SELECT count(*) FROM staff WHERE id = ANY($1) AND disabled_at IS NULL`
			before, staffed := state(), pgtest.Count(t, s.pool, people, i.theirs)
			ids := slices.Concat(i.theirs, i.theirs, i.own.ids, []string{"blue", "red", "1", "2", "true", "all"})
			rng := rand.New(rand.NewPCG(10, uint64(len(name))))
			for _, o := range describedRoutes(t) {
				for range 12 {
					i.asks(o, rng, ids)
				}
			}
			if after := state(); after != before {
				t.Errorf("what is foreign was %s and is %s", before, after)
			}
			if now := pgtest.Count(t, s.pool, people, i.theirs); now != staffed {
				t.Errorf("%d foreign accounts are open, of %d", now, staffed)
			}
		})
	}
}

// I10: whatever somebody subscribes to, no frame tells what is foreign.
func TestI10NoFrameTellsWhatIsForeign(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	red, blue, two := s.realms()
	ana := &intruder{person: s.hire("t1", "ana", staff.RoleAgent, "red"), own: red, foreign: []realm{blue, two}}
	tom := &intruder{person: s.hire("t2", "tom", staff.RoleAdmin), own: two, foreign: []realm{red, blue}}
	ada := s.hire("t1", "ada", staff.RoleAdmin)
	num := &intruder{person: s.hire("t1", "num", staff.RoleAgent, "red", "blue"), own: red, foreign: []realm{blue, two}}
	own := &intruder{person: s.hire("t1", "own", staff.RoleAgent, "red", "blue"), own: red, foreign: []realm{blue, two}}
	ada.want(200, nil, "PATCH", "/api/v1/agents/"+num.id, body{"numbers": []string{"100"}})
	ada.want(200, nil, "PATCH", "/api/v1/agents/"+own.id, body{"own_only": true})
	ada.want(200, nil, "POST", path(red.ids[0], "assign"), body{"agent_id": own.id})
	for _, i := range []*intruder{ana, tom, num, own} {
		conn, answer, err := i.dialRaw(http.Header{"Origin": {i.url}})
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		t.Cleanup(func() { conn.Close() })
		for _, f := range []body{
			{"t": "identify", "csrf": i.csrf, "client": "test"}, {"t": "subscribe", "stream": "inbox", "ref": "i"}, {"t": "subscribe", "stream": "me", "ref": "m"},
		} {
			if err := conn.WriteJSON(f); err != nil {
				t.Fatal(err)
			}
		}
		for n, r := range append(i.foreign, i.own) {
			for _, f := range []body{
				{"t": "subscribe", "stream": "conversation:" + r.ids[0], "ref": "c"},
				{"t": "presence", "conversation": r.ids[0], "state": "viewing"},
				{"t": "command", "id": fmt.Sprint(n), "conversation": r.ids[0], "type": "notes", "body": body{"text": "hello"}},
			} {
				if err := conn.WriteJSON(f); err != nil {
					t.Fatal(err)
				}
			}
		}
		notes := 0
		for notes < len(i.foreign)+1 { // commands are answered in their order
			_, text, err := conn.ReadMessage()
			if err != nil {
				t.Fatal(err)
			}
			i.sees("a frame", string(text))
			var f struct {
				T, ID string
				OK    bool
			}
			if err := json.Unmarshal(text, &f); err != nil {
				t.Fatal(err)
			}
			if f.T == "result" {
				if own := f.ID == fmt.Sprint(len(i.foreign)); f.OK != own {
					t.Errorf("command %s: %s", f.ID, text)
				}
				notes++
			}
		}
		for n, r := range append(i.foreign, i.own) { // own comes last in each feed
			s.inbound(r.ids[1], r.ids[2], fmt.Sprint("wamid.later.", i.id, n), r.secret+" later")
		}
		for own := false; !own; {
			_, text, err := conn.ReadMessage()
			if err != nil {
				t.Fatal(err)
			}
			i.sees("a frame", string(text))
			own = strings.Contains(string(text), i.own.secret+" later")
		}
	}
}
