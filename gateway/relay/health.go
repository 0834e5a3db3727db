package relay

import (
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

const (
	healthRepeat = 5 * time.Second // the same cause is reported so often at most
	// stopPause is for a number that no look finds well and that could send all the same.
	stopPause = 15 * time.Minute
)

// healthy says that all is well since a time: when what went well began.
func healthy(since time.Time) *actorpb.RecordNumberHealth {
	return &actorpb.RecordNumberHealth{Cause: actorpb.RecordNumberHealth_CAUSE_RECOVERED, AtMs: since.UnixMilli()}
}

// healthReports keeps a number that fails a hundred times a second from
// reporting it a hundred times.
// Another member that fails at the same number has its own.
type healthReports struct {
	mu   sync.Mutex
	last map[wa.PhoneNumberID]healthReport
}

type healthReport struct {
	cause actorpb.RecordNumberHealth_Cause
	at    time.Time
}

// due says whether to report now. A recovery is due once after trouble of this
// process's own reports; claims tell of all other trouble.
func (h *healthReports) due(number wa.PhoneNumberID, cause actorpb.RecordNumberHealth_Cause, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	last, known := h.last[number]
	switch {
	case cause == actorpb.RecordNumberHealth_CAUSE_RECOVERED && !known:
		return false
	case cause == actorpb.RecordNumberHealth_CAUSE_RECOVERED:
		delete(h.last, number)
		return true
	case known && last.cause == cause && now.Sub(last.at) < healthRepeat:
		return false
	}
	if h.last == nil {
		h.last = make(map[wa.PhoneNumberID]healthReport)
	}
	h.last[number] = healthReport{cause, now}
	return true
}

// troubled says whether this process reported trouble that did not end yet.
func (h *healthReports) troubled(number wa.PhoneNumberID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, known := h.last[number]
	return known
}

// worthReporting says whether a report is news.
func (r *Relay) worthReporting(number wa.PhoneNumberID, health *actorpb.RecordNumberHealth) bool {
	return health.Cause != actorpb.RecordNumberHealth_CAUSE_UNSPECIFIED && r.health.due(number, health.Cause, time.Now())
}

// report tells the number what a send taught. It is a hint: a lost one comes
// again with the next failure.
func (r *Relay) report(number wa.PhoneNumberID, health *actorpb.RecordNumberHealth) {
	if _, err := r.ask(wa.PhoneNumberKind, string(number), health); err != nil && r.work.Context().Err() == nil {
		r.cfg.Logger.Warn("health of a number not recorded", "phone_number_id", number, "cause", health.Cause.String(), "error", err)
	}
}
