package quickreply_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/pgtest"
	"github.com/prosa-chat/prosa/persistence/quickreply"
	"github.com/prosa-chat/prosa/persistence/storetest"
)

func agent(tenant wa.TenantID, id wa.AgentID, teams ...wa.TeamID) *quickreply.Viewer {
	return &quickreply.Viewer{Scope: persistence.Scope{TenantID: tenant, Teams: teams, Person: id}, Own: true}
}

func manager(tenant wa.TenantID, id wa.AgentID) *quickreply.Viewer {
	return &quickreply.Viewer{Scope: persistence.Scope{TenantID: tenant, AllTeams: true, Person: id}, Own: true, Keeps: true}
}

func reply(of quickreply.Visibility, team wa.TeamID, shortcut string) quickreply.Reply {
	return quickreply.Reply{Visibility: of, TeamID: team, Shortcut: shortcut, Title: "Title of " + shortcut, Text: "Hello {{contact.name}}, {{delivery date}}"}
}

func make1(t *testing.T, s *quickreply.Replies, v *quickreply.Viewer, r quickreply.Reply) quickreply.Reply {
	t.Helper()
	made, err := s.Make(t.Context(), v, r)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// seen are the shortcuts that somebody sees.
func seen(t *testing.T, s *quickreply.Replies, v *quickreply.Viewer) string {
	t.Helper()
	list, err := s.List(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	words := make([]string, len(list))
	for i := range list {
		if !v.Sees(&list[i]) {
			t.Errorf("the list has %+v, which the viewer does not see", list[i])
		}
		words[i] = list[i].Shortcut
	}
	return strings.Join(words, " ")
}

// Everybody sees his own, those of his teams and those of the company, and nothing of
// another tenant; who may not see one may do nothing with it.
func TestWhoSeesAndChanges(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	s := quickreply.New(pool)
	ana, bruno, boss, other := agent("t1", "ana", "red"), agent("t1", "bruno", "blue"), manager("t1", "boss"), manager("t2", "other")
	own := make1(t, s, ana, reply(quickreply.Own, "", "/Meu"))
	red := make1(t, s, boss, reply(quickreply.Team, "red", "prazo"))
	all := make1(t, s, boss, reply(quickreply.Company, "", "oi"))
	make1(t, s, other, reply(quickreply.Company, "", "theirs"))
	if own.Shortcut != "meu" || own.Revision != 1 || own.PersonID != "ana" {
		t.Errorf("made %+v", own)
	}
	for name, want := range map[string]struct {
		v    *quickreply.Viewer
		sees string
	}{
		"ana": {ana, "meu oi prazo"}, "bruno": {bruno, "oi"}, "boss": {boss, "oi prazo"}, "another tenant": {other, "theirs"},
		"a key": {&quickreply.Viewer{Scope: persistence.Scope{TenantID: "t1", Person: "ana", Teams: []wa.TeamID{"red"}}}, "oi prazo"},
	} {
		if got := seen(t, s, want.v); got != want.sees {
			t.Errorf("%s sees %q, want %q", name, got, want.sees)
		}
	}
	word := "x"
	for name, test := range map[string]struct {
		v    *quickreply.Viewer
		id   string
		want error
	}{
		"an agent and the team's":     {ana, red.ID, quickreply.ErrForbidden},
		"an agent and the company's":  {ana, all.ID, quickreply.ErrForbidden},
		"an agent of another team":    {bruno, red.ID, persistence.ErrNotFound},
		"a manager and somebody's":    {boss, own.ID, persistence.ErrNotFound},
		"another tenant's manager":    {other, all.ID, persistence.ErrNotFound},
		"nothing":                     {boss, "nothing", persistence.ErrNotFound},
		"an id that cannot be stored": {boss, "a\x00b", persistence.ErrNotFound},
	} {
		_, err := s.Change(t.Context(), test.v, test.id, quickreply.Change{Title: &word})
		if !errors.Is(err, test.want) {
			t.Errorf("%s: changed with %v, want %v", name, err, test.want)
		}
		if err := s.Remove(t.Context(), test.v, test.id, 0); !errors.Is(err, test.want) {
			t.Errorf("%s: removed with %v, want %v", name, err, test.want)
		}
		if err := s.Use(t.Context(), test.v, test.id); errors.Is(test.want, persistence.ErrNotFound) && !errors.Is(err, test.want) {
			t.Errorf("%s: used with %v", name, err)
		}
	}
	team, company := quickreply.Team, quickreply.Company
	for name, c := range map[string]quickreply.Change{
		"to a team": {Visibility: &team, TeamID: new(wa.TeamID("red"))}, "to the company": {Visibility: &company},
	} {
		if _, err := s.Change(t.Context(), ana, own.ID, c); !errors.Is(err, quickreply.ErrForbidden) {
			t.Errorf("an agent gives his own %s: %v", name, err)
		}
	}
	if _, err := s.Make(t.Context(), ana, reply(quickreply.Company, "", "a")); !errors.Is(err, quickreply.ErrForbidden) {
		t.Errorf("an agent makes one of the company: %v", err)
	}
}

// A change names what was seen: one that somebody made meanwhile is not overwritten, and
// what says nothing new raises nothing. The audit tells all of it but the words.
func TestChangesAndAudit(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	s, boss := quickreply.New(pool), manager("t1", "boss")
	ctx := audit.Acting(t.Context(), audit.By{Kind: audit.ByAgent, ID: "boss", Name: "Renata"})
	r, err := s.Make(ctx, boss, reply(quickreply.Team, "red", "prazo"))
	if err != nil || r.ChangedBy != "Renata" {
		t.Fatal(r, err)
	}
	text, same, company := "words that nobody else reads", "PRAZO", quickreply.Company
	same2 := r.Title
	if got, err := s.Change(ctx, boss, r.ID, quickreply.Change{Revision: 1, Shortcut: &same, Title: &same2}); err != nil || got.Revision != 1 {
		t.Errorf("the same again: %+v, %v", got, err)
	}
	if got, err := s.Change(ctx, boss, r.ID, quickreply.Change{Revision: 1, Text: &text, Visibility: &company}); err != nil || got.Revision != 2 || got.TeamID != "" {
		t.Errorf("changed: %+v, %v", got, err)
	}
	if _, err := s.Change(ctx, boss, r.ID, quickreply.Change{Revision: 1, Title: &text}); !errors.Is(err, quickreply.ErrChanged) {
		t.Errorf("changed what was not seen: %v", err)
	}
	if err := s.Remove(ctx, boss, r.ID, 1); !errors.Is(err, quickreply.ErrChanged) {
		t.Errorf("removed what was not seen: %v", err)
	}
	for range 3 {
		if err := s.Use(ctx, boss, r.ID); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.List(ctx, boss)
	if err != nil || len(list) != 1 || list[0].Used != 3 || list[0].UsedAt == nil || list[0].Revision != 2 {
		t.Errorf("used three times: %+v, %v", list, err)
	}
	if err := s.Remove(ctx, boss, r.ID, 2); err != nil {
		t.Error(err)
	}
	lines, err := audit.New(pool).List(ctx, "t1", audit.Filter{ObjectKind: "quick_reply"})
	if err != nil || len(lines) != 3 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, want := range []audit.Action{audit.QuickReplyRemoved, audit.QuickReplyChanged, audit.QuickReplyMade} {
		if lines[i].Action != want || lines[i].By.Name != "Renata" || lines[i].Object.ID != r.ID {
			t.Errorf("line %+v, want %s", lines[i], want)
		}
		if told := fmt.Sprint(lines[i].Before, lines[i].After); strings.Contains(told, "nobody else") || strings.Contains(told, "Hello") {
			t.Errorf("the audit has the words: %s", told)
		}
	}
	if lines[1].After["text"] != audit.Hidden || lines[1].After["visibility"] != "company" {
		t.Errorf("the change is told as %v", lines[1].After)
	}
}

// What cannot be a reply is refused at its field, and nothing of it is stored.
func TestBadReplies(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	s, boss := quickreply.New(pool), manager("t1", "boss")
	make1(t, s, boss, reply(quickreply.Company, "", "oi"))
	make1(t, s, boss, reply(quickreply.Own, "", "oi"))         // elsewhere it is free
	make1(t, s, boss, reply(quickreply.Team, "red", "oi"))     //
	make1(t, s, boss, reply(quickreply.Team, "blue", "oi"))    //
	make1(t, s, boss, reply(quickreply.Company, "", "ação_1")) // letters of all alphabets
	for name, test := range map[string]struct {
		change      func(*quickreply.Reply)
		field, rule string
	}{
		"no shortcut":        {func(r *quickreply.Reply) { r.Shortcut = " / " }, "shortcut", wa.RuleMissing},
		"long shortcut":      {func(r *quickreply.Reply) { r.Shortcut = strings.Repeat("ç", 33) }, "shortcut", wa.RuleTooLong},
		"two words":          {func(r *quickreply.Reply) { r.Shortcut = "a b" }, "shortcut", wa.RuleBadValue},
		"a sign":             {func(r *quickreply.Reply) { r.Shortcut = "a/b" }, "shortcut", wa.RuleBadValue},
		"taken":              {func(r *quickreply.Reply) { r.Shortcut = "/OI" }, "shortcut", wa.RuleTwice},
		"no title":           {func(r *quickreply.Reply) { r.Title = "\u200b " }, "title", wa.RuleMissing},
		"long title":         {func(r *quickreply.Reply) { r.Title = strings.Repeat("a", 101) }, "title", wa.RuleTooLong},
		"no text":            {func(r *quickreply.Reply) { r.Text = " \n" }, "text", wa.RuleMissing},
		"long text":          {func(r *quickreply.Reply) { r.Text = strings.Repeat("é", 4097) }, "text", wa.RuleTooLong},
		"unknown variable":   {func(r *quickreply.Reply) { r.Text = "{{contact.email}}" }, "text", wa.RuleBadValue},
		"open variable":      {func(r *quickreply.Reply) { r.Text = "{{prazo" }, "text", wa.RuleBadValue},
		"empty variable":     {func(r *quickreply.Reply) { r.Text = "{{ }}" }, "text", wa.RuleBadValue},
		"variable in two":    {func(r *quickreply.Reply) { r.Text = "{{a\nb}}" }, "text", wa.RuleBadValue},
		"too many variables": {func(r *quickreply.Reply) { r.Text = manyVariables(21) }, "text", wa.RuleTooMany},
		"no team":            {func(r *quickreply.Reply) { r.Visibility = quickreply.Team }, "team_id", wa.RuleMissing},
		"unknown team":       {func(r *quickreply.Reply) { r.Visibility, r.TeamID = quickreply.Team, "green" }, "team_id", wa.RuleBadValue},
		"unknown visibility": {func(r *quickreply.Reply) { r.Visibility = "all" }, "visibility", wa.RuleBadValue},
	} {
		r := reply(quickreply.Company, "", "new")
		test.change(&r)
		_, err := s.Make(t.Context(), boss, r)
		if limit, ok := errors.AsType[*wa.LimitError](err); !ok || limit.Field != test.field || limit.Rule != test.rule || limit.Remedy == "" {
			t.Errorf("%s: %v, want %s at %s", name, err, test.rule, test.field)
		}
	}
	for _, text := range []string{strings.Repeat("é", 4096), manyVariables(20), "{ a } }} {{número do pedido}}"} {
		r := reply(quickreply.Company, "", fmt.Sprint("ok", len(text)))
		r.Text = text
		make1(t, s, boss, r)
	}
	if n := pgtest.Count(t, pool, `SELECT count(*) FROM quick_reply`); n != 8 {
		t.Errorf("%d replies, want 8", n)
	}
}

func manyVariables(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "{{v%d}} {{v%d}} ", i, i)
	}
	return text.String()
}

// fill gives somebody replies up to n.
func fill(t *testing.T, pool *pgxpool.Pool, visibility, person string, n int) {
	t.Helper()
	pgtest.Exec(t, pool, `INSERT INTO quick_reply (tenant_id, id, visibility, person_id, shortcut, title, text, changed_by)
SELECT 't1', $1 || $2 || n, $1, $2, 's' || n, 'title', 'text', 'x' FROM generate_series(1, $3) n`, visibility, person, n)
}

// Nobody passes the limits, however many try at once.
func TestLimits(t *testing.T) {
	t.Parallel()
	pool, _ := storetest.Office(t)
	s, boss, ana := quickreply.New(pool), manager("t1", "boss"), agent("t1", "ana", "red")
	fill(t, pool, "own", "ana", quickreply.MaxOwn)
	if _, err := s.Make(t.Context(), ana, reply(quickreply.Own, "", "more")); !errors.Is(err, quickreply.ErrTooManyOf) {
		t.Errorf("one more of her own: %v", err)
	}
	fill(t, pool, "company", "", quickreply.MaxReplies-quickreply.MaxOwn-1)
	var all sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for n := range 8 {
		all.Go(func() {
			_, err := s.Make(t.Context(), boss, reply(quickreply.Company, "", fmt.Sprint("new", n)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				made++
			} else if !errors.Is(err, quickreply.ErrTooMany) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if made != 1 {
		t.Errorf("%d made, want the last one", made)
	}
	make1(t, s, manager("t2", "other"), reply(quickreply.Company, "", "free")) // another company's limit is its own
}

// A team's replies go with its conversations where it is merged or removed.
func TestRepliesOfATeamThatIsGone(t *testing.T) {
	t.Parallel()
	pool, people := storetest.Office(t)
	s, boss, blue := quickreply.New(pool), manager("t1", "boss"), agent("t1", "bruno", "blue")
	r := make1(t, s, boss, reply(quickreply.Team, "red", "prazo"))
	make1(t, s, boss, reply(quickreply.Team, "blue", "prazo"))
	if got := seen(t, s, blue); got != "prazo" {
		t.Errorf("blue sees %q", got)
	}
	if _, err := people.EndTeam(t.Context(), "t1", "red", "blue", false); err != nil {
		t.Fatal(err)
	}
	if got := seen(t, s, blue); got != "prazo prazo" {
		t.Errorf("blue sees %q", got)
	}
	word := "prazo2"
	got, err := s.Change(t.Context(), boss, r.ID, quickreply.Change{Shortcut: &word})
	if err != nil || got.TeamID != "blue" {
		t.Errorf("changed: %+v, %v", got, err)
	}
}
