package relay

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// stopPause is for a number that no look finds well and that could send all the same.
const stopPause = 15 * time.Minute

// healthy says that all is well since a time: when what went well began.
func healthy(since time.Time) *actorpb.RecordNumberHealth {
	return &actorpb.RecordNumberHealth{Cause: actorpb.RecordNumberHealth_CAUSE_RECOVERED, AtMs: since.UnixMilli()}
}

// worthReporting says whether a report is news.
func (r *Relay) worthReporting(number wa.PhoneNumberID, health *actorpb.RecordNumberHealth) bool {
	return health.Cause != actorpb.RecordNumberHealth_CAUSE_UNSPECIFIED && r.health.Due(number, health.Cause, time.Now())
}

// report tells the number what a send taught. It is a hint: a lost one comes
// again with the next failure.
func (r *Relay) report(number wa.PhoneNumberID, health *actorpb.RecordNumberHealth) {
	if _, err := r.ask(wa.PhoneNumberKind, string(number), health); err != nil && r.work.Context().Err() == nil {
		r.cfg.Logger.Warn("health of a number not recorded", "phone_number_id", number, "cause", health.Cause.String(), "error", err)
	}
}

// unknown counts a code that is not in the table, and warns of it once: thousands of
// messages may end by it.
func (r *Relay) unknown(code int) {
	isNew, named := r.codes.Meet(code)
	r.metrics.unknownCode(code, named)
	if isNew {
		r.cfg.Logger.Warn("Meta reports an error code that we do not know", "code", code)
	}
}
