package live

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/jobs"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Changes of settings are read from the audit, where each is a line of its own
// transaction, by every gateway at which somebody looks at them: so it does not matter
// which member, or which program beside them, made the change.
const (
	changesEvery   = 500 * time.Millisecond
	changesTimeout = 5 * time.Second
	// changesLate is how many lines before the newest are read once more: of two
	// transactions the one with the lower number may commit later. What is later still
	// the page finds, which reads anew every ten seconds.
	changesLate = 100
)

// changed is what may have been told already of a tenant's changes.
type changed struct {
	newest int64
	told   map[int64]struct{} // of the last changesLate lines
	begun  bool               // what there was before anybody listened is in told
	jobs   map[int64]jobs.Progress
}

// watch tells of changes until the hub stops.
func (h *Hub) watch() {
	known := make(map[wa.TenantID]*changed)
	tick := time.NewTicker(changesEvery)
	defer tick.Stop()
	for {
		select {
		case <-h.done:
			return
		case <-tick.C:
			h.guard.Do("changes", func() { h.tellChanges(known) })
		}
	}
}

// tellChanges reads what changed for those who listen; without anybody it asks nothing.
func (h *Hub) tellChanges(known map[wa.TenantID]*changed) {
	streams, after := h.heedful(known)
	if len(streams) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), changesTimeout)
	defer cancel()
	frames, err := h.changes(ctx, known, after)
	if err != nil {
		h.log.Warn("read changes of settings", "error", err)
	}
	for tenant, list := range frames {
		streams[tenant].tellChanged(list)
	}
}

// heedful returns the streams with somebody who listens, and from which line each wants
// to know; it forgets all others.
func (h *Hub) heedful(known map[wa.TenantID]*changed) (map[wa.TenantID]*tenantStream, map[wa.TenantID]int64) {
	h.mu.Lock()
	all := make([]*tenantStream, 0, len(h.tenants))
	for _, ts := range h.tenants {
		all = append(all, ts)
	}
	h.mu.Unlock()
	streams, after := make(map[wa.TenantID]*tenantStream), make(map[wa.TenantID]int64)
	for _, ts := range all {
		since, listens := ts.listensSince()
		if !listens {
			continue
		}
		k := known[ts.tenant]
		if k == nil {
			k = &changed{newest: since, told: make(map[int64]struct{})}
			known[ts.tenant] = k
		}
		streams[ts.tenant], after[ts.tenant] = ts, max(k.newest-changesLate, 0)
	}
	for tenant := range known {
		if streams[tenant] == nil {
			delete(known, tenant)
		}
	}
	return streams, after
}

// listensSince says whether anybody listens to changes, and the newest line when the
// first of them began to.
func (ts *tenantStream) listensSince() (line int64, listens bool) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	return ts.changesFrom, len(ts.audience.changes) > 0
}

// changes returns frames by tenant: one for each thing, whatever the number of its lines.
func (h *Hub) changes(ctx context.Context, known map[wa.TenantID]*changed, after map[wa.TenantID]int64) (map[wa.TenantID][]*frameOut, error) {
	frames := make(map[wa.TenantID][]*frameOut)
	lines, err := h.audit.Changes(ctx, after)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		line := &lines[i]
		k := known[line.TenantID]
		if _, twice := k.told[line.ID]; twice {
			continue
		}
		k.told[line.ID] = struct{}{}
		if !k.begun && line.ID <= k.newest {
			continue // whoever began to listen reads after that
		}
		k.newest = max(k.newest, line.ID)
		frames[line.TenantID] = with(frames[line.TenantID], line.Kind, line.ObjectID, line.ID)
	}
	for _, k := range known {
		k.begun = true
		for line := range k.told {
			if line <= k.newest-changesLate {
				delete(k.told, line)
			}
		}
	}
	if h.jobs == nil {
		return frames, nil
	}
	tenants := make([]wa.TenantID, 0, len(after))
	for tenant := range after {
		tenants = append(tenants, tenant)
	}
	list, err := h.jobs.Progress(ctx, tenants)
	if err != nil {
		return frames, err
	}
	now := make(map[wa.TenantID]map[int64]jobs.Progress)
	for _, tenant := range tenants {
		now[tenant] = make(map[int64]jobs.Progress)
	}
	for _, job := range list {
		now[job.TenantID][job.ID] = job
	}
	for _, tenant := range tenants {
		for _, id := range moved(known[tenant].jobs, now[tenant]) {
			frames[tenant] = with(frames[tenant], "job", strconv.FormatInt(id, 10), 0)
		}
		known[tenant].jobs = now[tenant]
	}
	return frames, nil
}

// moved lists jobs that began, went on or ended between two looks, the oldest first.
func moved(before, now map[int64]jobs.Progress) (ids []int64) {
	for id, job := range now {
		if before[id] != job {
			ids = append(ids, id)
		}
	}
	for id := range before {
		if _, runs := now[id]; !runs {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// with adds word of a thing, or raises the revision of the word that is there.
func with(list []*frameOut, kind, id string, revision int64) []*frameOut {
	for _, f := range list {
		if f.Kind == kind && f.ID == id {
			f.Revision = max(f.Revision, revision)
			return list
		}
	}
	return append(list, &frameOut{T: "changed", Stream: settingsStream, Kind: kind, ID: id, Revision: revision})
}

func (ts *tenantStream) tellChanged(list []*frameOut) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, f := range list {
		frame := encodeFrame(f)
		for c := range ts.audience.changes {
			if c.hears(f) {
				c.push(frame)
			}
		}
	}
}

// hears says whether somebody may know that a thing changed: whoever may read the audit,
// which names the same things and more, and everybody of himself.
func (c *client) hears(f *frameOut) bool {
	if c.person.Key != nil || c.person.Role == staff.RoleAdmin || c.person.Role == staff.RoleAuditor {
		return true // a key without the right did not come to listen
	}
	// Of quick replies everybody has some; the id of one says nothing.
	return f.Kind == "quick_reply" || f.Kind == "person" && f.ID == string(c.person.ID)
}

// subscribeChanges is for persons, and for keys that may read the audit; what each is told
// hears says.
func (c *client) subscribeChanges(ctx context.Context, ref string) *protocolError {
	switch {
	case c.hub.audit == nil:
		return errUnknownStream()
	case c.person.Key != nil && !c.person.Key.May(staff.RightAdmin):
		return errForbidden("this API key has no right to admin")
	}
	ctx, cancel := context.WithTimeout(ctx, changesTimeout)
	defer cancel()
	newest, err := c.hub.audit.Newest(ctx, c.person.TenantID)
	if err != nil {
		c.hub.log.Error("subscribe to changes of settings", "error", err)
		return errUnavailable()
	}
	ts := c.stream
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if len(ts.audience.changes) == 0 {
		ts.changesFrom = newest
	}
	ts.audience.changes[c] = struct{}{}
	c.pushFrame(&frameOut{T: "subscribed", Ref: ref, Stream: settingsStream})
	return nil
}
