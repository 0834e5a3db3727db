package intake

import (
	"time"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
)

// CauseOf says what a code tells about the whole number; none is unspecified.
// Meta says 0 for what passes by itself, too: a look at the number decides.
func CauseOf(code int) actorpb.RecordNumberHealth_Cause {
	switch code {
	case 0:
		return actorpb.RecordNumberHealth_CAUSE_UNSPECIFIED
	case cloudapi.CodeThroughput:
		return actorpb.RecordNumberHealth_CAUSE_THROUGHPUT
	case cloudapi.CodeMaintenance, cloudapi.CodeMaintenanceOfAccount:
		return actorpb.RecordNumberHealth_CAUSE_MAINTENANCE
	}
	switch cloudapi.Explain(code).Class {
	case cloudapi.ClassAuthStop:
		return actorpb.RecordNumberHealth_CAUSE_TOKEN
	case cloudapi.ClassNumberStop:
		return actorpb.RecordNumberHealth_CAUSE_STOPPED
	}
	return actorpb.RecordNumberHealth_CAUSE_UNSPECIFIED
}

// HealthOf is what an error says that showed at a time.
func HealthOf(code int, text string, at time.Time) *actorpb.RecordNumberHealth {
	return &actorpb.RecordNumberHealth{Cause: CauseOf(code), Code: int32(code), Text: text, AtMs: at.UnixMilli()}
}
