package admin

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// auditList are lines of the audit, the newest first.
type auditList struct {
	Lines []auditLine `json:"lines"`
	Next  int64       `json:"next,omitempty" doc:"Older lines follow: ask with before"`
}

// auditLine is one change: who, what, before, after, from where.
type auditLine struct {
	ID      int64          `json:"id"`
	At      *time.Time     `json:"at"`
	By      auditBy        `json:"by"`
	Action  string         `json:"action" doc:"object.verb, such as person.changed"`
	Object  auditObject    `json:"object"`
	Before  map[string]any `json:"before,omitempty" doc:"The fields that changed, as they were"`
	After   map[string]any `json:"after,omitempty" doc:"The fields that changed, as they are since"`
	Address string         `json:"address,omitempty" doc:"Network address that it was done from"`
	Client  string         `json:"client,omitempty" doc:"What the caller's program says it is"`
}

type auditBy struct {
	Kind string `json:"kind" enum:"agent,integration,operator,system"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

type auditObject struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name,omitempty" doc:"What people called it then"`
}

func viewLine(l *audit.Line) auditLine {
	return auditLine{
		ID: l.ID, At: view.StoredTime(l.At), By: auditBy{l.By.Kind, l.By.ID, l.By.Name}, Action: string(l.Action),
		Object: auditObject{l.Object.Kind, l.Object.ID, l.Object.Name}, Before: l.Before, After: l.After,
		Address: l.By.Address, Client: l.By.Client,
	}
}

// filterOf reads which lines a request asks for.
func filterOf(r *http.Request) (f audit.Filter, err error) {
	in := r.URL.Query()
	if f.Limit, err = rest.Limit(in.Get("limit"), 50, audit.MaxLines); err != nil {
		return f, err
	}
	if text := in.Get("before"); text != "" {
		if f.Before, err = strconv.ParseInt(text, 10, 64); err != nil || f.Before < 1 {
			return f, problem.Field("before", "want next of the answer before")
		}
	}
	for _, bound := range []struct {
		name string
		to   *time.Time
	}{{"from", &f.From}, {"to", &f.To}} {
		text := in.Get(bound.name)
		if text == "" {
			continue
		}
		if *bound.to, err = time.Parse(time.RFC3339, text); err != nil {
			return f, problem.Field(bound.name, "want a time such as 2026-11-24T00:00:00Z")
		}
	}
	f.By, f.Action = wa.CleanText(in.Get("by")), audit.Action(wa.CleanText(in.Get("action")))
	f.ObjectKind, f.ObjectID = wa.CleanText(in.Get("object_kind")), wa.CleanText(in.Get("object_id"))
	if f.Text = wa.CleanText(in.Get("q")); len(f.Text) > maxQuery {
		return f, problem.Field("q", "want at most 100 bytes")
	}
	return f, nil
}

const maxQuery = 100

func (a *auditLog) List(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.lines == nil {
		return problem.New(code.NotFound, "")
	}
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	lines, err := a.lines.List(r.Context(), who.Person.TenantID, filter)
	if err != nil {
		return err
	}
	list := auditList{Lines: make([]auditLine, len(lines))}
	for i := range lines {
		list.Lines[i] = viewLine(&lines[i])
	}
	if len(lines) == filter.Limit {
		list.Next = lines[len(lines)-1].ID
	}
	return rest.Write(w, http.StatusOK, list)
}

// Export writes all lines that the filter names as CSV (RFC 4180), the newest first.
// That it was done is a line itself, written before the first one leaves.
func (a *auditLog) Export(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if a.lines == nil {
		return problem.New(code.NotFound, "")
	}
	filter, err := filterOf(r)
	if err != nil {
		return err
	}
	filter.Limit = audit.MaxLines
	if err := a.lines.Note(r.Context(), audit.Entry{
		TenantID: who.Person.TenantID, Action: audit.AuditExported, Object: audit.Object{Kind: "audit", ID: "audit"},
		After: audit.Values{"filter": r.URL.RawQuery},
	}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="audit.csv"`)
	out := csv.NewWriter(w)
	err = out.Write([]string{"id", "at", "by_kind", "by_id", "by_name", "action", "object_kind", "object_id", "object_name", "before", "after", "address", "client"})
	if err == nil {
		err = a.each(r.Context(), who.Person.TenantID, filter, func(l *audit.Line) error { return out.Write(record(l)) })
	}
	out.Flush()
	if err != nil {
		panic(http.ErrAbortHandler) // the head has left: a cut answer is what tells the caller
	}
	return nil
}

// each hands all lines over that a filter names, page by page.
func (a *auditLog) each(ctx context.Context, tenant wa.TenantID, filter audit.Filter, do func(*audit.Line) error) error {
	for {
		lines, err := a.lines.List(ctx, tenant, filter)
		if err != nil {
			return err
		}
		for i := range lines {
			if err := do(&lines[i]); err != nil {
				return err
			}
		}
		if len(lines) < filter.Limit {
			return nil
		}
		filter.Before = lines[len(lines)-1].ID
	}
}

func record(l *audit.Line) []string {
	text := func(v audit.Values) string {
		if len(v) == 0 {
			return ""
		}
		encoded, _ := json.Marshal(v) // it came from JSON
		return string(encoded)
	}
	fields := []string{
		strconv.FormatInt(l.ID, 10), l.At.UTC().Format(time.RFC3339Nano), l.By.Kind, l.By.ID, l.By.Name, string(l.Action),
		l.Object.Kind, l.Object.ID, l.Object.Name, text(l.Before), text(l.After), l.By.Address, l.By.Client,
	}
	for i, field := range fields {
		fields[i] = rest.Cell(field)
	}
	return fields
}
