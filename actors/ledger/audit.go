package ledger

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/actorpb"
)

// AuditLine is what an append tells the audit of its tenant, in the append's own
// transaction: what was done with a conversation that administrators are to know of.
// Its words are persistence/audit's.
type AuditLine struct {
	ByKind, ByID, ByName string
	Address, Client      string // where it was ordered from
	Action               string
	ObjectKind           string
	ObjectID             string
	ObjectName           string
	Before, After        []byte // JSON objects: the fields that changed
}

// AuditedBy begins the line of what somebody has ordered.
func AuditedBy(by *actorpb.Actor) AuditLine {
	kind := "system"
	switch by.GetKind() {
	case actorpb.Party_KIND_NOBODY, actorpb.Party_KIND_AGENT: // none: an agent, as all were before there were others
		kind = "agent"
	case actorpb.Party_KIND_INTEGRATION:
		kind = "integration"
	}
	return AuditLine{ByKind: kind, ByID: by.GetAgentId(), ByName: by.GetName(), Address: by.GetAddress(), Client: by.GetClient()}
}

// AuditValues encodes the fields of a line.
func AuditValues(of map[string]string) []byte {
	text, err := json.Marshal(of)
	if err != nil {
		panic("the values of an audit line cannot be encoded: " + err.Error()) // strings always can
	}
	return text
}
