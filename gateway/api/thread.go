package api

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence/inbox"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// threadView is a page of a thread: items without a gap in what happened, by
// version. Whoever shows it merges pages by place, then version; what came late
// stands at most some minutes further up. Version is the conversation's newest:
// subscribe from there.
type threadView struct {
	Version uint64      `json:"version" doc:"Of the conversation now: subscribe from here"`
	Items   []view.Item `json:"items"`
	Before  uint64      `json:"before,omitempty" doc:"For the page before; missing on the first"`
	After   uint64      `json:"after,omitempty" doc:"For the page after"`
}

func (a *conversations) ListMessages(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	in := r.URL.Query()
	var q inbox.EventQuery
	var err error
	if q.Limit, err = rest.Limit(in.Get("limit"), 50, 200); err != nil {
		return err
	}
	if q.Before, err = rest.Version(in.Get("before"), "before"); err != nil {
		return err
	}
	if q.After, err = rest.Version(in.Get("after"), "after"); err != nil {
		return err
	}
	if q.Around, err = rest.Version(in.Get("around"), "around"); err != nil {
		return err
	}
	if q.Before != 0 && q.After != 0 || q.Around != 0 && (q.Before != 0 || q.After != 0) {
		return problem.Field("after", "give one of before, after and around")
	}
	row, err := a.visible(r, who)
	if err != nil {
		return err
	}
	items, err := a.threads.Page(r.Context(), row.Key, q)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, viewThread(row.Version, items, q))
}

// viewThread names the pages beside this one: there is one where this is full.
func viewThread(version uint64, items []view.Item, q inbox.EventQuery) threadView {
	v := threadView{Version: version, Items: items}
	n := len(items)
	switch {
	case n == 0:
	case q.Around != 0:
		earlier, _ := slices.BinarySearchFunc(items, q.Around+1, func(i view.Item, v uint64) int { return cmp.Compare(i.Version, v) })
		if earlier > 0 && earlier == q.Limit-q.Limit/2 {
			v.Before = items[0].Version
		}
		if n-earlier > 0 && n-earlier == q.Limit/2 {
			v.After = items[n-1].Version
		}
	case n < q.Limit:
	case q.After != 0:
		v.After = items[n-1].Version
	default:
		v.Before = items[0].Version
	}
	return v
}
