package quickreply

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence"
)

// Limits.
const (
	MaxReplies   = 2000 // of a tenant
	MaxOwn       = 200  // of one person
	MaxShortcut  = 32   // characters
	MaxTitle     = 100
	MaxVariables = 20 // of one text
	maxVariable  = 40 // characters of a variable's name
)

// Visibility says whose a reply is.
type Visibility string

// Visibilities.
const (
	Own     Visibility = "own"
	Team    Visibility = "team"
	Company Visibility = "company"
)

// Known are the variables that the page fills in by itself.
func Known() []string {
	return []string{"contact.name", "contact.first_name", "agent.name", "number.name", "company"}
}

// Reply is one quick reply.
type Reply struct {
	ID         string
	TenantID   wa.TenantID
	Visibility Visibility
	PersonID   wa.AgentID // of one of his own, else ""
	TeamID     wa.TeamID  // of a team's, else ""
	Shortcut   string     // in small letters, without its slash
	Title      string
	Text       string
	UploadID   wa.UploadID // a file that goes with it; "": none
	Revision   int64       // raised by each change
	Used       int64       // times that it was inserted
	UsedAt     *time.Time
	ChangedAt  time.Time
	ChangedBy  string // name of who changed it last
}

// Viewer is who looks at replies and changes them.
type Viewer struct {
	persistence.Scope
	Keeps bool // changes replies of his teams, and of the company if he sees all teams
	Own   bool // has replies of his own: he logs in, and only looks on nowhere
}

// Sees says whether a reply is shown to the viewer.
func (v *Viewer) Sees(r *Reply) bool {
	switch {
	case r.TenantID != v.TenantID:
		return false
	case r.Visibility == Own:
		return v.Own && r.PersonID == v.Person
	case r.Visibility == Team:
		return v.WorksFor(r.TenantID, r.TeamID)
	}
	return true
}

// Changes says whether the viewer may change a reply.
func (v *Viewer) Changes(r *Reply) bool {
	switch {
	case !v.Sees(r):
		return false
	case r.Visibility == Own:
		return true
	case r.Visibility == Team:
		return v.Keeps
	}
	return v.Keeps && v.AllTeams
}

// clean puts a reply in the form that is stored: the shortcut as people mean it, whatever
// they have typed.
func (r *Reply) clean() {
	r.Shortcut = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(wa.CleanText(r.Shortcut)), "/"))
	r.Title, r.Text = strings.TrimSpace(wa.CleanText(r.Title)), strings.TrimSpace(wa.CleanText(r.Text))
	if r.Visibility != Team {
		r.TeamID = ""
	}
	if r.Visibility != Own {
		r.PersonID = ""
	}
}

// check refuses what cannot be a quick reply, with the field and the remedy: a
// *wa.LimitError.
func (r *Reply) check() error {
	for _, err := range []error{r.checkPlace(), r.checkShortcut(), r.checkTitle(), r.checkText()} {
		if err != nil {
			return err
		}
	}
	return nil
}

func wrong(rule, field, remedy string, limit int) error {
	return &wa.LimitError{Rule: rule, Field: field, Remedy: remedy, Limit: limit}
}

func (r *Reply) checkPlace() error {
	switch {
	case !slices.Contains([]Visibility{Own, Team, Company}, r.Visibility):
		return wrong(wa.RuleBadValue, "visibility", "want own, team or company", 0)
	case r.Visibility == Team && r.TeamID == "":
		return wrong(wa.RuleMissing, "team_id", "say which team it is of", 0)
	}
	return nil
}

func (r *Reply) checkShortcut() error {
	switch {
	case r.Shortcut == "":
		return wrong(wa.RuleMissing, "shortcut", "give it a short word, such as prazo", 0)
	case utf8.RuneCountInString(r.Shortcut) > MaxShortcut:
		return wrong(wa.RuleTooLong, "shortcut", "at most 32 characters", MaxShortcut)
	case strings.ContainsFunc(r.Shortcut, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && c != '-' && c != '_'
	}):
		return wrong(wa.RuleBadValue, "shortcut", "letters, digits, - and _ only, no blanks", 0)
	}
	return nil
}

func (r *Reply) checkTitle() error {
	switch {
	case !wa.Visible(r.Title):
		return wrong(wa.RuleMissing, "title", "give it a title", 0)
	case utf8.RuneCountInString(r.Title) > MaxTitle:
		return wrong(wa.RuleTooLong, "title", "at most 100 characters", MaxTitle)
	}
	return nil
}

func (r *Reply) checkText() error {
	switch {
	case !wa.Visible(r.Text):
		return wrong(wa.RuleMissing, "text", "write the text", 0)
	case utf8.RuneCountInString(r.Text) > wa.MaxTextLength:
		return wrong(wa.RuleTooLong, "text", "at most 4096 characters", wa.MaxTextLength)
	}
	names, err := variables(r.Text)
	if err == nil && len(names) > MaxVariables {
		err = wrong(wa.RuleTooMany, "text", "at most 20 variables", MaxVariables)
	}
	return err
}

// variables are those of a text, each once, in their order.
func variables(text string) (names []string, err error) {
	for {
		_, rest, found := strings.Cut(text, "{{")
		if !found {
			return names, nil
		}
		name, after, closed := strings.Cut(rest, "}}")
		if name = strings.TrimSpace(name); !closed || !nameable(name) {
			return nil, wrong(wa.RuleBadValue, "text", "write variables as {{prazo}}: letters, digits, blanks and _, or one of "+strings.Join(Known(), ", "), 0)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		text = after
	}
}

// nameable says whether a variable may be called that: a dot stands in those that the
// page knows, and a wrong one of these would be asked for with each use.
func nameable(name string) bool {
	if slices.Contains(Known(), name) {
		return true
	}
	return name != "" && utf8.RuneCountInString(name) <= maxVariable && !strings.ContainsFunc(name, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && c != ' ' && c != '_'
	})
}
