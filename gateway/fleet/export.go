package fleet

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/fleet"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Export writes how numbers of the tenant fare as CSV (RFC 4180), by name: those that are
// asked for, or all. That it was done is a line of the audit, written before.
func (d *Desk) Export(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	if d.cfg.Fleet == nil || d.cfg.Audit == nil {
		return problem.New(code.NotFound, "")
	}
	list, err := d.cfg.Fleet.List(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	ids := []wa.PhoneNumberID{} // all
	if asked := r.URL.Query().Get("numbers"); asked != "" {
		for id := range strings.SplitSeq(asked, ",") {
			ids = append(ids, wa.PhoneNumberID(id))
		}
		if err := checkNumbers(ids); err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(l fleet.Listed) bool { return !slices.Contains(ids, l.Number) })
	}
	if err := d.cfg.Audit.Note(r.Context(), audit.Entry{
		TenantID: who.Person.TenantID, Action: audit.NumbersExported, Object: audit.Object{Kind: "number", ID: "export"},
		After: audit.Values{"numbers": ids},
	}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="numbers.csv"`)
	out := csv.NewWriter(w)
	err = out.Write([]string{
		"id", "phone", "name", "team_id", "language", "troubles", "health", "quality", "tier", "rate", "per_second", "received_24h", "sent_24h",
		"failed_24h", "waiting", "token", "token_expires_at", "received_at", "sent_at", "coexistence", "paused", "paused_reason", "paused_until",
	})
	for _, v := range d.views(r.Context(), list) {
		if err == nil {
			err = out.Write(record(&v))
		}
	}
	if out.Flush(); err != nil || out.Error() != nil {
		panic(http.ErrAbortHandler) // the head has left: a cut answer is what tells the caller
	}
	return nil
}

func record(v *NumberView) []string {
	n, paused, reason, until := &v.Number, "", "", ""
	if n.Hold != nil {
		paused, reason, until = "machines", n.Hold.Reason, moment(n.Hold.Until)
		switch {
		case n.Hold.All:
			paused = "all"
		case n.Hold.Rate > 0:
			paused = "rate"
		}
	}
	cells := []string{
		string(n.ID), n.Display, n.Name, string(n.TeamID), v.Language, strings.Join(v.Troubles, " "), n.Health, v.Quality, v.Tier,
		strconv.Itoa(int(n.Rate)), strconv.FormatFloat(v.PerSecond, 'f', 2, 64), strconv.Itoa(v.Day.Received), strconv.Itoa(v.Day.Sent),
		strconv.Itoa(v.Day.Failed), strconv.Itoa(v.Waiting), v.Token, moment(v.TokenExpiresAt), moment(v.ReceivedAt), moment(v.SentAt),
		strconv.FormatBool(n.Coexistence), paused, reason, until,
	}
	for i, cell := range cells {
		cells[i] = rest.Cell(cell)
	}
	return cells
}

func moment(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
