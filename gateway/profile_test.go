package gateway_test

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/prosa-chat/prosa/persistence/staff"
)

type profile struct {
	Skills, Languages []string
	TimeZone          string `json:"time_zone"`
	InterfaceLanguage string `json:"interface_language"`
}

// An administrator says what somebody can do; what cannot be so is refused at its field,
// and nothing of that change is done.
func TestProfile(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	eva := s.hire("t2", "eva", staff.RoleAdmin)
	agent := "/api/v1/agents/" + ana.id
	var c struct{ Agent profile }
	root.want(200, &c, "PATCH", agent, body{
		"skills": []string{" nota  fiscal ", "troca"}, "languages": []string{"pt-br", "es"},
		"time_zone": "America/Sao_Paulo", "interface_language": "pt-BR",
	})
	same := func(p profile) bool {
		return slices.Equal(p.Skills, []string{"nota fiscal", "troca"}) && slices.Equal(p.Languages, []string{"pt-BR", "es"}) &&
			p.TimeZone == "America/Sao_Paulo" && p.InterfaceLanguage == "pt-BR"
	}
	if !same(c.Agent) {
		t.Errorf("became %+v", c.Agent)
	}
	long := slices.Repeat([]string{"x"}, 51)
	for n := range long {
		long[n] += strconv.Itoa(n)
	}
	for name, wrong := range map[string]struct {
		field string
		value any
	}{
		"too many skills":      {"skills", long},
		"a skill twice":        {"skills", []string{"Troca", "troca"}},
		"an empty skill":       {"skills", []string{" "}},
		"a long skill":         {"skills", []string{strings.Repeat("é", 200)}},
		"no language":          {"languages", []string{"xx"}},
		"a language twice":     {"languages", []string{"es", "ES"}},
		"no zone":              {"time_zone", "Mars/Olympus"},
		"the machine's zone":   {"time_zone", "Local"},
		"a path":               {"time_zone", "../../etc/passwd"},
		"a language not there": {"interface_language", "fr"},
	} {
		var p answeredProblem
		root.want(400, &p, "PATCH", agent, body{wrong.field: wrong.value, "name": "Nobody"})
		if p.Field != wrong.field || p.Detail == "" {
			t.Errorf("%s: %+v, want a remedy at %s", name, p, wrong.field)
		}
	}
	var me struct {
		Agent struct {
			profile
			Name string
		}
	}
	ana.want(200, &me, "GET", "/api/v1/me", nil)
	if !same(me.Agent.profile) || me.Agent.Name == "Nobody" {
		t.Errorf("after the refusals: %+v", me)
	}
	root.want(200, nil, "PATCH", agent, body{"skills": []string{strings.Repeat("é", 40)}})
	ana.want(403, nil, "PATCH", agent, body{"skills": []string{"x"}})
	eva.want(404, nil, "PATCH", agent, body{"skills": []string{"x"}})
	const told = `SELECT count(*) FROM audit WHERE action = 'person.changed' AND object_id = $1 AND before->>'time_zone' = '' AND after->>'time_zone' = 'America/Sao_Paulo'`
	if n := s.counted(told, ana.id); n != 1 {
		t.Errorf("%d lines tell of the time zone, want 1", n)
	}
}

// What somebody can do is for those who divide the work, and for himself: to colleagues,
// to who only reads, and to a program that reads he is a name.
func TestProfileOfColleagues(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	root, ana := s.hire("t1", "root", staff.RoleAdmin), s.hire("t1", "ana", staff.RoleAgent, "red")
	bruno, rui := s.hire("t1", "bruno", staff.RoleAgent, "red"), s.hire("t1", "rui", staff.RoleManager)
	iris := s.hire("t1", "iris", staff.RoleAuditor)
	root.want(200, nil, "PATCH", "/api/v1/agents/"+ana.id, body{
		"skills": []string{"troca"}, "languages": []string{"es"}, "time_zone": "America/Bogota", "interface_language": "es",
	})
	read := s.program(makeKey(root, "through", nil, "read").Secret)
	runner := s.program(makeKey(root, "own", nil, "read", "admin").Secret)
	type colleague struct {
		profile
		ID string
	}
	for name, sees := range map[string]struct {
		who  *person
		full bool
	}{
		"admin": {root, true}, "manager": {rui, true}, "herself": {ana, true},
		"colleague": {bruno, false}, "auditor": {iris, false}, "key": {read, false}, "administering key": {runner, true},
	} {
		var list struct{ Agents []colleague }
		sees.who.want(200, &list, "GET", "/api/v1/agents", nil)
		n := slices.IndexFunc(list.Agents, func(a colleague) bool { return a.ID == ana.id })
		if n < 0 {
			t.Errorf("%s does not see her at all", name)
			continue
		}
		got := list.Agents[n].profile
		full := slices.Equal(got.Skills, []string{"troca"}) && slices.Equal(got.Languages, []string{"es"}) &&
			got.TimeZone == "America/Bogota" && got.InterfaceLanguage == "es"
		empty := len(got.Skills)+len(got.Languages) == 0 && got.TimeZone+got.InterfaceLanguage == ""
		if full != sees.full || empty == sees.full {
			t.Errorf("%s sees %+v", name, got)
		}
	}
}

// Everybody says in which zone and language he is, of himself alone, and not what he knows.
func TestOwnProfile(t *testing.T) {
	t.Parallel()
	s := startSite(t)
	ana := s.hire("t1", "ana", staff.RoleAgent, "red")
	var now struct {
		profile
		Name string
	}
	ana.want(200, &now, "PATCH", "/api/v1/me", body{"time_zone": "Europe/Lisbon", "interface_language": "es", "languages": []string{"pt-BR", "gn"}})
	if !slices.Equal(now.Languages, []string{"pt-BR", "gn"}) || now.TimeZone != "Europe/Lisbon" || now.InterfaceLanguage != "es" || now.Name == "" {
		t.Errorf("became %+v", now)
	}
	ana.want(200, &now, "PATCH", "/api/v1/me", body{"interface_language": ""})
	if now.TimeZone != "Europe/Lisbon" || now.InterfaceLanguage != "" {
		t.Errorf("unset: %+v", now)
	}
	for field, wrong := range map[string]any{"time_zone": "Lisbon", "interface_language": "de", "languages": []string{"klingon"}, "skills": []string{"x"}} {
		var p answeredProblem
		ana.want(400, &p, "PATCH", "/api/v1/me", body{field: wrong})
		if p.Field != field {
			t.Errorf("%s: field %q", field, p.Field)
		}
	}
}

// The page offers the languages that the server takes.
func TestLanguagesOfThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("web/app/settings/profile.js")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "export const tags = [")
	list, _, found := strings.Cut(rest, "];")
	tags := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune("', \n", r) })
	if !found || !slices.Equal(tags, staff.Languages()) {
		t.Errorf("the page offers %q, the server takes %q", tags, staff.Languages())
	}
}
