package admin

import (
	"net/http"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Config is what the handlers answer from. A nil interface answers 404.
type Config struct {
	Audit *audit.Log
	Staff *staff.Staff
	// Origin is where people reach the inbox, for the links that are given to them.
	Origin func(*http.Request) string
	// SeatChanged is told whose rights changed or ended: sockets look again.
	SeatChanged func(wa.TenantID, wa.AgentID)
}

// Handlers are the handlers of administration, by topic.
type Handlers struct {
	Audit  *auditLog
	People *people
	Keys   *keys
}

// New makes the handlers.
func New(c Config) Handlers {
	return Handlers{Audit: &auditLog{c.Audit}, People: &people{c.Staff, c.Origin}, Keys: &keys{c.Staff, c.SeatChanged, time.Now}}
}

// auditLog shows who changed what.
type auditLog struct{ lines *audit.Log }
