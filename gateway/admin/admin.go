package admin

import (
	"net/http"

	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// Config is what the handlers answer from. A nil interface answers 404.
type Config struct {
	Audit *audit.Log
	Staff *staff.Staff
	// Origin is where people reach the inbox, for the links that are given to them.
	Origin func(*http.Request) string
}

// Handlers are the handlers of administration, by topic.
type Handlers struct {
	Audit  *auditLog
	People *people
}

// New makes the handlers.
func New(c Config) Handlers {
	return Handlers{Audit: &auditLog{c.Audit}, People: &people{c.Staff, c.Origin}}
}

// auditLog shows who changed what.
type auditLog struct{ lines *audit.Log }
